"""Prices over many sprints: any of them prove a bound, and good ones come near the relaxation's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.roadmap_generator import roadmap
from models.scenario import Scenario
from planner.horizon.calendar import Stretches
from planner.horizon.data import Horizon
from planner.horizon.forest import Forest
from planner.horizon.lagrange import Prices
from planner.horizon.part import growing_blocks, whole_part
from planner.horizon.prepare import prepare
from planner.horizon.program import Program
from tests.builders import item, scenario, specialist
from tests.horizon.exhaustive import best
from tests.horizon.test_capacity import roadmaps

FEW = settings(
    max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)


def merged(horizon: Horizon, columns: int) -> tuple[Program, float, Prices]:
    """The program in blocks of sprints, its bound, and the prices that begin with its own."""
    part = whole_part(horizon, growing_blocks(horizon, columns))
    program = Program(horizon, Stretches(horizon), part, proving=True)
    answer = program.relax(float("inf"), lambda: False)
    assert answer.bound is not None
    assert answer.duals is not None
    return program, answer.bound, Prices(program, np.array(answer.duals))


def relaxed(horizon: Horizon) -> float:
    """Bound of the relaxation sprint by sprint."""
    program = Program(horizon, Stretches(horizon), whole_part(horizon), proving=True)
    answer = program.relax(float("inf"), lambda: False)
    assert answer.bound is not None
    return answer.bound


@FEW
@given(st.one_of(roadmaps(), roadmaps(spanning=True)), st.integers(0, 2**32 - 1), st.sampled_from((0.0, 0.5, 1.0)))
def test_no_plan_is_worth_more_than_any_prices_prove(given_scenario: Scenario, seed: int, some: float) -> None:
    found = best(given_scenario)
    if found is None:
        return
    horizon = prepare(given_scenario).horizon
    program = Program(horizon, Stretches(horizon), whole_part(horizon), proving=True)
    random = np.random.default_rng(seed)
    prices = Prices(program, np.zeros(program.size[1]))
    hours, links = prices.split(prices.first)
    drawn = [random.exponential(size, part.size) for size, part in ((0.02, hours), (3.0, links))]
    at = prices.at(np.concatenate(drawn) * (random.random(prices.first.size) < some))
    nothing = float(horizon.fixed_loss) + sum(one.left_out for one in horizon.items)
    assert at.bound + nothing >= float(found[0]) - 1e-9


@pytest.mark.parametrize("seed", [1, 2])
def test_prices_come_near_the_relaxation_sprint_by_sprint(seed: int) -> None:
    horizon = prepare(roadmap(200, 13, 6, seed)).horizon
    _, blocks, prices = merged(horizon, 5 * len(horizon.items))
    bounds = [blocks]
    prices.improve(0.0, lambda: False, bounds.append)
    exact = relaxed(horizon)
    assert bounds == sorted(bounds, reverse=True)
    assert blocks > 1.03 * exact
    assert exact * (1 - 1e-6) <= bounds[-1] <= 1.004 * exact


def test_slack_is_the_slope_of_the_bound() -> None:
    """A convex function lies above each of its tangents."""
    horizon = prepare(roadmap(60, 6, 4, 1)).horizon
    prices = merged(horizon, 3 * len(horizon.items))[2]
    random = np.random.default_rng(1)
    here = prices.at(prices.first)
    for _ in range(20):
        other = prices.first * random.uniform(0.5, 1.5, prices.first.size) + random.exponential(1e-3, here.slack.size)
        assert prices.at(other).bound >= here.bound + here.slack @ (other - prices.first) - 1e-5


def chain_of_three() -> Horizon:
    """C needs B, which needs A; A alone loses, all together gain."""
    items = [
        item("A", value=1, work=[("design", 6)]),
        item("B", value=2, work=[("design", 6)], depends_on=["A"]),
        item("C", value=9, work=[("design", 6)], depends_on=["B"]),
    ]
    return prepare(
        scenario(items, team=[specialist("Ana", "design")], sprint_days=2, sprints=3, detailed_sprints=0)
    ).horizon


def test_a_tree_is_in_where_all_of_it_together_gains() -> None:
    horizon = chain_of_three()
    gain = np.array([[-3.0, -2.0, -1.0], [-4.0, -4.0, -4.0], [8.0, 7.0, 9.0]])
    tops, at = Forest(horizon, {}).best(gain.copy())
    offsets = [item.requires[0][1] for item in horizon.items[1:]]
    choices = [
        gain[0, a] + gain[1, b] + gain[2, c]
        for a in range(3)
        for b in range(a + offsets[0], 3)
        for c in range(b + offsets[1], 3)
    ]
    assert tops.sum() == pytest.approx(max(choices))
    assert sum(gain[index, sprint] for index, sprint in enumerate(at)) == pytest.approx(max(choices))


def test_what_a_needed_item_needs_is_in_though_it_loses() -> None:
    horizon = chain_of_three()
    tops, at = Forest(horizon, {}).best(np.full((3, 3), -1.0))
    assert tops.sum() == 0
    assert list(at) == [3, 3, 3]
