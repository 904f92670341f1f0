"""Tables as people save them (csv, tsv, txt, xlsx; any separator and encoding) as rows of text.

Every cell comes back trimmed under the row number that a spreadsheet shows, so that a message can point at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from planner.errors import InputError
from planner.intake.text import read_text

__all__ = ["TABLE_SUFFIXES", "Row", "Rows", "read_rows", "read_text"]

MAX_ROWS = 200_000
MAX_COLUMNS = 2_000
MAX_CELL = 1_000_000

TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")
_TOP_ROWS = 20  # the header is one of the first rows that are not blank


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as a spreadsheet shows it, and its cells, trimmed."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """A table: the header as it stands, and the rows below it that are not blank.

    Attributes
    ----------
    header
        Column names, the same name as often as it stands there.
    rows
        Each as long as the header or longer.
    name
        The file, for messages.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    name: str


def read_rows(path: Path) -> Rows:
    """Read a table file; what stands above the header (a title, an address) is left out.

    Raises
    ------
    InputError
        If the file is missing, too large, empty, not a table or broken.
    """
    suffix = path.suffix.lower()
    if suffix not in TABLE_SUFFIXES:
        remedy = f"Save it as {', '.join(TABLE_SUFFIXES[:-1])} or {TABLE_SUFFIXES[-1]}"
        raise InputError(str(path), f"{suffix or 'a name without ending'} is not a table format", remedy)
    if suffix == ".xlsx":
        from planner.intake.xlsx_source import records
    else:
        from planner.intake.csv_source import records
    return _table(_limited(records(path), str(path)), str(path))


def _limited(records: Iterable[tuple[int, list[str]]], place: str) -> Iterator[Row]:
    """Refuse what is beyond the limits, row by row: nothing more is read after it."""
    for count, (number, cells) in enumerate(_filled(records)):
        where = f"{place}, row {number}"
        if count > MAX_ROWS:
            raise InputError(where, f"the table has more than {MAX_ROWS:,} rows", "Leave out what is long finished")
        if len(cells) > MAX_COLUMNS:
            raise InputError(where, f"the table has more than {MAX_COLUMNS:,} columns", "Export fewer fields")
        if any(len(cell) > MAX_CELL for cell in cells):
            raise InputError(where, f"a cell has more than {MAX_CELL:,} characters", "Shorten it")
        yield Row(number, tuple(cells))


def _filled(records: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Trim cells, drop empty ones at the end, then blank records."""
    for number, record in records:
        cells = [cell.strip() for cell in record]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _table(rows: Iterator[Row], place: str) -> Rows:
    top = list(islice(rows, _TOP_ROWS))
    if not top:
        raise InputError(place, "the table is empty", "Write a row with the column names, then a row for each item")
    index = _header_index([row.cells for row in top])
    header = top[index].cells
    return Rows(header, tuple(_padded(row, len(header)) for row in (*top[index + 1 :], *rows)), place)


def _padded(row: Row, width: int) -> Row:
    missing = width - len(row.cells)
    return Row(row.number, row.cells + ("",) * missing) if missing > 0 else row


def _header_index(rows: list[tuple[str, ...]]) -> int:
    """Take the first row that fills more than half of what the fullest fills: a title above it fills a cell or two.

    The one fullest row does not count: it may be longer than the header.
    """
    filled = [sum(map(bool, row)) for row in rows]
    fullest = sorted(filled)[-2:][0]
    return next(index for index, count in enumerate(filled) if 2 * count > fullest)
