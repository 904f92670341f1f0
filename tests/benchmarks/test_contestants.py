"""The contestants, on small sprints: real solvers, real judge. Where two prove an optimum it is the same one."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, reject, settings
from ortools.sat.python.cp_model import Domain
from pyjobshop import SolveStatus

from benchmarks.backlogs import backlogs
from benchmarks.contestants import NAMES, contestant, watched
from benchmarks.contestants.cpsat import lengths
from benchmarks.contestants.options import Problem
from benchmarks.contestants.pyjobshop import Shop
from benchmarks.generator import generate
from benchmarks.parameters import Features
from benchmarks.schedule import Workshop
from models.scenario import Scenario
from planner.verify import violations
from tests.builders import day, item, scenario, specialist
from tests.oracle import must_refuse
from tests.strategies import scenarios


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """With two CP-SAT 9.15 searches neighbourhoods, in which it may end the process (google/or-tools#5091)."""
    monkeypatch.setattr(watched, "WORKERS", 1)


LONG_ENOUGH = 600.0  # every sprint here is proven in less than a second of an idle core
PROVERS = ("cpsat", "pyjobshop", "ours")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("demand", [1.2, 2.5, 4.0])
def test_plans_keep_every_rule(name: str, demand: float) -> None:
    sprint = generate(16, 6, seed=3, demand=demand)
    entry = contestant(name)(sprint, LONG_ENOUGH)
    assert entry.plan is not None
    assert violations(sprint, entry.plan) == []
    assert entry.trace.values[-1][1] == entry.plan.value
    assert entry.plan.value is not None
    assert entry.bound is None or entry.bound >= entry.plan.value


@pytest.mark.parametrize("seed", range(1, 9))
def test_whoever_proves_an_optimum_proves_the_same(seed: int) -> None:
    agreed(generate(16, 6, seed, demand=(1.2, 2.0, 3.0, 4.0)[seed % 4]))


OTHER_RULES = (
    *("exclusive", "together", "must", "milestone", "in_progress", "remaining", "scores", "ready_only", "max_parallel"),
    *("goal", "mix", "compete", "pin_in", "pin_out", "pin_who", "pin_start"),
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(scenarios(without=OTHER_RULES))
def test_they_agree_on_every_rule_they_know(sprint: Scenario) -> None:
    if must_refuse(sprint):
        reject()
    try:
        Workshop.of(sprint)
    except ValueError:  # no values
        reject()
    agreed(sprint)


@pytest.mark.parametrize("off", [feature.name for feature in fields(Features)])
def test_they_agree_with_each_feature_off(off: str) -> None:
    agreed(generate(16, 6, seed=2, demand=2.0, features=replace(Features(), **{off: False})))


def test_there_is_a_backlog_without_each_feature() -> None:
    assert {one.off for one in backlogs("features")} == {None, *(feature.name for feature in fields(Features))}


def agreed(sprint: Scenario) -> float:
    """Value and bound of everybody who proves something; they all must be one and the same."""
    figures = set()
    for name in PROVERS:
        entry = contestant(name)(sprint, LONG_ENOUGH)
        assert entry.plan is not None
        assert violations(sprint, entry.plan) == []
        figures |= {entry.plan.value, entry.bound}
    (value,) = figures
    assert value is not None
    return value


# -- each rule, where it decides -------------------------------------------------------------------------------

ANA = specialist("Ana", "design", {"copy": 0.5})
BEN = specialist("Ben", "copy", "legal")
DECIDED = {
    # (items, team, what everything that fits is worth)
    "hours": ([item("A", value=5, work=[("copy", 20)]), item("B", value=4, work=[("copy", 20)])], [BEN], 5),
    "proficiency": ([item("A", value=5, work=[("copy", 16)])], [ANA], 0),
    "skill of nobody": ([item("A", value=5, work=[("video", 1)])], [ANA], 0),
    "order and waits": ([item("A", value=5, work=[("copy", 15, {"wait_days": 1}), ("design", 10)])], [ANA, BEN], 0),
    "wait at the end": ([item("A", value=5, work=[("copy", 28, {"wait_days": 0.5})])], [BEN], 0),
    "second eyes": ([item("A", value=5, work=[("copy", 1), ("design", 1, {"not_by": [1]})])], [ANA], 0),
    "the same person": ([item("A", value=5, work=[("legal", 1), ("design", 1, {"same_as": [1]})])], [ANA, BEN], 0),
    "release": ([item("A", value=5, work=[("copy", 8)], release=day(4))], [BEN], 0),
    "deadline": ([item("A", value=5, work=[("copy", 8)], deadline=day(0))], [BEN], 0),
    "deadline before the sprint": ([item("A", value=5, work=[("copy", 8)], deadline=day(-3))], [BEN], 0),
    "needs what does not fit": (
        [item("A", value=5, work=[("copy", 31)]), item("B", value=4, work=[("copy", 1)], depends_on=["A"])],
        [BEN],
        0,
    ),
    "lag": (
        [
            item("A", value=1, work=[("copy", 12)]),
            item("B", value=4, work=[("design", 12)], depends_on=[{"item": "A", "lag_days": 1.5}]),
        ],
        [ANA, BEN],
        1,
    ),
    "one alternative in time": (
        [
            item("A", value=1, work=[("copy", 12)]),
            item("B", value=1, work=[("legal", 18)]),
            item("C", value=9, work=[("design", 18)], any_of=["A", "B"]),
        ],
        [ANA, BEN],
        11,
    ),
    "no alternative fits": (
        [item("A", value=1, work=[("video", 1)]), item("C", value=9, work=[("design", 1)], any_of=["A"])],
        [ANA],
        0,
    ),
    "work pauses": (
        [item("A", value=5, work=[("copy", 12), ("design", 12)])],
        [ANA, specialist("Ben", "copy", time_off=[str(day(1))])],
        5,
    ),
    "work that pauses ends too late": (
        [item("A", value=5, work=[("copy", 12), ("design", 13)])],
        [ANA, specialist("Ben", "copy", time_off=[str(day(1))])],
        0,
    ),
    "late days": (
        [
            item("A", value=9, work=[("copy", 9)], due={"date": day(0), "cost_per_day": 2}),
            item("B", value=9, work=[("copy", 9)], due={"date": day(0), "cost_per_day": 1}),
        ],
        [BEN],
        18 - 2 - 2,
    ),
    "left out and late": (
        [item("A", value=5, work=[("video", 9)], due={"date": day(1), "cost_per_day": 2})],
        [BEN],
        -6,
    ),
    "fractions": ([item("A", value=0.1, work=[("copy", 1)]), item("B", value=0.25, work=[("copy", 1)])], [BEN], 0.35),
}


@pytest.mark.parametrize("rule", DECIDED)
def test_rules_where_they_decide(rule: str) -> None:
    items, team, value = DECIDED[rule]
    sprint = scenario(items, team, sprint_days=5)
    assert agreed(sprint) == pytest.approx(value)
    listed = contestant("list")(sprint, 1).plan
    assert listed is not None
    assert violations(sprint, listed) == []


def test_pyjobshop_solved_as_its_users_do_finds_the_same() -> None:
    """Its own entry point instead of ours, which only watches: the optimum is the same."""
    problem = Problem.of(Workshop.of(generate(16, 6, seed=1)))
    result = Shop(problem).model.solve(time_limit=LONG_ENOUGH, num_workers=1, display=False)
    value = sum(entry.value for entry in problem.candidates.values()) - problem.lost - result.objective
    assert result.status == SolveStatus.OPTIMAL
    assert value == agreed(generate(16, 6, seed=1))


def test_a_sprint_with_rules_they_do_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="no must-dos"):
        Workshop.of(scenario([item("A", value=1, work=[("copy", 1)], must=True)], [BEN]))


def test_lengths_are_those_of_work_that_pauses() -> None:
    person = Workshop.of(generate(5, 4, seed=6)).people[0]
    assert len(person.pauses(960)) > 1
    for duration in (1, 50, 200, len(person.own)):
        told = {start: length for length, starts in lengths(person.own, duration).items() for start in _ticks(starts)}
        assert told == {
            start: person.place(0, start, duration).finish - start
            for start in person.own[: len(person.own) - duration + 1]
        }


def _ticks(domain: Domain) -> list[int]:
    edges = domain.flattened_intervals()
    return [tick for first, last in zip(edges[::2], edges[1::2], strict=True) for tick in range(first, last + 1)]
