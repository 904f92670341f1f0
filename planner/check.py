"""What can be said about a scenario before it is planned: its graph, its readiness, what can never enter and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from models.explanation import WhyNone
from models.plan import Reason
from models.scenario import Scenario
from planner import pipeline
from planner.chains import Unlocks, unlocks
from planner.clock import TICKS_PER_DAY
from planner.explain.budget import Budget
from planner.explain.mends import mend
from planner.health.report import Health, health
from planner.instance import Instance, Item
from planner.prepare import Prepared
from planner.solve.conflict import has_plan
from planner.work import missing_readiness

MENDING_SECONDS = 10.0  # for what would make a plan possible: a second or less, but for hundreds of items


@dataclass(frozen=True)
class SkillLoad:
    """What the items that may enter ask of a skill, and the hours (or points) of those who have it.

    ``skill`` None stands for tasks that anyone can do. One specialist counts under each of their skills.
    """

    skill: str | None
    asked: Fraction
    available: Fraction
    people: tuple[str, ...]


@dataclass(frozen=True)
class Chain:
    """The longest way through the dependencies, in working days, with each item done by its fastest specialist."""

    items: tuple[str, ...]
    days: Fraction


@dataclass(frozen=True)
class Findings:
    """Everything ``sprintplan check`` has to say.

    Attributes
    ----------
    never
        Open items that can never enter, with their proven reason.
    unready
        Readiness fields left empty by items that must be ready where only ready ones are planned: milestones and
        work in progress need not.
    unlocking
        Items that others wait for, the one that unlocks the most value first.
    health
        Of the backlog: readiness, how it is cut, doubles, chains that may block, classes.
    possible
        Whether there is a plan at all; None where the time was too short to tell.
    conflict
        Where there is none: what cannot hold together, and what would mend it.
    """

    prepared: Prepared
    effort: Fraction
    capacity: Fraction
    skills: tuple[SkillLoad, ...]
    chain: Chain | None
    unlocking: tuple[tuple[str, Unlocks], ...]
    never: Mapping[str, Reason]
    unready: Mapping[str, tuple[str, ...]]
    health: Health
    possible: bool | None
    conflict: WhyNone | None


def check(scenario: Scenario) -> Findings:
    """Look at a scenario without planning it.

    Raises
    ------
    InputError
        As :func:`planner.plan` does.
    """
    prepared = pipeline.prepare(scenario)
    instance = prepared.instance
    possible = has_plan(instance)
    skills = _skills(prepared)
    return Findings(
        prepared=prepared,
        effort=sum((entry.remaining_effort for entry in prepared.items), Fraction(0)),
        capacity=Fraction(instance.capacity, 100),
        skills=skills,
        chain=_longest_chain(prepared),
        unlocking=_unlocking(prepared),
        never=instance.excluded,
        unready=_unready(prepared),
        health=health(prepared, {load.skill: _ratio(load) for load in skills}),
        possible=possible,
        conflict=_conflict(prepared) if possible is False else None,
    )


def _conflict(prepared: Prepared) -> WhyNone | None:
    conflict = pipeline.conflict(prepared)
    return None if conflict is None else mend(prepared, conflict, Budget(MENDING_SECONDS).over)


def _unready(prepared: Prepared) -> dict[str, tuple[str, ...]]:
    missing = missing_readiness(prepared.scenario)
    judged = (entry.item.id for entry in prepared.items if not entry.milestone and entry.item.status == "todo")
    return {id_: missing[id_] for id_ in judged if id_ in missing}


def _skills(prepared: Prepared) -> tuple[SkillLoad, ...]:
    """Demand against capacity, the scarcest skill first."""
    asked: defaultdict[str | None, Fraction] = defaultdict(Fraction)
    for entry in prepared.items:
        if entry.item.id not in prepared.instance.excluded:
            for task in entry.tasks:
                asked[task.skill] += task.effort
    hours = {person.name: Fraction(person.limit, 100) for person in prepared.instance.specialists}
    loads = []
    for skill, effort in asked.items():
        able = tuple(person.name for person in prepared.people if skill is None or skill in person.skills)
        loads.append(SkillLoad(skill, effort, sum((hours[name] for name in able), Fraction(0)), able))
    return tuple(sorted(loads, key=lambda load: (-_pressure(load), load.skill or "")))


def _ratio(load: SkillLoad) -> Fraction | None:
    return load.asked / load.available if load.available else None


def _pressure(load: SkillLoad) -> Fraction:
    return load.asked / load.available if load.available else load.asked * 10**6


def _longest_chain(prepared: Prepared) -> Chain | None:
    """Find the longest chain among the items that may enter; None where nothing waits for anything."""
    import networkx as nx

    instance = prepared.instance
    length = {item.id: _shortest(instance, item) for item in instance.items}
    graph: nx.DiGraph[str] = nx.DiGraph()
    for item in instance.items:
        # Each arc carries the length of the item it leaves; the last item's goes on an arc to a common end.
        graph.add_edge(item.id, "", weight=length[item.id])
        for before, lag in item.requires:
            name = instance.items[before].id
            graph.add_edge(name, item.id, weight=length[name] + lag)
    chain = nx.dag_longest_path(graph)
    if len(chain) < 3:
        return None
    return Chain(tuple(chain[:-1]), Fraction(nx.path_weight(graph, chain, "weight"), TICKS_PER_DAY))


def _shortest(instance: Instance, item: Item) -> int:
    """Ticks an item takes when its fastest specialists do each task at once, waits included."""
    finish: dict[int, int] = {}

    def finished(task: int) -> int:
        if task not in finish:
            begin = max(
                (finished(before) + instance.tasks[before].wait for before in instance.tasks[task].after), default=0
            )
            finish[task] = begin + min(choice.duration for choice in instance.tasks[task].choices)
        return finish[task]

    return max((finished(task) + instance.tasks[task].wait for task in item.tasks), default=0)


def _unlocking(prepared: Prepared) -> tuple[tuple[str, Unlocks], ...]:
    found = unlocks(prepared.graph, prepared.scores.values, prepared.graph.order)
    waited_for = [(name, unlocked) for name, unlocked in found.items() if unlocked.items]
    return tuple(sorted(waited_for, key=lambda entry: (-entry[1].value, entry[0])))
