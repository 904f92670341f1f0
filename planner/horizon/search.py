"""The search over many sprints to capacity: one half proves, the other improves a plan neighbourhood by neighbourhood.

The linear relaxation gives a bound, prices of everybody's hours and wishes: list scheduling by them, then annealing,
then large neighbourhood search (Shaw 1998, doi:10.1007/3-540-49481-2_30) in which HiGHS plans some sprints or some
items anew, while branch and cut on the whole program lowers the bound.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.horizon import listing, milestones
from planner.horizon.anneal import Annealing
from planner.horizon.calendar import Stretches
from planner.horizon.closing import close
from planner.horizon.compiled import loop
from planner.horizon.data import Horizon
from planner.horizon.facets import Facets
from planner.horizon.forest import Later
from planner.horizon.neighbourhoods import Neighbourhoods
from planner.horizon.part import Part, whole_part
from planner.horizon.placement import At, Cut, Placement, changes_between, first_of, parts_in, shortfall_of, sprints_of
from planner.horizon.proof import Proof
from planner.horizon.rolling import Rolling
from planner.horizon.shares import split
from planner.horizon.start import improve_start
from planner.solve.limits import Limits

NEAR = 1e-6  # part of the bound by which value may miss it and still count as proven (the figures' own precision)
ONE_CORE_PART = 0.5
BRANCH_PART = 0.15  # of what is left: branch and cut on larger ones, before its core improves the plan, too
FEW_PLACES = 300  # (item, sprint) pairs up to which nothing is annealed: branch and cut does as well
MOST_PLACES = 4_000  # and beyond which neighbourhoods gain more a second
ROLLED_PART = 0.7  # of that time, over very many sprints: windows of them annealed one after the other
ANNEALED_PART = 0.75  # of the time that a plan is improved: annealing comes first

Tell = Callable[[float | None, float | None], None]


class Search:
    """The state of one search.

    Attributes
    ----------
    best
        The best placement so far; None before one was found.
    bound
        Proven limit of the gain, whatever has been closed.
    prices
        What a hundredth of each pool costs in each sprint, as the relaxation sees it; where sprints were taken
        together (``merged``), ``later`` says what each item can still bring at these prices.
    margins
        What the relaxation's prices leave of the gain of each item in each sprint, those of dependencies included.
    carried, shortfall
        What was reached before value (sprint to hundredths; whole percent); ``kept``: how minimum shares were reached.
    best_gain
        Before some of it was given up for less churn; ``calm``: no plan to capacity has less.
    closed
        So many sprints, from the first on, are settled; ``held`` has the items in them.
    """

    def __init__(self, horizon: Horizon, limits: Limits, tell: Tell) -> None:
        self.horizon = horizon
        self.limits = limits
        self.stretches = Stretches(horizon)
        self.best: Placement | None = None
        self.bound = _each_at_its_best(horizon)
        self.impossible = False
        self.stop = threading.Event()
        self.greedy: Placement | None = None
        self.prices: NDArray[np.float64] = np.zeros((len(horizon.pools), horizon.sprints))
        self.wishes: list[tuple[int, ...]] | None = None
        self.margins: NDArray[np.float64] | None = None
        self.carried: dict[int, int] = {}
        self.shortfall: int | None = None
        self.kept: dict[int, int] = {}
        self.merged = False
        self.later: Later | None = None
        self.best_gain: float | None = None
        self.calm = False
        self.closed = 0
        self.held: dict[int, int] = {}
        self.floors: dict[int, int] = {}
        self._facets: dict[int, Facets] = {}  # by annealing, as rows are added while it runs
        self._tell = tell
        self._lock = threading.RLock()
        self._relaxed = threading.Event()
        self._failure: BaseException | None = None
        self._prover: threading.Thread | None = None

    # -- what is known -------------------------------------------------------------------------------------------

    def over(self) -> bool:
        """Whether to stop."""
        if self.limits.over:
            self.stop.set()
        return self.stop.is_set()

    @property
    def proven(self) -> bool:
        """Whether no plan to capacity is worth more, to the figures' precision."""
        if self.best is None:
            return False
        return self.bound - self.best.gain <= NEAR * max(1.0, abs(self.bound))

    def proved(self, bound: float) -> None:
        """Take a bound if it is tighter; to a whole number of grains, where value comes in grains."""
        grain = float(self.horizon.grain)
        if grain:
            bound = grain * math.floor(bound / grain + 1e-6)
        with self._lock:
            if bound < self.bound:
                self.bound = bound
                self._report()

    def found(self, at: Sequence[int | None]) -> bool:
        """Take a placement if it is worth more."""
        new = Placement(self.horizon, at)
        with self._lock:
            if self.best is not None and new.gain <= self.best.gain + 1e-9:
                return False
            self.best = new
            self._report()
        return True

    def _report(self) -> None:
        self._tell(None if self.best is None else self.best.gain, self.bound)
        if self.proven and not self.horizon.detailed:
            self.stop.set()

    def ruled_out(self) -> None:
        """Note that no plan exists."""
        self.impossible = True
        self.stop.set()

    # -- the course ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """List scheduling: the frozen rule for comparison, and a warm start that keeps every hard rule."""
        keys = listing.frozen_keys(self.horizon)
        plain = listing.schedule(self.horizon, self.stretches, keys, musts_first=False)
        milestones.settle(self.horizon, plain)
        if not self.horizon.detailed and self.keeps_all(plain):
            self.greedy = Placement(self.horizon, plain)
        self.offer(plain)
        self.offer(listing.schedule(self.horizon, self.stretches, keys, musts_first=True))

    def run(self, seconds: float) -> None:
        """Improve the plan to capacity for some seconds, or until it is proven; proving goes on beside it."""
        if self.anneals:
            loop.prepare()
        self._begin_proof()
        if self.rolls:
            loop.prepare()
        limit = self.limits.used + seconds

        def enough() -> bool:
            return self.over() or self.proven or self.limits.used >= limit

        if self.best is None or self.closed == 0:
            improve_start(self, seconds)
        if self.best is None:
            return
        helper = threading.Thread(target=self._improve_beside, args=(enough, limit), name="improve", daemon=True)
        if not self._alone:
            helper.start()
        self._roll(enough, limit - self.limits.used)
        self._anneal(enough, limit - self.limits.used, 0)
        Neighbourhoods(self).run(enough)
        if not self._alone:
            helper.join()

    @property
    def anneals(self) -> bool:
        """Whether annealing pays, so that a rough plan will do to begin with.

        Branch and cut settles smaller ones, cut items would stand still.
        """
        items = self.horizon.items
        places = sum(len(item.sprints) for item in items if not item.milestone)
        spanning = any(item.spans for item in items)
        return FEW_PLACES < places <= MOST_PLACES and not spanning and self.horizon.sprints > 1

    def _wait_for_moves(self, enough: Callable[[], bool]) -> float:
        """Neighbourhoods until the compiled moves are there; returns the seconds that it took."""
        if self.limits.work is not None:
            loop.wait()
            return 0.0
        begun = self.limits.used
        Neighbourhoods(self).run(lambda: enough() or loop.ready())
        return self.limits.used - begun

    @property
    def rolls(self) -> bool:
        """Whether windows are annealed: before anything is settled, and where no items stand still or go together."""
        still = bool(self.horizon.together) or any(item.spans for item in self.horizon.items)
        return self.later is not None and not still and not self.closed

    def _roll(self, enough: Callable[[], bool], seconds: float) -> None:
        """Anneal window after window over very many sprints; neighbourhoods until the compiled moves are there."""
        if not self.rolls or self.later is None:
            return
        seconds -= self._wait_for_moves(enough)
        passed = self.limits.passed(ROLLED_PART * seconds, ROLLED_PART)
        Rolling(self, Facets(self.horizon, self.stretches), self.later).run(lambda: 1.0 if enough() else passed())

    def _anneal(self, enough: Callable[[], bool], seconds: float, number: int) -> None:
        """Anneal the plan for a part of the time; neighbourhoods until the compiled moves are there."""
        if not self.anneals or self.closed >= self.horizon.sprints:
            return
        seconds -= self._wait_for_moves(enough)
        if number not in self._facets:
            self._facets[number] = Facets(self.horizon, self.stretches)
        passed = self.limits.passed(ANNEALED_PART * seconds, ANNEALED_PART)
        Annealing(self, self._facets[number], number).run(lambda: 1.0 if enough() else passed())

    @property
    def _alone(self) -> bool:
        """Whether one thread does everything, one thing after the other."""
        return self.limits.work is not None or (self.limits.workers or os.cpu_count()) == 1

    def _improve_beside(self, enough: Callable[[], bool], limit: float) -> None:
        """Improve the plan on the core that proving has left."""
        try:
            while self._prover is not None and self._prover.is_alive() and not enough():
                self._prover.join(0.02)
            self._anneal(enough, limit - self.limits.used, 1)
            if not enough():
                Neighbourhoods(self, 1).run(enough)
        except BaseException as error:  # raised again by finish
            self._failure = error
            self.stop.set()

    def finish(self) -> None:
        """End the proof; what went wrong there is raised here."""
        self.stop.set()
        if self._prover is not None:
            self._prover.join()
        if self._failure is not None:
            raise self._failure

    def wait_for_proof(self) -> None:
        """Until the proof is over, or the limits are reached."""
        while self._prover is not None and self._prover.is_alive() and not self.over():
            self._prover.join(0.02)

    def _begin_proof(self) -> None:
        if self._prover is not None or self._relaxed.is_set():
            return
        if self._alone:
            proof = Proof(self)
            proof.relax()
            self._relaxed.set()
            if proof.small:
                proof.branch(ONE_CORE_PART * self.limits.left)
            return
        self._prover = threading.Thread(target=self._prove, name="prove", daemon=True)
        self._prover.start()
        while not self._relaxed.wait(0.02) and not self.over():
            pass

    def _prove(self) -> None:
        try:
            proof = Proof(self)
            proof.relax()
            self._relaxed.set()
            proof.branch(self.limits.left if proof.small else BRANCH_PART * self.limits.left)
        except BaseException as error:  # raised again by finish
            self._failure = error
            self.stop.set()
        finally:
            self._relaxed.set()

    # -- rules ---------------------------------------------------------------------------------------------------

    def choices(self, index: int) -> tuple[int, ...]:
        """Sprints that an item may still be put in."""
        if index in self.held:
            return (self.held[index],)
        return tuple(sprint for sprint in self.horizon.items[index].sprints if sprint >= self.closed)

    def keeps_all(self, at: Sequence[int | None]) -> bool:
        """Whether a placement keeps every rule but hours, which its maker has looked at."""
        horizon = self.horizon
        if any(at[index] != sprint for index, sprint in self.held.items()):
            return False
        for index, item in enumerate(horizon.items):
            sprint = at[index]
            if sprint is None:
                if item.must:
                    return False
                continue
            ready = milestones.moment(item, at)
            if sprint not in item.sprints or ready is None or ready > first_of(sprint):
                return False
            if sprint < self.closed and index not in self.held:
                return False
        for group in horizon.exclusive:
            if sum(at[index] is not None for index in group) > 1:
                return False
        for group in horizon.together:
            if len({at[index] is None for index in group}) > 1:
                return False
        return milestones.right(horizon, at, self.held, self.floors)

    def keeps_first(self, at: Sequence[int | None]) -> bool:
        """Whether what was reached before value still holds."""
        items = self.horizon.items
        for sprint, least in self.carried.items():
            if sprint >= self.closed and sum(items[i].carried for i, one in enumerate(at) if one == sprint) < least:
                return False
        return self.shortfall is None or shortfall_of(self.horizon, at) <= self.shortfall

    def offer(self, at: Sequence[int | None]) -> bool:
        """Take a placement if it keeps every rule and is worth more."""
        settled = list(at)
        milestones.settle(self.horizon, settled, self.held, self.floors)
        if any(isinstance(sprint, Cut) for sprint in settled) and not self.can_be_shared(settled):
            return False
        return self.keeps_all(settled) and self.keeps_first(settled) and self.found(settled)

    def take(self, changes: Mapping[int, int | None]) -> bool:
        """Take changed sprints of some items, if the shares of every changed sprint can be written down."""
        with self._lock:
            return self._take(changes)

    def _take(self, changes: Mapping[int, int | None]) -> bool:
        before: Sequence[int | None] = [None] * len(self.horizon.items) if self.best is None else self.best.at
        at: At = list(before)
        for index, sprint in changes.items():
            at[index] = sprint
        milestones.settle(self.horizon, at, self.held, self.floors)
        if self.best is not None and Placement(self.horizon, at).gain <= self.best.gain + 1e-9:
            return False
        if not self.keeps_all(at) or not self.keeps_first(at):
            return False
        moved = changes_between(before, dict(enumerate(at)))
        changed = {sprint for index, new in moved.items() for one in (before[index], new) for sprint in sprints_of(one)}
        return all(self._can_be_shared(at, sprint) for sprint in sorted(changed)) and self.found(at)

    def can_be_shared(self, at: Sequence[int | None]) -> bool:
        """Whether the shares of every open sprint can be written down."""
        return all(self._can_be_shared(at, sprint) for sprint in range(self.closed, self.horizon.sprints))

    def _can_be_shared(self, at: Sequence[int | None], sprint: int) -> bool:
        if sprint < self.closed:
            return True
        return split(self.horizon, self.stretches, sprint, parts_in(self.horizon, at, sprint)) is not None

    def close(self, sprint: int, inside: Collection[int], floors: Mapping[int, int]) -> None:
        """Settle what is in a sprint, see :func:`planner.horizon.closing.close`."""
        with self._lock:
            close(self, sprint, inside, floors)

    # -- what programs and prices say ----------------------------------------------------------------------------

    def whole(self) -> Part:
        """Everything that is not settled, in every sprint that is open."""
        part = whole_part(self.horizon)
        return replace(part, carried=self.carried, shortfall=self.shortfall)

    def profits(self) -> NDArray[np.float64]:
        """Gain of each item (rows) in each sprint, its hours paid at the relaxation's prices; -inf: cannot be there."""
        horizon = self.horizon
        found = np.full((len(horizon.items), horizon.sprints), -np.inf)
        for index, item in enumerate(horizon.items):
            sprints = list(item.sprints)
            found[index, sprints] = item.gain
            for piece in item.pieces:
                found[index, sprints] -= piece.effort * self.prices[piece.pool, sprints]
        return found


def _each_at_its_best(horizon: Horizon) -> float:
    """Gain that nothing passes, hours or not: the bound as long as the relaxation has not been solved."""
    best = math.fsum(max(item.gain) if item.must else max(0.0, *item.gain) for item in horizon.items)
    return best + 1e-9 * (1 + abs(best))
