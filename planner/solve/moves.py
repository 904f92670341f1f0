"""Moves of a schedule that makes room, compiled: items are taken out and put in, earliest and latest starts follow.

Compiled by Numba, twenty times faster than the same in Python, and free of Python's lock, so that the other half of the
search runs beside it. Import it only where it is used: it loads the compiler.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np

from planner.solve import rows
from planner.solve.arrays import Flags, Floats, Ints

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile on first use, and keep the machine code beside the source for the next process, where that can be."""
    try:
        return cast(Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder to keep it in
        return cast(Function, numba.njit(nogil=True)(function))


# -- time ----------------------------------------------------------------------------------------------------------


@compiled
def who_does(data: Ints, state: Ints, task: int) -> int:
    """Specialist of a task of the schedule."""
    return int(data[rows.WHO, state[rows.CHOICE, task]])


@compiled
def _end(data: Ints, state: Ints, task: int) -> int:
    """Own tick at which a task ends at the earliest."""
    return int(state[rows.EARLY, task] + data[rows.DURATION, state[rows.CHOICE, task]])


@compiled
def _own(clocks: Ints, who: int, tick: int) -> int:
    """Own ticks before a team tick; waits and lags may point beyond the horizon, where no more come."""
    return int(clocks[rows.OWN, who, min(max(tick, 0), clocks.shape[2] - 1)])


@compiled
def _waits(data: Ints, state: Ints, before: int, after: int) -> bool:
    """Whether an item waits for this alternative."""
    return bool(state[rows.ALTERNATIVE, data[rows.ITEM, after]] == data[rows.ITEM, before])


@compiled
def _ready(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    """Team tick from which a task may start, as things stand."""
    ready = data[rows.EARLIEST, task]
    for place in range(data[rows.BEFORE_FROM, task], data[rows.BEFORE_FROM, task + 1]):
        other = data[rows.BEFORE, place]
        if state[rows.CHOICE, other] >= 0 and (not data[rows.BEFORE_SOME, place] or _waits(data, state, other, task)):
            done = clocks[rows.FINISH, who_does(data, state, other), _end(data, state, other)]
            ready = max(ready, done + data[rows.BEFORE_GAP, place])
    return int(ready)


@compiled
def _due(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    """Team tick by which a task must be finished, as things stand."""
    due = data[rows.LATEST, task]
    for place in range(data[rows.AFTER_FROM, task], data[rows.AFTER_FROM, task + 1]):
        other = data[rows.AFTER, place]
        if state[rows.CHOICE, other] >= 0 and (not data[rows.AFTER_SOME, place] or _waits(data, state, task, other)):
            begin = clocks[rows.START, who_does(data, state, other), state[rows.LATE, other]]
            due = min(due, begin - data[rows.AFTER_GAP, place])
    return int(due)


@compiled
def _earliest(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    choice = state[rows.CHOICE, task]
    own = max(
        data[rows.FIRST, choice],
        _own(clocks, data[rows.WHO, choice], _ready(clocks, data, state, task)),
        data[rows.DATED, task],
    )
    previous = state[rows.PREVIOUS, task]
    return int(own if previous < 0 else max(own, _end(data, state, previous)))


@compiled
def _latest(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    if data[rows.DATED, task] >= 0:
        return int(data[rows.DATED, task])
    choice = state[rows.CHOICE, task]
    until = min(data[rows.LAST, choice], _own(clocks, data[rows.WHO, choice], _due(clocks, data, state, task)))
    following = state[rows.NEXT, task]
    if following >= 0:
        until = min(until, state[rows.LATE, following])
    return int(until - data[rows.DURATION, choice])


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
        if state[rows.CHOICE, task] < 0:
            continue
        if forward:
            own = _earliest(clocks, data, state, task)
            if own == state[rows.EARLY, task]:
                continue
            state[rows.EARLY, task] = own
            beside, row, low, high = (
                state[rows.NEXT, task],
                rows.AFTER,
                data[rows.AFTER_FROM, task],
                data[rows.AFTER_FROM, task + 1],
            )
        else:
            own = _latest(clocks, data, state, task)
            if own == state[rows.LATE, task]:
                continue
            state[rows.LATE, task] = own
            beside, row = state[rows.PREVIOUS, task], rows.BEFORE
            low, high = data[rows.BEFORE_FROM, task], data[rows.BEFORE_FROM, task + 1]
        if beside >= 0 and not waiting[beside]:
            queue[(at + count) % size] = beside
            waiting[beside] = True
            count += 1
        for place in range(low, high):
            other = data[row, place]
            if state[rows.CHOICE, other] >= 0 and not waiting[other]:
                queue[(at + count) % size] = other
                waiting[other] = True
                count += 1


@compiled
def time_all(clocks: Ints, data: Ints, state: Ints) -> None:
    """Earliest and latest starts of everything anew."""
    tasks = data[rows.SIZES, rows.TASKS]
    queue = np.empty(tasks + 1, dtype=np.int64)
    waiting = np.zeros(tasks, dtype=np.bool_)
    for forward in (True, False):
        count = 0
        for task in range(tasks):
            if state[rows.CHOICE, task] >= 0:
                queue[count] = task
                waiting[task] = True
                count += 1
        _settle(clocks, data, state, queue, waiting, count, forward)


@compiled
def finish(clocks: Ints, data: Ints, state: Ints, index: int) -> int:
    """Team tick at which an item of the schedule is done, waits included."""
    done = 0
    for place in range(data[rows.ENDS_FROM, index], data[rows.ENDS_FROM, index + 1]):
        task = data[rows.ENDS, place]
        done = max(
            done, clocks[rows.FINISH, who_does(data, state, task), _end(data, state, task)] + data[rows.WAIT, task]
        )
    return done


# -- out -----------------------------------------------------------------------------------------------------------


@compiled
def place_after(data: Ints, state: Ints, task: int, choice: int, previous: int) -> None:
    """Give a task its specialist and its place in their sequence, behind another (-1: first)."""
    who = data[rows.WHO, choice]
    state[rows.CHOICE, task] = choice
    state[rows.LEFT, who] -= data[rows.COST, choice]
    following = state[rows.TOP, who] if previous < 0 else state[rows.NEXT, previous]
    state[rows.PREVIOUS, task], state[rows.NEXT, task] = previous, following
    if previous < 0:
        state[rows.TOP, who] = task
    else:
        state[rows.NEXT, previous] = task
    if following >= 0:
        state[rows.PREVIOUS, following] = task


@compiled
def _displace(data: Ints, state: Ints, task: int) -> None:
    choice = state[rows.CHOICE, task]
    who = data[rows.WHO, choice]
    state[rows.LEFT, who] += data[rows.COST, choice]
    previous, following = state[rows.PREVIOUS, task], state[rows.NEXT, task]
    if previous < 0:
        state[rows.TOP, who] = following
    else:
        state[rows.NEXT, previous] = following
    if following >= 0:
        state[rows.PREVIOUS, following] = previous
    state[rows.CHOICE, task] = -1


@compiled
def take_room(data: Ints, state: Ints, index: int, sign: int) -> None:
    """Count the effort of an item for the shares it is a member of."""
    for place in range(data[rows.SHARES_FROM, index], data[rows.SHARES_FROM, index + 1]):
        state[rows.ROOM, data[rows.SHARES, place]] += sign * data[rows.EFFORT, index]


@compiled
def _with_followers(data: Ints, state: Ints, index: int, found: Ints) -> int:
    """Write what leaves with an item, itself first, and return how many; 0 where something of it has to stay."""
    found[0] = index
    count = 1
    at = 0
    while at < count:
        other = found[at]
        at += 1
        if not data[rows.MOVABLE, other]:
            return 0
        for place in range(data[rows.FOLLOWERS_FROM, other], data[rows.FOLLOWERS_FROM, other + 1]):
            count = _one_more(state, data[rows.FOLLOWERS, place], found, count)
        for place in range(data[rows.WAITERS_FROM, other], data[rows.WAITERS_FROM, other + 1]):
            if state[rows.ALTERNATIVE, data[rows.WAITERS, place]] == other:
                count = _one_more(state, data[rows.WAITERS, place], found, count)
    return count


@compiled
def _one_more(state: Ints, index: int, found: Ints, count: int) -> int:
    if not state[rows.INSIDE, index]:
        return count
    for place in range(count):
        if found[place] == index:
            return count
    found[count] = index
    return count + 1


@compiled
def remove(clocks: Ints, data: Ints, state: Ints, items: Ints) -> None:
    """Take items out, with what depends on them; what has to stay, stays."""
    tasks = data[rows.SIZES, rows.TASKS]
    found = np.empty(data[rows.SIZES, rows.ITEMS] + 1, dtype=np.int64)
    queues = np.empty((2, tasks + 1), dtype=np.int64)
    waiting = np.zeros((2, tasks), dtype=np.bool_)
    counts = np.zeros(2, dtype=np.int64)
    for index in items:
        if state[rows.INSIDE, index]:
            for place in range(_with_followers(data, state, index, found)):
                _leave(data, state, found[place], queues, waiting, counts)
    _settle(clocks, data, state, queues[0], waiting[0], counts[0], True)
    _settle(clocks, data, state, queues[1], waiting[1], counts[1], False)


@compiled
def _leave(data: Ints, state: Ints, index: int, queues: Ints, waiting: Flags, counts: Ints) -> None:
    """Take one item out; those beside its tasks are queued, as they may move now."""
    state[rows.INSIDE, index] = False
    take_room(data, state, index, 1)
    for place in range(data[rows.TASKS_FROM, index], data[rows.TASKS_FROM, index + 1]):
        _free(data, state, data[rows.TASKS_OF, place], queues, waiting, counts)
    state[rows.ALTERNATIVE, index] = -1


@compiled
def _free(data: Ints, state: Ints, task: int, queues: Ints, waiting: Flags, counts: Ints) -> None:
    following, previous = state[rows.NEXT, task], state[rows.PREVIOUS, task]
    _displace(data, state, task)
    _queue(state, following, queues[0], waiting[0], counts, 0)
    _queue(state, previous, queues[1], waiting[1], counts, 1)
    for link in range(data[rows.AFTER_FROM, task], data[rows.AFTER_FROM, task + 1]):
        _queue(state, data[rows.AFTER, link], queues[0], waiting[0], counts, 0)
    for link in range(data[rows.BEFORE_FROM, task], data[rows.BEFORE_FROM, task + 1]):
        _queue(state, data[rows.BEFORE, link], queues[1], waiting[1], counts, 1)


@compiled
def _queue(state: Ints, task: int, queue: Ints, waiting: Flags, counts: Ints, way: int) -> None:
    if task >= 0 and state[rows.CHOICE, task] >= 0 and not waiting[task]:
        queue[counts[way]] = task
        waiting[task] = True
        counts[way] += 1


# -- in ------------------------------------------------------------------------------------------------------------


@compiled
def insert(clocks: Ints, data: Ints, state: Ints, index: int, prices: Floats) -> bool:
    """Put an item in, each task with whoever can be done first, prices (ticks) considered; or change nothing."""
    if not _allowed(data, state, index) or not _wait_for_alternative(clocks, data, state, index):
        return False
    tasks = data[rows.SIZES, rows.TASKS]
    queues = np.empty((2, tasks + 1), dtype=np.int64)
    waiting = np.zeros((2, tasks), dtype=np.bool_)
    counts = np.zeros(2, dtype=np.int64)
    begin, end = data[rows.TASKS_FROM, index], data[rows.TASKS_FROM, index + 1]
    for place in range(begin, end):
        task = data[rows.TASKS_OF, place]
        choice, own, until, previous = _best_place(clocks, data, state, task, prices)
        if choice < 0:
            for other in range(begin, place):
                _free(data, state, data[rows.TASKS_OF, other], queues, waiting, counts)
            state[rows.ALTERNATIVE, index] = -1
            _settle(clocks, data, state, queues[0], waiting[0], counts[0], True)
            _settle(clocks, data, state, queues[1], waiting[1], counts[1], False)
            return False
        _put(clocks, data, state, task, choice, own, until, previous, queues, waiting)
    state[rows.INSIDE, index] = True
    take_room(data, state, index, -1)
    return True


@compiled
def insert_with_needed(clocks: Ints, data: Ints, state: Ints, index: int, prices: Floats) -> bool:
    """Put an item in, with all that it requires and that is out; or change nothing."""
    needed = np.empty(data[rows.SIZES, rows.ITEMS] + 1, dtype=np.int64)
    needed[0] = index
    count = 1
    at = 0
    while at < count:
        for place in range(data[rows.REQUIRES_FROM, needed[at]], data[rows.REQUIRES_FROM, needed[at] + 1]):
            other = data[rows.REQUIRES, place]
            if not state[rows.INSIDE, other]:
                if not data[rows.MOVABLE, other]:
                    return False
                needed[count] = other
                for known in range(count):
                    if needed[known] == other:
                        count -= 1
                        break
                count += 1
        at += 1
    grown = True
    while grown and not state[rows.INSIDE, index]:
        grown = False
        for place in range(count - 1, -1, -1):
            if not state[rows.INSIDE, needed[place]] and insert(clocks, data, state, needed[place], prices):
                grown = True
    if not state[rows.INSIDE, index]:
        remove(clocks, data, state, needed[:count])
    return bool(state[rows.INSIDE, index])


@compiled
def _allowed(data: Ints, state: Ints, index: int) -> bool:
    for place in range(data[rows.REQUIRES_FROM, index], data[rows.REQUIRES_FROM, index + 1]):
        if not state[rows.INSIDE, data[rows.REQUIRES, place]]:
            return False
    for place in range(data[rows.RIVALS_FROM, index], data[rows.RIVALS_FROM, index + 1]):
        if state[rows.INSIDE, data[rows.RIVALS, place]]:
            return False
    for place in range(data[rows.SHARES_FROM, index], data[rows.SHARES_FROM, index + 1]):
        if data[rows.EFFORT, index] > state[rows.ROOM, data[rows.SHARES, place]]:
            return False
    for place in range(data[rows.TASKS_FROM, index], data[rows.TASKS_FROM, index + 1]):
        task = data[rows.TASKS_OF, place]
        able = False
        for choice in range(data[rows.CHOICE_FROM, task], data[rows.CHOICE_FROM, task + 1]):
            if data[rows.COST, choice] <= state[rows.LEFT, data[rows.WHO, choice]]:
                able = True
                break
        if not able:
            return False
    return True


@compiled
def _wait_for_alternative(clocks: Ints, data: Ints, state: Ints, index: int) -> bool:
    if not data[rows.ASKS_ANY, index]:
        return True
    best = -1
    earliest = 0
    for place in range(data[rows.ANY_FROM, index], data[rows.ANY_FROM, index + 1]):
        other = data[rows.ANY_OF, place]
        if state[rows.INSIDE, other]:
            ready = finish(clocks, data, state, other) + data[rows.ANY_LAG, place]
            if best < 0 or ready < earliest:
                best, earliest = other, ready
    state[rows.ALTERNATIVE, index] = best
    return best >= 0


@compiled
def _best_place(clocks: Ints, data: Ints, state: Ints, task: int, prices: Floats) -> tuple[int, int, int, int]:
    """The place where the task is done first, prices considered: choice (-1: none), own start, latest end, previous."""
    ready, due = _ready(clocks, data, state, task), _due(clocks, data, state, task)
    best = (-1, 0, 0, -1)
    least = math.inf
    for choice in range(data[rows.CHOICE_FROM, task], data[rows.CHOICE_FROM, task + 1]):
        who = data[rows.WHO, choice]
        if data[rows.COST, choice] > state[rows.LEFT, who] or _shunned(data, state, task, who):
            continue
        own, until, previous = _first_place(clocks, data, state, choice, ready, due)
        if own >= 0:
            price = clocks[rows.FINISH, who, own + data[rows.DURATION, choice]] + prices[choice]
            if price < least:
                least, best = price, (choice, own, until, previous)
    return best


@compiled
def _shunned(data: Ints, state: Ints, task: int, who: int) -> bool:
    for place in range(data[rows.APART_FROM, task], data[rows.APART_FROM, task + 1]):
        other = data[rows.APART, place]
        if state[rows.CHOICE, other] >= 0 and who_does(data, state, other) == who:
            return True
    return False


@compiled
def _first_place(clocks: Ints, data: Ints, state: Ints, choice: int, ready: int, due: int) -> tuple[int, int, int]:
    """First place in a specialist's sequence where the task fits: own start (-1: none), latest end, task before."""
    who, duration = data[rows.WHO, choice], data[rows.DURATION, choice]
    own = max(data[rows.FIRST, choice], _own(clocks, who, ready))
    until = min(data[rows.LAST, choice], _own(clocks, who, due))
    previous = -1
    other = state[rows.TOP, who]
    while other >= 0:
        end = _end(data, state, other)
        # What ends by then may have to come before; others never do, as they end later.
        if own + duration <= state[rows.LATE, other] and clocks[rows.FINISH, who, end] > ready:
            until = min(until, state[rows.LATE, other])
            break
        own = max(own, end)
        if own + duration > until:
            return -1, 0, -1
        previous = other
        other = state[rows.NEXT, other]
    if own + duration > until:
        return -1, 0, -1
    return own, until, previous


@compiled
def _put(
    clocks: Ints,
    data: Ints,
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
    state[rows.EARLY, task], state[rows.LATE, task] = own, until - data[rows.DURATION, choice]
    counts = np.zeros(2, dtype=np.int64)
    _queue(state, state[rows.NEXT, task], queues[0], waiting[0], counts, 0)
    _queue(state, state[rows.PREVIOUS, task], queues[1], waiting[1], counts, 1)
    for link in range(data[rows.BEFORE_FROM, task], data[rows.BEFORE_FROM, task + 1]):
        _queue(state, data[rows.BEFORE, link], queues[1], waiting[1], counts, 1)
    _settle(clocks, data, state, queues[0], waiting[0], counts[0], True)
    _settle(clocks, data, state, queues[1], waiting[1], counts[1], False)
