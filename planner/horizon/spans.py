"""Items that may be cut at sprint ends, as columns and rows of a program: how much of each lies in which sprint."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from planner.horizon.data import FINE
from planner.horizon.part import Expression, merged
from planner.horizon.placement import Cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planner.horizon.data import Item
    from planner.horizon.program import Program

STARTED = 0.01  # hours (or points) that lie at least in an item's first sprint, to be sure that rounding leaves some
LEAST_SHARE = 0.0001  # what the rules ask for


def add_spans(program: Program) -> None:
    """The work of an item that may be cut lies in sprints up to its last, all of it, and in as many as it needs."""
    for index in program.part.choices:
        if program.horizon.items[index].spans:
            _Span(program, index).add()


class _Span:
    """The work of one item under construction."""

    def __init__(self, program: Program, index: int) -> None:
        self.program = program
        self.index = index
        self.item = program.horizon.items[index]
        self.choices = program.part.choices[index]
        released = next((k for k in program.horizon.work_sprints(self.item) if k >= program.horizon.detailed), 0)
        # Of each piece the columns of its work by block; a sprint to the tick takes the item only whole.
        self.blocks = [
            block
            for block, (first, last) in enumerate(program.part.sprints)
            if first >= program.horizon.detailed and last >= released and first <= self.choices[-1]
        ]
        self.work = [self._columns(piece.effort / 100) for piece in self.item.pieces]
        program.work[index] = [dict(zip(self.blocks, columns, strict=True)) for columns in self.work]

    def _columns(self, effort: float) -> list[int]:
        return [self.program.lp.column(effort) for _ in self.blocks]

    def add(self) -> None:
        """Add its rows."""
        for piece, columns in zip(self.item.pieces, self.work, strict=True):
            effort = piece.effort / 100
            self._all_of_it(effort, columns)
            self._not_when_done(effort, columns)
            self._after_dependencies(effort, columns)
        if all(first == last for first, last in self.program.part.sprints):
            self._long_enough()

    def _late(self, factor: float) -> Expression:
        """Whether the item is finished in a sprint to capacity, times a factor."""
        detailed = sum(sprint < self.program.horizon.detailed for sprint in self.choices)
        terms = [(self.program.first[self.index] + len(self.choices) - 1, factor)]
        if detailed:
            terms.append((self.program.first[self.index] + detailed - 1, -factor))
        return terms if detailed < len(self.choices) else []

    def _all_of_it(self, effort: float, columns: list[int]) -> None:
        terms = [(column, 1.0) for column in columns]
        self.program.lp.row([*terms, *self._late(-effort)], least=0.0, most=0.0)

    def _not_when_done(self, effort: float, columns: list[int]) -> None:
        """In a block lies nothing of an item that was finished before it."""
        last = self.program.first[self.index] + len(self.choices) - 1
        for block, column in zip(self.blocks, columns, strict=True):
            before = self.program.done_by(self.index, self.program.part.sprints[block][0] - 1)
            terms: Expression = [(column, 1.0), (last, -effort)]
            if before is not False:
                self.program.lp.row(merged([*terms, (int(before), effort)]), most=0.0)

    def _after_dependencies(self, effort: float, columns: list[int]) -> None:
        """Nothing lies in a sprint that comes too early after what the item depends on."""
        links = [[(before, offset)] for before, offset in self.item.requires]
        if self.item.any_of is not None:
            links.append(list(self.item.any_of))
        for options in links:
            for place, block in enumerate(self.blocks):
                end = self.program.part.sprints[block][1]
                done = [self.program.done_by(before, end - offset) for before, offset in options]
                if any(one is True for one in done):
                    break
                so_far = [(column, 1.0) for column in columns[: place + 1]]
                self.program.lp.row([*so_far, *((one, -effort) for one in done if one is not False)], most=0.0)

    def _long_enough(self) -> None:
        """Some work lies so many sprints before the last as the item needs to the tick."""
        least = LEAST_SHARE if self.program.proving else min(STARTED, self.item.effort / 100)
        for place, sprint in enumerate(self.choices):
            begin = sprint - self.item.cover[self.item.sprints.index(sprint)] + 1
            if begin == sprint:
                continue
            early = [
                column
                for columns in self.work
                for block, column in zip(self.blocks, columns, strict=True)
                if self.program.part.sprints[block][0] <= begin
            ]
            placed = self.program.placed(self.index, place, -least)
            self.program.lp.row([*((column, 1.0) for column in early), *placed], least=0.0)


def cut_of(program: Program, index: int, sprint: int, columns: NDArray[np.float64]) -> int:
    """Where the work of an item lies that is finished in a sprint."""
    item, begins = program.horizon.items[index], program.part.sprints
    if sprint < program.horizon.detailed:
        return sprint
    every = program.work[index]
    return cut(item, sprint, [{begins[b][0]: float(columns[work[b]]) for b in sorted(work)} for work in every])


def cut(item: Item, last: int, work: Sequence[Mapping[int, float]]) -> int:
    """Cut an item that is finished in a sprint: earlier tasks in earlier sprints.

    Parameters
    ----------
    work
        Of each piece how much of it lies in which sprint, ascending, in any unit.
    """
    parts: dict[int, dict[int, int]] = {}
    for piece, amounts in zip(item.pieces, work, strict=True):
        ends = list(accumulate(max(0.0, amount) for amount in amounts.values()))
        total = FINE * piece.effort
        borders = [round(total * end / ends[-1]) if ends[-1] else total for end in ends]
        done = 0
        for task, effort in piece.tasks:
            until = done + FINE * effort
            before = 0
            for sprint, border in zip(amounts, borders, strict=True):
                amount = min(until, border) - max(done, before)
                if amount > 0:
                    parts.setdefault(sprint, {})[task] = amount
                before = border
            done = until
    return last if parts.keys() <= {last} else Cut(last, parts)
