from __future__ import annotations

from fractions import Fraction

import pytest

from planner import plan
from planner.solve.shares import add_max_shares, shortfall
from tests.builders import instance, item, scenario
from tests.solve.asking import forbidden_by, possible

MIX = [item(name, value=1, effort=3, type="experiment") for name in "AB"]


def most(share: float) -> list[dict[str, object]]:
    return [{"type": "experiment", "max_share": share}]


def test_a_maximum_keeps_the_second_out() -> None:
    given = instance(scenario(MIX, sprint_days=1, mix=most(0.5)))
    assert forbidden_by(
        add_max_shares, given, lambda model, variables: model.add_bool_and(variables.chosen[0], variables.chosen[1])
    )


def test_a_maximum_that_is_just_met_and_one_that_is_just_missed() -> None:
    must = [entry.model_copy(update={"must": True}) for entry in MIX]
    assert possible(instance(scenario(must, sprint_days=2, mix=most(0.5))))
    assert not possible(instance(scenario(must, sprint_days=2, mix=most(0.4999))))


def test_a_maximum_counts_what_has_no_value_too() -> None:
    must = [entry.model_copy(update={"must": True, "value": 0.0}) for entry in MIX]
    assert not possible(instance(scenario(must, sprint_days=2, mix=most(0.49))))


@pytest.mark.parametrize(
    ("minimum", "effort", "capacity", "missed"),
    [
        (Fraction(1, 2), 300, 600, 0),
        (Fraction(1, 2), 299, 600, 1),
        (Fraction(1, 2), 294, 600, 1),
        (Fraction(1, 2), 293, 600, 2),
        (Fraction(1, 3), 0, 600, 34),
        (Fraction(1, 2), 0, 0, 50),
    ],
)
def test_shortfall_in_whole_percent_rounded_up(minimum: Fraction, effort: int, capacity: int, missed: int) -> None:
    assert shortfall(minimum, effort, capacity) == missed


def test_a_goal_comes_before_value() -> None:
    backlog = [item("A", value=1, effort=3, theme="growth"), item("B", value=9, effort=6)]
    goal = {"themes": ["growth"], "min_share": 0.5}
    assert [entry.id for entry in plan(scenario(backlog, sprint_days=1)).selected] == ["B"]
    proposed = plan(scenario(backlog, sprint_days=1, goal=goal))
    assert [entry.id for entry in proposed.selected] == ["A"]
    assert proposed.shares[0].shortfall == 0


def test_padding_without_benefit_does_not_count_towards_a_goal() -> None:
    backlog = [item("A", value=0, effort=3, theme="growth"), item("B", value=9, effort=6)]
    proposed = plan(scenario(backlog, sprint_days=1, goal={"themes": ["growth"], "min_share": 0.5}))
    assert [entry.id for entry in proposed.selected] == ["B"]
    assert proposed.shares[0].shortfall == 0.5
