from __future__ import annotations

from planner import plan
from planner.solve.groups import add_exclusive, add_must, add_together
from tests.builders import instance, item, scenario
from tests.solve.asking import forbidden_by, item_of, possible


def test_of_alternatives_one_is_planned() -> None:
    given = instance(scenario([item(name, effort=1, exclusive="hero") for name in "AB"]))
    assert forbidden_by(
        add_exclusive, given, lambda model, variables: model.add_bool_and(variables.chosen[0], variables.chosen[1])
    )
    assert possible(given, lambda model, variables: model.add(variables.chosen[1] == 1))


def test_two_must_do_alternatives_cannot_be() -> None:
    assert not possible(instance(scenario([item(name, effort=1, exclusive="hero", must=True) for name in "AB"])))


def test_what_goes_together_is_in_or_out_together() -> None:
    given = instance(scenario([item(name, effort=1, together="launch") for name in "AB"]))
    assert forbidden_by(
        add_together, given, lambda model, variables: model.add_bool_and(variables.chosen[0], ~variables.chosen[1])
    )
    assert possible(given, lambda model, variables: model.add_bool_and(~variables.chosen[0], ~variables.chosen[1]))


def test_together_is_more_than_the_sprint_holds() -> None:
    backlog = [item("A", effort=4, together="launch", must=True), item("B", effort=4, together="launch")]
    assert not possible(instance(scenario(backlog, sprint_days=1)))
    assert possible(instance(scenario(backlog, sprint_days=2)))


def test_a_done_member_counts_as_in() -> None:
    begun = [item("A", value=0, effort=4, together="launch"), item("B", effort=1, together="launch", status="done")]
    assert [planned.id for planned in plan(scenario(begun)).selected] == ["A"]
    refused = plan(scenario(begun, sprint_days=1, company_days=["2027-03-01"]))
    assert refused.status == "infeasible"
    assert refused.conflict is not None
    assert "launch" in refused.conflict.demands[0]


def test_a_must_do_is_in() -> None:
    given = instance(scenario([item("A", effort=1, must=True), item("B", effort=1)]))
    must = item_of(given, "A")
    assert forbidden_by(add_must, given, lambda model, variables: model.add(variables.chosen[must] == 0))
    assert possible(given, lambda model, variables: model.add(variables.chosen[item_of(given, "B")] == 0))
