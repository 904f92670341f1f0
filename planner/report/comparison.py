"""Variants beside their base: what `compare` and `sweep` show, as a table, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.comparison import Compared, Pareto, SweepComparison, VariantComparison
from models.plan import Plan
from planner.report import words
from planner.report.console import BAD, FAINT, WARN, bullet, printed, section
from planner.report.csv_report import safe
from planner.report.markdown import escaped

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

BASE = "base"
SHOWN_IDS = 12
HEADS = ("Variant", "Value", "", "Quality", "Items", "", "Used", "Cost", "Value/cost", "Front")
COLUMNS = (
    "group",
    "name",
    "status",
    "value",
    "bound",
    "gap",
    "delta_value",
    "proven",
    "items",
    "added",
    "dropped",
    "moved",
    "churn",
    "utilisation",
    "added_hours",
    "cost",
    "added_cost",
    "value_per_added_cost",
    "break_even_rate",
    "front_value_cost",
    "front_value_churn",
)


@dataclass(frozen=True)
class Group:
    """The base and what stands beside it: all variants, or the points of one sweep."""

    name: str
    base: Plan
    base_cost: float | None
    results: Sequence[Compared]
    pareto: Pareto
    not_planned: Sequence[str]


def groups(comparison: VariantComparison | SweepComparison) -> list[Group]:
    """Cut a comparison into what is shown together."""
    if isinstance(comparison, VariantComparison):
        base, cost = comparison.base, comparison.base_cost
        return [Group("Variants", base, cost, comparison.variants, comparison.pareto, comparison.not_planned)]
    return [
        Group(sweep.name, comparison.base, comparison.base_cost, sweep.points, sweep.pareto, sweep.not_planned)
        for sweep in comparison.sweeps
    ]


def as_json(comparison: VariantComparison | SweepComparison) -> str:
    """Write everything, the plans too (design.md section 8)."""
    return comparison.model_dump_json(indent=2) + "\n"


# -- figures in words ------------------------------------------------------------------------------------------------


def used(plan: Plan) -> float:
    """Part of all hours available that is planned."""
    available = sum(row.available for row in plan.capacity)
    return sum(row.planned for row in plan.capacity) / available if available else 0.0


def signed(amount: float) -> str:
    """Write a difference with its sign."""
    return f"{'+' if amount > 0 else '−' if amount < 0 else '±'}{words.number(abs(amount))}"


def _quality(plan: Plan) -> str:
    if plan.status == "infeasible":
        return "no plan exists"
    if plan.value is None:
        return "no plan found"
    if plan.status == "optimal" or plan.gap == 0:
        return "proven optimal"
    return f"gap {words.percent_up(plan.gap)}" if plan.gap is not None else f"bound {words.number(plan.bound or 0)}"


def _front(pareto: Pareto, name: str) -> str:
    marks = ["cost"] if pareto.value_and_cost and name in pareto.value_and_cost else []
    return ", ".join([*marks, *(["churn"] if name in pareto.value_and_churn else [])])


def _cells(group: Group) -> Iterator[tuple[str, ...]]:
    base = group.base
    value = "" if base.value is None else words.number(base.value)
    costs = group.base_cost is not None or group.pareto.value_and_cost is not None
    cost = "" if group.base_cost is None else words.number(group.base_cost)
    head = (BASE, value, "", _quality(base), str(len(base.selected)), "")
    yield (*head, words.percent(used(base)), cost, "", _front(group.pareto, BASE))
    for result in group.results:
        plan, delta = result.plan, result.delta
        yield (
            words.clean(result.name),
            "" if plan.value is None else words.number(plan.value),
            "" if delta.value is None else signed(delta.value) + ("" if result.proven else " ?"),
            _quality(plan),
            f"+{len(delta.added)}",
            f"−{len(delta.dropped)}",
            words.percent(used(plan)),
            "" if delta.cost is None or not costs else signed(delta.cost),
            "" if delta.value_per_cost is None else f"{delta.value_per_cost:.3g}",
            _front(group.pareto, result.name),
        )


def _ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - SHOWN_IDS} more" if len(ids) > SHOWN_IDS else ""
    return ", ".join(words.clean(name) for name in ids[:SHOWN_IDS]) + more


def changed(result: Compared) -> str:
    """Say which items come in and go out, and how much else moves."""
    delta = result.delta
    parts = [f"in {_ids(delta.added)}"] if delta.added else []
    parts += [f"out {_ids(delta.dropped)}"] if delta.dropped else []
    parts += [f"{words.counted(len(delta.moved), 'other')} moved"] if delta.moved else []
    return "; ".join(parts) if parts else "the same items"


def worth(result: Compared) -> str:
    """Say whether what a variant costs is worth it; empty where it costs nothing more."""
    delta = result.delta
    if delta.cost is None or delta.cost <= 0 or delta.value is None:
        return ""
    cost = words.number(delta.cost)
    if delta.value <= 0:
        return f"{cost} more, and no more value: not worth it"
    point = words.number(delta.cost / delta.value)
    said = f"{words.number(delta.value)} more value for {cost}: worth it if a point of value is worth {point} or more"
    if delta.break_even_rate is None:
        return said
    rate = words.number(delta.cost / delta.hours)
    even = words.number(delta.break_even_rate)
    return f"{said}; at {even} an hour it would be as good value for money as the base (it is {rate})"


def _uncertain(group: Group) -> list[str]:
    return [words.clean(result.name) for result in group.results if not result.proven]


def notes(group: Group) -> list[str]:
    """What a reader must know about all of them."""
    unsure, missing = _uncertain(group), [words.clean(name) for name in group.not_planned]
    told = [f"? Not planned, because it was stopped before: {_ids(missing)}."] if missing else []
    if unsure:
        told.append(
            f"? The order of the values is not certain for {_ids(unsure)}: a longer --time-limit may settle it."
        )
    return told or ["The order of the values is proven."]


# -- table -----------------------------------------------------------------------------------------------------------


def text(comparison: VariantComparison | SweepComparison, console: Console) -> str:
    """Write a comparison for people."""
    return printed(console, _parts(comparison))


def _parts(comparison: VariantComparison | SweepComparison) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(f"{words.clean(comparison.base.scenario) or 'Sprint'}: what if", "bold")
    for group in groups(comparison):
        yield from ("", section(words.clean(group.name)))
        yield _table(group)
        yield ""
        for result in group.results:
            line = Text(f"{words.clean(result.name)}: ", "bold")
            line.append(changed(result), "not bold")
            if said := worth(result):
                line.append(f". {said[:1].upper()}{said[1:]}", "not bold")
            yield bullet(line)
        for note in notes(group):
            yield bullet(Text(note, WARN if note.startswith("?") else FAINT))


def _table(group: Group) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    rows = list(_cells(group))
    kept = [place for place in range(len(HEADS)) if place <= 1 or any(row[place] for row in rows)]
    table = Table.grid(padding=(0, 2, 0, 0))
    for place in kept:
        table.add_column(
            justify="left" if place in (0, 3, 9) else "right", overflow="fold" if place == 0 else "ellipsis"
        )
    table.add_row(*(Text(HEADS[place], FAINT) for place in kept))
    for row in rows:
        table.add_row(*(Text(row[place], BAD if row[place] == "no plan exists" else "") for place in kept))
    return table


# -- Markdown and CSV ------------------------------------------------------------------------------------------------


def as_markdown(comparison: VariantComparison | SweepComparison) -> str:
    """Write a comparison as GitHub-flavoured Markdown, to paste into a wiki or a ticket."""
    return "\n".join(_lines(comparison)) + "\n"


def _lines(comparison: VariantComparison | SweepComparison) -> Iterator[str]:
    yield f"# {escaped(comparison.base.scenario) or 'Sprint'}: what if"
    for group in groups(comparison):
        yield from ("", f"## {escaped(group.name)}", "")
        heads = [head or "Change" for head in HEADS]
        yield _row(heads)
        yield "|" + "|".join("---" if place in (0, 3, 9) else "---:" for place in range(len(HEADS))) + "|"
        for cells in _cells(group):
            yield _row(map(escaped, cells))
        yield ""
        for result in group.results:
            said = worth(result)
            yield f"- **{escaped(result.name)}**: {escaped(changed(result))}" + (f". {said}" if said else "")
        yield from (f"- {escaped(note)}" for note in notes(group))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def as_csv(comparison: VariantComparison | SweepComparison) -> str:
    """Write a row a plan, for spreadsheets (RFC 4180, CRLF)."""
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for group in groups(comparison):
        writer.writerow(_plan_row(group, BASE, group.base, group.base_cost))
        for result in group.results:
            delta = result.delta
            total = None if delta.cost is None else (group.base_cost or 0) + delta.cost
            writer.writerow(
                _plan_row(group, result.name, result.plan, total)
                | {
                    "delta_value": _amount(delta.value),
                    "proven": "yes" if result.proven else "no",
                    "added": safe(" ".join(delta.added)),
                    "dropped": safe(" ".join(delta.dropped)),
                    "moved": safe(" ".join(delta.moved)),
                    "churn": str(delta.churn),
                    "added_hours": _amount(delta.hours),
                    "added_cost": _amount(delta.cost),
                    "value_per_added_cost": _amount(delta.value_per_cost),
                    "break_even_rate": _amount(delta.break_even_rate),
                }
            )
    return target.getvalue()


def _plan_row(group: Group, name: str, plan: Plan, cost: float | None) -> dict[str, str]:
    fronts = (group.pareto.value_and_cost or (), group.pareto.value_and_churn)
    return {
        "group": safe(group.name),
        "name": safe(name),
        "status": plan.status,
        "value": _amount(plan.value),
        "bound": _amount(plan.bound),
        "gap": _amount(plan.gap),
        "items": str(len(plan.selected)),
        "utilisation": _amount(round(used(plan), 4)),
        "cost": _amount(cost),
        "front_value_cost": "yes" if name in fronts[0] else "no",
        "front_value_churn": "yes" if name in fronts[1] else "no",
    }


def _amount(amount: float | None) -> str:
    """Write a number in full, whole ones without a decimal point."""
    if amount is None:
        return ""
    return str(int(amount)) if amount.is_integer() else repr(amount)
