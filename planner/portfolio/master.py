"""The master problem: which known plan of each team, so that shared hours suffice, and what an hour is worth then.

Dantzig-Wolfe decomposition (1960, doi:10.1287/opre.8.1.101): the teams' plans are columns, shared hours and arcs are
rows; the rows' duals are the prices against which teams plan next.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.portfolio.group import Group
from planner.portfolio.model import BUCKETS, Prices, borders
from planner.solve.linear import LinearProgram, solve_relaxed, solve_whole
from planner.solve.solution import Solution

GOOD_PLANS = 5  # of each team, whose items are worth looking at
DEAR = 2.0  # an hour beyond what there is costs so many times what all plans' differences come to for an hour


@dataclass(frozen=True)
class Column:
    """A plan of a team, what it is worth, and what it takes of each row."""

    team: int
    plan: Solution
    worth: int
    takes: tuple[int, ...]

    @classmethod
    def of(cls, group: Group, team: int, plan: Solution) -> Column:
        """Look at a plan as a column."""
        hours = group.teams[team].hours(plan)
        takes = [hours.get(person, 0) for person in range(len(group.limits))]
        busy = group.teams[team].busy(plan)
        for person, length in enumerate(group.lengths):
            ends = [0, *borders(length), length]
            takes += [
                sum(max(0, min(start + ticks, last) - max(start, first)) for start, ticks in busy.get(person, ()))
                for first, last in itertools.pairwise(ends)
            ]
        for arc in group.arcs:
            waits = arc.after[0] == team and arc.after[1] in plan.items
            given = arc.before[0] == team and arc.before[1] in plan.items
            takes.append(int(waits) - int(given))
        return cls(team, plan, group.teams[team].worth(plan), tuple(takes))


def _left(column: Column, prices: Prices) -> int:
    return column.worth - sum(price * takes for price, takes in zip(prices.rows, column.takes, strict=True))


def paid(group: Group, team: int, plan: Solution, prices: Prices) -> int:
    """Return what a team pays for its plan."""
    column = Column.of(group, team, plan)
    return sum(price * takes for price, takes in zip(prices.rows, column.takes, strict=True))


class Master:
    """All columns so far."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.columns: list[Column] = []
        self._known: set[tuple[int, int, tuple[int, ...]]] = set()
        self._nothing = [team.worth(Solution({}, {})) for team in group.teams]
        ticks = [
            last - first
            for length in group.lengths
            for first, last in itertools.pairwise([0, *borders(length), length])
        ]
        self.most = (*group.limits, *ticks, *(0 for _ in group.arcs))

    def add(self, team: int, plan: Solution) -> Column:
        """Take a plan, unless one that is the same to the master is there already."""
        column = Column.of(self.group, team, plan)
        key = (team, column.worth, (*column.takes, *self._times(team, plan)))
        if key not in self._known:
            self._known.add(key)
            self.columns.append(column)
        return column

    def _times(self, team: int, plan: Solution) -> list[int]:
        busy = self.group.teams[team].busy(plan)
        return [tick for person in sorted(busy) for span in sorted(busy[person]) for tick in span]

    def _program(self, costs: Sequence[tuple[float, float]] | None = None, *, ticks: bool = True) -> LinearProgram:
        """Columns are scaled to moderate gains, and count from what a team is worth with nothing planned.

        Parameters
        ----------
        costs
            Of each row, in units of the objective: what one more than there is costs, and what one that is left is
            worth. With them there is always an answer.
        """
        program = LinearProgram()
        unit = self._unit
        for column in self.columns:
            program.column(1.0, gain=(column.worth - self._nothing[column.team]) / unit, whole=True)
        people = len(self.group.limits)
        more = [program.column(1e7, gain=-dear / unit) for dear, _ in costs or ()]
        left = [program.column(1e7, gain=cheap / unit) for _, cheap in costs or ()]
        for team in range(len(self.group.teams)):
            program.row([(i, 1.0) for i, c in enumerate(self.columns) if c.team == team], least=1.0, most=1.0)
        for row, most in enumerate(self.most):
            terms = [(i, float(c.takes[row])) for i, c in enumerate(self.columns) if c.takes[row]]
            if costs:
                terms += [(more[row], -1.0), (left[row], 1.0)]
            counted = ticks or not people <= row < people * (1 + BUCKETS)
            program.row(terms, most=float(most) if counted else math.inf)
        return program

    @property
    def _unit(self) -> float:
        return max(1.0, max((c.worth - self._nothing[c.team] for c in self.columns), default=1) / 1000)

    def _duals(self, program: LinearProgram, seconds: float) -> tuple[Prices, int] | None:
        """Prices of the rows and the worth of the best mixture of plans, in units of the objective."""
        answer = solve_relaxed(program, seconds, lambda: False)
        if answer.duals is None or answer.bound is None:
            return None
        shown = [max(0, round(float(dual) * self._unit)) for dual in answer.duals[len(self.group.teams) :]]
        return Prices.of(self.group, shown), round(answer.bound * self._unit) + sum(self._nothing)

    def prices(self, seconds: float) -> Prices | None:
        """Duals of the shared hours and the arcs, in units of the objective; None where nothing fits."""
        dear = sum(max(c.worth - self._nothing[c.team], 0) for c in self.columns) + self._unit
        costs = [(DEAR * dear / max(1, most), 0.0) for most in self.most]
        found = self._duals(self._program(costs, ticks=False), seconds)
        return None if found is None else found[0]

    def prices_near(self, centre: Prices, reach: Sequence[int], seconds: float) -> tuple[Prices, int] | None:
        """Find the best prices no farther from the centre than the reach, and the bound there if plans were all known.

        What is taken too much costs the highest such price, what is left is worth the lowest (du Merle et al. 1999,
        doi:10.1016/S0012-365X(98)00213-1): prices do not jump to where no plan is known yet.

        Parameters
        ----------
        reach
            Of each row, in units of the objective.
        """
        near = [(price + far, max(0, price - far)) for price, far in zip(centre.rows, reach, strict=True)]
        return self._duals(self._program(near), seconds)

    def _add_once(self, program: LinearProgram) -> None:
        """At each moment at which work of a shared person starts, one plan at most has them."""
        for person in range(len(self.group.limits)):
            spans = [
                (start, start + length, number)
                for number, column in enumerate(self.columns)
                for start, length in self.group.teams[column.team].busy(column.plan).get(person, ())
            ]
            for moment in sorted({start for start, _, _ in spans}):
                there = sorted({number for start, finish, number in spans if start <= moment < finish})
                if len({self.columns[number].team for number in there}) > 1:
                    program.row([(number, 1.0) for number in there], most=1.0)

    def best_plan(self, team: int, prices: Prices) -> Solution:
        """Return the known plan of a team that leaves most after paying."""
        return max((c for c in self.columns if c.team == team), key=lambda column: _left(column, prices)).plan

    def best_left(self, team: int, prices: Prices) -> int:
        """Return what that plan leaves."""
        return max(_left(column, prices) for column in self.columns if column.team == team)

    def worth_looking_at(self, prices: Prices, plans: Mapping[int, Solution]) -> dict[int, frozenset[int]]:
        """Items of each team in its best plans after paying, and in those that stand."""
        found: dict[int, set[int]] = {team: set(plan.items) for team, plan in plans.items()}
        ranked = sorted(self.columns, key=lambda column: _left(column, prices), reverse=True)
        counts: dict[int, int] = {}
        for column in ranked:
            counts[column.team] = counts.get(column.team, 0) + 1
            if counts[column.team] <= GOOD_PLANS:
                found.setdefault(column.team, set()).update(column.plan.items)
        return {team: frozenset(items) for team, items in found.items()}

    def choice(self, seconds: float, *, beside: bool = False) -> dict[int, Solution] | None:
        """Find a plan of each team that fit together by hours, of most worth; None where there are none.

        Beside: nor may two of them be at the same person at the same time.
        """
        program = self._program()
        if beside:
            self._add_once(program)
        answer = solve_whole(program, seconds, lambda: False, lambda _: None)
        if answer.columns is None:
            return None
        picked: dict[int, Solution] = {}
        for column, part in zip(self.columns, np.asarray(answer.columns), strict=False):
            if part > 0.5:
                picked[column.team] = column.plan
        return picked if len(picked) == len(self.group.teams) else None
