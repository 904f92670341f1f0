"""A sprint that was scheduled to the tick is settled: what it did not fit is planned anew in later ones."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.horizon import milestones
from planner.horizon.neighbourhoods import part_around
from planner.horizon.placement import At, Placement, first_of
from planner.horizon.program import Program

if TYPE_CHECKING:
    from planner.horizon.search import Search


def close(search: Search, sprint: int, inside: Collection[int], floors: Mapping[int, int]) -> None:
    """Settle what is in a sprint; what else was planned there, or hangs on it, has to find another place.

    Parameters
    ----------
    floors
        Milestones that come no earlier than a sprint.
    """
    assert search.best is not None
    search.closed = sprint + 1
    search.held.update(dict.fromkeys(inside, sprint))
    search.floors = dict(floors)
    old = search.best.at
    at: At = [None if one == sprint and index not in search.held else one for index, one in enumerate(old)]
    for index in inside:
        at[index] = sprint
    _drop_what_hangs(search, at)
    search.best = Placement(search.horizon, at)
    lost = [index for index, one in enumerate(old) if one is not None and at[index] is None]
    _place_again(search, lost)


def _drop_what_hangs(search: Search, at: At) -> None:
    """Take out what no longer holds."""
    changed = True
    while changed:
        changed = False
        for index, item in enumerate(search.horizon.items):
            one = at[index]
            if one is None or index in search.held:
                continue
            ready = milestones.moment(item, at)
            broken = any(
                at[other] is None
                for group in search.horizon.groups[index]
                if group in search.horizon.together
                for other in group
            )
            rivals = any(
                other in search.held and at[other] is not None
                for group in search.horizon.groups[index]
                if group in search.horizon.exclusive
                for other in group
            )
            if ready is None or ready > first_of(one) or broken or rivals:
                at[index] = None
                changed = True
    milestones.settle(search.horizon, at, search.held, search.floors)


def _place_again(search: Search, lost: Sequence[int]) -> None:
    """Put what lost its place into the next sprints, with what is there."""
    assert search.best is not None
    watched = list(range(search.closed, min(search.horizon.sprints, search.closed + 3)))
    if not watched:
        return
    free = [*lost, *(index for index, one in enumerate(search.best.at) if one in watched)]
    needs = any(search.horizon.items[index].must and search.best.at[index] is None for index in lost)
    if needs:
        watched = list(range(search.closed, search.horizon.sprints))
    program = Program(search.horizon, search.stretches, part_around(search, search.best, free, watched))
    solved = program.solve(min(5.0, search.limits.left / 4), search.over, gap=1e-3)
    if solved.columns is not None:
        if needs:
            search.best.gain = -math.inf  # it breaks a hard rule: anything else is better
        search.take(program.read(solved.columns))
