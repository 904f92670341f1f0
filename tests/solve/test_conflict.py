from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, reject, settings

from models.scenario import Scenario
from planner import plan
from planner.pipeline import prepare
from planner.solve import conflict as conflicts
from planner.solve.conflict import find_conflict, has_plan
from tests.builders import day, item, pin, scenario, specialist
from tests.oracle import TooHardError, best, must_refuse
from tests.strategies import scenarios

STEPS = 1_500  # with few demands left there is much to try; what takes longer is no case for this test
MANY = settings(max_examples=40, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def demands(given_scenario: Scenario) -> tuple[str, ...]:
    proposed = plan(given_scenario)
    assert proposed.status == "infeasible"
    assert proposed.conflict is not None
    return proposed.conflict.demands


def test_two_must_dos_that_do_not_fit_and_nothing_else() -> None:
    backlog = [item(name, effort=4, must=True) for name in "AB"]
    backlog.append(item("C", effort=1, must=True, exclusive="hero", deadline=day(0)))
    named = demands(scenario(backlog, [specialist("Ana")], sprint_days=1))
    assert named == ("A must be in the plan", "B must be in the plan")


def test_a_must_do_that_a_pin_takes_out() -> None:
    named = demands(scenario([item("A", effort=1, must=True)], pins=[pin("A", out=True)]))
    assert named == ("pin 1: A stays out", "A must be in the plan")


def test_every_remedy_mends_it() -> None:
    late = [item("A", effort=12, must=True, deadline=day(0))]
    proposed = plan(scenario(late, [specialist("Ana")]))
    assert proposed.conflict is not None
    assert proposed.conflict.remedies == ("Give A a later deadline.", "Let A stay out (must: false).")
    assert plan(scenario([late[0].model_copy(update={"deadline": None})], [specialist("Ana")])).status == "optimal"


@MANY
@given(scenarios(always=("must", "pin_in", "pin_start", "exclusive", "together", "deadline")))
def test_the_conflict_is_one_and_without_any_part_of_it_there_is_a_plan(given_scenario: Scenario) -> None:
    """Checked by exhaustive search over scenarios that make these demands and no others."""
    try:
        if must_refuse(given_scenario) or best(given_scenario, STEPS) is not None:
            reject()
        named = find_conflict(given_scenario, lambda changed: has_plan(prepare(changed).instance)).demands
        kept = [demand for demand in conflicts.demands(given_scenario) if demand.text in named]
        assert best(conflicts.only(given_scenario, kept=kept), STEPS) is None
        for one in kept:
            rest = [other for other in kept if other is not one]
            assert best(conflicts.only(given_scenario, kept=rest), STEPS) is not None
    except TooHardError:
        reject()
