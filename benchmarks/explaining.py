"""Print how long explanations take on the made-up backlogs (``python -m benchmarks.explaining``); docs/explain.md.

Wall clock is what people wait for; processor seconds over the number of cores say what it is on an idle machine.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import planner
from benchmarks.generator import generate
from benchmarks.parameters import SUITES, Suite
from models.explanation import Explanation
from models.plan import Plan
from models.scenario import Scenario
from planner.explain.budget import Budget
from planner.explain.explanation import explain

SECONDS = {"sprint25": 30.0, "sprint60": 20.0}
ONE_ITEM_SECONDS = 5.0


@dataclass(frozen=True)
class Run:
    """One explanation: seconds on the wall and of processor time, and how many of its reasons are settled."""

    optimal: bool
    wall: float
    processor: float
    settled: int
    reasons: int


def main() -> None:
    """Explain everything, and then one item, of each backlog."""
    print(f"{os.cpu_count()} cores; seconds of processor time are of all cores together")
    for name, seconds in SECONDS.items():
        suite = SUITES[name]
        plans = [_planned(suite, index) for index in range(suite.seeds)]
        _show(name, "everything", [_run(scenario, plan, seconds, None) for scenario, plan in plans])
        single = [(scenario, plan, _dearest(plan)) for scenario, plan in plans]
        _show(name, "one item", [_run(scenario, plan, ONE_ITEM_SECONDS, item) for scenario, plan, item in single])


def _planned(suite: Suite, index: int) -> tuple[Scenario, Plan]:
    demand = suite.demands[index % len(suite.demands)]
    scenario = generate(suite.items, suite.specialists, index + 1, demand)
    return scenario, planner.plan(scenario)


def _dearest(plan: Plan) -> str:
    """Return the item left out that is worth most, of those that could be in."""
    able = [item for item in plan.left_out if item.reason.code in ("capacity", "outranked", "not-reached")]
    return max(able or list(plan.left_out), key=lambda item: (item.value, item.id)).id


def _run(scenario: Scenario, plan: Plan, seconds: float, only: str | None) -> Run:
    begun, work = time.perf_counter(), time.process_time()
    found: Explanation = explain(scenario, plan, Budget(seconds), only)
    return Run(
        optimal=plan.status == "optimal",
        wall=time.perf_counter() - begun,
        processor=time.process_time() - work,
        settled=sum(entry.proven for entry in found.left_out),
        reasons=len(found.left_out),
    )


def _show(name: str, what: str, runs: Sequence[Run]) -> None:
    whole = [run for run in runs if run.optimal]
    print(f"{name}, {what}: {len(runs)} backlogs, {len(whole)} with a plan proven optimal")
    for label, chosen in (("optimal", whole), ("others", [run for run in runs if not run.optimal])):
        if chosen:
            wall, work = [run.wall for run in chosen], [run.processor for run in chosen]
            settled, reasons = sum(run.settled for run in chosen), sum(run.reasons for run in chosen)
            print(f"  {label:8} wall {statistics.median(wall):.1f} s, at most {max(wall):.1f}", end="; ")
            print(f"processor {statistics.median(work):.1f} s, at most {max(work):.1f}", end="; ")
            print(f"reasons settled {settled} of {reasons}", flush=True)


if __name__ == "__main__":
    main()
