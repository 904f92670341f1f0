"""List scheduling: the frozen rule (``benchmarks/list_schedule.py``). It proves nothing."""

from __future__ import annotations

from benchmarks.contestants import Entry, Trace
from benchmarks.list_schedule import list_schedule
from models.scenario import Scenario


def contest(scenario: Scenario, seconds: float) -> Entry:  # noqa: ARG001 - it is done at once
    """Apply the rule."""
    trace = Trace()
    listed = list_schedule(scenario)
    trace.value(float(listed.value))
    return Entry(listed.plan, None, trace)
