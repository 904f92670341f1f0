"""What every contestant plans with: people and their ticks, items with release and deadline, a schedule as a plan.

Built from the words of the scenario (``planner.clock``, ``planner.team``, ``planner.work``) and nothing of the solver:
its narrowed windows, its presolve and its integers stay out of the comparison.
"""

from __future__ import annotations

import datetime
import itertools
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
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

    @classmethod
    def of(cls, work: OpenItem, tasks: tuple[PlacedTask, ...]) -> PlacedItem:
        """Put an item together from its tasks."""
        return cls(work, tasks, max(task.finish + own.wait_ticks for task, own in zip(tasks, work.tasks, strict=True)))


@dataclass(frozen=True)
class Person:
    """A specialist: the team ticks when they are there, and the hundredths of hours they have for the sprint."""

    specialist: Specialist
    rate: Fraction
    own: tuple[int, ...]
    limit: int

    def can(self, task: OpenTask) -> bool:
        """Whether they have the skill."""
        return task.skill is None or task.skill in self.specialist.skills

    def proficiency(self, task: OpenTask) -> Fraction:
        """How fast they are at it."""
        return exact(self.specialist.skills[task.skill]) if task.skill is not None else Fraction(1)

    def duration(self, task: OpenTask) -> int:
        """Own ticks the task takes."""
        return max(1, int(TICKS_PER_DAY * task.effort / (self.rate * self.proficiency(task))))

    def cost(self, task: OpenTask) -> int:
        """Hundredths of capacity the task takes."""
        return hundredths(task.effort / self.proficiency(task))

    def place(self, who: int, start: int, duration: int) -> PlacedTask:
        """Work of this many own ticks that starts on a team tick when they are there."""
        return PlacedTask(who, start, self.own[bisect_left(self.own, start) + duration - 1] + 1)

    def pauses(self, horizon: int) -> list[tuple[int, int]]:
        """Half-open intervals of team ticks when they are away."""
        edges = [-1, *self.own, horizon]
        return [(last + 1, following) for last, following in itertools.pairwise(edges) if following > last + 1]


class Need(NamedTuple):
    """A prerequisite that is open, with its lag in ticks."""

    item: str
    lag: int


@dataclass(frozen=True)
class Workshop:
    """One sprint: its clock, people and open items.

    Raises
    ------
    ValueError
        If the scenario has hard rules that the contestants know nothing of: their plans would break them.
    """

    scenario: Scenario
    clock: Clock
    people: tuple[Person, ...]
    works: tuple[OpenItem, ...]
    done: frozenset[str]

    @classmethod
    def of(cls, scenario: Scenario) -> Workshop:
        """Read a scenario whose rules are those of the made-up backlogs."""
        _refuse_other_rules(scenario)
        clock = Clock.of(scenario.calendar)
        kept = 1 - exact(scenario.policy.buffer)
        people = []
        for specialist, rate in zip(expand(scenario.team), rates(scenario), strict=True):
            own = tuple(tick for start, end in clock.presence(specialist, rate) for tick in range(start, end))
            limit = hundredths(Fraction(len(own), TICKS_PER_DAY) * rate * kept)
            people.append(Person(specialist, rate, own, limit))
        return cls(scenario, clock, tuple(people), tuple(open_items(scenario)), done_ids(scenario))

    @cached_property
    def horizon(self) -> int:
        """Ticks of the sprint."""
        return self.clock.horizon

    def release(self, item: Item) -> int:
        """First tick at which it may start."""
        return 0 if item.release is None else self.clock.start_limit(item.release)

    def finish_limit(self, item: Item) -> int:
        """Last tick at which it may finish."""
        return self.horizon if item.deadline is None else min(self.horizon, self.clock.finish_limit(item.deadline))

    def all_of(self, item: Item) -> list[Need]:
        """Everything it depends on that is not done."""
        return [Need(need.item, ticks(need.lag_days)) for need in item.depends_on if need.item not in self.done]

    def any_of(self, item: Item) -> list[Need] | None:
        """Alternatives of which one is needed; None where nothing is asked or one is done."""
        if not item.any_of or any(need.item in self.done for need in item.any_of):
            return None
        return [Need(need.item, ticks(need.lag_days)) for need in item.any_of]

    def due_day(self, item: Item) -> int:
        """Working days up to and including the due date; all of the sprint's where there is none."""
        if item.due is None:
            return self.horizon // TICKS_PER_DAY
        return self.clock.finish_limit(max(item.due.date, self.clock.first_day)) // TICKS_PER_DAY

    def days_late(self, item: Item, finish: int) -> int:
        """Working days after the due date; the horizon's end stands for an item left out."""
        return 0 if item.due is None else max(0, -(-finish // TICKS_PER_DAY) - self.due_day(item))

    def due_cost(self, item: Item, finish: int) -> Fraction:
        """What finishing then costs."""
        return exact(item.due.cost_per_day) * self.days_late(item, finish) if item.due else Fraction(0)

    def most(self) -> Fraction:
        """Value of everything, on time: no plan is worth more."""
        return sum((exact(work.item.value or 0) for work in self.works), Fraction(0))


def _refuse_other_rules(scenario: Scenario) -> None:
    policy = scenario.policy
    if policy.unknown_dependency != "block":
        raise ValueError("to the contestants unknown dependencies block")
    shares = [rule for rule in (policy.goal, *policy.mix) if rule is not None]
    if scenario.pins or shares or policy.max_parallel or policy.ready_only or policy.score not in (None, "value"):
        raise ValueError("the contestants know no pins, shares, max_parallel, ready_only or other scores")
    for item in scenario.backlog:
        if item.must or item.exclusive or item.together or item.milestone or item.work == ():
            raise ValueError(f"the contestants know no must-dos, groups or milestones ({item.id})")
        if item.status == "in-progress" or item.value is None:
            raise ValueError(f"the contestants know no work in progress and need values ({item.id})")


# -- the schedule as a plan ------------------------------------------------------------------------------------


def as_plan(workshop: Workshop, placed: Mapping[str, PlacedItem], author: str, bound: Fraction | None = None) -> Plan:
    """Write a schedule as a plan that the judge can read.

    Parameters
    ----------
    placed
        By item id.
    author
        Who made it; stands in the notes.
    bound
        Proven by the author; without one, the value of everything.
    """
    scenario, clock = workshop.scenario, workshop.clock
    out = [item for item in scenario.backlog if item.id not in placed]
    costs = {i.id: Fraction(0) if i.id in workshop.done else workshop.due_cost(i, workshop.horizon) for i in out}
    benefits = {key: _benefit(entry, workshop) for key, entry in placed.items()}
    value = sum(benefits.values(), Fraction(0)) - sum(costs.values(), Fraction(0))
    limit = max(value, workshop.most() if bound is None else bound)
    moment = clock.start_time(0) if workshop.horizon else datetime.datetime.now(datetime.UTC)
    ranked = sorted(placed.values(), key=_rank)
    spent = _spent(workshop, placed)
    return Plan(
        scenario=scenario.name,
        created=moment,
        start=clock.first_day,
        unit=scenario.unit,
        timezone=scenario.calendar.timezone,
        status="feasible",
        value=float(value),
        best_value=float(value),
        bound=float(limit),
        gap=0.0 if limit == value else float((limit - value) / abs(limit)) if limit else None,
        solve_seconds=0,
        seed=0,
        selected=tuple(
            _planned(entry, rank, benefits[entry.work.item.id], workshop) for rank, entry in enumerate(ranked, start=1)
        ),
        left_out=tuple(
            LeftOutItem(
                id=item.id,
                title=item.title,
                value=item.value or 0,
                benefit=float(-costs[item.id]),
                reason=_reason(item, workshop, author),
            )
            for item in out
        ),
        capacity=tuple(map(_capacity, workshop.people, spent)),
        shares=(),
        objective=_objective(workshop, placed, value, spent),
        conflict=None,
        greedy_value=None,
        notes=(f"made by {author}",),
    )


def _benefit(entry: PlacedItem, workshop: Workshop) -> Fraction:
    return exact(entry.work.item.value or 0) - workshop.due_cost(entry.work.item, entry.finish)


def _rank(entry: PlacedItem) -> tuple[int, Fraction, str]:
    return min(task.start for task in entry.tasks), -exact(entry.work.item.value or 0), entry.work.item.id


def _spent(workshop: Workshop, placed: Mapping[str, PlacedItem]) -> list[int]:
    """Hundredths of capacity used, per person."""
    spent = [0] * len(workshop.people)
    for entry in placed.values():
        for task, place in zip(entry.work.tasks, entry.tasks, strict=True):
            spent[place.person] += workshop.people[place.person].cost(task)
    return spent


def _planned(entry: PlacedItem, rank: int, benefit: Fraction, workshop: Workshop) -> PlannedItem:
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


def _reason(item: Item, workshop: Workshop, author: str) -> Reason:
    """What the data imply at once; why a contestant chose otherwise it does not tell."""
    if item.id in workshop.done:
        return Reason(code="done", text="It is done.", proven=True)
    work = next(work for work in workshop.works if work.item.id == item.id)
    if not all(any(person.can(task) for person in workshop.people) for task in work.tasks):
        return Reason(code="skill", text="Nobody has a skill it needs.", proven=True)
    return Reason(code="not-reached", text=f"Not in the plan made by {author}.", proven=False)


def _capacity(person: Person, spent: int) -> CapacityUse:
    return CapacityUse(
        specialist=person.specialist.name,
        sprint=1,
        available=person.limit / 100,
        planned=spent / 100,
        utilisation=spent / person.limit if person.limit else 0,
    )


def _objective(
    workshop: Workshop, placed: Mapping[str, PlacedItem], value: Fraction, spent: list[int]
) -> tuple[ObjectiveTerm, ...]:
    """State the terms of the plan as the contract counts them; none is proven."""
    early = sum(exact(e.work.item.value or 0) * -(-e.finish // TICKS_PER_DAY) for e in placed.values())
    peaks = (-(-used * 10_000 // p.limit) for p, used in zip(workshop.people, spent, strict=True) if p.limit)
    names = {person.specialist.name: person for person in workshop.people}
    kept = itertools.chain.from_iterable(_not_with_assignee(entry, names, workshop) for entry in placed.values())
    terms = {
        "value": float(value),
        "early": float(early),
        "peak": max(peaks, default=0) / 10_000,
        "effort": sum(spent) / 100,
        "assignee": float(sum(kept)),
    }
    return tuple(ObjectiveTerm.model_validate({"term": t, "value": v, "proven": False}) for t, v in terms.items())


def _not_with_assignee(entry: PlacedItem, names: dict[str, Person], workshop: Workshop) -> Iterator[bool]:
    """For each task of an item with an assignee who could do it: is it somebody else's."""
    person = names.get(entry.work.item.assignee or "")
    if person is None:
        return
    for task, place in zip(entry.work.tasks, entry.tasks, strict=True):
        if person.can(task):
            yield workshop.people[place.person] is not person
