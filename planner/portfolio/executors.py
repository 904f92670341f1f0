"""Where plans are made: processes on this machine, or a Dask cluster."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor
from multiprocessing.synchronize import Event

from planner.errors import InputError
from planner.portfolio.runner import Runner
from planner.workers import cores, local_pool

CONNECT_SECONDS = 10


def local(workers: int, cancel: Event | None = None) -> Runner:
    """Make plans in processes on this machine (0: one a core)."""
    width = workers or cores()
    return Runner(lambda: local_pool(width, cancel, renewed=True), width)


@contextlib.contextmanager
def dask(scheduler: str | None, workers: int) -> Iterator[Runner]:
    """Make plans on a Dask cluster: a running one, or one of our own on this machine.

    Raises
    ------
    InputError
        If Dask is not installed, or nobody answers at the scheduler's address.
    """
    try:
        from distributed import Client, LocalCluster
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise InputError("--executor dask", "Dask is not installed", "Run `pip install sprintplan[dask]`") from None
    import dask as dask_config

    quiet = {"logging.distributed": "critical", "distributed.scheduler.allowed-failures": 0}
    with dask_config.config.set(quiet), contextlib.ExitStack() as stack:
        if scheduler is None:
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=workers or cores(),
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address="127.0.0.1:0",  # any free port: a fixed one, which None means, may be taken
                    silence_logs="CRITICAL",
                )
            )
            client = stack.enter_context(Client(cluster))
        else:
            client = stack.enter_context(_connected(scheduler))
        width = max(1, sum(client.nthreads().values())) if scheduler is not None else workers or cores()
        yield Runner(lambda: _open(client.get_executor(pure=False)), width, (KilledWorker,))


def _connected(scheduler: str):  # type: ignore[no-untyped-def]  # Dask's client has no types
    from distributed import Client

    try:
        return Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TypeError) as error:
        cause = f"no Dask scheduler answers ({' '.join(str(error).split())})"
        raise InputError(f"--scheduler {scheduler}", cause, "Give its address, such as tcp://host:8786") from None


@contextlib.contextmanager
def _open(executor: Executor) -> Iterator[Executor]:
    yield executor  # its shutdown would wait for nothing; the client closes it
