"""Coordinate teams that share people: prices for their hours, then plans that really fit beside each other.

A small group is one model, solved exactly. A large one goes by prices (Dantzig and Wolfe 1960; Lagrangian bounds:
Geoffrion 1974, doi:10.1007/BFb0120690): every team plans alone, paying for shared hours; a master problem combines
what they found and sets the prices anew. Whatever the prices, what all teams are worth after paying plus what all hours
cost is a bound on any plans of all teams. Then the teams are set beside each other one by one, and a few at a time are
planned anew while the others stand (large neighbourhood search), which ends where bound and plans meet or time is up.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.portfolio.beside import Beside
from planner.portfolio.group import Group
from planner.portfolio.master import Master
from planner.portfolio.model import BUCKETS, Found, Prices
from planner.portfolio.runner import Runner
from planner.portfolio.searches import Task, search
from planner.solve import list_schedule
from planner.solve.solution import Solution

JOINT_TASKS = 90  # up to which one model of all teams is worth a try
JOINT_PART = 0.35  # of the time
PRICE_PART = 0.5  # of what is left then
HOUR_ROUNDS = 6  # in which prices of hours alone come close
REACH = 0.3  # of the usual price: how far prices move at first
MOST_SECONDS = 1.5  # of one team's search against prices: a longer one lowers the bound less than another round does
ALONE_SECONDS = 3.0  # of one team's search without prices
LEAST_SECONDS = 0.3  # of one team's search
VAIN_ROUNDS = 4  # without a bound lower by the part below: the time is better spent on plans
LOWER = 0.0003
TIGHTEN_PART = 0.1  # of the last part of the time: a longer look at the bound


@dataclass(frozen=True)
class Outcome:
    """Plans of all teams beside each other, and what is proven.

    Attributes
    ----------
    plans
        A team without one has none that fits beside the others, or none at all.
    alone
        What each team alone, all shared hours to itself, cannot pass.
    impossible
        Teams that have no plan even alone.
    """

    plans: Mapping[int, Solution]
    bound: int
    alone: Mapping[int, int]
    impossible: frozenset[int]
    prices: Prices
    method: str
    seconds: float


class Coordinator:
    """One coordination.

    Parameters
    ----------
    seconds
        For all of it, on ``runner.width`` cores.
    """

    def __init__(
        self, group: Group, runner: Runner, seconds: float, seed: int, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self.group = group
        self.runner = runner
        self.seconds = seconds
        self.seed = seed
        self.stopped = stopped
        self.begun = time.monotonic()
        self.master = Master(group)
        self.packed = pickle.dumps(group)
        self.key = f"{id(self)}-{self.begun}"
        self.alone: dict[int, int] = {}
        self.last: dict[int, Solution] = {}
        self.impossible: set[int] = set()
        self.bound = 0
        self.prices = Prices.none(group)
        self.parts: dict[int, int] = {}  # of each team, in the bound at the best prices
        self.unsettled: set[int] = set()  # teams whose model did not settle last time
        self.beside = Beside(self)

    @property
    def used(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.begun

    def run(self) -> Outcome:
        """Coordinate all teams."""
        everybody = tuple(range(len(self.group.teams)))
        self._alone(everybody)
        method = "joint" if self._joint() else "prices"
        if method == "prices":
            self._find_prices(PRICE_PART * (self.seconds - self.used) + self.used)
            self.beside.begin()
            self.beside.improve(self.used + (1 - TIGHTEN_PART) * (self.seconds - self.used))
            self._tighten()
        self.beside.early()
        return Outcome(
            self.beside.plans,
            max(self.bound, self.beside.worth(self.beside.plans)),
            self.alone,
            frozenset(self.impossible),
            self.prices,
            method,
            self.used,
        )

    def task(self, members: Sequence[int], start: Mapping[int, Solution], seconds: float, **more: object) -> Task:
        """Make a search of this group."""
        return Task(self.packed, self.key, tuple(members), dict(start), seconds, **more)  # type: ignore[arg-type]

    def share(self, seconds: float, searches: int) -> float:
        """Return the seconds for one of so many searches that have so long in all."""
        return max(LEAST_SECONDS, seconds * self.runner.width / max(1, searches))

    # -- bounds and prices ---------------------------------------------------------------------------------------

    def _alone(self, teams: Sequence[int]) -> None:
        """Plan every team as if all shared hours were its own."""
        starts = {index: list_schedule.warm_start(self.group.teams[index].instance) for index in teams}
        each = min(ALONE_SECONDS, self.share(0.2 * self.seconds, len(teams)))
        tasks = [self.task([index], {index: starts[index]}, each, prices=self.prices) for index in teams]
        for task, found in self.search(tasks):
            index = task.members[0]
            self._keep(index, found)
            if found.infeasible:
                self.impossible.add(index)
        for index in teams:
            if index not in self.alone:
                self.impossible.add(index)
        self.bound = sum(self.alone.values())

    def _keep(self, index: int, found: Found) -> None:
        (self.unsettled.discard if found.settled else self.unsettled.add)(index)
        if found.plans is not None and found.bound is not None:
            self.alone.setdefault(index, found.bound)
            self.last[index] = found.plans[index]
            self.master.add(index, found.plans[index])

    def search(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Found]]:
        """Let workers do searches, and yield each as it is finished."""
        for finished in self.runner.run(search, tasks, self.stopped):
            if finished.error is not None:
                raise finished.error
            if finished.result is not None:
                yield finished.job, finished.result

    def teams(self) -> list[int]:
        """Teams that have a plan at all."""
        return [index for index in range(len(self.group.teams)) if index not in self.impossible]

    def _find_prices(self, until: float) -> None:
        """Change the prices until the bound hardly moves: first hours, from the master, then ticks."""
        for _ in range(HOUR_ROUNDS):
            wanted = self.master.prices(1.0)
            if wanted is None or not self._answers(wanted, until):
                break
        self._spread()
        self._refine(until)

    def _spread(self) -> None:
        """Write hourly prices as the same price for every tick: from there on they may differ from day to day."""
        ticks = tuple(
            (round(price * limit / max(1, length)),) * BUCKETS
            for price, limit, length in zip(self.prices.hours, self.group.limits, self.group.lengths, strict=True)
        )
        self.prices = Prices((0,) * len(self.group.limits), ticks, self.prices.arcs)

    def _refine(self, until: float) -> None:
        """Let the master set prices of ticks near the best so far (column generation in a box: Marsten et al. 1975).

        The box grows where the bound falls, and shrinks where it does not: then the plans found are known, and tell.
        """
        usual = self._usual()
        part, vain = REACH, 0
        while self.used < until and not self.stopped() and vain < VAIN_ROUNDS:
            found = self.master.prices_near(self.prices, [round(part * price) for price in usual], 1.0)
            if found is None or found[1] >= self.bound - LOWER * abs(self.bound):
                return
            before, foreseen = self.bound, self.bound - found[1]
            if not self._answers(found[0], until):
                return
            fallen = before - self.bound
            part *= 1.5 if fallen > 0.3 * foreseen else 0.6 if fallen <= 0 else 1.0
            vain = 0 if fallen > LOWER * abs(before) else vain + 1

    def _usual(self) -> list[int]:
        """Return what a unit of each row costs, roughly: by it prices move; those of hours stay."""
        dearest = [max(own) for own in self.prices.ticks]
        ticks = [max(1, own, max(dearest) // 4) for own in dearest for _ in range(BUCKETS)]
        worth = max(1, self.bound // max(1, len(self.teams())))
        return [0] * len(self.group.limits) + ticks + [worth // 10] * len(self.group.arcs)

    def _answers(self, tried: Prices, until: float) -> bool:
        """Let every team plan against prices; False where it could not be done.

        What all are worth after paying, and what everything costs, is a bound.
        """
        teams = self.teams()
        each = min(MOST_SECONDS, self.share(until - self.used, 4 * len(teams)))
        order = sorted(teams, key=lambda index: (index not in self.unsettled, index))  # what takes longest first
        tasks = [self.task([i], {i: self.master.best_plan(i, tried)}, each, prices=tried) for i in order]
        total = sum(price * most for price, most in zip(tried.rows, self.master.most, strict=True))
        parts: dict[int, int] = {}
        answered = 0
        for task, found in self.search(tasks):
            if found.plans is None or found.bound is None:
                return False
            answered += 1
            index = task.members[0]
            (self.unsettled.discard if found.settled else self.unsettled.add)(index)
            total += found.bound
            parts[index] = found.bound
            self.last[index] = found.plans[index]
            self.master.add(index, found.plans[index])
        if self.stopped() or answered < len(teams):
            return False
        if total < self.bound:
            self.bound, self.prices, self.parts = total, tried, parts
        return True

    def _joint(self) -> bool:
        """Try one model of all teams, where it is small; True if it settles the matter."""
        teams = self.teams()
        if self.group.tasks > JOINT_TASKS or len(teams) < 2:
            return False
        self.beside.begin()
        tasks = [self.task(teams, self.beside.plans, JOINT_PART * self.seconds)]
        for _, found in self.search(tasks):
            if found.plans is not None and found.bound is not None:
                if self.beside.worth(found.plans) >= self.beside.worth(self.beside.plans) or len(
                    self.beside.plans
                ) < len(teams):
                    self.beside.plans = dict(found.plans)
                self.bound = min(self.bound, found.bound)
        return self.beside.worth(self.beside.plans) >= self.bound

    def _tighten(self) -> None:
        """Look longer at the teams whose part of the bound, at the best prices, is not what their best plan leaves."""
        if self.beside.worth(self.beside.plans) >= self.bound or self.stopped() or not self.parts:
            return
        open_ = {
            index: part - self.master.best_left(index, self.prices)
            for index, part in self.parts.items()
            if part > self.master.best_left(index, self.prices)
        }
        if not open_:
            return
        each = self.share(max(0.0, self.seconds - self.used), len(open_))
        order = sorted(open_, key=lambda index: (-open_[index], index))
        tasks = [self.task([i], {i: self.master.best_plan(i, self.prices)}, each, prices=self.prices) for i in order]
        for task, found in self.search(tasks):
            index = task.members[0]
            if found.bound is not None and found.bound < self.parts[index]:
                self.bound -= self.parts[index] - found.bound
                self.parts[index] = found.bound
