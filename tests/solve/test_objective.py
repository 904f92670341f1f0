"""Each term in the model is the figure that the plan shows: the schedule found, counted again, gives the optimum."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from models.scenario import Scenario
from planner.errors import InputError
from planner.instance import Instance
from planner.solve.model import build_model
from planner.solve.objective import LATER, VALUE, Term, asked
from planner.solve.run import Answer, Effort, run
from tests.builders import day, instance, item, scenario, specialist
from tests.strategies import scenarios

SOME = settings(max_examples=40, suppress_health_check=list(HealthCheck))
EFFORT = Effort(seconds=20, work=float("inf"), workers=1, seed=0)


def best(given_instance: Instance, term: Term) -> tuple[Answer, int | None]:
    model, variables = build_model(given_instance)
    expression = term.expression(model, given_instance, variables)
    if term.maximise:
        model.maximize(expression)
    else:
        model.minimize(expression)
    answer = run(model, given_instance, variables, EFFORT)
    return answer, None if answer.solution is None else answer.solution.terms(given_instance)[term.name]


@SOME
@given(scenarios(always=("due", "depends_on")))
def test_every_term_is_what_the_schedule_counts(given_scenario: Scenario) -> None:
    try:
        given_instance = instance(given_scenario)
    except InputError:
        return
    if given_instance.unmet or given_instance.capacity == 0:  # without capacity a shortfall is a constant
        return
    for term in (*asked(given_instance), VALUE, *LATER):
        answer, counted = best(given_instance, term)
        assert answer.status in ("optimal", "infeasible")
        if answer.solution is not None:
            assert counted == answer.bound


TEAM = [specialist("Ana", "copy"), specialist("Ben", {"copy": 2.0})]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("value", 38),  # Ben finishes on Tuesday, a day late; Ana on Wednesday
        ("early", 80),
        ("peak", 5_000),  # Ben, 9 of 18 hours
        ("effort", 900),
        ("assignee", 0),
    ],
)
def test_each_term_by_hand(term: str, expected: int) -> None:
    due = {"date": day(0), "cost_per_day": 2}
    late = item("A", value=40, skill="copy", effort=18, assignee="Ana", must=True, due=due)
    given_instance = instance(scenario([late], TEAM, sprint_days=3))
    _, counted = best(given_instance, next(one for one in (VALUE, *LATER) if one.name == term))
    assert counted is not None
    assert expected == (given_instance.scale.to_value(counted) if term in ("value", "early") else counted)


def test_only_what_a_scenario_asks_for_comes_before_value() -> None:
    plain = [item("A", effort=1)]
    goal = {"themes": ["growth"], "min_share": 0.5}
    started = [item("A", effort=1, status="in-progress")]
    assert asked(instance(scenario(plain))) == []
    assert [term.name for term in asked(instance(scenario(plain, goal=goal)))] == ["shortfall"]
    assert [term.name for term in asked(instance(scenario(started, goal=goal)))] == ["carried_over", "shortfall"]
    assert asked(instance(scenario(started, carry_over="compete"))) == []


def test_work_in_progress_is_asked_for_even_where_none_of_it_can_enter() -> None:
    started = [item("A", skill="law", effort=1, status="in-progress")]
    assert [term.name for term in asked(instance(scenario(started, TEAM)))] == ["carried_over"]
