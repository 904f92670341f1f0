"""The plan that is explained: one that somebody has, or one still to be made."""

from __future__ import annotations

from models.plan import Plan
from models.scenario import Scenario
from planner.errors import InputError
from planner.verify import violations

PLAN_PART = 1 / 3  # of the time, at most; with the usual limits that is as much as `sprintplan plan` takes


def with_part(scenario: Scenario, seconds: float) -> Scenario:
    """Return the scenario to be planned where plan and explanation have so many seconds together."""
    limit = min(scenario.solver.time_limit, PLAN_PART * seconds)
    return scenario.model_copy(update={"solver": scenario.solver.model_copy(update={"time_limit": limit})})


def judged(scenario: Scenario, given: Plan, place: str) -> Plan:
    """Return a plan that somebody has, if the judge finds nothing wrong with it.

    Parameters
    ----------
    place
        Where it comes from, for the message.

    Raises
    ------
    InputError
        If it breaks a rule of the scenario.
    """
    broken = violations(scenario, given)
    if broken:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise InputError(place, f"it is no plan of this scenario: {broken[0]}{more}", "See sprintplan verify")
    if given.value is None:
        return given
    # How good it is is worked out again: a file may say anything.
    return given.model_copy(update={"status": "feasible", "bound": None})
