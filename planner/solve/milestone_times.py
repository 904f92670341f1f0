"""Milestones of a given schedule: which hold, and when (the counterpart of the constraint in milestones.py)."""

from __future__ import annotations

from collections.abc import Mapping

from planner.instance import Instance, Item


def moment(item: Item, finished: Mapping[int, int]) -> int | None:
    """Earliest tick the dependencies and the release of a milestone allow, None where they do not hold."""
    if any(before not in finished for before, _ in item.requires):
        return None
    ready = [item.release, *(finished[before] + lag for before, lag in item.requires)]
    if item.any_of is not None:
        ends = [finished[before] + lag for before, lag in item.any_of if before in finished]
        if not ends:
            return None
        ready.append(min(ends))
    return max(ready)


def settle(instance: Instance, finished: dict[int, int], banned: frozenset[int] = frozenset()) -> None:
    """Add every milestone that holds to the finish ticks of the items in a schedule, until nothing changes."""
    waiting = [index for index, item in enumerate(instance.items) if item.milestone and index not in banned]
    changed = True
    while changed:
        changed = False
        for index in waiting:
            when = moment(instance.items[index], finished)
            if when is not None and when <= instance.items[index].deadline and finished.get(index) != when:
                if _closed(instance, index, finished):
                    continue
                finished[index] = when
                changed = True


def _closed(instance: Instance, index: int, finished: Mapping[int, int]) -> bool:
    return any(
        index in group and any(other in finished for other in group if other != index) for group in instance.exclusive
    )
