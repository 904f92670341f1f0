"""The dependencies of the open items, laid out in layers: what comes first on the left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import TYPE_CHECKING

from models.plan import Plan
from models.scenario import Scenario
from planner.chains import criticality
from planner.clock import TICKS_PER_DAY
from planner.graph import ItemGraph
from planner.report import words
from planner.team import rates
from planner.work import OpenItem, open_items

if TYPE_CHECKING:
    import networkx as nx

_SWEEPS = 8  # after so many, orders hardly change any more


@dataclass(frozen=True)
class Node:
    """An item that waits for another, or that another waits for.

    Attributes
    ----------
    layer, place
        Column, and row in it; both from 0.
    days
        Longest chain through it, in team working days, if one of average speed works on it.
    critical
        It lies on the longest chain of all.
    inside
        Whether it is in the plan; None without a plan.
    """

    id: str
    title: str
    layer: int
    place: float
    days: float
    critical: bool
    inside: bool | None
    before: tuple[str, ...]
    alternatives: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Network:
    """All such items, and how many stand alone."""

    nodes: Sequence[Node]
    alone: int

    def by_id(self) -> Mapping[str, Node]:
        """Look nodes up."""
        return {node.id: node for node in self.nodes}


def network(scenario: Scenario, plan: Plan | None) -> Network:
    """Lay out the dependencies of a scenario's open items.

    Connected items lie together, the largest group on top; within a group every item lies behind all that it waits
    for, and rows are ordered by where the neighbours are (barycentres: Sugiyama, Tagawa and Toda 1981,
    doi:10.1109/TSMC.1981.4308636).

    Raises
    ------
    InputError
        If items wait for each other in a circle.
    """
    import networkx as nx

    entries = open_items(scenario)
    graph = ItemGraph.of(scenario, entries)
    before = {name: tuple(other for other, _ in graph.requires[name]) for name in graph.order}
    options = {name: tuple(other for other, _ in graph.any_of[name] or ()) for name in graph.order}
    arcs: nx.DiGraph[str] = nx.DiGraph()
    for name in graph.order:
        arcs.add_edges_from((other, name) for other in (*before[name], *options[name]) if other in before)
    layers = _layers(graph.order, arcs)
    groups = sorted(nx.weakly_connected_components(arcs), key=lambda group: (-len(group), min(group)))
    places: dict[str, float] = {}
    top = 0.0
    for group in groups:
        laid = _laid([name for name in graph.order if name in group], layers, arcs)
        places |= {name: top + place for name, place in laid.items()}
        top += max(laid.values()) + 1
    ticks = _lengths(scenario, entries)
    through = criticality(graph, ticks)
    longest = max((through[name] for name in arcs), default=0)
    inside = None if plan is None else {item.id for item in plan.selected}
    titles = {entry.item.id: entry.item.title for entry in entries}
    return Network(
        [
            Node(
                id=name,
                title=words.clean(titles[name]),
                layer=layers[name],
                place=places[name],
                days=round(through[name] / TICKS_PER_DAY, 1),
                critical=through[name] == longest and longest > 0,
                inside=None if inside is None else name in inside,
                before=before[name],
                alternatives=options[name],
                after=tuple(sorted(arcs.successors(name))),
            )
            for name in sorted(arcs, key=lambda name: (places[name], layers[name]))
        ],
        alone=len(graph.order) - len(arcs),
    )


def _layers(order: Sequence[str], arcs: nx.DiGraph[str]) -> dict[str, int]:
    """One more than the last of what comes before; alternatives may come later, and then do not count."""
    layers: dict[str, int] = {}
    for name in order:
        if name in arcs:
            layers[name] = 1 + max((layers[other] for other in arcs.predecessors(name) if other in layers), default=-1)
    return layers


def _laid(group: Sequence[str], layers: Mapping[str, int], arcs: nx.DiGraph[str]) -> dict[str, float]:
    """Rows of one group: everybody near their neighbours, nobody on top of another."""
    columns: dict[int, list[str]] = {}
    for name in group:
        columns.setdefault(layers[name], []).append(name)
    places = {name: float(place) for column in columns.values() for place, name in enumerate(column)}
    for sweep in range(_SWEEPS):
        neighbours = arcs.predecessors if sweep % 2 == 0 else arcs.successors
        for layer in sorted(columns, reverse=sweep % 2 == 1):
            wanted = {}
            for name in columns[layer]:
                near = [places[other] for other in neighbours(name) if other in places]
                wanted[name] = sum(near) / len(near) if near else places[name]
            columns[layer].sort(key=lambda name: (wanted[name], name))
            row = -1.0
            for name in columns[layer]:
                row = places[name] = max(row + 1, round(wanted[name] * 2) / 2)
    least = min(places.values())
    return {name: place - least for name, place in places.items()}


def _lengths(scenario: Scenario, entries: Sequence[OpenItem]) -> dict[str, int]:
    """Ticks of each item if somebody of average speed does each of its tasks."""
    rate = float(median(rates(scenario)))
    return {entry.item.id: _length(entry, rate) for entry in entries}


def _length(entry: OpenItem, rate: float) -> int:
    """Ticks of the longest chain of an item's tasks, waits included."""

    @cache
    def end(place: int) -> int:
        task = entry.tasks[place]
        begins = max(map(end, task.after), default=0)
        return begins + round(TICKS_PER_DAY * float(task.effort) / rate) + task.wait_ticks

    return max(map(end, range(len(entry.tasks))), default=0)
