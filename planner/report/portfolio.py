"""The summary of a portfolio: a row a team, as a table, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from models.portfolio import Coordination, PortfolioResult, TeamResult
from planner.report import words
from planner.report.console import BAD, FAINT, bullet, printed
from planner.report.csv_report import safe
from planner.report.markdown import escaped

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

HEADS = ("Team", "Value", "Quality", "Items", "Left out", "Used", "Seconds")
LEFT = (0, 2)
COLUMNS = (
    "team",
    "status",
    "weight",
    "value",
    "bound",
    "gap",
    "items",
    "left_out",
    "planned",
    "available",
    "seconds",
    "reused",
    "together",
    "plan",
    "error",
)


def as_json(result: PortfolioResult) -> str:
    """Write everything but the plans, which have files of their own."""
    return result.model_dump_json(indent=2) + "\n"


def as_csv(result: PortfolioResult) -> str:
    """Write a row a team (RFC 4180, CRLF)."""
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({column: _cell(getattr(team, column)) for column in COLUMNS} for team in result.teams)
    return target.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return safe(" ".join(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(round(value, 6))
    return safe(str(value))


def quality(result: TeamResult) -> str:
    """Say how good a team's plan is."""
    if result.status == "failed":
        return "failed"
    if result.status == "infeasible":
        return "no plan exists"
    if result.value is None:
        return "not planned" if result.status == "not planned" else "no plan found"
    if result.status == "optimal" or result.gap == 0:
        return "proven optimal"
    if result.together:
        return "planned together"
    return f"gap {words.percent_up(max(0.0, result.gap))}" if result.gap is not None else "feasible"


def _cells(result: TeamResult) -> tuple[str, ...]:
    if result.value is None:
        return (words.clean(result.team), "", quality(result), "", "", "", "")
    used = words.percent(result.planned / result.available) if result.available else ""
    return (
        words.clean(result.team),
        words.number(result.value),
        quality(result),
        str(result.items),
        str(result.left_out),
        used,
        "kept" if result.reused else f"{result.seconds:.1f}",
    )


def totals(result: PortfolioResult) -> str:
    """Say what all teams together are worth and how good that is."""
    planned = sum(team.value is not None for team in result.teams)
    weighted = ", weighted" if any(team.weight != 1 for team in result.teams) else ""
    said = (
        f"{planned} of {words.counted(len(result.teams), 'team')} planned, value {words.number(result.value)}{weighted}"
    )
    if result.bound is None:
        return said
    if result.gap == 0:
        return f"{said}, proven optimal"
    gap = "" if result.gap is None else f"at most {words.percent_up(max(0.0, result.gap))} below the best possible "
    return f"{said}, {gap}({words.number(result.bound)})"


def shared(group: Coordination) -> Iterator[str]:
    """Say how good plans made together are, and who uses whom."""
    gap = "proven optimal" if group.gap == 0 else f"gap {words.percent_up(max(0.0, group.gap or 0.0))}"
    teams = ", ".join(map(words.clean, group.teams[:8])) + (", ..." if len(group.teams) > 8 else "")
    yield f"Planned together: {teams}: value {words.number(group.value)}, {gap}"
    for use in group.shared:
        parts = [f"{words.clean(team)} {words.number(hours)} h" for team, hours in use.planned.items() if hours]
        price = f"; another hour would be worth about {words.number(use.price)}" if use.price > 0 else ""
        total = words.number(sum(use.planned.values()))
        yield (
            f"{words.clean(use.specialist)}: {total} of {words.number(use.available)} h"
            f"{': ' + ', '.join(parts) if parts else ''}{price}"
        )


def problems(result: PortfolioResult) -> list[str]:
    """Name every team without a plan, with the reason."""
    return [
        f"{words.clean(team.team)}: {quality(team)}" + (f": {words.clean(team.error)}" if team.error else "")
        for team in result.teams
        if team.value is None
    ]


def text(result: PortfolioResult, console: Console) -> str:
    """Write the summary for people."""
    return printed(console, _parts(result))


def _parts(result: PortfolioResult) -> Iterator[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    yield Text(totals(result), "bold")
    yield ""
    table = Table.grid(padding=(0, 2, 0, 0))
    for place in range(len(HEADS)):
        table.add_column(justify="left" if place in LEFT else "right")
    table.add_row(*(Text(head, FAINT) for head in HEADS))
    for team in result.teams:
        style = BAD if team.value is None else ""
        table.add_row(*(Text(cell, style) for cell in _cells(team)))
    yield table
    for group in result.coordinated:
        yield ""
        for line in shared(group):
            yield bullet(Text(line))
    if found := problems(result):
        yield ""
        for line in found:
            yield bullet(Text(line, BAD))


def as_markdown(result: PortfolioResult) -> str:
    """Write the summary as GitHub-flavoured Markdown."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: PortfolioResult) -> Iterator[str]:
    yield from (f"# {escaped(totals(result))}", "")
    yield _row(HEADS)
    yield "|" + "|".join("---" if place in LEFT else "---:" for place in range(len(HEADS))) + "|"
    yield from (_row(map(escaped, _cells(team))) for team in result.teams)
    for group in result.coordinated:
        yield ""
        yield from (f"- {escaped(line)}" for line in shared(group))
    if found := problems(result):
        yield ""
        yield from (f"- {escaped(line)}" for line in found)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
