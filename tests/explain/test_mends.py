"""Conflicts and what mends them: each remedy works, and anything less of it does not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from models.explanation import Remedy
from models.scenario import Scenario
from planner import pipeline
from planner.explain.mends import Mend, mend, mends
from planner.solve.conflict import demands, only
from tests.builders import day, item, pin, scenario, specialist
from tests.explain.asking import value
from tests.oracle import must_refuse
from tests.strategies import scenarios

KINDS = (
    ("must", "deadline", "chain"),
    ("must", "pin_in", "pin_out", "pin_start"),
    ("must", "exclusive", "together", "pin_in"),
    ("must", "max_parallel", "goal", "mix"),
)


def found(given_scenario: Scenario) -> list[Mend]:
    prepared = pipeline.prepare(given_scenario)
    conflict = pipeline.conflict(prepared)
    assert conflict is not None
    return mends(prepared, conflict)


def remedies(given_scenario: Scenario) -> list[tuple[str, float | None]]:
    return [(one.remedy.text, one.remedy.amount) for one in found(given_scenario)]


def test_hours_days_and_the_must_do_of_least_value() -> None:
    backlog = [
        item("A", value=5, effort=5, must=True, deadline=day(0)),
        item("B", value=3, effort=4, must=True, deadline=day(0)),
    ]
    assert remedies(scenario(backlog, [specialist("Ana")], sprint_days=2)) == [
        ("Move the deadline of A from Mon 1 Mar to Tue 2 Mar (1 working day).", 1),
        ("Move the deadline of B from Mon 1 Mar to Tue 2 Mar (1 working day).", 1),
        ("Give Ana 5.8 more hours (8.9 a day instead of 6).", 5.8),
        ("Let B stay out (must: false); its value is 3.", None),
        ("Let A stay out (must: false); its value is 5.", None),
    ]


def test_a_looser_rule() -> None:
    team = [specialist("Ana"), specialist("Ben")]
    backlog = [item(name, effort=4, must=True, type="experiment") for name in "AB"]
    crowded = scenario(backlog, team, sprint_days=1, max_parallel=1)
    assert ("Let 2 items be under way at a time instead of 1 (max_parallel).", 1) in remedies(crowded)
    mixed = scenario(backlog, team, sprint_days=1, mix=[{"type": "experiment", "max_share": 0.5}])
    assert ("Let experiment take 67 % of the sprint instead of 50 %.", 17) in remedies(mixed)


def test_another_day_for_a_pin() -> None:
    pinned = scenario([item("A", effort=10)], [specialist("Ana")], sprint_days=3, pins=[pin("A", start=day(2))])
    assert remedies(pinned)[0] == ("Let A start on Tue 2 Mar instead of Wed 3 Mar.", 1)


def test_where_no_single_change_is_enough() -> None:
    backlog = [item("A", value=1, effort=4, must=True), item("B", value=2, effort=4, must=True)]
    both = scenario(backlog, [specialist("Ana")], sprint_days=1, pins=[pin("A", out=True), pin("B", out=True)])
    (only_one,) = found(both)
    assert only_one.remedy.kind == "several"
    assert only_one.remedy.text == (
        "No single change is enough. These together are: Take out pin 2 (B stays out). Let A stay out (must: false)."
    )


def test_the_explanation_has_them_in_order() -> None:
    backlog = [item(name, value=3, effort=4, must=True) for name in "AB"]
    prepared = pipeline.prepare(scenario(backlog, [specialist("Ana")], sprint_days=1))
    conflict = pipeline.conflict(prepared)
    assert conflict is not None
    assert mend(prepared, conflict).remedies[0] == Remedy(
        text="Give Ana 2 more hours (8 a day instead of 6).", kind="hours", amount=2
    )


@pytest.mark.parametrize("always", KINDS, ids=" ".join)
@settings(max_examples=25, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_remedies_work_and_anything_less_does_not(always: tuple[str, ...], data: st.DataObject) -> None:
    drawn: Scenario = data.draw(scenarios(always=always))
    if must_refuse(drawn) or value(drawn) is not None:
        reject()
    prepared = pipeline.prepare(drawn)
    conflict = pipeline.conflict(prepared)
    assert conflict is not None
    named = [demand for demand in demands(drawn) if demand.text in conflict.demands]
    assert value(only(drawn, named)) is None
    for one in named:
        assert value(only(drawn, [other for other in named if other is not one])) is not None, one
    for one in mends(prepared, conflict):
        assert value(one.after) is not None, one.remedy
        assert one.less is None or value(one.less) is None, one.remedy
