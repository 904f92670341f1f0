"""When a task is really worked on: what nights, weekends, absences and promised hours leave of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from models.plan import Plan, PlannedTask
from models.scenario import Scenario
from planner.clock import TICKS_PER_DAY, Clock
from planner.team import expand, rates

Span = tuple[int, int]


@dataclass(frozen=True)
class Presence:
    """Who is there when, over the days of a plan.

    Attributes
    ----------
    clock
        Of the plan's horizon.
    spans
        Half-open tick intervals in which each specialist is there, in the order of the team.
    """

    clock: Clock
    spans: Mapping[str, tuple[Span, ...]]

    @classmethod
    def of(cls, scenario: Scenario, plan: Plan) -> Presence:
        """Lay out the days of a plan; the scenario may leave its start open, the plan knows it."""
        clock = Clock.of(scenario.calendar.model_copy(update={"start": plan.start}))
        people = zip(expand(scenario.team), rates(scenario), strict=True)
        return cls(clock, {person.name: clock.presence(person, rate) for person, rate in people})

    def runs(self, task: PlannedTask) -> list[Span]:
        """Tick intervals in which a task is worked on, cut by absences; none of a task without times."""
        if task.start_tick is None or task.finish_tick is None:
            return []
        cut = [
            (max(first, task.start_tick), min(last, task.finish_tick))
            for first, last in self.spans.get(task.specialist, ())
        ]
        return [(first, last) for first, last in cut if first < last] or [(task.start_tick, task.finish_tick)]

    def stretches(self, task: PlannedTask) -> list[tuple[datetime.datetime, datetime.datetime]]:
        """Begin and end of every piece of work on a task, none of them longer than a working day."""
        moments = []
        for run in self.runs(task):
            for first, last in by_day(run):
                moments.append((self.clock.start_time(first), self.clock.finish_time(last)))
        return moments


def by_day(span: Span) -> list[Span]:
    """Cut a tick interval where working days end."""
    first, last = span
    days = range(first // TICKS_PER_DAY, -(-last // TICKS_PER_DAY))
    return [(max(first, TICKS_PER_DAY * day), min(last, TICKS_PER_DAY * (day + 1))) for day in days]
