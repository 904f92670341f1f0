"""A tracker's table: cells by column name, with the readings all trackers share."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from planner.intake.rows import Row, Rows
from planner.intake.trackers.issue import Findings, Standing
from planner.intake.trackers.values import MAX_EFFORT, Dates, hours, listed, number, person
from planner.intake.trackers.words import standing_of


def column_name(header: str) -> str:
    """Case, spacing and Jira's ``Custom field (...)`` around a name do not make a different column."""
    name = " ".join(header.replace("_", " ").casefold().split())
    found = re.fullmatch(
        r"(?:custom field|benutzerdefiniertes feld|champs personnalisés|campo personalizado) \((.*)\)", name
    )
    return found[1].strip() if found else name


class Table:
    """Rows with cells by name; a name may stand for several columns, and a column may have several names."""

    def __init__(self, rows: Rows, findings: Findings) -> None:
        self.rows = rows
        self.findings = findings
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, header in enumerate(rows.header):
            self._places[column_name(header)].append(place)
        self._dates: Dates | None = None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows.rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Distinct column names, from left to right."""
        return tuple(self._places)

    def has(self, *names: str) -> bool:
        """Whether any of the columns is there."""
        return any(name in self._places for name in names)

    def cell(self, row: Row, *names: str) -> str:
        """Return the first filled cell among the columns, in the order of the names."""
        return next(self._filled(row, names), "")

    def cells(self, row: Row, *names: str) -> tuple[str, ...]:
        """Return all filled cells of the columns, from left to right."""
        return tuple(self._filled(row, names))

    def _filled(self, row: Row, names: Iterable[str]) -> Iterator[str]:
        cells = row.cells
        return (cells[place] for name in names for place in self._places.get(name, ()) if cells[place])

    def lists(self, row: Row, *names: str) -> tuple[str, ...]:
        """Return the parts of all filled cells, each once."""
        return tuple(dict.fromkeys(part for cell in self._filled(row, names) for part in listed(cell)))

    def people(self, row: Row, *names: str) -> tuple[str, ...]:
        """Return the people named in the columns, each once."""
        cells = (part for cell in self._filled(row, names) for part in listed(cell))
        return tuple(dict.fromkeys(name for name in map(person, cells) if name))

    def points(self, row: Row, *names: str) -> float | None:
        """Return story points; what is no usable number is noted and left out."""
        text = self.cell(row, *names)
        return self._usable(row, text, number(text)) if text else None

    def hours(self, row: Row, bare: str, *names: str) -> float | None:
        """Return a time estimate in hours; ``bare`` is the unit of plain numbers."""
        text = self.cell(row, *names)
        return self._usable(row, text, hours(text, bare)) if text else None

    def _usable(self, row: Row, text: str, amount: float | None) -> float | None:
        if amount is not None and 0 <= amount <= MAX_EFFORT:
            return amount
        self.findings.guess(row.number, f"{text[:40]!r} as an estimate", "not a usable amount: taken as no estimate")
        return None

    def standing(self, row: Row, word: str) -> Standing:
        """Return where a status word leaves the issue; an unknown word is noted and means not started."""
        found = standing_of(word) if word else "todo"
        if found is None:
            self.findings.guess(row.number, f"status {word[:40]!r}", "unknown status: taken as not started")
        return found or "todo"

    def date(self, row: Row, *names: str) -> datetime.date | None:
        """Return a day; what is no date, or could be read in two ways, is noted."""
        text = self.cell(row, *names)
        if not text:
            return None
        day = self._reader().read(text)
        if day is None:
            self.findings.guess(row.number, f"{text[:40]!r} as a date", "not a date we can read: left out")
        elif self._reader().ambiguous(text):
            order = "the day" if self._reader().day_first else "the month"
            self.findings.guess(row.number, f"{text[:40]!r} as {day}", f"the first number is taken as {order}")
        return day

    def _reader(self) -> Dates:
        if self._dates is None:
            dated = [
                place
                for name in self.names
                if re.search(
                    r"\b(date|created|updated|resolved|changed|completed|due|started|at|modified)\b|datum", name
                )
                for place in self._places[name]
            ]
            self._dates = Dates(row.cells[place] for row in self.rows.rows for place in dated)
        return self._dates
