"""The search when it cannot finish: stopped, short of work, watched. The judge sees every plan inside `plan`."""

from __future__ import annotations

import threading
from typing import Any

from benchmarks.generator import generate
from models.plan import Plan
from models.scenario import Scenario
from planner import plan
from planner.progress import Progress

LARGE = generate(40, 8, seed=5)


def with_solver(given: Scenario, **limits: Any) -> Scenario:
    return given.model_copy(update={"solver": given.solver.model_copy(update=limits)})


def printed(proposed: Plan) -> str:
    return proposed.model_dump_json(exclude={"created", "solve_seconds"})


def test_cancelled_before_it_began_it_still_returns_a_plan() -> None:
    stop = threading.Event()
    stop.set()
    proposed = plan(with_solver(LARGE, time_limit=20), cancel=stop)
    assert proposed.status == "feasible"
    assert proposed.value is not None
    assert proposed.bound is not None
    assert proposed.bound >= proposed.value
    assert proposed.value == proposed.greedy_value


def test_short_of_time_it_returns_what_it_has() -> None:
    proposed = plan(with_solver(LARGE, time_limit=0.05, workers=1))
    assert proposed.status in ("feasible", "optimal")
    assert proposed.solve_seconds < 5
    assert proposed.value is not None
    assert proposed.greedy_value is not None
    assert proposed.value >= proposed.greedy_value


def test_limited_by_work_an_unproven_plan_repeats_exactly_on_two_workers() -> None:
    asked = with_solver(LARGE, work_limit=0.3, workers=2)
    one, other = plan(asked), plan(asked)
    assert one.status == "feasible"
    assert printed(other) == printed(one)


def test_watchers_see_value_rise_and_bound_fall() -> None:
    seen: list[Progress] = []
    proposed = plan(with_solver(generate(25, 6, seed=1), time_limit=20), on_progress=seen.append)
    values = [state.value for state in seen if state.value is not None]
    bounds = [state.bound for state in seen if state.bound is not None]
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)
    assert proposed.status == "optimal"
    assert all(state.gap is None or state.gap >= 0 for state in seen)
    assert values[-1] <= (proposed.value or 0)
