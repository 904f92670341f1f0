"""A sprint that was scheduled to the tick is settled: what it did not fit is planned anew in later ones."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.horizon import milestones
from planner.horizon.neighbourhoods import part_around
from planner.horizon.part import Wish
from planner.horizon.placement import At, Placement, first_of, gain_of, shortfall_of
from planner.horizon.program import Program

if TYPE_CHECKING:
    from planner.horizon.search import Search

LONGEST = 5.0  # seconds to find new places
ANY = 0.5  # of its value that a program may leave unproven whose first answer will do
NEXT = 3  # sprints that take what the one before had no room for


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
    """Put what lost its place into the next sprints, with what is there; mend the shares that miss it."""
    assert search.best is not None
    horizon = search.horizon
    opened = range(search.closed, horizon.sprints)
    needs = any(horizon.items[index].must and search.best.at[index] is None for index in lost)
    short = [sprint for sprint in opened if shortfall_of(horizon, search.best.at, [sprint])]
    watched = list(opened) if needs else sorted({*opened[:NEXT], *short})
    if not watched:
        return
    free = {*lost, *(index for index, one in enumerate(search.best.at) if one in watched)}
    if short:
        free |= {i for rule in horizon.shares for i in rule.counted if rule.minimum is not None}
    if needs or short:
        search.best.gain = -math.inf  # it breaks what comes before value: anything else is better
    # The sprint to the tick may have cost more than was settled, so least is wished for instead of held.
    search.shortfall = None
    part = part_around(search, search.best, sorted(free), watched)
    weight = 1.0 + sum(abs(gain) for item in horizon.items for gain in (max(item.gain), min(item.gain)))
    wish = Wish(lambda index, sprint: gain_of(horizon, index, sprint), shortfall=weight) if short else None
    program = Program(horizon, search.stretches, part, wish=wish)
    start = {index: search.best.at[index] for index in part.choices}
    seconds = min(LONGEST, search.limits.left / 4)
    if needs:  # without it there is no plan at all, so it may take more time than there is
        solved = program.solve(LONGEST, search.limits.cancel.is_set, gap=ANY)
    else:
        solved = program.solve(seconds, search.over, start=start, gap=1e-3)
    if solved.columns is not None:
        search.take(program.read(solved.columns))
    search.best.gain = Placement(horizon, search.best.at).gain
    if any(rule.minimum is not None for rule in horizon.shares):
        search.shortfall = shortfall_of(horizon, search.best.at)
