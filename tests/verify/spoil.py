"""Small ways to spoil a plan, or to ask for something else than it gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from models.plan import LeftOutItem, Plan, PlannedItem, PlannedTask
from models.scenario import Scenario
from planner.clock import Clock
from tests.verify.good import SCENARIO


class Case(NamedTuple):
    """A fault planted in the good plan or in its scenario, and what the judge must say of it."""

    name: str
    spoil: Callable[[Scenario, Plan], tuple[Scenario, Plan]]
    says: str


def plan_case(name: str, says: str, change: Callable[[Plan], Plan]) -> Case:
    """Build a case that spoils the plan."""
    return Case(name, lambda given, plan: (given, change(plan)), says)


def asked_case(name: str, says: str, change: Callable[[Scenario], Scenario]) -> Case:
    """Build a case where something else was asked for than the plan gives."""
    return Case(name, lambda given, plan: (change(given), plan), says)


def field_case(key: str, value: Any, says: str, name: str = "") -> Case:
    """Build a case with another figure or word in the plan's head."""
    return plan_case(name or f"{key} {value}", says, lambda plan: plan.model_copy(update={key: value}))


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
    clock, old = Clock.of(SCENARIO.calendar), of_task(plan, name, key)
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


def with_list(plan: Plan, key: str, change: Callable[[list[Any]], None]) -> Plan:
    """Change one of the plan's lists in place."""
    rows = list(getattr(plan, key))
    change(rows)
    return plan.model_copy(update={key: tuple(rows)})


def with_tasks(plan: Plan, name: str, change: Callable[[list[Any]], None]) -> Plan:
    """Change the list of an item's tasks in place."""
    tasks = list(entry(plan, name).tasks)
    change(tasks)
    return with_item(plan, name, tasks=tuple(tasks))


def with_term(plan: Plan, term: str, **fields: Any) -> Plan:
    """Change a term of the objective."""
    terms = [one.model_copy(update=fields) if one.term == term else one for one in plan.objective]
    return plan.model_copy(update={"objective": tuple(terms)})


def left_out(plan: Plan, name: str) -> LeftOutItem:
    return next(one for one in plan.left_out if one.id == name)


def dropped(plan: Plan, name: str) -> Plan:
    """Leave a planned item out."""
    old, any_out = entry(plan, name), plan.left_out[0]
    reason = any_out.reason.model_copy(update={"code": "outranked"})
    left = any_out.model_copy(update={"id": name, "title": old.title, "value": old.value, "reason": reason})
    return without(plan, name).model_copy(update={"left_out": (*plan.left_out, left)})


def other_person(plan: Plan, name: str, key: str) -> str:
    """Somebody with the skill copy who does not do this task."""
    return next(who for who in ("Ben", "Writer 1", "Writer 2") if who != of_task(plan, name, key).specialist)
