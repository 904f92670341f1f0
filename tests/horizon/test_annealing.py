"""Annealing over many sprints: rows that are learnt cut nothing off, and what it finds keeps every rule."""

from __future__ import annotations

import threading
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.scenario import Scenario
from planner.horizon.anneal import Annealing
from planner.horizon.calendar import Stretches
from planner.horizon.facets import Facets
from planner.horizon.placement import parts_in
from planner.horizon.prepare import prepare
from planner.horizon.search import Search
from planner.horizon.shares import split
from planner.solve.limits import Limits
from tests.builders import day, item, milestone, scenario, specialist
from tests.horizon.exhaustive import best
from tests.horizon.test_capacity import roadmaps

FEW = settings(
    max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)


def crowded(seed: int, *, pools: int = 3) -> Scenario:
    """Two dozen items for one or two of three people, a quarter of them in a window of their own; four sprints."""
    random = Random(seed)
    skills = ("copy", "design", "web")[:pools]
    team = [
        specialist("P", "copy", "design", hours=5),
        specialist("Q", "design", "web", hours=6, time_off=[str(day(random.randrange(12)))]),
        specialist("R", "web", "copy", hours=4),
    ]
    items = []
    for number in range(24):
        dates = {}
        if random.randrange(4) == 0:
            first = random.randrange(10)
            dates = {"release": str(day(first)), "deadline": str(day(first + random.randrange(1, 5)))}
        work = [(random.choice(skills), random.choice((2, 3.5, 5, 7.25))) for _ in range(random.randint(1, 2))]
        before = [f"I{random.randrange(number)}"] if number and random.randrange(4) == 0 else []
        items.append(
            item(
                f"I{number}", value=random.randint(1, 20), work=work, depends_on=before, type="xy"[number % 2], **dates
            )
        )
    items.append(milestone("M", value=9, depends_on=["I3", "I8"]))
    return scenario(
        items, team, sprints=4, sprint_days=3, detailed_sprints=0, discount_per_sprint=0.05,
        mix=[{"type": "x", "max_share": 0.6}],
    )  # fmt: skip


@FEW
@given(st.integers(0, 10**6))
def test_rows_that_are_learnt_never_cut_off_what_the_exact_test_accepts(seed: int) -> None:
    horizon = prepare(crowded(seed)).horizon
    stretches = Stretches(horizon)
    facets = Facets(horizon, stretches)
    random = Random(seed)
    accepted = refused = 0
    for count in (5, 12, 20, 25) * 3:
        chosen = set(random.sample(range(len(horizon.items)), min(count, len(horizon.items))))
        at = [random.choice(one.sprints) if index in chosen else None for index, one in enumerate(horizon.items)]
        for sprint in range(horizon.sprints):
            parts = parts_in(horizon, at, sprint)
            asked = np.zeros(len(facets.kinds[sprint]))
            for index in parts:
                for piece in horizon.items[index].pieces:
                    asked[facets.kind_of(index, piece.pool, sprint)] += piece.effort
            shared = split(horizon, stretches, sprint, parts) is not None
            fits = facets.learn(sprint, asked)
            assert fits >= shared
            assert fits == all(weights @ asked <= most for weights, most in facets.rows[sprint])
            accepted += shared
            refused += not fits
    assert accepted
    assert refused


def annealed(given_scenario: Scenario, steps: int, seed: int = 0) -> Search | None:
    """Anneal a list schedule so many chunks long; None where there is no plan, or no list schedule keeps every rule."""
    horizon = prepare(given_scenario).horizon
    if horizon.unmet:
        return None
    search = Search(horizon, Limits(float("inf"), 1e9, 1, seed, threading.Event()), lambda *_: None)
    search.start()
    if search.best is None:
        return None
    before = search.best.gain
    left = iter(range(steps + 1))
    Annealing(search, Facets(horizon, search.stretches)).run(lambda: next(left) / steps)
    assert search.best.gain >= before
    return search


@FEW
@given(st.one_of(roadmaps(), roadmaps(spanning=True)))
def test_annealing_keeps_every_rule_and_never_passes_the_best_there_is(given_scenario: Scenario) -> None:
    search = annealed(given_scenario, 2)
    if search is None:
        return
    assert search.best is not None
    assert search.keeps_all(search.best.at)
    assert search.can_be_shared(search.best.at)
    optimum = best(given_scenario)
    assert optimum is not None
    nothing = float(search.horizon.fixed_loss) + sum(one.left_out for one in search.horizon.items)
    assert search.best.gain + nothing <= float(optimum[0]) + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_annealing_betters_list_scheduling_and_repeats_exactly(seed: int) -> None:
    listed = annealed(crowded(seed), 1)
    first, again = annealed(crowded(seed), 6), annealed(crowded(seed), 6)
    assert listed is not None
    assert first is not None
    assert again is not None
    assert first.best is not None
    assert again.best is not None
    assert listed.greedy is not None
    assert first.best.gain > listed.greedy.gain
    assert first.keeps_all(first.best.at)
    assert first.can_be_shared(first.best.at)
    assert (again.best.gain, again.best.at) == (first.best.gain, first.best.at)
