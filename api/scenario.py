"""A scenario as the commands take it: read from its file, with limits of the command line laid over it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api.messages import say

if TYPE_CHECKING:
    from models.scenario import Scenario


def load(path: Path) -> Scenario:
    """Read a scenario and say what was noted about it."""
    from planner.intake.scenario_file import load_scenario

    loaded = load_scenario(path)
    for note in loaded.notes:
        say(f"note: {note}")
    return loaded.scenario


def limits_given(
    time_limit: float | None = None,
    work_limit: float | None = None,
    seed: int | None = None,
    workers: int | None = None,
) -> dict[str, float | None]:
    """Keep the limits that were given. Seconds on the command line outrank work in the file."""
    limits = {"time_limit": time_limit, "work_limit": work_limit, "seed": seed, "workers": workers}
    given: dict[str, float | None] = {name: limit for name, limit in limits.items() if limit is not None}
    if time_limit is not None:
        given.setdefault("work_limit", None)
    return given


def limited(scenario: Scenario, given: dict[str, float | None]) -> Scenario:
    """Let options come before what the scenario says under `solver`."""
    return scenario.model_copy(update={"solver": scenario.solver.model_copy(update=given)})
