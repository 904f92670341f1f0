"""List scheduling, the frozen rule everything is compared with; shares nothing with the solver.

Repeat: among the items not yet placed whose prerequisites are placed, take the one of highest value over effort,
give each task to the specialist who finishes it earliest, keep the item if it fits by its deadline, else put it
aside for good. Never make the rule better: an improved one belongs into the planner's own warm start.
"""

from __future__ import annotations

import datetime
import itertools
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from models.base import exact, hundredths
from models.item import Item
from models.plan import CapacityUse, LeftOutItem, ObjectiveTerm, Plan, PlannedItem, PlannedTask, Reason
from models.scenario import Scenario
from models.team import Specialist
from planner.clock import TICKS_PER_DAY, Clock
from planner.team import expand, rates
from planner.work import OpenItem, OpenTask, done_ids, open_items, ticks


class PlacedTask(NamedTuple):
    """A task with its specialist (index into the team) and team ticks."""

    person: int
    start: int
    finish: int


@dataclass(frozen=True)
class PlacedItem:
    """An item in the schedule; the finish includes waits."""

    work: OpenItem
    tasks: tuple[PlacedTask, ...]
    finish: int


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
    _refuse_other_rules(scenario)
    workshop = _Workshop.of(scenario)
    placed = _place_all(scenario, workshop)
    plan = _as_plan(scenario, workshop, placed)
    return ListSchedule(exact(plan.value or 0), tuple(placed.values()), plan)


def _refuse_other_rules(scenario: Scenario) -> None:
    policy = scenario.policy
    shares = [rule for rule in (policy.goal, *policy.mix) if rule is not None]
    if scenario.pins or shares or policy.max_parallel or policy.ready_only or policy.score not in (None, "value"):
        raise ValueError("list scheduling knows no pins, shares, max_parallel, ready_only or other scores")
    for item in scenario.backlog:
        if item.must or item.exclusive or item.together or item.milestone or item.work == ():
            raise ValueError(f"list scheduling knows no must-dos, groups or milestones ({item.id})")
        if item.status == "in-progress" or item.value is None:
            raise ValueError(f"list scheduling knows no work in progress and needs values ({item.id})")


# -- the specialists' time -------------------------------------------------------------------------------------


@dataclass
class _Person:
    """A specialist's own ticks and what they are already used for.

    ``own`` are the team ticks when the specialist is there; a task takes a run of neighbours in that list, which
    is how work pauses over absences. ``used`` are the runs taken, as half-open index intervals in order.
    """

    specialist: Specialist
    rate: Fraction
    own: list[int]
    limit: int
    used: list[tuple[int, int]] = field(default_factory=list)
    spent: int = 0

    def place(self, task: OpenTask, ready: int) -> tuple[int, int] | None:
        """Earliest run of own ticks not before ``ready`` that is long enough and free, as an index interval."""
        needed = max(1, int(TICKS_PER_DAY * task.effort / (self.rate * self.proficiency(task))))
        begin = bisect_left(self.own, ready)
        for first, last in self.used:
            if begin + needed <= first:
                break
            begin = max(begin, last)
        return (begin, begin + needed) if begin + needed <= len(self.own) else None

    def proficiency(self, task: OpenTask) -> Fraction:
        return exact(self.specialist.skills[task.skill]) if task.skill is not None else Fraction(1)

    def cost(self, task: OpenTask) -> int:
        """Hundredths of capacity the task takes."""
        return hundredths(task.effort / self.proficiency(task))

    def can(self, task: OpenTask) -> bool:
        return (task.skill is None or task.skill in self.specialist.skills) and self.spent + self.cost(
            task
        ) <= self.limit

    def take(self, task: OpenTask, run: tuple[int, int]) -> None:
        insort(self.used, run)
        self.spent += self.cost(task)

    def give_back(self, task: OpenTask, run: tuple[int, int]) -> None:
        self.used.remove(run)
        self.spent -= self.cost(task)


@dataclass
class _Workshop:
    """Clock and people of one run of the rule."""

    clock: Clock
    people: list[_Person]

    @classmethod
    def of(cls, scenario: Scenario) -> _Workshop:
        clock = Clock.of(scenario.calendar)
        kept = 1 - exact(scenario.policy.buffer)
        people = []
        for specialist, rate in zip(expand(scenario.team), rates(scenario), strict=True):
            own = [tick for start, end in clock.presence(specialist, rate) for tick in range(start, end)]
            limit = hundredths(Fraction(len(own), TICKS_PER_DAY) * rate * kept)
            people.append(_Person(specialist, rate, own, limit))
        return cls(clock, people)

    def finish_limit(self, item: Item) -> int:
        horizon = self.clock.horizon
        return horizon if item.deadline is None else min(horizon, self.clock.finish_limit(item.deadline))

    def days_late(self, item: Item, finish: int) -> int:
        """Working days after the due date; the horizon's end stands for an item left out."""
        if item.due is None:
            return 0
        due_day = self.clock.finish_limit(max(item.due.date, self.clock.first_day)) // TICKS_PER_DAY
        return max(0, -(-finish // TICKS_PER_DAY) - due_day)

    def due_cost(self, item: Item, finish: int) -> Fraction:
        return exact(item.due.cost_per_day) * self.days_late(item, finish) if item.due else Fraction(0)


# -- the rule --------------------------------------------------------------------------------------------------


def _place_all(scenario: Scenario, workshop: _Workshop) -> dict[str, PlacedItem]:
    """Go through the items by value over effort, the first whose prerequisites are placed at each step."""
    done = done_ids(scenario)
    waiting = sorted(open_items(scenario), key=_by_ratio)
    placed: dict[str, PlacedItem] = {}
    while (found := _next(waiting, placed, done, workshop)) is not None:
        work, ready = found
        waiting.remove(work)
        tasks = _try(work, ready, workshop)
        if tasks is not None:
            finish = max(task.finish + open_.wait_ticks for task, open_ in zip(tasks, work.tasks, strict=True))
            placed[work.item.id] = PlacedItem(work, tasks, finish)
    return placed


def _by_ratio(work: OpenItem) -> tuple[bool, Fraction, str]:
    """Highest value over effort first, effort 0 before all; the id decides between equals."""
    if work.total_effort == 0:
        return False, Fraction(0), work.item.id
    return True, -exact(work.item.value or 0) / work.total_effort, work.item.id


def _next(
    waiting: list[OpenItem], placed: dict[str, PlacedItem], done: frozenset[str], workshop: _Workshop
) -> tuple[OpenItem, int] | None:
    for work in waiting:
        ready = _ready(work.item, placed, done, workshop.clock)
        if ready is not None:
            return work, ready
    return None


def _ready(item: Item, placed: dict[str, PlacedItem], done: frozenset[str], clock: Clock) -> int | None:
    """Earliest start by release and prerequisites, None while one is not placed."""

    def after(needs: list[tuple[str, float]]) -> Iterator[int]:
        return (placed[other].finish + ticks(lag) for other, lag in needs if other in placed)

    every = [(need.item, need.lag_days) for need in item.depends_on if need.item not in done]
    some = [(need.item, need.lag_days) for need in item.any_of]
    if any(other not in placed for other, _ in every):
        return None
    ready = 0 if item.release is None else clock.start_limit(item.release)
    ready = max([ready, *after(every)])
    if not some or any(other in done for other, _ in some):
        return ready
    first = min(after(some), default=None)
    return None if first is None else max(ready, first)


def _try(work: OpenItem, ready: int, workshop: _Workshop) -> tuple[PlacedTask, ...] | None:
    """Place the tasks one after the other; take all of them back if the item does not fit."""
    placed: dict[int, PlacedTask] = {}
    runs: list[tuple[_Person, OpenTask, tuple[int, int]]] = []
    limit = workshop.finish_limit(work.item)
    for index in _in_order(work):
        task = work.tasks[index]
        start = max([ready, *(placed[other].finish + work.tasks[other].wait_ticks for other in task.after)])
        best = min(_offers(work, index, start, placed, workshop), default=None)
        if best is None or best[0] + task.wait_ticks > limit:
            for person, taken, run in runs:
                person.give_back(taken, run)
            return None
        finish, who, run = best
        person = workshop.people[who]
        person.take(task, run)
        runs.append((person, task, run))
        placed[index] = PlacedTask(who, person.own[run[0]], finish)
    return tuple(placed[index] for index in range(len(work.tasks)))


def _in_order(work: OpenItem) -> list[int]:
    """Task indices, each after its predecessors, the lowest position first."""
    order: list[int] = []
    while len(order) < len(work.tasks):
        free = (index for index, task in enumerate(work.tasks) if index not in order and set(task.after) <= set(order))
        order.append(next(free))
    return order


def _offers(
    work: OpenItem, index: int, start: int, placed: dict[int, PlacedTask], workshop: _Workshop
) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Who could do the task and when they would finish it: (finish tick, person, run of own ticks)."""
    task = work.tasks[index]
    others = {o for o in placed if o in task.not_by or index in work.tasks[o].not_by}
    fellows = {o for o in placed if o in task.same_as or index in work.tasks[o].same_as}
    for who, person in enumerate(workshop.people):
        barred = any(placed[o].person == who for o in others) or any(placed[o].person != who for o in fellows)
        if barred or not person.can(task):
            continue
        run = person.place(task, start)
        if run is not None:
            yield person.own[run[1] - 1] + 1, who, run


# -- the schedule as a plan ------------------------------------------------------------------------------------


def _as_plan(scenario: Scenario, workshop: _Workshop, placed: dict[str, PlacedItem]) -> Plan:
    horizon = workshop.clock.horizon
    done = done_ids(scenario)
    out = [item for item in scenario.backlog if item.id not in placed]
    costs = {item.id: Fraction(0) if item.id in done else workshop.due_cost(item, horizon) for item in out}
    benefits = {key: _benefit(entry, workshop) for key, entry in placed.items()}
    value = sum(benefits.values(), Fraction(0)) - sum(costs.values(), Fraction(0))
    moment = workshop.clock.start_time(0) if horizon else datetime.datetime.now(datetime.UTC)
    ranked = sorted(placed.values(), key=_rank)
    return Plan(
        scenario=scenario.name,
        created=moment,
        start=workshop.clock.first_day,
        unit=scenario.unit,
        timezone=scenario.calendar.timezone,
        status="feasible",
        value=float(value),
        best_value=float(value),
        bound=None,
        gap=None,
        solve_seconds=0,
        seed=0,
        selected=tuple(
            _planned(entry, rank, benefits[entry.work.item.id], workshop) for rank, entry in enumerate(ranked, start=1)
        ),
        left_out=tuple(_left_out(item, costs[item.id], item.id in done) for item in out),
        capacity=tuple(_capacity(person) for person in workshop.people),
        shares=(),
        objective=_objective(workshop, placed, value),
        conflict=None,
        greedy_value=float(value),
        notes=("made by list scheduling",),
    )


def _benefit(entry: PlacedItem, workshop: _Workshop) -> Fraction:
    return exact(entry.work.item.value or 0) - workshop.due_cost(entry.work.item, entry.finish)


def _rank(entry: PlacedItem) -> tuple[int, Fraction, str]:
    return min(task.start for task in entry.tasks), -exact(entry.work.item.value or 0), entry.work.item.id


def _planned(entry: PlacedItem, rank: int, benefit: Fraction, workshop: _Workshop) -> PlannedItem:
    clock, item = workshop.clock, entry.work.item
    return PlannedItem(
        id=item.id,
        title=item.title,
        value=item.value or 0,
        benefit=float(benefit),
        estimate="guessed" if entry.work.guessed else "given",
        sprint=1,
        rank=rank,
        start=clock.start_time(min(task.start for task in entry.tasks)),
        finish=clock.finish_time(entry.finish),
        tasks=tuple(
            PlannedTask(
                id=task.key,
                skill=task.skill,
                specialist=workshop.people[place.person].specialist.name,
                effort=float(task.effort),
                start=clock.start_time(place.start),
                finish=clock.finish_time(place.finish),
                start_tick=place.start,
                finish_tick=place.finish,
            )
            for task, place in zip(entry.work.tasks, entry.tasks, strict=True)
        ),
    )


def _left_out(item: Item, cost: Fraction, done: bool) -> LeftOutItem:
    reason = (
        Reason(code="done", text="It is done.", proven=True)
        if done
        else Reason(code="not-reached", text="List scheduling put it aside.", proven=False)
    )
    return LeftOutItem(id=item.id, title=item.title, value=item.value or 0, benefit=float(-cost), reason=reason)


def _capacity(person: _Person) -> CapacityUse:
    return CapacityUse(
        specialist=person.specialist.name,
        sprint=1,
        available=person.limit / 100,
        planned=person.spent / 100,
        utilisation=person.spent / person.limit if person.limit else 0,
    )


def _objective(workshop: _Workshop, placed: dict[str, PlacedItem], value: Fraction) -> tuple[ObjectiveTerm, ...]:
    """State the terms of the plan as the contract counts them; none is proven."""
    early = sum(exact(e.work.item.value or 0) * -(-e.finish // TICKS_PER_DAY) for e in placed.values())
    peaks = (-(-person.spent * 10_000 // person.limit) for person in workshop.people if person.limit)
    names = {person.specialist.name: person for person in workshop.people}
    kept = itertools.chain.from_iterable(_not_with_assignee(entry, names, workshop) for entry in placed.values())
    terms = {
        "shortfall": 0.0,
        "value": float(value),
        "early": float(early),
        "peak": max(peaks, default=0) / 10_000,
        "effort": sum(person.spent for person in workshop.people) / 100,
        "assignee": float(sum(kept)),
    }
    return tuple(ObjectiveTerm.model_validate({"term": t, "value": v, "proven": False}) for t, v in terms.items())


def _not_with_assignee(entry: PlacedItem, names: dict[str, _Person], workshop: _Workshop) -> Iterator[bool]:
    """For each task of an item with an assignee who could do it: is it somebody else's."""
    person = names.get(entry.work.item.assignee or "")
    if person is None:
        return
    for task, place in zip(entry.work.tasks, entry.tasks, strict=True):
        if task.skill is None or task.skill in person.specialist.skills:
            yield workshop.people[place.person] is not person
