from __future__ import annotations

from planner.solve.milestone_times import moment, settle
from tests.builders import instance, item, milestone, scenario
from tests.solve.asking import item_of

WORK = [item(name, effort=1) for name in "AB"]


def test_the_moment_is_the_latest_of_all_and_the_earliest_of_alternatives() -> None:
    epics = [
        milestone("M", depends_on=["A", {"item": "B", "lag_days": 0.5}]),
        milestone("N", any_of=["A", {"item": "B", "lag_days": 0.5}]),
    ]
    given = instance(scenario([*WORK, *epics]))
    a, b, m, n = (item_of(given, name) for name in "ABMN")
    assert moment(given.items[m], {a: 30, b: 10}) == 58
    assert moment(given.items[n], {a: 30, b: 10}) == 30
    assert moment(given.items[n], {b: 10}) == 58
    assert moment(given.items[m], {a: 30}) is None
    assert moment(given.items[n], {}) is None


def test_milestones_settle_over_milestones() -> None:
    given = instance(scenario([*WORK, milestone("M", depends_on=["N"]), milestone("N", depends_on=["A"])]))
    a, m, n = (item_of(given, name) for name in "AMN")
    finished = {a: 30}
    settle(given, finished)
    assert finished == {a: 30, m: 30, n: 30}


def test_a_milestone_stays_out_where_its_alternative_is_in() -> None:
    backlog = [item("A", effort=1, exclusive="either"), milestone("M", exclusive="either")]
    given = instance(scenario(backlog))
    finished = {item_of(given, "A"): 16}
    settle(given, finished)
    assert finished == {item_of(given, "A"): 16}
