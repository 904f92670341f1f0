"""Backlog tables: one row per item, columns named like the item's keys (design.md section 6).

Besides them ``effort:SKILL`` columns are tasks chained from left to right, ``score:NAME`` (or just the name of a known
score) are scores, and ``due_cost`` is the cost of each working day late.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from models.item import Item
from planner.errors import InputError
from planner.intake import cells
from planner.intake.cells import CellError, nearest
from planner.intake.messages import in_words
from planner.intake.rows import Row, Rows
from planner.intake.table_writer import unprotected
from planner.intake.work_text import read_work

SCORES = (
    *("business", "customer", "urgency", "risk", "complexity", "strategic_fit", "unlocks"),
    *("time_criticality", "risk_reduction", "reach", "impact", "confidence"),
)
_ALIASES = {"due_date": "due", "dependencies": "depends_on", "any": "any_of"}
_TYPO = 0.8  # this alike and the column was probably meant; less alike and it is somebody's own


def _dependencies(text: str) -> list[dict[str, object]]:
    return [cells.dependency(entry) for entry in cells.entries(text)]


def _criteria(text: str) -> list[str]:
    """Acceptance criteria are sentences: a comma does not end them."""
    return [cells.name(entry) for entry in cells.entries(text, ";\n")]


_READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("value", "effort", "remaining", "due_cost"), cells.number),
    **dict.fromkeys(("milestone", "must", "may_span", "ready"), cells.flag),
    **dict.fromkeys(("release", "deadline", "due"), cells.date),
    **dict.fromkeys(("depends_on", "any_of"), _dependencies),
    "status": cells.status,
    "work": read_work,
    "acceptance": _criteria,
}
_FIELDS = (*(name for name in Item.model_fields if name != "scores"), "due_cost")


@dataclass(frozen=True)
class Column:
    """A column of the table that is used.

    Attributes
    ----------
    place
        0-based, in the table.
    title
        As it stands in the header.
    kind
        A key of the item, ``effort:`` or ``score:``.
    name
        The skill or score of the latter two.
    """

    place: int
    title: str
    kind: str
    name: str = ""


@dataclass(frozen=True)
class TableItems:
    """The items of a table, the row of each, and what was not used."""

    items: tuple[Item, ...]
    numbers: tuple[int, ...]
    notes: tuple[str, ...]


def table_items(rows: Rows) -> TableItems:
    """Read the items of a backlog table.

    Raises
    ------
    InputError
        With row and column, if a cell says nothing an item can be; for a column that is probably misspelt; for an id
        that is missing or used twice.
    """
    columns, notes = _columns(rows)
    items = tuple(_item(row, columns, rows) for row in rows.rows)
    title = next(column.title for column in columns if column.kind == "id")
    first: dict[str, int] = {}
    for item, row in zip(items, rows.rows, strict=True):
        if item.id in first:
            place = f"{rows.name}, row {row.number}, column {title}"
            raise InputError(place, f"the id {item.id!r} is also in row {first[item.id]}", "Give each item its own id")
        first[item.id] = row.number
    return TableItems(items, tuple(row.number for row in rows.rows), notes)


# Columns --------------------------------------------------------------------------------------------------------------


def _columns(rows: Rows) -> tuple[list[Column], tuple[str, ...]]:
    columns: list[Column] = []
    unused: list[str] = []
    for place, title in enumerate(rows.header):
        column = _column(place, title)
        if column is None:
            _refuse_typo(rows, title)
            unused.append(title or f"{place + 1} (without a name)")
            continue
        twin = next((c for c in columns if (c.kind, c.name) == (column.kind, column.name)), None)
        if twin is not None:
            cause = f"the columns {twin.title!r} and {title!r} mean the same"
            raise InputError(f"{rows.name}, header", cause, "Keep one of them")
        columns.append(column)
    if not any(column.kind == "id" for column in columns):
        cause = f"there is no column `id` among {', '.join(rows.header[:8])}"
        remedy = "Name the column with the ids `id`; an export of a tracker goes through `sprintplan import`"
        raise InputError(f"{rows.name}, header", cause, remedy)
    return columns, (f"{rows.name}: columns not used: {', '.join(unused)}",) if unused else ()


def _column(place: int, title: str) -> Column | None:
    prefix, colon, name = title.partition(":")
    if colon and _bare(prefix) in {"effort", "score"} and name.strip():
        return Column(place, title, f"{_bare(prefix)}:", name.strip())
    bare = _ALIASES.get(_bare(title), _bare(title))
    if bare in _FIELDS:
        return Column(place, title, bare)
    return Column(place, title, "score:", bare) if bare in SCORES else None


def _bare(title: str) -> str:
    """Case, blanks, dashes and underscores do not matter: ``Depends on`` is ``depends_on``."""
    return re.sub(r"[\s_-]+", "_", title.strip().casefold())


def _refuse_typo(rows: Rows, title: str) -> None:
    meant = nearest(_bare(title), (*_FIELDS, *SCORES), _TYPO) if title else None
    if meant is not None:
        remedy = f"Did you mean {meant!r}? If it is something else, give it another name or delete it"
        raise InputError(f"{rows.name}, header", f"unknown column {title!r}", remedy)


# Rows -----------------------------------------------------------------------------------------------------------------


def _item(row: Row, columns: Sequence[Column], rows: Rows) -> Item:
    if len(row.cells) > len(rows.header):
        cause = f"the row has {len(row.cells)} cells, the header {len(rows.header)}"
        raise InputError(f"{rows.name}, row {row.number}", cause, "Put cells that contain the separator in quotes")
    entries = _entries(row, columns, rows.name)
    if "id" not in entries:
        raise InputError(f"{rows.name}, row {row.number}", "the row has no id", "Give it one, or delete the row")
    try:
        return Item.model_validate(entries)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise InputError(_place(row, columns, rows.name, problem["loc"]), *in_words(problem, entries, Item)) from None


def _entries(row: Row, columns: Sequence[Column], name: str) -> dict[str, Any]:
    """What the cells of a row say, by the keys of the item."""
    entries: dict[str, Any] = {}
    chained: list[dict[str, Any]] = []
    for column in columns:
        text = unprotected(row.cells[column.place])
        if not text:
            continue
        try:
            if column.kind == "effort:":
                chained.append({"skill": column.name, "effort": cells.number(text)})
            elif column.kind == "score:":
                entries.setdefault("scores", {})[column.name] = cells.number(text)
            else:
                entries[column.kind] = _READERS.get(column.kind, str)(text)
        except CellError as error:
            raise InputError(f"{name}, row {row.number}, column {column.title}", error.cause, error.remedy) from None
    if chained and "work" in entries:
        place = f"{name}, row {row.number}"
        raise InputError(place, "tasks in `work` and in `effort:` columns", "Give the tasks in one of them")
    if chained:
        entries["work"] = chained
    return _with_due_cost(entries, _place(row, columns, name, ("due_cost",)))


def _with_due_cost(entries: dict[str, Any], place: str) -> dict[str, Any]:
    cost = entries.pop("due_cost", None)
    if cost is not None and "due" not in entries:
        raise InputError(place, "a cost of being late without a due date", "Fill the column `due`")
    if "due" in entries:
        entries["due"] = {"date": entries["due"], "cost_per_day": cost or 0.0}
    return entries


def _place(row: Row, columns: Sequence[Column], name: str, loc: Sequence[str | int]) -> str:
    """Row, and the column that a place in the item came from."""
    place = f"{name}, row {row.number}"
    titles = [column.title for column in columns if loc and _came_from(column, row, loc)]
    return f"{place}, column {titles[0]}" if titles else place


def _came_from(column: Column, row: Row, loc: Sequence[str | int]) -> bool:
    if not row.cells[column.place]:
        return False
    if column.kind == "effort:":
        return loc[0] == "work"
    if column.kind == "score:":
        return loc[0] == "scores" and column.name in loc
    return column.kind == ("due_cost" if "cost_per_day" in loc else loc[0])
