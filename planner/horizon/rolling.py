"""A better plan over very many sprints: windows of a few sprints are annealed one after the other, first to last.

A rolling horizon (Sethi and Sorger 1991, A theory of rolling horizon decision making) that sees what lies behind it by
Lagrangian prices: in a window an item is worth what it gains there, less what it could still bring after it with all
hours paid at their prices, more what hangs on it could bring then. So nothing that a later sprint can use as well
crowds out what cannot wait, and whatever loss against the bound a window has is its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.horizon import milestones
from planner.horizon.anneal import CHUNK_CHECKS, CHUNK_CPU, CHUNK_STEPS, FIRST_STEPS, STEP_WORK, Annealing
from planner.horizon.facets import Facets

if TYPE_CHECKING:
    from planner.horizon.forest import Later
    from planner.horizon.search import Search

WIDTH, STRIDE = 6, 3  # sprints of a window, and of those that are settled before the next
HEAT, LAST_HEAT = 0.05, 0.01  # of an item's gain on average, as in annealing; the start is good, so colder
PRICE, LAST_PRICE = 3.0, 10.0
CANDIDATES = 150  # items that are tried in each sprint
FALL = 0.75  # power of the discount by which later windows get less time


@dataclass(frozen=True)
class _Window:
    """Sprints from first to before last, and what of the time has passed when it begins and ends."""

    first: int
    last: int
    begin: float
    end: float


class Rolling(Annealing):
    """One pass over all open sprints, from the search's best plan."""

    def __init__(self, search: Search, facets: Facets, later: Later) -> None:
        super().__init__(search, facets)
        self._later = later
        self._gain, self._part = self._table.gain, self._table.part
        items, pools = self.horizon.items, len(self.horizon.pools)
        efforts = np.zeros((len(items), pools))
        for index, item in enumerate(items):
            for piece in item.pieces:
                efforts[index, piece.pool] += piece.effort
        self._paid = efforts @ search.prices
        self._effort = np.maximum(1.0, efforts.sum(axis=1))
        self._last = np.array([item.sprints[-1] for item in items], dtype=np.int64)
        self._steps = FIRST_STEPS if search.limits.work is None else CHUNK_STEPS
        self._must = np.array([item.must for item in items], dtype=np.bool_)

    def run(self, passed: Callable[[], float]) -> None:
        """Go through all windows until all has passed (the part of its time or work that has, 0 to 1)."""
        from planner.horizon import moves

        assert self.search.best is not None
        old = self._table.state(self.search.best.at).at
        new = old.copy()
        for window in self._windows():
            if passed() >= 1.0:
                break
            # Behind the window nothing has a place yet; what had one comes back if it is still free.
            start = self._in_order(np.where(new >= window.last, moves.OUT, new))
            at = self._anneal_window(start, window, passed)
            new = self._in_order(np.where((at == moves.OUT) & (old >= window.last), old, at))
        self.search.take(self._table.placement(new))

    def _windows(self) -> Iterator[_Window]:
        first, sprints = self.search.closed, self.horizon.sprints
        firsts = range(first, max(first + 1, sprints - WIDTH + STRIDE), STRIDE)
        weights = [(1 - float(self.horizon.discount)) ** (FALL * (one - first)) for one in firsts]
        ends = [so_far / sum(weights) for so_far in accumulate(weights)]
        for one, begin, end in zip(firsts, [0.0, *ends], ends, strict=False):
            yield _Window(one, min(sprints, one + WIDTH), begin, end)

    # -- between windows -----------------------------------------------------------------------------------------

    def _in_order(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Without what is not ready where it is, what hangs on it, and all but the first of alternatives."""
        items, found = self.horizon.items, _as_placement(at)
        for group in self.horizon.exclusive:
            inside = sorted((one, index) for index in group if (one := found[index]) is not None)
            for _, index in inside[1:]:
                found[index] = None
        todo = [index for index, one in enumerate(found) if one is not None]
        while todo:
            index = todo.pop()
            sprint = found[index]
            if sprint is None or items[index].milestone:
                continue
            ready = milestones.moment(items[index], found)
            if ready is None or ready > sprint:
                found[index] = None
                todo.extend(self.horizon.followers[index])
        return np.array([-1 if one is None else one for one in found], dtype=np.int64)

    # -- one window ----------------------------------------------------------------------------------------------

    def _anneal_window(self, at: NDArray[np.int64], window: _Window, passed: Callable[[], float]) -> NDArray[np.int64]:
        """Anneal one window; what stands before it stays, what comes after it is not looked at."""
        from planner.horizon import moves

        unit, an_hour = self._sizes(at, window)
        candidates = self._look_ahead(at, window)
        facts = self._table.facts((window.first, window.last))
        state = self._table.measure(facts, self._table.state(_as_placement(at)))
        best, kept = state.at.copy(), state.at.copy()
        level = float(state.levels[moves.WORTH]) if state.levels[moves.PASSED] < moves.NOTHING else -np.inf
        while (now := passed()) < window.end and not self.search.over():
            part = max(0.0, (now - window.begin) / (window.end - window.begin))
            state.levels[moves.BEST] = level
            begun = time.thread_time()
            moves.anneal(
                facts, state, candidates, best, self._random, self._steps,
                unit * HEAT * (LAST_HEAT / HEAT) ** part, an_hour * (PRICE + (LAST_PRICE - PRICE) * part),
            )  # fmt: skip
            self.search.limits.spend(self._steps * STEP_WORK)
            annealed = time.thread_time()
            if state.levels[moves.BEST] > level:
                if self._has_hours(best, range(window.first, window.last)):
                    kept[:], level = best, float(state.levels[moves.BEST])
                else:
                    facts = self._table.facts((window.first, window.last))
                    state = self._table.measure(facts, state)
            if self.search.limits.work is None:
                wanted = max(CHUNK_CPU, CHUNK_CHECKS * (time.thread_time() - annealed))
                self._steps = int(max(FIRST_STEPS, self._steps * min(2.0, wanted / max(1e-6, annealed - begun))))
        return kept

    def _sizes(self, at: NDArray[np.int64], window: _Window) -> tuple[float, float]:
        """What an item in a window gains on average, and what an hour (hundredth) brings."""
        inside = np.flatnonzero((at >= window.first) & (at < window.last))
        total = max(1e-9, float(self._gain[inside, at[inside]].sum()))
        return total / max(1, len(inside)), total / max(1.0, float(self._effort[inside].sum()))

    def _look_ahead(self, at: NDArray[np.int64], window: _Window) -> NDArray[np.int64]:
        """Set what every item is worth in a window; returns those that are tried in each of its sprints."""
        from planner.horizon import moves

        first, last = window.first, window.last
        worth = self._later.worth(self._gain, first, last)
        worth += np.where(self._must & (self._last < last), self._gain.max(axis=1) + 1.0, 0.0)[:, None]
        stays = (at != moves.OUT) & (at < first)
        free = ~stays & (self._part != moves.FIXED)
        self._table.gain = gain = np.full_like(self._gain, -np.inf)
        gain[stays, at[stays]] = self._gain[stays, at[stays]]
        gain[free, first:last] = worth[free]
        still = ~stays & ~free & (at != moves.OUT)
        gain[still, at[still]] = self._gain[still, at[still]]
        self._table.part = np.where(stays, moves.FIXED, self._part)
        rated = np.where((self._part == moves.FREE) & free, 1.0, np.nan)[:, None] * worth - self._paid[:, first:last]
        rated /= self._effort[:, None]
        rated[~np.isfinite(rated)] = -np.inf
        order = np.argsort(-rated, axis=0, kind="stable")[:CANDIDATES]
        fine = np.isfinite(np.take_along_axis(rated, order, axis=0))
        found = np.full((self.horizon.sprints, len(order)), moves.OUT, dtype=np.int64)
        found[first:last] = np.where(fine, order, moves.OUT).T
        return found


def _as_placement(at: NDArray[np.int64]) -> list[int | None]:
    return [None if one < 0 else int(one) for one in at]
