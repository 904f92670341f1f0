"""Every schedule of a staffed set of items that can be best.

Most rules of time are either a lower bound on a start that grows with other finishes (releases, task order, waits,
dependencies, the earliest of `any_of`, "milestones at the earliest moment") or an upper bound (deadlines, the last
tick of a pinned day). If a schedule keeps a set of such lower bounds, so does the tick-wise minimum of two schedules
that keep them; so there is one earliest schedule (the least fixed point), it keeps every upper bound that any keeps,
and no other has a better value or `early`, for both only lose with later finishes.

The other rules are disjunctions of such lower bounds: of two tasks of one specialist one comes after the other; of
more than `max_parallel` items under way at a tick two do not overlap, so one starts after the other has finished; a
milestone that comes too early for its pinned day, or that must not be in, has to wait for a task that ends later.
Where the earliest schedule breaks one, each of its ways to be kept is tried. So all schedules that can be best are
found, to the tick, without a grid.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from math import inf

from models.item import Dependency
from planner.clock import TICKS_PER_DAY
from planner.verify.demands import Demand, ticks_of
from planner.verify.facts import Facts
from tests.oracle.selection import must_be_late, released
from tests.oracle.staffing import Staffed

Task = tuple[str, int]


@dataclass(frozen=True)
class Repair:
    """Lower bounds that keep a broken rule: tasks after others, items after others, tasks that end no earlier."""

    tasks: tuple[tuple[Task, Task], ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    ends: tuple[tuple[Task, int], ...] = ()

    def with_(self, other: Repair) -> Repair:
        return Repair(self.tasks + other.tasks, self.items + other.items, self.ends + other.ends)


@dataclass(frozen=True)
class Times:
    """Start and finish of tasks and of items, in ticks; waits included in an item's finish."""

    task_start: Mapping[Task, int]
    task_finish: Mapping[Task, int]
    start: Mapping[str, int]
    finish: Mapping[str, int]


class Race:
    """The schedules of one set of items with one staffing."""

    def __init__(self, facts: Facts, chosen: frozenset[str], staffed: Staffed) -> None:
        self._facts = facts
        self._staffed = staffed
        self._items = {name: facts.backlog[name] for name in sorted(chosen)}
        self._work = [name for name, demand in self._items.items() if not demand.milestone]
        self._tasks = {name: [task for task in staffed if task[0] == name] for name in self._work}
        self._milestones = [name for name, demand in self._items.items() if demand.milestone]
        self._late = [name for name, demand in facts.backlog.items() if must_be_late(facts, demand, chosen)]
        self._windows = {task: list(self._pinned_days(task)) for task in staffed}
        self._days = {name: list(self._pinned_item_days(demand)) for name, demand in self._items.items()}
        self._length = {task: person.duration(need.skill, need.effort) for task, (need, person) in staffed.items()}
        self._asked = {name: self._planned(demand) for name, demand in self._items.items()}
        self._asked |= {name: self._planned(facts.backlog[name]) for name in self._late}

    def root(self) -> Repair:
        return Repair()

    def _pinned_days(self, task: Task) -> Iterator[tuple[int, int]]:
        """First and last tick of the days a task is pinned to; of a day that is none, a window nothing fits."""
        demand = self._facts.backlog[task[0]]
        for _, pin in self._facts.task_pins(demand, task[1]):
            if pin.start is not None and pin.task is not None:
                yield self._window(pin.start)

    def _pinned_item_days(self, demand: Demand) -> Iterator[tuple[int, int]]:
        for _, pin in self._facts.pins.get(demand.item.id, ()):
            if pin.start is not None and pin.task is None:
                yield self._window(pin.start)

    def _window(self, day: datetime.date) -> tuple[int, int]:
        index = self._facts.clock.day_index(day)
        return (0, -1) if index is None else (TICKS_PER_DAY * index, TICKS_PER_DAY * (index + 1) - 1)

    def _planned(self, demand: Demand) -> _Asked:
        all_of, one_of = self._facts.asked(demand)
        chosen = [entry for entry in one_of if entry.item in self._items]
        return _Asked(released(self._facts, demand), _lags(all_of), _lags(chosen))

    def earliest(self, kept: Repair) -> Times | None:
        """Return the earliest schedule that keeps the lower bounds, None where it breaks an upper one."""
        start = dict.fromkeys(self._staffed, 0)
        finish = dict.fromkeys(self._staffed, 0)
        changed = True
        while changed:
            changed = False
            items = self._item_times(start, finish)
            for task in self._staffed:
                placed = self._place(task, self._ready(task, finish, items.finish, kept), kept)
                if placed is None:
                    return None
                if placed[0] > start[task] or placed[1] > finish[task]:
                    start[task], finish[task] = placed
                    changed = True
        times = self._item_times(start, finish)
        return times if self._in_time(times) else None

    def _item_times(self, start: Mapping[Task, int], finish: Mapping[Task, int]) -> Times:
        item_start, item_finish = {}, {}
        for name in self._work:
            item_start[name] = min(start[task] for task in self._tasks[name])
            item_finish[name] = max(finish[task] + self._staffed[task][0].wait for task in self._tasks[name])
        moments = self._moments(self._milestones, item_finish)
        return Times(dict(start), dict(finish), item_start | moments, item_finish | moments)

    def _moments(self, names: list[str], finish: Mapping[str, int]) -> dict[str, int]:
        """Moments of milestones: from what is settled on, until no more is; what carries only itself has none."""
        moments: dict[str, float] = dict.fromkeys(names, inf)
        for _ in names:
            moments = {name: self._moment(name, {**finish, **moments}) for name in names}
        return {name: int(moment) if moment < inf else self._facts.horizon + 1 for name, moment in moments.items()}

    def _moment(self, name: str, finish: Mapping[str, float]) -> float:
        asked = self._asked[name]
        moment = max([asked.release, *(finish[before] + lag for before, lag in asked.all_of)])
        if asked.one_of:
            moment = max(moment, min(finish[before] + lag for before, lag in asked.one_of))
        return moment

    def _ready(self, task: Task, finish: Mapping[Task, int], item_finish: Mapping[str, int], kept: Repair) -> int:
        """Tick before which the task cannot start."""
        name, need = task[0], self._staffed[task][0]
        before = [finish[name, place] + self._staffed[name, place][0].wait for place in need.after]
        before += [finish[first] for first, then in kept.tasks if then == task]
        before += [item_finish[other] for other, then in kept.items if then == name]
        before += [start for start, _ in (*self._windows[task], *self._days[name])]
        return int(max([self._moment(name, item_finish), *before]))

    def _place(self, task: Task, ready: int, kept: Repair) -> tuple[int, int] | None:
        """Run the task from then on, or so much later that it does not end too early; None past the sprint's end."""
        there, length = self._staffed[task][1].there, self._length[task]
        floors = [bisect_left(there, end - 1) - length + 1 for late, end in kept.ends if late == task]
        first = max([bisect_left(there, ready), *floors])
        if first + length > len(there):
            return None
        return there[first], there[first + length - 1] + 1

    def _in_time(self, times: Times) -> bool:
        on_day = all(times.task_start[task] <= last for task, days in self._windows.items() for _, last in days)
        for name, demand in self._items.items():
            border = 1 if demand.milestone else 0  # a milestone's moment is written as a finish
            on_day = on_day and all(times.start[name] - border <= last for _, last in self._days[name])
        return on_day and all(
            times.finish[name] <= self._facts.finish_limit(demand.item) for name, demand in self._items.items()
        )

    def repairs(self, times: Times) -> list[Repair] | None:
        """Return the ways to keep the first rule the schedule breaks; None if it keeps them all."""
        for first, then in combinations(self._staffed, 2):
            if self._clash(first, then, times):
                return [Repair(tasks=((first, then),)), Repair(tasks=((then, first),))]
        crowd = self._crowd(times)
        if crowd:
            return [Repair(items=(pair,)) for one in combinations(crowd, 2) for pair in (one, one[::-1])]
        for name in self._milestones:
            for first, _ in self._days[name]:
                if times.start[name] <= first:
                    return list(self._delay(name, first + 1, frozenset()))
        return self._too_early(times)

    def _clash(self, one: Task, other: Task, times: Times) -> bool:
        same = self._staffed[one][1].name == self._staffed[other][1].name
        apart = times.task_finish[one] <= times.task_start[other] or times.task_finish[other] <= times.task_start[one]
        return same and not apart

    def _crowd(self, times: Times) -> list[str]:
        """More items than `max_parallel` allows that are under way at one tick."""
        most = self._facts.scenario.policy.max_parallel
        if most is None:
            return []
        for name in self._work:
            tick = times.start[name]
            under_way = [other for other in self._work if times.start[other] <= tick < times.finish[other]]
            if len(under_way) > most:
                return under_way[: most + 1]
        return []

    def _too_early(self, times: Times) -> list[Repair] | None:
        for name in self._late:
            limit = self._facts.finish_limit(self._facts.backlog[name].item)
            if self._moment(name, times.finish) <= limit:
                return list(self._delay(name, limit + 1, frozenset()))
        return None

    def _delay(self, name: str, until: int, above: frozenset[str]) -> Iterator[Repair]:
        """Yield ways to move a milestone's moment: one of what it depends on, or all its alternatives, end later."""
        if name in above:  # what carries itself is as late as whatever else carries it
            yield Repair()
            return
        above |= {name}
        for before, lag in self._asked[name].all_of:
            yield from self._push(before, until - lag, above)
        alternatives = self._asked[name].one_of
        if alternatives:
            for ways in product(*(list(self._push(before, until - lag, above)) for before, lag in alternatives)):
                joined = Repair()
                for way in ways:
                    joined = joined.with_(way)
                yield joined

    def _push(self, name: str, until: int, above: frozenset[str]) -> Iterator[Repair]:
        """Yield ways to have an item finish no earlier than a tick."""
        if self._items[name].milestone:
            yield from self._delay(name, until, above)
            return
        for task in self._tasks[name]:
            yield Repair(ends=((task, until - self._staffed[task][0].wait),))


@dataclass(frozen=True)
class _Asked:
    """What an item waits for: its release, all of these and one of those planned, each with its lag in ticks."""

    release: int
    all_of: list[tuple[str, int]]
    one_of: list[tuple[str, int]]


def _lags(dependencies: Iterable[Dependency]) -> list[tuple[str, int]]:
    return [(entry.item, ticks_of(entry.lag_days)) for entry in dependencies]
