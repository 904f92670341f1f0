"""A plan over many sprints as directors read it: sprint by sprint, theme by theme, quarter by quarter, epic by epic."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from models.plan import Plan, PlannedItem
from models.scenario import Scenario
from planner.clock import Clock
from planner.report import words
from planner.work import is_milestone

NO_THEME = "(no theme)"


@dataclass
class Period:
    """A sprint or a quarter: what is finished in it, and the hours it takes.

    Attributes
    ----------
    name
        "1", or "2027 Q2".
    first, last
        Its days; of a quarter those of the horizon.
    themes
        Value by theme, as the items' benefit counts it.
    """

    name: str
    first: datetime.date
    last: datetime.date
    items: int = 0
    value: float = 0.0
    planned: float = 0.0
    available: float = 0.0
    themes: dict[str, float] = field(default_factory=dict)

    def add(self, item: PlannedItem, theme: str) -> None:
        """Count an item that is finished here."""
        self.items += 1
        self.value += item.benefit
        self.themes[theme] = self.themes.get(theme, 0.0) + item.benefit


@dataclass(frozen=True)
class Epic:
    """A milestone: its sprint, its day (to capacity the last of its sprint), or why it is out."""

    id: str
    title: str
    sprint: int | None
    day: datetime.date | None
    note: str


def clock_of(scenario: Scenario, plan: Plan) -> Clock:
    """Clock of the plan's horizon."""
    return Clock.of(scenario.calendar.model_copy(update={"start": plan.start}))


def finished(clock: Clock, item: PlannedItem) -> datetime.date:
    """Day on which an item is finished."""
    return (
        item.finish.date() if item.finish is not None else clock.finish_time(clock.sprint_ends[item.sprint - 1]).date()
    )


def sprints(scenario: Scenario, plan: Plan) -> list[Period]:
    """Every sprint of the plan."""
    clock = clock_of(scenario, plan)
    days = scenario.calendar.sprint_days
    found = [
        Period(str(number + 1), clock.weekdays[number * days], clock.weekdays[(number + 1) * days - 1])
        for number in range(scenario.calendar.sprints)
    ]
    themes = {item.id: item.theme or NO_THEME for item in scenario.backlog}
    for item in plan.selected:
        found[item.sprint - 1].add(item, themes[item.id])
    for row in plan.capacity:
        found[row.sprint - 1].planned += row.planned
        found[row.sprint - 1].available += row.available
    return found


def quarters(scenario: Scenario, plan: Plan) -> list[Period]:
    """Every quarter that the horizon touches; an item counts where it is finished."""
    clock = clock_of(scenario, plan)
    found: dict[str, Period] = {}
    for day in clock.weekdays:
        period = found.setdefault(_quarter(day), Period(_quarter(day), day, day))
        period.last = day
    themes = {item.id: item.theme or NO_THEME for item in scenario.backlog}
    for item in plan.selected:
        found[_quarter(finished(clock, item))].add(item, themes[item.id])
    return list(found.values())


def _quarter(day: datetime.date) -> str:
    return f"{day.year} Q{(day.month + 2) // 3}"


def epics(scenario: Scenario, plan: Plan) -> list[Epic]:
    """All open milestones, by day; those that are left out last."""
    clock = clock_of(scenario, plan)
    planned = {item.id: item for item in plan.selected}
    reasons = {item.id: item.reason for item in plan.left_out}
    found = []
    for item in scenario.backlog:
        if not is_milestone(item) or (item.id in reasons and reasons[item.id].code == "done"):
            continue
        inside = planned.get(item.id)
        if inside is not None:
            found.append(Epic(item.id, item.title, inside.sprint, finished(clock, inside), ""))
        elif item.id in reasons:
            found.append(Epic(item.id, item.title, None, None, reasons[item.id].text))
    return sorted(found, key=lambda epic: (epic.day is None, epic.day or datetime.date.max, epic.id))


SPRINT_HEADER = ("Sprint", "From – to", "Items", "Value", "Used", "By theme")
QUARTER_HEADER = ("Quarter", "Items", "Value", "By theme")
EPIC_HEADER = ("Epic", "Title", "Sprint", "Finished")
ITEM_HEADER = ("Sprint", "Item", "Title", "Value", "Theme", "Who", "Finished")


def sprint_rows(scenario: Scenario, plan: Plan) -> Iterator[tuple[str, ...]]:
    """Rows for :data:`SPRINT_HEADER`."""
    for period in sprints(scenario, plan):
        used = words.percent(period.planned / period.available) if period.available else ""
        span = f"{words.day(period.first)} – {words.day(period.last)} {period.last.year}"
        yield period.name, span, str(period.items), words.number(period.value), used, _themes(period)


def quarter_rows(scenario: Scenario, plan: Plan) -> Iterator[tuple[str, ...]]:
    """Rows for :data:`QUARTER_HEADER`."""
    for period in quarters(scenario, plan):
        yield period.name, str(period.items), words.number(period.value), _themes(period)


def epic_rows(scenario: Scenario, plan: Plan) -> Iterator[tuple[str, ...]]:
    """Rows for :data:`EPIC_HEADER`."""
    for epic in epics(scenario, plan):
        when = words.clean(epic.note) if epic.day is None else f"{words.day(epic.day)} {epic.day.year}"
        yield words.clean(epic.id), words.clean(epic.title), "" if epic.sprint is None else str(epic.sprint), when


def item_rows(scenario: Scenario, plan: Plan) -> Iterator[tuple[str, ...]]:
    """Rows for :data:`ITEM_HEADER`, sprint by sprint."""
    clock = clock_of(scenario, plan)
    themes = {item.id: item.theme or "" for item in scenario.backlog}
    for item in plan.selected:
        who = ", ".join(map(words.clean, words.people(item))) or "nobody (milestone)"
        day = finished(clock, item)
        yield (
            str(item.sprint),
            words.clean(item.id),
            words.clean(item.title),
            words.number(item.benefit),
            words.clean(themes[item.id]),
            who,
            f"{words.day(day)} {day.year}" if item.finish is not None else f"by {words.day(day)} {day.year}",
        )


def _themes(period: Period) -> str:
    by_value = sorted(period.themes.items(), key=lambda theme: (-theme[1], theme[0]))
    return ", ".join(f"{words.clean(name)} {words.number(value)}" for name, value in by_value)
