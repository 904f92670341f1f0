"""The part of `sprintplan check` that is about the backlog as such."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.check import Findings
from planner.health.blocking import Blocking
from planner.health.invest import Letter
from planner.report import words
from planner.report.console import FAINT, bullet, pairs, section

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

SHOWN = 10
LETTERS: dict[Letter, str] = {
    "independent": "Not independent",
    "valuable": "Without value",
    "estimable": "Without an estimate",
    "small": "Too big",
    "testable": "Without acceptance criteria",
}


def parts(findings: Findings) -> Iterator[RenderableType]:
    """Say how ready and how well cut the backlog is, what is there twice, what will block, and what is what."""
    health = findings.health
    yield from ("", section("Backlog health"))
    yield pairs(_figures(findings))
    for letter, heading in LETTERS.items():
        hints = [hint for hint in health.hints if hint.letter == letter]
        if letter == "small":
            yield from (_point(f"{heading}: {hint.item}. {hint.text}") for hint in hints[:SHOWN])
            yield from _more(len(hints) - SHOWN, "more too big")
        elif hints:
            yield _point(f"{heading}: {_named([hint.item for hint in hints])}.")
    for pair in health.duplicates[:SHOWN]:
        yield _point(f"Perhaps the same: {pair.first} and {pair.second} ({pair.alike} % alike).")
    yield from _more(len(health.duplicates) - SHOWN, "more pairs that are perhaps the same")
    yield from (_point(_blocking(one)) for one in health.blocking[:SHOWN])
    yield from _more(len(health.blocking) - SHOWN, "more chains that may block")
    for name, others in list(health.outside.items())[:SHOWN]:
        yield _point(f"{name} waits for {', '.join(others)}, not in the backlog: another team's?")
    yield from _more(len(health.outside) - SHOWN, "more that wait for something outside the backlog")


def _figures(findings: Findings) -> Iterator[tuple[str, RenderableType]]:
    health = findings.health
    ready = health.readiness
    if ready.items:
        yield "Intake", f"{words.percent(float(ready.completeness))} complete{_gaps(findings)}"
        yield "Ready", f"{words.percent(float(ready.ready))} of {words.counted(ready.items, 'item')} ready to work"
    if health.classes.quadrants:
        yield "Value", _grouped(health.classes.quadrants, ("quick win", "major project", "fill-in", "thankless task"))
        yield "Urgency", _grouped(health.classes.urgency, ("do first", "schedule", "fit in", "leave"))


def _gaps(findings: Findings) -> str:
    """Name the fields that are empty most often."""
    count: defaultdict[str, int] = defaultdict(int)
    for fields in findings.health.readiness.missing.values():
        for field in fields:
            count[field] += 1
    most = sorted(count.items(), key=lambda entry: (-entry[1], entry[0]))[:3]
    return f"; most often missing: {', '.join(f'{field} ({times})' for field, times in most)}" if most else ""


def _grouped(classes: Mapping[str, str], order: Sequence[str]) -> RenderableType:
    """Write each class with its items, a line each."""
    from rich.text import Text

    lines = []
    for kind in order:
        names = [name for name, own in classes.items() if own == kind]
        if names:
            lines.append(f"{kind} ({len(names)}): {_named(names)}")
    return Text("\n".join(words.clean(line) for line in lines))


def _blocking(one: Blocking) -> str:
    asked = "nobody there" if one.pressure is None else f"{words.percent(float(one.pressure))} of its hours asked for"
    hands = " → ".join(one.skills)
    return f"May block: {' → '.join(one.items)} passes through {hands}; {one.scarcest} is short ({asked})."


def _named(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _point(said: str) -> Table:
    from rich.text import Text

    return bullet(Text(words.clean(said)))


def _more(count: int, what: str) -> Iterator[RenderableType]:
    from rich.text import Text

    if count > 0:
        yield bullet(Text(f"and {count} {what}", FAINT))
