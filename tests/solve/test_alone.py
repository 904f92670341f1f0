"""Items planned alone at hour prices: the bound holds at any prices, good ones bring it below the relaxation's."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from benchmarks.generator import generate
from models.item import Due
from models.scenario import Scenario
from planner import plan
from planner.errors import InputError
from planner.pipeline import prepare
from planner.solve import alone
from planner.solve.alone import ItemsAlone
from planner.solve.linear import solve_relaxed
from planner.solve.relaxation import Relaxation
from planner.solve.volume import Volume
from tests.builders import item, scenario, specialist
from tests.strategies import scenarios

DAY = 96
SOME = settings(
    max_examples=60,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    deadline=None,
)
SPRINT = prepare(generate(25, 6, seed=9, demand=2.1)).instance
BEST = 485  # of SPRINT, proven by the whole model


def never() -> bool:
    return False


def volume(items: ItemsAlone) -> Volume:
    """The search from the relaxation's prices."""
    relaxation = Relaxation(items.instance, DAY)
    duals = solve_relaxed(relaxation.program, 20, never).duals
    assert duals is not None
    return Volume(items, items.prices_of(relaxation, duals))


@SOME
@given(scenarios())
def test_no_plan_is_worth_more_at_any_prices(given_scenario: Scenario) -> None:
    try:
        instance, best = prepare(given_scenario).instance, plan(given_scenario)
    except InputError:
        assume(False)
        raise
    assume(best.status == "optimal" and instance.items)
    assert best.value is not None
    items = ItemsAlone(instance)
    search = volume(items)
    bounds = [search.bound]
    random = np.random.default_rng(1)
    highest = max(one.value for one in instance.items) / 50
    bounds += [items.at(random.uniform(0, highest, len(search.prices))).bound for _ in range(3)]
    search.run(float("-inf"), 30, never, bounds.append)
    assert len(bounds) > 4
    for bound in bounds:
        assert float(instance.scale.to_value(int(np.floor(bound)) - instance.lost)) >= best.value - 1e-6


def test_good_prices_prove_more_than_the_relaxation() -> None:
    relaxed = solve_relaxed(Relaxation(SPRINT, DAY).program, 20, never).bound
    assert relaxed is not None
    search = volume(ItemsAlone(SPRINT))
    told: list[float] = []
    search.run(BEST + SPRINT.lost, 400, never, told.append)
    assert told == sorted(told, reverse=True)
    assert BEST <= search.bound - SPRINT.lost <= 538 < 551 <= relaxed - SPRINT.lost


def test_the_same_steps_lead_to_the_same_prices() -> None:
    searches = [volume(ItemsAlone(SPRINT)) for _ in range(2)]
    for search in searches:
        search.run(BEST + SPRINT.lost, 20, never, lambda _: None)
    assert searches[0].bound == searches[1].bound
    assert np.array_equal(searches[0].prices, searches[1].prices)


def test_due_cost_counts_to_the_tick() -> None:
    """Three days of work from the first tick: a due date on the second day costs one day, a wait one more."""
    due = Due(date=datetime.date(2027, 3, 2), cost_per_day=2)
    for wait, bound in ((0, 8), (1, 6)):
        late = item("LATE", value=10, work=[("design", 9), ("design", 9, {"wait_days": wait})], due=due)
        instance = prepare(scenario([late], team=[specialist("Ana", "design")])).instance
        items = ItemsAlone(instance)
        free = items.at(np.zeros(len(items.pace)))
        assert float(instance.scale.to_value(int(np.floor(free.bound)))) == bound
        assert list(free.taken) == [1.0]


def test_hours_that_are_taken_are_missing() -> None:
    """At no price both items take the first hours of the only specialist; a price on them drives one away."""
    both = [item(name, value=10, work=[("design", 6)]) for name in ("A", "B")]
    items = ItemsAlone(prepare(scenario(both, team=[specialist("Ana", "design")])).instance)
    at_no_price = items.at(np.zeros(len(items.pace)))
    first_day = slice(0, DAY // alone.HOURS_BLOCK)
    assert list(at_no_price.slack[first_day]) == [-alone.HOURS_BLOCK] * (DAY // alone.HOURS_BLOCK)
    prices = np.zeros(len(items.pace))
    prices[first_day] = 1.0
    assert list(items.at(prices).slack[first_day]) == [alone.HOURS_BLOCK] * (DAY // alone.HOURS_BLOCK)


def test_a_dependency_has_a_price() -> None:
    """Where hours are too dear for what it depends on, an item is in without; the dependency's price takes it out."""
    first = item("A", value=1, work=[("design", 30)])
    second = item("B", value=10, work=[("web", 6)], depends_on=["A"])
    team = [specialist("Ana", "design"), specialist("Ben", "web")]
    items = ItemsAlone(prepare(scenario([first, second], team=team)).instance)
    prices = np.zeros(len(items.pace))
    prices[: 10 * DAY // alone.HOURS_BLOCK] = 1.0
    without = items.at(prices)
    assert list(without.taken) == [0.0, 1.0]
    assert without.slack[-1] == -1.0
    prices[-1] = 11.0
    assert list(items.at(prices).taken) == [0.0, 0.0]


def test_a_set_that_cannot_be_has_a_price() -> None:
    """At no price for hours all three are in; forbidding two of them together leaves one of the two out."""
    three = [item(name, value=value, work=[("design", 1)]) for name, value in (("A", 5), ("B", 3), ("C", 2))]
    instance = prepare(scenario(three, team=[specialist("Ana", "design")])).instance
    items = ItemsAlone(instance)
    search = Volume(items, np.zeros(len(items.pace)))
    assert float(instance.scale.to_value(int(np.floor(search.bound)))) == 10
    search.forbid((0, 1))
    search.run(float("-inf"), 200, never, lambda _: None)
    assert float(instance.scale.to_value(int(np.floor(search.bound)))) == 7


def test_prices_begin_at_what_the_relaxation_proves() -> None:
    """What items share without hours (alternatives, shares, one of two prerequisites, a milestone's) is priced."""
    items = [
        item("A", value=9, work=[("design", 6)], exclusive="hero"),
        item("B", value=8, work=[("design", 6)], exclusive="hero"),
        item("C", value=7, work=[("web", 6)], type="experiment"),
        item("D", value=6, work=[("web", 6)], type="experiment"),
        item("E", value=1, work=[("design", 60)]),
        item("M", milestone=True, depends_on=["E"]),
        item("F", value=5, work=[("web", 6)], depends_on=["M"]),
        item("G", value=4, work=[("web", 6)], any_of=["E"]),
    ]
    mix = [{"type": "experiment", "max_share": 0.06}]
    team = [specialist("Ana", "design"), specialist("Ben", "web")]
    instance = prepare(scenario(items, team=team, mix=mix)).instance
    relaxation = Relaxation(instance, instance.horizon)
    answer = solve_relaxed(relaxation.program, 20, never)
    assert answer.bound is not None
    assert answer.duals is not None
    alone_bound = ItemsAlone(instance)
    prices = alone_bound.prices_of(relaxation, answer.duals)
    assert alone_bound.at(prices).bound <= answer.bound * relaxation.unit + 1e-3


def test_compiled_or_not_prices_prove_the_same() -> None:
    plain, quick = ItemsAlone(SPRINT), ItemsAlone(SPRINT, quick=True)
    random = np.random.default_rng(1)
    for highest in (0.01, 0.1, 1.0, 10.0):
        prices = highest * random.random(len(plain.pace))
        expected, found = plain.at(prices), quick.at(prices)
        assert found.bound == pytest.approx(expected.bound, rel=1e-9)
        assert list(found.taken) == list(expected.taken)
        assert list(found.slack) == pytest.approx(list(expected.slack), abs=1e-6)
