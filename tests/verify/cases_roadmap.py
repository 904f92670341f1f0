"""Faults in plans over many sprints."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

from models.plan import Moved, Plan, PlannedItem
from models.scenario import Scenario
from planner import plan
from tests.builders import day, item, milestone, pin, scenario, specialist

_BACKLOG = [
    item("T", value=9, type="x", work=[("copy", 6)]),
    item("U", value=8, type="x", work=[("design", 12)]),
    item("V", value=7, work=[("copy", 10)], depends_on=["T"]),
    item("W", value=5, work=[("copy", 8)], any_of=["U", "V"]),
    milestone("M", value=2, depends_on=["U"]),
    item("I", value=1, work=[("copy", 5)], status="in-progress", assignee="Ana"),
    item("D", value=4, work=[("design", 10)], deadline=str(day(12))),
]
_PINS = [pin("T", sprint=1), pin("U", sprint=2), pin("V", sprint=2), pin("W", sprint=3), pin("I", sprint=2)]
ROAD = scenario(
    _BACKLOG,
    [specialist("Ana", "copy"), specialist("Ben", "copy", {"design": 0.8})],
    pins=[*_PINS, pin("D", sprint=3)],
    sprint_days=5,
    sprints=3,
    detailed_sprints=1,
    mix=[{"type": "x", "max_share": 0.9}],
)


class RoadCase(NamedTuple):
    name: str
    given: Callable[[], Scenario]
    plan: Callable[[], Plan]
    says: str


@functools.cache
def road() -> Plan:
    return plan(ROAD)


def _edited(name: str, change: Callable[[PlannedItem], PlannedItem | None]) -> Callable[[], Plan]:
    def edit() -> Plan:
        rows = [change(entry) if entry.id == name else entry for entry in road().selected]
        return road().model_copy(update={"selected": tuple(row for row in rows if row is not None)})

    return edit


def _task(name: str, **fields: Any) -> Callable[[], Plan]:
    def change(entry: PlannedItem) -> PlannedItem:
        first, *rest = entry.tasks
        return entry.model_copy(update={"tasks": (first.model_copy(update=fields), *rest)})

    return _edited(name, change)


def _with(name: str, **fields: Any) -> Callable[[], Plan]:
    return _edited(name, lambda entry: entry.model_copy(update=fields))


def _rows(key: str, change: Callable[[list[Any]], object]) -> Callable[[], Plan]:
    def edit() -> Plan:
        rows = list(getattr(road(), key))
        change(rows)
        return road().model_copy(update={key: tuple(rows)})

    return edit


def _asked(**change: Any) -> Callable[[], Scenario]:
    """The scenario with other fields of one item: ``_asked(V={...})``."""
    ((name, fields),) = change.items()
    backlog = tuple(
        type(entry).model_validate(entry.model_dump(exclude_unset=True) | fields) if entry.id == name else entry
        for entry in ROAD.backlog
    )
    return lambda: ROAD.model_copy(update={"backlog": backlog})


def _policy(**fields: Any) -> Callable[[], Scenario]:
    return lambda: ROAD.model_copy(update={"policy": type(ROAD.policy).model_validate(fields)})


def _given() -> Scenario:
    return ROAD


_FEW_HOURS = ROAD.model_copy(
    update={"team": tuple(person.model_copy(update={"hours_per_day": 2.0}) for person in ROAD.team)}
)

ROADS = (
    RoadCase("times", _given, _task("U", start_tick=5), r"item U: has times, though sprint 2"),
    RoadCase("a stranger's share", _given, _task("U", specialist="Ana"), r"task 1: shared by Ana, who may not do it"),
    RoadCase("a task of nobody", _given, _task("U", id="9"), r"item U, task 9: the item has no such task"),
    RoadCase("another skill", _given, _task("U", skill="copy"), r"skill is copy, but the task needs design"),
    RoadCase("half a task", _given, _task("U", effort=6.0), r"its shares add up to 6, but 12 is left to do"),
    RoadCase(
        "in the next sprint", _given, _task("T", start_tick=480, finish_tick=576), r"but sprint 1 from tick 0 to 480"
    ),
    RoadCase("too few hours", lambda: _FEW_HOURS, road, r"specialist Ben: over capacity in sprint 2, .* 10 available"),
    RoadCase("cut at a sprint's end", _given, _task("V", sprint=1), r"lies in the sprints 1 to 2, but may not span"),
    RoadCase("work afterwards", _given, _task("V", sprint=3), r"item V: has work in sprint 3, which is no part"),
    RoadCase(
        "too long", _asked(V={"work": [{"skill": "copy", "effort": 10, "wait_days": 5}]}), road, r"item V: does not fit"
    ),
    RoadCase("kept by somebody else", _given, _task("I", specialist="Ben"), r"who keeps it, but shared by Ben"),
    RoadCase(
        "too late in the sprint", _asked(D={"deadline": day(10)}), road, r"specialist Ben: .* of work must lie between"
    ),
    RoadCase(
        "too soon",
        _asked(V={"depends_on": [{"item": "T", "lag_days": 9}]}),
        road,
        r"item V: .* too early after T, which",
    ),
    RoadCase(
        "too soon after any",
        _asked(W={"any_of": [{"item": "U", "lag_days": 9}, {"item": "V", "lag_days": 9}]}),
        road,
        r"item W: in sprint 3, too early after any of its any_of",
    ),
    RoadCase(
        "a late milestone", _given, _with("M", sprint=3), r"a milestone in sprint 3, but its earliest moment is in 2"
    ),
    RoadCase("a milestone in vain", _asked(M={"deadline": day(2)}), road, r"in sprint 2, but its moment never comes"),
    RoadCase("a milestone lost", _given, _edited("M", lambda _: None), r"left out, though what it depends on holds in"),
    RoadCase("an item nobody knows", _given, _with("U", id="Y"), r"item Y: planned, but not in the backlog"),
    RoadCase("an item twice", _given, _with("U", id="V"), r"item V: planned twice"),
    RoadCase("another benefit", _given, _with("U", benefit=9.0), r"item U: benefit is 9, but it is 8"),
    RoadCase(
        "a row too many", _given, _rows("capacity", lambda rows: rows.append(rows[0])), r"no such row; there is one"
    ),
    RoadCase("a row missing", _given, _rows("capacity", lambda rows: rows.pop()), r"capacity: rows are missing"),
    RoadCase("shares missing", _given, _rows("shares", lambda rows: rows.pop()), r"2 rows, but the policy has 3"),
    RoadCase("above its share", _policy(mix=[{"type": "x", "max_share": 0.01}]), road, r"above its maximum 0\.01"),
    RoadCase(
        "shares out of order", _given, _rows("shares", lambda rows: rows.reverse()), r"there should stand the rules"
    ),
    RoadCase(
        "another share",
        _given,
        _rows("shares", lambda rows: rows.append(rows.pop().model_copy(update={"share": 0.5}))),
        r"share 0\.5 and shortfall 0, but they are 0 and 0",
    ),
    RoadCase("a term missing", _given, _rows("objective", lambda rows: rows.pop()), r"objective: the terms are"),
)

_AGREED = scenario([item("A", value=2, effort=3), item("B", value=1, effort=9)], sprint_days=1)


@functools.cache
def agreed() -> Plan:
    return plan(_AGREED)


@functools.cache
def _replanned() -> Plan:
    return plan(_compared())


def _compared() -> Scenario:
    return _AGREED.model_copy(update={"baseline": agreed()})


def _told(**fields: Any) -> Callable[[], Plan]:
    def edit() -> Plan:
        told = _replanned().baseline
        assert told is not None
        return _replanned().model_copy(update={"baseline": told.model_copy(update=fields)})

    return edit


def _other_specialist() -> Plan:
    (first,) = _replanned().selected
    told = _replanned().baseline
    assert told is not None
    moved = Moved(id="A", reassigned=("1",))
    return _replanned().model_copy(
        update={"baseline": told.model_copy(update={"moved": (moved,)}), "selected": (first,)}
    )


ROADS = (
    *ROADS,
    RoadCase(
        "no comparison", _compared, lambda: _replanned().model_copy(update={"baseline": None}), r"it is not compared"
    ),
    RoadCase("compared with nothing", lambda: _AGREED, _replanned, r"a baseline that the scenario does not have"),
    RoadCase("another churn", _compared, _told(churn=4), r"baseline: churn is 4, but it is 0"),
    RoadCase("not kept", _compared, _told(kept=()), r"baseline: kept are none, but should be A"),
    RoadCase("moved otherwise", _compared, _other_specialist, r"baseline: what moved of A is not told as it is"),
    RoadCase(
        "too much given up",
        _compared,
        lambda: _replanned().model_copy(update={"best_value": 3.0}),
        r"it gives up more value for less churn \(2 of 3\)",
    ),
    RoadCase(
        "better than the best",
        _compared,
        lambda: _replanned().model_copy(update={"best_value": 1.0}),
        r"best_value 1 is below the value 2",
    ),
)
