"""Alike people and items in their orders: no plan's worth is lost, and what differs is told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from ortools.sat.python.cp_model import CpModel

from models.scenario import Scenario
from planner import plan
from planner.errors import InputError
from planner.instance import Instance
from planner.solve.alike import add_alike_orders, alike_items, alike_specialists, in_alike_orders
from planner.solve.model import build_model
from planner.solve.objective import VALUE, asked, hold
from planner.solve.run import Answer, Effort, run
from planner.solve.solution import Solution
from planner.solve.variables import Variables
from tests.builders import day, instance, item, milestone, pin, scenario, specialist
from tests.solve.asking import item_of, who
from tests.strategies import with_twins

SOME = settings(max_examples=150, suppress_health_check=list(HealthCheck))
EFFORT = Effort(seconds=20, work=float("inf"), workers=1, seed=0)
Rule = Callable[[CpModel, Instance, Variables], None]


def most_valuable(given_instance: Instance, *rules: Rule, plan: Solution | None = None) -> Answer:
    """The plan of most value, under rules of this module; with nothing but a plan to choose, whether it keeps them."""
    model, variables = build_model(given_instance)
    for term in asked(given_instance):
        model.clear_objective()  # type: ignore[no-untyped-call]
        expression = term.expression(model, given_instance, variables)
        (model.maximize if term.maximise else model.minimize)(expression)
        reached = run(model, given_instance, variables, EFFORT)
        if reached.solution is None:
            return reached
        hold(model, given_instance, variables, term, reached.solution.terms(given_instance)[term.name])
    for rule in rules:
        rule(model, given_instance, variables)
    if plan is not None:
        _only(model, given_instance, variables, plan)
    model.maximize(VALUE.expression(model, given_instance, variables))
    return run(model, given_instance, variables, EFFORT)


def _only(model: CpModel, given_instance: Instance, variables: Variables, plan: Solution) -> None:
    for index in range(len(given_instance.items)):
        model.add(variables.chosen[index] == (index in plan.items))
    for task, placed in plan.tasks.items():
        for option in variables.options[task]:
            by_them = option.choice.specialist == placed.specialist
            model.add(option.assigned == by_them)
            if by_them:
                model.add(option.own_start == placed.own_start)


@SOME
@given(with_twins())
def test_the_best_plan_is_worth_the_same_with_and_without(given_scenario: Scenario) -> None:
    try:
        given_instance = instance(given_scenario)
    except InputError:
        return
    assume(not given_instance.unmet and (alike_specialists(given_instance) or alike_items(given_instance)))
    plain, ordered = most_valuable(given_instance), most_valuable(given_instance, add_alike_orders)
    assert (ordered.status, ordered.bound) == (plain.status, plain.bound)
    if plain.solution is not None:
        check_the_plan_can_keep_the_orders(given_instance, plain.solution)


def check_the_plan_can_keep_the_orders(given_instance: Instance, solution: Solution) -> None:
    twin = in_alike_orders(given_instance, solution)
    assert twin.terms(given_instance)["value"] == solution.terms(given_instance)["value"]
    kept = most_valuable(given_instance, add_alike_orders, plan=twin)
    assert kept.solution is not None
    assert kept.solution.tasks == twin.tasks


# -- who is alike ------------------------------------------------------------------------------------------------------

WORK = [item(name, value=5, work=[("copy", 3), ("design", 2)]) for name in "ABC"]


def classes(team: list[Any], items: list[Any] = WORK, **fields: Any) -> list[tuple[int, ...]]:
    return alike_specialists(instance(scenario(items, team, sprint_days=2, **fields)))


def test_copies_of_one_specialist_are_alike() -> None:
    assert classes([specialist("Ana", "copy", "design", count=3), specialist("Ben", "copy")]) == [(0, 1, 2)]


def test_two_people_of_other_names_are_alike_as_well() -> None:
    assert classes([specialist("Ana", "copy"), specialist("Cyd", "design"), specialist("Zoe", "copy")]) == [(0, 2)]


@pytest.mark.parametrize(
    "other",
    [
        specialist("Ben", "copy", "design"),
        specialist("Ben", {"copy": 0.8}),
        specialist("Ben", "copy", hours=5),
        specialist("Ben", "copy", time_off=[day(1)]),
        specialist("Ben", "copy", busy=[{"from": day(0), "to": day(0), "hours": 1}]),
    ],
)
def test_skills_hours_and_absences_tell_people_apart(other: Any) -> None:
    assert classes([specialist("Ana", "copy"), other, specialist("Cyd", "design")]) == []


def test_a_pin_tells_people_apart() -> None:
    team = [specialist("Ana", "copy", "design"), specialist("Ben", "copy", "design")]
    assert classes(team) == [(0, 1)]
    assert classes(team, pins=[pin("A", task=1, not_specialist="Ben")]) == []


def test_the_second_of_two_alike_gets_work_only_after_the_first() -> None:
    team = [specialist("Ana", "copy", "design", count=2)]
    given_instance = instance(scenario(WORK[:1], team, sprint_days=2))
    solution = most_valuable(given_instance, add_alike_orders).solution
    assert solution is not None
    assert solution.tasks[0].specialist == who(given_instance, "Ana 1")


# -- which items are alike ---------------------------------------------------------------------------------------------

TEAM = [specialist("Ana", "copy"), specialist("Ben", "copy", "design")]


def orders(items: list[Any], **fields: Any) -> list[str]:
    """Ids of each class, the first of them first."""
    given_instance = instance(scenario(items, TEAM, sprint_days=5, **fields))
    return [" ".join(given_instance.items[index].id for index in members) for members in alike_items(given_instance)]


def two(first: dict[str, Any], second: dict[str, Any], *more: Any, **fields: Any) -> list[str]:
    usual = {"value": 5, "work": [("copy", 3), ("design", 2)]}
    return orders([item("A", **{**usual, **first}), item("B", **{**usual, **second}), *more], **fields)


def test_the_more_valuable_comes_first_then_the_id_decides() -> None:
    assert two({}, {}) == ["A B"]
    assert two({}, {"value": 6}) == ["B A"]
    assert orders([item(name, value=value, effort=2) for name, value in zip("ABCD", (5, 7, 5, 9), strict=True)]) == [
        "D B A C"
    ]


@pytest.mark.parametrize(
    "second",
    [
        {"work": [("copy", 3), ("design", 1)]},
        {"work": [("design", 2), ("copy", 3)]},
        {"work": [("design", 2)]},
        {"work": [("copy", 3), ("design", 2, {"after": []})]},
        {"work": [("copy", 3, {"wait_days": 1}), ("design", 2)]},
        {"work": [("copy", 3), ("design", 2, {"not_by": [1]})]},
        {"work": [("copy", 3), ("design", 2, {"same_as": [1]})]},
        {"deadline": day(2)},
        {"release": day(2)},
        {"due": {"date": day(1), "cost_per_day": 1}},
        {"must": True},
        {"status": "in-progress", "remaining": 5},
    ],
)
def test_what_tells_items_apart(second: dict[str, Any]) -> None:
    assert two({}, second) == []


def test_items_that_must_be_in_or_go_together_have_no_order() -> None:
    for demand in ({"must": True}, {"together": "pair"}):
        assert two(demand, demand) == []


def test_a_pin_tells_items_apart() -> None:
    assert two({}, {}, pins=[pin("A", task=1, specialist="Ana")]) == []
    assert two({}, {}, pins=[pin("A", start=day(1))]) == []


def test_what_others_wait_for_has_no_equal() -> None:
    assert two({}, {}, item("C", value=1, work=[("copy", 4)], depends_on=["A"])) == []
    assert two({}, {}, milestone("M", depends_on=["A"])) == []


def test_those_who_wait_for_the_same_are_alike() -> None:
    first = item("C", value=1, work=[("copy", 4)])
    assert two({"depends_on": ["C"]}, {}, first) == []
    assert two({"depends_on": ["C"]}, {"depends_on": ["C"]}, first) == ["A B"]


def test_alternatives_of_the_same_group_are_alike() -> None:
    third = item("C", value=50, work=[("copy", 4)], exclusive="either")
    assert two({"exclusive": "either"}, {"exclusive": "either"}, third) == ["A B"]
    assert two({"exclusive": "either"}, {}, third) == []


def test_shares_tell_items_of_other_themes_apart() -> None:
    goal = {"goal": {"themes": ["growth"], "max_share": 0.5}}
    assert two({"theme": "growth"}, {"theme": "growth"}, **goal) == ["A B"]
    assert two({"theme": "growth"}, {}, **goal) == []


def test_with_a_baseline_no_items_are_alike() -> None:
    before = plan(scenario([item("A", value=5, effort=3)], TEAM[:1]))
    assert two({}, {}, baseline=before) == []


def test_a_plan_with_the_lesser_item_gets_the_other_in_its_place() -> None:
    items = [item("A", value=5, work=[("copy", 5)]), item("B", value=9, work=[("copy", 5)])]
    given_instance = instance(scenario(items, TEAM[:1], sprint_days=1))
    better = item_of(given_instance, "B")
    lesser = most_valuable(given_instance, lambda model, _, variables: model.add(variables.chosen[better] == 0))
    assert lesser.solution is not None
    mended = in_alike_orders(given_instance, lesser.solution)
    assert set(mended.items) == {better}
    assert mended.terms(given_instance)["value"] == given_instance.items[better].value
