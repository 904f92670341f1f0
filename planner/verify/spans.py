"""How many sprints lie at least between two items, one of which depends on the other."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.clock import TICKS_PER_DAY
from planner.verify.demands import ticks_of
from planner.verify.kept import eligible, kept_tasks

if TYPE_CHECKING:
    from planner.verify.demands import Demand
    from planner.verify.facts import Facts


class Spans:
    """Least spans of items, worked out once each."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: dict[str, int] = {}

    def offset(self, before: str, lag_days: float, after: Demand) -> int:
        """Least number of sprints from one item to the other."""
        demand = self._facts.backlog.get(before)
        ticks = (self.least(demand) if demand is not None else 0) + ticks_of(lag_days) + self.least(after)
        days = Fraction(ticks, TICKS_PER_DAY)
        return max(0, math.ceil(days / self._facts.scenario.calendar.sprint_days) - 1)

    def least(self, demand: Demand) -> int:
        """Least ticks from start to finish, waits included, if nobody were away; 0 where it may be cut."""
        name = demand.item.id
        if demand.milestone or demand.item.may_span:
            return 0
        if name not in self._known:
            self._known[name] = self._longest(demand)
        return self._known[name]

    def _longest(self, demand: Demand) -> int:
        person, hers = kept_tasks(self._facts, demand)
        ends: dict[int, int] = {}
        waiting = list(demand.needs)
        while waiting:
            free = [need for need in waiting if need.after <= ends.keys()]
            if not free:
                return 0
            for need in free:
                able = (
                    (person,) if person is not None and need.position in hers else eligible(self._facts, demand, need)
                )
                shortest = min((one.duration(need.skill, need.effort) for one in able), default=0)
                ends[need.position] = max((ends[b] for b in need.after), default=0) + shortest + need.wait
            waiting = [need for need in waiting if need not in free]
        return max(ends.values(), default=0)
