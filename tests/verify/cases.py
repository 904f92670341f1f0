"""Faults planted in a good plan (or in what was asked for), and the sentence that the judge must find for each."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

from models.plan import Conflict, ObjectiveTerm, Plan
from models.scenario import Scenario
from tests.builders import day, pin
from tests.verify.good import (
    IMPOSSIBLE,
    POINTS,
    entry,
    moved,
    of_task,
    plan_of,
    row,
    with_item,
    with_left_out,
    with_pins,
    with_policy,
    with_scenario_item,
    with_task,
    without,
)

HOUR = datetime.timedelta(hours=1)


class Case(NamedTuple):
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


def _selected(plan: Plan, change: Callable[[list[Any]], None]) -> Plan:
    selected = list(plan.selected)
    change(selected)
    return plan.model_copy(update={"selected": tuple(selected)})


def _left_out(plan: Plan, change: Callable[[list[Any]], None]) -> Plan:
    left_out = list(plan.left_out)
    change(left_out)
    return plan.model_copy(update={"left_out": tuple(left_out)})


def _out(plan: Plan, name: str) -> Any:
    return next(one for one in plan.left_out if one.id == name)


def _swapped(plan: Plan, inside: str, outside: str) -> Plan:
    """Plan an item that was out with the work of one that was in, which goes out in its place."""
    old, new = entry(plan, inside), _out(plan, outside)
    planned = old.model_copy(update={"id": outside, "title": new.title, "value": new.value})
    left = new.model_copy(update={"id": inside, "title": old.title, "value": old.value})
    selected = tuple(planned if one.id == inside else one for one in plan.selected)
    return plan.model_copy(
        update={"selected": selected, "left_out": tuple(left if one.id == outside else one for one in plan.left_out)}
    )


def _dropped(plan: Plan, name: str, code: str = "outranked") -> Plan:
    """Leave a planned item out."""
    old, any_out = entry(plan, name), plan.left_out[0]
    reason = any_out.reason.model_copy(update={"code": code})
    left = any_out.model_copy(update={"id": name, "title": old.title, "value": old.value, "reason": reason})
    return without(plan, name).model_copy(update={"left_out": (*plan.left_out, left)})


def _tasks(plan: Plan, name: str, change: Callable[[list[Any]], None]) -> Plan:
    tasks = list(entry(plan, name).tasks)
    change(tasks)
    return with_item(plan, name, tasks=tuple(tasks))


def _objective(plan: Plan, change: Callable[[list[Any]], None]) -> Plan:
    terms = list(plan.objective)
    change(terms)
    return plan.model_copy(update={"objective": tuple(terms)})


def _term(plan: Plan, term: str, **fields: Any) -> Plan:
    terms = [one.model_copy(update=fields) if one.term == term else one for one in plan.objective]
    return plan.model_copy(update={"objective": tuple(terms)})


def _other_person(plan: Plan, name: str, key: str) -> str:
    """Somebody with the skill copy who does not do this task."""
    return next(who for who in ("Ben", "Writer 1", "Writer 2") if who != of_task(plan, name, key).specialist)


SAME_ITEM_TWICE = lambda selected: selected.append(selected[0])  # noqa: E731

READING = [
    plan_case(
        "an item nobody knows",
        r"item Y: planned, but not in the backlog",
        lambda plan: with_item(plan, "T", id="Y"),
    ),
    plan_case("an item twice", r"item A: planned twice", lambda plan: _selected(plan, SAME_ITEM_TWICE)),
    plan_case(
        "a task twice",
        r"item A, task 1: planned twice",
        lambda plan: _tasks(plan, "A", lambda all_: all_.append(all_[0])),
    ),
    plan_case(
        "a task nobody knows",
        r"item A, task 9: the item has no such task left",
        lambda plan: with_task(plan, "A", "2", id="9"),
    ),
    asked_case(
        "a finished task",
        r"item H, task 1: the item has no such task left to do",
        lambda given: with_scenario_item(given, "H", remaining=5),
    ),
    plan_case("a task missing", r"item A, task 2: missing; .*only whole", lambda plan: _tasks(plan, "A", list.pop)),
    plan_case(
        "no ticks",
        r"item A, task 1: has no start or finish tick",
        lambda plan: with_task(plan, "A", "1", start_tick=None),
    ),
    plan_case(
        "a negative tick", r"task 1: runs from tick -1 to", lambda plan: with_task(plan, "A", "1", start_tick=-1)
    ),
    plan_case(
        "beyond the horizon",
        r"to 865, but the horizon runs from tick 0 to 864",
        lambda plan: with_task(plan, "B", "1", finish_tick=865),
    ),
    plan_case("no time at all", r"and work takes time", lambda plan: with_task(plan, "A", "1", finish_tick=0)),
]

SELECTION = [
    plan_case(
        "an unknown one out", r"item Y: left out, but not in the backlog", lambda plan: with_left_out(plan, "K", id="Y")
    ),
    plan_case(
        "out twice", r"item K: left out twice", lambda plan: _left_out(plan, lambda out: out.append(_out(plan, "K")))
    ),
    plan_case(
        "in and out",
        r"item A: both planned and left out",
        lambda plan: _left_out(plan, lambda out: out.append(_out(plan, "K").model_copy(update={"id": "A"}))),
    ),
    plan_case("forgotten", r"item T: neither planned nor left out", lambda plan: without(plan, "T")),
    plan_case(
        "forgotten left out", r"item K: neither", lambda plan: _left_out(plan, lambda out: out.remove(_out(plan, "K")))
    ),
    asked_case(
        "pin of nothing",
        r"pin 6: names the item Y, which is not in",
        lambda given: with_pins(given, pin("Y", out=True)),
    ),
    asked_case(
        "pin of no task",
        r"pin 6: names task 3 of item A",
        lambda given: with_pins(given, pin("A", task=3, specialist="Ana")),
    ),
    asked_case(
        "pin of nobody",
        r"pin 6: names the specialist Zoe, who is not",
        lambda given: with_pins(given, pin("A", specialist="Zoe")),
    ),
    asked_case(
        "pin against nobody",
        r"pin 6: names the specialist Writer, who is not",
        lambda given: with_pins(given, pin("A", not_specialist="Writer")),
    ),
    asked_case(
        "a task that refers to nothing",
        r"item A: `not_by` names task x, which",
        lambda given: with_scenario_item(
            given, "A", work=[{"skill": "design", "effort": 6}, {"effort": 3, "not_by": "x"}]
        ),
    ),
    asked_case(
        "an unknown dependency that stops the run",
        r"item P: depends on the unknown item X, and with unknown_dependency: error",
        lambda given: with_policy(given, unknown_dependency="error"),
    ),
    asked_case("done", r"item T: planned, but it is done", lambda given: given.model_copy(update={"done": ("Z", "T")})),
    plan_case(
        "another sprint",
        r"item T: planned in sprint 2; the horizon has sprint 1 alone",
        lambda plan: with_item(plan, "T", sprint=2),
    ),
    asked_case(
        "pinned out", r"item T: planned, but pin 6 takes it out", lambda given: with_pins(given, pin("T", out=True))
    ),
    asked_case(
        "not ready", r"item T: planned, but it is not ready", lambda given: with_scenario_item(given, "T", ready=None)
    ),
    asked_case(
        "an unknown dependency",
        r"item T: planned, but X, which it depends on, is unknown",
        lambda given: with_scenario_item(given, "T", depends_on=["X"]),
    ),
    asked_case(
        "a dependency that is out",
        r"item T: planned, but K, which it depends on, is neither planned nor done",
        lambda given: with_scenario_item(given, "T", depends_on=["K"]),
    ),
    asked_case(
        "no alternative in",
        r"item T: planned, but none of its any_of \(K, X\) is planned or done",
        lambda given: with_scenario_item(given, "T", any_of=["K", "X"]),
    ),
    plan_case("a must left out", r"item A: left out, but it is a must", lambda plan: _dropped(plan, "A")),
    plan_case("a pinned one left out", r"item B: left out, but pin 3 puts it in", lambda plan: _dropped(plan, "B")),
    asked_case(
        "pinned to another sprint",
        r"item T: in sprint 1, but pin 6 asks for sprint 2",
        lambda given: with_pins(given, pin("T", sprint=2)),
    ),
    asked_case(
        "an alternative done",
        r"exclusive hero: D planned, but E is done already",
        lambda given: with_scenario_item(given, "E", status="done"),
    ),
    asked_case(
        "two alternatives",
        r"exclusive hero: D, T are planned; at most one",
        lambda given: with_scenario_item(given, "T", exclusive="hero"),
    ),
    plan_case("half a group", r"together launch: F in the plan or done, but not G", lambda plan: _dropped(plan, "G")),
    asked_case(
        "not together with a done one",
        r"together pair: Q in the plan or done, but not V",
        lambda given: with_scenario_item(with_scenario_item(given, "Q", together="pair"), "V", together="pair"),
    ),
    plan_case(
        "a milestone forgotten",
        r"item N: a milestone left out, though .* holds by 2027-03-01 17:00",
        lambda plan: _dropped(plan, "N"),
    ),
    asked_case(
        "milestones that carry one another",
        r"item M: a milestone whose moment cannot be told",
        lambda given: with_scenario_item(with_scenario_item(given, "M", depends_on=["N"]), "N", any_of=["M"]),
    ),
]

STAFFING = [
    plan_case(
        "nobody",
        r"item T, task 1: done by Zoe, who is not in the team \(Ana, Ben, Cleo, Writer 1",
        lambda plan: with_task(plan, "T", "1", specialist="Zoe"),
    ),
    plan_case(
        "without the skill",
        r"item G, task 1: done by Ana, who does not have the skill web",
        lambda plan: with_task(plan, "G", "1", specialist="Ana"),
    ),
    plan_case(
        "one pair of eyes",
        r"item J, task 3: not_by task draft, but .* does both",
        lambda plan: with_task(plan, "J", "3", specialist=of_task(plan, "J", "draft").specialist),
    ),
    plan_case(
        "not the same",
        r"item J, task 2: same_as task draft, but .* does it and .* the other",
        lambda plan: with_task(plan, "J", "2", specialist=_other_person(plan, "J", "2")),
    ),
    plan_case(
        "not the pinned one",
        r"item A, task 1: done by Ana, but pin 2 says Cleo",
        lambda plan: with_task(plan, "A", "1", specialist="Ana"),
    ),
    plan_case(
        "the forbidden one",
        r"item C, task 1: done by Writer 1, whom pin 4 rules out",
        lambda plan: with_task(plan, "C", "1", specialist="Writer 1"),
    ),
    plan_case(
        "taken from the assignee",
        r"item H, task 1: in progress and assigned to Ana, who keeps it, but done by Writer 1",
        lambda plan: with_task(plan, "H", "1", specialist="Writer 1"),
    ),
    asked_case(
        "over capacity",
        r"specialist Cleo: over capacity in sprint 1, 15 planned for 4\.2 available",
        lambda given: with_policy(given, buffer=0.9),
    ),
]

TIMES = [
    plan_case(
        "away",
        r"item B, task 1: starts at 2027-03-05 09:00 \(tick 384\), when Cleo is not there",
        lambda plan: moved(plan, "B", "1", -96),
    ),
    plan_case(
        "too late in the sprint",
        r"item B, task 1: takes 64 of Cleo's ticks, more than are left",
        lambda plan: moved(plan, "B", "1", 767 - (of_task(plan, "B", "1").start_tick or 0)),
    ),
    plan_case(
        "too short",
        r"item B, task 1: takes 64 of Cleo's ticks .* and so finishes at .*, not at",
        lambda plan: with_task(plan, "B", "1", finish_tick=(of_task(plan, "B", "1").finish_tick or 0) - 1),
    ),
    plan_case(
        "two at a time",
        r"specialist Cleo: does two tasks at a time, item R, task 1 starts at .* before item A, task 1",
        lambda plan: moved(plan, "R", "1", -1),
    ),
    plan_case(
        "before the task before",
        r"item A, task 2: starts at .*, before task 1 is finished",
        lambda plan: moved(plan, "A", "2", -(of_task(plan, "A", "2").start_tick or 0) + 40),
    ),
    asked_case(
        "before the wait is over",
        r"item A, task 2: starts at .*, before task 1 is finished at .* and its wait of 48 ticks",
        lambda given: with_scenario_item(
            given,
            "A",
            work=[{"skill": "design", "effort": 6, "wait_days": 0.5}, {"skill": "legal", "effort": 3, "wait_days": 1}],
        ),
    ),
    asked_case(
        "before the release",
        r"item T: starts at 2027-03-01 09:00 \(tick 0\), before its release 2027-03-02",
        lambda given: with_scenario_item(given, "T", release=day(1)),
    ),
    asked_case(
        "a milestone that is released after the sprint",
        r"item N: starts at .*, before its release 2027-03-15",
        lambda given: with_scenario_item(given, "N", release=day(10)),
    ),
    asked_case(
        "after the deadline",
        r"item B: finishes at .*, after its deadline 2027-03-08",
        lambda given: with_scenario_item(given, "B", deadline=day(5)),
    ),
    asked_case(
        "waits beyond the sprint",
        r"item B: finishes at tick \d+, waits included, after the sprint's end at tick 864",
        lambda given: with_scenario_item(
            given, "B", effort=None, skill=None, work=[{"skill": "web", "effort": 4, "wait_days": 9}]
        ),
    ),
    asked_case(
        "before what it depends on",
        r"item T: starts at .*, before C, which it depends on, is finished at 2027-03-03 \d\d:\d\d \(tick \d+\)$",
        lambda given: with_scenario_item(given, "T", depends_on=["C"]),
    ),
    asked_case(
        "before the lag is over",
        r"item B: starts at .*, before A, which .* and its lag of 6 days is over",
        lambda given: with_scenario_item(given, "B", depends_on=[{"item": "A", "lag_days": 6}]),
    ),
    asked_case(
        "before any alternative",
        r"item T: starts at .*, before any of its any_of \(C, B\) is finished, lag included",
        lambda given: with_scenario_item(given, "T", any_of=["C", "B", "K"]),
    ),
    asked_case(
        "pinned to a day off",
        r"item T: pin 6 asks for 2027-03-06, which is no working day of the horizon",
        lambda given: with_pins(given, pin("T", start=datetime.date(2027, 3, 6))),
    ),
    asked_case(
        "pinned to another day",
        r"item T: starts at .*, but pin 6 asks for 2027-03-03",
        lambda given: with_pins(given, pin("T", start=day(2))),
    ),
    asked_case(
        "a milestone pinned to another day",
        r"item N: starts at 2027-03-01 17:00 .*, but pin 6 asks for 2027-03-02",
        lambda given: with_pins(given, pin("N", start=day(1))),
    ),
    asked_case(
        "a task pinned to another day",
        r"item A, task 2: starts at .*, but pin 6 asks for 2027-03-01",
        lambda given: with_pins(given, pin("A", task=2, start=day(0))),
    ),
    asked_case(
        "too many at once",
        r"policy: 2 items under way at .*; max_parallel is 1",
        lambda given: with_policy(given, max_parallel=1),
    ),
    plan_case(
        "a start an hour off",
        r"item T, task 1: start is written as .*, but it is 2027-03-01T09:00:00\+01:00",
        lambda plan: with_task(plan, "T", "1", start=of_task(plan, "T", "1").start + HOUR),
    ),
    plan_case(
        "no finish time",
        r"item T, task 1: has no finish time; it is",
        lambda plan: with_task(plan, "T", "1", finish=None),
    ),
    plan_case(
        "the same moment elsewhere",
        r"item T: start is written as 2027-03-01T08:00:00\+00:00, but it is",
        lambda plan: with_item(plan, "T", start=entry(plan, "T").start.astimezone(datetime.UTC)),
    ),
    plan_case("no item time", r"item A: has no finish time", lambda plan: with_item(plan, "A", finish=None)),
    plan_case(
        "a milestone at the next day's start",
        r"item N: finish is written as 2027-03-02T09:00:00",
        lambda plan: with_item(plan, "N", finish=entry(plan, "N").finish + 16 * HOUR),
    ),
]

FIGURES = [
    field_case("scenario", "Other", r"plan: scenario is Other, but the scenario's is Everything"),
    field_case("unit", "points", r"plan: unit is points"),
    field_case("timezone", "UTC", r"plan: timezone is UTC"),
    field_case("start", day(1), r"plan: start is 2027-03-02, but the scenario's is 2027-03-01"),
    Case(
        "a start on a day off",
        lambda given, plan: (
            given.model_copy(update={"calendar": given.calendar.model_copy(update={"start": None})}),
            plan.model_copy(update={"start": datetime.date(2027, 3, 8)}),
        ),
        r"plan: start is 2027-03-08, which is no working day, though the scenario leaves the choice",
    ),
    plan_case(
        "estimate",
        r"item R: estimate is marked given, but it is guessed",
        lambda plan: with_item(plan, "R", estimate="given"),
    ),
    plan_case("benefit", r"item I: benefit is 16, but it is 15", lambda plan: with_item(plan, "I", benefit=16.0)),
    plan_case(
        "benefit out",
        r"item U: left out, benefit is 0, but it is -2",
        lambda plan: with_left_out(plan, "U", benefit=0.0),
    ),
    plan_case(
        "title",
        r"item T: title is 'X', but the backlog says 'Landing page'",
        lambda plan: with_item(plan, "T", title="X"),
    ),
    plan_case(
        "title out", r"item K: title is 'X', but the backlog says ''", lambda plan: with_left_out(plan, "K", title="X")
    ),
    plan_case("value", r"item A: value is 31, but it is 30", lambda plan: with_item(plan, "A", value=31.0)),
    plan_case("value out", r"item Q: value is 49, but it is 50", lambda plan: with_left_out(plan, "Q", value=49.0)),
    plan_case(
        "skill",
        r"item A, task 1: skill is copy, but the task needs design",
        lambda plan: with_task(plan, "A", "1", skill="copy"),
    ),
    plan_case(
        "effort",
        r"item H, task 1: effort is 4, but 1 is left to do",
        lambda plan: with_task(plan, "H", "1", effort=4.0),
    ),
    plan_case(
        "rank",
        r"item A: rank is 7, but by sprint, start, value and id it is 1",
        lambda plan: with_item(plan, "A", rank=7),
    ),
    field_case("value", None, r"plan: status is optimal, so it needs a value and a bound"),
    field_case("bound", None, r"plan: status is optimal, so it needs a value and a bound"),
    field_case("value", 145.0, r"plan: value is 145, but the benefits add up to 144"),
    field_case("best_value", 145.0, r"plan: best_value is 145.0, but without a baseline it is the value, 144"),
    field_case("bound", 143.0, r"plan: bound 143 is below the value 144"),
    field_case("bound", 150.0, r"plan: status is optimal, but the bound 150 is not the value 144", "bound above"),
    field_case("gap", 0.5, r"plan: gap is 0.5, but from value and bound it is 0"),
    field_case("gap", None, r"plan: gap is None, but from value and bound it is 0"),
    plan_case(
        "unproven",
        r"plan: status is optimal, but shortfall is not proven",
        lambda plan: _term(plan, "shortfall", proven=False),
    ),
    field_case("status", "feasible", r"plan: status is feasible, though every term down to the value is proven"),
    field_case("conflict", Conflict(demands=("a",), remedies=()), r"plan: a conflict is named, but status is optimal"),
]

REASONS = [
    plan_case(
        "done denied",
        r"item Q: reason is outranked, but the first that applies is done",
        lambda plan: with_left_out(plan, "Q", code="outranked"),
    ),
    plan_case(
        "pin denied",
        r"item K: reason is skill, but the first that applies is pinned-out",
        lambda plan: with_left_out(plan, "K", code="skill"),
    ),
    plan_case(
        "readiness denied",
        r"item L: reason is capacity, but the first .* not-ready",
        lambda plan: with_left_out(plan, "L", code="capacity"),
    ),
    plan_case(
        "skill denied",
        r"item O: reason is too-big, but the first .* skill",
        lambda plan: with_left_out(plan, "O", code="too-big"),
    ),
    plan_case(
        "dependency denied",
        r"item P: reason is outranked, but the first .* dependency",
        lambda plan: with_left_out(plan, "P", code="outranked"),
    ),
    plan_case(
        "alternative denied",
        r"item E: reason is capacity, but the first .* policy",
        lambda plan: with_left_out(plan, "E", code="capacity"),
    ),
    plan_case(
        "worthless denied",
        r"item V: reason is outranked, but the first .* no-value",
        lambda plan: with_left_out(plan, "V", code="outranked"),
    ),
    plan_case(
        "hours denied",
        r"item U: reason is outranked, but the first .* capacity",
        lambda plan: with_left_out(plan, "U", code="outranked"),
    ),
    *(
        plan_case(
            f"{code} invented",
            rf"item U: reason is {code}, but that is not so",
            lambda plan, code=code: with_left_out(plan, "U", code=code),
        )
        for code in (
            "done",
            "pinned-out",
            "not-ready",
            "skill",
            "dependency",
            "release",
            "deadline",
            "no-value",
        )
    ),
    Case(
        "policy invented",
        lambda given, plan: (with_policy(given, max_parallel=None), with_left_out(plan, "U", code="policy")),
        r"item U: reason is policy, but that is not so",
    ),
    plan_case(
        "capacity invented", r"item V: reason is capacity", lambda plan: with_left_out(plan, "V", code="capacity")
    ),
    plan_case(
        "search ended though optimal",
        r"item U: reason is not-reached, but that is not so",
        lambda plan: with_left_out(plan, "U", code="not-reached"),
    ),
    plan_case(
        "a proof of nothing",
        r"item U: reason is not-reached, which nothing can prove",
        lambda plan: with_left_out(plan, "U", code="not-reached", proven=True),
    ),
]

TABLES = [
    plan_case(
        "a stranger's row",
        r"capacity of Zoe, sprint 1: no such row",
        lambda plan: plan.model_copy(update={"capacity": row(plan.capacity, 0, specialist="Zoe")}),
    ),
    plan_case(
        "a row of another sprint",
        r"capacity of Ana, sprint 2: no such row",
        lambda plan: plan.model_copy(update={"capacity": row(plan.capacity, 0, sprint=2)}),
    ),
    plan_case(
        "a row twice",
        r"capacity of Ana, sprint 1: no such row; there is one a specialist",
        lambda plan: plan.model_copy(update={"capacity": (*plan.capacity, plan.capacity[0])}),
    ),
    plan_case(
        "a row missing",
        r"capacity of Ana: the row is missing",
        lambda plan: plan.model_copy(update={"capacity": plan.capacity[1:]}),
    ),
    *(
        plan_case(
            key,
            rf"capacity of Ana: {key} is 99, but",
            lambda plan, key=key: plan.model_copy(update={"capacity": row(plan.capacity, 0, **{key: 99.0})}),
        )
        for key in ("available", "planned", "utilisation")
    ),
    asked_case(
        "above a maximum share",
        r"policy: the share of experiment is 0\.0333\d+, above its maximum 0\.03",
        lambda given: with_policy(given, mix=[{"type": "experiment", "max_share": 0.03}]),
    ),
    plan_case(
        "a share row missing",
        r"shares: 1 rows, but the policy has 2 rules",
        lambda plan: plan.model_copy(update={"shares": plan.shares[:1]}),
    ),
    plan_case(
        "share rows swapped",
        r"share of experiment, sprint 1: there should stand goal",
        lambda plan: plan.model_copy(update={"shares": plan.shares[::-1]}),
    ),
    plan_case(
        "min",
        r"share of goal: min 0.1 and max 0.5, but the policy",
        lambda plan: plan.model_copy(update={"shares": row(plan.shares, 0, min=0.1)}),
    ),
    plan_case(
        "share",
        r"share of goal: share is 0.3, but it is 0\.07",
        lambda plan: plan.model_copy(update={"shares": row(plan.shares, 0, share=0.3)}),
    ),
    plan_case(
        "shortfall",
        r"share of goal: shortfall is 0, but it is 0.23",
        lambda plan: plan.model_copy(update={"shares": row(plan.shares, 0, shortfall=0.0)}),
    ),
    plan_case("terms swapped", r"objective: the terms stand as", lambda plan: _objective(plan, list.reverse)),
    plan_case(
        "a term twice",
        r"objective: the terms stand as",
        lambda plan: _objective(plan, lambda terms: terms.append(terms[-1])),
    ),
    *(
        plan_case(
            f"{term} missing",
            rf"objective: the term {term} is missing",
            lambda plan, term=term: _objective(
                plan, lambda terms: terms.remove(next(one for one in terms if one.term == term))
            ),
        )
        for term in ("carried_over", "shortfall", "value", "early", "peak", "effort", "assignee")
    ),
    plan_case(
        "churn without a baseline",
        r"objective: the term churn has no place in this plan",
        lambda plan: _objective(plan, lambda terms: terms.insert(3, ObjectiveTerm(term="churn", value=0, proven=True))),
    ),
    *(
        plan_case(
            f"{term} wrong",
            rf"objective: {term} is 9999, but it is",
            lambda plan, term=term: _term(plan, term, value=9999.0),
        )
        for term in ("carried_over", "shortfall", "value", "early", "peak", "effort", "assignee")
    ),
]

CASES = (*READING, *SELECTION, *STAFFING, *TIMES, *FIGURES, *REASONS, *TABLES)


# -- cases of other scenarios ----------------------------------------------------------------------------------


class OtherCase(NamedTuple):
    name: str
    given: Callable[[], Scenario]
    plan: Callable[[], Plan]
    says: str


def _points(**fields: Any) -> Callable[[], Plan]:
    return lambda: plan_of("points").model_copy(update=fields)


def _impossible(**fields: Any) -> Callable[[], Plan]:
    return lambda: plan_of("impossible").model_copy(update=fields)


_NO_COUNTRY = POINTS.model_copy(
    update={"calendar": POINTS.calendar.model_validate({"start": day(0), "holidays": {"country": "XX"}})}
)
OTHERS = (
    OtherCase(
        "below list scheduling",
        lambda: POINTS,
        _points(greedy_value=12.0),
        r"plan: value 11\.08\d* is below greedy_value 12",
    ),
    OtherCase(
        "no conflict named",
        lambda: IMPOSSIBLE,
        _impossible(conflict=None),
        r"plan: status is infeasible, but no conflict is named",
    ),
    OtherCase(
        "an empty conflict",
        lambda: IMPOSSIBLE,
        _impossible(conflict=Conflict(demands=(), remedies=())),
        r"no conflict is named",
    ),
    OtherCase(
        "a value without a plan",
        lambda: IMPOSSIBLE,
        _impossible(value=1.0),
        r"plan: status is infeasible, so value must be null, not 1",
    ),
    OtherCase("a bound without a plan", lambda: IMPOSSIBLE, _impossible(bound=1.0), r"so bound must be null, not 1"),
    OtherCase(
        "a conflict while unknown",
        lambda: IMPOSSIBLE,
        _impossible(status="unknown"),
        r"plan: a conflict is named, but status is unknown",
    ),
    OtherCase(
        "planned without a plan",
        lambda: IMPOSSIBLE,
        lambda: plan_of("impossible").model_copy(update={"selected": plan_of("points").selected[:1]}),
        r"item A: planned, though the plan's status is infeasible",
    ),
    OtherCase(
        "forgotten without a plan",
        lambda: IMPOSSIBLE,
        _impossible(left_out=()),
        r"item B: neither planned nor left out",
    ),
    OtherCase(
        "a country nobody knows", lambda: _NO_COUNTRY, _points(), r"calendar\.holidays\.country: no public holidays"
    ),
)
