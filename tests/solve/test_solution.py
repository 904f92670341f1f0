from __future__ import annotations

import pytest

from planner.solve.solution import Placed, Solution, days, days_late, peak
from tests.builders import day, instance, item, scenario, specialist
from tests.solve.asking import item_of, task_of, who


@pytest.mark.parametrize(("finish", "expected"), [(0, 0), (1, 1), (96, 1), (97, 2), (192, 2)])
def test_days_up_to_a_finish(finish: int, expected: int) -> None:
    assert days(finish) == expected


@pytest.mark.parametrize(("used", "limit", "expected"), [(0, 600, 0), (1, 3, 3334), (600, 600, 10_000), (0, 0, 0)])
def test_peak_is_rounded_up(used: int, limit: int, expected: int) -> None:
    assert peak(used, limit) == expected


def test_the_terms_of_a_schedule() -> None:
    team = [specialist("Ana", "copy"), specialist("Ben", "copy")]
    backlog = [
        item("A", value=10, skill="copy", effort=3, assignee="Ana", due={"date": day(0), "cost_per_day": 4}),
        item("B", value=1, skill="copy", effort=9, due={"date": day(0), "cost_per_day": 2}),
        item("C", value=0, skill="copy", effort=2, status="in-progress", remaining=1.5, theme="growth"),
        item("D", value=3, skill="law", effort=2, due={"date": day(0), "cost_per_day": 1}),
    ]
    goal = {"themes": ["growth"], "min_share": 0.25}
    given = instance(scenario(backlog, team, sprint_days=2, goal=goal))
    a, c = task_of(given, "A"), task_of(given, "C")
    ben, ana = who(given, "Ben"), who(given, "Ana")
    schedule = Solution(
        items={item_of(given, "A"): (72, 120), item_of(given, "C"): (0, 24)},
        tasks={a: Placed(ben, 72, 72, 120, 300), c: Placed(ana, 0, 0, 24, 150)},
    )
    terms = schedule.terms(given)
    assert given.scale.to_value(terms["value"]) == 10 - 4 - 2 - 1  # A a day late; B and D left out pay to the end
    assert given.scale.to_value(terms["early"]) == 20
    assert terms["carried_over"] == 150
    assert terms["shortfall"] == 25  # C has no benefit, so it does not count
    assert (terms["peak"], terms["effort"], terms["assignee"]) == (2_500, 450, 1)
    assert days_late(given.items[item_of(given, "A")], 96) == 0
