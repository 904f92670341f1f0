"""Run jobs on an executor and lose none: a job whose worker dies is tried once more, alone, and then named."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")
OpenPool = Callable[[], AbstractContextManager[Executor]]
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class WorkerDied(Exception):  # noqa: N818  (what happened, in the user's words)
    """The worker that did a job died, twice."""

    def __str__(self) -> str:
        return "its worker died twice (killed, or out of memory)"


@dataclass(frozen=True)
class Finished(Generic[Work, Result]):
    """A job with its result, or what went wrong."""

    job: Work
    result: Result | None
    error: BaseException | None


class Runner:
    """An executor that is opened anew when it breaks.

    Parameters
    ----------
    open_pool
        Opens the executor.
    width
        Jobs it does at the same time; a few more than that wait there, so that no worker does.
    deaths
        What futures raise when their worker dies, besides ``BrokenExecutor``.
    """

    def __init__(self, open_pool: OpenPool, width: int, deaths: tuple[type[BaseException], ...] = ()) -> None:
        self._open = open_pool
        self.width = width
        self._deaths: tuple[type[BaseException], ...] = (BrokenExecutor, *deaths)
        self._stack = ExitStack()
        self._pool: Executor | None = None

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def pool(self) -> Executor:
        """The open executor."""
        if self._pool is None:
            self._pool = self._stack.enter_context(self._open())
        return self._pool

    def run(
        self,
        function: Callable[[Work], Result],
        jobs: Sequence[Work],
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Finished[Work, Result]]:
        """Yield each job as it is finished; once stopped, those not begun are not.

        When a worker dies, any of the jobs under way may be the reason: each of them is tried again alone, so that
        none is blamed for another.
        """
        waiting, suspects = deque(jobs), deque[Work]()
        running: dict[Future[Result], Work] = {}
        alone = False
        while running or ((waiting or suspects) and not stopped()):
            alone = alone if running else bool(suspects)
            while not stopped() and self._room(running, waiting, suspects, alone):
                job = suspects.popleft() if alone else waiting.popleft()
                running[self._submit(function, job)] = job
                if alone:
                    break
            if stopped():
                for future in running:
                    future.cancel()  # a local search hears it by itself; a cluster's is not waited for
            done, _ = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            broken = False
            for future in done:
                job = running.pop(future)
                error = _error(future)
                if stopped() and isinstance(error, CancelledError):
                    continue
                if not isinstance(error, self._deaths):
                    yield Finished(job, future.result() if error is None else None, error)
                elif alone:
                    yield Finished(job, None, WorkerDied())
                    broken = isinstance(error, BrokenExecutor)
                else:
                    suspects.append(job)
                    broken = broken or isinstance(error, BrokenExecutor)
            if broken:
                suspects.extend(running.values())
                running.clear()
                self._reopen()

    def _room(self, running: dict[Any, Any], waiting: deque[Any], suspects: deque[Any], alone: bool) -> bool:
        if alone:
            return bool(suspects) and not running
        return bool(waiting) and not suspects and len(running) <= self.width

    def _submit(self, function: Callable[[Work], Result], job: Work) -> Future[Result]:
        try:
            return self.pool.submit(function, job)
        except BrokenExecutor:  # it broke while nothing was under way
            self._reopen()
            return self.pool.submit(function, job)

    def _reopen(self) -> None:
        self._stack.close()
        self._pool = None


def _error(future: Future[Any]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        return error
