"""What `sprintplan explain` takes and shows: the plan to explain, and the forms of an explanation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api import live
from models.explanation import Explanation
from models.plan import Plan
from models.scenario import Scenario

if TYPE_CHECKING:
    from rich.console import Console


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
        from planner.explain.given import with_part

        return live.solve(with_part(scenario, seconds))
    from planner.explain.given import judged
    from planner.intake.plan_file import load_plan

    return judged(scenario, load_plan(plan_file), str(plan_file))


def form_of(out: Path | None) -> str:
    """Form that the ending of a file asks for; anything unknown is a table."""
    return {".json": "json", ".md": "md"}.get(out.suffix.lower() if out is not None else "", "table")


def text(explained: Explanation, form: str, console: Console) -> str:
    """Write an explanation in a form."""
    from planner.report import explanation, explanation_markdown, json_report

    if form == "json":
        return json_report.text(explained)
    return explanation_markdown.text(explained) if form == "md" else explanation.text(explained, console)
