"""The plan as a workbook (xlsx): numbers are numbers, dates are dates, shares are percentages, no text is a formula.

Times are the plan's local times without an offset, as spreadsheets know them. The same plan gives the same bytes.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from models.plan import Plan, PlannedItem
from models.scenario import Scenario
from planner.report import roadmap, words

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.styles import Alignment
    from openpyxl.worksheet.worksheet import Worksheet

Value = str | float | int | datetime.date | datetime.datetime | None
AMOUNT, PART, DAY, TIME, TEXT = "General", "0 %", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@"
LONGEST_TEXT = 32_767  # signs in a cell; Excel refuses a file with more
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the first moment a zip archive can name


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its head, how wide it is (in signs), how its numbers are shown."""

    head: str
    width: int
    shown: str = TEXT


ITEM = (Column("#", 5, "0"), Column("Item", 14), Column("Title", 48), Column("Type", 20), Column("Theme", 18))
SPRINT = (
    *ITEM,
    Column("Sprint", 8, "0"),
    Column("Value", 9, AMOUNT),
    Column("Benefit", 9, AMOUNT),
    Column("Effort", 9, AMOUNT),
    Column("Estimate", 10),
    Column("Who", 26),
    Column("Start", 17, TIME),
    Column("Finish", 17, TIME),
    Column("Due", 12, DAY),
    Column("Deadline", 12, DAY),
)
TASKS = (
    Column("#", 5, "0"),
    Column("Item", 14),
    Column("Title", 48),
    Column("Task", 10),
    Column("Skill", 16),
    Column("Specialist", 20),
    Column("Effort", 9, AMOUNT),
    Column("Start", 17, TIME),
    Column("Finish", 17, TIME),
    Column("Sprint", 8, "0"),
)
CAPACITY = (
    Column("Specialist", 24),
    Column("Sprint", 8, "0"),
    Column("Available", 11, AMOUNT),
    Column("Planned", 11, AMOUNT),
    Column("Free", 11, AMOUNT),
    Column("Used", 9, PART),
)
LEFT_OUT = (
    *ITEM[1:],
    Column("Value", 9, AMOUNT),
    Column("Benefit", 9, AMOUNT),
    Column("Reason", 14),
    Column("Why", 90),
    Column("Proven", 8),
)
SPRINTS = (
    Column("Sprint", 8, "0"),
    Column("From", 12, DAY),
    Column("To", 12, DAY),
    Column("Items", 8, "0"),
    Column("Benefit", 11, AMOUNT),
    Column("Planned", 11, AMOUNT),
    Column("Available", 11, AMOUNT),
    Column("Used", 9, PART),
)
ABOUT = (Column("What", 18), Column("Content", 100))


def content(plan: Plan, scenario: Scenario) -> bytes:
    """Write a plan as a workbook: Sprint, Tasks, Capacity, Left out, About, and Sprints where there are several."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    facts = {item.id: (item.type, item.theme) for item in scenario.backlog}
    _sheet(book.create_sheet("Sprint"), SPRINT, _sprint(plan, scenario))
    _sheet(book.create_sheet("Tasks"), TASKS, _tasks(plan))
    if scenario.calendar.sprints > 1:
        _sheet(book.create_sheet("Sprints"), SPRINTS, _sprints(plan, scenario))
    _sheet(book.create_sheet("Capacity"), CAPACITY, _capacity(plan))
    _sheet(book.create_sheet("Left out"), LEFT_OUT, _left_out(plan, facts))
    _sheet(book.create_sheet("About"), ABOUT, _about(plan))
    book.properties.title = _text(plan.scenario or "Sprint")
    book.properties.creator = "sprintplan"
    book.properties.created = _utc(plan.created)
    target = io.BytesIO()
    book.save(target)
    return _repeatable(target.getvalue(), plan.created)


def _sprint(plan: Plan, scenario: Scenario) -> Iterator[tuple[Value, ...]]:
    written = {item.id: item for item in scenario.backlog}
    for item in plan.selected:
        own = written[item.id]
        yield (
            item.rank,
            item.id,
            item.title,
            own.type,
            own.theme,
            item.sprint,
            item.value,
            item.benefit,
            _effort(item),
            item.estimate,
            ", ".join(words.people(item)) or "nobody (milestone)",
            _wall(item.start),
            _wall(item.finish),
            own.due.date if own.due else None,
            own.deadline,
        )


def _effort(item: PlannedItem) -> float:
    return round(sum(task.effort for task in item.tasks), 2)


def _tasks(plan: Plan) -> Iterator[tuple[Value, ...]]:
    for item in plan.selected:
        for task in item.tasks:
            who = task.specialist
            span = _wall(task.start), _wall(task.finish)
            yield (
                item.rank,
                item.id,
                item.title,
                task.id,
                task.skill,
                who,
                task.effort,
                *span,
                task.sprint or item.sprint,
            )


def _sprints(plan: Plan, scenario: Scenario) -> Iterator[tuple[Value, ...]]:
    for number, period in enumerate(roadmap.sprints(scenario, plan), 1):
        used = period.planned / period.available if period.available else None
        amounts = round(period.value, 6), round(period.planned, 2), round(period.available, 2)
        yield number, period.first, period.last, period.items, *amounts, used


def _capacity(plan: Plan) -> Iterator[tuple[Value, ...]]:
    for row in plan.capacity:
        free = round(row.available - row.planned, 2)
        yield row.specialist, row.sprint, row.available, row.planned, free, row.utilisation


def _left_out(plan: Plan, facts: dict[str, tuple[str | None, str | None]]) -> Iterator[tuple[Value, ...]]:
    for item in plan.left_out:
        why = item.reason
        proven = "yes" if why.proven else "no"
        yield item.id, item.title, *facts[item.id], item.value, item.benefit, why.code, why.text, proven


def _about(plan: Plan) -> Iterator[tuple[Value, ...]]:
    yield "Plan", plan.scenario
    if plan.value is None:
        yield "Status", "No plan exists" if plan.status == "infeasible" else "No plan was found in the time given"
    else:
        yield "Value", plan.value
        yield "Bound", plan.bound
        yield "Quality", words.quality(plan)
        yield "In all", words.totals(plan)
    yield "First day", plan.start
    yield "Unit", plan.unit
    yield "Time zone", plan.timezone
    yield "Made", _wall(plan.created)
    for use in plan.shares:
        yield f"Share: {use.name}", words.share(use)
    if plan.conflict is not None:
        yield from (("Demand", demand) for demand in plan.conflict.demands)
        yield from (("Remedy", remedy) for remedy in plan.conflict.remedies)
    yield from (("Note", note) for note in plan.notes)


# -- cells -----------------------------------------------------------------------------------------------------------


def _sheet(sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
    """Fill a sheet: heads that stay in view, columns that can be filtered."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    for place, column in enumerate(columns, 1):
        head = sheet.cell(1, place)
        _put(head, column.head, TEXT)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="FFE3E8EE")
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    count = 1
    for count, row in enumerate(rows, 2):
        for place, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            if value is not None:
                _put(sheet.cell(count, place), value, column.shown)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _put(cell: Cell | MergedCell, value: Value, shown: str) -> None:
    """Fill a cell; a text is one whatever it begins with, and stays one when somebody edits it."""
    if not isinstance(value, str):
        cell.value = value
        natural = TIME if isinstance(value, datetime.datetime) else DAY if isinstance(value, datetime.date) else AMOUNT
        cell.number_format = natural if shown == TEXT else shown
        cell.alignment = _alignment(left=shown == TEXT, wrapped=False)
        return
    cell.value = _text(value)
    cell.data_type = "s"
    cell.quotePrefix = cell.value[:1] in {"=", "+", "-", "@", "'"}
    cell.alignment = _alignment(left=False, wrapped=True)


@cache
def _alignment(*, left: bool, wrapped: bool) -> Alignment:
    """One object for all cells alike: openpyxl looks each new one up among all styles."""
    from openpyxl.styles import Alignment

    return Alignment(vertical="top", horizontal="left" if left else None, wrap_text=wrapped or None)


def _text(text: str) -> str:
    """Put a text on one line, without the signs that XML refuses, no longer than a cell may be."""
    line = words.clean(text)
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1] + "…"


def _wall(moment: datetime.datetime | None) -> datetime.datetime | None:
    """Local time without its offset, in whole seconds: workbooks know no time zones."""
    return None if moment is None else moment.replace(tzinfo=None)


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(datetime.UTC).replace(tzinfo=None)


def _repeatable(written: bytes, created: datetime.datetime) -> bytes:
    """Take out when the file was written: openpyxl notes it in the properties and in the archive."""
    target = io.BytesIO()
    stamp = f"{_utc(created):%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(io.BytesIO(written)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            content = source.read(name)
            kept.writestr(entry, _MODIFIED.sub(rb"\g<1>" + stamp, content) if name == "docProps/core.xml" else content)
    return target.getvalue()
