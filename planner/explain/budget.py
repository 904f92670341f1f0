"""Time for many questions: two or more at once, each gets its fair part of what is left."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

LEAST_SECONDS = 0.05  # a question gets at least so much: most take less


class Progress(NamedTuple):
    """How far an explanation is: seconds since its start, questions answered, questions known of."""

    seconds: float
    done: int
    total: int


Job = Callable[[float], bool]  # seconds it may take -> whether its question is settled
ProgressHook = Callable[[Progress], None]


def ignore(_: Progress) -> None:
    """Tell nobody."""


class Budget:
    """Seconds and threads for all questions of one explanation.

    Parameters
    ----------
    seconds
        Of wall clock, from now on.
    workers
        Questions at a time; 0 means one for each core.
    cancel
        Set it to stop: what is not settled then stays open.
    """

    def __init__(
        self,
        seconds: float,
        workers: int = 0,
        cancel: threading.Event | None = None,
        on_progress: ProgressHook = ignore,
    ) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._begun = time.monotonic()
        self._seconds = seconds
        self._cancel = cancel or threading.Event()
        self._on_progress = on_progress
        self._done = self._total = 0
        self._lock = threading.Lock()

    @property
    def used(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._begun

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self._seconds - self.used)

    def over(self) -> bool:
        """Whether to stop now."""
        return self._cancel.is_set() or self.left == 0.0

    def run(self, jobs: Sequence[Job], part: float = 1.0) -> None:
        """Run the jobs within a part of the time that is left; those not settled once more with what the others saved.

        Quick ones leave their time to those after them, so the order of the jobs is that of their importance.
        """
        self._total += len(jobs)
        until = self.used + part * self.left
        waiting = list(jobs)
        for _ in range(2):
            if waiting and not self.over():
                waiting = self._round(waiting, until)
        self._done += len(waiting)

    def _round(self, jobs: Sequence[Job], until: float) -> list[Job]:
        """Run each job once; return those that are not settled."""
        begun = 0

        def one(job: Job) -> bool:
            nonlocal begun
            with self._lock:
                share = self.workers * (until - self.used) / (len(jobs) - begun)
                begun += 1
            share = min(share, until - self.used, self.left)
            if self._cancel.is_set() or share <= 0:
                return False
            settled = job(max(LEAST_SECONDS, share))
            if settled:
                with self._lock:
                    self._done += 1
                    self._on_progress(Progress(self.used, self._done, self._total))
            return settled

        if self.workers == 1 or len(jobs) == 1:
            settled = [one(job) for job in jobs]
        else:
            with ThreadPoolExecutor(self.workers) as pool:
                settled = list(pool.map(one, jobs))
        return [job for job, done in zip(jobs, settled, strict=True) if not done]
