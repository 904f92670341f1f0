"""List scheduling, the frozen rule everything is compared with; shares nothing with the solver.

Repeat: among the items not yet placed whose prerequisites are placed, take the one of highest value over effort,
give each task to the specialist who finishes it earliest, keep the item if it fits by its deadline, else put it
aside for good. Never make the rule better: an improved one belongs into the planner's own warm start.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from benchmarks.schedule import Need, Person, PlacedItem, PlacedTask, Workshop, as_plan
from models.base import exact
from models.item import Item
from models.plan import Plan
from models.scenario import Scenario
from planner.work import OpenItem, OpenTask


@dataclass(frozen=True)
class ListSchedule:
    """What the rule arrives at.

    Attributes
    ----------
    value
        The objective's term 1: value less due costs, those of the items left out too.
    placed
        In the order in which they were placed.
    plan
        The same as a plan that the judge can read.
    """

    value: Fraction
    placed: tuple[PlacedItem, ...]
    plan: Plan


def list_schedule(scenario: Scenario) -> ListSchedule:
    """Apply the rule to one sprint.

    Raises
    ------
    ValueError
        If the scenario has hard rules that the rule knows nothing of: its plan would break them.
    """
    workshop = Workshop.of(scenario)
    placed = _Rule(workshop).place_all()
    plan = as_plan(workshop, placed, "list scheduling")
    return ListSchedule(exact(plan.value or 0), tuple(placed.values()), plan)


@dataclass
class _Desk:
    """What a specialist's own ticks and hours are already used for.

    A task takes a run of neighbours among the own ticks, which is how work pauses over absences. ``used`` are the
    runs taken, as half-open index intervals in order.
    """

    person: Person
    used: list[tuple[int, int]] = field(default_factory=list)
    spent: int = 0

    def place(self, task: OpenTask, ready: int) -> tuple[int, int] | None:
        """Earliest run of own ticks not before ``ready`` that is long enough and free, as an index interval."""
        needed = self.person.duration(task)
        begin = bisect_left(self.person.own, ready)
        for first, last in self.used:
            if begin + needed <= first:
                break
            begin = max(begin, last)
        return (begin, begin + needed) if begin + needed <= len(self.person.own) else None

    def can(self, task: OpenTask) -> bool:
        return self.person.can(task) and self.spent + self.person.cost(task) <= self.person.limit

    def take(self, task: OpenTask, run: tuple[int, int]) -> None:
        insort(self.used, run)
        self.spent += self.person.cost(task)

    def give_back(self, task: OpenTask, run: tuple[int, int]) -> None:
        self.used.remove(run)
        self.spent -= self.person.cost(task)


class _Rule:
    """One run of the rule."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.desks = [_Desk(person) for person in workshop.people]
        self.placed: dict[str, PlacedItem] = {}

    def place_all(self) -> dict[str, PlacedItem]:
        """Go through the items by value over effort, the first whose prerequisites are placed at each step."""
        waiting = sorted(self.workshop.works, key=_by_ratio)
        while (found := self._next(waiting)) is not None:
            work, ready = found
            waiting.remove(work)
            tasks = self._try(work, ready)
            if tasks is not None:
                self.placed[work.item.id] = PlacedItem.of(work, tasks)
        return self.placed

    def _next(self, waiting: list[OpenItem]) -> tuple[OpenItem, int] | None:
        for work in waiting:
            ready = self._ready(work.item)
            if ready is not None:
                return work, ready
        return None

    def _ready(self, item: Item) -> int | None:
        """Earliest start by release and prerequisites, None while one is not placed."""
        every, some = self.workshop.all_of(item), self.workshop.any_of(item)
        if any(need.item not in self.placed for need in every):
            return None
        ready = max([self.workshop.release(item), *self._after(every)])
        if some is None:
            return ready
        first = min(self._after(some), default=None)
        return None if first is None else max(ready, first)

    def _after(self, needs: Iterable[Need]) -> Iterator[int]:
        return (self.placed[need.item].finish + need.lag for need in needs if need.item in self.placed)

    def _try(self, work: OpenItem, ready: int) -> tuple[PlacedTask, ...] | None:
        """Place the tasks one after the other; take all of them back if the item does not fit."""
        placed: dict[int, PlacedTask] = {}
        runs: list[tuple[_Desk, OpenTask, tuple[int, int]]] = []
        limit = self.workshop.finish_limit(work.item)
        for index in _in_order(work):
            task = work.tasks[index]
            start = max([ready, *(placed[other].finish + work.tasks[other].wait_ticks for other in task.after)])
            best = min(self._offers(work, index, start, placed), default=None)
            if best is None or best[0] + task.wait_ticks > limit:
                for desk, taken, run in runs:
                    desk.give_back(taken, run)
                return None
            finish, who, run = best
            desk = self.desks[who]
            desk.take(task, run)
            runs.append((desk, task, run))
            placed[index] = PlacedTask(who, desk.person.own[run[0]], finish)
        return tuple(placed[index] for index in range(len(work.tasks)))

    def _offers(
        self, work: OpenItem, index: int, start: int, placed: dict[int, PlacedTask]
    ) -> Iterator[tuple[int, int, tuple[int, int]]]:
        """Who could do the task and when they would finish it: (finish tick, person, run of own ticks)."""
        task = work.tasks[index]
        others = {o for o in placed if o in task.not_by or index in work.tasks[o].not_by}
        fellows = {o for o in placed if o in task.same_as or index in work.tasks[o].same_as}
        for who, desk in enumerate(self.desks):
            barred = any(placed[o].person == who for o in others) or any(placed[o].person != who for o in fellows)
            if barred or not desk.can(task):
                continue
            run = desk.place(task, start)
            if run is not None:
                yield desk.person.own[run[1] - 1] + 1, who, run


def _by_ratio(work: OpenItem) -> tuple[bool, Fraction, str]:
    """Highest value over effort first, effort 0 before all; the id decides between equals."""
    if work.total_effort == 0:
        return False, Fraction(0), work.item.id
    return True, -exact(work.item.value or 0) / work.total_effort, work.item.id


def _in_order(work: OpenItem) -> list[int]:
    """Task indices, each after its predecessors, the lowest position first."""
    order: list[int] = []
    while len(order) < len(work.tasks):
        free = (index for index, task in enumerate(work.tasks) if index not in order and set(task.after) <= set(order))
        order.append(next(free))
    return order
