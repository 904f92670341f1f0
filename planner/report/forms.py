"""The forms of a plan to hand on: command line, service and page write the same bytes for the same plan.

Names and endings stand here, so that the command line starts without loading what writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from planner.errors import InputError

if TYPE_CHECKING:
    from models.plan import Plan
    from models.scenario import Scenario

Picture = Literal["gantt", "capacity", "quadrant", "dependencies"]
PICTURES: tuple[Picture, ...] = get_args(Picture)


@dataclass(frozen=True)
class Form:
    """A form of a plan.

    Attributes
    ----------
    ending
        Of its files; "" where only ``--format`` asks for it.
    binary
        No text: nothing to print on a terminal.
    """

    ending: str
    media_type: str
    binary: bool = False


FORMS: Mapping[str, Form] = {
    "json": Form(".json", "application/json"),
    "csv": Form(".csv", "text/csv; charset=utf-8"),
    "md": Form(".md", "text/markdown; charset=utf-8"),
    "html": Form(".html", "text/html; charset=utf-8"),
    "xlsx": Form(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", binary=True),
    "ics": Form(".ics", "text/calendar; charset=utf-8"),
    "jira-csv": Form("", "text/csv; charset=utf-8"),
    "svg": Form(".svg", "image/svg+xml"),
    "png": Form(".png", "image/png", binary=True),
}
BYTE_ORDER_MARK = "\ufeff"  # by it Excel knows that a csv is UTF-8; Jira takes it for a part of the first head


def content(
    form: str, plan: Plan, scenario: Scenario, *, specialist: str | None = None, picture: Picture = "gantt"
) -> bytes:
    """Write a plan as a file of this form.

    Parameters
    ----------
    specialist
        Of ``ics``: only this one's work.
    picture
        Of ``svg`` and ``png``: which.

    Raises
    ------
    InputError
        If the plan is not one of this scenario, or there is no such specialist.
    """
    check_fits(plan, scenario)
    if form == "ics":
        from planner.report import calendar_file

        check_specialist(specialist, scenario)
        return calendar_file.content(plan, scenario, specialist)
    if form == "xlsx":
        from planner.report import workbook

        return workbook.content(plan, scenario)
    if form == "png":
        return pixels(drawn(picture, plan, scenario))
    return _text(form, plan, scenario, picture).encode("utf-8")


def _text(form: str, plan: Plan, scenario: Scenario, picture: Picture) -> str:
    from planner.report import csv_report, jira, json_report, markdown, page

    if form == "json":
        return json_report.text(plan)
    if form == "csv":
        return BYTE_ORDER_MARK + csv_report.text(plan)
    if form == "md":
        return markdown.text(plan, scenario)
    if form == "html":
        return page.text(plan, scenario)
    if form == "jira-csv":
        return jira.text(plan, scenario)
    return drawn(picture, plan, scenario)


def drawn(picture: Picture, plan: Plan, scenario: Scenario) -> str:
    """Draw a picture of a plan as SVG."""
    from planner.report.pictures import capacity, dependencies, gantt, quadrant

    drawings = {"gantt": gantt, "capacity": capacity, "quadrant": quadrant, "dependencies": dependencies}
    text: str = drawings[picture].text(plan, scenario)
    return text


def pixels(svg: str) -> bytes:
    """Turn a picture into a PNG, two pixels for one so that it is sharp on any screen."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=2))


def check_fits(plan: Plan, scenario: Scenario) -> None:
    """Refuse a plan of another scenario: its items and people would not be found.

    Raises
    ------
    InputError
    """
    from planner.team import expand

    items = {item.id for item in scenario.backlog}
    people = {person.name for person in expand(scenario.team)}
    named = {row.specialist for row in plan.capacity}
    named |= {task.specialist for item in plan.selected for task in item.tasks}
    remedy = "Take the scenario that it was made from"
    for id_ in (*(item.id for item in plan.selected), *(item.id for item in plan.left_out)):
        if id_ not in items:
            raise InputError("plan", f"it has {id_!r}, which is not in the backlog", remedy)
    for name in sorted(named - people):
        raise InputError("plan", f"it has {name!r}, who is not in the team", remedy)


def check_specialist(name: str | None, scenario: Scenario) -> None:
    """Refuse a specialist who is not in the team.

    Raises
    ------
    InputError
    """
    from planner.intake.cells import nearest
    from planner.team import expand

    people = [person.name for person in expand(scenario.team)]
    if name is not None and name not in people:
        meant = nearest(name, people)
        remedy = f"Did you mean {meant!r}?" if meant else f"The team is {', '.join(people[:20])}"
        raise InputError("specialist", f"{name!r} is not in the team", remedy)
