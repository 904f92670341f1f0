"""What `sprintplan explain` takes and shows: the plan to explain, and the forms of an explanation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api import live
from models.explanation import Explanation
from models.plan import Plan
from models.scenario import Scenario
from planner.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console


PLAN_PART = 1 / 3  # of the time, at most; with the usual limits that is as much as `sprintplan plan` takes


def plan_of(scenario: Scenario, plan_file: Path | None, seconds: float) -> Plan:
    """Take the plan from its file, if the judge finds nothing wrong with it; without a file, make one.

    Parameters
    ----------
    seconds
        For all of the explanation, the plan included.

    Raises
    ------
    InputError
        If the file holds no plan, or one that breaks a rule of the scenario.
    """
    if plan_file is None:
        limit = min(scenario.solver.time_limit, PLAN_PART * seconds)
        solver = scenario.solver.model_copy(update={"time_limit": limit})
        return live.solve(scenario.model_copy(update={"solver": solver}))
    from planner.intake.plan_file import load_plan
    from planner.verify import violations

    given = load_plan(plan_file)
    broken = violations(scenario, given)
    if broken:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise InputError(str(plan_file), f"it is no plan of this scenario: {broken[0]}{more}", "See sprintplan verify")
    if given.value is None:
        return given
    # How good it is is worked out again: a file may say anything.
    return given.model_copy(update={"status": "feasible", "bound": None})


def form_of(out: Path | None) -> str:
    """Form that the ending of a file asks for; anything unknown is a table."""
    return {".json": "json", ".md": "md"}.get(out.suffix.lower() if out is not None else "", "table")


def text(explained: Explanation, form: str, console: Console) -> str:
    """Write an explanation in a form."""
    from planner.report import explanation, explanation_markdown, json_report

    if form == "json":
        return json_report.text(explained)
    return explanation_markdown.text(explained) if form == "md" else explanation.text(explained, console)
