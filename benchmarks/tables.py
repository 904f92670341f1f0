"""What the runs of one backlog mean beside each other, and one table a suite: medians and worst."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from benchmarks.best_known import Best
from benchmarks.parameters import WITHIN
from benchmarks.runs import Run


@dataclass(frozen=True)
class Compared:
    """A run beside the others on the same backlog.

    Attributes
    ----------
    over_list
        Value over list scheduling's, less 1.
    over_others
        Value over the best of all other contestants at the end of their longest run, less 1.
    under_best
        Part of the best known value that the plan falls short of.
    within
        Seconds until within these parts of the best known value (``parameters.WITHIN``), None if never.
    """

    run: Run
    best: Best
    over_list: float | None
    over_others: float | None
    under_best: float | None
    within: tuple[float | None, ...]

    def as_json(self) -> dict[str, object]:
        """All figures of it."""
        return {
            **asdict(self.run),
            "gap": self.run.gap,
            "best_known": asdict(self.best),
            "over_list": self.over_list,
            "over_others": self.over_others,
            "under_best": self.under_best,
            "seconds_within": {f"{part:.0%}": when for part, when in zip(WITHIN, self.within, strict=True)},
        }


def compare(runs: Sequence[Run], best: Best) -> list[Compared]:
    """Set the runs of one backlog beside each other."""
    return [_compared(run, runs, best) for run in runs]


def _compared(run: Run, runs: Sequence[Run], best: Best) -> Compared:
    listed = [other.value for other in runs if other.contestant == "list"]
    others = [other.value for other in runs if other.contestant != run.contestant and other.value is not None]
    under = _over(run.value, best.value)
    return Compared(
        run=run,
        best=best,
        over_list=_over(run.value, listed[0] if listed else None),
        over_others=_over(run.value, max(others, default=None)),
        under_best=None if under is None else max(0.0, -under),
        within=tuple(None if best.value is None else run.within(part, best.value) for part in WITHIN),
    )


def _over(value: float | None, base: float | None) -> float | None:
    return None if value is None or base is None or base <= 0 else value / base - 1


# -- tables ----------------------------------------------------------------------------------------------------

Column = tuple[str, Callable[[Sequence[Compared]], str]]
LEGEND = (
    "Each figure: median / worst. under best: part of the best known value missing. to x %: seconds until within x %\n"
    "of it (runs that got there). over list, over others: value against list scheduling, the best of the others.\n"
    "seconds: the whole contest, wall clock. processor: seconds it had of all cores together; on a machine that does\n"
    "other work that is less than it could have had. GB: peak of the process."
)


def table(compared: Sequence[Compared]) -> str:
    """One suite: a row for each contestant and limit; where features are off, for each of those."""
    groups: dict[tuple[str, str, float], list[Compared]] = {}
    for one in compared:
        groups.setdefault((one.run.off or "", one.run.contestant, one.run.limit), []).append(one)
    features = any(off for off, *_ in groups)
    rows = [[*(["without"] if features else []), "contestant", "limit", *(head for head, _ in COLUMNS)]]
    for (off, contestant, _), members in groups.items():
        name = [off or "(all on)"] if features else []
        rows.append([*name, contestant, members[0].run.allowed, *(figure(members) for _, figure in COLUMNS)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _two(
    figure: Callable[[Compared], float | None], form: str, worst: Callable[[Iterable[float]], float] = max
) -> Callable[[Sequence[Compared]], str]:
    """Median and worst of what is known."""

    def text(members: Sequence[Compared]) -> str:
        known = [value for value in map(figure, members) if value is not None]
        return f"{statistics.median(known):{form}} / {worst(known):{form}}" if known else "-"

    return text


def _within(index: int) -> Callable[[Sequence[Compared]], str]:
    def text(members: Sequence[Compared]) -> str:
        known = [when for one in members if (when := one.within[index]) is not None]
        return f"{statistics.median(known):.2g} / {max(known):.2g} ({len(known)})" if known else "never"

    return text


def _plans(members: Sequence[Compared]) -> str:
    return f"{sum(one.run.value is not None for one in members)} of {len(members)}"


def _proven(members: Sequence[Compared]) -> str:
    return f"{sum(one.run.proven for one in members)} of {len(members)}"


COLUMNS: tuple[Column, ...] = (
    ("plans", _plans),
    ("proven", _proven),
    ("gap", _two(lambda one: one.run.gap, ".1%")),
    ("under best", _two(lambda one: one.under_best, ".1%")),
    *((f"to {part:.0%}", _within(index)) for index, part in enumerate(WITHIN)),
    ("over list", _two(lambda one: one.over_list, "+.0%", min)),
    ("over others", _two(lambda one: one.over_others, "+.1%", min)),
    ("seconds", _two(lambda one: one.run.seconds, ".2f")),
    ("processor", _two(lambda one: one.run.cpu_seconds, ".1f")),
    ("GB", _two(lambda one: one.run.memory_gb, ".2f")),
)
