"""A bound over very many sprints: hours at a price each sprint, each item where it gains most at these prices.

The linear program in blocks of sprints gives the first prices; inside a block they fall with the discount. Any prices
give a bound (Fisher 1981, doi:10.1287/mnsc.27.1.1), so a subgradient method with Polyak's step may stop anywhere.
Dependencies keep the prices of the blocks' program; windows inside sprints and shares are left out, which loosens it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from planner.horizon.data import Horizon
from planner.horizon.hours import ROUNDED
from planner.horizon.program import Program

ROUNDS = 300
PATIENCE = 15  # rounds without progress after which the step is halved
OUTWARDS = 1e-9


class Prices:
    """Bound of the gain as a function of the pools' prices (value per hundredth) in each sprint."""

    def __init__(self, program: Program, duals: NDArray[np.float64]) -> None:
        horizon = self.horizon = program.horizon
        count, sprints, pools = len(horizon.items), horizon.sprints, len(horizon.pools)
        self._worth = np.full((count, sprints), -np.inf)
        self._effort = np.zeros((count, pools))
        self._least = np.zeros((count, pools))
        for index, item in enumerate(horizon.items):
            self._worth[index, list(item.sprints)] = item.gain
            for piece in item.pieces:
                self._effort[index, piece.pool] += piece.effort
                self._least[index, piece.pool] += piece.least
        for row, index, sprint, carriers in program.need_rows:
            price = max(0.0, float(duals[row]))
            if price:
                self._worth[index, : sprint + 1] -= price
                for before, offset in carriers:
                    self._worth[before, : max(0, sprint - offset + 1)] += price
        self._cut = np.array([item.spans for item in horizon.items], dtype=bool)
        self._must = np.array([item.must for item in horizon.items])
        self._limits = horizon.limits + ROUNDED
        self._levels = np.zeros((len(horizon.specialists), pools))
        for pool, members in enumerate(horizon.pools):
            for who, level in members.members:
                self._levels[who, pool] = float(level)
        self.first = _inside_blocks(horizon, program, duals)

    def bound(self, prices: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Proven bound at these prices, and its subgradient."""
        horizon = self.horizon
        detailed = horizon.detailed
        gain = self._worth - self._effort @ prices
        # The work of an item that may be cut lies where hours cost least, up to its last sprint.
        cheapest = np.minimum.accumulate(prices, axis=1)
        gain[self._cut] = self._worth[self._cut] - self._effort[self._cut] @ cheapest
        gain[:, :detailed] = self._worth[:, :detailed] - self._least @ prices[:, :detailed]
        best = gain.argmax(axis=1)
        top = gain[np.arange(len(best)), best]
        taken = self._must | (top > 0)
        paid = self._levels[:, :, None] * prices[None, :, :]
        chosen = paid.argmax(axis=1)
        hours = np.take_along_axis(paid, chosen[:, None, :], axis=1)[:, 0, :] * self._limits
        parts = np.concatenate([top[taken], hours.ravel()])
        slope = np.zeros_like(prices)
        for pool in range(prices.shape[0]):
            mine = np.where(chosen == pool, self._limits * self._levels[:, [pool]], 0.0)
            slope[pool] = mine.sum(axis=0)
        asked = np.where((best < detailed)[:, None], self._least, self._effort)
        whole = taken & ~(self._cut & (best >= detailed))
        np.subtract.at(slope.T, best[whole], asked[whole])
        for one in np.flatnonzero(taken & ~whole):
            for skill in np.flatnonzero(asked[one]):
                slope[skill, prices[skill, : best[one] + 1].argmin()] -= asked[one, skill]
        total = math.fsum(parts)
        return total + OUTWARDS * (1 + float(np.abs(parts).sum())), slope

    def improve(self, target: float, stop: Callable[[], bool], tell: Callable[[float], None]) -> NDArray[np.float64]:
        """Lower the bound towards a target (the best plan known); returns the best prices."""
        prices = best_prices = self.first
        best, factor, idle = math.inf, 1.0, 0
        for _ in range(ROUNDS):
            value, slope = self.bound(prices)
            if value < best - 1e-7 * abs(best if math.isfinite(best) else 1.0):
                best, best_prices, idle = value, prices, 0
                tell(value)
            else:
                idle += 1
                if idle >= PATIENCE:
                    factor, idle, prices = factor / 2, 0, best_prices
                    continue
            size = float((slope * slope).sum())
            if stop() or not size or factor < 1e-3:
                break
            prices = np.maximum(0.0, prices - factor * max(value - target, 1e-6 * abs(value)) / size * slope)
        return best_prices


def _inside_blocks(horizon: Horizon, program: Program, duals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prices of the blocks, falling inside a block as value does: nothing is gained by going to its first sprint."""
    keep = 1 - float(horizon.discount)
    prices = np.zeros((len(horizon.pools), horizon.sprints))
    for (pool, block), row in program.pool_rows.items():
        first, last = program.part.sprints[block]
        fall = keep ** np.arange(last - first + 1)
        prices[pool, first : last + 1] = max(0.0, float(duals[row])) / 100 * fall
    return prices
