"""A program of a roadmap in other columns, for branch and cut: "placed in sprint k" instead of "done by sprint k".

What is done by a sprint was placed in one of the sprints up to it, so either says the same, and without whole numbers
proves the same. But in the first form a sprint's hours stand against differences of columns, where HiGHS sees no
knapsacks: its covers (Gu, Nemhauser and Savelsbergh 1998, doi:10.1287/ijoc.10.4.427), its cliques and its own search
for plans are much better in the second.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from planner.solve.linear import LinearProgram

NOTHING = 1e-12  # of a factor: what is left of two that cancel out


class Placed:
    """One program in these columns; those that belong to no item stay what they are.

    Parameters
    ----------
    runs
        First column of each item and how many it has; they follow one another in the order of their sprints, none is
        above the next.
    """

    def __init__(self, done: LinearProgram, runs: Iterable[tuple[int, int]]) -> None:
        count = len(done.gain)
        self._first = np.arange(count)
        self._last = np.arange(count)
        for first, length in runs:
            self._first[first : first + length] = first
            self._last[first : first + length] = first + length - 1
        self.program = LinearProgram()
        self._add_columns(done)
        self._add_rows(done)

    def _add_columns(self, done: LinearProgram) -> None:
        so_far = np.append(0.0, np.cumsum(done.gain))
        for column, end in enumerate(self._last.tolist()):
            alone = self._first[column] == end
            gain = done.gain[column] if alone else float(so_far[end + 1] - so_far[column])
            lowest = done.lowest[column] if alone else 0.0
            self.program.column(done.highest[column], lowest=lowest, gain=gain, whole=done.whole[column])
        for first, last in sorted(set(zip(self._first.tolist(), self._last.tolist(), strict=True))):
            if first < last:
                terms = [(column, 1.0) for column in range(first, last + 1)]
                self.program.row(terms, least=done.lowest[last], most=done.highest[last])

    def _add_rows(self, done: LinearProgram) -> None:
        """Add every row, "done by" as the sum of the columns up to it; those that now hold anyway are left out."""
        rows, columns, factors = done.entries()
        lengths = columns - self._first[columns] + 1
        # Each entry once for every column from its item's first to its own.
        ends = np.cumsum(lengths)
        places = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths)
        keys = np.repeat(rows * len(self._first) + self._first[columns], lengths) + places
        unique, where = np.unique(keys, return_inverse=True)
        wide = np.repeat(factors, lengths)
        sums = np.bincount(where, weights=wide, minlength=len(unique)).astype(np.float64)
        sizes = np.bincount(where, weights=np.abs(wide), minlength=len(unique))
        kept = np.abs(sums) > NOTHING * sizes
        left = sums[kept]
        row_of, column_of = np.divmod(unique[kept], len(self._first))
        begins = np.searchsorted(row_of, np.arange(done.rows + 1))
        for row in range(done.rows):
            own = slice(begins[row], begins[row + 1])
            terms = list(zip(column_of[own].tolist(), left[own].tolist(), strict=True))
            least, most = done.least(row), done.most(row)
            if most >= 0.0 and least == -math.inf and all(factor <= 0.0 for _, factor in terms):
                continue  # columns are never below zero
            self.program.row(terms, least=least, most=most)

    def done(self, placed: NDArray[np.float64]) -> NDArray[np.float64]:
        """Translate a solution into the columns that there were."""
        so_far = np.cumsum(placed)
        before = np.append(0.0, so_far)[self._first]
        return np.where(self._last > self._first, so_far - before, placed)
