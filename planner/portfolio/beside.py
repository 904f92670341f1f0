"""Plans beside each other: set there one by one, then improved a few teams at a time while the others stand.

Three ways take turns (large neighbourhood search): some teams in one model; some teams taken out and planned again one
after the other, those before the last paying the prices; and the master choosing anew among all plans found so far,
of which none that are at the same person at the same time.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.portfolio.model import Found, Prices
from planner.portfolio.searches import Task
from planner.solve.solution import Solution

if TYPE_CHECKING:
    from planner.portfolio.coordinate import Coordinator

LEAST_SECONDS = 0.3  # of one search
MOST_TEAMS = 4  # in one model
MOST_IN_TURN = 5
LONGER = 4.0  # times as long may one model take, the longer nothing better has been found
IN_TURN = 0.6  # part of the rounds
RECOMBINE = 8  # rounds between two choices among all plans
WORSE = 0.004  # part of the worth by which plans may get worse for a while: the best are kept
FACTORS = (0.6, 1.0, 1.0, 1.6)  # of prices, in turn


class Beside:
    """Plans of the teams of one coordination that keep every rule between teams.

    Attributes
    ----------
    plans
        Where the search stands; ``best`` are the best it has passed.
    """

    def __init__(self, of: Coordinator) -> None:
        self.of = of
        self.group = of.group
        self.plans: dict[int, Solution] = {}
        self.best: dict[int, Solution] = {}
        self.stale = 0  # rounds since the best were found

    def worth(self, plans: Mapping[int, Solution]) -> int:
        """Sum of what plans are worth."""
        return sum(self.group.teams[index].worth(plan) for index, plan in plans.items())

    def begin(self) -> None:
        """Set the teams beside each other, one by one, each paying the prices for what it takes.

        Those without arcs that point at them come first; among them who is worth most for the shared hours. A team that
        does not fit beside the others has no plan yet.
        """
        if self.plans:
            return
        of = self.of
        choice = of.master.choice(2.0) or {}
        each = of.share(0.25 * (of.seconds - of.used), len(of.teams()) * of.runner.width)
        for index in self._order():
            start = choice.get(index, of.last[index])
            tasks = [of.task([index], {index: start}, each, others=dict(self.plans), prices=of.prices)]
            for _, found in of.search(tasks):
                if found.plans is not None:
                    self.plans[index] = found.plans[index]
                    of.master.add(index, found.plans[index])

    def _order(self) -> list[int]:
        teams = self.of.teams()
        needs = {index: {arc.before[0] for arc in self.group.arcs if arc.after[0] == index} for index in teams}
        order: list[int] = []
        left = sorted(teams, key=self._density)
        while left:
            ready = next((index for index in left if needs[index] <= {*order, index} | self.of.impossible), left[0])
            left.remove(ready)
            order.append(ready)
        return order

    def _density(self, index: int) -> tuple[float, int]:
        team, plan = self.group.teams[index], self.of.last[index]
        return (-team.worth(plan) / (1 + sum(team.hours(plan).values())), index)

    # -- improving -----------------------------------------------------------------------------------------------

    def improve(self, end: float) -> None:
        """Plan some teams anew until the plans meet the bound or it is time to end."""
        of = self.of
        draw = random.Random(of.seed)
        waiting = [(index,) for index in self._order()]
        number = 0
        self.best = dict(self.plans)
        while of.used < end and not of.stopped() and self.worth(self.best) < of.bound:
            tasks: list[Task] = []
            looked_at = of.master.worth_looking_at(of.prices, self.plans)
            self.stale += 1
            in_turn = draw.random() < IN_TURN  # all of a round alike, so that no worker waits long for another
            while len(tasks) < of.runner.width:
                number += 1
                members = waiting.pop(0) if waiting else self._pick(draw, MOST_IN_TURN if in_turn else MOST_TEAMS)
                tasks.append(self._anew(members, number, draw, looked_at, end, in_turn=in_turn and len(members) > 1))
            for _, found in of.search(tasks):
                self._take(found)
            if number % (RECOMBINE * of.runner.width) == 0:
                self._recombine()
        self.plans = self.best

    def _anew(
        self,
        members: tuple[int, ...],
        number: int,
        draw: random.Random,
        looked_at: Mapping[int, frozenset[int]],
        end: float,
        *,
        in_turn: bool,
    ) -> Task:
        """Some teams in one model, or one after the other."""
        of = self.of
        others = {index: plan for index, plan in self.plans.items() if index not in members}
        start = {index: self.plans.get(index, of.last[index]) for index in members}
        step = LEAST_SECONDS
        if not in_turn:
            step = len(members) * max(LEAST_SECONDS, min(3.0, of.seconds / 60)) * min(LONGER, 1 + self.stale / 8)
        seconds = min(step, max(LEAST_SECONDS, end - of.used))
        # Every other time all items: a good one may be in none of the plans so far, and among those worth looking at
        # it is often proven within a tenth of a second that nothing is better.
        allowed = None if number % 4 >= 2 else looked_at
        if in_turn:
            order = list(members)
            draw.shuffle(order)
            factor = draw.choice(FACTORS)
            prices = Prices.of(self.group, [round(factor * price) for price in of.prices.rows])
            return of.task(
                order, start, seconds, seed=number, others=others, prices=prices, allowed=allowed, in_turn=True
            )
        known = all(index in self.plans for index in members)
        above = self.worth({index: self.plans[index] for index in members}) if known else None
        return of.task(members, start, seconds, seed=number, others=others, above=above, allowed=allowed)

    def _pick(self, draw: random.Random, most: int) -> tuple[int, ...]:
        """Some teams that share somebody or wait for each other."""
        teams = self.of.teams()
        first = draw.choice(teams)
        rest = [index for index in teams if index != first]
        near = [index for index in rest if self._linked(first, index)] or rest
        return tuple(sorted([first, *draw.sample(near, min(len(near), draw.randint(1, most - 1)))]))

    def _linked(self, one: int, other: int) -> bool:
        shared = {person for person, _ in self.group.teams[one].shared}
        if shared & {person for person, _ in self.group.teams[other].shared}:
            return True
        return any({arc.before[0], arc.after[0]} == {one, other} for arc in self.group.arcs)

    def _take(self, found: Found) -> None:
        """Keep plans that are better or hardly worse, unless another search took the hours they need meanwhile."""
        if found.plans is None:
            return
        for index, plan in found.plans.items():
            self.of.master.add(index, plan)
        plans = {**self.plans, **found.plans}
        floor = self.worth(self.best) - WORSE * abs(self.worth(self.best))
        fuller = len(plans) > len(self.plans)
        if (fuller or self.worth(plans) > min(self.worth(self.plans), floor)) and self.fit(plans):
            self.plans = plans
            self._keep_best()

    def _keep_best(self) -> None:
        more = len(self.plans) > len(self.best)
        if more or (len(self.plans) == len(self.best) and self.worth(self.plans) > self.worth(self.best)):
            self.best = dict(self.plans)
            self.stale = 0

    def _recombine(self) -> None:
        """Let the master choose among all plans found so far; then go on from the best."""
        choice = self.of.master.choice(1.0, beside=True)
        if choice is not None and self.fit(choice) and self.worth(choice) > self.worth(self.best):
            self.plans = choice
            self._keep_best()
        else:
            self.plans = dict(self.best)

    def fit(self, plans: Mapping[int, Solution]) -> bool:
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

    def early(self) -> None:
        """Finish early what is worth most, shared people's times as they are: so all teams at once.

        Teams that wait for each other stay as they are.
        """
        waits = {team for arc in self.group.arcs for team in (arc.before[0], arc.after[0])}
        of = self.of
        tasks = [
            of.task([index], {index: plan}, LEAST_SECONDS, early=True)
            for index, plan in sorted(self.plans.items())
            if index not in waits
        ]
        for _, found in of.search(tasks if not of.stopped() else []):
            if found.plans is not None:
                plans = {**self.plans, **found.plans}
                if self.worth(plans) >= self.worth(self.plans) and self.fit(plans):
                    self.plans = plans
