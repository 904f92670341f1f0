"""A plan to capacity: the sprint of every item, what it asks of each pool, and what it is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from planner.clock import TICKS_PER_DAY
from planner.horizon.data import Horizon
from planner.solve.shares import shortfall

At = list[int | None]


class Placement:
    """A plan to capacity: the sprint of every item, what each pool is asked for, and what it is worth."""

    def __init__(self, horizon: Horizon, at: Sequence[int | None]) -> None:
        self.horizon = horizon
        self.at = list(at)
        self.load = np.zeros((len(horizon.pools), horizon.sprints))
        for index, sprint in enumerate(self.at):
            if sprint is not None:
                for piece in horizon.items[index].pieces:
                    self.load[piece.pool, sprint] += piece.effort
        self.gain = math.fsum(gain_of(horizon, index, sprint) for index, sprint in enumerate(self.at))

    def inside(self, sprint: int) -> list[int]:
        """Items in a sprint."""
        return [index for index, at in enumerate(self.at) if at == sprint]


def gain_of(horizon: Horizon, index: int, sprint: int | None) -> float:
    """What an item adds to value in a sprint, against leaving it out."""
    if sprint is None:
        return 0.0
    item = horizon.items[index]
    return item.gain[item.sprints.index(sprint)]


def early_of(horizon: Horizon, at: Sequence[int | None]) -> float:
    """Σ value × last working day of the item's sprint."""
    return math.fsum(
        float(horizon.items[index].value) * (horizon.ends[sprint] // TICKS_PER_DAY)
        for index, sprint in enumerate(at)
        if sprint is not None
    )


def shortfall_of(horizon: Horizon, at: Sequence[int | None], sprints: Sequence[int] | None = None) -> int:
    """Whole percent by which minimum shares are missed, over all rules and all (or some) sprints."""
    total = 0
    for rule in horizon.shares:
        for sprint in range(horizon.sprints) if sprints is None else sprints:
            if rule.minimum is not None:
                effort = sum(horizon.items[index].effort for index in rule.counted if at[index] == sprint)
                total += shortfall(rule.minimum, effort, horizon.capacity[sprint])
    return total


def parts_in(horizon: Horizon, at: Sequence[int | None], sprint: int) -> dict[int, dict[int, int]]:
    """Hundredths of each task of each item that lies in a sprint."""
    return {
        index: {task: effort for piece in horizon.items[index].pieces for task, effort in piece.tasks}
        for index, one in enumerate(at)
        if one == sprint and horizon.items[index].pieces
    }
