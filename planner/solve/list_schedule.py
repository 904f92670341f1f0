"""List scheduling: the frozen rule people's tools come closest to, and our warm start.

Repeat: among the items not yet placed whose prerequisites are placed, take the first by a priority; give each task to
the specialist who finishes it earliest; keep the item if it fits, else put it aside for good. With value / effort
as priority this is the rule that `greedy_value` reports; the warm start takes what must be in first.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from fractions import Fraction

from planner.instance import Choice, Instance, Item
from planner.solve import milestone_times
from planner.solve.solution import Placed, Solution

Priority = Callable[[int], tuple[object, ...]]


def frozen_rule(instance: Instance) -> Solution:
    """Schedule by value / effort alone."""
    ratios = [_ratio(item) for item in instance.items]
    return _Schedule(instance).run(lambda index: (-ratios[index], instance.items[index].id))


def warm_start(instance: Instance) -> Solution:
    """Schedule what must be in with all it needs first, then work in progress, then by value / effort.

    Groups that go together and came out in part are left out in a second run.
    """
    ratios = [_ratio(item) for item in instance.items]
    needed = _needed(instance)
    banned: frozenset[int] = frozenset()
    while True:
        schedule = _Schedule(instance, banned).run(
            lambda index: (
                index not in needed,
                instance.items[index].carried == 0,
                -ratios[index],
                instance.items[index].id,
            )
        )
        halves = {
            member
            for group in instance.together
            if any(member in schedule.items for member in group)
            and not all(member in schedule.items for member in group)
            for member in group
        }
        if not halves:
            return schedule
        banned = banned | halves


def keeps_all(instance: Instance, schedule: Solution) -> bool:
    """Whether a schedule of this module keeps the rules that the rule itself does not look at.

    Those are: what must be in is in, groups are whole or out, and exactly those milestones are in that hold.
    """
    inside = schedule.items
    if any(item.must and index not in inside for index, item in enumerate(instance.items)):
        return False
    if any(0 < sum(member in inside for member in group) < len(group) for group in instance.together):
        return False
    if any(sum(member in inside for member in group) > 1 for group in instance.exclusive):
        return False
    return all(_milestone_right(instance, index, inside) for index, item in enumerate(instance.items) if item.milestone)


def _milestone_right(instance: Instance, index: int, inside: Mapping[int, tuple[int, int]]) -> bool:
    """In exactly when its dependencies hold and no rule forbids it, at the earliest moment."""
    item = instance.items[index]
    moment = milestone_times.moment(item, {other: finish for other, (_, finish) in inside.items() if other != index})
    if index in inside:
        window = item.start_window
        in_window = window is None or (moment is not None and window[0] < moment <= window[1] + 1)
        return in_window and inside[index] == (moment, moment)
    if moment is None or moment > item.deadline:
        return True
    alternatives = (other for group in instance.exclusive if index in group for other in group)
    companions = (other for group in instance.together if index in group for other in group if other != index)
    return any(other in inside for other in alternatives) or any(other not in inside for other in companions)


def _ratio(item: Item) -> Fraction:
    return Fraction(item.value, max(1, item.effort))


def _needed(instance: Instance) -> frozenset[int]:
    """Must-dos and everything they depend on."""
    todo = [index for index, item in enumerate(instance.items) if item.must]
    needed: set[int] = set()
    while todo:
        index = todo.pop()
        if index not in needed:
            needed.add(index)
            todo.extend(before for before, _ in instance.items[index].requires)
    return frozenset(needed)


class _Schedule:
    """A schedule under construction."""

    def __init__(self, instance: Instance, banned: frozenset[int] = frozenset()) -> None:
        self._instance = instance
        self._banned = banned
        self._busy: list[list[tuple[int, int]]] = [[] for _ in instance.specialists]
        self._left = [person.limit for person in instance.specialists]
        self._tasks: dict[int, Placed] = {}
        self._items: dict[int, tuple[int, int]] = {}
        self._room = [
            (frozenset(rule.members), math.floor(rule.maximum * instance.capacity))
            for rule in instance.shares
            if rule.maximum is not None
        ]
        self._groups: dict[int, tuple[int, ...]] = {index: group for group in instance.exclusive for index in group}

    def run(self, priority: Priority) -> Solution:
        """Place items in the order of a priority, smallest first."""
        instance = self._instance
        followers: dict[int, list[int]] = {}
        for index, item in enumerate(instance.items):
            for before, _ in (*item.requires, *(item.any_of or ())):
                followers.setdefault(before, []).append(index)
        queue = [
            self._entry(index, priority)
            for index in range(len(instance.items))
            if self._moment(instance.items[index]) is not None
        ]
        heapq.heapify(queue)
        seen = {index for *_, index in queue}
        while queue:
            index = heapq.heappop(queue)[-1]
            if index in self._banned or not self._place(index):
                continue
            for follower in followers.get(index, ()):
                if follower not in seen and self._moment(instance.items[follower]) is not None:
                    seen.add(follower)
                    heapq.heappush(queue, self._entry(follower, priority))
        return self._solution()

    def _entry(self, index: int, priority: Priority) -> tuple[bool, tuple[object, ...], int]:
        return (not self._instance.items[index].milestone, priority(index), index)

    def _solution(self) -> Solution:
        """Recompute the milestones: a later alternative may have come earlier."""
        instance = self._instance
        finished = {index: end for index, (_, end) in self._items.items() if not instance.items[index].milestone}
        milestone_times.settle(instance, finished, self._banned)
        items = {
            index: self._items[index] if not instance.items[index].milestone else (end, end)
            for index, end in sorted(finished.items())
        }
        return Solution(items, dict(sorted(self._tasks.items())))

    def _moment(self, item: Item) -> int | None:
        ready = [item.release]
        for before, lag in item.requires:
            if before not in self._items:
                return None
            ready.append(self._items[before][1] + lag)
        if item.any_of is not None:
            ends = [self._items[before][1] + lag for before, lag in item.any_of if before in self._items]
            if not ends:
                return None
            ready.append(min(ends))
        return max(ready)

    def _place(self, index: int) -> bool:
        item = self._instance.items[index]
        ready = self._moment(item)
        if ready is None or not self._allowed(index):
            return False
        if item.milestone:
            if ready <= item.deadline:
                self._items[index] = (ready, ready)
            return ready <= item.deadline
        placed = self._tasks_of(item, ready)
        if placed is None:
            return False
        start = min(task.start for task in placed.values())
        finish = max(task.finish + self._instance.tasks[key].wait for key, task in placed.items())
        if item.start_window is not None and not item.start_window[0] <= start <= item.start_window[1]:
            return False
        if not self._below_parallel(start, finish):
            return False
        for task in placed.values():
            insort(self._busy[task.specialist], (task.own_start, task.own_start + self._length(task)))
            self._left[task.specialist] -= task.cost
        self._tasks.update(placed)
        self._items[index] = (start, finish)
        return True

    def _length(self, placed: Placed) -> int:
        axis = self._instance.specialists[placed.specialist].axis
        return axis.before(placed.finish) - placed.own_start

    def _allowed(self, index: int) -> bool:
        """Alternatives and maximum shares."""
        if any(other in self._items for other in self._groups.get(index, ()) if other != index):
            return False
        for members, most in self._room:
            if index in members:
                taken = sum(self._instance.items[placed].effort for placed in self._items if placed in members)
                if taken + self._instance.items[index].effort > most:
                    return False
        return True

    def _below_parallel(self, start: int, finish: int) -> bool:
        """No more than max_parallel items under way, were this one added: look where others start, and here."""
        limit = self._instance.max_parallel
        if limit is None:
            return True
        spans = [
            span
            for index, span in self._items.items()
            if not self._instance.items[index].milestone and span[0] < finish and start < span[1]
        ]
        moments = [start, *(begin for begin, _ in spans if begin > start)]
        return all(sum(begin <= moment < end for begin, end in spans) < limit for moment in moments)

    def _tasks_of(self, item: Item, ready: int) -> dict[int, Placed] | None:
        """Place the tasks of one item, each with whoever finishes it earliest."""
        placed: dict[int, Placed] = {}
        start = max(ready, item.start_window[0]) if item.start_window else ready
        for key in self._ordered(item):
            task = self._instance.tasks[key]
            earliest = max(
                [start, task.earliest, *(placed[b].finish + self._instance.tasks[b].wait for b in task.after)]
            )
            best = min(
                (found for choice in task.choices if (found := self._try(key, choice, earliest, placed)) is not None),
                key=lambda found: (found.finish, found.specialist),
                default=None,
            )
            if best is None:
                return None
            placed[key] = best
        return placed

    def _ordered(self, item: Item) -> list[int]:
        """Tasks after the ones they follow."""
        order: list[int] = []
        waiting = list(item.tasks)
        while waiting:
            key = next(key for key in waiting if all(before in order for before in self._instance.tasks[key].after))
            waiting.remove(key)
            order.append(key)
        return order

    def _try(self, key: int, choice: Choice, earliest: int, placed: dict[int, Placed]) -> Placed | None:
        if not self._hands_fit(key, choice.specialist, placed):
            return None
        mine = [task for task in placed.values() if task.specialist == choice.specialist]
        if sum(task.cost for task in mine) + choice.cost > self._left[choice.specialist]:
            return None
        axis = self._instance.specialists[choice.specialist].axis
        taken = sorted(
            [*self._busy[choice.specialist], *((task.own_start, task.own_start + self._length(task)) for task in mine)]
        )
        own = _first_gap(taken, max(choice.earliest, axis.before(earliest)), choice.duration)
        if own + choice.duration > choice.latest:
            return None
        finish = axis.finish_tick(own + choice.duration)
        return Placed(choice.specialist, own, axis.start_tick(own), finish, choice.cost)

    def _hands_fit(self, key: int, who: int, placed: dict[int, Placed]) -> bool:
        """`not_by` and `same_as`, whichever of the two tasks names the other."""
        task = self._instance.tasks[key]
        for other, done in placed.items():
            twin = self._instance.tasks[other]
            if (other in task.not_by or key in twin.not_by) and done.specialist == who:
                return False
            if (other in task.same_as or key in twin.same_as) and done.specialist != who:
                return False
        return True


def _first_gap(busy: list[tuple[int, int]], earliest: int, duration: int) -> int:
    """Earliest own tick from which the specialist is free for this long."""
    index = max(0, bisect_left(busy, (earliest, earliest)) - 1)
    own = earliest
    for start, end in busy[index:]:
        if start - own >= duration:
            break
        own = max(own, end)
    return own
