"""Any other table of issues whose columns have names one can recognise."""

from __future__ import annotations

from planner.intake.rows import Row, Rows
from planner.intake.trackers.issue import Export, Findings, Issue
from planner.intake.trackers.table import Table
from planner.intake.trackers.text_links import text_links
from planner.intake.trackers.values import clean, number
from planner.intake.trackers.words import is_container, is_subtask

TITLE = (
    "title",
    "summary",
    "name",
    "subject",
    "task",
    "task name",
    "item",
    "story",
    "user story",
    "issue",
    "card name",
)
COLUMNS = {
    "key": ("id", "key", "issue key", "issue id", "task id", "ticket", "ticket id", "number", "no", "nr", "#", "ref"),
    "kind": ("type", "issue type", "work item type", "kind", "tracker", "category"),
    "status": ("status", "state", "stage", "column", "list", "section"),
    "people": ("assignee", "assignees", "assigned to", "owner", "responsible", "who"),
    "points": ("story points", "points", "sp", "estimate", "size", "effort", "weight", "complexity points"),
    "hours": (
        *("hours", "estimated hours", "estimate (hours)", "estimate (h)", "effort (hours)", "effort (h)", "time"),
        *("time estimate", "estimated time", "original estimate", "estimate hours", "effort hours"),
    ),
    "priority": ("priority", "importance", "urgency", "moscow"),
    "value": ("value", "business value"),
    "labels": ("labels", "tags", "label", "tag"),
    "components": ("component", "components", "area", "module"),
    "skill": ("skill", "skills", "discipline", "role", "competence", "function"),
    "due": ("due", "due date", "deadline", "target date", "end date", "finish date"),
    "parent": ("parent", "parent id", "parent task", "parent issue", "parent key"),
    "theme": ("theme", "epic", "project", "initiative", "milestone", "goal", "epic name"),
    "waits_for": ("depends on", "dependencies", "blocked by", "predecessors", "predecessor", "waits for"),
    "holds_up": ("blocks", "blocking", "successors", "successor"),
    "sprint": ("sprint", "iteration", "cycle"),
}


def read(rows: Rows, findings: Findings) -> Export:
    """Read the rows of a table; columns with unknown names are noted."""
    table = Table(rows, findings)
    known = {*TITLE, *(name for names in COLUMNS.values() for name in names), "description", "notes", "body"}
    for name in table.names:
        if name and name not in known:
            findings.guess(None, f"column {name[:80]!r}", "we do not know what it means: not used")
    issues = [issue for row in table if (issue := _issue(table, row, findings))]
    return Export("table", tuple(issues), len(rows.rows))


def _issue(table: Table, row: Row, findings: Findings) -> Issue | None:
    title = clean(table.cell(row, *TITLE), 500)
    if not title:
        findings.not_used(row.number, "a row without a title", "not an item")
        return None
    kind, status = table.cell(row, *COLUMNS["kind"]), table.cell(row, *COLUMNS["status"])
    standing = table.standing(row, status)
    value = number(table.cell(row, *COLUMNS["value"]))
    in_text = text_links(table.cell(row, "description", "notes", "body"))
    sprint = table.cell(row, *COLUMNS["sprint"])
    return Issue(
        row=row.number,
        key=table.cell(row, *COLUMNS["key"]) or f"row-{row.number}",
        title=title,
        kind=kind,
        standing=standing,
        ended=status if standing == "dropped" else "",
        container=is_container(kind),
        subtask=is_subtask(kind),
        parent=table.cell(row, *COLUMNS["parent"]),
        aliases=(title,),
        theme=table.cell(row, *COLUMNS["theme"]),
        waits_for=table.cells(row, *COLUMNS["waits_for"]) + in_text.waits_for,
        holds_up=table.cells(row, *COLUMNS["holds_up"]) + in_text.holds_up,
        points=table.points(row, *COLUMNS["points"]),
        hours=table.hours(row, "h", *COLUMNS["hours"]),
        value=value if value is not None and 0 <= value <= 1e9 else None,
        priority=table.cell(row, *COLUMNS["priority"]),
        people=table.people(row, *COLUMNS["people"]),
        skill=clean(table.cell(row, *COLUMNS["skill"]), 100),
        components=table.lists(row, *COLUMNS["components"]),
        labels=table.lists(row, *COLUMNS["labels"]),
        sprints=(sprint,) if sprint else (),
        due=table.date(row, *COLUMNS["due"]),
    )
