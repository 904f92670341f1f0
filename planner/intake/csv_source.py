"""Records of a text table: separator found, quotes kept to.

The csv module reads rather than pandas: rows longer than the header, row numbers and limits have to survive, and a
small table is read before pandas would have been imported.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Literal

from planner.errors import InputError
from planner.intake.text import decoded, read_bytes

MAX_BYTES = 200_000_000
MAX_FIELD = 1_000_000

_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_SAMPLE_SIGNS = 200_000
_LATER_HEADER = 0.5  # what a header is worth for each row that stands above it
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with its row number.

    Raises
    ------
    InputError
        If the file is missing, too large, no text, or its quotes are broken.
    """
    content = read_bytes(path, MAX_BYTES)
    if content.startswith(_WORKBOOKS):
        raise InputError(str(path), "this is a workbook, not text", "Name it .xlsx, or save it as CSV")
    text = decoded(content, str(path))
    del content
    csv.field_size_limit(MAX_FIELD)  # the whole process has one limit; it is always this one
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:  # Excel's own first line
        return _parsed(rest, first[4], str(path), above=1)
    return _parsed(text, _separator(text), str(path), above=0)


def _parsed(text: str, separator: str, place: str, above: int) -> Iterator[tuple[int, list[str]]]:
    number = above
    try:
        for record in _reader(text, separator, _quoting(text, separator)):
            number += 1
            yield number, record
    except csv.Error as error:
        raise InputError(f"{place}, row {number + 1}", *_in_words(str(error))) from None


def _reader(text: str, separator: str, quoting: Literal[0, 3]) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting, strict=True)


def _quoting(text: str, separator: str) -> Literal[0, 3]:
    """A tab-separated text that breaks the rules of quotes was written without them."""
    if separator == "\t":
        try:
            for _ in _reader(text, separator, csv.QUOTE_MINIMAL):
                pass
        except csv.Error:
            return csv.QUOTE_NONE
    return csv.QUOTE_MINIMAL


def _in_words(error: str) -> tuple[str, str]:
    if "unexpected end" in error:
        return "a quotation mark that opens in this row is never closed", 'Close it, or write it twice ("")'
    if "field larger" in error:
        return f"a cell has more than {MAX_FIELD:,} characters", "Close its quotation mark, or shorten it"
    return "text goes on after a closing quotation mark", 'Write a quotation mark inside a quoted cell twice ("")'


def _separator(text: str) -> str:
    """Choose what splits a header into most names that the rows below keep to.

    A first row that all others keep to is the header, whatever the cells below would split into otherwise.
    """
    widths = {separator: _widths(text, separator) for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda separator: _fit(widths[separator]))


def _widths(text: str, separator: str) -> list[int]:
    """Count the cells of the first rows that are not blank."""
    sample = text[:_SAMPLE_SIGNS]
    widths: list[int] = []
    with suppress(csv.Error):  # the sample ends inside a quoted cell, or this is not the separator
        widths.extend(len(record) for record in islice(_reader(sample, separator, 0), _SAMPLE_ROWS) if any(record))
    cut = len(text) > len(sample) and len(widths) > 1
    return widths[:-1] if cut else widths


def _fit(widths: list[int]) -> tuple[bool, float]:
    perfect = bool(widths) and 1 < widths[0] == min(widths)
    best = 0.0
    for above, width in enumerate(widths):
        below = widths[above + 1 :]
        share = sum(other >= width for other in below) / len(below) if below else 0.5
        best = max(best, (width > 1) * width * (0.1 + share) * _LATER_HEADER**above)
    return perfect, best
