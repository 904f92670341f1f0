"""The kinds of job. A new one is a request in ``models/service.py`` and an entry in ``KINDS``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from models.plan import Plan
from models.scenario import Scenario
from models.service import PlanJob
from planner.errors import InputError
from planner.intake.scenario_file import inline_scenario, part
from planner.intake.source import Source
from planner.progress import ProgressHook

NOT_YET = ("compare", "sweep", "batch", "explain")  # named by the contract, not supported by this version


@dataclass(frozen=True)
class Allowance:
    """What one job may ask for: seconds and threads of search."""

    seconds: float
    threads: int


@dataclass(frozen=True)
class Work:
    """A job in the process that does it."""

    data: Mapping[str, Any]
    threads: int
    cancel: threading.Event
    on_progress: ProgressHook


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Attributes
    ----------
    request
        The contract of what is sent.
    result
        The contract of what comes out.
    check
        Refuses a request before it is queued; the scenario from the store is in it already.
    run
        Does the work.
    """

    request: type[BaseModel]
    result: type[BaseModel]
    check: Callable[[Source, Allowance], None]
    run: Callable[[Work], BaseModel]


def checked_scenario(source: Source, allowed: Allowance) -> Scenario:
    """Check a scenario as the command line does, and that it asks for no more than it may.

    Raises
    ------
    InputError
    """
    scenario = inline_scenario(source)
    _limit(source, "time_limit", scenario.solver.time_limit, allowed.seconds, "seconds of search")
    _limit(source, "work_limit", scenario.solver.work_limit or 0, allowed.seconds, "units of work")
    _limit(source, "workers", scenario.solver.workers, allowed.threads, "search threads")
    return scenario


def _limit(source: Source, key: str, asked: float, allowed: float, unit: str) -> None:
    """Refuse more than is allowed; what the scenario does not say is within it or cut down by the server."""
    if asked > allowed and key in source.data.get("solver", {}):
        cause = f"solver.{key} is {asked:g}, and this server allows {allowed:g} {unit}"
        raise InputError(source.where(("solver", key)), cause, f"Ask for at most {allowed:g}")


def _check_plan(source: Source, allowed: Allowance) -> None:
    if "scenario" in source.data:
        checked_scenario(part(source, ("scenario",)), allowed)


def _plan(work: Work) -> Plan:
    import planner

    scenario = Scenario.model_validate(work.data["scenario"])
    if scenario.solver.workers == 0:
        solver = scenario.solver.model_copy(update={"workers": work.threads})
        scenario = scenario.model_copy(update={"solver": solver})
    return planner.plan(scenario, cancel=work.cancel, on_progress=work.on_progress)


KINDS: Mapping[str, Kind] = {"plan": Kind(PlanJob, Plan, _check_plan, _plan)}
