"""Plans made side by side in processes of their own, one solver thread each.

Jobs go through the standard ``concurrent.futures.Executor``, so anything that offers it will do: the pools below, or
Dask. A process starts from a server that has the solver loaded already (``forkserver``; where there is none, each
loads it itself).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from multiprocessing.synchronize import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.plan import Plan
    from models.scenario import Scenario

PLANS_A_PROCESS = 100  # then it is replaced by a fresh one: memory that libraries keep is bounded so
_cancel = threading.Event()  # of this process, set when everybody is to stop


@dataclass(frozen=True)
class Job:
    """A scenario to plan, with a plan to start from and a bound that is known beforehand, if there are any."""

    scenario: Scenario
    start: Plan | None = None
    bound: float | None = None


def solve(job: Job) -> Plan:
    """Plan one scenario on one thread; called in a worker."""
    from planner.pipeline import plan

    return plan(single(job.scenario), cancel=_cancel, start=job.start, bound=job.bound)


def single(scenario: Scenario) -> Scenario:
    """Return the scenario with one solver thread: the other cores have plans of their own."""
    return scenario.model_copy(update={"solver": scenario.solver.model_copy(update={"workers": 1})})


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def local_pool(workers: int, cancel: Event | None = None, *, renewed: bool = False) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of processes on this machine; on the way out nothing waits for jobs that have not begun.

    Parameters
    ----------
    cancel
        Made by :func:`cancel_event`; set, it stops every search with its best plan so far.
    renewed
        Processes are replaced now and then. Only for whoever hands in a job when one is done: with all jobs handed in
        at once Python's pool takes those that are replaced for idle ones and waits for them for ever (cpython#115634).
    """
    pool = ProcessPoolExecutor(
        workers,
        mp_context=_context(),
        initializer=_begin,
        initargs=(cancel,),
        max_tasks_per_child=PLANS_A_PROCESS if renewed else None,
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def thread_pool(workers: int, cancel: threading.Event) -> Iterator[ThreadPoolExecutor]:
    """Open a pool of threads in this process, which is somebody's worker itself and does nothing else meanwhile.

    Parameters
    ----------
    cancel
        Set, it stops every search with its best plan so far.
    """
    global _cancel  # noqa: PLW0603  (of this process)
    before, _cancel = _cancel, cancel
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        _cancel = before


def cancel_event() -> Event:
    """Make the event that stops all searches of a pool."""
    return _context().Event()


def get_ready() -> None:
    """Let the solver be loaded for a pool that will be opened, while what it is to do is still being read."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        _context()
        forkserver.ensure_running()


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["planner.preloaded"])
    return context


def _begin(cancel: Event | None) -> None:
    """Prepare a worker: Ctrl-C is the parent's business, which says so through the event."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if cancel is not None:
        threading.Thread(target=_listen, args=(cancel,), daemon=True).start()


def _listen(cancel: Event) -> None:
    with contextlib.suppress(EOFError, OSError):  # the parent has gone
        cancel.wait()
        _cancel.set()


def stopping() -> bool:
    """Whether everybody was told to stop; asked in a worker."""
    return _cancel.is_set()
