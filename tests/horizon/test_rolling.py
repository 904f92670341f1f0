"""Windows annealed one after the other: what is worth what there, and plans that keep every rule."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from benchmarks.roadmap_generator import roadmap
from models.scenario import Scenario
from planner.horizon.facets import Facets
from planner.horizon.forest import Forest
from planner.horizon.lagrange import Prices
from planner.horizon.part import growing_blocks, whole_part
from planner.horizon.prepare import prepare
from planner.horizon.program import Program
from planner.horizon.rolling import Rolling
from planner.horizon.search import Search
from planner.solve.limits import Limits
from tests.horizon.exhaustive import best
from tests.horizon.test_capacity import roadmaps
from tests.horizon.test_lagrange import chain_of_three

FEW = settings(
    max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)


def rolled(given_scenario: Scenario, work: float) -> tuple[Search, float] | None:
    """Roll over a list schedule, and what that was worth; None where nothing rolls or no list schedule keeps rules."""
    horizon = prepare(given_scenario).horizon
    if horizon.unmet:
        return None
    search = Search(horizon, Limits(float("inf"), work, 1, 0, threading.Event()), lambda *_: None)
    search.start()
    if search.best is None:
        return None
    part = whole_part(horizon, growing_blocks(horizon, 4 * len(horizon.items)))
    program = Program(horizon, search.stretches, part, proving=True)
    answer = program.relax(float("inf"), lambda: False)
    assert answer.duals is not None
    prices = Prices(program, np.array(answer.duals))
    better = prices.improve(search.best.gain, lambda: False, search.proved)
    search.prices, search.later = prices.split(better)[0], prices.later(better)
    if not search.rolls:
        return None
    before = search.best.gain
    Rolling(search, Facets(horizon, search.stretches), search.later).run(search.limits.passed(0.0, 1.0))
    return search, before


def test_what_can_still_come_is_the_most_that_a_tree_brings_from_a_sprint_on() -> None:
    horizon = chain_of_three()
    gain = np.array([[-3.0, -2.0, -1.0], [-4.0, -4.0, -4.0], [8.0, 7.0, 9.0]])
    later = Forest(horizon, {}).later(gain.copy())
    to_b, to_c = (item.requires[0][1] for item in horizon.items[1:])
    for sprint in range(4):
        chains = [0.0]
        for a in range(sprint, 3):
            chains += [gain[0, a] + gain[1, b] for b in range(a + to_b, 3)]
            chains += [gain[0, a] + gain[1, b] + gain[2, c] for b in range(a + to_b, 3) for c in range(b + to_c, 3)]
        assert later.after[0, sprint] == pytest.approx(max(chains))


def test_a_window_counts_what_hangs_on_its_items_afterwards_and_not_what_they_bring_anyway() -> None:
    horizon = chain_of_three()
    gain = np.array([[1.0, 0.9, 0.8], [2.0, 1.9, 1.8], [9.0, 8.0, 7.0]])
    later = Forest(horizon, {}).later(gain.copy())
    worth = later.worth(gain, 0, 2)
    after = later.after[:, 2]
    assert worth[0, 0] == pytest.approx(gain[0, 0] - after[0] + after[1])
    both = gain[0, 0] + gain[1, 0] + after[2] - after[0]
    assert worth[0, 0] + worth[1, 0] == pytest.approx(both)


@FEW
@given(roadmaps())
def test_windows_keep_every_rule_and_never_pass_the_best_there_is(given_scenario: Scenario) -> None:
    found = rolled(given_scenario, 0.6)
    if found is None:
        return
    search, before = found
    assert search.best is not None
    assert search.best.gain >= before
    assert search.keeps_all(search.best.at)
    assert search.can_be_shared(search.best.at)
    optimum = best(given_scenario)
    assert optimum is not None
    nothing = float(search.horizon.fixed_loss) + sum(one.left_out for one in search.horizon.items)
    assert search.best.gain + nothing <= float(optimum[0]) + 1e-6


@pytest.mark.parametrize("seed", [1, 2])
def test_windows_better_list_scheduling_and_repeat_exactly(seed: int) -> None:
    first, again = (rolled(roadmap(200, 13, 6, seed), 4.0) for _ in range(2))
    assert first is not None
    assert again is not None
    search, before = first
    assert search.best is not None
    assert again[0].best is not None
    assert search.best.gain > before
    assert search.keeps_all(search.best.at)
    assert search.can_be_shared(search.best.at)
    assert search.best.gain <= search.bound
    assert again[0].best.at == search.best.at
