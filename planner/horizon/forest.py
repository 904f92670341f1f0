"""What depends on what as trees: each item follows one other at most, so the best sprints of all follow exactly.

Under prices each item has a gain in each sprint. From the leaves of a tree on, what hangs on an item adds to its gain
in each sprint the most that it can still bring after it (dynamic programming on trees). An item that needs several
follows the one that costs most; the other needs, and those of which one is enough, are links, which have prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.horizon.data import Horizon

Link = tuple[int, tuple[tuple[int, int], ...]]  # an item, and what it needs one of: (item, sprints earlier)


class Forest:
    """Trees of items.

    Parameters
    ----------
    paid
        What the relaxation pays for each link; an item follows the need that costs most.

    Attributes
    ----------
    links
        Needs that are not in the trees.
    """

    def __init__(self, horizon: Horizon, paid: Mapping[Link, float]) -> None:
        count = len(horizon.items)
        self._sprints = np.arange(horizon.sprints)
        self._above = np.full(count, -1)
        self._offset = np.zeros(count, dtype=np.int64)
        self.links: list[Link] = []
        for index, item in enumerate(horizon.items):
            needs: list[Link] = [(index, (need,)) for need in item.requires]
            needs.sort(key=lambda link: -paid.get(link, 0.0))
            for place, (_, ((before, offset),)) in enumerate(needs[:1]):
                self._above[index], self._offset[index] = before, offset
                del needs[place]
            self.links.extend(needs)
            if item.any_of is not None:
                self.links.append((index, item.any_of))
        self._levels = self._by_depth()
        self._needed = _with_what_they_need(horizon)

    def _by_depth(self) -> list[NDArray[np.int64]]:
        depth = np.zeros(len(self._above), dtype=np.int64)
        up = self._above
        while (up >= 0).any():
            depth += up >= 0
            up = np.where(up >= 0, self._above[up], -1)
        return [np.flatnonzero(depth == level) for level in range(int(depth.max(initial=0)) + 1)]

    def best(self, gain: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Most that each tree can bring, and the sprint of each item then; the number of sprints for one left out.

        Parameters
        ----------
        gain
            Of each item (rows) in each sprint, -inf where it cannot be; the gain of what hangs on it is added.
        """
        for rows in reversed(self._levels[1:]):
            after = self._from_each_sprint_on(gain[rows], rows)
            places = np.minimum(self._sprints + self._offset[rows, None], len(self._sprints))
            np.add.at(gain, self._above[rows], np.take_along_axis(after, places, axis=1))
        at = np.full(len(gain), len(self._sprints))
        tops = np.zeros(0)
        for level, rows in enumerate(self._levels):
            own = gain[rows]
            if level:
                earliest = at[self._above[rows]] + self._offset[rows]
                own = np.where(self._sprints >= earliest[:, None], own, -np.inf)
            sprint = own.argmax(axis=1)
            top = own[np.arange(len(rows)), sprint]
            inside = (top > 0) | (self._needed[rows] & np.isfinite(top))
            at[rows] = np.where(inside, sprint, len(self._sprints))
            if not level:
                tops = np.where(self._needed[rows], top, np.maximum(0.0, top))
        return tops, at

    def later(self, gain: NDArray[np.float64]) -> Later:
        """What each item and all that hangs on it can still bring from each sprint on; musts may stay out here."""
        after = np.zeros((len(gain), len(self._sprints) + 1))
        for rows in reversed(self._levels):
            after[rows, :-1] = np.maximum(0.0, np.maximum.accumulate(gain[rows, ::-1], axis=1)[:, ::-1])
            follow = rows[self._above[rows] >= 0]
            places = np.minimum(self._sprints + self._offset[follow, None], len(self._sprints))
            np.add.at(gain, self._above[follow], np.take_along_axis(after[follow], places, axis=1))
        return Later(after, self._above, self._offset)

    def _from_each_sprint_on(self, gain: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Most that an item brings from each sprint on, and after the last."""
        after = np.full((len(rows), len(self._sprints) + 1), -np.inf)
        after[:, :-1] = np.maximum.accumulate(gain[:, ::-1], axis=1)[:, ::-1]
        free = ~self._needed[rows]
        after[free] = np.maximum(0.0, after[free])
        return after


@dataclass(frozen=True)
class Later:
    """What can still come after a sprint, at some prices of hours.

    Attributes
    ----------
    after
        Most that an item (rows) and what hangs on it bring from each sprint on, hours paid; 0 after the last.
    above, offset
        The item that each follows in its tree (-1: none), and how many sprints later.
    """

    after: NDArray[np.float64]
    above: NDArray[np.int64]
    offset: NDArray[np.int64]

    def worth(self, gain: NDArray[np.float64], first: int, last: int) -> NDArray[np.float64]:
        """What an item adds in each sprint of a window, hours not paid, against what it could bring after it.

        Summed over a window's items that is what they gain there, plus what still hangs on them afterwards, less what
        all would have brought afterwards.
        """
        found = gain[:, first:last] - self.after[:, [last]]
        follow = np.flatnonzero(self.above >= 0)
        places = np.arange(first, last) + self.offset[follow, None]
        places = np.clip(places, last, self.after.shape[1] - 1)
        np.add.at(found, self.above[follow], np.take_along_axis(self.after[follow], places, axis=1))
        return np.asarray(found)


def _with_what_they_need(horizon: Horizon) -> NDArray[np.bool_]:
    """Whether an item has to be in: the musts, and all that they depend on."""
    needed = np.array([item.must for item in horizon.items], dtype=bool)
    todo = [int(index) for index in np.flatnonzero(needed)]
    while todo:
        for before, _ in horizon.items[todo.pop()].requires:
            if not needed[before]:
                needed[before] = True
                todo.append(before)
    return needed
