"""The Pareto front: what nothing else beats in both respects."""

from __future__ import annotations

from collections.abc import Mapping


def front(gain: Mapping[str, float], price: Mapping[str, float]) -> tuple[str, ...]:
    """Return the names, cheapest first, for which nothing gains as much for less, or more for as little."""
    found: list[str] = []
    best = float("-inf")
    for name in sorted(gain, key=lambda name: (price[name], -gain[name])):
        if gain[name] > best or (found and (gain[name], price[name]) == (best, price[found[-1]])):
            best = gain[name]
            found.append(name)
    return tuple(found)
