"""A scenario in which every rule of the contract speaks, its plan, and small ways to spoil either."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import planner
from models.plan import LeftOutItem, Plan, PlannedItem, PlannedTask
from models.scenario import Scenario
from planner.prepare import started
from tests.builders import day, item, milestone, pin, scenario, specialist

TEAM = (
    specialist("Ana", "design", {"copy": 0.8}, time_off=[{"date": day(2), "half": "am"}, day(7)]),
    specialist("Ben", "legal", "copy", hours=5, busy=[{"from": day(0), "to": day(3), "hours": 1}]),
    specialist("Cleo", "web", {"design": 1.2}, workdays=["mon", "tue", "wed", "thu"]),
    specialist("Writer", "copy", count=2, hours=4),
)
ITEMS = (
    item("A", value=30, must=True, work=[("design", 6), ("legal", 3, {"wait_days": 1})], theme="pipeline", ready=True),
    item("B", value=20, effort=4, skill="web", depends_on=[{"item": "A", "lag_days": 0.5}], ready=True),
    item("C", value=18, effort=5, skill="copy", any_of=["A", "D"], theme="pipeline", ready=True),
    item("D", value=15, effort=6, skill="design", exclusive="hero", ready=True),
    item("E", value=9, effort=6, skill="design", exclusive="hero", ready=True),
    item("F", value=8, effort=3, skill="copy", together="launch", type="experiment", objective="leads"),
    item("G", value=3, effort=3, skill="web", together="launch", ready=True),
    item(
        "H",
        value=12,
        work=[("copy", 4), ("design", 4), ("copy", 2, {"after": [1]})],
        status="in-progress",
        remaining=7,
        assignee="Ana",
        depends_on=["Z9"],
        release=day(9),
    ),
    item(
        "I",
        value=16,
        effort=5,
        skill="copy",
        release=day(1),
        deadline=day(6),
        due={"date": day(1), "cost_per_day": 1},
        ready=True,
    ),
    item(
        "J",
        value=14,
        work=[
            ("copy", 2, {"id": "draft"}),
            ("copy", 3, {"same_as": "draft"}),
            ("copy", 1, {"after": [], "not_by": ["draft"], "wait_days": 0.25}),
        ],
        ready=True,
    ),
    item("K", value=50, effort=1, skill="copy", ready=True),
    item("L", value=50, effort=1, skill="copy"),
    item("O", value=50, effort=1, skill="video", ready=True),
    item("P", value=50, effort=1, skill="copy", depends_on=["X"], ready=True),
    item("Q", value=50, effort=1, skill="copy", status="done"),
    item("R", value=5, skill="web", type="experiment", objective="learn"),
    item("S", value=500, effort=90, skill="copy", ready=True),
    item("T", title="Landing page", value=6, effort=2, skill="copy", assignee="Ben", ready=True),
    item("U", value=4, effort=36, skill="web", due={"date": day(4), "cost_per_day": 0.5}, ready=True),
    item("V", value=0, effort=1, skill="web", ready=True),
    milestone("M", depends_on=["F", "G"], deadline=day(9)),
    milestone("N", any_of=["D", {"item": "E", "lag_days": 1}, "M"]),
)
PINS = (
    pin("K", out=True),
    pin("A", task=1, specialist="Cleo"),
    pin("B", start=day(6)),
    pin("C", sprint=1, not_specialist="Writer 1"),
    pin("J", task="draft", start=day(3)),
)
POLICY: Mapping[str, Any] = {
    "buffer": 0.1,
    "max_parallel": 5,
    "goal": {"themes": ["pipeline"], "min_share": 0.3, "max_share": 0.5},
    "mix": [{"type": "experiment", "max_share": 0.4}],
    "ready_only": True,
}
SCENARIO = scenario(
    ITEMS,
    TEAM,
    pins=PINS,
    done=["Z"],
    name="Everything",
    timezone="Europe/Berlin",
    company_days=[day(5)],
    solver={"time_limit": 20},
    **POLICY,
)
POINTS = scenario(
    [
        item("A", effort=3, skill="x", must=True),
        item("B", effort=2, depends_on=["A"], due={"date": day(1), "cost_per_day": 0.25}),
        item("C", effort=9),
        item("D"),
    ],
    [specialist("Ana", "x"), specialist("Ben", workdays=["mon", "wed"])],
    unit="points",
    team_velocity=11,
)
IMPOSSIBLE = scenario([item("A", effort=99, must=True), item("B", effort=1)])


@functools.cache
def plan_of(name: str) -> Plan:
    return planner.plan({"everything": SCENARIO, "points": POINTS, "impossible": IMPOSSIBLE}[name])


def good() -> Plan:
    return plan_of("everything")


# -- spoiling a plan -------------------------------------------------------------------------------------------

Spoil = Callable[[Scenario, Plan], tuple[Scenario, Plan]]


def entry(plan: Plan, name: str) -> PlannedItem:
    return next(one for one in plan.selected if one.id == name)


def of_task(plan: Plan, name: str, key: str) -> PlannedTask:
    return next(one for one in entry(plan, name).tasks if one.id == key)


def with_item(plan: Plan, name: str, **fields: Any) -> Plan:
    """Change a planned item."""
    selected = tuple(one.model_copy(update=fields) if one.id == name else one for one in plan.selected)
    return plan.model_copy(update={"selected": selected})


def with_task(plan: Plan, name: str, key: str, **fields: Any) -> Plan:
    """Change a planned task."""
    tasks = tuple(one.model_copy(update=fields) if one.id == key else one for one in entry(plan, name).tasks)
    return with_item(plan, name, tasks=tasks)


def with_left_out(plan: Plan, name: str, **fields: Any) -> Plan:
    """Change an item that is left out; ``code`` and ``proven`` change its reason."""
    reason = {key: fields.pop(key) for key in ("code", "proven", "text") if key in fields}

    def changed(one: LeftOutItem) -> LeftOutItem:
        return one.model_copy(update={"reason": one.reason.model_copy(update=reason), **fields})

    return plan.model_copy(update={"left_out": tuple(changed(one) if one.id == name else one for one in plan.left_out)})


def without(plan: Plan, name: str) -> Plan:
    """Drop a planned item without a word."""
    return plan.model_copy(update={"selected": tuple(one for one in plan.selected if one.id != name)})


def row(rows: tuple[Any, ...], index: int, **fields: Any) -> tuple[Any, ...]:
    """Change one row of a table."""
    return (*rows[:index], rows[index].model_copy(update=fields), *rows[index + 1 :])


def moved(plan: Plan, name: str, key: str, ticks: int) -> Plan:
    """Move a task in time, times as the clock writes them."""
    from planner.clock import Clock

    clock, old = Clock.of(started(SCENARIO).calendar), of_task(plan, name, key)
    start, finish = (old.start_tick or 0) + ticks, (old.finish_tick or 0) + ticks
    return with_task(
        plan,
        name,
        key,
        start_tick=start,
        finish_tick=finish,
        start=clock.start_time(start),
        finish=clock.finish_time(finish),
    )


def with_scenario_item(given: Scenario, name: str, **fields: Any) -> Scenario:
    """Change what was asked for."""
    backlog = tuple(
        type(one).model_validate({**one.model_dump(exclude_unset=True), **fields}) if one.id == name else one
        for one in given.backlog
    )
    return given.model_copy(update={"backlog": backlog})


def with_policy(given: Scenario, **fields: Any) -> Scenario:
    dumped = given.policy.model_dump(exclude_unset=True)
    return given.model_copy(update={"policy": type(given.policy).model_validate({**dumped, **fields})})


def with_pins(given: Scenario, *pins: Any) -> Scenario:
    return given.model_copy(update={"pins": (*given.pins, *pins)})
