"""A plan to capacity: the sprint of every item, what it asks of each pool, and what it is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np

from planner.horizon.data import FINE, Horizon, Item
from planner.solve.shares import shortfall

At = list[int | None]


class Cut(int):
    """The last sprint of an item that is cut at sprint ends, and what lies in each of its sprints.

    Wherever only the last sprint counts (value, successors, groups), it is a sprint like any other.

    Attributes
    ----------
    parts
        Ten-thousandths of each task (by place) in each sprint; nothing that is 0.
    """

    parts: Mapping[int, Mapping[int, int]]

    def __new__(cls, last: int, parts: Mapping[int, Mapping[int, int]]) -> Cut:
        """Cut an item that is finished in this sprint."""
        self = super().__new__(cls, last)
        self.parts = parts
        return self


def sprints_of(sprint: int | None) -> Iterable[int]:
    """Sprints in which an item's work lies, ascending; none if it is left out."""
    if sprint is None:
        return ()
    return sorted({*sprint.parts, int(sprint)}) if isinstance(sprint, Cut) else (sprint,)


def first_of(sprint: int) -> int:
    """First sprint in which the work of an item lies."""
    return min(sprint.parts, default=int(sprint)) if isinstance(sprint, Cut) else sprint


def changes_between(before: Sequence[int | None], after: Mapping[int, int | None]) -> dict[int, int | None]:
    """Items that are elsewhere than before, or cut in another way."""
    return {
        index: at
        for index, at in after.items()
        if at != before[index] or isinstance(at, Cut) or isinstance(before[index], Cut)
    }


def effort_in(item: Item, at: int | None, sprint: int) -> Fraction:
    """Hundredths of an item's effort that lie in a sprint."""
    if isinstance(at, Cut):
        return Fraction(sum(at.parts.get(sprint, {}).values()), FINE)
    return Fraction(item.effort if at == sprint else 0)


def loads_of(item: Item, at: int | None) -> Iterator[tuple[int, int, float]]:
    """What an item asks for where it is planned: (pool, sprint, hundredths)."""
    if at is None:
        return
    for piece in item.pieces:
        if isinstance(at, Cut):
            for sprint, parts in at.parts.items():
                yield piece.pool, sprint, sum(parts.get(task, 0) for task, _ in piece.tasks) / FINE
        else:
            yield piece.pool, at, piece.effort


class Placement:
    """A plan to capacity: the sprint of every item, what each pool is asked for, and what it is worth."""

    def __init__(self, horizon: Horizon, at: Sequence[int | None]) -> None:
        self.horizon = horizon
        self.at = list(at)
        self.load = np.zeros((len(horizon.pools), horizon.sprints))
        for index, one in enumerate(self.at):
            for pool, sprint, effort in loads_of(horizon.items[index], one):
                self.load[pool, sprint] += effort
        self.gain = math.fsum(gain_of(horizon, index, sprint) for index, sprint in enumerate(self.at))


def gain_of(horizon: Horizon, index: int, sprint: int | None) -> float:
    """What an item adds to value in a sprint, against leaving it out."""
    if sprint is None:
        return 0.0
    item = horizon.items[index]
    return item.gain[item.sprints.index(sprint)]


def shortfall_of(horizon: Horizon, at: Sequence[int | None], sprints: Sequence[int] | None = None) -> int:
    """Whole percent by which minimum shares are missed, over all rules and all (or some) sprints."""
    total = 0
    for rule in horizon.shares:
        for sprint in range(horizon.sprints) if sprints is None else sprints:
            if rule.minimum is not None:
                effort = sum(effort_in(horizon.items[index], at[index], sprint) for index in rule.counted)
                total += shortfall(rule.minimum, effort, horizon.capacity[sprint])
    return total


def parts_in(horizon: Horizon, at: Sequence[int | None], sprint: int) -> dict[int, Mapping[int, int]]:
    """Ten-thousandths of each task of each item that lies in a sprint."""
    found: dict[int, Mapping[int, int]] = {}
    for index, one in enumerate(at):
        pieces = horizon.items[index].pieces
        if isinstance(one, Cut):
            if sprint in one.parts:
                found[index] = one.parts[sprint]
        elif one == sprint and pieces:
            found[index] = {task: FINE * effort for piece in pieces for task, effort in piece.tasks}
    return found
