"""The search over many sprints to capacity: one half proves, the other improves a plan neighbourhood by neighbourhood.

The linear relaxation gives a bound, prices of everybody's hours and wishes: list scheduling by them, then large
neighbourhood search (Shaw 1998, doi:10.1007/3-540-49481-2_30) in which HiGHS plans some sprints or some items anew,
while branch and cut on the whole program lowers the bound.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from planner.horizon import listing, milestones
from planner.horizon.calendar import Stretches
from planner.horizon.data import Horizon
from planner.horizon.lagrange import Prices
from planner.horizon.neighbourhoods import Neighbourhoods, part_around
from planner.horizon.part import Part, growing_blocks, whole_part
from planner.horizon.placement import At, Placement, changes_between, first_of, parts_in, shortfall_of, sprints_of
from planner.horizon.program import Program
from planner.horizon.shares import split
from planner.horizon.start import improve_start
from planner.solve.limits import Limits

NEAR = 1e-6  # part of the bound by which value may miss it and still count as proven (the figures' own precision)
COLUMNS_TO_RELAX = 120_000  # beyond that later sprints are taken together: the linear program takes minutes
COLUMNS_TO_BRANCH = 60_000  # beyond that branch and cut on the whole program lowers no bound in minutes
SMALL = 1_500  # columns up to which one core settles the whole program first
ONE_CORE_PART = 0.5
BRANCH_NODES = 2_000

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
        What a hundredth of each pool costs in each sprint, as the relaxation sees it.
    carried, shortfall
        What was reached before value (sprint to hundredths; whole percent).
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
        self.bound = math.inf
        self.impossible = False
        self.stop = threading.Event()
        self.greedy: Placement | None = None
        self.prices: NDArray[np.float64] = np.zeros((len(horizon.pools), horizon.sprints))
        self.wishes: list[tuple[int, ...]] | None = None
        self.carried: dict[int, int] = {}
        self.shortfall: int | None = None
        self.merged = False
        self.best_gain: float | None = None
        self.calm = False
        self.closed = 0
        self.held: dict[int, int] = {}
        self.floors: dict[int, int] = {}
        self.random = Random(limits.seed)
        self._tell = tell
        self._lock = threading.Lock()
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
        if self.best is None or math.isinf(self.bound):
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
        self._tell(None if self.best is None else self.best.gain, None if math.isinf(self.bound) else self.bound)
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
        self._begin_proof()
        limit = self.limits.used + seconds
        if self.best is None or self.closed == 0:
            improve_start(self)
        if self.best is not None:
            Neighbourhoods(self).run(lambda: self.over() or self.proven or self.limits.used >= limit)

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
        if self.limits.work is not None or (self.limits.workers or os.cpu_count()) == 1:
            self._relax()
            if not self.over() and not self.merged and self._program.size[0] <= SMALL:
                self._branch(ONE_CORE_PART * self.limits.left)
            return
        self._prover = threading.Thread(target=self._prove, name="prove", daemon=True)
        self._prover.start()
        while not self._relaxed.wait(0.02) and not self.over():
            pass

    # -- rules ---------------------------------------------------------------------------------------------------

    def choices(self, index: int) -> tuple[int, ...]:
        """Sprints that an item may still be put in."""
        if index in self.held:
            return (self.held[index],)
        return tuple(sprint for sprint in self.horizon.items[index].sprints if sprint >= self.closed)

    def keeps_all(self, at: Sequence[int | None]) -> bool:
        """Whether a placement keeps every rule but hours, which its maker has looked at."""
        horizon = self.horizon
        for index, item in enumerate(horizon.items):
            sprint = at[index]
            if sprint is None:
                if item.must:
                    return False
                continue
            ready = milestones.moment(item, at)
            if sprint not in item.sprints or ready is None or ready > first_of(sprint):
                return False
            if sprint < self.closed and self.held.get(index) != sprint:
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
        return self.keeps_all(settled) and self.keeps_first(settled) and self.found(settled)

    def take(self, changes: Mapping[int, int | None]) -> bool:
        """Take changed sprints of some items, if the shares of every changed sprint can be written down."""
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

    # -- closing sprints -----------------------------------------------------------------------------------------

    def close(self, sprint: int, inside: Collection[int], floors: Mapping[int, int]) -> None:
        """Settle what is in a sprint; what else was planned there, or hangs on it, has to find another place.

        Parameters
        ----------
        floors
            Milestones that come no earlier than a sprint.
        """
        assert self.best is not None
        self.closed = sprint + 1
        self.held.update(dict.fromkeys(inside, sprint))
        self.floors = dict(floors)
        old = self.best.at
        at: At = [None if one == sprint and index not in self.held else one for index, one in enumerate(old)]
        for index in inside:
            at[index] = sprint
        self._drop_what_hangs(at)
        self.best = Placement(self.horizon, at)
        lost = [index for index, one in enumerate(old) if one is not None and at[index] is None]
        self._place_again(lost)

    def _drop_what_hangs(self, at: At) -> None:
        """Take out what no longer holds."""
        changed = True
        while changed:
            changed = False
            for index, item in enumerate(self.horizon.items):
                one = at[index]
                if one is None or index in self.held:
                    continue
                ready = milestones.moment(item, at)
                broken = any(
                    at[other] is None
                    for group in self.horizon.groups[index]
                    if group in self.horizon.together
                    for other in group
                )
                if ready is None or ready > first_of(one) or broken:
                    at[index] = None
                    changed = True
        milestones.settle(self.horizon, at, self.held, self.floors)

    def _place_again(self, lost: Sequence[int]) -> None:
        """Put what lost its place into the next sprints, with what is there."""
        assert self.best is not None
        watched = list(range(self.closed, min(self.horizon.sprints, self.closed + 3)))
        if not watched:
            return
        free = [*lost, *(index for index, one in enumerate(self.best.at) if one in watched)]
        needs = any(self.horizon.items[index].must and self.best.at[index] is None for index in lost)
        if needs:
            watched = list(range(self.closed, self.horizon.sprints))
        program = Program(self.horizon, self.stretches, part_around(self, self.best, free, watched))
        solved = program.solve(min(5.0, self.limits.left / 4), self.over, gap=1e-3)
        if solved.columns is not None:
            if needs:
                self.best.gain = -math.inf  # it breaks a hard rule: anything else is better
            self.take(program.read(solved.columns))

    # -- proving -------------------------------------------------------------------------------------------------

    def whole(self) -> Part:
        """Everything that is not settled, in every sprint that is open."""
        part = whole_part(self.horizon)
        return replace(part, carried=self.carried, shortfall=self.shortfall)

    def _prove(self) -> None:
        try:
            self._relax()
            if not self.over() and not self.merged and self._program.size[0] <= COLUMNS_TO_BRANCH:
                self._branch(self.limits.left)
        except BaseException as error:  # raised again by finish
            self._failure = error
            self.stop.set()
        finally:
            self._relaxed.set()

    def _relax(self) -> None:
        part = self.whole()
        if self.horizon.detailed:
            # What was reached to capacity may be too much to the tick; the bound must hold for the plan there is.
            later = {sprint: least for sprint, least in self.carried.items() if sprint >= self.horizon.detailed}
            part = replace(part, carried=later, shortfall=None)
        merged = growing_blocks(self.horizon, COLUMNS_TO_RELAX)
        self.merged = len(merged) < self.horizon.sprints
        if self.merged:
            part = replace(part, choices=whole_part(self.horizon, merged).choices, sprints=merged)
        program = self._program = Program(self.horizon, self.stretches, part, proving=True)
        answer = program.relax(self.limits.left, self.over)
        if answer.infeasible:
            self.ruled_out()
        if answer.bound is not None:
            self.proved(answer.bound)
        if answer.duals is not None and answer.columns is not None:
            duals = np.array(answer.duals)
            self._learn(program, duals, answer.columns)
            if self.merged:
                self._refine(program, duals)
        self._relaxed.set()

    def _refine(self, program: Program, duals: NDArray[np.float64]) -> None:
        """Price every sprint by itself where the relaxation took some together."""
        prices = Prices(program, duals)
        target = self.best.gain if self.best is not None else 0.0
        self.prices = prices.improve(target, self.over, self.proved)

    def _branch(self, seconds: float) -> None:
        """Branch and cut on the whole program: a better bound, in small ones a plan."""
        limited = self.limits.work is not None
        solved = self._program.solve(
            math.inf if limited else seconds,
            self.over,
            nodes=BRANCH_NODES if limited else None,
            on_bound=self.proved,
        )
        if solved.columns is not None and not self.closed:
            self.take(self._program.read(solved.columns))
        if solved.bound is not None:
            self.proved(solved.bound)
        if solved.infeasible:
            self.ruled_out()

    def _learn(self, program: Program, duals: NDArray[np.float64], columns: NDArray[np.float64]) -> None:
        """Keep the prices of everybody's hours, and the sprints in which the relaxation wants each item."""
        prices = np.zeros_like(self.prices)
        for (pool, block), row in program.pool_rows.items():
            first, last = program.part.sprints[block]
            prices[pool, first : last + 1] = max(0.0, duals[row]) / 100
        wishes: list[tuple[int, ...]] = []
        for index in range(len(self.horizon.items)):
            choices = program.part.choices[index]
            own = np.diff(columns[program.first[index] : program.first[index] + len(choices)], prepend=0.0)
            parts = tuple(sprint for sprint, part in zip(choices, own, strict=True) if part > 1e-6)
            whole = len(parts) == 1 and float(own.sum()) > 1 - 1e-6
            # What is cut in pieces is open, also whether it is in at all.
            wishes.append(parts if whole or not parts else (*parts, -1))
        self.prices, self.wishes = prices, wishes

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
