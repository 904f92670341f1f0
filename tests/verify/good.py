"""A scenario in which every rule of the contract speaks, and its plan."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import planner
from models.plan import Plan
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
