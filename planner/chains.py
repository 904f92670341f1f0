"""What the dependency graph says about time and worth: long chains, what an item unlocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from planner.graph import ItemGraph


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
