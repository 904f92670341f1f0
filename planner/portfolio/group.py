"""Teams that are planned together, as integers: their instances, whom they share, which item waits for which.

Everybody's clock is the same, so a shared specialist has the same axis in every team's instance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from models.base import exact
from models.item import Dependency, Item
from models.portfolio import SharedSpecialist
from models.scenario import Scenario
from models.team import Specialist
from planner.clock import TICKS_PER_DAY
from planner.errors import InputError
from planner.instance import Instance
from planner.solve.solution import Solution, days_late
from planner.team import expand

if TYPE_CHECKING:
    from planner.prepare import Prepared

FINE = 1_000  # parts of a unit of value in which a hundredth of an hour is priced
LARGEST = 2**52  # of any objective: bounds come as floats, which are exact up to here


@dataclass(frozen=True)
class Team:
    """One team in a group.

    Attributes
    ----------
    value, carried, shortfall
        Units of the group's objective for a unit of the team's value, a hundredth of work carried over, a percent of
        a minimum share missed.
    shared
        (index of the shared specialist in the group, index in the instance).
    """

    name: str
    instance: Instance
    value: int
    carried: int
    shortfall: int
    shared: tuple[tuple[int, int], ...]

    def worth(self, solution: Solution) -> int:
        """Return what a plan of the team is worth in the group's objective."""
        return self.value * solution.terms(self.instance)["value"] + self.before(solution)

    def before(self, solution: Solution) -> int:
        """Return the part of it that comes before value."""
        terms = solution.terms(self.instance)
        return self.carried * terms["carried_over"] - self.shortfall * terms["shortfall"]

    def hours(self, solution: Solution) -> dict[int, int]:
        """Hundredths of an hour it takes of each shared specialist."""
        by_index = {own: shared for shared, own in self.shared}
        used = dict.fromkeys((shared for shared, _ in self.shared), 0)
        for placed in solution.tasks.values():
            if placed.specialist in by_index:
                used[by_index[placed.specialist]] += placed.cost
        return used

    def busy(self, solution: Solution) -> dict[int, list[tuple[int, int]]]:
        """(start, duration) on the own axis of each shared specialist."""
        by_index = {own: shared for shared, own in self.shared}
        found: dict[int, list[tuple[int, int]]] = {shared: [] for shared, _ in self.shared}
        for task, placed in sorted(solution.tasks.items()):
            if placed.specialist in by_index:
                choices = self.instance.tasks[task].choices
                length = next(choice.duration for choice in choices if choice.specialist == placed.specialist)
                found[by_index[placed.specialist]].append((placed.own_start, length))
        return found


@dataclass(frozen=True)
class Arc:
    """An item of one team waits for an item of another; both as (team, item), lag in ticks."""

    before: tuple[int, int]
    after: tuple[int, int]
    lag: int


@dataclass(frozen=True)
class Group:
    """Teams, the shared specialists' limits in hundredths of an hour, and who waits for whom.

    Attributes
    ----------
    lengths
        Ticks that each shared specialist is there.
    banned
        (team, item) that waits for an item that can never be in a plan.
    scale
        Units of the objective for 1 of weighted value.
    """

    teams: tuple[Team, ...]
    names: tuple[str, ...]
    limits: tuple[int, ...]
    lengths: tuple[int, ...]
    arcs: tuple[Arc, ...]
    banned: frozenset[tuple[int, int]]
    scale: Fraction

    @property
    def tasks(self) -> int:
        """Tasks of all teams."""
        return sum(len(team.instance.tasks) for team in self.teams)


def shared_people(shared: Sequence[SharedSpecialist], team: str) -> list[Specialist]:
    """Return those who work for a team, as members of it."""
    return [
        Specialist.model_validate(person.model_dump(exclude={"teams"}, exclude_unset=True, by_alias=True))
        for person in shared
        if team in person.teams
    ]


def with_shared(scenario: Scenario, shared: Sequence[SharedSpecialist], team: str) -> Scenario:
    """Return a team's scenario with the people it shares.

    Raises
    ------
    InputError
        If the team has somebody of that name already.
    """
    people = shared_people(shared, team)
    names = {person.name for person in expand(scenario.team)}
    for person in expand(people):
        if person.name in names:
            cause = f"team {team!r} has a specialist {person.name!r} of its own"
            raise InputError(f"shared.{person.name}", cause, "Take them out of the team, or rename one of the two")
    return scenario.model_copy(update={"team": (*scenario.team, *people)})


@dataclass(frozen=True)
class Foreign:
    """A dependency on another team's item, which may be done."""

    item: str
    team: str
    other: str
    lag_days: float
    done: bool

    @property
    def name(self) -> str:
        """The other item as it is written: team:ID."""
        return f"{self.team}:{self.other}"


def split_dependencies(
    scenarios: Mapping[str, Scenario],
) -> tuple[dict[str, Scenario], dict[str, list[Foreign]]]:
    """Take dependencies on other teams' items out of the scenarios.

    Raises
    ------
    InputError
        If a milestone waits for another team, or items wait for each other in a circle through several teams.
    """
    own: dict[str, Scenario] = {}
    foreign: dict[str, list[Foreign]] = {}
    known = {
        team: {item.id: _done(scenario, item) for item in scenario.backlog} | dict.fromkeys(scenario.done, True)
        for team, scenario in scenarios.items()
    }
    for team, scenario in scenarios.items():
        backlog, waits = [], []
        for item in scenario.backlog:
            kept, theirs = _apart(team, item, known)
            if theirs and (item.milestone or item.work == ()):
                cause = f"the milestone {item.id!r} waits for another team's item {theirs[0].team}:{theirs[0].other}"
                raise InputError(f"team {team}", cause, "Give it a task, or let it wait for an item of its own team")
            backlog.append(item.model_copy(update={"depends_on": kept}) if kept != item.depends_on else item)
            waits += theirs if item.status == "todo" else []
        own[team] = scenario.model_copy(update={"backlog": tuple(backlog)})
        foreign[team] = waits
    _refuse_circles(own, foreign)
    return own, foreign


def _apart(
    team: str, item: Item, known: Mapping[str, Mapping[str, bool]]
) -> tuple[tuple[Dependency, ...], list[Foreign]]:
    """Dependencies within the team, and those on items that another team really has."""
    kept: list[Dependency] = []
    theirs: list[Foreign] = []
    for need in item.depends_on:
        other, colon, id_ = need.item.partition(":")
        if need.item in known[team] or not colon or id_ not in known.get(other, ()):
            kept.append(need)
        elif other == team:
            kept.append(need.model_copy(update={"item": id_}))
        else:
            theirs.append(Foreign(item.id, other, id_, need.lag_days, known[other][id_]))
    return tuple(kept), theirs


def _done(scenario: Scenario, item: Item) -> bool:
    return item.id in scenario.done or item.status == "done"


def _refuse_circles(scenarios: Mapping[str, Scenario], foreign: Mapping[str, list[Foreign]]) -> None:
    if not any(foreign.values()):
        return
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    for team, scenario in scenarios.items():
        for item in scenario.backlog:
            graph.add_edges_from((f"{team}:{need.item}", f"{team}:{item.id}") for need in item.depends_on)
        graph.add_edges_from((f"{wait.team}:{wait.other}", f"{team}:{wait.item}") for wait in foreign[team])
    try:
        circle = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return
    shown = " → ".join([circle[0][0], *(edge[1] for edge in circle)])
    raise InputError("depends_on", f"these items wait for each other: {shown}", "Take one of these dependencies out")


def build_group(
    prepared: Mapping[str, Prepared],
    shared: Sequence[SharedSpecialist],
    foreign: Mapping[str, list[Foreign]],
    weights: Mapping[str, float],
) -> Group:
    """Put the instances of all teams beside each other.

    Raises
    ------
    InputError
        If values and weights are so fine that their sum cannot be counted in whole numbers.
    """
    names = [person.name for person in expand([_plain(person) for person in shared])]
    order = list(prepared)
    instances = [prepared[team].instance for team in order]
    factors = [exact(weights[team]) / instance.scale.factor for team, instance in zip(order, instances, strict=True)]
    scale = FINE * lcm(*(factor.denominator for factor in factors))
    units = [int(factor * scale) for factor in factors]
    span = 1 + sum(unit * _span(instance) for unit, instance in zip(units, instances, strict=True))
    percents = 1 + sum(100 * len(instance.shares) for instance in instances)
    carried = sum(item.carried for instance in instances for item in instance.items)
    if span * percents * (1 + carried) > LARGEST:
        raise InputError("weight", "values times weights are too fine to be added up", "Use rounder weights")
    teams = []
    for team, instance, unit in zip(order, instances, units, strict=True):
        index = {person.name: place for place, person in enumerate(instance.specialists)}
        own = tuple((place, index[name]) for place, name in enumerate(names) if name in index)
        teams.append(Team(team, instance, unit, span * percents if carried else 0, span, own))
    arcs, banned = _arcs(order, instances, foreign)
    people = [
        [team.instance.specialists[own] for team in teams for place, own in team.shared if place == number]
        for number in range(len(names))
    ]
    return Group(
        teams=tuple(teams),
        names=tuple(names),
        limits=tuple(min(person.limit for person in same) for same in people),  # the largest buffer holds for all
        lengths=tuple(same[0].axis.length for same in people),
        arcs=arcs,
        banned=banned,
        scale=Fraction(scale),
    )


def _plain(person: SharedSpecialist) -> Specialist:
    return shared_people([person], person.teams[0])[0]


def _span(instance: Instance) -> int:
    """Most by which two plans of a team may differ in value."""
    return sum(item.value + item.late_cost * days_late(item, instance.horizon) for item in instance.items)


def _arcs(
    order: Sequence[str], instances: Sequence[Instance], foreign: Mapping[str, list[Foreign]]
) -> tuple[tuple[Arc, ...], frozenset[tuple[int, int]]]:
    places = [{item.id: index for index, item in enumerate(instance.items)} for instance in instances]
    number = {team: index for index, team in enumerate(order)}
    arcs: list[Arc] = []
    banned: set[tuple[int, int]] = set()
    for team in order:
        here = number[team]
        for wait in foreign[team]:
            if wait.item not in places[here] or wait.done:
                continue
            after = (here, places[here][wait.item])
            there = number.get(wait.team)
            if there is None or wait.other not in places[there]:
                banned.add(after)
                continue
            lag = int(TICKS_PER_DAY * exact(wait.lag_days) + Fraction(1, 2))
            arcs.append(Arc((there, places[there][wait.other]), after, lag))
    return tuple(arcs), frozenset(banned)
