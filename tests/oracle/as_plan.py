"""What the oracle found as a plan the judge can read: who does what when, without the figures."""

from __future__ import annotations

import datetime

from models.plan import Plan, PlannedItem, PlannedTask
from models.scenario import Scenario
from planner.verify.demands import Demand, demands
from tests.oracle import Optimum


def as_plan(scenario: Scenario, optimum: Optimum) -> Plan:
    """Write the items, tasks and ticks of an optimum; values and tables are left out."""
    return Plan(
        scenario=scenario.name,
        created=datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC),
        start=scenario.calendar.start or datetime.date(2027, 3, 1),
        unit=scenario.unit,
        timezone=scenario.calendar.timezone,
        status="optimal",
        value=None,
        best_value=None,
        bound=None,
        gap=None,
        solve_seconds=0,
        seed=0,
        selected=tuple(_item(one, optimum) for one in demands(scenario) if one.item.id in optimum.chosen),
        left_out=(),
        capacity=(),
        shares=(),
        objective=(),
        conflict=None,
        greedy_value=None,
        notes=(),
    )


def _item(demand: Demand, optimum: Optimum) -> PlannedItem:
    name = demand.item.id
    return PlannedItem(
        id=name,
        title=demand.item.title,
        value=0,
        benefit=0,
        estimate="given",
        sprint=1,
        rank=1,
        start=None,
        finish=None,
        tasks=tuple(
            PlannedTask(
                id=need.label,
                skill=need.skill,
                specialist=optimum.staffed[name, need.position],
                effort=need.effort / 100,
                start=None,
                finish=None,
                start_tick=optimum.times.task_start[name, need.position],
                finish_tick=optimum.times.task_finish[name, need.position],
            )
            for need in demand.needs
        ),
    )
