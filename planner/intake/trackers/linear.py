"""Linear's CSV export: ISO times, people by e-mail, one cell of labels; link columns only in the wider of its forms."""

from __future__ import annotations

import datetime

from planner.intake.rows import Row, Rows
from planner.intake.trackers.calendar import working_days
from planner.intake.trackers.issue import Export, Findings, Issue, Standing
from planner.intake.trackers.table import Table
from planner.intake.trackers.values import clean


def read(rows: Rows, findings: Findings) -> Export:
    """Read the issues of an export."""
    table = Table(rows, findings)
    issues = [issue for row in table if (issue := _issue(table, row, findings))]
    closed, length = _cycles(table)
    teams = {table.cell(row, "team") for row in table}
    title = teams.pop() if len(teams) == 1 else ""
    return Export("Linear", tuple(issues), len(rows.rows), title, closed, length)


def _issue(table: Table, row: Row, findings: Findings) -> Issue | None:
    key, title = table.cell(row, "id"), clean(_unguarded(table.cell(row, "title")), 500)
    if not key and not title:
        findings.not_used(row.number, "a row without ID and title", "not an issue")
        return None
    standing, ended = _standing(table, row)
    cycle = _cycle(table, row)
    return Issue(
        row=row.number,
        key=key or f"row-{row.number}",
        title=title or key,
        standing=standing,
        ended=ended,
        parent=table.cell(row, "parent issue"),
        theme=table.cell(row, "project", "project milestone", "initiatives"),
        waits_for=table.lists(row, "blocked by"),
        holds_up=table.lists(row, "blocking", "blocks"),
        points=table.points(row, "estimate"),
        priority=table.cell(row, "priority"),
        people=table.people(row, "assignee"),
        labels=table.lists(row, "labels"),
        sprints=(cycle,) if cycle else (),
        due=table.date(row, "due date"),
    )


def _unguarded(text: str) -> str:
    """Without the apostrophe that the export puts before what a spreadsheet would take for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _standing(table: Table, row: Row) -> tuple[Standing, str]:
    """Where it stands: the times of cancelling, completing and starting are surer than a team's own status words."""
    if table.cell(row, "canceled"):
        return "dropped", table.cell(row, "status") or "Canceled"
    if table.cell(row, "completed"):
        return "done", ""
    status = table.cell(row, "status")
    standing = table.standing(row, status)
    if standing == "dropped":
        return standing, status
    if table.cell(row, "archived"):
        return "dropped", "archived"
    return standing, ""


def _cycle(table: Table, row: Row) -> str:
    return table.cell(row, "cycle name") or table.cell(row, "cycle number")


def _cycles(table: Table) -> tuple[frozenset[str] | None, int | None]:
    """Return the cycles that were over when the export was made, and the usual working days of a cycle."""
    now = max((text[:10] for row in table for text in table.cells(row, "updated", "created")), default="")
    spans: dict[str, tuple[datetime.date, datetime.date]] = {}
    for row in table:
        first, last = table.date(row, "cycle start"), table.date(row, "cycle end")
        if _cycle(table, row) and first and last and first < last:
            spans.setdefault(_cycle(table, row), (first, last))
    if not spans:
        return None, None
    closed = frozenset(name for name, (_, last) in spans.items() if last.isoformat() <= now)
    return closed, working_days(spans.values())
