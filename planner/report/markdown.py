"""The plan as a Markdown page, to paste into a wiki or a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from models.plan import LeftOutItem, Plan, PlannedItem
from models.scenario import Scenario
from planner.report import roadmap, words

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#&])")


def text(plan: Plan, scenario: Scenario | None = None) -> str:
    """Write a plan as GitHub-flavoured Markdown; with its scenario, many sprints one by one."""
    return "\n".join(_lines(plan, scenario)) + "\n"


def _lines(plan: Plan, scenario: Scenario | None) -> Iterator[str]:
    yield f"# {escaped(plan.scenario) or 'Sprint'}"
    yield ""
    yield from _summary(plan)
    if plan.selected and scenario is not None and scenario.calendar.sprints > 1:
        yield from _roadmap(scenario, plan)
    elif plan.selected:
        yield from table(
            "In the sprint",
            ("#", "Item", "Title", "Value", "Who", "From – to"),
            map(_chosen, plan.selected),
        )
        yield from table(
            "Who does what",
            ("Specialist", "Planned", "Available", "Used", "Items"),
            _loads(plan),
        )
    told = tuple(item for item in plan.left_out if words.tells_why(plan, item))
    if told:
        yield from table("Left out", ("Item", "Title", "Value", "Why"), map(_left_out, _by_value(told)))
    if plan.notes:
        yield from ("", "## Notes", "")
        yield from (f"- {escaped(note)}" for note in plan.notes)


def _roadmap(scenario: Scenario, plan: Plan) -> Iterator[str]:
    yield from table("Sprints", roadmap.SPRINT_HEADER, roadmap.sprint_rows(scenario, plan))
    yield from table("Quarters", roadmap.QUARTER_HEADER, roadmap.quarter_rows(scenario, plan))
    yield from table("Epics", roadmap.EPIC_HEADER, roadmap.epic_rows(scenario, plan))
    yield from table("Items", roadmap.ITEM_HEADER, roadmap.item_rows(scenario, plan))


def _summary(plan: Plan) -> Iterator[str]:
    if plan.value is None:
        yield from _no_plan(plan)
        return
    versus = words.against_list_scheduling(plan)
    yield f"- **Value {words.number(plan.value)}**, {words.quality(plan)}" + (f"; {versus}" if versus else "")
    yield f"- {words.totals(plan)}"
    yield f"- First day {plan.start}, times in {escaped(plan.timezone)}"
    for use in plan.shares:
        yield f"- {escaped(use.name)}: {words.share(use)}"


def _no_plan(plan: Plan) -> Iterator[str]:
    if plan.status == "unknown":
        yield "**No plan was found in the time given.**"
        return
    yield "**No plan exists: these demands cannot hold together.**"
    if plan.conflict is not None:
        yield ""
        yield from (f"- {escaped(demand)}" for demand in plan.conflict.demands)
        yield from ("", "What would help:", "")
        yield from (f"- {escaped(remedy)}" for remedy in plan.conflict.remedies)


def table(title: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Write a table below its heading."""
    yield from ("", f"## {title}", "")
    yield f"| {' | '.join(header)} |"
    yield "|" + " --- |" * len(header)
    for row in rows:
        yield f"| {' | '.join(map(escaped, row))} |"


def _chosen(item: PlannedItem) -> tuple[str, ...]:
    title = item.title + (" (effort guessed)" if item.estimate == "guessed" else "")
    who = ", ".join(words.people(item)) or "nobody (milestone)"
    return str(item.rank), item.id, title, words.number(item.value), who, words.days(item)


def _loads(plan: Plan) -> Iterator[tuple[str, ...]]:
    for row in plan.capacity:
        items = [item.id for item in plan.selected if row.specialist in words.people(item)]
        amounts = words.number(row.planned), words.number(row.available), words.percent(row.utilisation)
        yield row.specialist, *amounts, ", ".join(items)


def _by_value(items: Iterable[LeftOutItem]) -> list[LeftOutItem]:
    return sorted(items, key=lambda item: (item.reason.code == "done", -item.value, item.benefit, item.id))


def _left_out(item: LeftOutItem) -> tuple[str, ...]:
    return item.id, item.title, words.number(item.value), item.reason.text


def escaped(text: str) -> str:
    """Say a text as it stands: no sign of it formats, links or ends a cell."""
    return _SPECIAL.sub(r"\\\1", words.clean(text))
