"""A plan in the form that was asked for, and `sprintplan export`: a plan there is already, in another form."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.output import check_target, emit, emit_bytes
from api.scenario import load
from api.shape import Out, ScenarioFile, console, examples, form_option
from planner.errors import InputError
from planner.report.forms import BYTE_ORDER_MARK, FORMS, Picture

if TYPE_CHECKING:
    from models.plan import Plan
    from models.scenario import Scenario

FORMATS = ("table", *FORMS)
Form = Annotated[str | None, form_option(FORMATS, "plan")]
_MARK = BYTE_ORDER_MARK.encode("utf-8")


def form_of(form: str | None, out: Path | None) -> str:
    """Form that was asked for, else what the ending of a file says; anything unknown is a table.

    Raises
    ------
    InputError
        If it is no text, and would be printed on a terminal.
    """
    ending = out.suffix.lower() if out is not None else ""
    form = form or next((name for name, own in FORMS.items() if own.ending and own.ending == ending), "table")
    if out is None and form in FORMS and FORMS[form].binary and sys.stdout.isatty():
        raise InputError(f"--format {form}", "this is no text to print", f"Name a file: --out plan{FORMS[form].ending}")
    return form


def present(
    scenario: Scenario,
    plan: Plan,
    form: str,
    out: Path | None,
    *,
    specialist: str | None = None,
    picture: Picture = "gantt",
) -> None:
    """Print a plan or write it to a file."""
    if form == "table":
        from planner.report import table

        emit(table.text(scenario, plan, console(out)), out)
        return
    from planner.report import forms

    data = forms.content(form, plan, scenario, specialist=specialist, picture=picture)
    mark = _MARK if data.startswith(_MARK) else b""
    emit_bytes(data.removeprefix(_MARK), out, mark)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            "sprintplan export scenario.yaml plan.json --out sprint.xlsx",
            "sprintplan export scenario.yaml plan.json --out ana.ics --specialist Ana",
            "sprintplan export scenario.yaml plan.json --out value.png --picture quadrant",
            "sprintplan export scenario.yaml plan.json --format jira-csv > jira.csv",
        )
    )(export)


def export(
    scenario: ScenarioFile,
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A plan that `plan --format json` wrote.")],
    form: Form = None,
    out: Out = None,
    specialist: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="With ics: only this one's work. Default: the whole team.", show_default=False
        ),
    ] = None,
    picture: Annotated[
        Picture | None,
        typer.Option(help="With svg and png: which picture. Default: gantt.", show_default=False),
    ] = None,
) -> None:
    """Hand a plan on in another form, without planning again.

    Everybody gets the same plan: a calendar for each specialist, a workbook, a page, a table that Jira takes.
    """
    check_target(out)
    form = form_of(form, out)
    if specialist is not None and form != "ics":
        raise InputError("--specialist", f"{form} is about the whole team", "Ask for ics, or leave it out")
    if picture is not None and form not in {"svg", "png"}:
        raise InputError("--picture", f"{form} is no picture", "Ask for svg or png, or leave it out")
    from planner.intake.plan_file import load_plan

    read = load(scenario)
    present(read, load_plan(plan_file), form, out, specialist=specialist, picture=picture or "gantt")
