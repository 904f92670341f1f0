"""Which scenarios have more capacity than others, and that a bound may go from the richer to the poorer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.scenario import Scenario
from models.team import Specialist
from planner import plan
from planner.whatif.capacity import at_least, monotone
from tests.builders import item, milestone, pin, scenario, specialist

ITEMS = [item("A", value=5, effort=6, skill="design")]
BUSY = {"from": "2027-03-01", "to": "2027-03-02", "hours": 2}


def team(*people: Specialist, **fields: object) -> Scenario:
    return scenario(ITEMS, people, **fields)


LESS = specialist("Ana", {"design": 0.8}, hours=5, workdays=["mon", "tue"], time_off=["2027-03-02"], busy=[BUSY])
RICHER = {
    "hours": specialist("Ana", {"design": 0.8}, hours=6, workdays=["mon", "tue"], time_off=["2027-03-02"], busy=[BUSY]),
    "proficiency": specialist("Ana", "design", hours=5, workdays=["mon", "tue"], time_off=["2027-03-02"], busy=[BUSY]),
    "workdays": specialist("Ana", {"design": 0.8}, hours=5, time_off=["2027-03-02"], busy=[BUSY]),
    "time off": specialist("Ana", {"design": 0.8}, hours=5, workdays=["mon", "tue"], busy=[BUSY]),
    "busy": specialist("Ana", {"design": 0.8}, hours=5, workdays=["mon", "tue"], time_off=["2027-03-02"]),
}


@pytest.mark.parametrize("what", RICHER)
def test_more_of_one_thing_is_more_capacity(what: str) -> None:
    more, less = team(RICHER[what]), team(LESS)
    assert at_least(more, less)
    assert not at_least(less, more)


def test_more_people_and_less_buffer_are_more_capacity() -> None:
    assert at_least(team(LESS, specialist("Ben", "legal")), team(LESS))
    assert at_least(team(LESS, buffer=0.1), team(LESS, buffer=0.2))
    assert not at_least(team(LESS, buffer=0.2), team(LESS, buffer=0.1))


def test_one_thing_more_and_another_less_is_neither() -> None:
    other = specialist("Ana", {"design": 0.8}, hours=8, workdays=["mon"], time_off=["2027-03-02"], busy=[BUSY])
    assert not at_least(team(other), team(LESS))
    assert not at_least(team(LESS), team(other))


def test_another_backlog_is_no_question_of_capacity() -> None:
    other = scenario([item("A", value=6, effort=6, skill="design")], [LESS])
    assert not at_least(other, team(LESS))


WHERE_IT_DOES_NOT_HOLD: dict[str, Callable[[], Scenario]] = {
    "minimum share": lambda: scenario(ITEMS, [LESS], goal={"themes": ["x"], "min_share": 0.1}),
    "work in progress": lambda: scenario([item("A", value=5, effort=6, status="in-progress")], [LESS]),
    "velocity": lambda: scenario(ITEMS, [Specialist(name="Ana")], unit="points", team_velocity=20),
    "pinned milestone": lambda: scenario([milestone("M")], [LESS], pins=[pin("M", start="2027-03-02")]),
}


@pytest.mark.parametrize("case", WHERE_IT_DOES_NOT_HOLD)
def test_no_bound_is_carried_where_more_capacity_may_lower_the_value(case: str) -> None:
    given = WHERE_IT_DOES_NOT_HOLD[case]()
    assert not monotone(given)
    assert not at_least(given, given)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_richer_scenario_is_worth_at_least_as_much(data: st.DataObject) -> None:
    """What the bound's way from one to the other rests on, tried on made-up teams and backlogs."""
    draw = data.draw
    work = st.lists(
        st.tuples(st.sampled_from(["design", "legal"]), st.floats(0.5, 9, allow_nan=False)), min_size=1, max_size=3
    )
    backlog = [
        item(
            f"I{number}",
            value=draw(st.integers(1, 9)),
            work=draw(work),
            depends_on=[f"I{number - 1}"] if number and draw(st.booleans()) else [],
            any_of=["I0"] if number > 1 and draw(st.booleans()) else [],
            deadline=draw(st.sampled_from([None, "2027-03-02", "2027-03-03"])),
            due={"date": "2027-03-01", "cost_per_day": 1} if draw(st.booleans()) else None,
            exclusive=draw(st.sampled_from([None, "x"])),
        )
        for number in range(draw(st.integers(2, 4)))
    ]
    hours = draw(st.sampled_from([2, 3.5, 5]))
    off = draw(st.lists(st.sampled_from(["2027-03-01", "2027-03-02", "2027-03-03"]), unique=True, max_size=2))
    kept = [day for day in off if draw(st.booleans())]
    rules = {"sprint_days": 3, "max_parallel": draw(st.sampled_from([None, 1, 2]))}
    ben = specialist("Ben", "legal", hours=3)
    less = scenario(backlog, [specialist("Ana", "design", {"legal": 0.7}, hours=hours, time_off=off), ben], **rules)
    more = scenario(
        backlog,
        [specialist("Ana", "design", "legal", hours=hours + draw(st.sampled_from([0, 1, 2.5])), time_off=kept), ben],
        **rules,
    )
    assert at_least(more, less)
    richer, poorer = plan(more), plan(less)
    assert richer.status == poorer.status == "optimal"
    assert richer.value is not None
    assert poorer.value is not None
    assert richer.value >= poorer.value
