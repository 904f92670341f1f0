"""The plan as one page (html) to send on: Gantt, tables and reasons, without script, network or account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from models.plan import LeftOutItem, Plan, PlannedItem
from models.scenario import Scenario
from planner.report import roadmap, words
from planner.report.gantt import colour
from planner.report.pictures import gantt

if TYPE_CHECKING:
    from jinja2 import Environment

RIGHT = frozenset({"#", "Value", "Planned", "Available", "Used", "Items", "Sprint", "Late", "Free"})


@dataclass(frozen=True)
class Table:
    """A table of the page.

    Attributes
    ----------
    colours
        A colour beside each row, as in the Gantt; empty: none.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    colours: Sequence[str] = ()


def text(plan: Plan, scenario: Scenario) -> str:
    """Write a plan as a page; every text in it is escaped by the template."""
    return (
        _templates()
        .get_template("plan.html")
        .render(
            plan=plan,
            title=words.clean(plan.scenario) or "Sprint",
            summary=list(_summary(plan, scenario)),
            gantt=gantt.text(plan, scenario) if gantt.has_times(plan) else "",
            tables=[table for table in _tables(plan, scenario) if table.rows],
            right=RIGHT,
            clean=words.clean,
        )
    )


@lru_cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("planner.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _summary(plan: Plan, scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Facts above the picture."""
    days = roadmap.clock_of(scenario, plan).days
    if plan.value is not None:
        yield "Value", f"{words.number(plan.value)}, {words.quality(plan)}"
        if versus := words.against_list_scheduling(plan):
            yield "Compared", versus
        yield "Planned", words.totals(plan)
    if days:
        yield "Days", f"{words.day(days[0])} – {words.day(days[-1])} {days[-1].year}, {plan.timezone}"
    for use in plan.shares:
        name = use.name if scenario.calendar.sprints == 1 else f"{use.name}, sprint {use.sprint}"
        yield f"Share of {words.clean(name)}", words.share(use)
    yield "Made", f"{words.day(plan.created)} {plan.created:%Y %H:%M}"


def _tables(plan: Plan, scenario: Scenario) -> Iterator[Table]:
    if scenario.calendar.sprints > 1:
        yield Table("Sprints", roadmap.SPRINT_HEADER, list(roadmap.sprint_rows(scenario, plan)))
        yield Table("Quarters", roadmap.QUARTER_HEADER, list(roadmap.quarter_rows(scenario, plan)))
        yield Table("Epics", roadmap.EPIC_HEADER, list(roadmap.epic_rows(scenario, plan)))
        yield Table("Items", roadmap.ITEM_HEADER, list(roadmap.item_rows(scenario, plan)))
    else:
        yield _chosen(plan, scenario)
    yield _capacity(plan, scenario)
    told = [item for item in plan.left_out if words.tells_why(plan, item)]
    yield Table("Left out, and why", ("Item", "Title", "Value", "Why"), list(map(_left_out, _by_value(told))))


def _chosen(plan: Plan, scenario: Scenario) -> Table:
    """The items of one sprint; deadlines only where there is one."""
    deadlines = {item.id: item.deadline for item in scenario.backlog if item.deadline is not None}
    shown = any(item.id in deadlines for item in plan.selected)
    header = ["#", "Item", "Title", "Value", "Who", "From – to", *(["Deadline"] if shown else [])]
    rows = []
    for item in plan.selected:
        day = deadlines.get(item.id)
        rows.append([*_item(item), *([words.day(day) if day is not None else ""] if shown else [])])
    return Table("In the sprint", header, rows, [colour(item.rank) for item in plan.selected])


def _item(item: PlannedItem) -> list[str]:
    title = item.title + (" (effort guessed)" if item.estimate == "guessed" else "")
    who = ", ".join(words.people(item)) or "nobody (milestone)"
    return [str(item.rank), item.id, title, words.number(item.value), who, words.days(item)]


def _capacity(plan: Plan, scenario: Scenario) -> Table:
    many = scenario.calendar.sprints > 1
    header = ("Specialist", *(["Sprint"] if many else []), "Planned", "Available", "Free", "Used")
    rows = []
    for row in plan.capacity:
        amounts = row.planned, row.available, round(row.available - row.planned, 2)
        who = [row.specialist, *([str(row.sprint)] if many else [])]
        rows.append([*who, *map(words.number, amounts), words.percent(row.utilisation)])
    return Table("Capacity", header, rows)


def _by_value(items: Iterable[LeftOutItem]) -> list[LeftOutItem]:
    return sorted(items, key=lambda item: (item.reason.code == "done", -item.value, item.benefit, item.id))


def _left_out(item: LeftOutItem) -> list[str]:
    return [item.id, item.title, words.number(item.value), item.reason.text]
