"""Value against churn over many sprints: against every placement there is, and against what must hold of any curve."""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.plan import Plan
from models.scenario import Scenario
from planner import plan
from planner.trade_off import Curve, trade_off
from planner.verify import violations
from tests.builders import item, milestone, scenario, specialist
from tests.horizon.exhaustive import front
from tests.horizon.test_capacity import roadmaps

FEW = settings(
    max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)


@st.composite
def replanned(draw: st.DrawFn, detailed: int = 0, *, spanning: bool = False) -> Scenario:
    """A roadmap that was agreed on; since then every item is worth something else."""
    before = draw(roadmaps(detailed, spanning=spanning))
    before = before.model_copy(update={"solver": before.solver.model_copy(update={"time_limit": 60, "workers": 1})})
    if detailed:
        before = before.model_copy(update={"solver": before.solver.model_copy(update={"time_limit": 4})})
    agreed = plan(before)
    backlog = tuple(entry.model_copy(update={"value": draw(st.integers(0, 9))}) for entry in before.backlog)
    return before.model_copy(update={"backlog": backlog, "baseline": agreed})


def without_people(given_scenario: Scenario) -> Scenario:
    """Let the baseline say nothing of tasks: the exhaustive search knows sprints alone."""
    agreed = given_scenario.baseline
    assert agreed is not None
    bare = tuple(entry.model_copy(update={"tasks": ()}) for entry in agreed.selected)
    return given_scenario.model_copy(update={"baseline": agreed.model_copy(update={"selected": bare})})


@FEW
@given(st.one_of(replanned(), replanned(spanning=True)).map(without_people))
def test_the_curve_is_that_of_all_plans_there_are(given_scenario: Scenario) -> None:
    best = front(given_scenario)
    curve = trade_off(given_scenario)
    assert [one.churn for one in curve.points] == [churn for churn, _ in best]
    assert [one.value for one in curve.points] == pytest.approx([float(value) for _, value in best], rel=1e-6, abs=1e-6)
    assert all(one.proven and one.gap == 0 for one in curve.points)
    assert curve.complete


@FEW
@given(replanned())
def test_no_plan_is_better_than_a_point_says_whoever_does_the_work(given_scenario: Scenario) -> None:
    """Who does the work can only add churn to what the exhaustive search counts."""
    curve = trade_off(given_scenario)
    check_curve(curve)
    best = front(without_people(given_scenario))
    assert bool(curve.points) == bool(best)
    if best:
        assert curve.points[0].value == pytest.approx(float(best[0][1]), rel=1e-6, abs=1e-6)
    for one in curve.points:
        assert one.churn >= next(churn for churn, value in reversed(best) if float(value) >= one.value - 1e-5)


@settings(FEW, max_examples=15)
@given(st.integers(1, 2).flatmap(replanned))
def test_with_sprints_to_the_tick_the_limits_hold_for_every_plan(given_scenario: Scenario) -> None:
    curve = trade_off(given_scenario)
    check_curve(curve)
    for tolerance in (0.0, 0.5):
        policy = given_scenario.policy.model_copy(update={"churn_tolerance": tolerance})
        again = given_scenario.model_copy(update={"policy": policy})
        found = plan(again)
        assert violations(again, found) == []
        assert (found.value is None) == (not curve.points)
        if found.value is not None and found.baseline is not None:
            check_limits(curve, found.value, int(found.baseline.churn))


def check_curve(curve: Curve) -> None:
    """Less churn costs value, from point to point; no point passes what is proven of another."""
    for one, after in pairwise(curve.points):
        assert one.churn > after.churn
        assert one.value > after.value
    for one in curve.points:
        assert one.value <= one.bound
        assert one.least_churn <= one.churn
        assert one.proven == (one.value == one.bound and one.least_churn == one.churn)
        check_limits(curve, one.value, one.churn)


def check_limits(curve: Curve, value: float, churn: int) -> None:
    """A plan is within what the curve says of all plans."""
    for one in curve.points:
        near = 1e-5 * (1 + abs(one.bound))
        assert churn > one.churn or value <= one.bound + near
        assert value < one.value + near or churn >= one.least_churn


TWO = [item("A", value=9, work=[("design", 6)]), item("B", value=8, work=[("design", 6)])]
TEAM = [specialist("Ana", "design"), specialist("Ben", "design")]


def months(items: list[Any] | None = None, team: list[Any] | None = None, **fields: Any) -> Scenario:
    usual = {"sprint_days": 2, "sprints": 2, "detailed_sprints": 0, "discount_per_sprint": 0.1}
    usual["solver"] = {"time_limit": 60, "workers": 1}
    return scenario(items or TWO, team or TEAM, **(usual | fields))


def swapped(agreed: Plan) -> Plan:
    """Give everything to the other of two people."""
    other = {"Ana": "Ben", "Ben": "Ana"}
    rows = []
    for entry in agreed.selected:
        tasks = tuple(task.model_copy(update={"specialist": other[task.specialist]}) for task in entry.tasks)
        rows.append(entry.model_copy(update={"tasks": tasks}))
    return agreed.model_copy(update={"selected": tuple(rows)})


def test_work_to_capacity_stays_with_whoever_has_it() -> None:
    """Either could do both, in the same hours."""
    agreed = swapped(plan(months()))
    again = plan(months(baseline=agreed))
    assert again.baseline is not None
    assert (again.status, again.baseline.churn) == ("optimal", 0)


def test_whoever_the_baseline_names_keeps_a_part_where_their_hours_are_short() -> None:
    """Ana had both; there are no hours for that now, but for a part of each."""
    agreed = plan(months(team=TEAM[:1]))
    ill = [specialist("Ana", "design", time_off=["2027-03-02", "2027-03-03", "2027-03-04"]), TEAM[1]]
    again = plan(months(team=ill, sprints=1, baseline=agreed))
    assert again.baseline is not None
    assert (again.status, again.baseline.churn) == ("optimal", 0)
    assert {task.specialist for entry in again.selected for task in entry.tasks} == {"Ana", "Ben"}


def test_whoever_has_left_is_replaced_and_that_is_proven_to_be_least() -> None:
    agreed = plan(months(team=TEAM[:1]))
    again = plan(months(team=TEAM[1:], baseline=agreed))
    assert again.baseline is not None
    assert (again.status, again.baseline.churn) == ("optimal", 2)
    assert [one.reassigned for one in again.baseline.moved] == [("1",), ("1",)]


def test_an_item_that_lost_its_value_stays_as_leaving_it_out_would_be_churn() -> None:
    again = plan(months([TWO[0].model_copy(update={"value": 0}), TWO[1]], baseline=plan(months())))
    assert again.baseline is not None
    assert (again.status, again.baseline.churn) == ("optimal", 0)


def test_what_the_first_sprint_to_the_tick_cannot_take_counts_as_nothing_given_up_for_churn() -> None:
    """Ana is away on the first of two days: what chains of tasks lose by that, no plan to capacity sees."""
    backlog = [
        item("A", value=9, work=[("copy", 6), ("design", 4)]),
        item("B", value=7, work=[("copy", 8)]),
        item("C", value=6, work=[("design", 9)]),
        item("D", value=5, work=[("copy", 5)], depends_on=["B"]),
        item("E", value=4, work=[("design", 6)]),
        item("F", value=3, work=[("copy", 7)]),
    ]
    people = [specialist("Ana", "copy"), specialist("Ben", "design", "copy")]
    agreed = plan(months(backlog, people, detailed_sprints=1))
    ill = [specialist("Ana", "copy", time_off=["2027-03-01"]), people[1]]
    replan = months(backlog, ill, detailed_sprints=1, baseline=agreed)
    again = plan(replan)
    assert violations(replan, again) == []
    assert again.value is not None
    assert again.best_value is not None
    assert again.value >= 0.99 * again.best_value


def test_a_milestone_follows_what_it_depends_on_into_the_plan() -> None:
    """Leaving the epic out would be least churn, if it could stay out while what it waits for comes in."""
    epic = milestone("EPIC", depends_on=["A"])
    agreed = plan(months([TWO[0], TWO[1], epic], pins=[{"item": "A", "out": True}]))
    curve = trade_off(months([TWO[0], TWO[1], epic], baseline=agreed))
    assert [(one.churn, one.value, one.proven) for one in curve.points] == [(6, 17, True), (0, 8, True)]


def test_no_point_gives_up_a_goal_or_work_in_progress_for_value() -> None:
    """One of two fits into each of two sprints: the goal asks for the cheap ones, the last plan has the others."""
    names = ["G1", "G2", "R1", "R2"]
    entries = [item(name, value=1 + 9 * (name[0] == "R"), theme=name[0], work=[("design", 6)]) for name in names]
    months_of_one = {"sprint_days": 1, "team": TEAM[:1]}
    agreed = plan(months(entries, **months_of_one))
    assert agreed.value == 19
    goal = {"themes": ["G"], "min_share": 0.5}
    replan = months(entries, goal=goal, baseline=agreed, **months_of_one)
    curve = trade_off(replan)
    assert [(one.churn, one.value, one.proven) for one in curve.points] == [(12, 1.9, True)]
    started = [
        entry.model_copy(update={"status": "in-progress", "remaining": 6}) if entry.id == "G1" else entry
        for entry in entries
    ]
    curve = trade_off(months(started, baseline=agreed, **months_of_one))
    assert curve.points[0].value == pytest.approx(1 + 9)
    assert all(one.churn >= 3 for one in curve.points)


def test_a_curve_that_was_stopped_says_so() -> None:
    stop = threading.Event()
    stop.set()
    agreed = swapped(plan(months()))
    richer = [
        TWO[0],
        TWO[1].model_copy(update={"value": 90}),
        item("C", value=50, work=[("design", 10), ("design", 10, {"after": []})]),
    ]
    curve = trade_off(months(richer, baseline=agreed), stop)
    check_curve(curve)
    assert not curve.complete


def test_limited_work_gives_the_same_curve_again() -> None:
    agreed = plan(months())
    richer = [TWO[0], TWO[1], item("C", value=50, work=[("design", 10), ("design", 10, {"after": []})])]
    replan = months(richer, baseline=agreed, solver={"work_limit": 5})
    assert trade_off(replan) == trade_off(replan)
    assert len(trade_off(replan).points) > 1
