"""Everybody's hours, as rows of a program.

Where effort may be split freely, one column of work for each pool, person and sprint is enough, instead of one for
each item. Windows inside a sprint are Hall's conditions on its stretches of days: what must lie between two cuts may
not be more than is given there. Sprints may be taken together in blocks, the earliest discount for all of a block and
the hours of all of it: a relaxation, so its bound holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.horizon.calendar import Stretches
from planner.horizon.data import Piece
from planner.horizon.part import Expression, merged
from planner.horizon.placement import loads_of

if TYPE_CHECKING:
    from planner.horizon.program import Program

ROUNDED = 0.5  # hundredths by which a sum may pass a limit that it is rounded to; in windows twice


@dataclass(frozen=True)
class _Windowed:
    """Work of one piece that must lie between two cuts: first and last stretch, its columns, and what stands still."""

    first: int
    last: int
    terms: Expression
    settled: float


def add_hours(program: Program, stretches: Stretches) -> None:
    """The work that each pool is asked for in a block is given by its people, within their hours."""
    asked = _asked(program)
    for block in range(len(program.part.sprints)):
        _Block(program, stretches, block).add(asked)


def _asked(program: Program) -> dict[tuple[int, int], Expression]:
    """What the free items ask of each (pool, block)."""
    asked: dict[tuple[int, int], Expression] = {}
    for index, choices in program.part.choices.items():
        item = program.horizon.items[index]
        for place, sprint in enumerate(choices):
            block = program.block_of(sprint)
            if block is None or (item.spans and sprint >= program.horizon.detailed):
                continue
            for piece in item.pieces:
                effort = _effort(program, piece, block)
                asked.setdefault((piece.pool, block), []).extend(program.placed(index, place, effort))
        for piece, work in zip(item.pieces, program.work.get(index, ()), strict=False):
            for block, column in work.items():
                asked.setdefault((piece.pool, block), []).append((column, 1.0))
    return asked


def _effort(program: Program, piece: Piece, block: int) -> float:
    """Effort of a piece; in a program that proves, what rounding can bring it down to in a sprint to the tick."""
    rounded = program.proving and program.part.sprints[block][0] < program.horizon.detailed
    return (piece.least if rounded else piece.effort) / 100


class _Block:
    """The hours of one block under construction."""

    def __init__(self, program: Program, stretches: Stretches, block: int) -> None:
        self.program = program
        self.stretches = stretches
        self.block = block
        self.first, self.last = program.part.sprints[block]
        self.windowed = self._windowed() if self.first == self.last else {}
        self.count = len(stretches.cuts[self.first]) - 1 if self.windowed else 1
        self.limits = program.horizon.limits[:, self.first : self.last + 1].sum(axis=1)
        # By specialist and stretch: hours taken of them.
        self.taken: list[list[Expression]] = [[[] for _ in range(self.count)] for _ in program.horizon.specialists]

    def add(self, asked: Mapping[tuple[int, int], Expression]) -> None:
        """Add the rows of all pools, then of all people."""
        for pool in range(len(self.program.horizon.pools)):
            load = float(self.program.part.load[pool, self.first : self.last + 1].sum()) / 100
            terms = asked.get((pool, self.block), [])
            if not terms and not load:
                continue
            given = self._given(pool)
            every = [(column, -1.0) for columns in given for column in columns]
            self.program.pool_rows[pool, self.block] = self.program.lp.rows
            self.program.lp.row([*merged(terms), *every], most=-load)
            self._add_windows(self.windowed.get(pool, []), given)
        self._add_limits()

    def _given(self, pool: int) -> list[list[int]]:
        """Columns of what the pool's people give, by stretch."""
        given: list[list[int]] = [[] for _ in range(self.count)]
        for who, proficiency in self.program.horizon.pools[pool].members:
            level = float(proficiency)
            most = float(self.limits[who]) / 100 * level
            for stretch in range(self.count) if most else ():
                column = self.program.lp.column(most)
                given[stretch].append(column)
                self.taken[who][stretch].append((column, 1 / level))
        return given

    def _add_limits(self) -> None:
        """Nobody gives more than their hours, in all and in each stretch."""
        slack = ROUNDED * self.program.proving
        hours = self.stretches.hours(self.first) if self.windowed else None
        for who, by_stretch in enumerate(self.taken):
            terms = [term for own in by_stretch for term in own]
            if not terms:
                continue
            self.program.lp.row(terms, most=(float(self.limits[who]) + slack * (self.last - self.first + 1)) / 100)
            for stretch, own in enumerate(by_stretch) if hours is not None else ():
                there = float(hours[who][stretch]) if hours is not None else 0.0
                self.program.lp.row(own, most=(there + 2 * slack) / 100)

    def _windowed(self) -> dict[int, list[_Windowed]]:
        """Work that must lie between two cuts of the sprint, by pool."""
        found: dict[int, list[_Windowed]] = {}
        for index in self.stretches.windowed[self.first]:
            first, last = self.stretches.window(self.program.horizon.items[index], self.first)
            for pool, terms, settled in self._asked_by(index):
                found.setdefault(pool, []).append(_Windowed(first, last, terms, settled))
        return found

    def _asked_by(self, index: int) -> Iterator[tuple[int, Expression, float]]:
        """What an item asks of each pool in this sprint: of the free ones as columns, else as hours."""
        program, item = self.program, self.program.horizon.items[index]
        choices = program.part.choices.get(index)
        if choices is None:
            for pool, sprint, effort in loads_of(item, program.part.at[index]):
                if sprint == self.first:
                    yield pool, [], effort / 100
        elif item.spans and self.first >= program.horizon.detailed:
            for piece, work in zip(item.pieces, program.work[index], strict=True):
                if self.block in work:
                    yield piece.pool, [(work[self.block], 1.0)], 0.0
        elif self.first in choices:
            for piece in item.pieces:
                effort = _effort(program, piece, self.block)
                yield piece.pool, program.placed(index, choices.index(self.first), effort), 0.0

    def _add_windows(self, windowed: list[_Windowed], given: list[list[int]]) -> None:
        """What must lie between two cuts is at most what the pool gives there (Hall's condition)."""
        ranges = {(one.first, other.last) for one in windowed for other in windowed if one.first <= other.last}
        for a, b in sorted(ranges - {(0, len(given) - 1)}):
            inside = [one for one in windowed if a <= one.first and one.last <= b]
            if inside:
                terms = [term for one in inside for term in one.terms]
                columns = [(column, -1.0) for stretch in range(a, b + 1) for column in given[stretch]]
                self.program.lp.row([*merged(terms), *columns], most=-math.fsum(one.settled for one in inside))
