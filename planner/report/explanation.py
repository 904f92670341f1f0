"""An explanation as people read it in a terminal: why out, why in, what is short, what cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from models.explanation import CapacityPrice, Explanation, WhyIn, WhyOut
from planner.report import words
from planner.report.console import BAD, FAINT, GOOD, WARN, bullet, pairs, printed, section

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table


def text(explanation: Explanation, console: Console) -> str:
    """Write an explanation for people; see :func:`planner.report.table.text`."""
    return printed(console, _parts(explanation))


def _parts(explanation: Explanation) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(f"{words.clean(explanation.scenario) or 'Sprint'}: why this plan", "bold")
    yield ""
    yield pairs(_head(explanation))
    if explanation.left_out:
        yield from ("", section("Why out"))
        yield _entries(explanation.left_out)
    if explanation.selected:
        yield from ("", section("Why in, why then, why these people"))
        yield _entries(explanation.selected)
    if explanation.capacity:
        yield from ("", section(f"What more {explanation.unit} would bring"))
        yield _capacity(explanation.capacity)
    if explanation.absences:
        yield from ("", section("Who would be missed most"))
        yield from (_point(price.text) for price in explanation.absences)
    if explanation.deadlines:
        yield from ("", section("What deadlines cost"))
        yield from (_point(price.text) for price in explanation.deadlines)
    if explanation.notes:
        yield from ("", section("Notes"))
        yield from (_point(note) for note in explanation.notes)


def _head(explanation: Explanation) -> Iterator[tuple[str, RenderableType]]:
    from rich.text import Text

    if explanation.value is not None:
        proven = explanation.value == explanation.bound
        value = Text(words.number(explanation.value), "bold")
        value.append(
            "  no plan is worth more (proven)" if proven else f"  {_bound(explanation)}", GOOD if proven else WARN
        )
        yield "Value", value
        return
    yield "Plan", Text(no_plan(explanation), BAD)
    for conflict in explanation.conflicts:
        for demand in conflict.demands:
            yield "Demand", Text(words.clean(demand))
        for remedy in conflict.remedies:
            yield "Remedy", Text(words.clean(remedy.text), GOOD)


def _bound(explanation: Explanation) -> str:
    if explanation.bound is None:
        return "how far from the best is not known"
    return f"no plan is worth more than {words.number(explanation.bound)}"


def no_plan(explanation: Explanation) -> str:
    """Say that there is no plan, or that none is known."""
    if explanation.status == "unknown":
        return "No plan was found in the time given, so there is nothing to explain."
    return "No plan exists: these demands cannot hold together."


def _point(said: str) -> Table:
    from rich.text import Text

    return bullet(Text(words.clean(said)))


def _entries(entries: Sequence[WhyOut] | Sequence[WhyIn]) -> Table:
    """Set each item beside its sentences."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, max_width=16, overflow="ellipsis")
    table.add_column(ratio=1)
    for entry in entries:
        said = Text(words.clean(entry.title))
        why = entry.reason.text if isinstance(entry, WhyOut) else entry.text
        said.append(("\n" if said else "") + words.clean(why), FAINT)
        table.add_row(Text(words.clean(entry.id)), said)
    return table


def _capacity(rows: Sequence[CapacityPrice]) -> Table:
    """Give a row a specialist or skill, a column a step."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style=FAINT, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("")
    table.add_column("Has", justify="right", no_wrap=True)
    steps = sorted({step.hours for row in rows for step in row.marginal})
    for hours in steps:
        table.add_column(f"+{words.number(hours)}", justify="right", no_wrap=True)
    before: CapacityPrice | None = None
    for row in rows:
        if before is not None and before.skill is None and row.skill is not None:
            table.add_row("")
        gains = {step.hours: gain(step.value, proven=step.proven) for step in row.marginal}
        cells = [
            Text(gains.get(hours, ""), GOOD if gains.get(hours, "0") not in ("0", "") else FAINT) for hours in steps
        ]
        table.add_row(Text(words.clean(row.specialist or row.skill or "")), words.number(row.hours), *cells)
        before = row
    return table


def gain(value: float, *, proven: bool) -> str:
    """Write what a step brings; with a question mark where it was not settled."""
    amount = words.number(value)
    signed = f"+{amount}" if value > 0 and amount != "0" else amount
    return signed if proven else f"{signed}?"
