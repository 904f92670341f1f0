"""What an import says about itself: counts, every row not used, every link not kept, every guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.intake.trackers.issue import Entry


@dataclass(frozen=True)
class ImportReport:
    """The outcome of an import; every row read is an item, a task or in ``unused``.

    Attributes
    ----------
    tracker
        Name of the tracker, for people.
    source, folder
        The export, and where the files are.
    rows, items, tasks
        Rows read; items of the backlog, milestones included; tasks made from sub-tasks.
    unused
        Rows that are neither, with the reason.
    links
        Links that do not order the backlog, with the reason.
    guesses
        What the export did not say.
    """

    tracker: str
    source: str
    folder: Path
    rows: int
    items: int
    tasks: int
    unused: tuple[Entry, ...]
    links: tuple[Entry, ...]
    guesses: tuple[Entry, ...]

    def lines(self) -> list[str]:
        """Sum it up for people: what was written, and the commonest reasons."""
        head = f"{self.tracker}: {self.rows:,} rows read, {self.items:,} items"
        head += f" with {self.tasks:,} sub-tasks" if self.tasks else ""
        lines = [head]
        for kind, entries in (
            ("rows not used", self.unused),
            ("links not kept", self.links),
            ("guesses", self.guesses),
        ):
            lines.append(f"{len(entries):,} {kind}{':' if entries else ''}")
            lines += [f"  {count:,} × {reason}" for reason, count in _common(entries)]
        lines.append(f"Wrote {self.folder / 'scenario.yaml'} and backlog.csv; import-report.md lists every case")
        return lines

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def markdown(self) -> str:
        """The whole report as a page."""
        return "\n".join([*self._page(), ""])

    def _page(self) -> Iterator[str]:
        yield f"# Import of {Path(self.source).name}"
        yield ""
        yield f"{self.tracker}, {self.rows:,} rows: {self.items:,} items, {self.tasks:,} tasks from sub-tasks, "
        yield f"{len(self.unused):,} rows not used."
        yield from _table("Rows not used", self.unused, "Every row is an item or a task of one.")
        yield from _table("Links not kept", self.links, "Every link orders the backlog.")
        yield from _table("Guesses", self.guesses, "None.")


def _common(entries: Sequence[Entry]) -> list[tuple[str, int]]:
    """Return the commonest reasons, without the names in them; the rest are in the report."""
    counts = Counter(_general(entry.reason) for entry in entries)
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    rest = sum(count for _, count in ordered[8:])
    return ordered[:8] + ([("other reasons", rest)] if rest else [])


def _general(reason: str) -> str:
    return reason.partition(": ")[0].partition(" (")[0]


def _table(title: str, entries: Sequence[Entry], none: str) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    if not entries:
        yield none
        return
    yield "| row | what | why |"
    yield "|---:|---|---|"
    for entry in entries:
        yield f"| {entry.row or ''} | {_cell(entry.what)} | {_cell(entry.reason)} |"


def _cell(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`")
    return " ".join(safe.split())
