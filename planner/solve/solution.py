"""A schedule in integers and what it is worth, term by term."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from planner.clock import TICKS_PER_DAY
from planner.instance import Instance, Item, ShareRule
from planner.solve.shares import shortfall

TermName = Literal["carried_over", "shortfall", "value", "churn", "early", "peak", "effort", "assignee"]
SPRINT = 1  # an instance is one sprint
PEAK_PARTS = 10_000  # the peak is counted in hundredths of a percent


@dataclass(frozen=True)
class Placed:
    """A task with its specialist, own start tick, and team ticks."""

    specialist: int
    own_start: int
    start: int
    finish: int
    cost: int


@dataclass(frozen=True)
class Solution:
    """Chosen items with start and finish (team ticks, waits included) and their tasks."""

    items: Mapping[int, tuple[int, int]]
    tasks: Mapping[int, Placed]

    def only(self, items: Collection[int], instance: Instance) -> Solution:
        """Leave out what is not among these items."""
        inside = set(items)
        return Solution(
            {index: span for index, span in self.items.items() if index in inside},
            {task: placed for task, placed in self.tasks.items() if instance.tasks[task].item in inside},
        )

    def terms(self, instance: Instance) -> dict[TermName, int]:
        """Value of every term of the objective, in the solver's units (Section 4, "Objective")."""
        chosen = {index: instance.items[index] for index in self.items}
        return {
            "carried_over": sum(item.carried for item in chosen.values()),
            "shortfall": sum(self.shortfall(instance, rule) for rule in instance.shares),
            "value": sum(self.benefit(instance, index) for index in range(len(instance.items))) - instance.lost,
            "churn": self.churn(instance),
            "early": sum(item.value * days(self.items[index][1]) for index, item in chosen.items()),
            "peak": max((peak(used, limit) for used, limit in self.load(instance)), default=0),
            "effort": sum(placed.cost for placed in self.tasks.values()),
            "assignee": sum(
                instance.tasks[task].preferred not in (None, placed.specialist) for task, placed in self.tasks.items()
            ),
        }

    def benefit(self, instance: Instance, index: int) -> int:
        """Value net of due cost; an item that is out pays to the horizon's end."""
        item = instance.items[index]
        if index in self.items:
            return item.value - item.late_cost * days_late(item, self.items[index][1])
        return -item.late_cost * days_late(item, instance.horizon)

    def churn(self, instance: Instance) -> int:
        """What changed against the baseline; 0 without one (Section 4, "Churn")."""
        churn = instance.churn
        if churn is None:
            return 0
        total = sum(churn.of_choice(id_, None) for id_ in instance.excluded)
        for index, item in enumerate(instance.items):
            total += churn.of_choice(item.id, SPRINT if index in self.items else None)
            for task in item.tasks if index in self.items else ():
                placed, key = self.tasks[task], instance.tasks[task].key
                who = instance.specialists[placed.specialist].name
                total += churn.of_task(item.id, key, who, placed.start, SPRINT)
        return total

    def load(self, instance: Instance) -> list[tuple[int, int]]:
        """(planned, limit) in hundredths, per specialist."""
        used = [0] * len(instance.specialists)
        for placed in self.tasks.values():
            used[placed.specialist] += placed.cost
        return [(taken, person.limit) for taken, person in zip(used, instance.specialists, strict=True)]

    def shortfall(self, instance: Instance, rule: ShareRule) -> int:
        """Whole percent by which a minimum share is missed; 0 without a minimum."""
        if rule.minimum is None:
            return 0
        return shortfall(rule.minimum, self.effort_of(instance, rule.counted), instance.capacity)

    def share(self, instance: Instance, members: tuple[int, ...]) -> Fraction:
        """Part of the sprint's hours that those members take that are in the plan."""
        return Fraction(self.effort_of(instance, members), instance.capacity) if instance.capacity else Fraction(0)

    def effort_of(self, instance: Instance, members: tuple[int, ...]) -> int:
        """Effort (hundredths) of those members that are in the plan."""
        return sum(instance.items[index].effort for index in members if index in self.items)


def days(finish: int) -> int:
    """Working days up to and including the one in which this tick ends."""
    return -(-finish // TICKS_PER_DAY)


def days_late(item: Item, finish: int) -> int:
    """Working days after the due date."""
    return max(0, days(finish) - item.due_days)


def peak(used: int, limit: int) -> int:
    """Utilisation in hundredths of a percent, rounded up."""
    return -(-PEAK_PARTS * used // limit) if limit else 0
