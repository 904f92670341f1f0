"""What the ways to do a task cost from each start, compiled (``alone.py``).

There are thousands of short rows for each set of prices, where calls take longer than sums. Import it only where it is
used: it loads the compiler.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.solve.arrays import Floats, Ints
from planner.solve.moves import compiled

if TYPE_CHECKING:
    from planner.solve.alone import Way

# Columns of the ways of a task: specialist, first own tick among those of all specialists, length, first of its starts.
WHO, BEGIN, DURATION, STARTS = range(4)


class Table(NamedTuple):
    """The ways of a task one behind the other: the first parameters of ``costs``."""

    ways: Ints
    hundredths: Floats
    starts: Ints
    finishes: Ints


def table_of(ways: Sequence[Way], first: Ints) -> Table:
    """Lay ways out, given where the own ticks of each specialist begin among those of all."""
    none = np.zeros(0, dtype=np.int64)
    places = np.cumsum([0] + [len(way.starts) for way in ways])
    rows = [(way.who, first[way.who] + way.earliest, way.duration) for way in ways] + [(0, 0, 0)]
    return Table(
        np.column_stack([np.array(rows, dtype=np.int64), places]),
        np.array([way.cost for way in ways]),
        np.concatenate([none, *(way.starts for way in ways)]),
        np.concatenate([none, *(way.finishes for way in ways)]),
    )


@compiled
def costs(
    ways: Ints,
    hundredths: Floats,
    starts: Ints,
    finishes: Ints,
    spent: Floats,
    limits: Floats,
    at_starts: Floats,
    at_finishes: Floats,
    at: Floats,
    by: Floats,
    by_start: Floats,
) -> None:
    """Write down what each start costs, and the least of those that finish at each tick and by each tick.

    Parameters
    ----------
    ways
        One row a way, and one that ends the last.
    hundredths
        What each way takes of a specialist's limit.
    spent
        What the ticks before each own tick cost together, of all specialists one behind the other.
    at_starts, at_finishes
        What else a start and a finish at each tick cost.
    at, by, by_start
        The answers.
    """
    at[:] = math.inf
    for way in range(len(ways) - 1):
        duration = ways[way, DURATION]
        own = ways[way, BEGIN]
        limit = limits[ways[way, WHO]] * hundredths[way]
        for place in range(ways[way, STARTS], ways[way + 1, STARTS]):
            cost = spent[own + duration] - spent[own] + limit
            cost += at_starts[starts[place]] + at_finishes[finishes[place]]
            by_start[place] = cost
            at[finishes[place]] = min(at[finishes[place]], cost)
            own += 1
    least = math.inf
    for tick in range(len(at)):
        least = min(least, at[tick])
        by[tick] = least
