"""Who is there when, how much they can take and how long a task occupies them, by the page of rules."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import WEEKDAYS, exact, hundredths
from planner.clock import TICKS_PER_DAY

if TYPE_CHECKING:
    from models.scenario import Scenario
    from models.team import Specialist, TimeOff
    from planner.clock import Clock


def half_up(amount: Fraction) -> int:
    """Round to a whole number, halves upwards."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


@dataclass(frozen=True)
class Person:
    """One specialist, copies counted one by one.

    Attributes
    ----------
    rate
        Hours or points of a full day.
    there
        Every team tick of the horizon at which they are there, ascending.
    limits
        What each sprint may ask of them, buffer taken off, in hundredths of an hour or point.
    """

    name: str
    skills: Mapping[str, Fraction]
    rate: Fraction
    there: tuple[int, ...]
    limits: tuple[int, ...]

    @property
    def limit(self) -> int:
        """What the first sprint may ask of them: of a single sprint all there is."""
        return self.limits[0]

    def proficiency(self, skill: str | None) -> Fraction | None:
        """Proficiency in a skill, 1 where none is asked for, None if they lack it."""
        return Fraction(1) if skill is None else self.skills.get(skill)

    def duration(self, skill: str | None, effort: int) -> int:
        """Return the ticks of their own that an effort in hundredths takes."""
        pace = 100 * self.rate * (self.proficiency(skill) or 1)
        return max(1, TICKS_PER_DAY * effort * pace.denominator // pace.numerator)

    def cost(self, skill: str | None, effort: int) -> int:
        """Return what an effort takes of their limit, both in hundredths."""
        return half_up(effort / (self.proficiency(skill) or Fraction(1)))

    def run(self, start: int, duration: int) -> tuple[int, int] | None:
        """Their own ticks, as [first, last) on their own axis, of work from this tick on; None if it cannot be."""
        first = bisect_left(self.there, start)
        if first == len(self.there) or self.there[first] != start or first + duration > len(self.there):
            return None
        return first, first + duration

    def finish(self, run: tuple[int, int]) -> int:
        """Team tick at which a run on their own axis is finished."""
        return self.there[run[1] - 1] + 1


def people(scenario: Scenario, clock: Clock) -> Iterator[Person]:
    """Everybody in the team, `count: 3` as three people, with their ticks and limits."""
    kept_free = exact(scenario.policy.buffer)
    for specialist in scenario.team:
        rate = _rate(scenario, specialist)
        there = tuple(_ticks(specialist, rate, clock))
        begins = (0, *clock.sprint_ends[:-1])
        limits = tuple(
            hundredths(
                Fraction(bisect_left(there, end) - bisect_left(there, begin), TICKS_PER_DAY) * rate * (1 - kept_free)
            )
            for begin, end in zip(begins, clock.sprint_ends, strict=True)
        )
        skills = {skill: exact(proficiency) for skill, proficiency in specialist.skills.items()}
        for name in _names(specialist):
            yield Person(name, skills, rate, there, limits)


def _names(specialist: Specialist) -> list[str]:
    if specialist.count == 1:
        return [specialist.name]
    return [f"{specialist.name} {copy}" for copy in range(1, specialist.count + 1)]


def _rate(scenario: Scenario, specialist: Specialist) -> Fraction:
    if scenario.unit == "hours":
        return exact(specialist.hours_per_day)
    sprint_days = scenario.calendar.sprint_days
    if scenario.team_velocity is None:
        return exact(specialist.points_per_sprint or 1) / sprint_days
    full_weeks = sum(_part_of_week(scenario, person) * person.count for person in scenario.team)
    # Where nobody works on any day of the week there are no ticks either, and any rate will do.
    return exact(scenario.team_velocity) / (sprint_days * (full_weeks or 1))


def _part_of_week(scenario: Scenario, specialist: Specialist) -> Fraction:
    week = set(WEEKDAYS) - set(scenario.calendar.weekend)
    return Fraction(len(week.intersection(specialist.workdays or WEEKDAYS)), len(week))


def _ticks(specialist: Specialist, rate: Fraction, clock: Clock) -> Iterator[int]:
    for index, day in enumerate(clock.days):
        for tick in _ticks_of_day(specialist, rate, day):
            yield TICKS_PER_DAY * index + tick


def _ticks_of_day(specialist: Specialist, rate: Fraction, day: datetime.date) -> list[int]:
    if specialist.workdays is not None and WEEKDAYS[day.weekday()] not in specialist.workdays:
        return []
    away = {tick for entry in specialist.time_off for tick in _away(entry, day)}
    left = [tick for tick in range(TICKS_PER_DAY) if tick not in away]
    promised = sum(exact(entry.hours) for entry in specialist.busy if entry.first <= day <= entry.last)
    return left[: max(0, len(left) - half_up(TICKS_PER_DAY * promised / rate))]


def _away(entry: TimeOff, day: datetime.date) -> range:
    first, last = (entry.date, entry.date) if entry.date else (entry.first, entry.last)
    if first is None or last is None or not first <= day <= last:
        return range(0)
    noon = TICKS_PER_DAY // 2
    return {None: range(TICKS_PER_DAY), "am": range(noon), "pm": range(noon, TICKS_PER_DAY)}[entry.half]
