"""Faults in figures, reasons and tables, and the sentence that the judge must find for each."""

from __future__ import annotations

import datetime

from models.plan import Conflict, ObjectiveTerm
from tests.builders import day
from tests.verify.spoil import (
    Case,
    asked_case,
    field_case,
    plan_case,
    row,
    with_item,
    with_left_out,
    with_list,
    with_policy,
    with_task,
    with_term,
)

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
        lambda plan: with_term(plan, "shortfall", proven=False),
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
    plan_case(
        "terms swapped", r"objective: the terms stand as", lambda plan: with_list(plan, "objective", list.reverse)
    ),
    plan_case(
        "a term twice",
        r"objective: the terms stand as",
        lambda plan: with_list(plan, "objective", lambda terms: terms.append(terms[-1])),
    ),
    *(
        plan_case(
            f"{term} missing",
            rf"objective: the term {term} is missing",
            lambda plan, term=term: with_list(
                plan, "objective", lambda terms: terms.remove(next(one for one in terms if one.term == term))
            ),
        )
        for term in ("carried_over", "shortfall", "value", "early", "peak", "effort", "assignee")
    ),
    plan_case(
        "churn without a baseline",
        r"objective: the term churn has no place in this plan",
        lambda plan: with_list(
            plan, "objective", lambda terms: terms.insert(3, ObjectiveTerm(term="churn", value=0, proven=True))
        ),
    ),
    *(
        plan_case(
            f"{term} wrong",
            rf"objective: {term} is 9999, but it is",
            lambda plan, term=term: with_term(plan, term, value=9999.0),
        )
        for term in ("carried_over", "shortfall", "value", "early", "peak", "effort", "assignee")
    ),
]
