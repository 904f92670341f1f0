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

from models.plan import Plan, PlannedItem, PlannedTask
from models.scenario import Scenario
from planner.verify import roadmap, roadmap_figures, selection
from planner.verify.churn import Against
from planner.verify.demands import Need
from planner.verify.facts import Facts
from planner.verify.kept import eligible, stretches

Placed = dict[str, tuple[int, int]]  # first and last sprint of an item, from 1


def best(scenario: Scenario) -> tuple[Fraction, Placed] | None:
    """Highest value, and a placement that has it; None where no plan keeps every rule.

    Only for scenarios without terms before value.
    """
    found: tuple[Fraction, Placed] | None = None
    for road, placed in _placements(scenario):
        value = roadmap_figures.total(road)
        if found is not None and value <= found[0]:
            continue
        if not any(_broken(road)) and _enough_hours(road.facts, placed):
            found = value, placed
    return found


def front(scenario: Scenario) -> list[tuple[int, Fraction]]:
    """Churn and value of the plans to which none is preferred, most value first; people are not counted.

    Only for scenarios without terms before value, and with a baseline.
    """
    assert scenario.baseline is not None
    kept: dict[int, Fraction] = {}
    for road, placed in _placements(scenario):
        if not any(_broken(road)) and _enough_hours(road.facts, placed):
            churn = Against(road.facts, _plan(scenario, road.facts, placed), scenario.baseline).churn
            kept[churn] = max(kept.get(churn, Fraction(-(10**9))), roadmap_figures.total(road))
    best = [(churn, value) for churn, value in sorted(kept.items()) if all(kept[c] < value for c in kept if c < churn)]
    return best[::-1]


def _placements(scenario: Scenario) -> Iterator[tuple[roadmap.Road, Placed]]:
    """Every placement, allowed or not."""
    assert scenario.calendar.start is not None
    facts = Facts.of(scenario, scenario.calendar.start)
    demands = {name: demand for name, demand in facts.backlog.items() if not demand.done}
    spans = [_spans(scenario, demand.item.may_span) for demand in demands.values()]
    for chosen in itertools.product(*spans):
        placed = {name: span for name, span in zip(demands, chosen, strict=True) if span is not None}
        yield roadmap.lay_out(facts, _plan(scenario, facts, placed)), placed


def _spans(scenario: Scenario, may_span: bool) -> list[tuple[int, int] | None]:
    """Where an item may lie: left out, in one sprint, or from one to a later one."""
    sprints = range(1, scenario.calendar.sprints + 1)
    return [None, *((a, b) for a in sprints for b in sprints if a == b or (may_span and a < b))]


def _plan(scenario: Scenario, facts: Facts, placed: Placed) -> Plan:
    start = scenario.calendar.start or datetime.date(2027, 3, 1)
    items = tuple(
        PlannedItem(
            id=name,
            title="",
            value=0.0,
            benefit=0.0,
            estimate="given",
            sprint=last,
            rank=1,
            start=None,
            finish=None,
            tasks=_in_first(facts, name, first) if first < last else (),
        )
        for name, (first, last) in placed.items()
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


def _in_first(facts: Facts, name: str, sprint: int) -> tuple[PlannedTask, ...]:
    """Some work in the first sprint of a cut item: all that the judge looks at here."""
    demand = facts.backlog[name]
    need = demand.needs[0]
    return (
        PlannedTask(
            id=need.label,
            skill=need.skill,
            specialist=eligible(facts, demand, need)[0].name,
            effort=0.01,
            start=None,
            finish=None,
            start_tick=None,
            finish_tick=None,
            sprint=sprint,
        ),
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


def _enough_hours(facts: Facts, placed: Placed) -> bool:
    """Whether all work flows into people's days, each item's in its sprints, between its release and deadline.

    Something of a cut item, 0.01 here, lies in its first sprint; such items have one task.
    """
    graph: nx.DiGraph[object] = nx.DiGraph()
    for sprint in {sprint for first, last in placed.values() for sprint in range(first - 1, last)}:
        _add_people(graph, facts, sprint, [n for n, (first, last) in placed.items() if first - 1 <= sprint < last])
    total = 0
    for name, (first, last) in placed.items():
        for need in facts.backlog[name].needs:
            head = int(first < last)
            total += need.effort
            graph.add_edge("source", (name, need.position), capacity=need.effort - head)
            graph.add_edge("source", (name, need.position, "head"), capacity=head)
            for sprint in range(first - 1, last):
                _add_work(graph, facts, name, need, (name, need.position), sprint)
            _add_work(graph, facts, name, need, (name, need.position, "head"), first - 1)
    return not total or bool(nx.maximum_flow_value(graph, "source", "sink") == total)


def _cuts(facts: Facts, names: list[str], sprint: int) -> list[int]:
    ends = facts.clock.sprint_ends
    windows = [stretches(facts, facts.backlog[name])[sprint] for name in names]
    begin, end = (ends[sprint - 1] if sprint else 0), ends[sprint]
    inside = {tick for w in windows for tick in (w.first, w.last) if begin < tick < end}
    return sorted({begin, end, *inside})


def _add_people(graph: nx.DiGraph[object], facts: Facts, sprint: int, names: list[str]) -> None:
    cuts = _cuts(facts, names, sprint)
    for person in facts.team.values():
        graph.add_edge((person.name, "in", sprint), "sink", capacity=person.limits[sprint])
        for first, last in itertools.pairwise(cuts):
            there = sum(first <= tick < last for tick in person.there)
            hours = int(100 * there * person.rate / 96)
            graph.add_edge((person.name, sprint, first), (person.name, "in", sprint), capacity=hours)


def _add_work(graph: nx.DiGraph[object], facts: Facts, name: str, need: Need, node: object, sprint: int) -> None:
    demand = facts.backlog[name]
    window = stretches(facts, demand)[sprint]
    people = [person.name for person in eligible(facts, demand, need)]
    for specialist, at, first in [one for one in graph.nodes if isinstance(one, tuple) and len(one) == 3]:
        if at == sprint and specialist in people and window.first <= first < window.last:
            graph.add_edge(node, (specialist, at, first), capacity=need.effort)
