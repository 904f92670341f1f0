"""Moves of a plan to capacity, compiled: an item is put into a sprint, what has no room there any more goes elsewhere.

Compiled by Numba, see ``planner.solve.moves``. Import it only where it is used: it loads the compiler.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from planner.solve.arrays import Flags, Floats, Ints
from planner.solve.moves import compiled
from planner.solve.ruin import uniform

OUT = -1
NEVER = 1 << 40
FIXED, FREE, MILESTONE = range(3)
EJECTED = 6  # items that may have to make room for one, at most
REACH = 8  # sprints before and after its old one in which an item looks for another
FILLERS = 6  # items that are tried in each sprint that has got room
CANDIDATES = 0.25  # power by which the first candidates of a sprint are drawn more often
LEAVING = 0.1  # how often an item only leaves
SWAPS = 0.5  # how often two items change places
THOROUGH = 0.2  # how often
NOISE = 0.6  # by how much the choice of who makes room varies
BEST, VALUE, PASSED, WORTH = range(4)  # places in ``levels``
LOGGED, LOST = range(2)  # places in ``counts``
NOTHING = 1e-3  # hundredths by which rows may be passed in all, from rounding


class Facts(NamedTuple):
    """What does not change during a run; rows of varying length lie one behind the other (``X_from``).

    Attributes
    ----------
    part
        FIXED, FREE or MILESTONE, by item.
    needed
        Items that have to stay in, whatever else moves.
    earliest
        First sprint of a milestone, whatever it depends on.
    gain, worth
        Of each item in each sprint, -inf where it cannot be: what moves go by, and what the plan gains by it.
    amount, kind
        Of each piece of work its hundredths, and what kind of work it is in each sprint.
    rows, weight, most
        Of each sprint the number of its rows; by sprint, kind and row what a hundredth weighs; the most of each row.
    weighs
        Of each item (second index) in each open sprint, from the first open one on, what it weighs in each row.
    """

    part: Ints
    needed: Flags
    earliest: Ints
    gain: Floats
    worth: Floats
    pieces_from: Ints
    amount: Floats
    kind: Ints
    rows: Ints
    weight: Floats
    most: Floats
    weighs: Floats
    requires_from: Ints
    requires: Ints
    any_from: Ints
    any_of: Ints
    followers_from: Ints
    followers: Ints
    rivals_from: Ints
    rivals: Ints
    open_sprints: Ints


class State(NamedTuple):
    """A plan to capacity, and how it came from the one before.

    Attributes
    ----------
    at
        Sprint of each item, OUT without one.
    load
        Of each sprint's rows.
    inside, size, place
        Items in each sprint, how many, and where in it each item stands.
    passed
        By how much the rows of each sprint are passed.
    log
        Changes since the last plan that was kept: item, and the sprint it left.
    """

    at: Ints
    load: Floats
    inside: Ints
    size: Ints
    place: Ints
    log: Ints
    lost: Ints
    queue: Ints
    passed: Floats
    counts: Ints
    levels: Floats


@compiled
def move(facts: Facts, state: State, index: int, sprint: int) -> None:
    """Put an item in a sprint, or OUT, without looking; log it."""
    old = state.at[index]
    if state.counts[LOGGED] < len(state.log):
        state.log[state.counts[LOGGED], 0] = index
        state.log[state.counts[LOGGED], 1] = old
    state.counts[LOGGED] += 1
    if old != OUT:
        _count(facts, state, index, old, -1.0)
        state.levels[VALUE] -= facts.gain[index, old]
        state.levels[WORTH] -= facts.worth[index, old]
        state.size[old] -= 1
        last = state.inside[old, state.size[old]]
        state.inside[old, state.place[index]] = last
        state.place[last] = state.place[index]
    state.at[index] = sprint
    if sprint != OUT:
        _count(facts, state, index, sprint, 1.0)
        state.levels[VALUE] += facts.gain[index, sprint]
        state.levels[WORTH] += facts.worth[index, sprint]
        state.inside[sprint, state.size[sprint]] = index
        state.place[index] = state.size[sprint]
        state.size[sprint] += 1


@compiled
def weigh(facts: Facts) -> None:
    """Fill in what every item weighs."""
    facts.weighs[:] = 0.0
    for index in range(facts.weighs.shape[1]):
        for place in range(facts.pieces_from[index], facts.pieces_from[index + 1]):
            for sprint in range(facts.open_sprints[0], facts.open_sprints[1]):
                weight = facts.weight[sprint, facts.kind[place, sprint]]
                own = facts.weighs[sprint - facts.open_sprints[0], index]
                for row in range(facts.rows[sprint]):
                    own[row] += facts.amount[place] * weight[row]


@compiled
def _count(facts: Facts, state: State, index: int, sprint: int, sign: float) -> None:
    own = facts.weighs[sprint - facts.open_sprints[0], index]
    for row in range(facts.rows[sprint]):
        state.load[sprint, row] += sign * own[row]


@compiled
def fits(facts: Facts, state: State, index: int, sprint: int) -> bool:
    """Whether every row of a sprint takes one item more."""
    own = facts.weighs[sprint - facts.open_sprints[0], index]
    for row in range(facts.rows[sprint]):  # noqa: SIM110  # no generators in compiled code
        if state.load[sprint, row] + own[row] > facts.most[sprint, row]:
            return False
    return True


@compiled
def ready(facts: Facts, state: State, index: int) -> int:
    """First sprint that what the item depends on allows, NEVER where that does not hold."""
    found = 0
    for place in range(facts.requires_from[index], facts.requires_from[index + 1]):
        before = state.at[facts.requires[place, 0]]
        if before == OUT:
            return NEVER
        found = max(found, before + facts.requires[place, 1])
    some = NEVER
    for place in range(facts.any_from[index], facts.any_from[index + 1]):
        before = state.at[facts.any_of[place, 0]]
        if before != OUT:
            some = min(some, before + facts.any_of[place, 1])
    if facts.any_from[index] < facts.any_from[index + 1]:
        found = max(found, some)
    return found


@compiled
def _settle(facts: Facts, state: State, index: int) -> bool:
    """After an item moved: milestones go where they belong, what does not hold any more leaves; False where it may not.

    What leaves is noted as lost.
    """
    state.queue[0] = index
    waiting = 1
    while waiting:
        waiting -= 1
        moved = state.queue[waiting]
        for place in range(facts.followers_from[moved], facts.followers_from[moved + 1]):
            after = facts.followers[place]
            moment = ready(facts, state, after)
            if facts.part[after] == MILESTONE:
                sprint = max(moment, facts.earliest[after])
                if sprint >= facts.gain.shape[1] or facts.gain[after, sprint] == -np.inf:
                    sprint = OUT
                if sprint == state.at[after]:
                    continue
                move(facts, state, after, sprint)
            elif state.at[after] != OUT and moment > state.at[after]:
                if facts.part[after] != FREE:
                    return False
                lose(facts, state, after)
            else:
                continue
            if state.counts[LOGGED] >= len(state.log):
                return False
            state.queue[waiting] = after
            waiting += 1
    return True


@compiled
def lose(facts: Facts, state: State, index: int) -> None:
    """Take an item out; it looks for another sprint later."""
    state.lost[state.counts[LOST], 0] = index
    state.lost[state.counts[LOST], 1] = state.at[index]
    state.counts[LOST] += 1
    move(facts, state, index, OUT)


@compiled
def _free_of_rivals(facts: Facts, state: State, index: int) -> bool:
    for place in range(facts.rivals_from[index], facts.rivals_from[index + 1]):
        if state.at[facts.rivals[place]] != OUT:
            return False
    return True


@compiled
def _find(facts: Facts, state: State, index: int, near: int, last: int) -> int:
    """Sprint near another, not after the last, in which an item that is out is worth most and fits; OUT if none."""
    moment = ready(facts, state, index)
    if moment > last or not _free_of_rivals(facts, state, index):
        return OUT
    found, best = OUT, -np.inf if facts.needed[index] else 0.0
    for sprint in range(max(moment, near - REACH), min(last, near + REACH) + 1):
        weight = facts.gain[index, sprint]
        if weight > best and fits(facts, state, index, sprint):
            found, best = sprint, weight
    return found


@compiled
def _victim(facts: Facts, state: State, sprint: int, keep: int, random: Ints) -> int:
    """Who makes room in a sprint that is asked for too much: little weight, much relief; OUT if nobody can."""
    found, best = OUT, np.inf
    for place in range(state.size[sprint]):
        index = state.inside[sprint, place]
        if index == keep or facts.part[index] != FREE:
            continue
        relief = 0.0
        for row in range(facts.rows[sprint]):
            excess = state.load[sprint, row] - facts.most[sprint, row]
            if excess > 0.0:
                relief += min(facts.weighs[sprint - facts.open_sprints[0], index, row], excess) / excess
        if relief > 0.0:
            score = max(facts.gain[index, sprint], 1e-9) / relief * (1.0 - NOISE * uniform(random))
            if score < best:
                found, best = index, score
    return found


@compiled
def over(facts: Facts, state: State, sprint: int) -> bool:
    """Whether a sprint is asked for more than a row allows."""
    for row in range(facts.rows[sprint]):  # noqa: SIM110  # no generators in compiled code
        if state.load[sprint, row] > facts.most[sprint, row]:
            return True
    return False


@compiled
def make_room(facts: Facts, state: State, sprint: int, keep: int, random: Ints) -> bool:
    """Let items leave a sprint until its rows hold; False where that takes too many."""
    for _ in range(EJECTED):
        if not over(facts, state, sprint):
            return True
        index = _victim(facts, state, sprint, keep, random)
        if index == OUT:
            return False
        lose(facts, state, index)
        if not _settle(facts, state, index):
            return False
    return not over(facts, state, sprint)


@compiled
def _bring_needed(facts: Facts, state: State, index: int, sprint: int, random: Ints) -> bool:
    """Put what an item requires early enough, where there is room for it."""
    for place in range(facts.requires_from[index], facts.requires_from[index + 1]):
        before, last = facts.requires[place, 0], sprint - facts.requires[place, 1]
        old = state.at[before]
        if old != OUT and old <= last:
            continue
        if facts.part[before] != FREE or last < 0:
            return False
        if old != OUT:
            move(facts, state, before, OUT)
        where = _find(facts, state, before, last, last)
        if where == OUT and not (facts.gain[before, last] > -np.inf and ready(facts, state, before) <= last):
            return False
        if where == OUT:
            where = last
        move(facts, state, before, where)
        if not make_room(facts, state, where, before, random):
            return False
        if not _settle(facts, state, before):
            return False
    return True


@compiled
def put(facts: Facts, state: State, index: int, sprint: int, random: Ints) -> bool:
    """Put an item in a sprint (or take it OUT), with what it requires; what has to leave is lost."""
    if sprint != OUT:
        for place in range(facts.rivals_from[index], facts.rivals_from[index + 1]):
            rival = facts.rivals[place]
            if state.at[rival] != OUT:
                if facts.part[rival] != FREE or facts.needed[rival]:
                    return False
                move(facts, state, rival, OUT)
                if not _settle(facts, state, rival):
                    return False
        if not _bring_needed(facts, state, index, sprint, random) or ready(facts, state, index) > sprint:
            return False
    move(facts, state, index, sprint)
    if not _settle(facts, state, index):
        return False
    if sprint != OUT and not make_room(facts, state, sprint, index, random):
        return False
    return bool(state.at[index] == sprint)


@compiled
def place_lost(facts: Facts, state: State) -> bool:
    """Put what was lost where it is worth most; False where something that has to be in finds no room."""
    for number in range(state.counts[LOST]):
        index = state.lost[number, 0]
        if state.at[index] == OUT:
            where = _find(facts, state, index, state.lost[number, 1], facts.gain.shape[1] - 1)
            if where == OUT:
                if facts.needed[index]:
                    return False
                continue
            move(facts, state, index, where)
            if not _settle(facts, state, index):
                return False
    return True


@compiled
def _fill(facts: Facts, state: State, candidates: Ints, random: Ints) -> bool:
    """Try some items in each sprint that something left."""
    place = 0
    while place < min(state.counts[LOGGED], len(state.log) // 2):
        sprint = state.log[place, 1]
        place += 1
        if sprint == OUT or sprint < facts.open_sprints[0]:
            continue
        for _ in range(FILLERS):
            index = candidates[sprint, int(uniform(random) * candidates.shape[1])]
            if index == OUT or state.at[index] == sprint:
                continue
            now = state.at[index]
            worth = facts.gain[index, sprint] - (facts.gain[index, now] if now != OUT else 0.0)
            if worth <= 0.0 or ready(facts, state, index) > sprint or not fits(facts, state, index, sprint):
                continue
            if now == OUT and not _free_of_rivals(facts, state, index):
                continue
            move(facts, state, index, sprint)
            if not _settle(facts, state, index):
                return False
    return True


@compiled
def _holds(facts: Facts, state: State) -> bool:
    """Whether nothing left that has to be in."""
    for place in range(state.counts[LOGGED]):
        index = state.log[place, 0]
        if facts.needed[index] and state.at[index] == OUT:
            return False
    return True


@compiled
def undo(facts: Facts, state: State) -> None:
    """Go back to the plan that was kept."""
    for place in range(min(state.counts[LOGGED], len(state.log)) - 1, -1, -1):
        move(facts, state, state.log[place, 0], state.log[place, 1])


@compiled
def _step(facts: Facts, state: State, candidates: Ints, random: Ints) -> bool:
    """Change the plan; False where that breaks a rule."""
    span = facts.open_sprints[1] - facts.open_sprints[0]
    sprint = facts.open_sprints[0] + int(uniform(random) * span)
    index = OUT
    if uniform(random) < LEAVING and state.size[sprint]:
        index = state.inside[sprint, int(uniform(random) * state.size[sprint])]
        if facts.part[index] != FREE or facts.needed[index]:
            return False
        sprint = OUT
    else:
        index = candidates[sprint, int(uniform(random) * candidates.shape[1])]
        if index == OUT or state.at[index] == sprint:
            return False
    if not put(facts, state, index, sprint, random):
        return False
    if not place_lost(facts, state) or not _fill(facts, state, candidates, random):
        return False
    return _holds(facts, state)


@compiled
def penalty(facts: Facts, state: State, sprint: int) -> float:
    """What a sprint's rows are passed by, all together."""
    total = 0.0
    for row in range(facts.rows[sprint]):
        total += max(0.0, state.load[sprint, row] - facts.most[sprint, row])
    return total


@compiled
def recount(facts: Facts, state: State) -> None:
    """Bring up to date what is passed in the sprints that were changed."""
    for number in range(min(state.counts[LOGGED], len(state.log))):
        for sprint in (state.log[number, 1], state.at[state.log[number, 0]]):
            if sprint != OUT:
                now = penalty(facts, state, sprint)
                state.levels[PASSED] += now - state.passed[sprint]
                state.passed[sprint] = now


@compiled
def _worse(facts: Facts, state: State, sprint: int, come: int, leave: int, most: float) -> float:
    """How much more a sprint's rows are passed by when one item comes and another leaves (OUT: none).

    Where it is more than the most that matters, any figure above that.
    """
    if sprint == OUT:
        return 0.0
    weighs = facts.weighs[sprint - facts.open_sprints[0]]
    total = 0.0
    only_more = state.passed[sprint] <= 0.0
    for row in range(facts.rows[sprint]):
        change = 0.0
        if come != OUT:
            change += weighs[come, row]
        if leave != OUT:
            change -= weighs[leave, row]
        past = state.load[sprint, row] - facts.most[sprint, row]
        total += max(0.0, past + change) - max(0.0, past)
        if only_more and total > most:
            break
    return total


@compiled
def _in_order(facts: Facts, state: State, index: int) -> bool:
    """Whether an item and what depends on it hold where they are; no for what a milestone depends on."""
    sprint = state.at[index]
    if sprint != OUT and (ready(facts, state, index) > sprint or not _free_of_rivals(facts, state, index)):
        return False
    for place in range(facts.followers_from[index], facts.followers_from[index + 1]):
        after = facts.followers[place]
        if facts.part[after] == MILESTONE:
            return False
        if state.at[after] != OUT and ready(facts, state, after) > state.at[after]:
            return False
    return True


@compiled
def _drawn(facts: Facts, state: State, candidates: Ints, random: Ints) -> tuple[int, int, int]:
    """An item, the sprint it may go to, and the item there that goes where it was (OUT: none); OUT first: nothing."""
    span = facts.open_sprints[1] - facts.open_sprints[0]
    sprint = facts.open_sprints[0] + int(uniform(random) * span)
    index = candidates[sprint, int(uniform(random) * candidates.shape[1])]
    if index == OUT:
        return OUT, OUT, OUT
    old = state.at[index]
    if old == sprint:
        return (OUT if facts.needed[index] else index), OUT, OUT
    if not state.size[sprint] or uniform(random) >= SWAPS:
        return index, sprint, OUT
    other = state.inside[sprint, int(uniform(random) * state.size[sprint])]
    if facts.part[other] != FREE:
        return OUT, OUT, OUT
    if facts.needed[other] if old == OUT else facts.gain[other, old] == -np.inf:
        return OUT, OUT, OUT
    return index, sprint, other


@compiled
def _quick(facts: Facts, state: State, candidates: Ints, random: Ints, heat: float, price: float) -> None:
    """Move one item, or let two change places; a sprint may be asked for too much, which has its price."""
    index, sprint, other = _drawn(facts, state, candidates, random)
    if index == OUT:
        return
    old = state.at[index]
    change = (facts.gain[index, sprint] if sprint != OUT else 0.0) - (facts.gain[index, old] if old != OUT else 0.0)
    if other != OUT:
        change += (facts.gain[other, old] if old != OUT else 0.0) - facts.gain[other, sprint]
    most = (change - heat * math.log(1.0 - uniform(random))) / price
    relief = old != OUT and state.passed[old] > 0.0  # leaving may make up for what coming costs
    if most < 0.0 and not relief and (sprint == OUT or state.passed[sprint] <= 0.0):
        return
    passed = _worse(facts, state, sprint, index, other, math.inf if relief else most)
    if passed > most and not relief:
        return
    if passed + _worse(facts, state, old, other, index, most - passed) > most:
        return
    state.at[index] = sprint
    if other != OUT:
        state.at[other] = old
    right = _in_order(facts, state, index) and (other == OUT or _in_order(facts, state, other))
    state.at[index] = old
    if other != OUT:
        state.at[other] = sprint
    if right:
        if other != OUT:
            move(facts, state, other, OUT)
        move(facts, state, index, sprint)
        if other != OUT and old != OUT:  # noqa: PLR1714  # no sets in compiled code
            move(facts, state, other, old)
        recount(facts, state)


@compiled
def anneal(
    facts: Facts,
    state: State,
    candidates: Ints,
    best: Ints,
    random: Ints,
    steps: int,
    heat: float,
    price: float,
) -> None:
    """Take so many steps, keep what is better or what heat allows; remember the plan worth most (``best``).

    ``levels[BEST]`` holds what that one is worth.
    """
    for _ in range(steps):
        state.counts[LOGGED] = 0
        state.counts[LOST] = 0
        if uniform(random) >= THOROUGH:
            _quick(facts, state, candidates, random, heat, price)
        else:
            before, passed, worth = state.levels[VALUE], state.levels[PASSED], state.levels[WORTH]
            kept = _step(facts, state, candidates, random)
            recount(facts, state)
            change = state.levels[VALUE] - before - price * (state.levels[PASSED] - passed)
            if not kept or (change < 0.0 and uniform(random) >= math.exp(change / heat)):
                undo(facts, state)
                recount(facts, state)
                state.levels[VALUE], state.levels[WORTH] = before, worth
        if state.counts[LOGGED] and state.levels[WORTH] > state.levels[BEST] + 1e-9 and state.levels[PASSED] < NOTHING:
            state.levels[BEST] = state.levels[WORTH]
            best[:] = state.at
