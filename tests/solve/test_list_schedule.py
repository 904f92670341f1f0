from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from ortools.sat.python.cp_model import CpModel

from models.item import Item
from models.scenario import Scenario
from planner.errors import InputError
from planner.instance import Instance
from planner.solve.list_schedule import frozen_rule, keeps_all, warm_start
from planner.solve.solution import Solution
from planner.solve.variables import Variables
from tests.builders import instance, item, milestone, scenario, specialist
from tests.solve.asking import possible
from tests.strategies import scenarios

MANY = settings(max_examples=120, suppress_health_check=list(HealthCheck))


def holds(given_instance: Instance, schedule: Solution) -> bool:
    """Whether the model, with everything set to the schedule, has that solution."""

    def fixed(model: CpModel, variables: Variables) -> None:
        for index in range(len(given_instance.items)):
            model.add(variables.chosen[index] == (index in schedule.items))
        for index, (_, finish) in schedule.items.items():
            model.add(variables.item_finish[index] == finish)
        for task, placed in schedule.tasks.items():
            model.add(variables.start[task] == placed.start)
            model.add(variables.finish[task] == placed.finish)
            assigned = variables.assigned(task, placed.specialist)
            assert assigned is not None
            model.add(assigned == 1)

    return possible(given_instance, fixed)


@MANY
@given(scenarios())
def test_a_list_schedule_that_keeps_all_is_a_plan(given_scenario: Scenario) -> None:
    try:
        given_instance = instance(given_scenario)
    except InputError:
        return
    if given_instance.unmet:
        return
    for schedule in (frozen_rule(given_instance), warm_start(given_instance)):
        if keeps_all(given_instance, schedule):
            assert holds(given_instance, schedule)


def chosen(given_instance: Instance, schedule: Solution) -> set[str]:
    return {given_instance.items[index].id for index in schedule.items}


def test_the_rule_takes_the_best_ratio_first_and_never_looks_back() -> None:
    backlog = [item("A", value=3, effort=2), item("B", value=7, effort=6)]
    given_instance = instance(scenario(backlog, sprint_days=1))
    assert chosen(given_instance, frozen_rule(given_instance)) == {"A"}  # B alone would be worth more


def test_a_task_goes_to_whoever_finishes_it_first() -> None:
    team = [specialist("Ana", "copy"), specialist("Ben", {"copy": 2.0})]
    given_instance = instance(scenario([item("A", value=1, skill="copy", effort=3)], team))
    ((placed),) = frozen_rule(given_instance).tasks.values()
    assert given_instance.specialists[placed.specialist].name == "Ben"


def test_a_must_do_is_no_business_of_the_frozen_rule_but_of_the_warm_start() -> None:
    backlog = [item("A", value=9, effort=6), item("B", value=0, effort=6, must=True)]
    given_instance = instance(scenario(backlog, sprint_days=1))
    assert not keeps_all(given_instance, frozen_rule(given_instance))
    warm = warm_start(given_instance)
    assert keeps_all(given_instance, warm)
    assert chosen(given_instance, warm) == {"B"}


def test_half_a_group_is_no_plan_and_the_warm_start_leaves_it_out() -> None:
    backlog = [item("A", value=9, effort=4, together="launch"), item("B", value=1, effort=4, together="launch")]
    given_instance = instance(scenario([*backlog, item("C", value=1, effort=4)], sprint_days=1))
    assert not keeps_all(given_instance, frozen_rule(given_instance))
    assert chosen(given_instance, warm_start(given_instance)) == {"C"}


def test_milestones_come_by_themselves() -> None:
    backlog = [item("A", value=1, effort=3), milestone("M", value=5, depends_on=["A"])]
    given_instance = instance(scenario(backlog, sprint_days=1))
    schedule = frozen_rule(given_instance)
    assert chosen(given_instance, schedule) == {"A", "M"}
    assert keeps_all(given_instance, schedule)


def test_a_milestone_that_goes_together_with_what_does_not_fit_stays_out() -> None:
    backlog = [item("A", value=9, effort=20, together="launch"), milestone("M", value=5, together="launch")]
    given_instance = instance(scenario([*backlog, *backlog_of("B", "C")], sprint_days=4))
    schedule = warm_start(given_instance)
    assert chosen(given_instance, schedule) == {"B", "C"}
    assert keeps_all(given_instance, schedule)


def backlog_of(*names: str) -> list[Item]:
    """Items of better ratio that leave no room for A, which alone would fit."""
    return [item(name, value=50, effort=5) for name in names]
