"""Energy in windows: redundant rows that turn the solver's bound from useless into tight.

Whoever does a task spends a least part of it inside any window of their own time; the sum over the window cannot
exceed its length. The least part is the smaller overlap of the left-most and the right-most placement (energetic
reasoning: Erschler and Lopez 1990; Baptiste, Le Pape and Nuijten, "Constraint-Based Scheduling", 2001, chapter 3).
"""

from __future__ import annotations

from collections.abc import Iterator

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from planner.instance import Choice, Instance
from planner.solve.variables import Variables

Row = tuple[tuple[tuple[int, int], ...], int]  # ((option, ticks), ...) <= length
MOST_ENDS = 40  # windows grow with the square of it; more ends proved little on 60 items and cost seconds on 500


def add_energy(model: CpModel, instance: Instance, variables: Variables) -> None:
    """For each specialist and window, the work that must fall inside fits inside."""
    for who in range(len(instance.specialists)):
        options: list[tuple[Choice, IntVar]] = [
            (option.choice, option.assigned)
            for taken in variables.options
            for option in taken
            if option.choice.specialist == who
        ]
        for terms, length in windows([choice for choice, _ in options]):
            literals = [options[index][1] for index, _ in terms]
            model.add(LinearExpr.weighted_sum(literals, [ticks for _, ticks in terms]) <= length)


def windows(choices: list[Choice]) -> list[Row]:
    """Rows (option and least ticks inside, ...) <= length, for the windows that can bind; dominated ones are gone."""
    starts = _spread(sorted({choice.earliest for choice in choices}))
    ends = _spread(sorted({choice.latest for choice in choices}, reverse=True))
    rows = [row for row in _rows(choices, starts, ends) if sum(ticks for _, ticks in row[0]) > row[1]]
    return _undominated(rows)


def _spread(ends: list[int]) -> list[int]:
    """Keep the first, the last and an even choice of what lies between."""
    if len(ends) <= MOST_ENDS:
        return ends
    step = (len(ends) - 1) / (MOST_ENDS - 1)
    return [ends[round(index * step)] for index in range(MOST_ENDS)]


def _rows(choices: list[Choice], starts: list[int], ends: list[int]) -> Iterator[Row]:
    for start in starts:
        for end in ends:
            if end <= start:
                break
            terms = tuple(
                (index, ticks)
                for index, choice in enumerate(choices)
                if (ticks := least_inside(choice, start, end)) > 0
            )
            yield terms, end - start


def least_inside(choice: Choice, start: int, end: int) -> int:
    """Ticks of the task that must lie in [start, end), wherever it is placed in its own window."""
    left = min(choice.earliest + choice.duration, end) - max(choice.earliest, start)
    right = min(choice.latest, end) - max(choice.latest - choice.duration, start)
    return min(left, right)


def _undominated(rows: list[Row]) -> list[Row]:
    """Drop rows with the terms of a shorter window, or fewer of them for the same length."""
    tightest: dict[tuple[tuple[int, int], ...], int] = {}
    for terms, length in rows:
        tightest[terms] = min(length, tightest.get(terms, length))
    kept: list[Row] = []
    for terms, length in sorted(tightest.items(), key=lambda row: (row[1], -sum(t for _, t in row[0]), row[0])):
        loads = dict(terms)
        if not any(other <= length and _covers(dict(more), loads) for more, other in kept[-20:]):
            kept.append((terms, length))
    return kept


def _covers(more: dict[int, int], less: dict[int, int]) -> bool:
    return all(more.get(index, 0) >= ticks for index, ticks in less.items())
