"""Copies and rates (docs/semantics.md, "Numbers")."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planner.clock import Clock
from planner.errors import InputError
from planner.team import expand, rates
from tests.builders import item, scenario, specialist

ITEM = item("A", effort=1)


def test_copies_stand_in_the_place_of_the_original() -> None:
    team = [specialist("Ana"), specialist("Writer", "copy", count=3, hours=4), specialist("Ben")]
    spread = expand(team)
    assert [person.name for person in spread] == ["Ana", "Writer 1", "Writer 2", "Writer 3", "Ben"]
    assert all(person.count == 1 for person in spread)
    assert all(person.skills == {"copy": 1.0} for person in spread[1:4])


def test_one_of_a_kind_keeps_the_name() -> None:
    assert [person.name for person in expand([specialist("Writer", count=1)])] == ["Writer"]


@pytest.mark.parametrize("order", [1, -1])
def test_a_copy_that_bears_another_s_name_is_refused(order: int) -> None:
    team = [specialist("Writer", count=2), specialist("Writer 2")][::order]
    with pytest.raises(InputError, match=r"'Writer 2'.*Rename"):
        expand(team)


def test_hours_are_exact() -> None:
    assert rates(scenario([ITEM], [specialist("Ana", hours=5.1), specialist("Ben", hours=6)])) == [
        Fraction(51, 10),
        Fraction(6),
    ]


def test_copies_have_the_rate_of_the_original() -> None:
    assert rates(scenario([ITEM], [specialist("Ana", hours=5, count=2)])) == [Fraction(5), Fraction(5)]


def test_points_are_shared_out_over_the_sprint_s_days() -> None:
    team = [specialist("Ana", points_per_sprint=8), specialist("Ben", points_per_sprint=0.3)]
    assert rates(scenario([ITEM], team, unit="points")) == [Fraction(8, 10), Fraction(3, 100)]
    assert rates(scenario([ITEM], team, unit="points", sprint_days=4))[0] == 2


def test_velocity_is_shared_out_by_workdays() -> None:
    team = [
        specialist("Ana"),
        specialist("Ben", workdays=["mon", "tue", "sat"]),  # Saturday is no day of the team
        specialist("Cleo", workdays=["wed"], count=2),
    ]
    given = scenario([ITEM], team, unit="points", team_velocity=36)
    weeks = 1 + Fraction(2, 5) + 2 * Fraction(1, 5)
    assert rates(given) == [Fraction(36) / (10 * weeks)] * 4


def test_a_full_sprint_without_absences_adds_up_to_the_velocity() -> None:
    team = [specialist("Ana"), specialist("Ben", workdays=["mon", "tue", "wed"]), specialist("Cleo", count=2)]
    given = scenario([ITEM], team, unit="points", team_velocity=31.4)
    clock = Clock.of(given.calendar)
    there = [
        sum(end - start for start, end in clock.presence(person, rate))
        for person, rate in zip(expand(team), rates(given), strict=True)
    ]
    points = sum(Fraction(ticks, 96) * rate for ticks, rate in zip(there, rates(given), strict=True))
    assert points == Fraction("31.4")


def test_velocity_with_a_weekend_of_friday_and_saturday() -> None:
    team = [specialist("Ana", workdays=["sun", "fri"]), specialist("Ben")]
    given = scenario([ITEM], team, unit="points", team_velocity=12, weekend=["fri", "sat"])
    assert rates(given) == [Fraction(12) / (10 * (1 + Fraction(1, 5)))] * 2


def test_velocity_of_a_team_that_never_works_divides_by_nothing() -> None:
    given = scenario([ITEM], [specialist("Ana", workdays=["sat"])], unit="points", team_velocity=12)
    assert rates(given) == [Fraction(12, 10)]


def test_absences_do_not_raise_what_the_others_get() -> None:
    here, away = specialist("Ana"), specialist("Ana", time_off=[{"from": "2027-03-01", "to": "2027-03-12"}])
    both = [
        rates(scenario([ITEM], [who, specialist("Ben")], unit="points", team_velocity=20))[1] for who in (here, away)
    ]
    assert both == [1, 1]
