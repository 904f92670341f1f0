"""The working clock: dates to ticks and back, holidays, time off (design.md section 4, "Clock").

Ticks count team working time only: 96 a team working day from the horizon's first day on. Weekends, public
holidays and company days have none, so no plan can put work there.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from models.base import WEEKDAYS, exact
from models.calendar import Calendar
from models.scenario import Scenario
from models.team import Specialist
from planner.errors import InputError

if TYPE_CHECKING:
    from holidays import HolidayBase

TICKS_PER_DAY = 96
_ONE_DAY = datetime.timedelta(days=1)
_LOOK_BACK_DAYS = 400  # longer than any run of days off; a company that closes for a year has no day before


@dataclass(frozen=True)
class Clock:
    """The horizon's working days and the way between their moments and ticks.

    Attributes
    ----------
    days
        Team working days of the horizon, in order; day k has the ticks 96k to 96k + 95.
    first_day
        The horizon's first day (a non-weekend day, perhaps a holiday).
    day_before
        The last team working day before the horizon: a finish at tick 0 is written there.
    day_start, day_hours, timezone
        The working day on the local wall clock.
    sprint_ends
        Tick at which each sprint ends.
    weekdays
        The horizon's days as sprints count them: holidays among them, weekends not.
    """

    days: tuple[datetime.date, ...]
    first_day: datetime.date
    day_before: datetime.date
    day_start: datetime.time
    day_hours: Fraction
    timezone: ZoneInfo
    sprint_ends: tuple[int, ...]
    weekdays: tuple[datetime.date, ...]

    @classmethod
    def of(cls, calendar: Calendar) -> Clock:
        """Lay out the horizon of a calendar whose start is known.

        Raises
        ------
        InputError
            If the country is unknown, or start is missing.
        """
        if calendar.start is None:
            raise InputError("calendar.start", "the first day of the sprint is not known", "Give it a date")
        off = _DaysOff(calendar)
        weekdays = (day for day in _onward(calendar.start, 1) if not off.weekend(day))
        sprint = [next(weekdays) for _ in range(calendar.sprint_days * calendar.sprints)]
        before = _onward(sprint[0] - _ONE_DAY, -1)
        earlier = [next(before) for _ in range(_LOOK_BACK_DAYS)]
        days = tuple(day for day in sprint if not off.holiday(day))
        last_days = sprint[calendar.sprint_days - 1 :: calendar.sprint_days]
        return cls(
            days=days,
            first_day=sprint[0],
            day_before=next((day for day in earlier if not off.weekend(day) and not off.holiday(day)), earlier[0]),
            day_start=datetime.time.fromisoformat(calendar.day_start),
            day_hours=exact(calendar.day_hours),
            timezone=ZoneInfo(calendar.timezone),
            weekdays=tuple(sprint),
            sprint_ends=tuple(TICKS_PER_DAY * bisect_right(days, last) for last in last_days),
        )

    @property
    def horizon(self) -> int:
        """Ticks of the horizon: no task finishes later."""
        return TICKS_PER_DAY * len(self.days)

    def sprint_of(self, finish: int) -> int:
        """Number (from 1) of the sprint in which something that finishes at this tick is finished."""
        return min(bisect_left(self.sprint_ends, max(1, finish)), len(self.sprint_ends) - 1) + 1

    def start_limit(self, day: datetime.date) -> int:
        """Earliest tick of work that must not start before this day."""
        return TICKS_PER_DAY * bisect_left(self.days, day)

    def finish_limit(self, day: datetime.date) -> int:
        """Latest finish tick of work that must be finished by the end of this day (0 or less: before the horizon)."""
        if day < self.first_day:
            return 0 if day >= self.day_before else -TICKS_PER_DAY
        return TICKS_PER_DAY * bisect_right(self.days, day)

    def day_index(self, day: datetime.date) -> int | None:
        """Index of a team working day in the horizon, None if it is none."""
        index = bisect_left(self.days, day)
        return index if index < len(self.days) and self.days[index] == day else None

    def start_time(self, tick: int) -> datetime.datetime:
        """Moment a start at this tick is written as: a day's border is the next day's start."""
        day, offset = divmod(tick, TICKS_PER_DAY)
        return self._moment(self.days[day], offset)

    def finish_time(self, tick: int) -> datetime.datetime:
        """Moment a finish at this tick is written as: a day's border is the earlier day's end."""
        if tick == 0:
            return self._moment(self.day_before, TICKS_PER_DAY)
        day, offset = divmod(tick - 1, TICKS_PER_DAY)
        return self._moment(self.days[day], offset + 1)

    def _moment(self, day: datetime.date, ticks: int) -> datetime.datetime:
        """Local wall time: daylight saving moves the offset, never the hour on the wall."""
        seconds = round(self.day_hours * 3600 * ticks / TICKS_PER_DAY)
        wall = datetime.datetime.combine(day, self.day_start) + datetime.timedelta(seconds=seconds)
        return wall.replace(tzinfo=self.timezone)

    def presence(self, person: Specialist, rate: Fraction) -> tuple[tuple[int, int], ...]:
        """Half-open tick intervals in which a specialist is there, merged where they touch.

        Parameters
        ----------
        person
            One specialist (``count`` already spread out).
        rate
            Hours or points a full day, for turning busy amounts into ticks.
        """
        intervals: list[tuple[int, int]] = []
        for index, day in enumerate(self.days):
            for first, last in _there(person, rate, day):
                start, end = TICKS_PER_DAY * index + first, TICKS_PER_DAY * index + last
                if intervals and intervals[-1][1] == start:
                    start = intervals.pop()[0]
                intervals.append((start, end))
        return tuple(intervals)


def _there(person: Specialist, rate: Fraction, day: datetime.date) -> list[tuple[int, int]]:
    """Tick intervals of one working day in which the person is there."""
    if person.workdays is not None and WEEKDAYS[day.weekday()] not in person.workdays:
        return []
    half = TICKS_PER_DAY // 2
    halves = {"am": (0, half), "pm": (half, TICKS_PER_DAY)}
    for entry in person.time_off:
        if entry.first is not None and entry.last is not None:
            away = set(halves) if entry.first <= day <= entry.last else set()
        else:
            away = ({entry.half} if entry.half else set(halves)) if entry.date == day else set()
        halves = {name: span for name, span in halves.items() if name not in away}
    busy = sum((exact(entry.hours) for entry in person.busy if entry.first <= day <= entry.last), Fraction(0))
    return _without_last(list(halves.values()), int((TICKS_PER_DAY * busy / rate) + Fraction(1, 2)))


def _without_last(spans: list[tuple[int, int]], ticks: int) -> list[tuple[int, int]]:
    """Take the last ticks away, from the end backwards."""
    while spans and ticks > 0:
        first, last = spans.pop()
        if last - first > ticks:
            spans.append((first, last - ticks))
        ticks -= last - first
    return spans


class _DaysOff:
    """Which days carry no working time for the whole team."""

    def __init__(self, calendar: Calendar) -> None:
        self._weekend = frozenset(calendar.weekend)
        self._company = frozenset(calendar.company_days)
        self._public = _public_holidays(calendar.holidays.country) if calendar.holidays else None

    def weekend(self, day: datetime.date) -> bool:
        return WEEKDAYS[day.weekday()] in self._weekend

    def holiday(self, day: datetime.date) -> bool:
        return day in self._company or (self._public is not None and day in self._public)


def _public_holidays(country: str) -> HolidayBase:
    import holidays

    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        known = ", ".join(sorted(holidays.list_supported_countries(include_aliases=False)))
        raise InputError(
            "calendar.holidays.country", f"no public holidays are known for {country!r}", f"Use one of {known}"
        ) from None


def _onward(day: datetime.date, step: int) -> Iterator[datetime.date]:
    while True:
        yield day
        day += step * _ONE_DAY


def next_working_day(calendar: Calendar, today: datetime.date) -> datetime.date:
    """Return the first team working day after today."""
    off = _DaysOff(calendar)
    days = _onward(today + _ONE_DAY, 1)
    ahead = [next(days) for _ in range(_LOOK_BACK_DAYS)]
    return next((day for day in ahead if not off.weekend(day) and not off.holiday(day)), ahead[0])


def with_start(scenario: Scenario, now: datetime.datetime) -> Scenario:
    """Return the scenario with its start filled in: the next working day in its own time zone.

    Parameters
    ----------
    scenario
        Perhaps without a start.
    now
        An aware moment.
    """
    calendar = scenario.calendar
    if calendar.start is not None:
        return scenario
    today = now.astimezone(ZoneInfo(calendar.timezone)).date()
    started = calendar.model_copy(update={"start": next_working_day(calendar, today)})
    return scenario.model_copy(update={"calendar": started})
