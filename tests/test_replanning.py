"""Replanning: no needless churn, as much value as the tolerance allows, frozen days."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest

from models.plan import Plan
from models.scenario import Scenario
from planner import plan
from planner.clock import Clock
from planner.trade_off import trade_off
from planner.verify import violations
from planner.verify.churn import Against
from planner.verify.facts import Facts
from tests.builders import MONDAY, day, item, pin, scenario, specialist
from tests.oracle import best as optimum
from tests.oracle.as_plan import as_plan

BACKLOG = [
    item("A", value=9, work=[("copy", 6), ("design", 4)]),
    item("B", value=7, work=[("copy", 8)]),
    item("C", value=6, work=[("design", 9)]),
    item("D", value=5, work=[("copy", 5)], depends_on=["B"]),
    item("E", value=4, work=[("design", 6)]),
    item("F", value=3, work=[("copy", 7)]),
]


def asked(*away: int, baseline: Plan | None = None, **fields: Any) -> Scenario:
    team = [specialist("Ana", "copy", time_off=[str(day(one)) for one in away]), specialist("Ben", "design", "copy")]
    return scenario(BACKLOG, team, sprint_days=3, baseline=baseline, solver={"time_limit": 60}, **fields)


@pytest.fixture(scope="module")
def agreed() -> Plan:
    return plan(asked())


def churn(given: Scenario, proposed: Plan, baseline: Plan) -> int:
    return Against(Facts.of(given, MONDAY), proposed, baseline).churn


def test_nothing_changes_where_nothing_has_to(agreed: Plan) -> None:
    again = plan(asked(baseline=agreed))
    assert again.baseline is not None
    assert again.baseline.churn == 0
    assert set(again.baseline.kept) == {entry.id for entry in agreed.selected}
    assert again.status == "optimal"


def test_an_absence_costs_the_least_churn_at_the_best_value(agreed: Plan) -> None:
    """No plan that exhaustive search finds for any choice of items has the same value and less churn."""
    given = asked(0, baseline=agreed, churn_tolerance=0)
    again = plan(given)
    assert again.baseline is not None
    assert again.status == "optimal"
    assert again.value == again.best_value == plan(asked(0)).value
    names = [entry.id for entry in BACKLOG]
    compared = 0
    for size in range(len(names)):
        for out in itertools.combinations(names, size):
            less = asked(0, pins=[pin(name, out=True) for name in out])
            found = optimum(less)
            if found is not None and found.terms["value"] == again.value:
                compared += 1
                assert churn(given, _timed(given, as_plan(less, found)), agreed) >= again.baseline.churn
    assert compared


def _timed(given: Scenario, found: Plan) -> Plan:
    """The oracle's plan says ticks alone; churn counts by date."""
    clock = Clock.of(given.calendar)
    rows = tuple(
        entry.model_copy(
            update={
                "tasks": tuple(
                    task.model_copy(update={"start": clock.start_time(task.start_tick or 0)}) for task in entry.tasks
                )
            }
        )
        for entry in found.selected
    )
    return found.model_copy(update={"selected": rows})


def test_value_is_given_up_within_the_tolerance_and_no_further(agreed: Plan) -> None:
    strict, lax = (plan(asked(0, baseline=agreed, churn_tolerance=part)) for part in (0, 0.3))
    assert strict.baseline is not None
    assert lax.baseline is not None
    assert lax.baseline.churn <= strict.baseline.churn
    assert lax.value is not None
    assert strict.value is not None
    assert 0.7 * strict.value <= lax.value <= strict.value


def test_a_weight_trades_value_for_churn(agreed: Plan) -> None:
    dear = plan(asked(0, baseline=agreed, churn_weight=100))
    cheap = plan(asked(0, baseline=agreed, churn_weight=0))
    assert dear.baseline is not None
    assert cheap.baseline is not None
    assert cheap.value == plan(asked(0)).value
    assert dear.baseline.churn <= cheap.baseline.churn


def test_the_first_days_stay_frozen_or_are_released_with_a_note(agreed: Plan) -> None:
    frozen = plan(asked(baseline=agreed, freeze_days=1))
    first = {(entry.id, task.id, task.specialist) for entry in agreed.selected for task in entry.tasks if _early(task)}
    again = {(entry.id, task.id, task.specialist) for entry in frozen.selected for task in entry.tasks if _early(task)}
    assert first <= again
    ill = plan(asked(0, baseline=agreed, freeze_days=1))
    assert any("planned anew" in note for note in ill.notes)


def test_the_first_days_stay_frozen_over_many_sprints_too() -> None:
    """Both could be done by either; what the last plan begins on the first day stays with whom it was."""
    both = [item("A", value=9, work=[("design", 12)]), item("B", value=5, work=[("design", 12)])]
    people = [specialist("Ana", "design"), specialist("Ben", "design")]
    months = {"sprint_days": 2, "sprints": 3, "discount_per_sprint": 0.1}
    before = plan(scenario(both, people, **months))
    swapped = before.model_copy(
        update={
            "selected": tuple(
                entry.model_copy(
                    update={
                        "tasks": tuple(
                            task.model_copy(update={"specialist": "Ben" if task.specialist == "Ana" else "Ana"})
                            for task in entry.tasks
                        )
                    }
                )
                for entry in before.selected
            )
        }
    )
    asked_of = {entry.id: [task.specialist for task in entry.tasks] for entry in swapped.selected}
    frozen = plan(scenario(both, people, **months, baseline=swapped, freeze_days=1))
    assert {entry.id: [task.specialist for task in entry.tasks] for entry in frozen.selected} == asked_of
    assert violations(scenario(both, people, **months, baseline=swapped, freeze_days=1), frozen) == []
    away = [specialist("Ana", "design"), specialist("Ben", "design", time_off=["2027-03-01"])]
    ill = plan(scenario(both, away, **months, baseline=swapped, freeze_days=1))
    assert any("planned anew" in note for note in ill.notes)


def test_the_trade_off_gives_up_no_goal_for_value() -> None:
    """One of two fits: the goal asks for the cheap one, the last plan and plain value for the other."""
    both = [item("GOAL", value=1, theme="x", work=[("design", 6)]), item("RICH", value=10, work=[("design", 6)])]
    ana = [specialist("Ana", "design")]
    before = plan(scenario(both, ana, sprint_days=1))
    assert before.value == 10
    goal = {"themes": ["x"], "min_share": 0.5}
    sprint = scenario(both, ana, sprint_days=1, goal=goal, baseline=before)
    proposed = plan(sprint)
    assert [(point.value, point.proven) for point in trade_off(sprint).points] == [(1, True)]
    assert proposed.value == 1


def test_the_trade_off_goes_from_the_most_value_to_the_least_churn(agreed: Plan) -> None:
    """Ana is away on Monday: less churn than 3 no plan has, and the best plan of all is its first point."""
    given = asked(0, baseline=agreed)
    curve = trade_off(given)
    assert curve.complete
    assert [(one.churn, one.value, one.proven) for one in curve.points] == [(5, 25, True), (3, 19, True)]
    assert plan(asked(0)).value == 25


def test_a_trade_off_that_was_stopped_says_so(agreed: Plan) -> None:
    stop = threading.Event()
    stop.set()
    assert not trade_off(asked(0, baseline=agreed), stop).complete


def _early(task: Any) -> bool:
    return task.start_tick is not None and task.start_tick < 96


def test_finished_and_vanished_items_cost_nothing(agreed: Plan) -> None:
    done = [agreed.selected[0].id]
    fewer = asked(baseline=agreed, done=done)
    again = plan(fewer)
    assert violations(fewer, again) == []
    assert again.baseline is not None
    assert done[0] not in (*again.baseline.dropped, *again.baseline.kept)


def test_a_weight_finer_than_all_values_counts() -> None:
    """Values of 30 and 40 are counted in tens; a unit of churn worth 4 is not a whole number of those."""
    work = {"effort": 6, "skill": "copy"}
    ana = [specialist("Ana", "copy")]
    before = plan(scenario([item("A", value=30, **work)], ana, sprint_days=1))
    both = [item("A", value=30, **work), item("B", value=40, **work)]
    weighed = plan(scenario(both, ana, sprint_days=1, baseline=before, churn_weight=4))
    assert [entry.id for entry in weighed.selected] == ["A"]
