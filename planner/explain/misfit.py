"""By how much an item misses the sprint, its release or its deadline, where the data alone keep it out."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from models.base import exact
from models.item import Item
from models.plan import LeftOutItem
from planner import pipeline
from planner.clock import TICKS_PER_DAY
from planner.explain.case import Case
from planner.prepare import Prepared
from planner.team import rates
from planner.wording import day, number

LATE: tuple[str, ...] = ("deadline", "release", "too-big", "dependency")


def has_to_be_in(name: str) -> str:
    """Return the words in which a conflict names a must-do."""
    return f"{name} must be in the plan"


def detail(case: Case, entry: LeftOutItem) -> str:
    """Say in hours and days what is missing; empty where there is nothing to add."""
    open_item = case.prepared.open.get(entry.id)
    if entry.reason.code not in LATE or open_item is None or open_item.milestone:
        return ""
    short = next(_short(case, open_item.item), None)
    if short is not None:
        return short
    return _earliest(case, open_item.item) if open_item.item.deadline is not None else ""


def _short(case: Case, item: Item) -> Iterator[str]:
    """Name each skill whose people are not there for long enough between the release and the deadline."""
    clock, prepared = case.prepared.clock, case.prepared
    started = item.status == "in-progress"
    first = clock.start_limit(item.release) if item.release is not None and not started else 0
    last = min(clock.horizon, clock.finish_limit(item.deadline)) if item.deadline is not None else clock.horizon
    needed: defaultdict[str | None, Fraction] = defaultdict(Fraction)
    for task in prepared.open[item.id].tasks:
        needed[task.skill] += task.effort
    unit = prepared.scenario.unit
    for skill, effort in needed.items():
        there = _there(case, skill, first, max(first, last))
        if there < effort:
            what = skill or "everybody"
            free = number(int(there * 100) / 100)
            verb = "are" if skill is None else "is"
            yield f"{what} {verb} free for {free} of its {number(float(effort))} {unit}{_between(item, started)}."
    for task in prepared.open[item.id].tasks:
        most = max(_each(case, task.skill, first, max(first, last)), default=Fraction(0))
        if most < task.effort:
            named = f"task {task.key}" + (f" ({task.skill})" if task.skill else "")
            free = number(int(most * 100) / 100)
            needs = f"{number(float(task.effort))} {unit}"
            yield f"Nobody is free for more than {free} {unit}{_between(item, started)}, and {named} takes {needs}."


def _between(item: Item, started: bool) -> str:
    parts = [f" from {day(item.release)}"] if item.release is not None and not started else []
    parts += [f" until {day(item.deadline)}"] if item.deadline is not None else []
    return "".join(parts) or " in the sprint"


def _there(case: Case, skill: str | None, first: int, last: int) -> Fraction:
    """Effort of a skill that those who have it could do between two ticks with nothing else to do."""
    return sum(_each(case, skill, first, last), Fraction(0))


def _each(case: Case, skill: str | None, first: int, last: int) -> Iterator[Fraction]:
    """Effort of a skill that each of those who have it could do between two ticks with nothing else to do."""
    scenario, instance = case.prepared.scenario, case.prepared.instance
    axes = {person.name: person.axis for person in instance.specialists}
    for person, rate in zip(case.prepared.people, rates(scenario), strict=True):
        if skill is not None and skill not in person.skills:
            continue
        axis = axes[person.name]
        level = exact(person.skills[skill]) if skill is not None else Fraction(1)
        yield Fraction(axis.before(last) - axis.before(first), TICKS_PER_DAY) * rate * level


def _earliest(case: Case, item: Item) -> str:
    """Say when the item could be finished at the earliest, its deadline aside; empty where it could not at all."""
    earliest = earliest_finish(case.prepared, item.id)
    return "" if earliest is None else f"No plan can finish it before {day(earliest)}."


def earliest_finish(prepared: Prepared, name: str) -> datetime.date | None:
    """Return a day before which no plan finishes an item, its deadline aside; None if it cannot be in at all."""
    scenario = prepared.scenario
    backlog = tuple(one.model_copy(update={"deadline": None}) if one.id == name else one for one in scenario.backlog)
    free = pipeline.prepare(scenario.model_copy(update={"backlog": backlog}))
    for one in free.instance.items:
        if one.id == name:
            return free.clock.finish_time(one.earliest_finish).date()
    return None
