"""Items as a table that the reader takes back unchanged: one row per item, only the columns somebody fills."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from models.item import Item
from planner.errors import InputError
from planner.intake.cells import dependency_text, entry_text, number_text
from planner.intake.work_text import work_text

_FORMULA = re.compile(r"'*[=+\-@]")  # what a spreadsheet would run, with any apostrophes a text already has in front


def write_table(items: Sequence[Item], path: Path) -> None:
    """Write a backlog table (CSV, UTF-8) that loads to equal items; the file appears whole or not at all.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, which the reader takes off again.
    Empty texts read back as absent.
    """
    columns = [(title, cell) for title, cell in _columns(items) if title in {"id", "title"} or any(map(cell, items))]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([title for title, _ in columns])
    writer.writerows([protected(cell(item)) for _, cell in columns] for item in items)
    write_whole(path, out.getvalue())


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside the file, then rename: nobody ever sees half of it.

    Raises
    ------
    InputError
        If the place cannot be written to.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(str(path), f"the file cannot be written: {error.strerror}", "Name another place") from None
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def protected(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unprotected(text: str) -> str:
    """Take the apostrophe of :func:`protected` off again."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


Column = tuple[str, Callable[[Item], str]]


def _columns(items: Sequence[Item]) -> list[Column]:
    scores = sorted({name for item in items for name in item.scores})
    return [
        ("id", lambda item: item.id),
        ("title", lambda item: item.title),
        ("type", lambda item: item.type or ""),
        ("value", lambda item: _amount(item.value)),
        *(_score(name) for name in scores),
        ("priority", lambda item: item.priority or ""),
        ("effort", lambda item: _amount(item.effort)),
        ("skill", lambda item: item.skill or ""),
        ("work", lambda item: "" if item.work is None else work_text(item.work)),
        ("milestone", lambda item: "yes" if item.milestone else ""),
        ("depends_on", lambda item: ", ".join(map(dependency_text, item.depends_on))),
        ("any_of", lambda item: ", ".join(map(dependency_text, item.any_of))),
        ("release", lambda item: str(item.release or "")),
        ("deadline", lambda item: str(item.deadline or "")),
        ("due", lambda item: str(item.due.date) if item.due else ""),
        ("due_cost", lambda item: number_text(item.due.cost_per_day) if item.due and item.due.cost_per_day else ""),
        ("must", lambda item: "yes" if item.must else ""),
        ("theme", lambda item: item.theme or ""),
        ("exclusive", lambda item: item.exclusive or ""),
        ("together", lambda item: item.together or ""),
        ("status", lambda item: "" if item.status == "todo" else item.status),
        ("remaining", lambda item: _amount(item.remaining)),
        ("assignee", lambda item: item.assignee or ""),
        ("objective", lambda item: item.objective or ""),
        ("audience", lambda item: item.audience or ""),
        ("owner", lambda item: item.owner or ""),
        ("acceptance", lambda item: "; ".join(entry_text(entry, ";\n") for entry in item.acceptance)),
        ("measurement", lambda item: item.measurement or ""),
        ("ready", lambda item: "" if item.ready is None else ("yes" if item.ready else "no")),
    ]


def _score(name: str) -> Column:
    return f"score:{name}", lambda item: _amount(item.scores.get(name))


def _amount(amount: float | None) -> str:
    return "" if amount is None else number_text(amount)
