"""An explanation as a Markdown page, to paste into a wiki or a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from models.explanation import CapacityPrice, Explanation
from planner.report import words
from planner.report.explanation import gain, no_plan
from planner.report.markdown import escaped, table


def text(explanation: Explanation) -> str:
    """Write an explanation as GitHub-flavoured Markdown."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    yield f"# {escaped(explanation.scenario) or 'Sprint'}: why this plan"
    yield ""
    yield from _head(explanation)
    if explanation.left_out:
        rows = ((entry.id, entry.title, entry.reason.text) for entry in explanation.left_out)
        yield from table("Why out", ("Item", "Title", "Why"), rows)
    if explanation.selected:
        chosen = ((entry.id, entry.title, entry.text) for entry in explanation.selected)
        yield from table("Why in, why then, why these people", ("Item", "Title", "Why"), chosen)
    if explanation.capacity:
        yield from _capacity(explanation.capacity, explanation.unit)
    yield from _list("Who would be missed most", (price.text for price in explanation.absences))
    yield from _list("What deadlines cost", (price.text for price in explanation.deadlines))
    yield from _list("Notes", explanation.notes)


def _head(explanation: Explanation) -> Iterator[str]:
    if explanation.value is not None:
        bound = "" if explanation.bound is None else f"; no plan is worth more than {words.number(explanation.bound)}"
        yield f"- **Value {words.number(explanation.value)}**{bound}"
        return
    yield f"**{no_plan(explanation)}**"
    for conflict in explanation.conflicts:
        yield from ("", *(f"- {escaped(demand)}" for demand in conflict.demands))
        yield from ("", "What would help:", "", *(f"- {escaped(remedy.text)}" for remedy in conflict.remedies))


def _capacity(rows: tuple[CapacityPrice, ...], unit: str) -> Iterator[str]:
    steps = sorted({step.hours for row in rows for step in row.marginal})
    header = ("Who or what", "Has", *(f"+{words.number(hours)}" for hours in steps))
    yield from table(f"What more {unit} would bring", header, (_cells(row, steps) for row in rows))


def _cells(row: CapacityPrice, steps: list[float]) -> tuple[str, ...]:
    gains = {step.hours: gain(step.value, proven=step.proven) for step in row.marginal}
    name = row.specialist or row.skill or ""
    return name, words.number(row.hours), *(gains.get(hours, "") for hours in steps)


def _list(title: str, points: Iterable[str]) -> Iterator[str]:
    said = [f"- {escaped(point)}" for point in points]
    if said:
        yield from ("", f"## {title}", "", *said)
