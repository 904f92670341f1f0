"""What the dependency graph says about time and worth: windows, long chains, what an item unlocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from planner.graph import ItemGraph


class Window(NamedTuple):
    """Ticks between which an item must lie if it is in the plan; without room if earliest_start > latest_start."""

    earliest_start: int
    earliest_finish: int
    latest_start: int
    latest_finish: int


def windows(
    graph: ItemGraph,
    shortest: Mapping[str, int],
    release: Mapping[str, int],
    deadline: Mapping[str, int],
    horizon: int,
    must: Collection[str] = (),
) -> dict[str, Window]:
    """Bound each item's start and finish by what comes before it and by the must-dos after it.

    Parameters
    ----------
    graph
        Of the open items; those it says can never enter get no window.
    shortest
        Least ticks between start and finish of each item, waits included.
    release, deadline
        Ticks, of the items that have one.
    horizon
        Latest finish of all.
    must
        Items that have to be in. Only they, and what they require, bound what comes before them: an optional
        successor can stay out.
    """
    entering = [name for name in graph.order if name not in graph.blocked and name not in graph.pinned_out]
    starts: dict[str, int] = {}
    for name in entering:
        starts[name] = max(release.get(name, 0), _ready(graph, name, starts, shortest, release))
    finishes = {name: min(horizon, deadline.get(name, horizon)) for name in entering}
    needed = set(must)
    for name in reversed(entering):
        if name in needed:
            for before, lag in graph.requires[name]:
                needed.add(before)
                finishes[before] = min(finishes[before], finishes[name] - shortest[name] - lag)
    return {
        name: Window(starts[name], starts[name] + shortest[name], finishes[name] - shortest[name], finishes[name])
        for name in entering
    }


def _ready(
    graph: ItemGraph, name: str, starts: Mapping[str, int], shortest: Mapping[str, int], release: Mapping[str, int]
) -> int:
    """Earliest tick an item's prerequisites allow; of alternatives the earliest counts."""
    ready = max((starts[before] + shortest[before] + lag for before, lag in graph.requires[name]), default=0)
    options = graph.any_of[name]
    if options is None:
        return ready
    # Where alternatives wait for each other, one may not be placed yet: its release alone bounds it.
    return max(ready, min(starts.get(other, release.get(other, 0)) + shortest[other] + lag for other, lag in options))


def criticality(graph: ItemGraph, length: Mapping[str, int]) -> dict[str, int]:
    """Longest chain through each item: its own length, those required before and after it, and the lags between.

    Parameters
    ----------
    length
        Ticks (or any amount, where no dependency has a lag) of each item.
    """
    before = dict.fromkeys(graph.order, 0)
    after = dict.fromkeys(graph.order, 0)
    order = _by_requirement(graph)
    for name in order:
        for earlier, lag in graph.requires[name]:
            before[name] = max(before[name], before[earlier] + length[earlier] + lag)
    for name in reversed(order):
        for earlier, lag in graph.requires[name]:
            after[earlier] = max(after[earlier], after[name] + length[name] + lag)
    return {name: before[name] + length[name] + after[name] for name in graph.order}


def _by_requirement(graph: ItemGraph) -> list[str]:
    from planner.ordering import arrivals

    return arrivals(
        {name: [before for before, _ in graph.requires[name]] for name in graph.order}, dict.fromkeys(graph.order)
    )


@dataclass(frozen=True)
class Unlocks:
    """The items that cannot be done without an item, in the graph's order, and the value they carry together."""

    items: tuple[str, ...]
    value: Fraction


def unlocks(graph: ItemGraph, values: Mapping[str, Fraction], ids: Iterable[str]) -> dict[str, Unlocks]:
    """Say what each of the items unlocks; one walk over its descendants each."""
    import networkx as nx

    position = {name: index for index, name in enumerate(graph.order)}
    found: dict[str, Unlocks] = {}
    for name in ids:
        items = sorted(nx.descendants(graph.digraph, name), key=position.__getitem__)
        found[name] = Unlocks(tuple(items), sum((values[other] for other in items), Fraction(0)))
    return found
