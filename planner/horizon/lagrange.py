"""A bound over very many sprints: hours at a price each sprint, each tree of items where it gains most at these prices.

The linear program in blocks of sprints gives the first prices; inside a block they fall with the discount. Any prices
give a bound (Fisher 1981, doi:10.1287/mnsc.27.1.1), so the volume algorithm, which lowers it, may stop anywhere. What
depends on what is kept exactly, see ``forest``, but for links, which have prices, too. Windows inside sprints, groups
and shares are left out, which loosens it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from planner.horizon.data import Horizon
from planner.horizon.forest import Forest, Later, Link
from planner.horizon.hours import ROUNDED
from planner.horizon.program import Program
from planner.solve.alone import AtPrices
from planner.solve.volume import Volume

STEPS = 1_000
STARTS = 3  # begun anew from the best prices: steps may be long again
OUTWARDS = 1e-9
LEAST_PACE = 0.02  # of the highest price: how far a price that was nothing moves
LINK_PACE = 1.0  # of an item's gain: how far the price of what it needs moves


class Prices:
    """Bound of the gain as a function of prices: of each pool's hundredths and of each link, in each sprint.

    Attributes
    ----------
    first
        Prices to begin with, in one array: pool by pool, then link by link.
    pace
        How fast each price moves: as the square of its size, since it falls with the discount.
    """

    def __init__(self, program: Program, duals: NDArray[np.float64]) -> None:
        horizon = self.horizon = program.horizon
        count, sprints, pools = len(horizon.items), horizon.sprints, len(horizon.pools)
        self._gain = np.full((count, sprints), -np.inf)
        self._effort = np.zeros((count, pools))
        self._least = np.zeros((count, pools))
        for index, item in enumerate(horizon.items):
            self._gain[index, list(item.sprints)] = item.gain
            for piece in item.pieces:
                self._effort[index, piece.pool] += piece.effort
                self._least[index, piece.pool] += piece.least
        self._cut = np.array([item.spans for item in horizon.items], dtype=bool)
        self._limits = horizon.limits + ROUNDED
        self._levels = np.zeros((len(horizon.specialists), pools))
        for pool, members in enumerate(horizon.pools):
            for who, level in members.members:
                self._levels[who, pool] = float(level)
        paid: dict[Link, NDArray[np.float64]] = {}
        for row, index, sprint, carriers in program.need_rows:
            paid.setdefault((index, carriers), np.zeros(sprints))[sprint] += max(0.0, float(duals[row]))
        self._forest = Forest(horizon, {link: float(prices.sum()) for link, prices in paid.items()})
        links = self._forest.links
        self._linked = np.array([index for index, _ in links], dtype=np.int64)
        # Of each way to meet a link: the link, what is needed, so many sprints earlier.
        ways = [(link, *way) for link, (_, carriers) in enumerate(links) for way in carriers]
        self._ways = np.array(ways, dtype=np.int64).reshape(-1, 3).T
        hours = _inside_blocks(horizon, program, duals)
        none = np.zeros(sprints)
        self.first = np.concatenate([hours.ravel(), *(paid.get(link, none) for link in links)])
        self.pace = self._paces(hours)

    def _paces(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        fall = (1 - float(self.horizon.discount)) ** np.arange(self.horizon.sprints)
        sizes = np.maximum(hours, LEAST_PACE * max(1e-9, float(hours.max(initial=0.0))) * fall)
        gains = np.where(np.isfinite(self._gain), self._gain, 0.0).max(axis=1, initial=0.0)[self._linked]
        links = LINK_PACE * np.maximum(1e-3, gains)[:, None] * fall
        every = np.concatenate([sizes.ravel(), links.ravel()]) / sizes.max(initial=1e-9)
        return np.asarray(every**2)

    def split(self, prices: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Prices of the hours by pool (rows) and sprint, and those of the links."""
        sprints = self.horizon.sprints
        hours = len(self.horizon.pools) * sprints
        return prices[:hours].reshape(-1, sprints), prices[hours:].reshape(-1, sprints)

    # -- at some prices ------------------------------------------------------------------------------------------

    def at(self, prices: NDArray[np.float64]) -> AtPrices:
        """Proven bound at these prices, and what is left of what each of them pays for."""
        hours, links = self.split(prices)
        tops, at = self._forest.best(self._gains(hours, links))
        paid = self._levels[:, :, None] * hours[None, :, :]
        worth = paid.max(axis=1, initial=0.0) * self._limits
        chosen = paid.argmax(axis=1) if len(hours) else np.zeros(worth.shape, dtype=np.int64)
        parts = np.concatenate([tops, worth.ravel()])
        size = float(np.abs(parts).sum()) + float(links.sum())
        slack = np.concatenate([self._hours_left(hours, chosen, at).ravel(), self._links_left(at).ravel()])
        inside = (at < self.horizon.sprints).astype(np.float64)
        return AtPrices(math.fsum(parts) + OUTWARDS * (1 + size), slack, inside)

    def sprints_at(self, prices: NDArray[np.float64]) -> list[int | None]:
        """Sprint of each item where it gains most at these prices, None where it is out."""
        _, at = self._forest.best(self._gains(*self.split(prices)))
        return [None if sprint == self.horizon.sprints else int(sprint) for sprint in at]

    def later(self, prices: NDArray[np.float64]) -> Later:
        """What each item can still bring from each sprint on, hours at these prices."""
        return self._forest.later(self._gains(*self.split(prices)))

    def _gains(self, hours: NDArray[np.float64], links: NDArray[np.float64]) -> NDArray[np.float64]:
        """Gain of each item in each sprint, its hours and what it needs paid."""
        detailed = self.horizon.detailed
        gain = self._gain - self._effort @ hours
        # The work of an item that may be cut lies where hours cost least, up to its last sprint.
        cheapest = np.minimum.accumulate(hours, axis=1)
        gain[self._cut] = self._gain[self._cut] - self._effort[self._cut] @ cheapest
        gain[:, :detailed] = self._gain[:, :detailed] - self._least @ hours[:, :detailed]
        if len(links):
            # Done in a sprint is done by all later ones: their prices add up.
            due = np.zeros((len(links), self.horizon.sprints + 1))
            due[:, :-1] = np.cumsum(links[:, ::-1], axis=1)[:, ::-1]
            np.subtract.at(gain, self._linked, due[:, :-1])
            link, before, offset = self._ways
            places = np.minimum(np.arange(self.horizon.sprints) + offset[:, None], self.horizon.sprints)
            np.add.at(gain, before, np.take_along_axis(due[link], places, axis=1))
        return gain

    def _hours_left(
        self, hours: NDArray[np.float64], chosen: NDArray[np.int64], at: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        detailed = self.horizon.detailed
        left = np.zeros_like(hours)
        for pool in range(len(left)):
            left[pool] = np.where(chosen == pool, self._limits * self._levels[:, [pool]], 0.0).sum(axis=0)
        inside = at < self.horizon.sprints
        cut = inside & self._cut & (at >= detailed)
        whole = np.flatnonzero(inside & ~cut)
        asked = np.where((at[whole] < detailed)[:, None], self._least[whole], self._effort[whole])
        np.subtract.at(left.T, at[whole], asked)
        for one in np.flatnonzero(cut).tolist():
            for pool in np.flatnonzero(self._effort[one]).tolist():
                left[pool, hours[pool, : at[one] + 1].argmin()] -= self._effort[one, pool]
        return left

    def _links_left(self, at: NDArray[np.int64]) -> NDArray[np.float64]:
        sprints = np.arange(self.horizon.sprints)
        left = -(at[self._linked, None] <= sprints).astype(np.float64)
        link, before, offset = self._ways
        np.add.at(left, link, (at[before, None] + offset[:, None] <= sprints).astype(np.float64))
        return left

    # -- better prices -------------------------------------------------------------------------------------------

    def improve(self, target: float, stop: Callable[[], bool], tell: Callable[[float], None]) -> NDArray[np.float64]:
        """Lower the bound towards a target (the best plan known); returns the best prices."""
        prices = self.first
        for _ in range(STARTS):
            volume = Volume(self, prices)
            volume.run(target, STEPS, stop, tell)
            prices = volume.prices
        return prices


def _inside_blocks(horizon: Horizon, program: Program, duals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prices of the blocks, falling inside a block as value does: nothing is gained by going to its first sprint."""
    keep = 1 - float(horizon.discount)
    prices = np.zeros((len(horizon.pools), horizon.sprints))
    for (pool, block), row in program.pool_rows.items():
        first, last = program.part.sprints[block]
        fall = keep ** np.arange(last - first + 1)
        prices[pool, first : last + 1] = max(0.0, float(duals[row])) / 100 * fall
    return prices
