"""Our planner: ``planner.plan``, with a time limit as a user sets it."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.contestants import Entry, Trace
from benchmarks.parameters import WORKERS
from models.scenario import Scenario
from planner.pipeline import plan
from planner.progress import Progress
from planner.solve import compiled


def contest(scenario: Scenario, seconds: float) -> Entry:
    """Plan within so many seconds; the judge has looked at the plan before it comes back."""
    return plan_within(scenario, {"time_limit": seconds, "workers": WORKERS})


def plan_within(scenario: Scenario, limits: Mapping[str, float]) -> Entry:
    """Plan with these keys of ``solver`` set, once everything is loaded and compiled."""
    limited = scenario.model_copy(update={"solver": scenario.solver.model_copy(update=limits)})
    compiled.prepare()
    compiled.wait()  # loading libraries counts for nobody
    trace = Trace()

    def watch(progress: Progress) -> None:
        if progress.value is not None:
            trace.value(progress.value)
        if progress.bound is not None:
            trace.bound(progress.bound)

    proposed = plan(limited, on_progress=watch)
    if proposed.value is None or proposed.bound is None:
        return Entry(None, None, trace)
    trace.value(proposed.value)
    trace.bound(proposed.bound)
    return Entry(proposed, proposed.bound, trace)
