"""Figures behind the pictures: how full everybody's days are, what each item is worth for its effort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from models.plan import Plan
from models.scenario import Scenario
from planner.clock import TICKS_PER_DAY
from planner.report import words
from planner.report.stretches import Presence, by_day
from planner.team import expand, rates
from planner.work import open_items


@dataclass(frozen=True)
class Load:
    """What is planned of somebody's time on a day or in a sprint, both in the plan's unit."""

    planned: float
    available: float

    @property
    def used(self) -> float | None:
        """Part of the time that is planned; None of somebody who is not there."""
        return self.planned / self.available if self.available else None


@dataclass(frozen=True)
class Loads:
    """How full everybody is, period by period.

    Attributes
    ----------
    periods
        Names of the columns: days, or sprints.
    rows
        Name of a specialist and their load in each period, in the order of the team.
    """

    periods: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Load]]]


def loads(plan: Plan, scenario: Scenario) -> Loads:
    """Loads by day of one sprint, by sprint of several."""
    return _by_sprint(plan, scenario) if scenario.calendar.sprints > 1 else _by_day(plan, scenario)


def _by_day(plan: Plan, scenario: Scenario) -> Loads:
    """Time, not effort: a day is full when every tick somebody is there has work on it, whatever the buffer."""
    presence = Presence.of(scenario, plan)
    there: defaultdict[tuple[str, int], int] = defaultdict(int)
    taken: defaultdict[tuple[str, int], int] = defaultdict(int)
    for name, spans in presence.spans.items():
        for first, last in (piece for span in spans for piece in by_day(span)):
            there[name, first // TICKS_PER_DAY] += last - first
    for task in (task for item in plan.selected for task in item.tasks):
        for first, last in (piece for run in presence.runs(task) for piece in by_day(run)):
            taken[task.specialist, first // TICKS_PER_DAY] += last - first
    days = presence.clock.days
    rows = []
    for person, rate in zip(expand(scenario.team), rates(scenario), strict=True):
        tick = float(rate) / TICKS_PER_DAY
        places = [(person.name, day) for day in range(len(days))]
        rows.append((person.name, [Load(taken[place] * tick, there[place] * tick) for place in places]))
    return Loads([f"{day:%a} {day.day}" for day in days], rows)


def _by_sprint(plan: Plan, scenario: Scenario) -> Loads:
    found = {(row.specialist, row.sprint): Load(row.planned, row.available) for row in plan.capacity}
    sprints = range(1, scenario.calendar.sprints + 1)
    rows = [
        (person.name, [found.get((person.name, sprint), Load(0, 0)) for sprint in sprints])
        for person in expand(scenario.team)
    ]
    return Loads([str(sprint) for sprint in sprints], rows)


@dataclass(frozen=True)
class Worth:
    """An open item with work of its own: what it is worth, what it takes, whether it is in the plan."""

    id: str
    title: str
    value: float
    effort: float
    inside: bool
    why: str


@dataclass(frozen=True)
class Quadrants:
    """All items, and the middle that cuts them into four: half the items are worth more, half take more."""

    items: Sequence[Worth]
    value: float
    effort: float


def quadrants(plan: Plan, scenario: Scenario) -> Quadrants:
    """Value against effort of everything open; milestones take nothing and are left out."""
    efforts = {entry.item.id: float(entry.remaining_effort) for entry in open_items(scenario) if not entry.milestone}
    inside = [
        Worth(item.id, item.title, item.value, efforts[item.id], inside=True, why=words.days(item))
        for item in plan.selected
        if item.id in efforts
    ]
    out = [
        Worth(item.id, item.title, item.value, efforts[item.id], inside=False, why=item.reason.text)
        for item in plan.left_out
        if item.id in efforts
    ]
    items = [*inside, *out]
    middle = [median([item.value for item in items] or [0.0]), median([item.effort for item in items] or [0.0])]
    return Quadrants(items, *middle)
