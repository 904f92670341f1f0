"""The product in one function: scenario -> graph -> instance -> solve -> plan -> verify."""

from __future__ import annotations

import math
import threading
from dataclasses import replace

from models.base import exact
from models.plan import Conflict, Plan
from models.scenario import Scenario
from planner import prepare as preparing
from planner.errors import DefectError, InputError
from planner.freeze import frozen
from planner.horizon import plan as horizon
from planner.instance import Instance
from planner.prepare import Prepared
from planner.progress import ProgressHook, ignore
from planner.proposal import propose
from planner.solve.conflict import find_conflict, has_plan
from planner.solve.limits import Limits
from planner.solve.search import search
from planner.solve.warm import schedule_of
from planner.verify import violations


def plan(
    scenario: Scenario,
    *,
    cancel: threading.Event | None = None,
    on_progress: ProgressHook | None = None,
    start: Plan | None = None,
    bound: float | None = None,
) -> Plan:
    """Propose the sprint of highest value that really fits.

    Parameters
    ----------
    scenario
        What is to be planned; ``scenario.solver`` holds the limits.
    cancel
        Set it to stop early: the best plan so far is returned with its proven bound.
    on_progress
        Called from the solver's threads whenever value or bound improve.
    start
        A plan to start from, perhaps of another scenario: what of it fits is taken over.
    bound
        Value that no plan of this scenario passes, where that is known beforehand.

    Raises
    ------
    InputError
        If the scenario refers to what does not exist, or things wait for each other in a circle.
    DefectError
        If the judge finds the plan wrong: a defect of this product, never of the input.
    """
    if many_sprints(scenario):
        return horizon.plan(scenario, cancel, on_progress or ignore)
    limits = Limits.of(scenario.solver, cancel)
    prepared = prepare(scenario)
    instance = prepared.instance
    agreed = start or scenario.baseline
    first = None if agreed is None else schedule_of(instance, agreed)
    outcome = search(instance, limits, on_progress or ignore, first, _units(instance, bound))
    clash = conflict(prepared) if outcome.status == "infeasible" else None
    proposed = propose(prepared, outcome, clash)
    broken = violations(prepared.scenario, proposed)
    if broken:
        raise DefectError(broken)
    return proposed


def _units(instance: Instance, bound: float | None) -> int | None:
    """Write a bound in the solver's units, rounded outwards by what the amounts may have been rounded."""
    if bound is None:
        return None
    room = instance.scale.error(1 + len(instance.items) * (1 + instance.days()))
    return math.ceil((exact(bound) + room) * instance.scale.factor)


def many_sprints(scenario: Scenario) -> bool:
    """Whether the scenario asks for more than one sprint, or for one to capacity: a roadmap."""
    return scenario.calendar.sprints > 1 or scenario.calendar.detailed_sprints == 0


def prepare(scenario: Scenario) -> Prepared:
    """Work out everything that comes before solving; raises InputError as :func:`plan` does."""
    if many_sprints(scenario):
        cause = "this looks at one sprint to the tick, the scenario has several or plans to capacity"
        raise InputError("calendar.sprints", cause, "Leave sprints and detailed_sprints out for it")
    scenario, notes = frozen(scenario, lambda pinned: has_plan(_prepared(pinned).instance))
    prepared = _prepared(scenario)
    return replace(prepared, notes=(*prepared.notes, *notes))


def _prepared(scenario: Scenario) -> Prepared:
    return preparing.prepare(scenario, lambda instance: has_plan(instance) is not False)


def conflict(prepared: Prepared) -> Conflict | None:
    """Name a smallest set of demands that cannot hold together; None where there is a plan, or that is not known."""
    if has_plan(prepared.instance) is not False:
        return None
    return find_conflict(prepared.scenario, lambda changed: has_plan(prepare(changed).instance))
