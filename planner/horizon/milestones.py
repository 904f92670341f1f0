"""Items and milestones against what they depend on, sprint by sprint."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from planner.horizon.data import Horizon, Item

At = Sequence[int | None]


def moment(item: Item, at: At) -> int | None:
    """Earliest sprint that what the item depends on allows, None where it does not hold."""
    ready = 0
    for before, offset in item.requires:
        sprint = at[before]
        if sprint is None:
            return None
        ready = max(ready, sprint + offset)
    if item.any_of is not None:
        options = [sprint + offset for before, offset in item.any_of if (sprint := at[before]) is not None]
        if not options:
            return None
        ready = max(ready, min(options))
    return ready


def settle(
    horizon: Horizon,
    at: list[int | None],
    held: Collection[int] = frozenset(),
    floors: Mapping[int, int] | None = None,
) -> None:
    """Put every milestone where it belongs: in exactly when its dependencies hold, as early as they allow.

    Parameters
    ----------
    held
        Items whose place is settled.
    floors
        Milestones that come no earlier than a sprint, as the finish to the tick of what they depend on says.
    """
    milestones = [index for index, item in enumerate(horizon.items) if item.milestone and index not in held]
    if not milestones:
        return
    for index in milestones:
        at[index] = None
    changed = True
    while changed:
        changed = False
        for index in milestones:
            sprint = _sprint(horizon, index, at, (floors or {}).get(index, 0))
            if sprint != at[index] and (at[index] is None or sprint is None or sprint < (at[index] or 0)):
                at[index] = sprint
                changed = True


def _sprint(horizon: Horizon, index: int, at: At, floor: int) -> int | None:
    item = horizon.items[index]
    ready = moment(item, at)
    if ready is None:
        return None
    released = next((sprint for sprint, end in enumerate(horizon.ends) if item.release < end), horizon.sprints - 1)
    sprint = max(ready, floor, released)
    if sprint not in item.sprints:
        return None
    for group in horizon.groups[index]:
        others = [other for other in group if other != index]
        if group in horizon.exclusive and any(at[other] is not None for other in others):
            return None
        if group in horizon.together and any(
            at[other] is None and not horizon.items[other].milestone for other in others
        ):
            return None
    return sprint


def right(
    horizon: Horizon,
    at: At,
    held: Collection[int] = frozenset(),
    floors: Mapping[int, int] | None = None,
) -> bool:
    """Whether every milestone is where it belongs, and nothing carries only itself."""
    settled = list(at)
    settle(horizon, settled, held, floors)
    return settled == list(at) and carried(horizon, at)


def carried(horizon: Horizon, at: At) -> bool:
    """Whether everything in the plan rests on something that was there before, not on itself through `any_of`."""
    waiting = [index for index, sprint in enumerate(at) if sprint is not None]
    standing: list[int | None] = [None] * len(at)
    while waiting:
        later = []
        for index in waiting:
            ready = moment(horizon.items[index], standing)
            if ready is not None and ready <= (at[index] or 0):
                standing[index] = at[index]
            else:
                later.append(index)
        if len(later) == len(waiting):
            return False
        waiting = later
    return True
