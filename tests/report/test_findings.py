from __future__ import annotations

import io

import pytest
from rich.console import Console

from models.scenario import Scenario
from planner.check import check
from planner.report import findings
from tests.builders import item, milestone, pin, scenario, specialist


def said(given: Scenario) -> str:
    return findings.text(check(given), Console(file=io.StringIO(), width=100))


def test_demand_is_set_against_the_hours_of_those_who_have_the_skill() -> None:
    found = check(
        scenario(
            [item("A", effort=50, skill="design"), item("B", work=[("design", 20), ("copy", 6), (None, 1)])],
            [specialist("Ana", "copy", "design"), specialist("Ben", "copy", hours=3)],
        )
    )
    loads = {load.skill: (load.asked, load.available, load.people) for load in found.skills}
    assert loads == {
        "design": (70, 60, ("Ana",)),
        "copy": (6, 90, ("Ana", "Ben")),
        None: (1, 90, ("Ana", "Ben")),
    }
    assert found.skills[0].skill == "design"
    assert found.effort == 77
    assert found.capacity == 90


def test_what_never_enters_counts_in_no_demand_and_is_named_with_its_reason() -> None:
    text = said(
        scenario(
            [item("A", effort=5, skill="design"), item("B", effort=9, skill="video")], [specialist("Ana", "design")]
        )
    )
    assert "Nobody has the skill: 1 item" in text
    assert "· B: Nobody in the team has the skill video." in text
    assert "9 h " not in text


def test_the_longest_chain_counts_lags_and_waits() -> None:
    found = check(
        scenario(
            [
                item("A", work=[("design", 6, {"wait_days": 1})]),
                item("B", effort=3, skill="design", depends_on=[{"item": "A", "lag_days": 0.5}]),
                item("C", effort=12, skill="design", depends_on=["A"]),
                item("D", effort=18, skill="design"),
            ]
        )
    )
    assert found.chain is not None
    assert found.chain.items == ("A", "C")
    assert found.chain.days == 4


def test_without_dependencies_there_is_no_chain() -> None:
    assert check(scenario([item("A", effort=5), item("B", effort=5)])).chain is None


def test_what_unlocks_the_most_value_comes_first() -> None:
    found = check(
        scenario(
            [
                item("A", effort=1, value=1),
                item("B", effort=1, value=50, depends_on=["A"]),
                item("C", effort=1, value=1),
                item("D", effort=1, value=60, depends_on=["C"]),
            ]
        )
    )
    assert [(name, unlocked.items, unlocked.value) for name, unlocked in found.unlocking] == [
        ("C", ("D",), 60),
        ("A", ("B",), 50),
    ]


def test_readiness_asks_nothing_of_milestones_and_work_in_progress() -> None:
    given = scenario(
        [
            item("A", effort=1, owner="Ana"),
            item("B", effort=1),
            item("C", effort=1, ready=False, owner="Ben"),
            item("D", effort=1, status="in-progress"),
            milestone("E"),
        ]
    )
    assert check(given).unready == {"B": ("owner",), "C": ("ready",)}
    assert "· B: without owner." in said(given)
    assert "· C: said to be not ready." in said(given)


def test_guesses_are_said() -> None:
    assert "without a full estimate" in said(scenario([item("A", value=1), item("B", value=1, effort=2)]))


@pytest.mark.parametrize(
    ("given", "demand"),
    [
        (scenario([item("A", effort=9, must=True)], sprint_days=1), "A must be in the plan"),
        (scenario([item("A", effort=5)], pins=[pin("A", sprint=1), pin("A", out=True)]), "pin 2: A stays out"),
    ],
)
def test_demands_that_cannot_hold_are_named(given: Scenario, demand: str) -> None:
    found = check(given)
    assert found.possible is False
    assert found.conflict is not None
    assert demand in found.conflict.demands
    text = said(given)
    assert "A plan can be made" not in text
    assert demand in text


def test_long_lists_are_shortened_with_a_count() -> None:
    text = said(scenario([item(f"X-{number:02}", effort=1, skill="none") for number in range(30)], [specialist("Ana")]))
    assert "· and 20 more items" in text
    assert "X-09" in text
    assert "X-10" not in text
    assert text.endswith("A plan can be made.\n")
