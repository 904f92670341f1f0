"""Who is here: copies spread out, and how much a full day of each specialist is worth."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from models.base import exact
from models.calendar import Calendar
from models.scenario import Scenario
from models.team import Specialist
from planner.errors import InputError

DAYS_A_WEEK = 7


def expand(team: Sequence[Specialist]) -> list[Specialist]:
    """Spread ``count`` out: ``Writer`` with count 2 becomes ``Writer 1`` and ``Writer 2``, in the place of ``Writer``.

    Raises
    ------
    InputError
        If a copy would bear the name of somebody else.
    """
    spread: list[Specialist] = []
    owner: dict[str, str] = {}
    for person in team:
        for name in _names(person):
            if name in owner:
                cause = f"{owner[name]!r} and {person.name!r} both give a specialist named {name!r}"
                raise InputError("team", cause, "Rename one of them")
            owner[name] = person.name
            spread.append(person.model_copy(update={"name": name, "count": 1}))
    return spread


def _names(person: Specialist) -> list[str]:
    if person.count == 1:
        return [person.name]
    return [f"{person.name} {number}" for number in range(1, person.count + 1)]


def rates(scenario: Scenario) -> list[Fraction]:
    """Hours or points of a full day, for each specialist in the order of :func:`expand`."""
    people = expand(scenario.team)
    sprint_days = scenario.calendar.sprint_days
    if scenario.unit == "hours":
        return [exact(person.hours_per_day) for person in people]
    if scenario.team_velocity is not None:
        share = sum((_presence_share(person, scenario.calendar) for person in people), Fraction(0))
        # Where nobody works on a day of the team nobody is ever there: any rate serves.
        return [exact(scenario.team_velocity) / sprint_days / (share or 1)] * len(people)
    return [exact(person.points_per_sprint or 0) / sprint_days for person in people]


def _presence_share(person: Specialist, calendar: Calendar) -> Fraction:
    """Part of the team's week that a specialist works, absences aside."""
    team_days = DAYS_A_WEEK - len(set(calendar.weekend))
    if person.workdays is None:
        return Fraction(1)
    return Fraction(len(set(person.workdays) - set(calendar.weekend)), team_days)
