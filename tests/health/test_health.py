from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from models.scenario import Scenario
from planner import check as checking
from planner import pipeline
from planner.health.duplicates import duplicates
from planner.health.report import Health
from planner.health.splitting import Part, alone, split
from tests.builders import calendar, day, item, milestone, scenario, specialist
from tests.explain.asking import value
from tests.oracle import must_refuse
from tests.strategies import scenarios

READY = {"objective": "Trials", "audience": "Leads", "owner": "Ana", "acceptance": ["Sent"], "measurement": "Opens"}


def health(*args: Any, **fields: Any) -> Health:
    return checking.check(scenario(*args, **fields)).health


def test_what_each_item_lacks_of_the_definition_of_ready() -> None:
    found = health(
        [
            item("A", value=1, effort=1, **READY),
            item("B", value=1, effort=1, objective="Trials"),
            item("C", value=1, **READY),
            item("D", value=1, effort=1, ready=True),
            item("E", value=1, effort=1, **READY, ready=False),
            item("F", value=1, effort=1, status="in-progress"),
            milestone("M", depends_on=["A"]),
        ]
    ).readiness
    assert found.items == 5
    assert found.missing == {
        "B": ("audience", "owner", "acceptance", "measurement"),
        "C": ("estimate",),
        "E": ("ready",),
    }
    assert found.ready == Fraction(2, 5)
    assert found.completeness == Fraction(30 - 4 - 1 - 5, 30)


def test_hints_by_invest() -> None:
    found = health(
        [
            item("A", value=1, effort=1, acceptance=["Sent"]),
            item("B", value=0, effort=1, acceptance=["Sent"]),
            item("C", value=1, acceptance=["Sent"]),
            item("D", value=1, effort=1, depends_on=["A", "B", "C"]),
        ]
    ).hints
    assert [(hint.item, hint.letter) for hint in found] == [
        ("B", "valuable"),
        ("C", "estimable"),
        ("D", "independent"),
        ("D", "testable"),
    ]


def test_where_to_cut_what_is_too_big() -> None:
    big = item("A", value=1, work=[("copy", 8), ("copy", 4), ("design", 6), ("design", 30)])
    found = health([big], [specialist("Ana", "copy"), specialist("Ben", "design")], sprint_days=2)
    (hint,) = found.hints
    assert hint.parts == (Part(("1", "2"), fits=True), Part(("3",), fits=True), Part(("4",), fits=False))
    assert hint.text == (
        "It is too big for any sprint. Cut it into 3: 1, 2 | 3 | 4 (tasks). "
        "Task 4 (30 hours) is more than anybody can do in a sprint."
    )


@settings(max_examples=40, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
@given(scenarios(always=("chain", "dag", "not_by", "same_as", "wait")))
def test_parts_fit_and_are_as_large_as_they_can_be(drawn: Scenario) -> None:
    """Judged by exhaustive search over scenarios that contain a part and nothing else."""
    if must_refuse(drawn):
        return
    prepared = pipeline.prepare(drawn)
    for entry in prepared.items:
        task = {one.key: one for one in entry.tasks}
        parts = split(prepared, entry)
        assert sorted(key for part in parts for key in part.tasks) == sorted(task)
        for part in parts:
            possible = value(alone(prepared, entry, [task[key] for key in part.tasks])) is not None
            assert possible == part.fits
            assert possible or len(part.tasks) == 1
        for part, after in itertools.pairwise(parts):
            more = [task[key] for key in (*part.tasks, after.tasks[0])]
            assert value(alone(prepared, entry, more)) is None


def test_titles_that_say_the_same() -> None:
    backlog = [
        item("A", title="Landing page for the spring webinar", effort=1),
        item("B", title="Spring webinar: landing page for the", effort=1),
        item("C", title="Newsletter part 1 of the series", effort=1),
        item("D", title="Newsletter part 2 of the series", effort=1),
        item("E", title="FAQ", effort=1),
        item("F", title="faq", effort=1),
    ]
    pairs = duplicates(pipeline.prepare(scenario(backlog)).items)
    assert [(pair.first, pair.second, pair.alike) for pair in pairs] == [("A", "B", 100)]


def test_a_chain_that_runs_into_a_scarce_skill_may_block() -> None:
    team = [specialist("Ana", "copy"), specialist("Lea", "legal", hours=1)]
    backlog = [
        item("A", value=1, skill="copy", effort=4),
        item("B", value=1, work=[("legal", 4), ("copy", 1)], depends_on=["A"]),
        item("C", value=1, skill="legal", effort=3),
        item("D", value=1, skill="copy", effort=1),
    ]
    (one,) = health(backlog, team, sprint_days=5).blocking
    assert (one.items, one.skills, one.scarcest) == (("A", "B"), ("copy", "legal", "copy"), "legal")
    assert one.pressure == Fraction(7, 5)


def test_what_waits_for_something_outside_the_backlog() -> None:
    found = health([item("A", effort=1, depends_on=["PLAT-1"]), item("B", effort=1, depends_on=["OLD"])], done=["OLD"])
    assert found.outside == {"A": ("PLAT-1",)}


def test_quadrants_and_urgency() -> None:
    backlog = [
        item("A", value=9, effort=1, deadline=day(1)),
        item("B", value=8, effort=9),
        item("C", value=1, effort=1, scores={"urgency": 5}),
        item("D", value=1, effort=9, deadline=day(400)),
    ]
    found = health(backlog).classes
    assert found.quadrants == {"A": "quick win", "B": "major project", "C": "fill-in", "D": "thankless task"}
    assert found.urgency == {"A": "do first", "B": "schedule", "C": "fit in", "D": "leave"}


def test_an_empty_backlog_is_healthy() -> None:
    found = checking.check(Scenario(calendar=calendar(), team=(specialist("Ana"),), backlog=())).health
    assert (found.readiness.items, found.hints, found.duplicates, found.classes.quadrants) == (0, (), (), {})
