"""When a search stops: seconds, deterministic work, or somebody who says so. Given from outside, asked inside."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from models.scenario import Solver


@dataclass
class Limits:
    """The limits of one search, from the moment it is made.

    Attributes
    ----------
    seconds
        Wall-clock limit; infinite where the work is limited instead, so that the plan repeats exactly.
    work
        Deterministic work of the whole search, None without a limit. The solver's own unit: some three seconds of the
        processor.
    workers
        Search threads; 0 means one for each core.
    seed
        Of the solver's random choices.
    cancel
        Set from outside: stop now and return the best plan so far.
    """

    seconds: float
    work: float | None
    workers: int
    seed: int
    cancel: threading.Event
    _begun: float = field(default_factory=time.monotonic)
    _work_done: float = 0.0

    @classmethod
    def of(cls, solver: Solver, cancel: threading.Event | None = None) -> Limits:
        """Take the limits of a scenario."""
        return cls(
            seconds=float("inf") if solver.work_limit is not None else solver.time_limit,
            work=solver.work_limit,
            workers=solver.workers,
            seed=solver.seed,
            cancel=cancel or threading.Event(),
        )

    @property
    def used(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self._begun

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self.seconds - self.used)

    @property
    def work_left(self) -> float | None:
        """Deterministic work that is left, None without a limit."""
        return None if self.work is None else max(0.0, self.work - self._work_done)

    def passed(self, seconds: float, part: float) -> Callable[[], float]:
        """Tell which part (0 to 1) of so many seconds from now has passed, or of a part of the work that is left."""
        if self.work_left is not None:
            done, most = self._work_done, max(1e-9, part * self.work_left)
            return lambda: min(1.0, (self._work_done - done) / most)
        begun = self.used
        return lambda: min(1.0, (self.used - begun) / seconds) if seconds > 0 else 1.0

    def less(self, seconds: float) -> Limits:
        """Return the same limits with some time kept back for what comes after; at least half of it stays."""
        if not math.isfinite(self.seconds):
            return self
        return replace(self, seconds=max(self.seconds / 2, self.seconds - seconds))

    def half(self) -> Limits:
        """Return limits of half the seconds, or half the work."""
        return replace(self, seconds=self.seconds / 2, work=None if self.work is None else self.work / 2)

    def spend(self, work: float) -> None:
        """Count the deterministic work of one solve."""
        self._work_done += work

    @property
    def over(self) -> bool:
        """Whether the search must stop now."""
        return self.cancel.is_set() or self.left == 0.0 or self.work_left == 0.0
