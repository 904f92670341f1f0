"""The sprint board: a row a specialist, who does what when; what is left out beside it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.web.colours import colours
from api.web.document import Document
from models.item import Item
from models.plan import Plan, PlannedItem
from planner.clock import TICKS_PER_DAY, Clock
from planner.report import words
from planner.report.gantt import short_ids
from planner.team import expand, rates


def context(document: Document, _query: Mapping[str, str]) -> Mapping[str, Any]:
    """What the board needs."""
    plan = document.plan
    assert plan is not None
    items = {item.id: item for item in document.scenario.backlog}
    pinned = {pin.item for pin in document.scenario.pins}
    return {
        "board": _board(document, plan, items, pinned),
        "legends": {key: colours(items.values(), key) for key in ("type", "theme")},
        "selected": plan.selected,
        "later": sum(item.sprint > document.scenario.calendar.detailed_sprints for item in plan.selected),
        "groups": left_out_groups(plan),
        "pinned": pinned,
        "items": items,
    }


def left_out_groups(plan: Plan) -> list[tuple[str, list[Any]]]:
    """What is left out by reason, in the order of the reasons in reports, the most valuable first."""
    groups: dict[str, list[Any]] = {code: [] for code in words.REASONS if code != "done"}
    for item in plan.left_out:
        if item.reason.code != "done":
            groups[item.reason.code].append(item)
    return [(code, sorted(found, key=lambda item: (-item.value, item.id))) for code, found in groups.items() if found]


def _board(document: Document, plan: Plan, items: Mapping[str, Item], pinned: set[str]) -> dict[str, Any]:
    """Everything the script draws, in ticks: it knows nothing of dates."""
    clock = document.clock
    ends = clock.sprint_ends[: document.scenario.calendar.detailed_sprints]  # the others have no times
    days = ends[-1] // TICKS_PER_DAY if ends else 0
    short = short_ids([item.id for item in plan.selected])
    types, themes = (dict(colours(items.values(), key)) for key in ("type", "theme"))
    return {
        "ticksPerDay": TICKS_PER_DAY,
        "days": [
            {"date": day.isoformat(), "begins": clock.start_time(_first(place)).isoformat()}
            for place, day in enumerate(clock.days[:days])
        ],
        "dayHours": float(clock.day_hours),
        "sprintEnds": list(ends),
        "now": _now(clock, days),
        "people": list(_people(document, plan, _first(days))),
        "tasks": [
            entry | {"short": short[item.id]}
            for item in plan.selected
            for entry in _tasks(item, items.get(item.id), types, themes, pinned)
        ],
        "arrows": list(_arrows(plan, items)),
        "mayPlan": document.visitor.may_plan,
        "unit": "h" if plan.unit == "hours" else "pt",
    }


def _first(day: int) -> int:
    return day * TICKS_PER_DAY


def _people(document: Document, plan: Plan, end: int) -> Iterator[dict[str, Any]]:
    """Each specialist with the ticks they are away, up to the end of the board."""
    clock, scenario = document.clock, document.started
    used = {row.specialist: row.utilisation for row in plan.capacity if row.sprint == 1}
    for person, rate in zip(expand(scenario.team), rates(scenario), strict=True):
        yield {
            "name": person.name,
            "skills": sorted(person.skills),
            "used": round(used.get(person.name, 0), 4),
            "away": [gap for gap in _gaps(clock.presence(person, rate), clock.horizon) if gap[0] < end],
        }


def _gaps(presence: Sequence[tuple[int, int]], end: int) -> Iterator[tuple[int, int]]:
    last = 0
    for first, after in presence:
        if first > last:
            yield last, first
        last = after
    if last < end:
        yield last, end


def _tasks(
    planned: PlannedItem, item: Item | None, types: Mapping[str, int], themes: Mapping[str, int], pinned: set[str]
) -> Iterator[dict[str, Any]]:
    for task in planned.tasks:
        if task.start_tick is None:
            continue
        yield {
            "id": f"{planned.id}/{task.id}",
            "item": planned.id,
            "task": task.id,
            "title": planned.title,
            "skill": task.skill,
            "who": task.specialist,
            "effort": task.effort,
            "start": task.start_tick,
            "finish": task.finish_tick,
            "startTime": task.start and task.start.isoformat(),
            "finishTime": task.finish and task.finish.isoformat(),
            "type": types.get((item.type if item else None) or "", 0),
            "theme": themes.get((item.theme if item else None) or "", 0),
            "pinned": planned.id in pinned,
            "deadline": _date(item.deadline) if item else None,
            "due": _date(item.due.date) if item and item.due else None,
        }


def _date(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _arrows(plan: Plan, items: Mapping[str, Item]) -> Iterator[tuple[str, str]]:
    """From the last task of what comes first to the first task of what waits for it."""
    ends = {}
    for planned in plan.selected:
        timed = [task for task in planned.tasks if task.start_tick is not None and task.finish_tick is not None]
        if timed:
            first = min(timed, key=lambda task: (task.start_tick, task.id))
            last = max(timed, key=lambda task: (task.finish_tick, task.id))
            ends[planned.id] = (f"{planned.id}/{first.id}", f"{planned.id}/{last.id}")
    for id_, (first_task, _) in ends.items():
        item = items.get(id_)
        for before in () if item is None else (*item.depends_on, *item.any_of):
            if before.item in ends:
                yield ends[before.item][1], first_task


def _now(clock: Clock, days: int) -> int | None:
    """The tick it is now; None outside the days of the board."""
    now = datetime.datetime.now(clock.timezone)
    if not days or not clock.days[0] <= now.date() <= clock.days[days - 1]:
        return None
    day = clock.day_index(now.date())
    if day is None:
        return clock.start_limit(now.date())
    begun = (now - clock.start_time(_first(day))).total_seconds() / (float(clock.day_hours) * 3600)
    return _first(day) + round(min(1.0, max(0.0, begun)) * TICKS_PER_DAY)
