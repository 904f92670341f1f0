"""Scenarios, items, specialists and pins in one line each; what a test does not name has its usual value."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from models.calendar import Calendar
from models.item import Item, Task
from models.policy import Policy
from models.scenario import Pin, Scenario, Solver
from models.team import Specialist
from planner.graph import ItemGraph
from planner.instance import Instance
from planner.scoring import raw_values
from planner.translate import build
from planner.work import open_items

MONDAY = datetime.date(2027, 3, 1)


def day(working_days: int) -> datetime.date:
    """Return the date of working day 0, 1, ... of the usual calendar (from Monday, 2027-03-01, without holidays)."""
    weeks, rest = divmod(working_days, 5)
    return MONDAY + datetime.timedelta(days=7 * weeks + rest)


def specialist(name: str, *skills: str | Mapping[str, float], hours: float = 6, **fields: Any) -> Specialist:
    """Build somebody: ``specialist("Ana", "design", {"seo": 0.5}, hours=4, time_off=["2027-03-02"])``."""
    levels: dict[str, float] = {}
    for skill in skills:
        levels.update({skill: 1.0} if isinstance(skill, str) else skill)
    return Specialist.model_validate({"name": name, "skills": levels, "hours_per_day": hours, **fields})


def task(skill: str | None = None, effort: float | None = None, **fields: Any) -> Task:
    return Task.model_validate({"skill": skill, "effort": effort, **fields})


TaskLike = Task | Mapping[str, Any] | tuple[Any, ...]


def item(name: str, *, work: Iterable[TaskLike] | None = None, **fields: Any) -> Item:
    """Build an item: ``item("A", value=10, work=[("design", 6), ("legal", 2, {"after": []})], depends_on=["B"])``."""
    if work is not None:
        fields["work"] = tuple(_task(entry) for entry in work)
    return Item.model_validate({"id": name, **fields})


def _task(entry: TaskLike) -> Task:
    if isinstance(entry, Task):
        return entry
    if isinstance(entry, Mapping):
        return Task.model_validate(dict(entry))
    skill, effort, *more = entry
    return task(skill, effort, **(more[0] if more else {}))


def milestone(name: str, **fields: Any) -> Item:
    return item(name, milestone=True, **fields)


def calendar(**fields: Any) -> Calendar:
    """Build a calendar: ten working days from Monday, 2027-03-01, UTC, unless said."""
    return Calendar.model_validate({"start": MONDAY, **fields})


def pin(name: str, **fields: Any) -> Pin:
    return Pin.model_validate({"item": name, **fields})


_CALENDAR_KEYS = frozenset(Calendar.model_fields)
_SCENARIO_KEYS = frozenset(Scenario.model_fields) - {"calendar", "team", "backlog", "policy", "pins"}


def scenario(
    items: Iterable[Item],
    team: Iterable[Specialist] | None = None,
    *,
    pins: Iterable[Pin] = (),
    solver: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Scenario:
    """Build a scenario; keys go where they belong: ``scenario([...], [...], sprint_days=5, buffer=0.1, done=["B"])``.

    Without a team, Ana alone has every skill that is asked for. The solver runs on one worker.
    """
    backlog = tuple(items)
    own = {key: fields.pop(key) for key in tuple(fields) if key in _SCENARIO_KEYS}
    dates = {key: fields.pop(key) for key in tuple(fields) if key in _CALENDAR_KEYS}
    return Scenario(
        calendar=calendar(**dates),
        team=(_everything(backlog),) if team is None else tuple(team),
        backlog=backlog,
        policy=Policy.model_validate(fields),
        pins=tuple(pins),
        solver=Solver.model_validate({"workers": 1, **(solver or {})}),
        **own,
    )


def _everything(backlog: Iterable[Item]) -> Specialist:
    skills = [skill for entry in backlog for skill in (entry.skill, *(part.skill for part in entry.work or ()))]
    return specialist("Ana", *(skill for skill in skills if skill is not None))


def instance(given: Scenario) -> Instance:
    """Translate a scenario as the planner does, without a solve."""
    items = open_items(given)
    return build(given, ItemGraph.of(given, items), raw_values(given, items))
