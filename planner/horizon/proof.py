"""The bound over many sprints: the linear relaxation with its prices and wishes, then branch and cut."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.horizon.lagrange import Prices
from planner.horizon.part import growing_blocks, whole_part
from planner.horizon.program import Program

if TYPE_CHECKING:
    from planner.horizon.search import Search

COLUMNS_TO_RELAX = 60_000  # beyond that later sprints are taken together: prices lose little, the program takes long
COLUMNS_TO_BRANCH = 60_000  # beyond that branch and cut on the whole program lowers no bound in minutes
SMALL = 1_000  # columns up to which branch and cut often settles the whole program
BRANCH_NODES = 2_000


class Proof:
    """The proof of one search, which is told of every better bound and of what was learnt on the way."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._program: Program

    @property
    def small(self) -> bool:
        """Whether branch and cut often settles the whole program."""
        return not self._search.merged and self._program.size[0] <= SMALL

    def relax(self) -> None:
        """Solve the linear relaxation: a bound, prices, and wishes."""
        search = self._search
        part = search.whole()
        if search.horizon.detailed:
            # What was reached to capacity may be too much to the tick; the bound must hold for the plan there is.
            later = {sprint: least for sprint, least in search.carried.items() if sprint >= search.horizon.detailed}
            part = replace(part, carried=later, shortfall=None)
        merged = growing_blocks(search.horizon, COLUMNS_TO_RELAX)
        search.merged = len(merged) < search.horizon.sprints
        if search.merged:
            part = replace(part, choices=whole_part(search.horizon, merged).choices, sprints=merged)
        program = self._program = Program(search.horizon, search.stretches, part, proving=True)
        answer = program.relax(search.limits.left, search.over)
        if answer.infeasible:
            search.ruled_out()
        if answer.bound is not None:
            search.proved(answer.bound)
        if answer.duals is not None and answer.columns is not None:
            duals = np.array(answer.duals)
            self._learn(program, duals, answer.columns)
            if search.merged:
                self._refine(program, duals)

    def _refine(self, program: Program, duals: NDArray[np.float64]) -> None:
        """Price every sprint by itself where the relaxation took some together."""
        search = self._search
        prices = Prices(program, duals)
        target = search.best.gain if search.best is not None else 0.0
        best = prices.improve(target, search.over, search.proved)
        search.prices, search.later = prices.split(best)[0], prices.later(best)
        search.wishes = [() if sprint is None else (sprint,) for sprint in prices.sprints_at(best)]

    def branch(self, seconds: float) -> None:
        """Branch and cut on the whole program, unless that is hopeless: a better bound, in small ones a plan."""
        search = self._search
        if search.over() or search.merged or self._program.size[0] > COLUMNS_TO_BRANCH:
            return
        limited = search.limits.work is not None
        solved = self._program.solve(
            math.inf if limited else seconds,
            search.over,
            nodes=BRANCH_NODES if limited else None,
            on_bound=search.proved,
            on_solution=None if limited else self._offer,
        )
        if solved.columns is not None:
            self._offer(solved.columns)
        if solved.bound is not None:
            search.proved(solved.bound)
        if solved.infeasible:
            search.ruled_out()

    def _offer(self, columns: NDArray[np.float64]) -> None:
        """A plan that branch and cut has found; once a sprint is settled it may be about something else."""
        if not self._search.closed:
            self._search.take(self._program.read(columns))

    def _learn(self, program: Program, duals: NDArray[np.float64], columns: NDArray[np.float64]) -> None:
        """Keep the prices of everybody's hours, and the sprints in which the relaxation wants each item."""
        search = self._search
        prices = np.zeros_like(search.prices)
        for (pool, block), row in program.pool_rows.items():
            first, last = program.part.sprints[block]
            prices[pool, first : last + 1] = max(0.0, duals[row]) / 100
        wishes: list[tuple[int, ...]] = []
        for index in range(len(search.horizon.items)):
            choices = program.part.choices[index]
            own = np.diff(columns[program.first[index] : program.first[index] + len(choices)], prepend=0.0)
            parts = tuple(sprint for sprint, part in zip(choices, own, strict=True) if part > 1e-6)
            whole = len(parts) == 1 and float(own.sum()) > 1 - 1e-6
            # What is cut in pieces is open, also whether it is in at all.
            wishes.append(parts if whole or not parts else (*parts, -1))
        search.prices, search.wishes = prices, wishes
        search.margins = None if search.merged else program.margins(duals)
