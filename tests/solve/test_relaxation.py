"""The relaxation's bound and ceiling hold: no plan is worth more, on scenarios with every feature."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from models.plan import Plan
from models.scenario import Scenario
from planner import plan
from planner.clock import TICKS_PER_DAY
from planner.errors import InputError
from planner.instance import Instance
from planner.pipeline import prepare
from planner.solve import value
from planner.solve.linear import LinearProgram, solve_relaxed, solve_whole
from planner.solve.relaxation import Relaxation, bucket_ticks
from planner.solve.solution import TermName
from tests.builders import item, scenario, specialist
from tests.strategies import scenarios

SOME = settings(
    max_examples=60,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    deadline=None,
)


def never() -> bool:
    return False


def proven(given_scenario: Scenario) -> tuple[Instance, Plan]:
    """A scenario's instance and best plan; scenarios without are passed over."""
    try:
        instance, best = prepare(given_scenario).instance, plan(given_scenario)
    except InputError:
        assume(False)
        raise
    assume(best.status == "optimal")
    return instance, best


def reached(best: Plan) -> list[tuple[TermName, int]]:
    figures = {term.term: term.value for term in best.objective}
    before: list[tuple[TermName, int]] = []
    if "carried_over" in figures:
        before.append(("carried_over", round(100 * figures["carried_over"])))
    if "shortfall" in figures:
        before.append(("shortfall", round(100 * figures["shortfall"])))
    return before


@SOME
@given(scenarios())
def test_no_plan_is_worth_more_than_the_bound(given_scenario: Scenario) -> None:
    instance, best = proven(given_scenario)
    for bucket in (TICKS_PER_DAY // 2, TICKS_PER_DAY, instance.horizon):
        relaxation = Relaxation(instance, max(1, bucket), reached(best), whole_starts=bucket == instance.horizon)
        answer = solve_relaxed(relaxation.program, 20, never)
        assert not answer.infeasible
        assert answer.bound is not None
        assert best.value is not None
        assert float(instance.scale.to_value(relaxation.value_bound(answer.bound))) >= best.value - 1e-6
        whole = solve_whole(relaxation.program, 20, never, lambda _: None)
        assert whole.bound is not None
        assert float(instance.scale.to_value(relaxation.value_bound(whole.bound))) >= best.value - 1e-6


def test_the_ceiling_cuts_no_plan_off(monkeypatch: pytest.MonkeyPatch) -> None:
    @SOME
    @given(scenarios())
    def check(given_scenario: Scenario) -> None:
        _, best = proven(given_scenario)
        with monkeypatch.context() as patched:
            patched.setattr(value, "CEILING_TASKS", -1)
            again = plan(given_scenario)
        assert again.status == "optimal"
        assert again.value == best.value

    check()


def test_whole_tasks_prove_what_hours_alone_do_not() -> None:
    """Four tasks of six hours, two people of ten: one each, though eighteen of twenty hours would make three."""
    items = [item(name, value=6, work=[("design", 6)]) for name in "ABCD"]
    team = [specialist(name, "design", hours=5) for name in ("Ana", "Ben")]
    sprint = scenario(items, team, sprint_days=2)
    instance = prepare(sprint).instance
    bounds = []
    for whole_starts in (False, True):
        relaxation = Relaxation(instance, instance.horizon, whole_starts=whole_starts)
        bound = solve_whole(relaxation.program, 5, never, lambda _: None).bound
        assert bound is not None
        bounds.append(float(instance.scale.to_value(relaxation.value_bound(bound))))
    assert bounds == [18, 12]
    assert plan(sprint).value == 12


def test_whole_tasks_settle_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else lowers the bound here: the whole model, cuts and branch and cut are switched off."""
    for other in ("_whole", "_lower", "_choose", "_step_by_step"):
        monkeypatch.setattr(value.ValueSearch, other, lambda *_: None)
    items = [item(f"I{number}", value=6, work=[("design", 6)]) for number in range(6)]
    team = [specialist(name, "design", hours=5) for name in ("Ana", "Ben", "Cleo")]
    sprint = scenario(items, team, sprint_days=2, solver={"workers": 2, "time_limit": 60})
    proposed = plan(sprint)
    assert (proposed.status, proposed.value, proposed.bound) == ("optimal", 18, 18)


def test_buckets_grow_with_the_instance_and_never_pass_the_sprint() -> None:
    from benchmarks.generator import generate

    instance = prepare(generate(25, 6, seed=1)).instance
    sizes = [bucket_ticks(instance, entries) for entries in (10**7, 20_000, 1)]
    assert sizes == sorted(sizes)
    assert sizes[0] == TICKS_PER_DAY
    assert sizes[-1] == instance.horizon


def test_any_prices_give_a_bound() -> None:
    """Maximise 3a + 2b, a + b <= 1.5, both at most 1: 4 at (1, 0.5)."""
    program = LinearProgram()
    a, b = program.column(1, gain=3), program.column(1, gain=2)
    program.row([(a, 1), (b, 1)], most=1.5)
    assert program.safe_bound([2.0]) == pytest.approx(4)
    assert program.safe_bound([0.0]) == pytest.approx(5)
    assert program.safe_bound([-7.0]) == pytest.approx(5), "a price of the wrong sign counts for nothing"
    assert solve_relaxed(program, 5, never).bound == pytest.approx(4)


def test_whole_numbers_lower_the_bound() -> None:
    program = LinearProgram()
    columns = [program.column(1, gain=gain, whole=True) for gain in (5, 4, 3)]
    program.row([(column, weight) for column, weight in zip(columns, (2, 3, 1), strict=True)], most=4)
    told: list[float] = []
    answer = solve_whole(program, 5, never, told.append)
    assert answer.bound == pytest.approx(8, abs=1e-3)
    assert min(told) == answer.bound


def test_no_solution_is_said() -> None:
    program = LinearProgram()
    program.row([(program.column(1), 1)], least=2)
    assert solve_relaxed(program, 5, never).infeasible
