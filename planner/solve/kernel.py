"""The inner loop of annealing, compiled: sequences that make room, items taken out and put in.

Compiled by Numba, some fifty times faster than the same in Python, and free of Python's lock, so that the other half of
the search runs beside it. Only ``sequences.py`` and ``anneal.py`` import this module, when they are first used.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np

from planner.clock import TICKS_PER_DAY
from planner.solve.arrays import (
    AFTER,
    AFTER_FROM,
    AFTER_GAP,
    AFTER_SOME,
    ALTERNATIVE,
    ANY_FROM,
    ANY_LAG,
    ANY_OF,
    APART,
    APART_FROM,
    ASKS_ANY,
    BEFORE,
    BEFORE_FROM,
    BEFORE_GAP,
    BEFORE_SOME,
    CHOICE,
    CHOICE_FROM,
    COST,
    DATED,
    DUE_DAYS,
    DURATION,
    EARLIEST,
    EARLY,
    EFFORT,
    ENDS,
    ENDS_FROM,
    FINISH,
    FIRST,
    FOLLOWERS,
    FOLLOWERS_FROM,
    INSIDE,
    ITEM,
    ITEMS,
    LAST,
    LATE,
    LATEST,
    LATE_COST,
    LEFT,
    MOVABLE,
    NEXT,
    OWN,
    PEOPLE,
    PEOPLE_FROM,
    PEOPLE_OF,
    PREVIOUS,
    REQUIRES,
    REQUIRES_FROM,
    RIVALS,
    RIVALS_FROM,
    ROOM,
    SHARES,
    SHARES_FROM,
    SIZES,
    START,
    TASKS,
    TASKS_FROM,
    TASKS_OF,
    TOP,
    WAIT,
    WAITERS,
    WAITERS_FROM,
    WHO,
    Flags,
    Floats,
    Ints,
)

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile on first use, and keep the machine code beside the source for the next process, where that can be."""
    try:
        return cast(Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder to keep it in
        return cast(Function, numba.njit(nogil=True)(function))


# -- time ----------------------------------------------------------------------------------------------------------


@compiled
def _who(data: Ints, state: Ints, task: int) -> int:
    return data[WHO, state[CHOICE, task]]


@compiled
def _end(data: Ints, state: Ints, task: int) -> int:
    """Own tick at which a task ends at the earliest."""
    return state[EARLY, task] + data[DURATION, state[CHOICE, task]]


@compiled
def _own(clocks: Ints, data: Ints, who: int, tick: int) -> int:
    """Own ticks before a team tick; waits and lags may point beyond the horizon, where no more come."""
    return clocks[OWN, who, min(max(tick, 0), clocks.shape[2] - 1)]


@compiled
def _waits(data: Ints, state: Ints, before: int, after: int) -> bool:
    """Whether an item waits for this alternative."""
    return state[ALTERNATIVE, data[ITEM, after]] == data[ITEM, before]


@compiled
def _ready(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    """Team tick from which a task may start, as things stand."""
    ready = data[EARLIEST, task]
    for place in range(data[BEFORE_FROM, task], data[BEFORE_FROM, task + 1]):
        other = data[BEFORE, place]
        if state[CHOICE, other] >= 0 and (not data[BEFORE_SOME, place] or _waits(data, state, other, task)):
            done = clocks[FINISH, _who(data, state, other), _end(data, state, other)]
            ready = max(ready, done + data[BEFORE_GAP, place])
    return ready


@compiled
def _due(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    """Team tick by which a task must be finished, as things stand."""
    due = data[LATEST, task]
    for place in range(data[AFTER_FROM, task], data[AFTER_FROM, task + 1]):
        other = data[AFTER, place]
        if state[CHOICE, other] >= 0 and (not data[AFTER_SOME, place] or _waits(data, state, task, other)):
            begin = clocks[START, _who(data, state, other), state[LATE, other]]
            due = min(due, begin - data[AFTER_GAP, place])
    return due


@compiled
def _earliest(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    choice = state[CHOICE, task]
    own = max(data[FIRST, choice], _own(clocks, data, data[WHO, choice], _ready(clocks, data, state, task)), data[DATED, task])
    previous = state[PREVIOUS, task]
    return own if previous < 0 else max(own, _end(data, state, previous))


@compiled
def _latest(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    if data[DATED, task] >= 0:
        return data[DATED, task]
    choice = state[CHOICE, task]
    until = min(data[LAST, choice], _own(clocks, data, data[WHO, choice], _due(clocks, data, state, task)))
    following = state[NEXT, task]
    if following >= 0:
        until = min(until, state[LATE, following])
    return until - data[DURATION, choice]


@compiled
def _settle(clocks: Ints, data: Ints, state: Ints, queue: Ints, waiting: Flags, count: int, forward: bool) -> None:
    """Bring earliest (else latest) starts up to date, from the tasks in the queue on."""
    at = 0
    size = len(queue)
    while count > 0:
        task = queue[at]
        at = (at + 1) % size
        count -= 1
        waiting[task] = False
        if state[CHOICE, task] < 0:
            continue
        if forward:
            own = _earliest(clocks, data, state, task)
            if own == state[EARLY, task]:
                continue
            state[EARLY, task] = own
            beside, row, low, high = state[NEXT, task], AFTER, data[AFTER_FROM, task], data[AFTER_FROM, task + 1]
        else:
            own = _latest(clocks, data, state, task)
            if own == state[LATE, task]:
                continue
            state[LATE, task] = own
            beside, row = state[PREVIOUS, task], BEFORE
            low, high = data[BEFORE_FROM, task], data[BEFORE_FROM, task + 1]
        if beside >= 0 and not waiting[beside]:
            queue[(at + count) % size] = beside
            waiting[beside] = True
            count += 1
        for place in range(low, high):
            other = data[row, place]
            if state[CHOICE, other] >= 0 and not waiting[other]:
                queue[(at + count) % size] = other
                waiting[other] = True
                count += 1


@compiled
def time_all(clocks: Ints, data: Ints, state: Ints) -> None:
    """Earliest and latest starts of everything anew."""
    tasks = data[SIZES, TASKS]
    queue = np.empty(tasks + 1, dtype=np.int64)
    waiting = np.zeros(tasks, dtype=np.bool_)
    for forward in (True, False):
        count = 0
        for task in range(tasks):
            if state[CHOICE, task] >= 0:
                queue[count] = task
                waiting[task] = True
                count += 1
        _settle(clocks, data, state, queue, waiting, count, forward)


@compiled
def finish(clocks: Ints, data: Ints, state: Ints, index: int) -> int:
    """Team tick at which an item of the schedule is done, waits included."""
    done = 0
    for place in range(data[ENDS_FROM, index], data[ENDS_FROM, index + 1]):
        task = data[ENDS, place]
        done = max(done, clocks[FINISH, _who(data, state, task), _end(data, state, task)] + data[WAIT, task])
    return done


# -- out -----------------------------------------------------------------------------------------------------------


@compiled
def place_after(data: Ints, state: Ints, task: int, choice: int, previous: int) -> None:
    """Give a task its specialist and its place in their sequence, behind another (-1: first)."""
    who = data[WHO, choice]
    state[CHOICE, task] = choice
    state[LEFT, who] -= data[COST, choice]
    following = state[TOP, who] if previous < 0 else state[NEXT, previous]
    state[PREVIOUS, task], state[NEXT, task] = previous, following
    if previous < 0:
        state[TOP, who] = task
    else:
        state[NEXT, previous] = task
    if following >= 0:
        state[PREVIOUS, following] = task


@compiled
def _displace(data: Ints, state: Ints, task: int) -> None:
    choice = state[CHOICE, task]
    who = data[WHO, choice]
    state[LEFT, who] += data[COST, choice]
    previous, following = state[PREVIOUS, task], state[NEXT, task]
    if previous < 0:
        state[TOP, who] = following
    else:
        state[NEXT, previous] = following
    if following >= 0:
        state[PREVIOUS, following] = previous
    state[CHOICE, task] = -1


@compiled
def take_room(data: Ints, state: Ints, index: int, sign: int) -> None:
    """Count the effort of an item for the shares it is a member of."""
    for place in range(data[SHARES_FROM, index], data[SHARES_FROM, index + 1]):
        state[ROOM, data[SHARES, place]] += sign * data[EFFORT, index]


@compiled
def _with_followers(data: Ints, state: Ints, index: int, found: Ints) -> int:
    """Write what leaves with an item, itself first, and return how many; 0 where something of it has to stay."""
    found[0] = index
    count = 1
    at = 0
    while at < count:
        other = found[at]
        at += 1
        if not data[MOVABLE, other]:
            return 0
        for place in range(data[FOLLOWERS_FROM, other], data[FOLLOWERS_FROM, other + 1]):
            count = _one_more(state, data[FOLLOWERS, place], found, count)
        for place in range(data[WAITERS_FROM, other], data[WAITERS_FROM, other + 1]):
            if state[ALTERNATIVE, data[WAITERS, place]] == other:
                count = _one_more(state, data[WAITERS, place], found, count)
    return count


@compiled
def _one_more(state: Ints, index: int, found: Ints, count: int) -> int:
    if not state[INSIDE, index]:
        return count
    for place in range(count):
        if found[place] == index:
            return count
    found[count] = index
    return count + 1


@compiled
def remove(clocks: Ints, data: Ints, state: Ints, items: Ints) -> None:
    """Take items out, with what depends on them; what has to stay, stays."""
    tasks = data[SIZES, TASKS]
    found = np.empty(data[SIZES, ITEMS] + 1, dtype=np.int64)
    queues = np.empty((2, tasks + 1), dtype=np.int64)
    waiting = np.zeros((2, tasks), dtype=np.bool_)
    counts = np.zeros(2, dtype=np.int64)
    for index in items:
        if state[INSIDE, index]:
            for place in range(_with_followers(data, state, index, found)):
                _leave(data, state, found[place], queues, waiting, counts)
    _settle(clocks, data, state, queues[0], waiting[0], counts[0], True)
    _settle(clocks, data, state, queues[1], waiting[1], counts[1], False)


@compiled
def _leave(data: Ints, state: Ints, index: int, queues: Ints, waiting: Flags, counts: Ints) -> None:
    """Take one item out; those beside its tasks are queued, as they may move now."""
    state[INSIDE, index] = False
    take_room(data, state, index, 1)
    for place in range(data[TASKS_FROM, index], data[TASKS_FROM, index + 1]):
        _free(data, state, data[TASKS_OF, place], queues, waiting, counts)
    state[ALTERNATIVE, index] = -1


@compiled
def _free(data: Ints, state: Ints, task: int, queues: Ints, waiting: Flags, counts: Ints) -> None:
    following, previous = state[NEXT, task], state[PREVIOUS, task]
    _displace(data, state, task)
    _queue(state, following, queues[0], waiting[0], counts, 0)
    _queue(state, previous, queues[1], waiting[1], counts, 1)
    for link in range(data[AFTER_FROM, task], data[AFTER_FROM, task + 1]):
        _queue(state, data[AFTER, link], queues[0], waiting[0], counts, 0)
    for link in range(data[BEFORE_FROM, task], data[BEFORE_FROM, task + 1]):
        _queue(state, data[BEFORE, link], queues[1], waiting[1], counts, 1)


@compiled
def _queue(state: Ints, task: int, queue: Ints, waiting: Flags, counts: Ints, way: int) -> None:
    if task >= 0 and state[CHOICE, task] >= 0 and not waiting[task]:
        queue[counts[way]] = task
        waiting[task] = True
        counts[way] += 1


# -- in ------------------------------------------------------------------------------------------------------------


@compiled
def insert(clocks: Ints, data: Ints, state: Ints, index: int, prices: Floats) -> bool:
    """Put an item in, each task with whoever can be done first, prices (ticks) considered; or change nothing."""
    if not _allowed(data, state, index) or not _wait_for_alternative(clocks, data, state, index):
        return False
    tasks = data[SIZES, TASKS]
    queues = np.empty((2, tasks + 1), dtype=np.int64)
    waiting = np.zeros((2, tasks), dtype=np.bool_)
    counts = np.zeros(2, dtype=np.int64)
    begin, end = data[TASKS_FROM, index], data[TASKS_FROM, index + 1]
    for place in range(begin, end):
        task = data[TASKS_OF, place]
        choice, own, until, previous = _best_place(clocks, data, state, task, prices)
        if choice < 0:
            for other in range(begin, place):
                _free(data, state, data[TASKS_OF, other], queues, waiting, counts)
            state[ALTERNATIVE, index] = -1
            _settle(clocks, data, state, queues[0], waiting[0], counts[0], True)
            _settle(clocks, data, state, queues[1], waiting[1], counts[1], False)
            return False
        _put(clocks, data, state, task, choice, own, until, previous, queues, waiting)
    state[INSIDE, index] = True
    take_room(data, state, index, -1)
    return True


@compiled
def insert_with_needed(clocks: Ints, data: Ints, state: Ints, index: int, prices: Floats) -> bool:
    """Put an item in, with all that it requires and that is out; or change nothing."""
    needed = np.empty(data[SIZES, ITEMS] + 1, dtype=np.int64)
    needed[0] = index
    count = 1
    at = 0
    while at < count:
        for place in range(data[REQUIRES_FROM, needed[at]], data[REQUIRES_FROM, needed[at] + 1]):
            other = data[REQUIRES, place]
            if not state[INSIDE, other]:
                if not data[MOVABLE, other]:
                    return False
                needed[count] = other
                for known in range(count):
                    if needed[known] == other:
                        count -= 1
                        break
                count += 1
        at += 1
    grown = True
    while grown and not state[INSIDE, index]:
        grown = False
        for place in range(count - 1, -1, -1):
            if not state[INSIDE, needed[place]] and insert(clocks, data, state, needed[place], prices):
                grown = True
    if not state[INSIDE, index]:
        remove(clocks, data, state, needed[:count])
    return bool(state[INSIDE, index])


@compiled
def _allowed(data: Ints, state: Ints, index: int) -> bool:
    for place in range(data[REQUIRES_FROM, index], data[REQUIRES_FROM, index + 1]):
        if not state[INSIDE, data[REQUIRES, place]]:
            return False
    for place in range(data[RIVALS_FROM, index], data[RIVALS_FROM, index + 1]):
        if state[INSIDE, data[RIVALS, place]]:
            return False
    for place in range(data[SHARES_FROM, index], data[SHARES_FROM, index + 1]):
        if data[EFFORT, index] > state[ROOM, data[SHARES, place]]:
            return False
    for place in range(data[TASKS_FROM, index], data[TASKS_FROM, index + 1]):
        task = data[TASKS_OF, place]
        able = False
        for choice in range(data[CHOICE_FROM, task], data[CHOICE_FROM, task + 1]):
            if data[COST, choice] <= state[LEFT, data[WHO, choice]]:
                able = True
                break
        if not able:
            return False
    return True


@compiled
def _wait_for_alternative(clocks: Ints, data: Ints, state: Ints, index: int) -> bool:
    if not data[ASKS_ANY, index]:
        return True
    best = -1
    earliest = 0
    for place in range(data[ANY_FROM, index], data[ANY_FROM, index + 1]):
        other = data[ANY_OF, place]
        if state[INSIDE, other]:
            ready = finish(clocks, data, state, other) + data[ANY_LAG, place]
            if best < 0 or ready < earliest:
                best, earliest = other, ready
    state[ALTERNATIVE, index] = best
    return best >= 0


@compiled
def _best_place(clocks: Ints, data: Ints, state: Ints, task: int, prices: Floats) -> tuple[int, int, int, int]:
    """The place where the task is done first, prices considered: choice (-1: none), own start, latest end, previous."""
    ready, due = _ready(clocks, data, state, task), _due(clocks, data, state, task)
    best = (-1, 0, 0, -1)
    least = math.inf
    for choice in range(data[CHOICE_FROM, task], data[CHOICE_FROM, task + 1]):
        who = data[WHO, choice]
        if data[COST, choice] > state[LEFT, who] or _shunned(data, state, task, who):
            continue
        own, until, previous = _first_place(clocks, data, state, choice, ready, due)
        if own >= 0:
            price = clocks[FINISH, who, own + data[DURATION, choice]] + prices[choice]
            if price < least:
                least, best = price, (choice, own, until, previous)
    return best


@compiled
def _shunned(data: Ints, state: Ints, task: int, who: int) -> bool:
    for place in range(data[APART_FROM, task], data[APART_FROM, task + 1]):
        other = data[APART, place]
        if state[CHOICE, other] >= 0 and _who(data, state, other) == who:
            return True
    return False


@compiled
def _first_place(clocks: Ints, data: Ints, state: Ints, choice: int, ready: int, due: int) -> tuple[int, int, int]:
    """First place in a specialist's sequence where the task fits: own start (-1: none), latest end, task before."""
    who, duration = data[WHO, choice], data[DURATION, choice]
    own = max(data[FIRST, choice], _own(clocks, data, who, ready))
    until = min(data[LAST, choice], _own(clocks, data, who, due))
    previous = -1
    other = state[TOP, who]
    while other >= 0:
        end = _end(data, state, other)
        # What ends by then may have to come before; others never do, as they end later.
        if own + duration <= state[LATE, other] and clocks[FINISH, who, end] > ready:
            until = min(until, state[LATE, other])
            break
        own = max(own, end)
        if own + duration > until:
            return -1, 0, -1
        previous = other
        other = state[NEXT, other]
    if own + duration > until:
        return -1, 0, -1
    return own, until, previous


@compiled
def _put(
    clocks: Ints, data: Ints,
    state: Ints,
    task: int,
    choice: int,
    own: int,
    until: int,
    previous: int,
    queues: Ints,
    waiting: Flags,
) -> None:
    place_after(data, state, task, choice, previous)
    state[EARLY, task], state[LATE, task] = own, until - data[DURATION, choice]
    counts = np.zeros(2, dtype=np.int64)
    _queue(state, state[NEXT, task], queues[0], waiting[0], counts, 0)
    _queue(state, state[PREVIOUS, task], queues[1], waiting[1], counts, 1)
    for link in range(data[BEFORE_FROM, task], data[BEFORE_FROM, task + 1]):
        _queue(state, data[BEFORE, link], queues[1], waiting[1], counts, 1)
    _settle(clocks, data, state, queues[0], waiting[0], counts[0], True)
    _settle(clocks, data, state, queues[1], waiting[1], counts[1], False)


# -- the search ----------------------------------------------------------------------------------------------------


@compiled
def uniform(random: Ints) -> float:
    """Draw between 0 and 1 (xorshift: Marsaglia 2003, doi:10.18637/jss.v008.i14)."""
    x = np.uint64(random[0])
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    random[0] = np.int64(x)
    return float(x >> np.uint64(11)) / 9007199254740992.0


@compiled
def level(clocks: Ints, data: Ints, state: Ints, weights: Floats) -> float:
    """What a schedule is worth at these weights, due costs taken off."""
    total = 0.0
    for index in range(data[SIZES, ITEMS]):
        if state[INSIDE, index]:
            total += weights[index]
            if data[LATE_COST, index]:
                days = -(-finish(clocks, data, state, index) // TICKS_PER_DAY) - data[DUE_DAYS, index]
                total -= data[LATE_COST, index] * max(0, days)
    return total


@compiled
def anneal(
    clocks: Ints, data: Ints,
    state: Ints,
    kept: Ints,
    best: Ints,
    prices: Floats,
    weights: Floats,
    worth: Floats,
    size: Floats,
    levels: Floats,
    random: Ints,
    steps: int,
    heat: float,
    removed: float,
) -> None:
    """Take so many steps: change the schedule, keep what is better, or what heat allows; remember the best.

    Parameters
    ----------
    state, kept, best
        The schedule to work on, the same as it was kept last, the most worth so far.
    weights, worth
        What an item counts for now, and what it is worth.
    levels
        Of ``kept`` at these weights, of ``best`` at its worth.
    """
    for _ in range(steps):
        _step(clocks, data, state, prices, weights, size, random, removed)
        reached = level(clocks, data, state, weights)
        if reached >= levels[0] or uniform(random) < math.exp((reached - levels[0]) / heat):
            kept[:] = state
            levels[0] = reached
            value = level(clocks, data, state, worth)
            if value > levels[1]:
                best[:] = state
                levels[1] = value
        else:
            state[:] = kept


LIGHT = 0.02  # how strongly what weighs little is preferred for leaving
BY_PEOPLE, BY_TIME = 0.6, 0.8  # how often what shares specialists is taken out, or (up to) what lies near in time


@compiled
def _step(
    clocks: Ints, data: Ints, state: Ints, prices: Floats, weights: Floats, size: Floats, random: Ints, removed: float
) -> None:
    """Take some items out, put a wanted one in first, then whatever fits, the best weight for the effort first."""
    items = data[SIZES, ITEMS]
    people = data[SIZES, PEOPLE]
    outside = np.empty(items, dtype=np.int64)
    out = 0
    total = 0.0
    for index in range(items):
        if data[MOVABLE, index] and not state[INSIDE, index] and weights[index] > 0:
            outside[out] = index
            out += 1
            total += max(0.01, weights[index])
    wanted = -1
    if out:
        draw = uniform(random) * total
        at = 0
        while at < out - 1 and draw > max(0.01, weights[outside[at]]):
            draw -= max(0.01, weights[outside[at]])
            at += 1
        wanted = outside[at]
    way = uniform(random)
    count = max(1, int(-math.log(1.0 - uniform(random)) * removed))
    leaving = _leaving(clocks, data, state, wanted, way, count, weights, size, random)
    hands = np.zeros(people, dtype=np.bool_)
    for index in leaving:
        for place in range(data[TASKS_FROM, index], data[TASKS_FROM, index + 1]):
            hands[_who(data, state, data[TASKS_OF, place])] = True
    remove(clocks, data, state, leaving)
    if wanted >= 0 and way < BY_TIME:
        insert_with_needed(clocks, data, state, wanted, prices)
    keys = np.empty(items)
    rest = np.empty(items, dtype=np.int64)
    count = 0
    for index in range(items):
        if not data[MOVABLE, index] or state[INSIDE, index] or weights[index] <= 0:
            continue
        # Who needs nobody that has become freer has been tried before.
        for place in range(data[PEOPLE_FROM, index], data[PEOPLE_FROM, index + 1]):
            if hands[data[PEOPLE_OF, place]]:
                rest[count] = index
                keys[count] = -weights[index] / math.sqrt(size[index]) * (0.6 + 0.8 * uniform(random))
                count += 1
                break
    order = np.argsort(keys[:count])
    for place in order:
        insert(clocks, data, state, rest[place], prices)
    for place in order:  # what had to wait for another that came in after it
        index = rest[place]
        if data[REQUIRES_FROM, index] < data[REQUIRES_FROM, index + 1] and not state[INSIDE, index]:
            insert(clocks, data, state, index, prices)


@compiled
def _leaving(
    clocks: Ints, data: Ints,
    state: Ints,
    wanted: int,
    way: float,
    count: int,
    weights: Floats,
    size: Floats,
    random: Ints,
) -> Ints:
    """Candidates for leaving: rivals for the same people, neighbours in time, or any; light ones most likely."""
    items = data[SIZES, ITEMS]
    near = np.empty(items, dtype=np.int64)
    able = np.zeros(data[SIZES, PEOPLE], dtype=np.bool_)
    if wanted >= 0:
        for place in range(data[PEOPLE_FROM, wanted], data[PEOPLE_FROM, wanted + 1]):
            able[data[PEOPLE_OF, place]] = True
    keys = np.empty(items)
    found = 0
    moment = int(uniform(random) * clocks.shape[2])
    for index in range(items):
        if not state[INSIDE, index] or not data[MOVABLE, index]:
            continue
        if wanted >= 0 and way < BY_PEOPLE:
            rival = False
            for place in range(data[TASKS_FROM, index], data[TASKS_FROM, index + 1]):
                if able[_who(data, state, data[TASKS_OF, place])]:
                    rival = True
                    break
            if not rival:
                continue
        near[found] = index
        keys[found] = abs(finish(clocks, data, state, index) - moment)
        found += 1
    if not (wanted >= 0 and way < BY_PEOPLE) and way < BY_TIME:
        nearest = np.argsort(keys[:found])[: 3 * (count + 1)]
        near = near[nearest]
        found = len(near)
    for place in range(found):
        index = near[place]
        keys[place] = uniform(random) ** (LIGHT * size[index] / max(1.0, weights[index]))
    return near[np.argsort(keys[:found])[:count]]


def compile_all() -> None:
    """Compile everything, by a search of a sprint without anything in it."""
    clocks, data = np.zeros((3, 1, 1), dtype=np.int64), np.zeros((DUE_DAYS + 1, 3), dtype=np.int64)
    state = np.full((ALTERNATIVE + 1, 1), -1, dtype=np.int64)
    none, one = np.zeros(0), np.ones(1, dtype=np.int64)
    time_all(clocks, data, state)
    take_room(data, state, 0, 1)
    remove(clocks, data, state, np.zeros(0, dtype=np.int64))
    levels = np.array([0.0, level(clocks, data, state, none)])
    anneal(clocks, data, state, state.copy(), state.copy(), none, none, none, none, levels, one, 1, 1.0, 1.0)
