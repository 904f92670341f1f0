"""The planner against exhaustive search: status, value and every proven term, on scenarios with every feature on."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from models.plan import Plan
from models.scenario import Scenario
from planner import plan
from planner.errors import InputError
from planner.verify import selection, staffing, times, violations
from planner.verify.facts import Facts
from planner.verify.reading import read
from tests.builders import MONDAY, day, item, milestone, pin, scenario, specialist
from tests.oracle import Optimum, TooHardError, best, must_refuse
from tests.oracle.as_plan import as_plan
from tests.strategies import scenarios, with_twins

MANY = settings(max_examples=500, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=100, suppress_health_check=list(HealthCheck))

# Features that bite each other, always on together; whatever else is drawn comes on top.
FOCUS = {
    "milestones in time": ("milestone", "any_of", "deadline", "pin_start", "lag"),
    "milestones in groups": ("milestone", "depends_on", "exclusive", "together", "must"),
    "work in progress": ("in_progress", "remaining", "assignee", "pin_who", "deadline"),
    "few at once": ("max_parallel", "wait", "dag", "due"),
    "who": ("proficiency", "not_by", "same_as", "pin_who", "buffer"),
    "shares": ("goal", "mix", "in_progress", "buffer"),
    "absences": ("half_day", "busy", "workdays", "company_day", "release", "deadline"),
    "chains of items": ("depends_on", "any_of", "lag", "wait", "due"),
    "pinned days": ("pin_start", "dag", "half_day", "depends_on"),
    "points": ("points", "workdays", "guess", "count", "scores"),
}

RULES = (
    *(selection.allowed, selection.demanded, selection.grouped, selection.milestones, selection.settled),
    *(staffing.skilled, staffing.pinned, staffing.kept, staffing.within_capacity),
    *(times.worked, times.ordered, times.in_window, times.after_dependencies, times.start_pinned, times.few_at_once),
)


@MANY
@given(scenarios())
def test_the_plan_is_the_best_there_is(given_scenario: Scenario) -> None:
    check(given_scenario)


@pytest.mark.parametrize("focus", sorted(FOCUS))
@SOME
@given(data=st.data())
def test_the_plan_is_the_best_there_is_where_features_meet(focus: str, data: st.DataObject) -> None:
    check(data.draw(scenarios(always=FOCUS[focus])))


@SOME
@given(with_twins())
def test_the_plan_is_the_best_there_is_where_people_and_items_are_alike(given_scenario: Scenario) -> None:
    check(given_scenario)


def check(given_scenario: Scenario) -> None:
    """Compare the plan with the optimum, term by term; the judge, who sees every plan, finds nothing."""
    if must_refuse(given_scenario):
        with pytest.raises(InputError):
            plan(given_scenario)
        return
    try:
        optimum = best(given_scenario)
    except TooHardError:
        reject()
    if optimum is not None:
        _faultless(given_scenario, optimum)
    proposed = plan(given_scenario)
    assert violations(given_scenario, proposed) == []
    if optimum is None:
        assert proposed.status == "infeasible"
        return
    assert proposed.status == "optimal"
    assert {row.term: row.value for row in proposed.objective if row.proven} == _terms(proposed, optimum)
    assert proposed.value == pytest.approx(float(optimum.terms["value"]))
    assert proposed.bound == proposed.value


def _terms(proposed: Plan, optimum: Optimum) -> dict[str, object]:
    return {
        row.term: pytest.approx(float(optimum.terms[row.term]), rel=1e-9, abs=1e-9)
        for row in proposed.objective
        if row.proven
    }


def _faultless(given_scenario: Scenario, optimum: Optimum) -> None:
    """The judge finds no rule broken in what the oracle plans: it promises nothing that cannot be."""
    facts = Facts.of(given_scenario, given_scenario.calendar.start or MONDAY)
    reading = read(facts, as_plan(given_scenario, optimum))
    broken = [reading.problems, *(rule(facts, reading) for rule in RULES), staffing.paired(reading)]
    assert [words for rule in broken for words in rule] == []


# -- the oracle itself, against sums that fit on the back of an envelope -----------------------------------------------


def found(*args: object, **fields: object) -> Optimum:
    optimum = best(scenario(*args, **fields))  # type: ignore[arg-type]
    assert optimum is not None
    return optimum


def test_two_small_items_beat_the_big_one() -> None:
    backlog = [item("A", value=5, effort=4), item("B", value=4, effort=3), item("C", value=4, effort=3)]
    optimum = found(backlog, sprint_days=1)
    assert optimum.chosen == {"B", "C"}
    assert optimum.terms["value"] == 8
    assert optimum.terms["early"] == 8
    assert optimum.terms["effort"] == 6
    assert optimum.terms["peak"] == 1


def test_the_second_task_waits_for_the_other_person_to_come_back() -> None:
    ana, ben = specialist("Ana", "copy"), specialist("Ben", "design", time_off=[{"date": day(0), "half": "pm"}])
    chain = item("A", value=1, work=[("copy", 1.5), ("design", 3)])
    optimum = found([chain], [ana, ben], sprint_days=2)
    assert optimum.times.task_finish == {("A", 0): 24, ("A", 1): 120}  # 24 ticks on Monday, 24 on Tuesday
    assert optimum.terms["early"] == 2


def test_the_costlier_delay_goes_first() -> None:
    backlog = [
        item("A", value=5, effort=6, due={"date": day(0), "cost_per_day": 1}),
        item("B", value=5, effort=6, due={"date": day(0), "cost_per_day": 3}),
    ]
    optimum = found(backlog, sprint_days=2)
    assert optimum.times.start == {"A": 96, "B": 0}
    assert optimum.terms["value"] == 9


def test_left_out_pays_to_the_end_of_the_sprint() -> None:
    late = item("A", value=0, effort=30, due={"date": day(0), "cost_per_day": 2})
    optimum = found([late], sprint_days=3)
    assert optimum.chosen == frozenset()
    assert optimum.terms["value"] == -4


def test_one_item_at_a_time_leaves_no_room_for_the_second() -> None:
    team = [specialist("Ana", "copy"), specialist("Ben", "copy")]
    backlog = [item(name, value=1, skill="copy", effort=4) for name in "AB"]
    assert found(backlog, team, sprint_days=1).chosen == {"A", "B"}
    assert len(found(backlog, team, sprint_days=1, max_parallel=1).chosen) == 1


def test_a_first_task_is_held_back_where_starting_early_would_keep_an_item_under_way() -> None:
    """Nothing pushed to the left is feasible here: B must not start before A is finished, though Ben is free."""
    team = [specialist("Ana", "copy"), specialist("Ben", "design")]
    backlog = [item("A", value=1, work=[("copy", 3)]), item("B", value=1, work=[("design", 1.5), ("copy", 1.5)])]
    optimum = found(backlog, team, sprint_days=1, max_parallel=1)
    assert optimum.chosen == {"A", "B"}
    first, second = sorted(optimum.times.start, key=lambda name: optimum.times.start[name])
    assert optimum.times.finish[first] <= optimum.times.start[second]


def test_work_is_held_back_so_that_a_milestone_falls_on_its_pinned_day() -> None:
    backlog = [item("A", value=3, effort=1), milestone("M", depends_on=["A"])]
    assert found(backlog, sprint_days=2).times.finish["M"] == 16
    pinned = found(backlog, sprint_days=2, pins=[pin("M", start=day(1))])
    assert pinned.times.finish == {"A": 97, "M": 97}


def test_of_alternatives_the_one_that_ends_early_carries_the_rest() -> None:
    slow, fast = specialist("Ana", "copy"), specialist("Ben", "design")
    backlog = [
        item("A", value=1, skill="copy", effort=6),
        item("B", value=0, skill="design", effort=3),
        item("C", value=5, skill="design", effort=3, any_of=["A", "B"]),
    ]
    optimum = found(backlog, [slow, fast], sprint_days=1)
    assert optimum.chosen == {"A", "B", "C"}
    assert optimum.times.start["C"] == 48


def test_later_terms_break_ties_in_their_order() -> None:
    team = [specialist("Ana", "copy"), specialist("Ben", {"copy": 2.0})]
    one = item("A", value=1, skill="copy", effort=6, assignee="Ana")
    optimum = found([one], team, sprint_days=1)  # Ben takes half the time: a lower peak comes before the assignee
    assert optimum.staffed == {("A", 0): "Ben"}
    assert (optimum.terms["peak"], optimum.terms["effort"], optimum.terms["assignee"]) == (0.5, 3, 1)


def test_no_plan_where_two_musts_do_not_fit() -> None:
    assert best(scenario([item(name, effort=4, must=True) for name in "AB"], sprint_days=1)) is None


def test_carried_over_work_comes_before_value() -> None:
    backlog = [item("A", value=9, effort=6), item("B", value=0, effort=9, status="in-progress", remaining=2)]
    assert found(backlog, sprint_days=1).chosen == {"B"}
    assert found(backlog, sprint_days=1, carry_over="compete").chosen == {"A"}


def test_a_circle_is_refused_unless_an_alternative_breaks_it() -> None:
    circle = [item("A", effort=1, any_of=["B", "C"]), item("B", effort=1, depends_on=["A"])]
    assert must_refuse(scenario([*circle, item("D", effort=1)], done=["C"])) is False
    assert must_refuse(scenario([circle[0].model_copy(update={"any_of": circle[0].any_of[:1]}), circle[1]])) is True
