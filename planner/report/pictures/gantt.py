"""The Gantt as a picture: a row a specialist, absences shaded, deadlines marked."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from models.plan import Plan, PlannedItem, PlannedTask
from models.scenario import Scenario
from planner.clock import TICKS_PER_DAY
from planner.report import words
from planner.report.gantt import colour, short_ids
from planner.report.pictures.drawing import (
    AWAY,
    FAINT,
    INK,
    LATE,
    LETTER,
    box,
    cut,
    drawing,
    finished,
    line,
    shape,
    written,
)
from planner.report.stretches import Presence, Span

ROW, BAR, HEAD, GAP = 34, 24, 40, 10  # pixels
FULL_WIDTH, WIDEST_DAY, NARROWEST_DAY = 960, 110, 14


@dataclass(frozen=True)
class _Frame:
    """Where things are: pixels of a day, of the names on the left, of the loads on the right."""

    day: float
    left: float
    right: float
    days: int
    rows: int

    @property
    def width(self) -> float:
        return self.left + self.day * self.days + self.right

    @property
    def height(self) -> float:
        return HEAD + ROW * self.rows + GAP

    def x(self, tick: int) -> float:
        return round(self.left + self.day * tick / TICKS_PER_DAY, 2)

    def y(self, row: int) -> float:
        return HEAD + ROW * row


def has_times(plan: Plan) -> bool:
    """Whether anything of the plan has a time, so that there is something to draw."""
    return any(task.start_tick is not None for item in plan.selected for task in item.tasks)


def text(plan: Plan, scenario: Scenario) -> str:
    """Draw a plan; sprints that are planned to capacity have no times and are not in it."""
    presence = Presence.of(scenario, plan)
    ends = presence.clock.sprint_ends
    shown = ends[min(len(ends), max(1, scenario.calendar.detailed_sprints)) - 1] // TICKS_PER_DAY
    return finished(_Drawing(plan, scenario, presence, shown).root())


class _Drawing:
    """What the parts of one picture share."""

    def __init__(self, plan: Plan, scenario: Scenario, presence: Presence, days: int) -> None:
        self.plan = plan
        self.presence = presence
        self.deadlines = {item.id: item.deadline for item in scenario.backlog if item.deadline is not None}
        self.milestones = [item for item in plan.selected if not item.tasks and item.finish is not None]
        self.labels = short_ids([item.id for item in plan.selected])
        self.people = list(presence.spans)
        self.loads = _loads(plan)
        names = [*self.people, "Milestones"]
        day = max(NARROWEST_DAY, min(WIDEST_DAY, FULL_WIDTH / max(1, days)))
        self.frame = _Frame(
            day=round(day, 2),
            left=min(200.0, 24 + LETTER * max(len(words.clean(name)) for name in names)),
            right=24 + LETTER * max(map(len, self.loads.values()), default=0),
            days=days,
            rows=len(self.people) + bool(self.milestones),
        )

    def root(self) -> ET.Element:
        """The whole picture, with a title and a description for who cannot see it."""
        frame = self.frame
        people = words.counted(len(self.people), "specialist")
        what = f"{words.counted(len(self.plan.selected), 'item')} and {people} over {words.counted(frame.days, 'day')}"
        name = words.clean(self.plan.scenario) or "Sprint"
        root = drawing("gantt", frame.width, frame.height, f"{name}: who does what when", what)
        self._days(root)
        for row, person in enumerate(self.people):
            self._person(root, row, person)
        if self.milestones:
            self._milestones(root, len(self.people))
        return root

    def _days(self, root: ET.Element) -> None:
        """Dates above, a line a day; weeks have a stronger one."""
        frame, days = self.frame, self.presence.clock.days[: self.frame.days]
        bottom = frame.y(frame.rows)
        wide = frame.day >= LETTER * 7
        for index, day in enumerate(days):
            new_week = index == 0 or day.isocalendar().week != days[index - 1].isocalendar().week
            x = frame.x(TICKS_PER_DAY * index)
            line(root, "grid week" if new_week else "grid", (x, HEAD - 6, x, bottom), 2 if new_week else 1)
            if wide or new_week:
                written(root, "day", x + 4, HEAD - 12, f"{day:%a} {day.day}" if wide else f"{day.day} {day:%b}", FAINT)
            if wide and (index == 0 or day.month != days[index - 1].month):
                written(root, "day", x + 4, HEAD - 26, f"{day:%B %Y}", FAINT)
        for row in range(frame.rows + 1):
            line(root, "grid", (0, frame.y(row), frame.width, frame.y(row)), 1)

    def _person(self, root: ET.Element, row: int, person: str) -> None:
        frame, top = self.frame, self.frame.y(row)
        for first, last in _gaps(self.presence.spans[person], TICKS_PER_DAY * frame.days):
            box(root, "away", frame.x(first), top + 1, frame.x(last) - frame.x(first), ROW - 2, AWAY)
        written(root, "name", 8, top + 22, cut(words.clean(person), frame.left - 16), INK)
        written(root, "load", frame.x(TICKS_PER_DAY * frame.days) + 12, top + 22, self.loads.get(person, ""), FAINT)
        mine = [(item, task) for item in self.plan.selected for task in item.tasks if task.specialist == person]
        scheduled = [(item, task) for item, task in mine if task.start_tick is not None]
        for item, task in scheduled:
            self._bar(root, top, item, task)
        for item, task in scheduled:
            self._deadline(root, top, item, task)

    def _bar(self, root: ET.Element, top: float, item: PlannedItem, task: PlannedTask) -> None:
        """A task: a box for every run of work between absences, its label in the widest."""
        frame = self.frame
        group = ET.SubElement(root, "g", {"class": "bar", "data-item": words.clean(item.id)})
        ET.SubElement(group, "title").text = _told(item, task, self.plan.unit)
        runs = self.presence.runs(task)
        for first, last in runs:
            width = max(2.0, frame.x(last) - frame.x(first) - 1)
            box(group, "task", frame.x(first) + 0.5, top + (ROW - BAR) / 2, width, BAR, colour(item.rank)).set(
                "rx", "3"
            )
        first, last = max(runs, key=lambda run: run[1] - run[0])
        label = cut(self.labels[item.id], frame.x(last) - frame.x(first) - 8)
        written(group, "label", frame.x(first) + 5, top + 21, label, INK)

    def _deadline(self, root: ET.Element, top: float, item: PlannedItem, task: PlannedTask) -> None:
        """Mark the item's deadline in the row of the task that ends it."""
        deadline = self.deadlines.get(item.id)
        ends = max((part.finish_tick or 0) for part in item.tasks)
        if deadline is None or task.finish_tick != ends:
            return
        tick = self.presence.clock.finish_limit(deadline)
        if 0 < tick <= TICKS_PER_DAY * self.frame.days:
            group = ET.SubElement(root, "g", {"class": "deadline"})
            said = f"{words.clean(item.id)}: deadline {words.day(deadline)} {deadline.year}"
            ET.SubElement(group, "title").text = said
            x = self.frame.x(tick) - 1
            line(group, "deadline", (x, top + 3, x, top + ROW - 3), 2, LATE)
            shape(group, f"M{x:g} {top + 3:g} l-7 4 l7 4 z", LATE)

    def _milestones(self, root: ET.Element, row: int) -> None:
        top = self.frame.y(row)
        written(root, "name", 8, top + 22, "Milestones", INK)
        for item in self.milestones:
            assert item.finish is not None
            tick = _tick(self.presence, item.finish)
            if tick is None or tick > TICKS_PER_DAY * self.frame.days:
                continue
            x = self.frame.x(tick)
            group = ET.SubElement(root, "g", {"class": "milestone", "data-item": words.clean(item.id)})
            title = f"{words.clean(item.id)} {words.clean(item.title)}".rstrip()
            ET.SubElement(group, "title").text = f"{title}: {words.day(item.finish)} {item.finish:%H:%M}"
            shape(group, f"M{x:g} {top + 9:g} l8 8 l-8 8 l-8 -8 z", INK, "diamond")
            written(group, "name", x + 11, top + 21, self.labels[item.id], INK)


def _told(item: PlannedItem, task: PlannedTask, unit: str) -> str:
    """What a bar stands for, in one line."""
    assert task.start is not None
    assert task.finish is not None
    title = f"{words.clean(item.id)} {words.clean(item.title)}".rstrip()
    skill = words.clean(task.skill) if task.skill is not None else "work"
    amount = f"{words.number(task.effort)} {'h' if unit == 'hours' else 'points'}"
    span = f"{words.day(task.start)} {task.start:%H:%M} – {words.day(task.finish)} {task.finish:%H:%M}"
    return f"{title}: {skill}, {amount}, {words.clean(task.specialist)}, {span}"


def _loads(plan: Plan) -> dict[str, str]:
    unit = "h" if plan.unit == "hours" else "pt"
    first = min((row.sprint for row in plan.capacity), default=1)
    return {
        row.specialist: f"{words.percent(row.utilisation)} of {words.number(round(row.available, 1))} {unit}"
        for row in plan.capacity
        if row.sprint == first
    }


def _gaps(spans: Iterable[Span], horizon: int) -> list[Span]:
    """What lies between the times somebody is there."""
    gaps, after = [], 0
    for first, last in spans:
        if first > after:
            gaps.append((after, min(first, horizon)))
        after = last
    if after < horizon:
        gaps.append((after, horizon))
    return [(first, last) for first, last in gaps if first < last]


def _tick(presence: Presence, moment: datetime.datetime) -> int | None:
    """Tick at which a finish was written down as this moment; None outside the days shown."""
    clock = presence.clock
    day = clock.day_index(moment.date())
    if day is None:
        return 0 if moment.date() < clock.first_day else None
    seconds = (
        (moment.hour - clock.day_start.hour) * 3600 + (moment.minute - clock.day_start.minute) * 60 + moment.second
    )
    return TICKS_PER_DAY * day + round(seconds * TICKS_PER_DAY / (clock.day_hours * 3600))
