"""The plan as a table that Jira imports back: sprint, assignee and dates of the issues that are in the plan.

Jira asks for the summary of every issue it updates, so the titles go back as they came. A title that a spreadsheet
would take for a formula gets a blank in front, which Jira takes off again; an apostrophe would stay in it.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict

from models.plan import Plan, PlannedItem
from models.scenario import Scenario
from planner.report import roadmap, words

COLUMNS = ("Issue key", "Summary", "Sprint", "Assignee", "Start date", "Due date")
_FORMULA_STARTS = ("=", "+", "-", "@")


def text(plan: Plan, scenario: Scenario) -> str:
    """Write the items in the plan, a row each, dates as year-month-day (RFC 4180, CRLF)."""
    clock = roadmap.clock_of(scenario, plan)
    days = scenario.calendar.sprint_days
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in plan.selected:
        first = clock.weekdays[(item.sprint - 1) * days] if item.start is None else item.start.date()
        row = item.id, item.title or item.id, f"Sprint {item.sprint}", _assignee(item)
        writer.writerow([*map(_cell, row), first.isoformat(), roadmap.finished(clock, item).isoformat()])
    return target.getvalue()


def _assignee(item: PlannedItem) -> str:
    """Who does most of the item (of two alike the one who begins): an issue has one assignee."""
    efforts: defaultdict[str, float] = defaultdict(float)
    for task in item.tasks:
        efforts[task.specialist] += task.effort
    return max(efforts, key=lambda name: efforts[name], default="")


def _cell(cell: str) -> str:
    line = words.clean(cell)
    return f" {line}" if line.startswith(_FORMULA_STARTS) else line
