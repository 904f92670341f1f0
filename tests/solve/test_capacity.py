from __future__ import annotations

from planner.solve.capacity import add_capacity
from tests.builders import instance, item, scenario, specialist
from tests.solve.asking import possible


def two(effort: float, **policy: float) -> bool:
    backlog = [item(name, effort=effort, must=True) for name in "AB"]
    return possible(instance(scenario(backlog, [specialist("Ana")], sprint_days=1, **policy)))


def test_hours_that_just_suffice() -> None:
    assert two(3)
    assert two(2.7, buffer=0.1)


def test_a_hundredth_of_an_hour_too_much() -> None:
    assert not two(2.71, buffer=0.1)  # 5.42 of 5.4 hours


def test_the_buffer_alone_forbids_what_time_allows() -> None:
    backlog = [item(name, effort=3, must=True) for name in "AB"]
    given = instance(scenario(backlog, [specialist("Ana")], sprint_days=1, buffer=0.1))
    assert not possible(given)
    assert possible(given, without=(add_capacity,))


def test_effort_is_divided_by_proficiency_and_rounded_half_up() -> None:
    """1 / 1.6 = 0.625 counts 0.63: nine of them are 5.67, over a limit of 5.65, though 9 / 1.6 = 5.625 is not."""
    team = [specialist("Ana", {"copy": 1.6})]
    backlog = [item(name, skill="copy", effort=1, must=True) for name in "ABCDEFGHI"]
    assert possible(instance(scenario(backlog, team, sprint_days=1)))
    assert not possible(instance(scenario(backlog, team, sprint_days=1, buffer=0.0583)))
