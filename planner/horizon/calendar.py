"""Stretches of days inside a sprint: where releases and deadlines cut it, and who is there how long in each."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from planner.clock import TICKS_PER_DAY
from planner.horizon.data import Horizon, Item


class Stretches:
    """The cuts of every sprint, and everybody's hours between them.

    Splitting work over people and stretches is all that a release or deadline inside a sprint asks for
    (design.md section 4, "Horizon"). Work is divisible, so a cut is needed only where a window begins or ends.
    """

    def __init__(self, horizon: Horizon) -> None:
        self._horizon = horizon
        cuts: list[set[int]] = [set() for _ in horizon.ends]
        for item in horizon.items:
            for sprint in horizon.work_sprints(item) if item.pieces else ():
                cuts[sprint].update(self._inside(item, sprint))
        self.cuts = [
            (horizon.begin(sprint), *sorted(inside), end)
            for sprint, (inside, end) in enumerate(zip(cuts, horizon.ends, strict=True))
        ]

        self.windowed: list[list[int]] = [[] for _ in horizon.ends]
        for index, item in enumerate(horizon.items):
            for sprint in horizon.work_sprints(item) if item.pieces else ():
                if not self.whole(item, sprint):
                    self.windowed[sprint].append(index)

    def _inside(self, item: Item, sprint: int) -> list[int]:
        first, last = self._horizon.begin(sprint), self._horizon.ends[sprint]
        return [tick for tick in (item.release, item.deadline) if first < tick < last]

    def window(self, item: Item, sprint: int) -> tuple[int, int]:
        """First and last stretch (inclusive) of a sprint that the item's window leaves it."""
        cuts = self.cuts[sprint]
        first = max(item.release, cuts[0])
        last = min(item.deadline, cuts[-1])
        return cuts.index(first), cuts.index(last) - 1

    def whole(self, item: Item, sprint: int) -> bool:
        """Whether the item's window leaves it the whole sprint."""
        return item.release <= self.cuts[sprint][0] and item.deadline >= self.cuts[sprint][-1]

    def hours(self, sprint: int) -> Sequence[Sequence[Fraction]]:
        """Hundredths of each specialist in each stretch, buffer included: their ticks there at their rate."""
        return self._hours[sprint]

    @cached_property
    def _hours(self) -> list[list[list[Fraction]]]:
        horizon = self._horizon
        return [
            [
                [
                    Fraction(100 * (person.axis.before(last) - person.axis.before(first)), TICKS_PER_DAY) * rate
                    for first, last in pairwise(cuts)
                ]
                for person, rate in zip(horizon.specialists, horizon.rates, strict=True)
            ]
            for cuts in self.cuts
        ]
