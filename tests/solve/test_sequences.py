"""Schedules that make room: whatever is put in or taken out, the judge finds every rule kept."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from benchmarks.generator import generate
from models.scenario import Scenario
from planner.errors import InputError
from planner.instance import Instance
from planner.pipeline import prepare
from planner.prepare import Prepared
from planner.proposal import propose
from planner.solve import list_schedule
from planner.solve.anneal import Annealing
from planner.solve.linear import solve_relaxed
from planner.solve.relaxation import Relaxation
from planner.solve.search import Outcome, Reached
from planner.solve.sequences import Sequences, usable
from planner.solve.solution import Solution
from planner.verify import violations
from tests.strategies import scenarios

SOME = settings(
    max_examples=150,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    deadline=None,
)
EVERYONE_ALIKE: dict[int, float] = {}


def never() -> bool:
    return False


def judged(prepared: Prepared, scenario: Scenario, solution: Solution) -> list[str]:
    """What the judge says of a schedule; nothing is claimed to be proven."""
    figures = solution.terms(prepared.instance)
    terms = tuple(Reached(name, figures[name], proven=False) for name in figures if not _unasked(prepared, name))
    bound = sum(item.value for item in prepared.instance.items) - prepared.instance.lost
    outcome = Outcome("feasible", solution, bound, terms, None, 0.0, ())
    return [str(violation) for violation in violations(scenario, propose(prepared, outcome))]


def _unasked(prepared: Prepared, name: str) -> bool:
    instance = prepared.instance
    if name == "carried_over":
        return not instance.carries_over
    if name == "churn":
        return instance.churn is None
    return name == "shortfall" and not any(rule.minimum is not None for rule in instance.shares)


def shaken(instance: Instance, start: Solution, seed: int) -> Sequences:
    """Sequences after many items have left and come in again, in any order."""
    random = Random(seed)
    sequences = Sequences(instance, start)
    prices = [EVERYONE_ALIKE] * len(instance.tasks)
    for _ in range(20):
        inside = sorted(sequences.inside & sequences.movable)
        kept = sequences.save()
        sequences.remove(random.sample(inside, min(len(inside), 3)))
        outside = sorted(sequences.movable - sequences.inside)
        random.shuffle(outside)
        for index in outside:
            sequences.insert(index, prices)
        if random.random() < 0.2:
            sequences.restore(kept)
    return sequences


@SOME
@given(scenarios(), st.integers(0, 1_000))
def test_every_state_is_a_plan(scenario: Scenario, seed: int) -> None:
    try:
        prepared = prepare(scenario)
    except InputError:
        assume(False)
        raise
    instance = prepared.instance
    assume(usable(instance) and not instance.unmet)
    start = list_schedule.warm_start(instance)
    assume(list_schedule.keeps_all(instance, start))
    found = shaken(instance, start, seed).solution()
    if list_schedule.keeps_all(instance, found):
        assert judged(prepared, scenario, found) == []


def test_a_large_sprint_shaken_is_still_a_plan() -> None:
    scenario = generate(60, 10, seed=3)
    prepared = prepare(scenario)
    found = shaken(prepared.instance, list_schedule.warm_start(prepared.instance), seed=1).solution()
    assert judged(prepared, scenario, found) == []


def test_going_back_restores_everything() -> None:
    instance = prepare(generate(60, 10, seed=3)).instance
    sequences = Sequences(instance, list_schedule.warm_start(instance))
    before, kept = sequences.solution(), sequences.save()
    sequences.remove(sorted(sequences.inside)[:5])
    assert sequences.solution() != before
    sequences.restore(kept)
    assert sequences.solution() == before


def test_annealing_beats_the_list_and_repeats() -> None:
    instance = prepare(generate(60, 10, seed=3)).instance
    relaxation = Relaxation(instance, instance.horizon)
    answer = solve_relaxed(relaxation.program, 10, never)
    assert answer.duals is not None
    guide = relaxation.guide(answer.duals)
    start = list_schedule.warm_start(instance)

    def once() -> int:
        found = [start]
        steps = iter(range(1_000))
        Annealing(instance, guide, start, 0, lambda _: True).run(lambda: next(steps) / 500, found.append)
        return found[-1].terms(instance)["value"]

    assert once() == once() > 1.2 * start.terms(instance)["value"]


ANNEALED = """
from benchmarks.generator import generate
from planner.pipeline import prepare
from planner.solve import list_schedule
from planner.solve.anneal import Annealing, Guide

instance = prepare(generate(25, 6, seed=3)).instance
guide = Guide([float(item.value) for item in instance.items], [{} for _ in instance.tasks])
found = [list_schedule.warm_start(instance)]
steps = iter((0.0, 1.0))
Annealing(instance, guide, found[0], 0, lambda _: True).run(lambda: next(steps), found.append)
print(sorted(found[-1].tasks.items()), len(found))
"""


def annealed(**environment: str) -> str:
    """What a process of its own finds in a hundred steps."""
    done = subprocess.run(
        [sys.executable, "-c", ANNEALED], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_compiled_or_not_the_search_takes_the_same_steps() -> None:
    assert annealed() == annealed(NUMBA_DISABLE_JIT="1")
