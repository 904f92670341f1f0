"""The plan as a table for spreadsheets: a row a task of each item in the sprint, then a row an item left out.

Amounts of an item (value, benefit) stand in its first row only, so that sums of a column are right.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator

from models.plan import LeftOutItem, Plan, PlannedItem, PlannedTask

COLUMNS = (
    "in_sprint",
    "rank",
    "sprint",
    "item",
    "title",
    "value",
    "benefit",
    "estimate",
    "item_start",
    "item_finish",
    "task",
    "skill",
    "specialist",
    "effort",
    "start",
    "finish",
    "reason",
    "reason_text",
    "proven",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def text(plan: Plan) -> str:
    """Write a plan as RFC 4180 CSV, with a header row and CRLF.

    Times are local to the plan's time zone, without offset, as spreadsheets read them. A text that a spreadsheet
    would take for a formula begins with an apostrophe.
    """
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for item in plan.selected:
        writer.writerows(_planned(item))
    writer.writerows(map(_left_out, plan.left_out))
    return target.getvalue()


def _planned(item: PlannedItem) -> Iterator[dict[str, str]]:
    """One row a task; a milestone has one row without a task."""
    every_row = {
        "in_sprint": "yes",
        "rank": str(item.rank),
        "sprint": str(item.sprint),
        "item": safe(item.id),
        "title": safe(item.title),
        "estimate": item.estimate,
        "item_start": _local(item.start),
        "item_finish": _local(item.finish),
    }
    amounts = {"value": _amount(item.value), "benefit": _amount(item.benefit)}
    if not item.tasks:
        yield every_row | amounts
    for place, task in enumerate(item.tasks):
        yield every_row | (amounts if place == 0 else {}) | _task(task)


def _task(task: PlannedTask) -> dict[str, str]:
    return {
        "task": safe(task.id),
        "skill": safe(task.skill or ""),
        "specialist": safe(task.specialist),
        "effort": _amount(task.effort),
        "start": _local(task.start),
        "finish": _local(task.finish),
    }


def _left_out(item: LeftOutItem) -> dict[str, str]:
    return {
        "in_sprint": "no",
        "item": safe(item.id),
        "title": safe(item.title),
        "value": _amount(item.value),
        "benefit": _amount(item.benefit),
        "reason": item.reason.code,
        "reason_text": safe(item.reason.text),
        "proven": "yes" if item.reason.proven else "no",
    }


def _amount(amount: float) -> str:
    """Write a number in full, whole ones without a decimal point."""
    return str(int(amount)) if amount.is_integer() else repr(amount)


def _local(moment: datetime.datetime | None) -> str:
    if moment is None:
        return ""
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"


def safe(cell: str) -> str:
    """No cell is a formula, and none carries control characters (line breaks and tabs stay)."""
    printable = "".join(sign for sign in cell if sign >= " " or sign in "\n\t\r")
    return "'" + printable if printable.startswith(_FORMULA_STARTS) else printable
