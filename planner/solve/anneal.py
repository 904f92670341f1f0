"""A better schedule by ruin and recreate: take some items out, put others in, keep what is worth it.

Iterated greedy search (Ruiz and Stuetzle 2007, doi:10.1016/j.ejor.2005.12.009) over sequences that make room, under
simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983, doi:10.1126/science.220.4598.671). At first an item counts
with its profit, which is its value less what its hours cost at the relaxation's prices: what merely fills hours is
worth less than leaving them free, so the items that the relaxation wants find room. Little by little value itself
takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.instance import Instance
from planner.solve import list_schedule
from planner.solve.sequences import Prices, Sequences
from planner.solve.solution import Solution, days_late

REMOVED = 6.0  # items taken out at a time, on average
HEAT = 0.12  # of an item's worth on average: what a schedule may be worse by at first
PRICE_TICKS = 80.0  # how much later a specialist may finish a task for each unit of value that their hours cost less
STEP = 0.05  # part of the time after which profit and value are mixed anew
CHUNK = 100  # steps between two looks at the clock


@dataclass(frozen=True)
class Guide:
    """What the relaxation knows.

    Attributes
    ----------
    profit
        Per item: value less the price of the hours it takes.
    prices
        Per task and specialist: what their hours cost more than the cheapest choice.
    """

    profit: Sequence[float]
    prices: Prices


class Annealing:
    """One run over a usable instance (``sequences.usable``).

    Parameters
    ----------
    start
        A schedule that keeps every rule.
    allowed
        Whether a schedule keeps what terms before value have reached.
    """

    def __init__(
        self, instance: Instance, guide: Guide, start: Solution, seed: int, allowed: Callable[[Solution], bool]
    ) -> None:
        self._instance = instance
        self._allowed = allowed
        self._random = np.array([seed * 2_654_435_769 + 88_172_645_463_325_252], dtype=np.int64)
        self._sequences = Sequences(instance, start)
        self._prices = PRICE_TICKS * self._sequences.prices(guide.prices)
        self._profit = np.array(guide.profit, dtype=np.float64)
        # An item that is in saves the due cost it would pay outside.
        self._worth = np.array(
            [item.value + item.late_cost * days_late(item, instance.horizon) for item in instance.items],
            dtype=np.float64,
        )
        self._size = np.array([max(1, item.effort) for item in instance.items], dtype=np.float64)

    def run(self, passed: Callable[[], float], on_better: Callable[[Solution], None]) -> None:
        """Search until all time has passed (its part that has, 0 to 1), and tell of each better schedule."""
        from planner.solve import ruin

        clocks, data, state = self._sequences.clocks, self._sequences.data, self._sequences.state
        kept, best = self._sequences.save(), self._sequences.save()
        told = ruin.level(clocks, data, state, self._worth)
        heat = HEAT * max(1.0, told / max(1, len(self._sequences.inside)))
        levels = np.array([0.0, told])
        weights, weighed = self._worth, -1.0
        while (part := passed()) < 1.0:
            if part >= weighed + STEP:
                # all profit at first, all value at the end
                weights, weighed = part * self._worth + (1.0 - part) * self._profit, part
                levels[0] = ruin.level(clocks, data, state, weights)
            ruin.anneal(
                clocks, data, state, kept, best, self._prices, weights, self._worth, self._size, levels, self._random,
                CHUNK, heat * (1 - part), REMOVED,
            )  # fmt: skip
            if levels[1] > told:
                found = self._sequences.solution(best)
                if list_schedule.keeps_all(self._instance, found) and self._allowed(found):
                    told = levels[1]
                    on_better(found)
                else:
                    levels[1] = told
