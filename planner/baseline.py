"""The last agreed plan beside the scenario: what was where, in its sprints and ticks (design.md section 4)."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from models.base import WEEKDAYS, exact
from models.plan import Plan, PlannedItem
from models.scenario import Pin, Scenario
from planner.clock import TICKS_PER_DAY, Clock

ADDED_OR_DROPPED = 3
SPRINT_CHANGED = 2


@dataclass(frozen=True)
class TaskBefore:
    """Who did a task and from which tick on, in the scenario's own ticks; None where the baseline does not say."""

    specialist: str | None
    start: int | None


@dataclass(frozen=True)
class Before:
    """Where the baseline had an item.

    Attributes
    ----------
    sprint
        Its sprint from 1, by calendar date; 0 or less before the horizon, None if it was left out.
    tasks
        By key; empty for work that is started already, as it costs nothing.
    """

    sprint: int | None
    tasks: Mapping[str, TaskBefore] = field(default_factory=dict)


@dataclass(frozen=True)
class Churn:
    """What plans are compared with, and how value may be traded for it.

    Attributes
    ----------
    before
        By item id: open items that the baseline knew.
    weight
        Value that a unit of churn is worth; None: least churn within the tolerance.
    """

    before: Mapping[str, Before]
    tolerance: Fraction
    weight: Fraction | None

    def of_choice(self, id_: str, sprint: int | None) -> int:
        """Churn of having an item in a sprint (from 1) or leaving it out, tasks aside."""
        before = self.before.get(id_)
        if before is None:
            return 0
        if (before.sprint is None) != (sprint is None):
            return ADDED_OR_DROPPED
        return SPRINT_CHANGED if before.sprint != sprint else 0

    def same_sprint(self, id_: str, sprint: int) -> bool:
        """Whether the baseline had the item in this sprint."""
        before = self.before.get(id_)
        return before is not None and before.sprint == sprint

    def of_task(self, id_: str, key: str, specialist: str, start: int, sprint: int) -> int:
        """Churn of a task that somebody starts at a tick: reassigned, and moved inside an unchanged sprint."""
        before = self.before.get(id_)
        task = before.tasks.get(key) if before is not None else None
        if before is None or before.sprint is None or task is None:
            return 0
        reassigned = task.specialist is not None and task.specialist != specialist
        moved = self.same_sprint(id_, sprint) and task.start is not None and abs(start - task.start) >= TICKS_PER_DAY
        return reassigned + moved


def churn_against(scenario: Scenario, clock: Clock, open_ids: Collection[str]) -> Churn | None:
    """Lay the scenario's baseline beside it; None without one."""
    if scenario.baseline is None:
        return None
    started = {item.id for item in scenario.backlog if item.status == "in-progress"}
    ids = frozenset(open_ids)
    before: dict[str, Before] = {}
    for planned in scenario.baseline.selected:
        if planned.id in ids:
            before[planned.id] = _before(scenario, clock, planned, tasks=planned.id not in started)
    for left_out in scenario.baseline.left_out:
        if left_out.id in ids and left_out.id not in before:
            before[left_out.id] = Before(None)
    policy = scenario.policy
    weight = None if policy.churn_weight is None else exact(policy.churn_weight)
    return Churn(dict(sorted(before.items())), exact(policy.churn_tolerance), weight)


def _before(scenario: Scenario, clock: Clock, planned: PlannedItem, *, tasks: bool) -> Before:
    assert scenario.baseline is not None
    sprint = _sprint(scenario, clock, scenario.baseline, planned.sprint)
    by_key: dict[str, list[TaskBefore]] = {}
    for task in planned.tasks if tasks else ():
        start = None if task.start is None else _tick(clock, task.start)
        by_key.setdefault(task.id, []).append(TaskBefore(task.specialist, start))
    # A task shared among several people in a sprint to capacity has nobody in particular.
    return Before(sprint, {key: own[0] for key, own in by_key.items() if len(own) == 1})


def _sprint(scenario: Scenario, clock: Clock, baseline: Plan, number: int) -> int:
    """The sprint of this horizon into which the last day of a sprint of the baseline falls; both equally long."""
    days = scenario.calendar.sprint_days
    later = _weekdays(scenario, baseline.start, clock.first_day) - _weekdays(scenario, clock.first_day, baseline.start)
    return (number * days - 1 - later) // days + 1


def _weekdays(scenario: Scenario, first: datetime.date, last: datetime.date) -> int:
    """Days from one date to a later one that are not weekend; 0 where it is not later."""
    weekend = set(scenario.calendar.weekend)
    return sum(
        WEEKDAYS[(first + datetime.timedelta(days=ahead)).weekday()] not in weekend
        for ahead in range((last - first).days)
    )


def _tick(clock: Clock, moment: datetime.datetime) -> int:
    """Tick of a start; a day off counts as the next working day's first, before the horizon as a day before."""
    local = moment.astimezone(clock.timezone)
    if local.date() < clock.first_day:
        return -TICKS_PER_DAY
    begin = datetime.datetime.combine(local.date(), clock.day_start)
    seconds = (local.replace(tzinfo=None) - begin).total_seconds()
    tick = round(seconds * TICKS_PER_DAY / float(clock.day_hours * 3600))
    day = clock.start_limit(local.date())
    return day + (tick if clock.day_index(local.date()) is not None else 0)


def frozen_pins(scenario: Scenario, clock: Clock, open_ids: Collection[str]) -> list[Pin]:
    """Pins for what the baseline starts in the first days: who, and on which day."""
    if scenario.baseline is None or not scenario.policy.freeze_days:
        return []
    days = set(clock.days[: scenario.policy.freeze_days])
    ids = frozenset(open_ids)
    pins = []
    for planned in scenario.baseline.selected:
        for task in planned.tasks if planned.id in ids else ():
            if task.start is not None and task.start.astimezone(clock.timezone).date() in days:
                day = task.start.astimezone(clock.timezone).date()
                pins.append(Pin(item=planned.id, task=task.id, specialist=task.specialist, start=day))
    return sorted(pins, key=lambda pin: (pin.start, pin.item, str(pin.task)))
