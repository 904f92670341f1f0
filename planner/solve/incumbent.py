"""What all parts of a search share: the best schedule, the best bound, and when to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

from planner.instance import Instance
from planner.solve.limits import Limits
from planner.solve.solution import Solution

Tell = Callable[[int | None, int | None], None]
Rank = Callable[[Solution], tuple[int, ...]]


class Incumbent:
    """The best schedule so far and the best proven bound of value; safe to use from several threads.

    Attributes
    ----------
    stop
        Set once value and bound meet, the limits are reached or somebody asked to stop; all parts listen to it.
    """

    def __init__(self, instance: Instance, limits: Limits, best: Solution | None, rank: Rank, tell: Tell) -> None:
        self.instance = instance
        self.stop = threading.Event()
        self.best = best
        self.bound: int | None = None
        self.impossible = False
        self._limits = limits
        self._rank = rank
        self._tell = tell
        self._lock = threading.Lock()

    @property
    def value(self) -> int | None:
        """Value of the best schedule."""
        return None if self.best is None else self.best.terms(self.instance)["value"]

    @property
    def proven(self) -> bool:
        """Whether no plan is worth more than the best one."""
        return self.value is not None and self.bound is not None and self.bound <= self.value

    def found(self, solution: Solution) -> None:
        """Take a schedule, if it is better in the objective's order."""
        with self._lock:
            if self.best is None or self._rank(solution) > self._rank(self.best):
                self.best = solution
                self._report()

    def proved(self, bound: int) -> None:
        """Take a bound, if it is tighter."""
        with self._lock:
            if self.bound is None or bound < self.bound:
                self.bound = bound
                self._report()

    def ruled_out(self) -> None:
        """Note that no plan exists."""
        self.impossible = True
        self.stop.set()

    def over(self) -> bool:
        """Whether to stop: asked by every part between two steps."""
        if self._limits.over:
            self.stop.set()
        return self.stop.is_set()

    def _report(self) -> None:
        self._tell(self.value, self.bound)
        if self.proven:
            self.stop.set()
