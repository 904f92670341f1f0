"""The Pareto front: what nothing else beats in both respects."""

from __future__ import annotations

from collections.abc import Mapping


def front(gain: Mapping[str, float | None], price: Mapping[str, float]) -> tuple[str, ...]:
    """Return the names, cheapest first, for which nothing gains as much for less, or more for as little.

    Names without a gain or without a price are not in it.
    """
    known = [(price[name], -amount, name) for name, amount in gain.items() if amount is not None and name in price]
    found: list[str] = []
    last = (float("-inf"), float("inf"))
    for cost, loss, name in sorted(known, key=lambda entry: entry[:2]):
        if loss < last[1] or (cost, loss) == last:
            last = (cost, loss)
            found.append(name)
    return tuple(found)
