"""The volume algorithm: prices that bring a Lagrangian bound down, and what the items then do on average.

Barahona and Anbil 2000, doi:10.1007/s101070050002. Every step goes from the best prices so far along the average of
what was missing, not along the last answer alone, which would jump to and fro.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from planner.solve.alone import AtPrices, ItemsAlone
from planner.solve.run import Stop

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

AIM = 0.05  # of the bound: how far below it a step aims at most
FIRST_STEP, AGAIN_STEP, LEAST_STEP, LONGEST_STEP = 0.2, 0.02, 1e-3, 2.0  # of the way to the aim
LONGER, SHORTER = 1.1, 0.66
PATIENCE = 6  # steps in vain before they become shorter
FRESH = 0.1  # of the average that the last answer makes up at most
LESS_FRESH, LEAST_FRESH = 0.6, 1e-3
ROUND = 100  # steps after which the last answer counts less, where they brought less than
ROUND_GAIN = 0.01  # of the bound


class Priced(Protocol):
    """What has a bound at any prices, and how fast each price moves."""

    pace: Floats

    def at(self, prices: Floats, /) -> AtPrices:
        """What is best at these prices."""


class Volume:
    """The search for the best prices; it can be stopped and taken up again.

    Attributes
    ----------
    prices, bound
        The best prices so far, and the bound they prove.
    taken
        How much of each item is in, on average.
    """

    def __init__(self, items: Priced, prices: Floats) -> None:
        self._items = items
        self._here = items.at(prices)
        self.prices = prices
        self.bound = self._here.bound
        self.taken = self._here.taken
        self._slack = self._here.slack
        self._step = FIRST_STEP
        self._fresh = FRESH
        self._in_vain = 0

    def run(self, known: float, steps: int, stop: Stop, on_bound: Callable[[float], None]) -> None:
        """Go on for so many steps, or until they become too short.

        Parameters
        ----------
        known
            What some plan is worth: no bound is below it.
        """
        on_bound(self.bound)
        for number in range(1, steps + 1):
            if number % ROUND == 1:
                before = self.bound
            if stop() or self._step < LEAST_STEP or self.bound <= known:
                return
            self._go(known)
            if self._in_vain == 0:
                on_bound(self.bound)
            if number % ROUND == 0 and before - self.bound < ROUND_GAIN * abs(self.bound):
                self._fresh = max(LEAST_FRESH, LESS_FRESH * self._fresh)

    def forbid(self, items: Sequence[int]) -> None:
        """Take in that these items cannot all be in, with steps of some length again."""
        assert isinstance(self._items, ItemsAlone)
        slack = self._items.forbid(items, self.taken)
        self.prices, self._slack = np.append(self.prices, 0.0), np.append(self._slack, slack)
        self._step, self._in_vain = max(self._step, AGAIN_STEP), 0

    def _go(self, known: float) -> None:
        pace = self._items.pace
        free = (self.prices <= 0) & (self._slack > 0)  # a price of nothing cannot fall
        missing = np.where(free, 0.0, self._slack)
        length = float((pace * missing * missing).sum())
        aim = max(known, self.bound - AIM * abs(self.bound))
        step = self._step * (self.bound - aim) / max(length, 1e-9)
        prices = np.maximum(0.0, self.prices - step * pace * self._slack)
        here = self._items.at(prices)
        same_way = float((pace * self._slack * here.slack).sum()) > 0
        self._average(here)
        if here.bound < self.bound:
            self.prices, self.bound, self._in_vain = prices, here.bound, 0
            if same_way:
                self._step = min(LONGEST_STEP, LONGER * self._step)
            return
        self._in_vain += 1
        if self._in_vain >= PATIENCE:
            self._step, self._in_vain = SHORTER * self._step, 1

    def _average(self, here: AtPrices) -> None:
        """Mix the last answer in, so that as little as possible is missing on average."""
        pace, old, new = self._items.pace, self._slack, here.slack
        apart = old - new
        wish = float((pace * old * apart).sum()) / max(1e-9, float((pace * apart * apart).sum()))
        part = min(self._fresh, max(self._fresh / 10, wish))
        self._slack = (1 - part) * old + part * new
        self.taken = (1 - part) * self.taken + part * here.taken
