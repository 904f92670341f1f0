"""What follows value: nothing planned for nothing, and what is planned as early as value allows."""

from __future__ import annotations

from planner.horizon import milestones
from planner.horizon.search import Search


def polish(search: Search) -> list[int | None]:
    """Take the best placement, leave out what earns nothing and carries nothing."""
    assert search.best is not None
    horizon = search.horizon
    at = list(search.best.at)
    changed = True
    while changed:
        changed = False
        for index, item in enumerate(horizon.items):
            idle = item.value == 0 and item.late_cost == 0 and not item.must and not item.milestone
            if at[index] is None or index in search.held or not idle or item.carried or horizon.groups[index]:
                continue
            if any(at[after] is not None for after in horizon.followers[index]):
                continue
            at[index] = None
            changed = True
    milestones.settle(horizon, at, search.held, search.floors)
    return at
