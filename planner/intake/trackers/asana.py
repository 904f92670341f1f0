"""Asana's CSV export and its spreadsheet variant: parents and dependencies by name, sub-tasks below their parent."""

from __future__ import annotations

import re

from planner.intake.rows import Row, Rows
from planner.intake.trackers.issue import Export, Findings, Issue, Standing
from planner.intake.trackers.table import Table
from planner.intake.trackers.values import clean
from planner.intake.trackers.words import standing_of, standing_of_column

_POINTS = ("story points", "points", "estimate (points)", "sp", "effort", "estimate", "size")
_HOURS = ("estimated time", "estimated hours", "time estimate", "estimate (hours)", "hours", "effort (hours)")


def read(rows: Rows, findings: Findings) -> Export:
    """Read the tasks of an export."""
    table = Table(rows, findings)
    spoilt = any(_spoilt(table.cell(row, "task id")) for row in table)
    if spoilt:
        findings.guess(None, "Task ID", "a spreadsheet has turned the ids into powers of ten: ids are the row numbers")
    issues = [issue for row in table if (issue := _issue(table, row, spoilt, findings))]
    projects = {table.cell(row, "projects") for row in table} - {""}
    title = projects.pop() if len(projects) == 1 else ""
    return Export("Asana", tuple(issues), len(rows.rows), title)


def _spoilt(task_id: str) -> bool:
    return bool(re.fullmatch(r"\d[.,]\d+E\+\d+", task_id, re.I))


def _issue(table: Table, row: Row, spoilt: bool, findings: Findings) -> Issue | None:
    title = clean(table.cell(row, "name", "task name"), 500)
    task_id = "" if spoilt else table.cell(row, "task id", "id")
    if not title:
        findings.not_used(row.number, f"a row without a name ({task_id or 'no id'})", "not a task")
        return None
    standing, ended = _standing(table, row)
    return Issue(
        row=row.number,
        key=task_id or f"row-{row.number}",
        title=title,
        kind=table.cell(row, "type", "task type"),
        standing=standing,
        ended=ended,
        subtask=bool(table.cell(row, "parent task", "parent")),
        parent=table.cell(row, "parent task", "parent"),
        aliases=(table.cell(row, "name", "task name"),),
        theme=table.cell(row, "epic", "theme") or table.cell(row, "projects"),
        waits_for=_named(table, row, "blocked by (dependencies)", "blocked by", "dependencies"),
        holds_up=_named(table, row, "blocking (dependencies)", "blocking"),
        points=table.points(row, *_POINTS),
        hours=table.hours(row, "h", *_HOURS),
        priority=table.cell(row, "priority"),
        people=table.people(row, "assignee") or table.people(row, "assignee email"),
        skill=clean(table.cell(row, "skill", "discipline"), 100),
        labels=table.lists(row, "tags"),
        sprints=table.lists(row, "sprint"),
        due=table.date(row, "due date"),
    )


def _named(table: Table, row: Row, *names: str) -> tuple[str, ...]:
    """Return whole cells as well as their parts: a name may contain a comma; the directory of issues decides."""
    return tuple(dict.fromkeys(table.cells(row, *names)))


def _standing(table: Table, row: Row) -> tuple[Standing, str]:
    """Where it stands: a completed task is done; an open one is started if its status or its section says so."""
    status = table.cell(row, "status")
    if status and standing_of(status) == "dropped":
        return "dropped", status
    if table.cell(row, "completed at"):
        return "done", ""
    section = table.cell(row, "section/column")
    started = any(standing_of_column(word) in ("in-progress", "done") for word in (status, section) if word)
    return ("in-progress" if started else "todo"), ""
