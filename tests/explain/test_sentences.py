"""What an explanation says, on scenarios whose answer fits on the back of an envelope."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from models.explanation import Explanation, WhyIn, WhyOut
from models.scenario import Scenario
from planner import plan
from planner.errors import InputError
from planner.explain.budget import Budget
from planner.explain.explanation import explain
from planner.explain.misfit import earliest_finish
from tests.builders import day, item, milestone, pin, scenario, specialist
from tests.explain.asking import explained as case_of
from tests.explain.asking import item_with, value
from tests.strategies import scenarios


def explained(given_scenario: Scenario, only: str | None = None) -> Explanation:
    return explain(given_scenario, plan(given_scenario), Budget(30, workers=1), only)


def out(name: str, *args: Any, **fields: Any) -> WhyOut:
    return next(entry for entry in explained(scenario(*args, **fields), name).left_out if entry.id == name)


def chosen(name: str, *args: Any, **fields: Any) -> WhyIn:
    return next(entry for entry in explained(scenario(*args, **fields), name).selected if entry.id == name)


def test_what_would_leave_for_an_item_and_what_the_total_would_be() -> None:
    backlog = [item("A", value=5, effort=4), item("B", value=4, effort=3), item("C", value=4, effort=3)]
    why = out("A", backlog, sprint_days=1)
    assert why.reason.text == (
        "Not enough hours of anybody: the plan leaves 0 of the 4 hours it needs. "
        "With it in, B and C would leave: total value 8 → 5 (proven)."
    )
    assert (why.forced_value, why.displaced, why.taken_in, why.proven) == (5, ("B", "C"), (), True)


def test_an_equal_plan_is_called_one() -> None:
    backlog = [item("A", value=5, effort=4), item("B", value=5, effort=4)]
    why = out("B", backlog, sprint_days=1)
    assert why.reason.text.endswith("It could be in at the same total, 5 (proven): A would leave.")


def test_what_comes_in_with_it_is_named() -> None:
    backlog = [
        item("A", value=9, effort=5),
        item("B", value=0, effort=2),
        item("C", value=8, effort=2, depends_on=["B"]),
    ]
    why = out("C", backlog, sprint_days=1)
    assert why.reason.text == (
        "It depends on B, left out of the plan. "
        "With it in, A would leave and B would come in too: total value 9 → 8 (proven)."
    )


def test_without_value_it_adds_nothing() -> None:
    why = out("B", [item("A", value=5, effort=4), item("B", value=0, effort=1)], sprint_days=1)
    assert why.reason.text.endswith("It fits beside what is in the plan, but adds nothing to the total (proven).")


def test_work_in_progress_comes_before_value() -> None:
    backlog = [item("A", value=9, effort=6), item("B", value=0, effort=9, status="in-progress", remaining=2)]
    why = out("A", backlog, sprint_days=1)
    assert "2 hours less of the work in progress would be planned: B would leave." in why.reason.text
    assert why.forced_value == 9


def test_what_it_cannot_be_in_together_with() -> None:
    backlog = [item("A", value=1, effort=4, must=True), item("B", value=9, effort=4), item("C", value=1, effort=1)]
    why = out("B", backlog, sprint_days=1)
    assert why.reason.text.endswith(
        "It cannot be in the plan together with what is asked for: A must be in the plan (proven)."
    )
    assert (why.forced_value, why.proven) == (None, True)


def test_hours_that_are_missing_before_a_deadline() -> None:
    team = [specialist("Lea", "legal", hours=2), specialist("Ana", "copy")]
    late = item("A", value=5, work=[("copy", 3), ("legal", 6)], deadline=day(1))
    why = out("A", [late], team, sprint_days=5)
    assert why.reason.text == (
        "It cannot be finished by its deadline, 2027-03-02. legal is free for 4 of its 6 hours until Tue 2 Mar."
    )


def test_days_that_are_missing_before_a_deadline() -> None:
    late = item("A", value=5, work=[("copy", 6), ("copy", 6), ("copy", 6)], deadline=day(1))
    why = out("A", [late], [specialist("Ana", "copy"), specialist("Ben", "copy")], sprint_days=5)
    assert why.reason.text.endswith("No plan can finish it before Wed 3 Mar.")


def test_too_big_for_the_sprint() -> None:
    why = out("A", [item("A", value=5, skill="copy", effort=20)], sprint_days=2)
    assert why.reason.text.endswith("copy is free for 12 of its 20 hours in the sprint.")


def test_what_an_item_is_worth_to_the_plan() -> None:
    backlog = [
        item("A", value=4, effort=3),
        item("B", value=5, effort=3, depends_on=["A"]),
        item("C", value=6, effort=6),
    ]
    why = chosen("A", backlog, sprint_days=1)
    assert why.text == (
        "It brings 4 of 9. B needs it and brings 5 more. "
        "Without it, the total is 6 at best instead of 9: 3 less (proven). "
        "It cannot start a day later: it starts on the sprint's last day. "
        "Only Ana can do task 1. "
        "What fixes its dates: A, task 1, Ana, Mon 1 Mar, starts as soon as Ana is there."
    )
    assert why.unlocks == ("B",)


def test_starting_later_and_other_people_have_their_price() -> None:
    team = [specialist("Ana", "copy"), specialist("Ben", {"copy": 0.5})]
    backlog = [item("A", value=8, skill="copy", effort=5, due={"date": day(0), "cost_per_day": 2})]
    why = chosen("A", backlog, team, sprint_days=2)
    assert "Started on Tue 2 Mar or later, the total is 6 at best instead of 8: 2 less (proven)." in why.text
    assert (
        "With Ben for task 1 (copy) instead of Ana, the total is 6 at best instead of 8: 2 less (proven)." in why.text
    )


def test_others_who_could_do_it_at_no_loss() -> None:
    team = [specialist("Ana", "copy"), specialist("Ben", "copy")]
    why = chosen("A", [item("A", value=8, skill="copy", effort=5)], team, sprint_days=2)
    assert why.others[0].specialist == "Ben"
    assert "At the same total, Ana could do task 1 (copy)." in why.text


def test_the_chain_leads_from_the_finish_to_the_beginning() -> None:
    team = [specialist("Ana", "copy"), specialist("Ben", "design", time_off=[day(0)])]
    backlog = [
        item("A", value=8, work=[("copy", 3, {"wait_days": 0.5}), ("copy", 3)]),
        item("B", value=8, work=[("design", 6)], depends_on=["A"]),
        milestone("M", depends_on=["B"]),
    ]
    why = chosen("M", backlog, team, sprint_days=5)
    assert [(link.item, link.task, link.because) for link in why.chain] == [
        ("M", None, "waits for B"),
        ("B", "1", "waits for A"),
        ("A", "2", "waits for copy and its wait"),
        ("A", "1", "starts as soon as Ana is there"),
    ]


def test_a_release_and_a_busy_person_fix_dates() -> None:
    backlog = [
        item("A", value=8, effort=6, release=day(1)),
        item("B", value=8, effort=6, release=day(1)),
    ]
    given_scenario = scenario(backlog, sprint_days=3)
    chains = [[link.because for link in entry.chain] for entry in explained(given_scenario).selected]
    released = "is released on Tue 2 Mar"
    assert chains == [[released], ["waits until Ana is done with A (task 1)", released]]


def test_a_pinned_day_fixes_dates() -> None:
    why = chosen("A", [item("A", value=8, effort=3)], sprint_days=3, pins=[pin("A", start=day(1))])
    assert why.chain[0].because == "cannot be started earlier by Ana in any plan"


def test_hours_absences_and_deadlines() -> None:
    backlog = [
        item("A", value=5, skill="copy", effort=5, deadline=day(0)),
        item("B", value=4, skill="copy", effort=5, deadline=day(0)),
        item("C", value=3, skill="design", effort=5),
    ]
    team = [specialist("Ana", "copy"), specialist("Ben", "design")]
    said = explained(scenario(backlog, team, sprint_days=2))
    assert [row.text for row in said.capacity] == [
        "Ana: 4 more hours bring nothing, 8 more: +4, more than 8 bring no more, up to 16 (proven).",
        "Ben: even 16 more hours bring nothing (proven).",
        "copy: 4 more hours bring nothing, 8 more: +4, more than 8 bring no more, up to 16 (proven).",
        "design: even 16 more hours bring nothing (proven).",
    ]
    assert [row.pays_until for row in said.capacity] == [8, 0, 8, 0]
    assert [price.text for price in said.absences] == [
        "Without Ana the total would be 3 at best instead of 8: 5 less (proven).",
        "Without Ben the total would be 5 at best instead of 8: 3 less (proven).",
    ]
    assert [price.text for price in said.deadlines] == [
        "The deadline of A (Mon 1 Mar) costs 4; with Tue 2 Mar instead the total would be 4 more (proven).",
        "The deadline of B (Mon 1 Mar) costs 4; with Tue 2 Mar instead the total would be 4 more (proven).",
    ]


def test_points_are_shared_out_where_the_team_has_a_velocity() -> None:
    backlog = [item("A", value=5, effort=4), item("B", value=4, effort=3), item("C", value=3, effort=2)]
    team = [specialist("Ana"), specialist("Ben")]
    said = explained(scenario(backlog, team, sprint_days=10, unit="points", team_velocity=8))
    assert [row.text for row in said.capacity] == [
        "Ana: 1 more point: +3, more than 1 bring no more, up to 8 (proven).",
        "Ben: 1 more point: +3, more than 1 bring no more, up to 8 (proven).",
    ]


def test_without_a_plan_the_conflict_and_its_remedies_are_the_explanation() -> None:
    backlog = [item(name, value=3, effort=4, must=True) for name in "AB"]
    said = explained(scenario(backlog, sprint_days=1))
    assert said.value is None
    assert said.conflicts[0].demands == ("A must be in the plan", "B must be in the plan")
    assert said.conflicts[0].remedies[0].text == "Give Ana 2 more hours (8 a day instead of 6)."


def test_no_time_means_no_claims() -> None:
    backlog = [item(name, value=3 + place, effort=4) for place, name in enumerate("ABC")]
    given_scenario = scenario(backlog, sprint_days=1)
    said = explain(given_scenario, plan(given_scenario), Budget(1e-9, workers=1))
    assert not any(entry.proven for entry in said.left_out)
    assert all("This was not settled in the time given" in entry.reason.text for entry in said.left_out)
    assert not any(step.proven for row in said.capacity for step in row.marginal)
    assert "The time ended before every question was settled" in said.notes[-1]


def test_a_plan_that_is_not_the_best_is_called_so() -> None:
    backlog = [item("A", value=5, effort=4), item("B", value=3, effort=4)]
    given_scenario = scenario(backlog, sprint_days=1)
    poor = plan(scenario([backlog[1], backlog[0].model_copy(update={"value": 1})], sprint_days=1))
    taken = poor.model_copy(update={"bound": None, "status": "feasible"})
    said = explain(given_scenario, taken, Budget(30, workers=1))
    assert said.notes[0] == "There is a better plan than this one: 5 against 3."
    assert said.left_out[0].reason.text.endswith("give it more time.")


def test_several_sprints_are_refused_by_name() -> None:
    one = scenario([item("A", effort=1)])
    several = one.model_copy(update={"calendar": one.calendar.model_copy(update={"sprints": 2})})
    with pytest.raises(InputError, match="only one sprint"):
        explain(several, plan(one), Budget(1))


def test_an_unknown_item_is_refused() -> None:
    with pytest.raises(InputError, match="no such item"):
        explained(scenario([item("A", effort=1)]), "Z")


@settings(max_examples=60, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
@given(scenarios(always=("deadline", "chain", "wait")))
def test_no_plan_finishes_earlier_than_said(drawn: Scenario) -> None:
    proposed, case = case_of(drawn)
    for entry in proposed.left_out:
        if entry.reason.code != "deadline" or case.prepared.open[entry.id].milestone:
            continue
        earliest = earliest_finish(case.prepared, entry.id)
        if earliest is not None:
            before = earliest - datetime.timedelta(days=1)
            assert value(item_with(drawn, entry.id, deadline=before, must=True)) is None
