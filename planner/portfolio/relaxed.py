"""A bound of what a team can be worth after paying, where its model does not settle soon: the relaxation, with prices.

Any plan pays at least what the cheapest start in each bucket pays, so the linear program with these gains bounds it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

from planner.portfolio.group import Group
from planner.portfolio.model import Prices, borders
from planner.solve.linear import solve_relaxed, solve_whole
from planner.solve.objective import CARRIED_OVER, asked
from planner.solve.relaxation import Relaxation, Start, bucket_ticks

ENTRIES = 60_000  # of the relaxation: a tenth of a second for HiGHS


class PricedRelaxation:
    """The relaxation of one team in a group."""

    def __init__(self, group: Group, index: int) -> None:
        self.group = group
        self.index = index
        self.team = group.teams[index]
        instance = self.team.instance
        self.relaxation = Relaxation(instance, bucket_ticks(instance, ENTRIES))
        self.gains = list(self.relaxation.program.gain)
        carried = CARRIED_OVER in asked(instance)
        self.before = self.team.carried * sum(item.carried for item in instance.items) if carried else 0
        self.banned = {item for team, item in group.banned if team == index}

    def bound(self, prices: Prices, seconds: float, stop: Callable[[], bool]) -> int | None:
        """Bound the objective of the group's model of this team, from the linear program and then branch and cut."""
        relaxation, program = self.relaxation, self.relaxation.program
        unit = self.team.value * relaxation.unit
        program.gain[:] = self.gains
        for column, paid in self._paid(prices):
            program.gain[column] -= paid / unit
        linear = solve_relaxed(program, seconds, stop)
        if linear.bound is None:
            return None
        best = [linear.bound]
        solve_whole(program, seconds, stop, best.append)
        # Prices were divided and added up as floats: a part in 1e9 of the sum covers what that may have rounded.
        margin = 1e-9 * (abs(min(best)) + sum(map(abs, program.gain)))
        return math.ceil(unit * (min(best) + margin)) - self.team.value * self.team.instance.lost + self.before

    def _paid(self, prices: Prices) -> Iterator[tuple[int, int]]:
        person_of = {own: person for person, own in self.team.shared}
        for starts in self.relaxation.starts:
            for start in starts:
                person = person_of.get(start.specialist)
                if person is not None:
                    hours = prices.hours[person] * start.cost
                    yield start.column, hours + _cheapest(start, prices.ticks[person], self.group.lengths[person])
        for arc, price in zip(self.group.arcs, prices.arcs, strict=True):
            for (team, item), sign in ((arc.after, 1), (arc.before, -1)):
                if price and team == self.index:
                    yield self.relaxation.chosen[item], sign * price


def _cheapest(start: Start, ticks: tuple[int, ...], length: int) -> int:
    """Least that the ticks cost, wherever between its first and last own tick the work starts."""
    if not any(ticks):
        return 0
    ends = [0, *borders(length), length]
    kinks = {start.first, start.last}
    for end in ends:
        kinks.update(own for own in (end, end - start.duration) if start.first <= own <= start.last)
    return min(
        sum(
            price * max(0, min(own + start.duration, last) - max(own, first))
            for price, (first, last) in zip(ticks, itertools.pairwise(ends), strict=True)
        )
        for own in kinks
    )
