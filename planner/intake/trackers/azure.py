"""Azure DevOps' CSV of a query: parents by number or by a tree across Title columns, people as ``Name <mail>``."""

from __future__ import annotations

import re

from planner.intake.rows import Row, Rows
from planner.intake.trackers.issue import Export, Findings, Issue, Standing
from planner.intake.trackers.table import Table
from planner.intake.trackers.values import clean, number
from planner.intake.trackers.words import is_container, plain

_TITLE = re.compile(r"title(?: (\d{1,2}))?")
_STARTED = ("resolved",)  # coded, not yet closed: in Azure work goes on after it


def read(rows: Rows, findings: Findings) -> Export:
    """Read the work items of a query's result."""
    table = Table(rows, findings)
    levels = _title_columns(table)
    issues: list[Issue] = []
    open_branch: list[str] = []  # keys of the row's ancestors, by level
    for row in table:
        level, title = _placed(table, row, levels)
        parent = next((key for key in reversed(open_branch[:level]) if key), "")
        issue = _issue(table, row, title, table.cell(row, "parent") or parent, findings)
        if issue is not None:
            issues.append(issue)
            open_branch[level:] = [""] * max(0, level - len(open_branch)) + [issue.key]
    return Export("Azure DevOps", tuple(issues), len(rows.rows), _project(table))


def _title_columns(table: Table) -> list[str]:
    """Return Title, or Title 1, Title 2, ... in the order of the levels."""
    found = [(int(match[1] or 0), name) for name in table.names if (match := _TITLE.fullmatch(name))]
    return [name for _, name in sorted(found)]


def _placed(table: Table, row: Row, levels: list[str]) -> tuple[int, str]:
    return next(((level, cell) for level, name in enumerate(levels) if (cell := table.cell(row, name))), (0, ""))


def _issue(table: Table, row: Row, title: str, parent: str, findings: Findings) -> Issue | None:
    key = table.cell(row, "id")
    if not key and not title:
        findings.not_used(row.number, "a row without ID and title", "not a work item")
        return None
    kind = table.cell(row, "work item type")
    standing, ended = _standing(table, row)
    area = table.cell(row, "area path").rpartition("\\")
    iteration = table.cell(row, "iteration path")
    value = number(table.cell(row, "business value"))
    return Issue(
        row=row.number,
        key=key or f"row-{row.number}",
        title=clean(title, 500) or key,
        kind=kind,
        standing=standing,
        ended=ended,
        container=is_container(kind),
        subtask=plain(kind) == "task" and bool(parent),
        parent=parent,
        waits_for=table.lists(row, "predecessor", "predecessors"),
        holds_up=table.lists(row, "successor", "successors"),
        points=table.points(row, "story points", "effort", "size"),
        hours=table.hours(row, "h", "original estimate", "remaining work"),
        hours_left=table.hours(row, "h", "remaining work"),
        value=value if value is not None and 0 <= value <= 1e9 else None,
        priority=table.cell(row, "priority"),
        people=table.people(row, "assigned to"),
        skill=table.cell(row, "activity", "discipline"),
        components=(area[2],) if area[1] else (),
        labels=table.lists(row, "tags"),
        sprints=(iteration,) if "\\" in iteration else (),  # the project alone is the backlog
        due=table.date(row, "due date", "target date"),
        rank=number(table.cell(row, "backlog priority", "stack rank")),
    )


def _standing(table: Table, row: Row) -> tuple[Standing, str]:
    state = table.cell(row, "state")
    if plain(state) in _STARTED:
        return "in-progress", ""
    standing = table.standing(row, state)
    return standing, state if standing == "dropped" else ""


def _project(table: Table) -> str:
    projects = {table.cell(row, "team project") or table.cell(row, "area path").partition("\\")[0] for row in table}
    return projects.pop() if len(projects) == 1 else ""
