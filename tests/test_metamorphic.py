"""What must not change, or only in one direction, when a scenario changes: no optimum is needed to judge it."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from models.plan import Plan
from models.scenario import Scenario
from planner import plan
from planner.errors import InputError
from tests.builders import item, specialist
from tests.strategies import scenarios

SOME = settings(
    max_examples=60,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
)
HOPEFUL = ("in_progress", "remaining", "goal", "mix")  # more capacity may cost value where these are (design.md, 4)
RELATIVE = ("guess", "scores")  # values and efforts that other items have a say in


def planned(given_scenario: Scenario) -> Plan:
    """Plan it; what is refused as input is no case for these tests."""
    try:
        return plan(given_scenario)
    except InputError:
        assume(False)
        raise


def changed(given_scenario: Scenario, **update: Any) -> Scenario:
    """Return a copy, validated anew."""
    data = given_scenario.model_dump(exclude_unset=True, by_alias=True)
    return Scenario.model_validate({**data, **update})


def everywhere(data: Any, change: Callable[[Any], Any]) -> Any:
    """Apply a change to every leaf of a scenario's data."""
    if isinstance(data, dict):
        return {key: everywhere(entry, change) for key, entry in data.items()}
    if isinstance(data, (list, tuple)):
        return [everywhere(entry, change) for entry in data]
    return change(data)


def terms(proposed: Plan) -> dict[str, float]:
    return {row.term: row.value for row in proposed.objective}


def all_proven(*plans: Plan) -> bool:
    return all(row.proven for proposed in plans for row in proposed.objective)


def essence(proposed: Plan) -> dict[str, Any]:
    """Everything but when it was made, in an order that hangs on names, not on the file's."""
    data = proposed.model_dump(mode="json", exclude={"created", "solve_seconds", "notes"})
    data["left_out"].sort(key=lambda entry: entry["id"])
    data["capacity"].sort(key=lambda entry: entry["specialist"])
    return data


# -- more capacity ----------------------------------------------------------------------------------------------------


@SOME
@given(scenarios(without=HOPEFUL), st.sampled_from(["person", "buffer", "presence"]))
def test_more_capacity_never_lowers_the_value(before: Scenario, more: str) -> None:
    assume(before.team_velocity is None)
    team = list(before.team)
    if more == "person":
        extra = {"points_per_sprint": 6.0} if before.unit == "points" else {}
        team.append(specialist("Dee", "copy", "design", **extra))
        after = before.model_copy(update={"team": tuple(team)})
    elif more == "buffer":
        after = before.model_copy(update={"policy": before.policy.model_copy(update={"buffer": 0})})
    else:
        # A pinned start and an absence gone can clash with a milestone's pinned day, so pinned days stay out of it.
        assume(not any(pin.start for pin in before.pins))
        free = {"time_off": (), "busy": (), "workdays": None}
        after = before.model_copy(update={"team": tuple(person.model_copy(update=free) for person in team)})
    less, most = planned(before), planned(after)
    if less.value is not None:
        assert most.value is not None
        assert most.value >= less.value - 1e-9


# -- items that change nothing ----------------------------------------------------------------------------------------


@SOME
@given(scenarios(without=RELATIVE))
def test_an_item_that_no_one_can_do_never_enters(before: Scenario) -> None:
    impossible = item("Q", value=1000, ready=True, work=[("copy", 1), ("magic", 1)])
    after = planned(before.model_copy(update={"backlog": (*before.backlog, impossible)}))
    assert after.value == planned(before).value
    assert "Q" not in [entry.id for entry in after.selected]
    assert next(entry.reason.code for entry in after.left_out if entry.id == "Q") == "skill"


@SOME
@given(scenarios(without=RELATIVE))
def test_an_item_worth_nothing_never_changes_the_value(before: Scenario) -> None:
    worthless = item("Q", value=0, ready=True, work=[("copy", 1)])
    after = planned(before.model_copy(update={"backlog": (*before.backlog, worthless)}))
    assert after.value == planned(before).value


# -- what is only words -----------------------------------------------------------------------------------------------


@SOME
@given(scenarios(), st.randoms(use_true_random=False), st.sampled_from([1, 2]))
def test_reordering_the_file_changes_nothing(before: Scenario, chance: random.Random, workers: int) -> None:
    assume(before.policy.score != "order")

    def mixed(entries: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(entries, len(entries)))

    after = before.model_copy(
        update={
            "backlog": mixed(before.backlog),
            "team": mixed(before.team),
            "pins": mixed(before.pins),
            "solver": before.solver.model_copy(update={"workers": workers}),
        }
    )
    one, other = planned(before), planned(after)
    assume(not any("not the canonical one" in note for proposed in (one, other) for note in proposed.notes))
    assert one.status in ("optimal", "infeasible")
    if one.conflict is None:
        assert essence(other) == essence(one)
    else:
        assert other.status == "infeasible"


@SOME
@given(scenarios(), st.permutations(["Yan", "Kim", "Eve", "Tom"]), st.permutations(range(1, 9)))
def test_renaming_changes_no_term(before: Scenario, people: list[str], numbers: list[int]) -> None:
    assume(before.policy.score != "order")
    names = dict(zip(("Ana", "Ben", "Cyd", "Zoe"), people, strict=True))
    names |= {f"{old} {copy}": f"{new} {copy}" for old, new in names.items() for copy in (1, 2)}
    names |= {old: f"MKT-{number}" for old, number in zip("ABCDEFXZ", numbers, strict=True)}
    data = before.model_dump(exclude_unset=True, by_alias=True)
    renamed = everywhere(data, lambda leaf: names.get(leaf, leaf) if isinstance(leaf, str) else leaf)
    one, other = planned(before), planned(Scenario.model_validate(renamed))
    assert other.status == one.status
    assert other.value == one.value
    if all_proven(one, other):
        assert terms(other) == terms(one)


@SOME
@given(scenarios(), st.sampled_from([-30, 1, 26, 500]))
def test_shifting_everything_by_weeks_changes_only_dates(before: Scenario, weeks: int) -> None:
    shift = datetime.timedelta(weeks=weeks)
    data = before.model_dump(exclude_unset=True, by_alias=True)
    moved = everywhere(data, lambda leaf: leaf + shift if isinstance(leaf, datetime.date) else leaf)
    one, other = planned(before), planned(Scenario.model_validate(moved))
    assert terms(other) == terms(one)
    assert other.start == one.start + shift
    for first, second in zip(one.selected, other.selected, strict=True):
        assert first.id == second.id
        assert first.start is not None
        assert second.start == first.start + shift
        assert [(task.specialist, task.start_tick, task.finish_tick) for task in first.tasks] == [
            (task.specialist, task.start_tick, task.finish_tick) for task in second.tasks
        ]


@SOME
@given(scenarios(without=("scores",)))
def test_ten_times_the_worth_is_ten_times_the_value(before: Scenario) -> None:
    data = before.model_dump(exclude_unset=True, by_alias=True)
    for entry in data["backlog"]:
        entry["value"] *= 10
        if entry.get("due"):
            entry["due"]["cost_per_day"] *= 10
    one, other = planned(before), planned(Scenario.model_validate(data))
    assert other.status == one.status
    if one.value is not None:
        assert other.value == pytest.approx(10 * one.value)
        assert [entry.id for entry in other.selected] == [entry.id for entry in one.selected]


# -- the search itself ------------------------------------------------------------------------------------------------


@SOME
@given(scenarios(), st.sampled_from([1, 2]))
def test_the_same_input_gives_the_same_plan(given_scenario: Scenario, workers: int) -> None:
    asked = given_scenario.model_copy(
        update={"solver": given_scenario.solver.model_copy(update={"workers": workers, "seed": 7})}
    )
    exempt = {"created", "solve_seconds"}
    one, other = planned(asked), planned(asked)
    assume(not any("not the canonical one" in note for proposed in (one, other) for note in proposed.notes))
    assert other.model_dump_json(exclude=exempt) == one.model_dump_json(exclude=exempt)


@SOME
@given(scenarios(without=HOPEFUL))
def test_never_below_list_scheduling(given_scenario: Scenario) -> None:
    proposed = planned(given_scenario)
    if proposed.value is not None and proposed.greedy_value is not None:
        assert proposed.value >= proposed.greedy_value - 1e-9
