"""What is refused before a job is queued: more than it may ask for, files, what-ifs that do not fit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.http.problems import ProblemError
from models.scenario import Scenario
from models.service import BatchJob, CompareJob, ExplainJob, PlanJob, SweepJob
from planner.errors import InputError
from planner.intake.portfolio_file import check_shared
from planner.intake.scenario_file import inline_scenario
from planner.intake.source import DataPath, Source

MOST_PLANS = 1_000  # of one job, beside its base
MOST_ITEMS = 50_000  # of all scenarios of a job of many plans: what comes out takes a kilobyte for each


@dataclass(frozen=True)
class Allowance:
    """What one job may ask for: seconds and threads of search."""

    seconds: float
    threads: int


def checked_scenario(source: Source, allowed: Allowance) -> Scenario:
    """Check a scenario as the command line does, and that it asks for no more than it may.

    Raises
    ------
    InputError
    """
    scenario = inline_scenario(source)
    _check_solver(source, allowed)
    return scenario


def _check_solver(source: Source, allowed: Allowance, path: DataPath = ()) -> None:
    """Refuse more than is allowed; what is not said is within it or cut down by the server."""
    asked = source.data
    for part in path:
        asked = asked[part]
    solver = asked.get("solver") or {}
    for key, most, unit in (
        ("time_limit", allowed.seconds, "seconds of search"),
        ("work_limit", allowed.seconds, "units of work"),
        ("workers", allowed.threads, "search threads"),
    ):
        if (solver.get(key) or 0) > most:
            cause = f"solver.{key} is {solver[key]:g}, and this server allows {most:g} {unit}"
            raise InputError(source.where((*path, "solver", key)), cause, f"Ask for at most {most:g}")


def check_plan(asked: PlanJob, source: Source, allowed: Allowance) -> None:
    """Check the limits once more: the scenario may be one of the store, kept when others held."""
    del asked
    _check_solver(source, allowed, ("scenario",))


def check_explain(asked: ExplainJob, source: Source, allowed: Allowance) -> None:
    """Refuse more time than a job may take."""
    _check_solver(source, allowed, ("scenario",))
    if asked.time_limit > allowed.seconds and "time_limit" in source.data:
        cause = f"time_limit is {asked.time_limit:g}, and this server allows {allowed.seconds:g} seconds"
        raise InputError(source.where(("time_limit",)), cause, f"Ask for at most {allowed.seconds:g}")


def check_compare(asked: CompareJob, source: Source, allowed: Allowance) -> None:
    """Refuse variants that are too many or do not fit their base."""
    from planner.whatif.compare import fixed, laid_over
    from planner.whatif.overlay import Place

    _check_solver(source, allowed, ("scenario",))
    _check_size(source, "variants", [len(asked.sent.backlog)] * (1 + len(asked.variants)))
    laid_over(fixed(asked.sent), asked.variants, Place(source, ("variants",)))


def check_sweep(asked: SweepJob, source: Source, allowed: Allowance) -> None:
    """Refuse points that are too many or do not fit their base."""
    from planner.whatif.compare import fixed, swept
    from planner.whatif.overlay import Place

    _check_solver(source, allowed, ("scenario",))
    points = sum(math.prod(len(values) for values in sweep.vary.values()) for sweep in asked.sweeps)
    _check_size(source, "sweeps", [len(asked.sent.backlog)] * (1 + min(points, MOST_PLANS + 1)))
    swept(fixed(asked.sent), asked.sweeps, Place(source, ("sweeps",)))


def check_batch(asked: BatchJob, source: Source, allowed: Allowance) -> None:
    """Refuse a portfolio that is too large, or shares people with teams that are not there."""
    _check_solver(source, allowed)
    for index in range(len(asked.teams)):
        _check_solver(source, allowed, ("teams", index, "scenario"))
    _check_size(source, "teams", [0, *(len(team.sent.backlog) for team in asked.teams)])
    check_shared(asked, source)


def _check_size(source: Source, key: str, items: Sequence[int]) -> None:
    """Refuse more plans, or more items over all of them, than one job may have."""
    plans = len(items) - 1
    if plans > MOST_PLANS:
        cause = f"more than {MOST_PLANS:,} plans are too many for one job"
        raise ProblemError(413, "size", source.where((key,)), cause, "Split it into several jobs")
    if sum(items) > MOST_ITEMS:
        cause = f"{sum(items):,} items over all plans are too many for one job; it may have {MOST_ITEMS:,}"
        raise ProblemError(413, "size", source.where((key,)), cause, "Split it into several jobs")


def scenarios_of(data: Any) -> list[DataPath]:
    """Where a request speaks of a scenario: at its top, or in each of its teams."""
    teams = data.get("teams")
    if isinstance(teams, list):
        return [("teams", index) for index, team in enumerate(teams) if isinstance(team, dict)]
    return [()]
