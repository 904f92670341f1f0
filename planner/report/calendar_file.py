"""The plan as a calendar file (ics, RFC 5545), for the whole team or one specialist.

A task is as many entries as it has stretches of work: a night, a weekend or an absence in between stays free in
everybody's calendar. Times are written in UTC, so every calendar shows them in its reader's own zone. Deadlines, due
dates, milestones and work that a sprint only has room for (no times yet) are all-day entries that do not make busy.
Importing a newer plan moves the entries there are: an entry is the n-th stretch of a task, whatever its time.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.item import Item
from models.plan import Plan, PlannedItem, PlannedTask
from models.scenario import Scenario
from planner.report import words
from planner.report.stretches import Presence

if TYPE_CHECKING:
    from icalendar import Event

_NAMES = uuid.UUID("6f1d2a0e-3a43-5f0c-9d53-8a2f7f1f6b5e")  # chosen once; another one would double every entry
_ONE_DAY = datetime.timedelta(days=1)
_LONGEST_SUMMARY = 200


def content(plan: Plan, scenario: Scenario, specialist: str | None = None) -> bytes:
    """Write a plan as a calendar file; the same plan gives the same bytes.

    Parameters
    ----------
    specialist
        Only this one's work, and the dates of items they work on. None: the whole team.
    """
    from icalendar import Calendar

    name = words.clean(plan.scenario) or "Sprint"
    calendar = Calendar.new(
        prodid="-//sprintplan//sprintplan//EN",
        method="PUBLISH",
        uid=_uid(plan.scenario, "calendar", specialist or ""),
        name=f"{name}: {words.clean(specialist)}" if specialist is not None else name,
    )
    calendar.add("x-wr-timezone", plan.timezone)
    for event in _Writer(plan, scenario, specialist).events():
        calendar.add_component(event)
    return bytes(calendar.to_ical())


class _Writer:
    """What the entries of one file share."""

    def __init__(self, plan: Plan, scenario: Scenario, specialist: str | None) -> None:
        self.plan = plan
        self.specialist = specialist
        self.presence = Presence.of(scenario, plan)
        self.sprint_days = scenario.calendar.sprint_days
        self.written = {item.id: item for item in scenario.backlog}

    def events(self) -> Iterator[Event]:
        """All entries, item by item in the plan's order."""
        for item in self.plan.selected:
            mine = [task for task in item.tasks if self.specialist in (None, task.specialist)]
            for task in mine:
                yield from self._work(item, task)
            if mine or (not item.tasks and self.specialist is None):
                yield from self._dates(item, self.written[item.id])

    def _work(self, item: PlannedItem, task: PlannedTask) -> Iterator[Event]:
        who = "" if self.specialist is not None else f"{words.clean(task.specialist)}: "
        what = f"{who}{_named(item)}"
        stretches = self.presence.stretches(task)
        for number, (start, finish) in enumerate(stretches, 1):
            part = f", part {number} of {len(stretches)}" if len(stretches) > 1 else ""
            yield self._entry(
                (item.id, "task", task.id, str(number)),
                what,
                f"{_work_text(task, self.plan.unit)}{part}.",
                start.astimezone(datetime.UTC),
                finish.astimezone(datetime.UTC),
            )
        if not stretches:
            sprint = task.sprint or item.sprint
            first, last = self._sprint(sprint)
            said = f"{_work_text(task, self.plan.unit)}, some time in sprint {sprint}."
            place = (item.id, "task", task.id, task.specialist, str(sprint))
            yield self._entry(place, what, said, first, last + _ONE_DAY)

    def _dates(self, item: PlannedItem, own: Item) -> Iterator[Event]:
        if not item.tasks and item.finish is not None:
            yield self._day((item.id, "milestone"), f"Milestone: {_named(item)}", item.finish.date())
        if own.deadline is not None:
            yield self._day((item.id, "deadline"), f"Deadline: {_named(item)}", own.deadline)
        if own.due is not None:
            yield self._day((item.id, "due"), f"Due: {_named(item)}", own.due.date)

    def _day(self, place: tuple[str, ...], what: str, day: datetime.date) -> Event:
        return self._entry(place, what, "", day, day + _ONE_DAY)

    def _sprint(self, number: int) -> tuple[datetime.date, datetime.date]:
        """First and last day of a sprint."""
        days = self.presence.clock.weekdays[(number - 1) * self.sprint_days : number * self.sprint_days]
        return days[0], days[-1]

    def _entry(self, place: tuple[str, ...], what: str, said: str, start: datetime.date, end: datetime.date) -> Event:
        """One entry; all day, and not making busy, where it begins on a date."""
        from icalendar import Event
        from icalendar.enums import TRANSP

        timed = isinstance(start, datetime.datetime)
        made = self.plan.created.astimezone(datetime.UTC)
        return Event.new(
            uid=_uid(self.plan.scenario, *place),
            stamp=made,
            last_modified=made,
            summary=what if len(what) <= _LONGEST_SUMMARY else what[: _LONGEST_SUMMARY - 1] + "…",
            description=said or None,
            start=start,
            end=end,
            transparency=TRANSP.OPAQUE if timed else TRANSP.TRANSPARENT,
        )


def _uid(*names: str) -> str:
    return f"{uuid.uuid5(_NAMES, chr(10).join(names))}@sprintplan"


def _named(item: PlannedItem) -> str:
    return f"{words.clean(item.id)} {words.clean(item.title)}".rstrip()


def _work_text(task: PlannedTask, unit: str) -> str:
    skill = words.clean(task.skill) if task.skill is not None else "work"
    amount = words.number(task.effort)
    return f"{skill}: {amount} {'h' if unit == 'hours' else 'points'}"
