"""What the judge makes of rules where the planner and the judge once read the contract differently, or could."""

from __future__ import annotations

import pytest

import planner
from models.plan import Plan
from models.scenario import Scenario
from planner.verify import violations
from tests.builders import day, item, milestone, pin, scenario, specialist


def planned(given: Scenario) -> Plan:
    """Plan; the judge has a look at every plan, and a plan that breaks a rule would be refused as a defect."""
    plan = planner.plan(given)
    assert violations(given, plan) == []
    return plan


def ids(plan: Plan) -> set[str]:
    return {entry.id for entry in plan.selected}


def code(plan: Plan, name: str) -> str:
    return next(entry.reason.code for entry in plan.left_out if entry.id == name)


@pytest.mark.parametrize("closed", [(), (day(9),), (day(8), day(9))])
def test_a_milestone_released_after_the_last_working_day_is_out(closed: tuple[object, ...]) -> None:
    first_free = 10 - len(closed)
    given = scenario([milestone("M", release=day(first_free)), item("A", effort=1, value=1)], company_days=closed)
    plan = planned(given)
    assert ids(plan) == {"A"}
    assert code(plan, "M") == "release"
    early = scenario([milestone("M", release=day(first_free - 1)), item("A", effort=1)], company_days=closed)
    assert ids(planned(early)) == {"A", "M"}


def test_a_started_milestone_has_no_release() -> None:
    assert ids(planned(scenario([milestone("M", release=day(20), status="in-progress")]))) == {"M"}


def test_a_sprint_without_a_working_day() -> None:
    plan = planned(
        scenario(
            [milestone("M"), milestone("N", release=day(0)), item("A", effort=1), milestone("O", depends_on=["A"])],
            sprint_days=1,
            company_days=[day(0)],
        )
    )
    assert ids(plan) == {"M"}
    assert [code(plan, name) for name in "NAO"] == ["release", "too-big", "dependency"]


def test_an_assignee_who_cannot_finish_in_time_even_alone_keeps_nothing() -> None:
    team = [specialist("Ana", "copy", time_off=[{"from": day(0), "to": day(7)}]), specialist("Ben", "copy")]
    late = item("A", effort=13, skill="copy", status="in-progress", assignee="Ana")
    plan = planned(scenario([late], team))
    assert plan.selected[0].tasks[0].specialist == "Ben"
    assert any("could not finish it in time even alone" in note for note in plan.notes)
    just = item("A", effort=12, skill="copy", status="in-progress", assignee="Ana")
    assert planned(scenario([just], team)).selected[0].tasks[0].specialist == "Ana"


def test_a_second_pair_of_eyes_takes_work_from_the_assignee() -> None:
    team = [specialist("Ana", "copy"), specialist("Ben", "copy")]
    work = [("copy", 2), ("copy", 1, {"not_by": 1})]
    entry = item("A", work=work, status="in-progress", assignee="Ana")
    plan = planned(scenario([entry], team))  # she cannot do both, so nothing is kept
    assert len({task.specialist for task in plan.selected[0].tasks}) == 2


def test_the_goal_s_minimum_does_not_count_what_has_no_benefit() -> None:
    goal = {"themes": ["x"], "min_share": 0.1}
    worthless = scenario([item("A", effort=12, value=0, theme="x"), item("B", effort=1, value=1)], goal=goal)
    assert planned(worthless).shares[0].shortfall == 0.1
    due = item("A", effort=12, value=0, theme="x", due={"date": day(9), "cost_per_day": 1})
    assert planned(scenario([due, item("B", effort=1, value=1)], goal=goal)).shares[0].shortfall == 0


def test_values_too_fine_for_the_solver_are_still_judged_right() -> None:
    """A value that rounds to nothing beside the others is called worthless, and the judge lets that pass."""
    items = [item("A", effort=1, value=1e9 / 3), item("B", effort=60, value=1e-9 / 7), item("C", effort=59, value=0.1)]
    plan = planned(scenario(items))
    assert ids(plan) == {"A", "C"}
    assert code(plan, "B") in ("no-value", "capacity")


def test_everybody_away() -> None:
    away = specialist("Ana", "copy", time_off=[{"from": day(0), "to": day(9)}])
    plan = planned(scenario([item("A", effort=1, skill="copy", value=1), milestone("M")], [away]))
    assert ids(plan) == {"M"}
    assert plan.capacity[0].available == plan.capacity[0].utilisation == 0


def test_pins_that_put_a_done_item_in_ask_nothing() -> None:
    given = scenario(
        [item("A", effort=1, status="done", must=True), item("B", effort=1)], pins=[pin("A", start=day(1))]
    )
    assert ids(planned(given)) == {"B"}


def test_an_arabic_digit_is_no_position() -> None:
    entry = item("A", work=[("x", 1), ("x", 1, {"not_by": ["١"]})])
    given = scenario([entry])
    good = planner.plan(scenario([item("A", work=[("x", 1), ("x", 1)])]))
    assert any("`not_by` names task ١, which the item does not have" in found for found in violations(given, good))


def test_a_fault_in_the_calendar_is_one_sentence() -> None:
    given = scenario([item("A", effort=1)])
    plan = planner.plan(given)
    nowhere = scenario([item("A", effort=1)], holidays={"country": "ZZ"})
    assert len(violations(nowhere, plan)) == 1
