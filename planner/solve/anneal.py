"""A better schedule by ruin and recreate: take some items out, put others in, keep what is worth it.

Iterated greedy search (Ruiz and Stuetzle 2007, doi:10.1016/j.ejor.2005.12.009) over sequences that make room, under
simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983, doi:10.1126/science.220.4598.671). At first an item counts
with its profit, which is its value less what its hours cost at the relaxation's prices: what merely fills hours is
worth less than leaving them free, so the items that the relaxation wants find room. Little by little value itself
takes over.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from planner.instance import Instance
from planner.solve import list_schedule
from planner.solve.sequences import Prices, Sequences
from planner.solve.solution import Solution, days_late

REMOVED = 6.0  # items taken out at a time, on average
HEAT = 0.0015  # of all value: what a schedule may be worse by at first
PRICE_TICKS = 20.0  # how much later a specialist may finish a task for each unit of value that their hours cost less
LIGHT = 0.02  # how strongly what weighs little is preferred for leaving
STEP = 0.05  # part of the time after which profit and value are mixed anew
RIVALS, MOMENT = 0.6, 0.8  # how often what shares specialists is taken out, or (up to) what lies near in time


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
        self._random = Random(seed)
        self._sequences = Sequences(instance, start)
        self._prices = [{who: PRICE_TICKS * price for who, price in prices.items()} for prices in guide.prices]
        self._profit = guide.profit
        # An item that is in saves the due cost it would pay outside.
        self._worth = [item.value + item.late_cost * days_late(item, instance.horizon) for item in instance.items]
        self._size = [max(1, item.effort) for item in instance.items]
        self._able = [
            {choice.specialist for task in item.tasks for choice in instance.tasks[task].choices}
            for item in instance.items
        ]
        self._weights: list[float] = [float(worth) for worth in self._worth]
        self._best = self._level()
        self._heat = HEAT * self._best

    def run(self, passed: Callable[[], float], on_better: Callable[[Solution], None]) -> None:
        """Search until all time has passed (its part that has, 0 to 1), and tell of each better schedule."""
        sequences = self._sequences
        kept, level, weighed = sequences.save(), 0.0, -1.0
        while (part := passed()) < 1.0:
            if part >= weighed + STEP:
                self._weigh(part)
                level, weighed = self._level(), part
            self._step()
            reached = self._level()
            if reached >= level or self._random.random() < math.exp((reached - level) / (self._heat * (1 - part))):
                kept, level = sequences.save(), reached
                self._report(on_better)
            else:
                sequences.restore(kept)

    def _weigh(self, part: float) -> None:
        """Mix profit and value: all profit at first, all value at the end."""
        self._weights = [
            part * worth + (1.0 - part) * profit for worth, profit in zip(self._worth, self._profit, strict=True)
        ]

    def _level(self) -> float:
        return self._sum(self._weights)

    def _sum(self, weights: Sequence[float]) -> float:
        return sum(weights[index] - self._sequences.late_cost(index) for index in sorted(self._sequences.inside))

    def _report(self, on_better: Callable[[Solution], None]) -> None:
        worth = self._sum(self._worth)
        if worth <= self._best:
            return
        found = self._sequences.solution()
        if list_schedule.keeps_all(self._instance, found) and self._allowed(found):
            self._best = worth
            on_better(found)

    def _step(self) -> None:
        """Take some items out, put a wanted one in first, then whatever fits, the best weight for the effort first."""
        random, sequences, weights = self._random, self._sequences, self._weights
        wanted = self._wanted()
        draw = random.random()
        count = max(1, int(random.expovariate(1 / REMOVED)))
        near = self._near(wanted, draw, count)
        # What weighs little for its effort leaves more likely.
        near.sort(key=lambda index: random.random() ** (LIGHT * self._size[index] / max(1.0, weights[index])))
        hands = {who for index in near[:count] for who in sequences.specialists(index)}
        sequences.remove(near[:count])
        # Who needs nobody that has become freer has been tried before.
        rest = [index for index in self._outside() if index != wanted and self._able[index] & hands]
        rest.sort(key=lambda index: -weights[index] / math.sqrt(self._size[index]) * random.uniform(0.6, 1.4))
        first = [wanted] if wanted is not None and draw < MOMENT else []
        for index in (*first, *rest):
            sequences.insert(index, self._prices)
        for index in rest:  # what had to wait for another that came in after it
            if self._instance.items[index].requires and index not in sequences.inside:
                sequences.insert(index, self._prices)

    def _outside(self) -> list[int]:
        inside = self._sequences.inside
        return [index for index in sorted(self._sequences.movable - inside) if self._weights[index] > 0]

    def _wanted(self) -> int | None:
        out = self._outside()
        if not out:
            return None
        return self._random.choices(out, [max(0.01, self._weights[index]) for index in out])[0]

    def _near(self, wanted: int | None, draw: float, count: int) -> list[int]:
        """Candidates for leaving: rivals for the same people, neighbours in time, or any."""
        sequences = self._sequences
        inside = sorted(sequences.inside & sequences.movable)
        if wanted is not None and draw < RIVALS:
            return [index for index in inside if self._able[wanted] & sequences.specialists(index)]
        if draw < MOMENT:
            moment = self._random.randrange(self._instance.horizon)
            inside.sort(key=lambda index: (abs(sequences.finish(index) - moment), index))
            return inside[: 3 * (count + 1)]
        return inside
