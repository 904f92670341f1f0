"""A solver process of its own: lower priority than the server, limited in memory and time, gone when the server is."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import psutil

from api.http.work.outcome import ClosedError, Outcome, Task, failed, perform
from planner.progress import Progress, ProgressHook

NICE = 10  # the server answers first
POLL_SECONDS = 0.05
LOOK_SECONDS = 0.5  # how often memory is looked at
GRACE_SECONDS = 30  # after it was told to stop, a job has this long to write down its best result
START_SECONDS = 120  # a process that has not come up by then never will
CANCEL = "cancel"


class ProcessExecutor:
    """Does one job after the other in a process that is kept, and made anew when it died or grew too large.

    Parameters
    ----------
    memory
        Megabytes it may take, children included.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory * 1_000_000
        self._closed = False
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def start(self) -> None:
        """Start the process."""
        with self._lock:
            if self._closed:
                raise ClosedError
            if self._process is not None and self._process.is_alive():
                return
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), name="solver", daemon=False)
            self._process.start()
            theirs.close()

    def run(self, task: Task, cancel: threading.Event, on_progress: ProgressHook) -> Outcome:
        """Do a job.

        Raises
        ------
        ClosedError
            If the executor is closed meanwhile.
        """
        self.start()
        assert self._pipe is not None
        try:
            self._pipe.send(task)
            outcome = self._followed(task, cancel, on_progress)
        except (EOFError, OSError):
            outcome = self._died()
        if (outcome.problem is not None and outcome.problem["status"] >= 500) or self._used() > self._memory / 2:
            self._end()
        return outcome

    def _followed(self, task: Task, cancel: threading.Event, on_progress: ProgressHook) -> Outcome:
        assert self._pipe is not None
        begun = looked = time.monotonic()
        told: float | None = None
        while True:
            if self._pipe.poll(POLL_SECONDS):
                message = self._pipe.recv()
                if isinstance(message, Outcome):
                    return message
                on_progress(message)
            now = time.monotonic()
            if told is None and (cancel.is_set() or now - begun > task.seconds):
                self._pipe.send(CANCEL)
                told = now
            if told is not None and now - told > GRACE_SECONDS:
                self._end()
                return failed("time", 422, "It did not stop when it was told to.")
            if now - looked > LOOK_SECONDS:
                looked = now
                if self._used() > self._memory:
                    self._end()
                    allowed = f"{self._memory // 1_000_000:,} MB"
                    return failed("memory", 422, f"It needs more than {allowed} of memory. Plan fewer items at once.")

    def _used(self) -> int:
        """Bytes of memory that the process and its children take."""
        if self._process is None or self._process.pid is None:
            return 0
        total = 0
        with contextlib.suppress(psutil.Error):
            own = psutil.Process(self._process.pid)
            for process in (own, *own.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += process.memory_info().rss
        return total

    def _died(self) -> Outcome:
        if self._closed:
            raise ClosedError
        self._end()
        return failed(
            "stopped", 500, "The process that worked on it ended without a result. The server's log says more."
        )

    def _end(self) -> None:
        """End the process and its children; the next job gets a new one."""
        with self._lock:
            process, self._process = self._process, None
            if self._pipe is not None:
                self._pipe.close()
                self._pipe = None
        if process is None or process.pid is None:
            return
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    child.kill()
        process.kill()
        process.join()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        with self._lock:
            self._closed = True
        process = self._process
        if process is not None and process.is_alive():
            process.kill()  # whoever waits in run() hears of it as the end of the pipe


def _serve(pipe: Connection) -> None:
    """Be the process: take jobs until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the server's terminal is the server's business
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _step_back()
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    current = threading.Event()
    sending = threading.Lock()

    def listen() -> None:
        while True:
            try:
                message = pipe.recv()
            except (EOFError, OSError):
                os._exit(0)  # the server is gone: nobody wants what is being solved
            if message == CANCEL:
                current.set()
            else:
                current.clear()
                tasks.put(message)

    def send(message: Progress | Outcome) -> None:
        with sending, contextlib.suppress(OSError):
            pipe.send(message)

    threading.Thread(target=listen, name="listen", daemon=True).start()
    _warm_up()
    while True:
        send(perform(tasks.get(), current, send))


def _step_back() -> None:
    """Let the server go first."""
    with contextlib.suppress(OSError, psutil.Error):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.nice(NICE)


def _warm_up() -> None:
    """Load everything a plan needs, so that the first one does not wait for it."""
    import planner
    from models.scenario import Scenario

    planner.plan(
        Scenario.model_validate(
            {
                "calendar": {"start": "2027-03-01"},
                "team": [{"name": "A"}],
                "backlog": [{"id": "1", "value": 1, "effort": 1}, {"id": "2", "value": 1, "effort": 1}],
                "solver": {"workers": 1, "time_limit": 1},
            }
        )
    )
