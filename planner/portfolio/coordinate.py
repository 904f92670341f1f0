"""Coordinate teams that share people: prices for their hours, then plans that really fit beside each other.

A small group is one model, solved exactly. A large one goes by prices (Dantzig and Wolfe 1960; Lagrangian bounds:
Geoffrion 1974, doi:10.1007/BFb0120690): every team plans alone, paying for shared hours; a master problem combines
what they found and sets the prices anew. Whatever the prices, what all teams are worth after paying plus what all hours
cost is a bound on any plans of all teams. Then the teams are set beside each other one by one, and a few at a time are
planned anew while the others stand (large neighbourhood search), which ends where bound and plans meet or time is up.
"""

from __future__ import annotations

import itertools
import pickle
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planner.portfolio.group import Group
from planner.portfolio.master import Master, paid
from planner.portfolio.model import BUCKETS, Found, Prices, TeamsModel, effort
from planner.portfolio.relaxed import PricedRelaxation
from planner.portfolio.runner import Runner
from planner.solve import list_schedule
from planner.solve.solution import Solution

JOINT_TASKS = 90  # up to which one model of all teams is worth a try
JOINT_PART = 0.35  # of the time
PRICE_PART = 0.5  # of what is left then
HOUR_ROUNDS = 6  # in which prices of hours alone come close
AVERAGE = 0.3  # part of the last answers in the direction in which prices move
SMALLEST_STEP = 0.005
MOST_SECONDS = 0.6  # of one team's search against prices: a longer one lowers the bound less than another round does
SLOW = 4.0  # a search counts deterministic work, a second or less each; on a busy machine that takes longer
LEAST_SECONDS = 0.3  # of one team's search
KEPT_MODELS = 48  # a worker keeps so many teams' models: the memory it takes is bounded
LARGEST_NEIGHBOURHOOD = 4  # teams
TIGHTEN_PART = 0.2  # of the last part of the time: a longer look at the bound


@dataclass(frozen=True)
class Task:
    """One search, done by a worker.

    Attributes
    ----------
    group
        Pickled once for all tasks; ``key`` names it.
    above
        Only plans worth more are of interest.
    early
        Improve how early things are finished instead of worth.
    allowed
        Items of each team that are worth looking at; None for all.
    """

    group: bytes
    key: str
    members: tuple[int, ...]
    start: Mapping[int, Solution]
    seconds: float
    seed: int = 0
    others: Mapping[int, Solution] = field(default_factory=dict)
    prices: Prices | None = None
    above: int | None = None
    early: bool = False
    allowed: Mapping[int, frozenset[int]] | None = None


_relaxed: dict[tuple[str, int], PricedRelaxation] = {}
_models: dict[tuple[str, int], TeamsModel] = {}
_groups: dict[str, Group] = {}


def search(task: Task) -> Found:
    """Do one search; called in a worker."""
    from planner.workers import stopping

    if task.key not in _groups:
        _groups.clear()
        _models.clear()
        _relaxed.clear()
        _groups[task.key] = pickle.loads(task.group)
    group = _groups[task.key]
    if len(task.members) == 1 and not task.others and task.above is None and not task.early:
        place = (task.key, task.members[0])
        model = _models.pop(place, None) or TeamsModel(group, task.members)
        _models[place] = model  # the last used is last
        while len(_models) > KEPT_MODELS:
            del _models[next(iter(_models))]
    else:
        model = TeamsModel(group, task.members, task.others)
        if task.allowed is not None:
            model.only(task.allowed)
    limits = effort(SLOW * task.seconds, task.seed, task.seconds)
    if task.early:
        return model.earlier(limits, task.start, stopping)
    found = model.best(limits, task.start, stopping, task.prices, task.above)
    if task.prices is not None and not task.others and found.plans is not None:
        return _bounded(task, group, found)
    return found


def _bounded(task: Task, group: Group, found: Found) -> Found:
    """Where the model did not settle a team, the relaxation may know a better bound."""
    from planner.workers import stopping

    assert task.prices is not None
    assert found.plans is not None
    (index,) = task.members
    worth = group.teams[index].worth(found.plans[index]) - paid(group, index, found.plans[index], task.prices)
    if found.bound is None or found.bound <= worth or stopping():
        return found
    place = (task.key, index)
    if place not in _relaxed:
        _relaxed[place] = PricedRelaxation(group, index)
    bound = _relaxed[place].bound(task.prices, task.seconds, stopping)
    return found if bound is None else Found(found.plans, max(worth, min(bound, found.bound)))


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
        self.plans: dict[int, Solution] = {}

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
            self._set_beside()
            self._improve(self.used + (1 - TIGHTEN_PART) * (self.seconds - self.used))
            self._tighten()
        self._early()
        return Outcome(
            self.plans,
            max(self.bound, self._worth(self.plans)),
            self.alone,
            frozenset(self.impossible),
            self.prices,
            method,
            self.used,
        )

    def _worth(self, plans: Mapping[int, Solution]) -> int:
        return sum(self.group.teams[index].worth(plan) for index, plan in plans.items())

    def _task(self, members: Sequence[int], start: Mapping[int, Solution], seconds: float, **more: object) -> Task:
        return Task(self.packed, self.key, tuple(members), dict(start), seconds, **more)  # type: ignore[arg-type]

    def _share(self, seconds: float, searches: int) -> float:
        """Seconds for one of so many searches that have so long in all."""
        return max(LEAST_SECONDS, seconds * self.runner.width / max(1, searches))

    # -- bounds and prices ---------------------------------------------------------------------------------------

    def _alone(self, teams: Sequence[int]) -> None:
        """Plan every team as if all shared hours were its own."""
        starts = {index: list_schedule.warm_start(self.group.teams[index].instance) for index in teams}
        each = self._share(0.2 * self.seconds, len(teams))
        tasks = [self._task([index], {index: starts[index]}, each, prices=self.prices) for index in teams]
        for task, found in self._search(tasks):
            index = task.members[0]
            self._keep(index, found)
            if found.infeasible:
                self.impossible.add(index)
        for index in teams:
            if index not in self.alone:
                self.impossible.add(index)
        self.bound = sum(self.alone.values())

    def _keep(self, index: int, found: Found) -> None:
        if found.plans is not None and found.bound is not None:
            self.alone.setdefault(index, found.bound)
            self.last[index] = found.plans[index]
            self.master.add(index, found.plans[index])

    def _search(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Found]]:
        for finished in self.runner.run(search, tasks, self.stopped):
            if finished.error is not None:
                raise finished.error
            if finished.result is not None:
                yield finished.job, finished.result

    def _teams(self) -> list[int]:
        return [index for index in range(len(self.group.teams)) if index not in self.impossible]

    def _find_prices(self, until: float) -> None:
        """Change the prices until the bound hardly moves: first hours, from the master, then ticks."""
        for _ in range(HOUR_ROUNDS):
            wanted = self.master.prices(1.0)
            if wanted is None or self._answers(wanted, until) is None:
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
        """Go on by the volume algorithm (Barahona and Anbil 2000, doi:10.1007/s101070050002).

        Prices move along an average of what was asked for too much and too little; each row counts in parts of what
        there is of it.
        """
        sizes = [max(1, most) for most in self.master.most]
        centre, average, step = self.prices, None, 0.2
        while self.used < until and not self.stopped() and step > SMALLEST_STEP:
            before = self.bound
            takes = self._answers(centre if average is None else self._moved(centre, average, step, sizes), until)
            if takes is None:
                return
            over = [(taken - most) / size for taken, most, size in zip(takes, self.master.most, sizes, strict=True)]
            last = average or over
            average = [AVERAGE * now + (1 - AVERAGE) * then for now, then in zip(over, last, strict=True)]
            if self.bound < before:
                centre = self.prices
                step *= 1.1
            else:
                step *= 0.75

    def _moved(self, centre: Prices, average: Sequence[float], step: float, sizes: Sequence[int]) -> Prices:
        """Polyak's step: the distance to what the master knows to be possible, over the square of the direction."""
        square = sum(part * part for part in average) or 1.0
        target = self.master.value() or 0.99 * self.bound
        length = step * max(0.001 * self.bound, self.bound - target) / square
        rows = [
            max(0, round(price + length * part / size))
            for price, part, size in zip(centre.rows, average, sizes, strict=True)
        ]
        return Prices.of(self.group, rows)

    def _answers(self, tried: Prices, until: float) -> list[int] | None:
        """Let every team plan against prices; returns what they take in all, None where it could not be done.

        What all are worth after paying, and what everything costs, is a bound.
        """
        teams = self._teams()
        each = min(MOST_SECONDS, self._share(until - self.used, 4 * len(teams)))
        tasks = [self._task([i], {i: self.last[i]}, each, prices=tried) for i in teams]
        total = sum(price * most for price, most in zip(tried.rows, self.master.most, strict=True))
        takes = [0] * len(self.master.most)
        parts: dict[int, int] = {}
        answered = 0
        for task, found in self._search(tasks):
            if found.plans is None or found.bound is None:
                return None
            answered += 1
            index = task.members[0]
            total += found.bound
            parts[index] = found.bound
            self.last[index] = found.plans[index]
            column = self.master.add(index, found.plans[index])
            takes = [taken + more for taken, more in zip(takes, column.takes, strict=True)]
        if self.stopped() or answered < len(teams):
            return None
        if total < self.bound:
            self.bound, self.prices, self.parts = total, tried, parts
        return takes

    # -- plans beside each other ---------------------------------------------------------------------------------

    def _joint(self) -> bool:
        """Try one model of all teams, where it is small; True if it settles the matter."""
        teams = self._teams()
        if self.group.tasks > JOINT_TASKS or len(teams) < 2:
            return False
        self._set_beside()
        tasks = [self._task(teams, self.plans, JOINT_PART * self.seconds)]
        for _, found in self._search(tasks):
            if found.plans is not None and found.bound is not None:
                if self._worth(found.plans) >= self._worth(self.plans) or len(self.plans) < len(teams):
                    self.plans = dict(found.plans)
                self.bound = min(self.bound, found.bound)
        return self._worth(self.plans) >= self.bound

    def _set_beside(self) -> None:
        """Set the teams beside each other, one by one, each paying the prices for what it takes.

        Those without arcs that point at them come first; among them who is worth most for the shared hours. A team that
        does not fit beside the others has no plan yet.
        """
        if self.plans:
            return
        choice = self.master.choice(2.0) or {}
        each = self._share(0.25 * (self.seconds - self.used), len(self._teams()) * self.runner.width)
        for index in self._order():
            start = choice.get(index, self.last[index])
            tasks = [self._task([index], {index: start}, each, others=dict(self.plans), prices=self.prices)]
            for _, found in self._search(tasks):
                if found.plans is not None:
                    self.plans[index] = found.plans[index]

    def _order(self) -> list[int]:
        needs = {index: {arc.before[0] for arc in self.group.arcs if arc.after[0] == index} for index in self._teams()}
        order: list[int] = []
        left = sorted(self._teams(), key=self._density)
        while left:
            ready = next((index for index in left if needs[index] <= {*order, index} | self.impossible), left[0])
            left.remove(ready)
            order.append(ready)
        return order

    def _density(self, index: int) -> tuple[float, int]:
        hours = sum(self.group.teams[index].hours(self.last[index]).values())
        return (-self.group.teams[index].worth(self.last[index]) / (1 + hours), index)

    def _tighten(self) -> None:
        """Look longer at the teams whose part of the bound, at the best prices, is not what their best plan leaves."""
        if self._worth(self.plans) >= self.bound or self.stopped() or not self.parts:
            return
        open_ = {
            index: part - self.master.best_left(index, self.prices)
            for index, part in self.parts.items()
            if part > self.master.best_left(index, self.prices)
        }
        if not open_:
            return
        each = self._share(max(0.0, self.seconds - self.used), len(open_))
        order = sorted(open_, key=lambda index: (-open_[index], index))
        tasks = [self._task([i], {i: self.master.best_plan(i, self.prices)}, each, prices=self.prices) for i in order]
        for task, found in self._search(tasks):
            index = task.members[0]
            if found.bound is not None and found.bound < self.parts[index]:
                self.bound -= self.parts[index] - found.bound
                self.parts[index] = found.bound

    def _improve(self, end: float) -> None:
        """Plan some teams anew while the others stand, again and again, among the items that are worth looking at."""
        rounds = random.Random(self.seed)
        waiting = [(index,) for index in self._order()]
        step = max(LEAST_SECONDS, min(3.0, self.seconds / 40))
        number = 0
        while self.used < end and not self.stopped() and self._worth(self.plans) < self.bound:
            looked_at = self.master.worth_looking_at(self.prices, self.plans)
            picks: list[tuple[int, ...]] = []
            while len(picks) < self.runner.width:
                picks.append(waiting.pop(0) if waiting else self._pick(rounds))
            tasks = []
            for members in picks:
                number += 1
                others = {index: plan for index, plan in self.plans.items() if index not in members}
                start = {index: self.plans.get(index, self.last[index]) for index in members}
                known = all(index in self.plans for index in members)
                above = sum(self.group.teams[index].worth(self.plans[index]) for index in members) if known else None
                seconds = min(step * len(members), max(LEAST_SECONDS, end - self.used))
                # Now and then all items, in small neighbourhoods: a good one may be in none of the plans so far.
                allowed = None if len(members) < 3 and number % 3 == 0 else looked_at
                more = {"seed": number, "others": others, "above": above, "allowed": allowed}
                tasks.append(self._task(members, start, seconds, **more))
            for _, found in self._search(tasks):
                if found.plans is not None:
                    for index, plan in found.plans.items():
                        self.master.add(index, plan)
                    self._take(found.plans)

    def _pick(self, rounds: random.Random) -> tuple[int, ...]:
        """Two or three teams that share somebody or wait for each other."""
        teams = self._teams()
        first = rounds.choice(teams)
        near = [index for index in teams if index != first and self._linked(first, index)] or [
            index for index in teams if index != first
        ]
        count = min(len(near), rounds.randint(1, LARGEST_NEIGHBOURHOOD - 1))
        return tuple(sorted([first, *rounds.sample(near, count)]))

    def _linked(self, one: int, other: int) -> bool:
        shared = {person for person, _ in self.group.teams[one].shared}
        if shared & {person for person, _ in self.group.teams[other].shared}:
            return True
        return any({arc.before[0], arc.after[0]} == {one, other} for arc in self.group.arcs)

    def _take(self, found: Mapping[int, Solution]) -> None:
        """Keep plans that are better, unless another search has taken the hours they need in the meantime."""
        plans = {**self.plans, **found}
        better = self._worth(plans) > self._worth(self.plans) or len(plans) > len(self.plans)
        if better and self.beside_each_other(plans):
            self.plans = plans

    def beside_each_other(self, plans: Mapping[int, Solution]) -> bool:
        """Whether plans spend each shared hour once and keep the order between teams."""
        for person, limit in enumerate(self.group.limits):
            taken = 0
            busy: list[tuple[int, int]] = []
            for index, plan in plans.items():
                taken += self.group.teams[index].hours(plan).get(person, 0)
                busy += self.group.teams[index].busy(plan).get(person, ())
            busy.sort()
            if taken > limit or any(a + length > b for (a, length), (b, _) in itertools.pairwise(busy)):
                return False
        for arc in self.group.arcs:
            (first, before), (second, after) = arc.before, arc.after
            if second not in plans or after not in plans[second].items:
                continue
            span = plans[first].items.get(before) if first in plans else None
            if span is None or plans[second].items[after][0] < span[1] + arc.lag:
                return False
        return True

    def _early(self) -> None:
        """Finish early what is worth most, shared people's times as they are: so all teams at once."""
        if self.group.arcs or self.stopped():
            waits = {team for arc in self.group.arcs for team in (arc.before[0], arc.after[0])}
        else:
            waits = set()
        tasks = [
            self._task([index], {index: plan}, LEAST_SECONDS, early=True)
            for index, plan in sorted(self.plans.items())
            if index not in waits
        ]
        for _, found in self._search(tasks):
            if found.plans is not None:
                plans = {**self.plans, **found.plans}
                if self._worth(plans) >= self._worth(self.plans) and self.beside_each_other(plans):
                    self.plans = plans
