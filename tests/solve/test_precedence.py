from __future__ import annotations

from planner import plan
from planner.solve.precedence import add_any_of, add_depends_on
from tests.builders import instance, item, scenario, specialist
from tests.solve.asking import forbidden_by, item_of, possible, task_of

TEAM = [specialist("Ana", "copy"), specialist("Ben", "design")]
LAGGED = [
    item("A", skill="copy", effort=1),
    item("B", skill="design", effort=1, must=True, depends_on=[{"item": "A", "lag_days": 0.5}]),
]


def test_an_item_waits_for_what_it_depends_on_and_the_lag() -> None:
    given = instance(scenario(LAGGED, TEAM, sprint_days=2))
    first, second = task_of(given, "A"), task_of(given, "B")

    def apart(ticks: int):  # type: ignore[no-untyped-def]
        return lambda model, variables: model.add(variables.start[second] == variables.finish[first] + ticks)

    assert possible(given, apart(48))
    assert forbidden_by(add_depends_on, given, apart(47))


def test_an_item_is_in_only_with_what_it_depends_on() -> None:
    given = instance(scenario(LAGGED, TEAM, sprint_days=2))
    before = item_of(given, "A")
    assert forbidden_by(add_depends_on, given, lambda model, variables: model.add(variables.chosen[before] == 0))


ALTERNATIVES = [
    item("A", skill="copy", effort=2),
    item("B", skill="copy", effort=2),
    item("C", skill="design", effort=1, must=True, any_of=["A", "B"]),
]


def test_one_of_the_alternatives_comes_first() -> None:
    given = instance(scenario(ALTERNATIVES, TEAM, sprint_days=1))
    one, other = (item_of(given, name) for name in "AB")
    assert possible(given, lambda model, variables: model.add(variables.chosen[one] == 0))
    assert forbidden_by(
        add_any_of, given, lambda model, variables: model.add_bool_and(~variables.chosen[one], ~variables.chosen[other])
    )
    start = task_of(given, "C")
    assert forbidden_by(
        add_any_of,
        given,
        lambda model, variables: (
            model.add(variables.start[start] < variables.item_finish[one]),
            model.add(variables.start[start] < variables.item_finish[other]),
        ),
    )


def test_no_alternative_fits_before() -> None:
    big = [item(name, skill="copy", effort=12) for name in "AB"]
    after = item("C", skill="design", effort=6, must=True, any_of=["A", "B"])
    assert plan(scenario([*big, after], TEAM, sprint_days=2)).status == "infeasible"
    assert plan(scenario([*big, after], TEAM, sprint_days=3)).status == "optimal"


def test_alternatives_that_wait_for_each_other_and_for_one_that_cannot_be() -> None:
    """A and B could each carry the other, and C, the only way in, has a skill that nobody has."""
    backlog = [
        item("A", value=1, skill="copy", effort=1, any_of=["C", "B"]),
        item("B", value=1, skill="copy", effort=1, any_of=["A", "C"]),
        item("C", value=1, skill="law", effort=1),
    ]
    proposed = plan(scenario(backlog, TEAM))
    assert proposed.selected == ()
    assert {out.id: out.reason.code for out in proposed.left_out} == {
        "A": "dependency",
        "B": "dependency",
        "C": "skill",
    }


def test_an_alternative_placed_later_may_still_be_the_earlier_one() -> None:
    """A may follow the slow B, or D over C, though C too may follow A: the window of A must leave room for both."""
    backlog = [
        item("A", value=9, skill="design", effort=2, any_of=["B", "C"]),
        item("B", value=0, skill="copy", effort=6),
        item("C", value=0, skill="design", effort=1, any_of=["A", "D"]),
        item("D", value=0, skill="design", effort=1),
    ]
    proposed = plan(scenario(backlog, TEAM, sprint_days=1))
    assert proposed.value == 9
