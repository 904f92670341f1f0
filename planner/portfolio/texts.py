"""Scenarios and plans as compressed JSON: what goes to workers, what is kept of a thousand teams in one process."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.calendar import Calendar
from models.plan import Plan
from models.portfolio import TeamResult
from models.scenario import Scenario
from planner.errors import DefectError, InputError
from planner.portfolio.runner import WorkerDied


@dataclass(frozen=True)
class ReadJob:
    """A team to read: its scenario or its file, the limits that come before its own, the moment the run began."""

    team: str
    scenario: Path | Scenario
    limits: dict[str, Any]
    now: datetime.datetime


@dataclass(frozen=True)
class TeamText:
    """A team's scenario as it was read, its start known.

    Attributes
    ----------
    outside
        Ids under `depends_on` that are not in its backlog and have a colon: perhaps another team's.
    """

    team: str
    packed: bytes
    notes: tuple[str, ...]
    calendar: Calendar
    unit: str
    outside: tuple[str, ...]

    def scenario(self) -> Scenario:
        """Unpack the scenario."""
        return unpack(self.packed)


@dataclass(frozen=True)
class SolveJob:
    """A team to plan by itself."""

    team: str
    packed: bytes


def pack(scenario: Scenario) -> bytes:
    """Write a scenario as compressed JSON."""
    return zlib.compress(scenario.model_dump_json(by_alias=True, exclude_unset=True).encode("utf-8"), 1)


def unpack(packed: bytes) -> Scenario:
    """Read what :func:`pack` wrote."""
    return Scenario.model_validate_json(zlib.decompress(packed))


def read_team(job: ReadJob) -> TeamText:
    """Read a team's scenario; called in a worker."""
    from planner.clock import with_start
    from planner.intake.scenario_file import LoadedScenario, load_scenario
    from planner.workers import single

    given = job.scenario
    loaded = LoadedScenario(given, ()) if isinstance(given, Scenario) else load_scenario(given)
    solver = loaded.scenario.solver.model_copy(update=job.limits)
    scenario = single(with_start(loaded.scenario, job.now).model_copy(update={"solver": solver}))
    known = {item.id for item in scenario.backlog} | set(scenario.done)
    outside = {need.item for item in scenario.backlog for need in item.depends_on if ":" in need.item} - known
    return TeamText(job.team, pack(scenario), loaded.notes, scenario.calendar, scenario.unit, tuple(sorted(outside)))


def solve_team(job: SolveJob) -> tuple[bytes, TeamResult]:
    """Plan a team by itself; called in a worker."""
    from planner.workers import Job, solve

    plan = solve(Job(unpack(job.packed)))
    return zlib.compress(plan_text(plan).encode("utf-8"), 1), result_of(job.team, plan)


def plan_text(plan: Plan) -> str:
    """Write a plan as `plan --format json` does."""
    from planner.report import json_report

    return json_report.text(plan)


def result_of(team: str, plan: Plan, shared: Collection[str] = ()) -> TeamResult:
    """Sum a plan up; hours of shared people are not the team's."""
    own = [row for row in plan.capacity if row.specialist not in shared]
    return TeamResult(
        team=team,
        status=plan.status,
        value=plan.value,
        bound=plan.bound,
        gap=plan.gap,
        items=len(plan.selected),
        left_out=sum(item.reason.code != "done" for item in plan.left_out),
        planned=sum(row.planned for row in own),
        available=sum(row.available for row in own),
        seconds=plan.solve_seconds,
        error=None if plan.conflict is None else "; ".join(plan.conflict.demands),
    )


def reason(error: BaseException) -> str:
    """Say in one line why a team has no plan."""
    if isinstance(error, (InputError, DefectError, WorkerDied)):
        return " ".join(str(error).split())
    if isinstance(error, MemoryError):
        return "there was not enough memory for it"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
