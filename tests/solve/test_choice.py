"""What is learnt of sets of items is true: no plan has them together, and every smaller set can be."""

from __future__ import annotations

from itertools import combinations

from hypothesis import HealthCheck, Phase, assume, given, settings

from benchmarks.generator import generate
from models.scenario import Scenario
from planner.errors import InputError
from planner.instance import Instance
from planner.pipeline import prepare
from planner.solve.choice import Choices
from planner.solve.model import build_model
from planner.solve.relaxation import Relaxation
from planner.solve.run import Effort, run
from planner.solve.solution import Solution
from tests.strategies import scenarios

SOME = settings(
    max_examples=150,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    deadline=None,
)
ENOUGH = Effort(seconds=20, work=20, workers=1, seed=0)


def never() -> bool:
    return False


def together(instance: Instance, items: tuple[int, ...]) -> bool:
    """Whether some plan of the whole instance has all these items."""
    model, variables = build_model(instance)
    for index in items:
        model.add(variables.chosen[index] == 1)
    status = run(model, instance, variables, ENOUGH).status
    assert status != "unknown"
    return status != "infeasible"


def learnt(instance: Instance) -> list[tuple[int, ...]]:
    """All that the relaxation's own choices teach."""
    choices = Choices(instance, Relaxation(instance, instance.horizon), [])
    for _ in range(10):
        answer = choices.solve(1.0, 10, never)
        if answer.columns is None or not choices.learn_from(choices.wish(answer), never):
            break
    return choices.impossible


@SOME
@given(scenarios())
def test_no_plan_has_what_is_forbidden(scenario: Scenario) -> None:
    try:
        instance = prepare(scenario).instance
    except InputError:
        assume(False)
        raise
    assume(not instance.unmet and instance.items)
    for items in learnt(instance):
        assert not together(instance, items)


def test_what_is_learnt_of_a_real_sprint_is_smallest_and_lowers_the_bound() -> None:
    instance = prepare(generate(60, 10, seed=6)).instance
    sets = learnt(instance)
    assert sets
    for items in sets:
        assert not together(instance, items)
        if len(items) <= 4:
            assert all(together(instance, fewer) for fewer in combinations(items, len(items) - 1))
    relaxation = Relaxation(instance, instance.horizon)
    plain = Choices(instance, relaxation, []).solve(1.0, 10, never).bound
    told = Choices(instance, Relaxation(instance, instance.horizon), [], sets).solve(1.0, 10, never).bound
    assert plain is not None
    assert told is not None
    assert told < plain


def test_an_attempt_is_a_plan_of_what_was_wished() -> None:
    instance = prepare(generate(25, 6, seed=2, demand=1.5)).instance
    choices = Choices(instance, Relaxation(instance, instance.horizon), [])
    answer = choices.solve(0.8, 10, never)
    wish = choices.wish(answer)
    found: list[Solution] = []
    outcome, _ = choices.attempt(wish, None, ENOUGH, Effort(1, 1, 1, 0), never, found.append)
    assert outcome == "planned"
    assert (
        set(wish.whole)
        <= set(found[0].items)
        <= set(wish.some) | {index for index, item in enumerate(instance.items) if item.milestone}
    )
