"""Every way to put a few items into a few sprints to capacity, to judge the solver by.

Rules and figures are the judge's (written from the contract, apart from the solver); whether a sprint's hours are
enough is a maximum flow over people and days. Proficiencies are 1, so whole hundredths are enough.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from fractions import Fraction

import networkx as nx

from models.plan import Plan, PlannedItem
from models.scenario import Scenario
from planner.verify import roadmap, roadmap_figures, selection
from planner.verify.facts import Facts
from planner.verify.kept import eligible, stretches


def best(scenario: Scenario) -> tuple[Fraction, dict[str, int]] | None:
    """Highest value, and a placement (sprints from 1) that has it; None where no plan keeps every rule.

    Only for scenarios without terms before value.
    """
    assert scenario.calendar.start is not None
    facts = Facts.of(scenario, scenario.calendar.start)
    names = [name for name, demand in facts.backlog.items() if not demand.done]
    found: tuple[Fraction, dict[str, int]] | None = None
    for sprints in itertools.product(range(scenario.calendar.sprints + 1), repeat=len(names)):
        placed = {name: sprint for name, sprint in zip(names, sprints, strict=True) if sprint}
        road = roadmap.lay_out(facts, _plan(scenario, placed))
        value = roadmap_figures.total(road)
        if found is not None and value <= found[0]:
            continue
        if not any(_broken(road)) and _enough_hours(facts, placed):
            found = value, placed
    return found


def _plan(scenario: Scenario, placed: dict[str, int]) -> Plan:
    start = scenario.calendar.start or datetime.date(2027, 3, 1)
    items = tuple(
        PlannedItem(
            id=name,
            title="",
            value=0.0,
            benefit=0.0,
            estimate="given",
            sprint=sprint,
            rank=1,
            start=None,
            finish=None,
            tasks=(),
        )
        for name, sprint in placed.items()
    )
    now = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    return Plan(
        scenario=scenario.name,
        created=now,
        start=start,
        unit=scenario.unit,
        timezone="UTC",
        status="feasible",
        value=0.0,
        best_value=0.0,
        bound=0.0,
        gap=0.0,
        solve_seconds=0.0,
        seed=0,
        selected=items,
        left_out=(),
        capacity=(),
        shares=(),
        objective=(),
        conflict=None,
        greedy_value=None,
        notes=(),
    )


def _broken(road: roadmap.Road) -> Iterator[str]:
    facts = road.facts
    yield from selection.allowed(facts, road.all)
    yield from selection.demanded(facts, road.all)
    yield from selection.grouped(facts, road.all)
    yield from roadmap.after_dependencies(road)
    yield from roadmap.milestones(road)
    yield from roadmap.fits_its_sprint(road)
    yield from _maxima(road)


def _maxima(road: roadmap.Road) -> Iterator[str]:
    for rule in roadmap_figures.rules_of(road.facts):
        for sprint in range(len(road.facts.clock.sprint_ends)):
            effort = sum(
                one.demand.left
                for one in road.all.chosen.values()
                if roadmap_figures.covers(rule, one.demand.item) and one.planned.sprint == sprint + 1
            )
            limits = sum(person.limits[sprint] for person in road.facts.team.values())
            if rule.max_share is not None and effort > Fraction(str(rule.max_share)) * limits:
                yield "too much"


def _enough_hours(facts: Facts, placed: dict[str, int]) -> bool:
    return all(
        _enough(facts, [n for n, s in placed.items() if s == sprint], sprint - 1) for sprint in set(placed.values())
    )


def _enough(facts: Facts, names: list[str], sprint: int) -> bool:
    """Whether the work of a sprint flows into people's days, between each item's release and deadline."""
    ends = facts.clock.sprint_ends
    begin, end = (ends[sprint - 1] if sprint else 0), ends[sprint]
    graph: nx.DiGraph[object] = nx.DiGraph()
    total = 0
    windows = {name: stretches(facts, facts.backlog[name])[sprint] for name in names}
    cuts = sorted({begin, end, *(w.first for w in windows.values()), *(w.last for w in windows.values())})
    for person in facts.team.values():
        graph.add_edge(person.name, "sink", capacity=person.limits[sprint])
        for first, last in itertools.pairwise(cuts):
            there = sum(first <= tick < last for tick in person.there)
            graph.add_edge((person.name, first), person.name, capacity=int(100 * there * person.rate / 96))
    for name in names:
        demand = facts.backlog[name]
        for need in demand.needs:
            total += need.effort
            graph.add_edge("source", (name, need.position), capacity=need.effort)
            for person in eligible(facts, demand, need):
                for first in cuts:
                    if windows[name].first <= first < windows[name].last:
                        graph.add_edge((name, need.position), (person.name, first), capacity=need.effort)
    if not total:
        return True
    return bool(nx.maximum_flow_value(graph, "source", "sink") == total)
