"""Sprints to capacity against every possible placement, with every feature on."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.scenario import Scenario
from planner import plan
from planner.horizon.calendar import Stretches
from planner.horizon.data import FINE
from planner.horizon.listing import frozen_keys, schedule
from planner.horizon.part import Part, Wish
from planner.horizon.placement import Cut, sprints_of
from planner.horizon.prepare import prepare
from planner.horizon.program import Program
from planner.verify import violations
from tests.builders import day, item, milestone, pin, scenario, specialist
from tests.horizon.exhaustive import best

FEW = settings(
    max_examples=100, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)


@st.composite
def roadmaps(draw: st.DrawFn, detailed: int = 0, *, spanning: bool = False) -> Scenario:
    """Three or four items, two or three sprints of two or three days, two people.

    Parameters
    ----------
    spanning
        One item may be cut at sprint ends; no shares then, as the oracle does not say how much of it lies where.
    """
    sprints, days = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    last = sprints * days - 1
    skills = ("copy", "design")
    team = [
        specialist(
            name,
            *own,
            hours=draw(st.sampled_from((4, 6))),
            time_off=[str(day(draw(st.integers(0, last))))] if draw(st.booleans()) else [],
        )
        for name, own in zip("PQ", (skills, skills[:1]), strict=True)
    ]
    names = "ABCDE"[: draw(st.integers(3, 4))]
    items = []
    for place, name in enumerate(names):
        fields: dict[str, Any] = {"value": draw(st.integers(0, 9))}
        earlier = list(names[:place])
        if earlier and draw(st.booleans()):
            lag = draw(st.sampled_from((0, 0, 1, 3)))
            fields[draw(st.sampled_from(("depends_on", "any_of")))] = [
                {"item": other, "lag_days": lag}
                for other in draw(st.lists(st.sampled_from(earlier), min_size=1, max_size=2, unique=True))
            ]
        if draw(st.integers(0, 3)) == 0:
            fields["release"] = str(day(draw(st.integers(0, last))))
        if draw(st.integers(0, 3)) == 0:
            fields["deadline"] = str(day(draw(st.integers(0, last))))
        if draw(st.integers(0, 3)) == 0:
            fields["due"] = {"date": str(day(draw(st.integers(0, last)))), "cost_per_day": draw(st.integers(1, 3))}
        if draw(st.integers(0, 4)) == 0:
            fields[draw(st.sampled_from(("exclusive", "together")))] = "group"
        if draw(st.integers(0, 5)) == 0:
            fields["must"] = True
        if draw(st.integers(0, 4)) == 0:
            items.append(milestone(name, **fields))
            continue
        count = draw(st.integers(1, 2))
        work = [
            (
                draw(st.sampled_from(skills)),
                draw(st.sampled_from((1, 2.5, 4, 7))),
                {"wait_days": draw(st.sampled_from((0, 0, 1)))},
            )
            for _ in range(count)
        ]
        if spanning and count == 1 and not any(entry.may_span for entry in items):
            work[0] = (work[0][0], draw(st.sampled_from((7, 13, 20))), {})
            fields["may_span"] = True
        kind = draw(st.sampled_from(("x", "y")))
        items.append(item(name, work=work, type=kind, **fields))
    pins = [pin("A", sprint=draw(st.integers(1, sprints)))] if draw(st.integers(0, 5)) == 0 else []
    return scenario(
        items,
        team,
        pins=pins,
        sprint_days=days,
        sprints=sprints,
        detailed_sprints=min(detailed, sprints),
        discount_per_sprint=draw(st.sampled_from((0, 0.1))),
        buffer=draw(st.sampled_from((0, 0.2))),
        mix=[{"type": "x", "max_share": 0.5}] if not spanning and draw(st.integers(0, 3)) == 0 else [],
        solver={"time_limit": 2 if detailed else 60},
    )


@FEW
@given(st.one_of(roadmaps(), roadmaps(spanning=True)))
def test_the_roadmap_is_the_best_there_is_with_and_without_items_cut_at_sprint_ends(given_scenario: Scenario) -> None:
    optimum = best(given_scenario)
    proposed = plan(given_scenario)
    assert violations(given_scenario, proposed) == []
    if optimum is None:
        assert proposed.status == "infeasible"
        return
    assert proposed.status == "optimal"
    assert proposed.value == pytest.approx(float(optimum[0]), rel=1e-6, abs=1e-6)
    assert proposed.bound == proposed.value


@FEW
@given(st.integers(1, 3).flatmap(roadmaps))
def test_sprints_to_the_tick_keep_every_rule_and_never_pass_what_capacity_allows(given_scenario: Scenario) -> None:
    proposed = plan(given_scenario)
    assert violations(given_scenario, proposed) == []
    to_capacity = given_scenario.model_copy(
        update={"calendar": given_scenario.calendar.model_copy(update={"detailed_sprints": 0})}
    )
    optimum = best(to_capacity)
    if optimum is None:
        assert proposed.status in ("infeasible", "unknown")
    elif proposed.value is not None and all(entry.due is None for entry in given_scenario.backlog):
        assert proposed.value <= float(optimum[0]) + 1e-6


def test_a_pin_that_a_milestone_cannot_follow_is_a_conflict() -> None:
    pinned = scenario([milestone("A", value=9)], [specialist("P", "copy")], pins=[pin("A", sprint=2)], sprints=2)
    proposed = plan(pinned)
    assert proposed.status == "infeasible"
    assert proposed.conflict is not None
    assert proposed.conflict.demands


def test_a_milestone_may_be_released_inside_a_sprint_that_a_deadline_cuts() -> None:
    items = [
        item("A", value=3, work=[("copy", 4)], deadline=str(day(0))),
        milestone("D", value=1, release=str(day(1))),
    ]
    proposed = plan(scenario(items, [specialist("P", "copy")], sprints=2, sprint_days=3, detailed_sprints=0))
    assert {one.id: one.sprint for one in proposed.selected} == {"A": 1, "D": 1}


def test_a_milestone_stays_out_where_its_moment_to_the_tick_comes_after_its_deadline() -> None:
    """To capacity the second sprint could take it; to the tick, what it waits for is finished a day too late."""
    entries = [item("A", value=1, work=[("design", 10)]), milestone("EPIC", depends_on=["A"], deadline="2027-03-04")]
    months = {"sprint_days": 3, "sprints": 2, "detailed_sprints": 2, "pins": [pin("A", sprint=2)]}
    given_scenario = scenario(entries, [specialist("Ana", "design")], **months)
    proposed = plan(given_scenario)
    assert violations(given_scenario, proposed) == []
    assert [entry.id for entry in proposed.selected] == ["A"]


def test_a_milestone_does_not_come_first_where_its_alternative_is_planned_later() -> None:
    items = [
        item("B", value=9, work=[("copy", 4)], release=str(day(3)), exclusive="one"),
        milestone("D", value=1, exclusive="one"),
    ]
    proposed = plan(scenario(items, [specialist("P", "copy")], sprints=2, sprint_days=3, detailed_sprints=1))
    assert {one.id: one.sprint for one in proposed.selected} == {"B": 2}


def test_a_search_stopped_at_once_still_has_a_plan_and_a_bound() -> None:
    items = [item(name, value=9, work=[("copy", 4)]) for name in "ABC"]
    stopped = threading.Event()
    stopped.set()
    proposed = plan(scenario(items, [specialist("P", "copy")], sprints=3, detailed_sprints=0), cancel=stopped)
    assert proposed.value is not None
    assert proposed.bound is not None
    assert proposed.value <= proposed.bound <= 27.001


def test_the_first_sprint_keeps_what_no_later_one_has_room_for() -> None:
    """Twenty hours of thirty: each sprint holds one of three, and hours are left in all, so that none has a price."""
    items = [item(f"R-{value}", value=value, work=[("copy", 20)]) for value in (9, 8, 7)]
    proposed = plan(scenario(items, [specialist("Ana", "copy")], sprints=3, sprint_days=5, solver={"time_limit": 60}))
    assert (proposed.value, proposed.bound, proposed.status) == (24, 24, "optimal")
    assert violations(scenario(items, [specialist("Ana", "copy")], sprints=3, sprint_days=5), proposed) == []


def test_what_the_first_sprint_could_not_take_finds_a_place_where_a_share_is_missed_for_it() -> None:
    """To capacity both musts fit into the first sprint and all work is pipeline; to the tick one does not fit."""
    both = [("copy", 6), ("design", 6)]
    items = [
        item("M-1", value=100, work=both, theme="pipeline", must=True),
        item("M-2", value=99, work=both, theme="pipeline", must=True),
        item("N-1", value=1, work=[("copy", 12)], theme="pipeline"),
        item("N-2", value=1, work=[("design", 12)], theme="pipeline"),
    ]
    asked = scenario(
        items,
        [specialist("Ana", "copy"), specialist("Ben", "design")],
        sprints=2,
        sprint_days=2,
        discount_per_sprint=0.1,
        goal={"themes": ["pipeline"], "min_share": 1.0},
        solver={"time_limit": 3},
    )
    proposed = plan(asked)
    assert violations(asked, proposed) == []
    assert {"M-1", "M-2"} <= {one.id for one in proposed.selected}


def test_list_scheduling_cuts_items_at_sprint_ends() -> None:
    """Twelve hours a sprint: the first item lies in two of them, the second in what is left of the second one."""
    items = [
        item("A", value=9, work=[("copy", 18)], may_span=True),
        item("B", value=3, work=[("copy", 6)], depends_on=["A"]),
    ]
    asked = scenario(items, [specialist("Ana", "copy")], sprints=3, sprint_days=2, detailed_sprints=0)
    horizon = prepare(asked).horizon
    at = schedule(horizon, Stretches(horizon), frozen_keys(horizon), musts_first=False)
    assert at == [1, 1]
    assert list(sprints_of(at[0])) == [0, 1]


def test_nothing_moves_behind_the_first_part_of_what_stands_still_and_waits_for_it() -> None:
    """B is cut over the first two sprints and needs A: the second sprint, where B ends, is too late for A."""
    items = [
        item("A", value=9, work=[("copy", 2)]),
        item("B", value=3, work=[("copy", 18)], may_span=True, depends_on=["A"]),
    ]
    asked = scenario(items, [specialist("Ana", "copy")], sprints=3, sprint_days=2, detailed_sprints=0)
    horizon = prepare(asked).horizon
    cut = Cut(1, {0: {0: 1000 * FINE}, 1: {0: 800 * FINE}})
    part = Part(
        choices={0: (0, 1, 2)},
        needed=frozenset(),
        at=[None, cut],
        sprints=((0, 0), (1, 1), (2, 2)),
        load=np.zeros((len(horizon.pools), 3)),
    )
    program = Program(horizon, Stretches(horizon), part, wish=Wish(lambda _, sprint: float(sprint)))
    solved = program.solve(10, lambda: False)
    assert solved.columns is not None
    assert program.read(solved.columns) == {0: 0}
