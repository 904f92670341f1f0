"""A sprint that was scheduled to the tick is settled: what it did not fit is planned anew in later ones."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.horizon import milestones
from planner.horizon.neighbourhoods import STEP_NODES, part_around
from planner.horizon.part import Wish
from planner.horizon.placement import At, Placement, first_of, gain_of, shortfall_of
from planner.horizon.program import Program

if TYPE_CHECKING:
    from planner.horizon.data import Horizon
    from planner.horizon.search import Search
    from planner.instance import ShareRule

LONGEST = 5.0  # seconds to find new places
LONGEST_WITHOUT = 1.5  # where it is not known that there are any among so few sprints
NEAR = 1e-3  # of its value that a program may leave unproven
MOST_NODES = 20 * STEP_NODES  # with a limit of work instead of time, where nothing else has found a plan
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
    opened = range(search.closed, search.horizon.sprints)
    longest = max((max(item.cover) for item in search.horizon.items if item.spans), default=0)
    # What is cut moves only where all of it lies in watched sprints; a program of few sprints is soon solved.
    for width in sorted({NEXT, NEXT + longest, len(opened)}):
        _plan_anew(search, lost, sorted({*opened[:width], *_short(search)}))
        if not _lacks_a_must(search) and not _short(search):
            break
    if _lacks_a_must(search):
        _plan_anew(search, lost, opened, any_will_do=True)
        _plan_anew(search, lost, sorted({*opened[:NEXT], *_short(search)}))
    if _minimum_shares(search.horizon):
        search.shortfall = shortfall_of(search.horizon, search.best.at)


def _lacks_a_must(search: Search) -> bool:
    assert search.best is not None
    return any(item.must and one is None for item, one in zip(search.horizon.items, search.best.at, strict=True))


def _short(search: Search) -> list[int]:
    """Open sprints that miss a minimum share."""
    assert search.best is not None
    opened = range(search.closed, search.horizon.sprints)
    return [sprint for sprint in opened if shortfall_of(search.horizon, search.best.at, [sprint])]


def _minimum_shares(horizon: Horizon) -> list[ShareRule]:
    return [rule for rule in horizon.shares if rule.minimum is not None]


def _plan_anew(search: Search, lost: Sequence[int], watched: Sequence[int], *, any_will_do: bool = False) -> None:
    """Plan some sprints anew, with what lost its place.

    Parameters
    ----------
    any_will_do
        Nothing else has found a plan: the first answer is taken, and it may take more time than there is.
    """
    assert search.best is not None
    if not watched:
        return
    horizon = search.horizon
    shares = _minimum_shares(horizon)
    lacking, short = _lacks_a_must(search), bool(_short(search))
    free = {*lost, *(index for index, one in enumerate(search.best.at) if one in watched)}
    if short:
        free |= {index for rule in shares for index in rule.counted}
    if lacking or short:
        search.best.gain = -math.inf  # it breaks what comes before value: anything else is better
    # The sprint to the tick may have cost more than was settled, so least is wished for instead of held.
    search.shortfall = None
    part = part_around(search, search.best, sorted(free), watched)
    weight = 1.0 + sum(abs(gain) for item in horizon.items for gain in (max(item.gain), min(item.gain)))
    wish = Wish(lambda index, sprint: gain_of(horizon, index, sprint), shortfall=weight) if shares else None
    program = Program(horizon, search.stretches, part, wish=wish)
    start = None if lacking else {index: search.best.at[index] for index in part.choices}
    if search.limits.work is not None:
        nodes = MOST_NODES if any_will_do else STEP_NODES
        solved = program.solve(math.inf, search.limits.cancel.is_set, start=start, nodes=nodes, gap=NEAR)
    elif any_will_do:
        solved = program.solve(LONGEST, search.limits.cancel.is_set, gap=ANY)
    else:
        seconds = min(LONGEST if start else LONGEST_WITHOUT, search.limits.left / 4)
        solved = program.solve(seconds, search.over, start=start, gap=NEAR)
    if solved.columns is not None:
        search.take(program.read(solved.columns))
    search.best.gain = Placement(horizon, search.best.at).gain
