"""The search's stages with priced hours: the bound of items alone, and what later learning does for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from planner.instance import Instance
from planner.solve.alone import ItemsAlone
from planner.solve.incumbent import Incumbent
from planner.solve.limits import Limits
from planner.solve.relaxation import Relaxation
from planner.solve.volume import Volume

BEGIN = 0.95  # of the relaxation's prices: from those themselves no step may lead on, as they are best in one bucket
STEPS = 600  # at most; they are too short to bring anything after some 400
CLASH_STEPS = 60  # more for what has been learnt to be impossible
LEAST_WORK = 0.001  # what a step counts for at least, so that limited work always ends
START_WORK = 2e-8  # what a start looked at counts for where work is limited


class Pricing:
    """Prices of an instance's hours, which bring the bound down.

    Parameters
    ----------
    incumbent
        Where what is proven goes.
    """

    def __init__(self, instance: Instance, limits: Limits, incumbent: Incumbent) -> None:
        self._instance = instance
        self._limits = limits
        self._incumbent = incumbent
        self._volume: Volume | None = None
        self._priced = 0  # of the sets that cannot be, how many have a price

    def plan_alone(self, relaxation: Relaxation, duals: Sequence[float], part: float, *, quick: bool) -> None:
        """Plan each item alone, to the tick, at prices that begin with the relaxation's, for part of what is left."""
        limits = self._limits
        items = ItemsAlone(self._instance, quick=quick)
        until, steps = limits.used + part * limits.left, STEPS
        work = max(LEAST_WORK, START_WORK * items.size)
        if limits.work_left is not None:
            steps = min(steps, int(part * limits.work_left / work))
        self._volume = Volume(items, BEGIN * items.prices_of(relaxation, duals))

        def over() -> bool:
            limits.spend(work)
            return self._incumbent.over() or limits.used >= until

        self._better(self._volume, steps, over)

    def learn(self, impossible: Sequence[tuple[int, ...]], least: int, over: Callable[[], bool]) -> None:
        """Give sets of items that cannot be together a price each, too, if there are enough new ones."""
        new = impossible[self._priced :]
        if self._volume is None or len(new) < least:
            return
        self._priced += len(new)
        for items in new:
            self._volume.forbid(items)
        self._better(self._volume, CLASH_STEPS, over)

    def _better(self, volume: Volume, steps: int, over: Callable[[], bool]) -> None:
        lost, value = self._instance.lost, self._incumbent.value
        known = -math.inf if value is None else float(value + lost)
        volume.run(known, steps, over, lambda bound: self._incumbent.proved(math.floor(bound) - lost))
