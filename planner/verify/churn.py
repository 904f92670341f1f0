"""What changed against the baseline: counted once more, from ids and calendar dates (design.md section 4, "Churn")."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import WEEKDAYS, exact
from planner.clock import TICKS_PER_DAY

if TYPE_CHECKING:
    from models.plan import Plan, PlannedItem
    from planner.verify.facts import Facts


@dataclass(frozen=True)
class Change:
    """How an item that both plans have differs: points of churn, and what of."""

    sprint: bool
    reassigned: tuple[str, ...]
    shifted: tuple[str, ...]

    @property
    def churn(self) -> int:
        """2 per change of sprint, 1 per reassigned and per shifted task."""
        return 2 * self.sprint + len(self.reassigned) + len(self.shifted)


class Against:
    """A plan against the scenario's baseline."""

    def __init__(self, facts: Facts, plan: Plan, baseline: Plan) -> None:
        self._facts = facts
        self._baseline = baseline
        self.old = {one.id: one for one in baseline.selected if self._open(one.id)}
        self.known = {*self.old, *(one.id for one in baseline.left_out if self._open(one.id))}
        self.new = {one.id: one for one in plan.selected}
        both = self.old.keys() & self.new.keys()
        self.changes = {name: self._change(self.old[name], self.new[name]) for name in both}

    def _open(self, name: str) -> bool:
        return name in self._facts.backlog and not self._facts.backlog[name].done

    @property
    def churn(self) -> int:
        """All of it: 3 per item dropped or added that the baseline knew, and the changes."""
        in_or_out = sum((name in self.old) != (name in self.new) for name in self.known)
        return 3 * in_or_out + sum(change.churn for change in self.changes.values())

    def _change(self, old: PlannedItem, new: PlannedItem) -> Change:
        sprint = self._sprint_now(old.sprint)
        if self._facts.backlog[old.id].started:
            return Change(sprint != new.sprint, (), ())
        reassigned, shifted = [], []
        for key in dict.fromkeys(task.id for task in old.tasks):
            before = [task for task in old.tasks if task.id == key]
            now = [task for task in new.tasks if task.id == key]
            if len(before) != 1 or not now:
                continue
            # Of work that several share in a sprint to capacity, whoever the baseline names has to have a part.
            if before[0].specialist not in {task.specialist for task in now}:
                reassigned.append(key)
            if len(now) != 1:
                continue
            times = before[0].start, now[0].start
            if sprint == new.sprint and times[0] is not None and times[1] is not None:
                apart = abs(self._moment(times[0]) - self._moment(times[1]))
                if apart >= TICKS_PER_DAY:
                    shifted.append(key)
        return Change(sprint != new.sprint, tuple(reassigned), tuple(shifted))

    def _sprint_now(self, number: int) -> int:
        """The sprint of this horizon into which the last day of a sprint of the baseline falls."""
        days = self._facts.scenario.calendar.sprint_days
        return (number * days - 1 - self._weekdays_later()) // days + 1

    def _weekdays_later(self) -> int:
        """Non-weekend days from the baseline's start to this one's; negative if this one starts earlier."""
        then, now = self._baseline.start, self._facts.clock.first_day
        weekend = self._facts.scenario.calendar.weekend
        step = datetime.timedelta(days=1)
        first, last, days = min(then, now), max(then, now), 0
        while first < last:
            days += WEEKDAYS[first.weekday()] not in weekend
            first += step
        return days if then <= now else -days

    def _moment(self, start: datetime.datetime) -> int:
        """Team ticks of a start; of a day off the next working day's first, before the horizon a day before."""
        clock = self._facts.clock
        local = start.astimezone(clock.timezone)
        if local.date() < clock.first_day:
            return -TICKS_PER_DAY
        first = clock.start_limit(local.date())
        if clock.day_index(local.date()) is None:
            return first
        begin = datetime.datetime.combine(local.date(), clock.day_start)
        passed = (local.replace(tzinfo=None) - begin).total_seconds()
        return first + round(Fraction(passed) * TICKS_PER_DAY / (3600 * clock.day_hours))


def compared(facts: Facts, plan: Plan) -> Iterator[str]:
    """Check the comparison with the baseline, and that no more value was given up than the tolerance allows."""
    baseline = facts.scenario.baseline
    if baseline is None:
        if plan.baseline is not None:
            yield "plan: it is compared with a baseline that the scenario does not have"
        return
    if plan.baseline is None:
        yield "plan: it is not compared with the scenario's baseline"
        return
    against = Against(facts, plan, baseline)
    told = plan.baseline
    if told.churn != against.churn:
        yield f"baseline: churn is {told.churn}, but it is {against.churn}"
    moved = {name for name, change in against.changes.items() if change.churn}
    true = {
        "kept": against.changes.keys() - moved,
        "added": against.new.keys() - against.old.keys(),
        "dropped": against.old.keys() - against.new.keys(),
        "moved": moved,
    }
    printed = {
        "kept": told.kept,
        "added": told.added,
        "dropped": told.dropped,
        "moved": tuple(one.id for one in told.moved),
    }
    for what, names in printed.items():
        if sorted(names) != sorted(true[what]):
            right = ", ".join(sorted(true[what])) or "none"
            yield f"baseline: {what} are {', '.join(names) or 'none'}, but should be {right}"
    for one in told.moved:
        change = against.changes.get(one.id)
        if change is not None and (set(one.reassigned), set(one.shifted)) != (
            set(change.reassigned),
            set(change.shifted),
        ):
            yield f"baseline: what moved of {one.id} is not told as it is"
    yield from _traded(facts, plan)


def _traded(facts: Facts, plan: Plan) -> Iterator[str]:
    policy = facts.scenario.policy
    if plan.value is None or plan.best_value is None or policy.churn_weight is not None:
        return
    least = exact(plan.best_value) - exact(policy.churn_tolerance) * abs(exact(plan.best_value))
    if exact(plan.value) < least - Fraction(1, 10**6) * (1 + abs(least)):
        figures = f"{plan.value:.10g} of {plan.best_value:.10g}"
        yield f"plan: it gives up more value for less churn ({figures}) than churn_tolerance allows"
