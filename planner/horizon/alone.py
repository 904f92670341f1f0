"""Which sprints could take an item if nothing else were in them: to the tick (design.md section 4, "Horizon").

Two passes over the tasks, for all sprints at once, settle nearly every item: as early as possible with nobody doing two
tasks at a time (a schedule, so it fits), and the same with people doing any number at a time (if not even that fits,
nothing does). What lies between is tried by an exhaustive search over orders and specialists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from models.base import hundredths
from planner.axis import Axis
from planner.windows import Draft, TaskDraft, WaysToWork

STEPS = 20_000  # beyond that an item counts as one that fits, as it does for the judge


@dataclass(frozen=True)
class _Placed:
    who: int
    own: int
    start: int
    finish: int  # the wait included
    cost: int
    until: int  # own tick at which the work ends


class AloneTests:
    """The tests of one horizon.

    Parameters
    ----------
    ways
        Who can do what; axes run over the whole horizon.
    ends
        Tick at which each sprint ends.
    limits
        Hundredths of each specialist in each sprint.
    """

    def __init__(self, ways: WaysToWork, ends: Sequence[int], limits: NDArray[np.int64]) -> None:
        self._ways = ways
        self._ends = np.array(ends)
        self._begins = np.concatenate([[0], self._ends[:-1]])
        self._limits = limits
        self._axes = [person.axis for person in ways.specialists]
        self._there = np.array([_ticks_there(axis, int(self._ends[-1])) for axis in self._axes])
        self._before = [np.concatenate([[0], np.cumsum(there)]) for there in self._there]
        self._at = [np.flatnonzero(there) for there in self._there]
        self._known: dict[tuple[object, ...], bool] = {}
        self._patterns = [self._pattern(sprint) for sprint in range(len(ends))]

    def sprints(self, draft: Draft, release: int, deadline: int) -> list[int]:
        """Sprints that can take the item between release and deadline."""
        first = np.maximum(self._begins, release)
        last = np.minimum(self._ends, deadline)
        open_ = np.flatnonzero(first < last)
        if not len(open_):
            return []
        order = task_order(draft.tasks)
        pinned = draft.start_window is not None or any(task.start_window is not None for task in draft.tasks)
        if pinned or not all(task.allowed for task in draft.tasks):
            return [int(k) for k in open_ if self._tried(draft, int(k), (int(first[k]), int(last[k])), fresh=True)]
        fits = self._pass(draft, order, first, one_at_a_time=True) <= last
        may = fits | (self._pass(draft, order, first, one_at_a_time=False) <= last)
        inside = (first == self._begins) & (last == self._ends)
        return [
            int(k)
            for k in open_
            if fits[k] or (may[k] and self._tried(draft, int(k), (int(first[k]), int(last[k])), fresh=not inside[k]))
        ]

    def _pass(
        self, draft: Draft, order: Sequence[int], first: NDArray[np.int64], *, one_at_a_time: bool
    ) -> NDArray[np.int64]:
        """Finish of the item in each sprint, every task with whoever finishes it first."""
        never = int(self._ends[-1]) + 1
        done: dict[int, NDArray[np.int64]] = {}
        hands: dict[int, NDArray[np.int64]] = {}
        until = {who: np.zeros_like(first) for task in draft.tasks for who in task.allowed}
        spent = {who: np.zeros_like(first) for who in until}
        for place in order:
            task = draft.tasks[place].task
            ready = np.minimum(np.maximum.reduce([first, *(done[before] for before in task.after)]), never - 1)
            finish = np.full_like(first, never)
            by = np.full_like(first, -1)
            chosen_until, chosen_cost = np.zeros_like(first), np.zeros_like(first)
            for who in sorted(draft.tasks[place].allowed):
                duration, cost = self._ways.measure(task.skill, task.effort, who)
                own = self._before[who][ready]
                fits = spent[who] + cost <= self._limits[who]
                if one_at_a_time:
                    own = np.maximum(own, until[who])
                    fits &= self._hands_fit(draft, place, who, hands)
                at = self._at[who]
                fits &= own + duration <= len(at)
                end = np.where(fits, at[np.minimum(own + duration, len(at)) - 1] + 1 if len(at) else never, never)
                better = end < finish
                finish, by = np.where(better, end, finish), np.where(better, who, by)
                chosen_until = np.where(better, own + duration, chosen_until)
                chosen_cost = np.where(better, cost, chosen_cost)
            done[place] = np.minimum(finish + task.wait_ticks, never)
            hands[place] = by
            if one_at_a_time:
                for who in draft.tasks[place].allowed:
                    until[who] = np.where(by == who, chosen_until, until[who])
                    spent[who] = np.where(by == who, spent[who] + chosen_cost, spent[who])
        return np.asarray(np.maximum.reduce([*done.values(), first]))

    @staticmethod
    def _hands_fit(
        draft: Draft, place: int, who: int, hands: Mapping[int, NDArray[np.int64]]
    ) -> NDArray[np.bool_] | bool:
        task = draft.tasks[place].task
        fits: NDArray[np.bool_] | bool = True
        for other, by in hands.items():
            twin = draft.tasks[other].task
            if other in task.not_by or place in twin.not_by:
                fits = fits & (by != who)
            if other in task.same_as or place in twin.same_as:
                fits = fits & (by == who)
        return fits

    def cover(self, draft: Draft, sprint: int, release: int, deadline: int) -> int | None:
        """Least number of sprints up to this one that hold an item which may be cut at their ends; None: more than all.

        To the tick, every specialist's hours unlimited but for their ticks: cutting leaves each sprint's limit free.
        """
        last = min(int(self._ends[sprint]), deadline)
        for count in range(1, sprint + 2):
            first = max(int(self._begins[sprint - count + 1]), release)
            if first >= last or last <= self._begins[sprint]:
                return None
            limits = self._limits[:, sprint - count + 1 : sprint + 1].sum(axis=1)
            if _Search(draft, self._ways, first, last, limits).possible():
                return count
        return None

    def _tried(self, draft: Draft, sprint: int, window: tuple[int, int], *, fresh: bool) -> bool:
        """Search; unless `fresh`, once for all sprints in which the same people are there at the same times."""
        if fresh:
            return _Search(draft, self._ways, *window, self._limits[:, sprint]).possible()
        shape = tuple((replace(task.task, key="", position=0), task.allowed) for task in draft.tasks)
        key = (shape, self._patterns[sprint])
        if key not in self._known:
            self._known[key] = _Search(draft, self._ways, *window, self._limits[:, sprint]).possible()
        return self._known[key]

    def _pattern(self, sprint: int) -> tuple[bytes, bytes]:
        there = self._there[:, self._begins[sprint] : self._ends[sprint]]
        return np.packbits(there).tobytes() + bytes(str(there.shape), "ascii"), self._limits[:, sprint].tobytes()


def _ticks_there(axis: Axis, horizon: int) -> NDArray[np.bool_]:
    there = np.zeros(horizon, dtype=bool)
    own = np.arange(axis.length)
    if axis.length:
        # Each own tick's team tick: pauses shift everything after them.
        shift = np.zeros(axis.length, dtype=np.int64)
        for passed, length in axis.pauses:
            shift[passed:] += length
        there[own + shift] = True
    return there


class _Search:
    """The search for a plan of one item in a stretch of time with nothing else in it."""

    def __init__(
        self, draft: Draft, ways: WaysToWork, first: int, last: int, limits: NDArray[np.int64] | Sequence[int]
    ) -> None:
        self._tasks = draft.tasks
        self._ways = ways
        self._axes = [person.axis for person in ways.specialists]
        self._first, self._last = first, last
        self._limits = [int(limit) for limit in limits]
        self._window = draft.start_window
        self._failed: set[frozenset[tuple[int, int, int]]] = set()
        self._steps = STEPS

    def possible(self) -> bool:
        """Whether there is a plan; True also where the search is too long to tell."""
        if not all(task.allowed for task in self._tasks) or not self._enough():
            return False
        return self._place({})

    def _enough(self) -> bool:
        """Whether the fastest way through the longest chain fits at all."""
        ends: dict[int, int] = {}
        for place in task_order(self._tasks):
            task = self._tasks[place].task
            least = min(self._ways.measure(task.skill, task.effort, who)[0] for who in self._tasks[place].allowed)
            ends[place] = max((ends[before] for before in task.after), default=self._first) + least + task.wait_ticks
        return max(ends.values(), default=0) <= self._last

    def _place(self, placed: dict[int, _Placed]) -> bool:
        if len(placed) == len(self._tasks):
            start = min(one.start for one in placed.values())
            return self._window is None or self._window[0] <= start <= self._window[1]
        state = frozenset((place, one.who, one.own) for place, one in placed.items())
        if state in self._failed:
            return False
        for place, draft in enumerate(self._tasks):
            if place in placed or not all(before in placed for before in draft.task.after):
                continue
            ways = [way for who in sorted(draft.allowed) if (way := self._way(place, draft, who, placed)) is not None]
            for way in sorted(ways, key=lambda way: (way.finish, way.who)):
                self._steps -= 1
                if self._steps < 0 or self._place({**placed, place: way}):
                    return True
        self._failed.add(state)
        return False

    def _way(self, place: int, draft: TaskDraft, who: int, placed: Mapping[int, _Placed]) -> _Placed | None:
        task = draft.task
        duration, cost = self._ways.measure(task.skill, task.effort, who)
        mine = [one for one in placed.values() if one.who == who]
        if sum(one.cost for one in mine) + cost > self._limits[who] or not self._hands_fit(place, who, placed):
            return None
        ready = max([self._first, *(placed[before].finish for before in task.after)])
        for window in (self._window, draft.start_window):
            ready = max(ready, window[0]) if window is not None else ready
        axis = self._axes[who]
        own = max([axis.before(ready), *(one.until for one in mine)])
        if own + duration > axis.length:
            return None
        start, finish = axis.start_tick(own), axis.finish_tick(own + duration) + task.wait_ticks
        if finish > self._last or (draft.start_window is not None and start > draft.start_window[1]):
            return None
        return _Placed(who, own, start, finish, cost, own + duration)

    def _hands_fit(self, place: int, who: int, placed: Mapping[int, _Placed]) -> bool:
        """`not_by` and `same_as`, whichever of the two tasks names the other."""
        task = self._tasks[place].task
        for other, one in placed.items():
            twin = self._tasks[other].task
            if one.who == who and (other in task.not_by or place in twin.not_by):
                return False
            if one.who != who and (other in task.same_as or place in twin.same_as):
                return False
        return True


def task_order(tasks: Sequence[TaskDraft]) -> list[int]:
    """Places of tasks, each after those it follows."""
    order: list[int] = []
    waiting = list(range(len(tasks)))
    while waiting:
        free = [place for place in waiting if all(before in order for before in tasks[place].task.after)]
        order.extend(free)
        waiting = [place for place in waiting if place not in free]
    return order


def limits_by_sprint(
    axes: Sequence[Axis], rates: Sequence[Fraction], ends: Sequence[int], kept: Fraction
) -> NDArray[np.int64]:
    """Hundredths of each specialist in each sprint: hours there less the buffer (semantics.md, "Numbers")."""
    begins = [0, *ends[:-1]]
    return np.array(
        [
            [
                hundredths(Fraction(axis.before(end) - axis.before(begin), 96) * rate * kept)
                for begin, end in zip(begins, ends, strict=True)
            ]
            for axis, rate in zip(axes, rates, strict=True)
        ],
        dtype=np.int64,
    )
