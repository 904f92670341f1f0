"""Jobs on a Dask cluster: the same work, on whatever machines the scheduler has."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.http.work.outcome import ClosedError, Executor, Outcome, Task, failed, perform
from planner.errors import InputError
from planner.progress import Progress, ProgressHook

if TYPE_CHECKING:
    from distributed import Client

POLL_SECONDS = 0.1
GRACE_SECONDS = 30


class Cluster:
    """A connection to a scheduler, or a cluster on this machine if none is named.

    Its workers keep the memory limit themselves: Dask ends one that passes it, and the job fails with a reason.
    """

    def __init__(self, scheduler: str | None, workers: int, memory: int) -> None:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise InputError(
                "--executor dask", "Dask is not installed", "Run `pip install sprintplan[serve,dask]`"
            ) from None
        import dask

        # A job that ends its worker is not tried on the next one.
        dask.config.set({"distributed.scheduler.allowed-failures": 0, "distributed.worker.daemon": False})
        self._local: Any = None
        if scheduler is None:
            self._local = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                memory_limit=memory * 1_000_000,
                dashboard_address=None,
                host="127.0.0.1",
            )
        try:
            self.client: Client = Client(self._local or scheduler, timeout=20)
        except (OSError, TimeoutError, ValueError) as error:
            cause = f"the scheduler does not answer: {error}"
            raise InputError(f"--scheduler {scheduler}", cause, "Check the address") from None

    def executors(self, count: int) -> Sequence[Executor]:
        """As many executors as jobs may run at once."""
        return [DaskExecutor(self.client) for _ in range(count)]

    def close(self) -> None:
        """Leave the cluster; one of our own is ended."""
        self.client.close()
        if self._local is not None:
            self._local.close()


class DaskExecutor:
    """Does one job after the other on a cluster."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._closed = threading.Event()

    def start(self) -> None:
        """Nothing to get ready: the cluster's processes are there."""

    def run(self, task: Task, cancel: threading.Event, on_progress: ProgressHook) -> Outcome:
        """Do a job; see :class:`api.http.work.outcome.Executor`."""
        from distributed import Event

        name = f"sprintplan-{uuid.uuid4().hex}"
        stop = Event(name, client=self._client)
        self._client.subscribe_topic(name, lambda event: on_progress(Progress(*event[1])))
        future = self._client.submit(_perform, task, name, key=name, pure=False, retries=0)
        begun, told = time.monotonic(), 0.0
        try:
            while not future.done():
                if self._closed.is_set():
                    raise ClosedError
                now = time.monotonic()
                if not told and (cancel.is_set() or now - begun > task.seconds):
                    stop.set()
                    told = now
                if told and now - told > GRACE_SECONDS:
                    return failed("time", 422, "It did not stop when it was told to.")
                time.sleep(POLL_SECONDS)
            return _outcome(future)
        finally:
            with contextlib.suppress(Exception):  # whatever became of the cluster, the job has ended for us
                stop.set()
                self._client.unsubscribe_topic(name)
                future.cancel()

    def close(self) -> None:
        """Let go of the job; its search is told to stop."""
        self._closed.set()


def _outcome(future: Any) -> Outcome:
    from distributed import KilledWorker

    try:
        result = future.result()
    except KilledWorker:
        return failed("stopped", 500, "The worker it ran on was ended: out of memory, or it died.")
    except Exception as error:
        return failed("stopped", 500, f"The cluster lost it ({type(error).__name__}).")
    assert isinstance(result, Outcome)
    return result


def _perform(task: Task, name: str) -> Outcome:
    """Be the job on a worker: report progress under its name, listen for the event that stops it."""
    from distributed import Event, get_client, get_worker

    worker = get_worker()
    cancel, ended = threading.Event(), threading.Event()
    stop = Event(name, client=get_client())  # found here: the thread below is no task, and finds no client

    def listen() -> None:
        while not ended.is_set():
            if stop.wait(timeout="500ms"):
                cancel.set()
                return

    listener = threading.Thread(target=listen, name="listen", daemon=True)
    listener.start()
    try:
        return perform(task, cancel, lambda progress: worker.log_event(name, tuple(progress)))
    finally:
        ended.set()
