"""Moves of a schedule that makes room, compiled: items are taken out and put in, earliest and latest starts follow.

Compiled by Numba, twenty times faster than the same in Python, and free of Python's lock, so that the other half of the
search runs beside it. Import it only where it is used: it loads the compiler.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba import types
from numba.extending import intrinsic

from planner.solve import rows
from planner.solve.arrays import Floats, Ints

Function = TypeVar("Function", bound=Callable[..., object])
Array = TypeVar("Array", Ints, Floats)


def compiled(function: Function) -> Function:
    """Compile on first use, and keep the machine code beside the source for the next process, where that can be."""
    try:
        return cast(Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder to keep it in
        return cast(Function, numba.njit(nogil=True)(function))


def inlined(function: Function) -> Function:
    """Compile into whatever calls it: small parts take longer to be called than to be run."""
    return cast(Function, numba.njit(nogil=True, forceinline=True)(function))


def _uncounted(_typing: object, array: types.Array) -> tuple[object, object]:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> object:
        view = context.make_array(signature.return_type)(context, builder, arguments[0])
        view.meminfo = context.get_constant_null(types.voidptr)
        return view._getvalue()

    return array(array), code


def _same(array: Array) -> Array:
    return array


# The same array, but compiled code counts its users no more, which took a quarter of the time; good for as long as a
# caller holds the array.
bare = _same if getattr(numba.config, "DISABLE_JIT", False) else cast(Callable[[Array], Array], intrinsic(_uncounted))


# -- time ----------------------------------------------------------------------------------------------------------


@inlined
def who_does(data: Ints, state: Ints, task: int) -> int:
    """Specialist of a task of the schedule."""
    return int(data[rows.WHO, state[rows.CHOICE, task]])


@inlined
def _end(data: Ints, state: Ints, task: int) -> int:
    """Own tick at which a task ends at the earliest."""
    return int(state[rows.EARLY, task] + data[rows.DURATION, state[rows.CHOICE, task]])


@inlined
def _own(clocks: Ints, who: int, tick: int) -> int:
    """Own ticks before a team tick; waits and lags may point beyond the horizon, where no more come."""
    return int(clocks[rows.OWN, who, min(max(tick, 0), clocks.shape[2] - 1)])


@inlined
def _waits(data: Ints, state: Ints, before: int, after: int) -> bool:
    """Whether an item waits for this alternative."""
    return bool(state[rows.ALTERNATIVE, data[rows.ITEM, after]] == data[rows.ITEM, before])


@inlined
def _ready(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    """Team tick from which a task may start, as things stand."""
    ready = data[rows.EARLIEST, task]
    for place in range(data[rows.BEFORE_FROM, task], data[rows.BEFORE_FROM, task + 1]):
        other = data[rows.BEFORE, place]
        if state[rows.CHOICE, other] >= 0 and (not data[rows.BEFORE_SOME, place] or _waits(data, state, other, task)):
            done = clocks[rows.FINISH, who_does(data, state, other), _end(data, state, other)]
            ready = max(ready, done + data[rows.BEFORE_GAP, place])
    return int(ready)


@inlined
def _due(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    """Team tick by which a task must be finished, as things stand."""
    due = data[rows.LATEST, task]
    for place in range(data[rows.AFTER_FROM, task], data[rows.AFTER_FROM, task + 1]):
        other = data[rows.AFTER, place]
        if state[rows.CHOICE, other] >= 0 and (not data[rows.AFTER_SOME, place] or _waits(data, state, task, other)):
            begin = clocks[rows.START, who_does(data, state, other), state[rows.LATE, other]]
            due = min(due, begin - data[rows.AFTER_GAP, place])
    return int(due)


@inlined
def _earliest(clocks: Ints, data: Ints, state: Ints, task: int) -> int:
    choice = state[rows.CHOICE, task]
    own = max(
        data[rows.FIRST, choice],
        _own(clocks, data[rows.WHO, choice], _ready(clocks, data, state, task)),
        data[rows.DATED, task],
    )
    previous = state[rows.PREVIOUS, task]
    return int(own if previous < 0 else max(own, _end(data, state, previous)))


@inlined
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
def _settle(clocks: Ints, data: Ints, state: Ints, count: int, forward: bool) -> None:
    """Bring earliest (else latest) starts up to date, from so many tasks in the queue on."""
    way = rows.FORWARD if forward else rows.BACKWARD
    at = 0
    size = state.shape[1]
    while count > 0:
        task = state[way, at]
        at = at + 1 if at + 1 < size else 0
        count -= 1
        state[way + 1, task] = False
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
        if beside >= 0 and not state[way + 1, beside]:
            end = at + count
            state[way, end if end < size else end - size] = beside
            state[way + 1, beside] = True
            count += 1
        for place in range(low, high):
            other = data[row, place]
            if state[rows.CHOICE, other] >= 0 and not state[way + 1, other]:
                end = at + count
                state[way, end if end < size else end - size] = other
                state[way + 1, other] = True
                count += 1


@compiled
def time_all(clocks: Ints, data: Ints, state: Ints) -> None:
    """Earliest and latest starts of everything anew."""
    for way, forward in ((rows.FORWARD, True), (rows.BACKWARD, False)):
        count = 0
        for task in range(data[rows.SIZES, rows.TASKS]):
            count = _queue(state, task, way, count)
        _settle(clocks, data, state, count, forward)


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


@inlined
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


@inlined
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
def _with_followers(data: Ints, state: Ints, index: int) -> int:
    """Write down what leaves with an item, itself first, and return how many; 0 where something of it has to stay."""
    found = state[rows.FOUND]
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


@inlined
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
    forward = backward = 0
    for index in items:
        if state[rows.INSIDE, index]:
            for place in range(_with_followers(data, state, index)):
                forward, backward = _leave(data, state, state[rows.FOUND, place], forward, backward)
    _settle(clocks, data, state, forward, True)
    _settle(clocks, data, state, backward, False)


@compiled
def _leave(data: Ints, state: Ints, index: int, forward: int, backward: int) -> tuple[int, int]:
    """Take one item out; those beside its tasks are queued, as they may move now. Returns how many are queued."""
    state[rows.INSIDE, index] = False
    take_room(data, state, index, 1)
    for place in range(data[rows.TASKS_FROM, index], data[rows.TASKS_FROM, index + 1]):
        forward, backward = _free(data, state, data[rows.TASKS_OF, place], forward, backward)
    state[rows.ALTERNATIVE, index] = -1
    return forward, backward


@compiled
def _free(data: Ints, state: Ints, task: int, forward: int, backward: int) -> tuple[int, int]:
    following, previous = state[rows.NEXT, task], state[rows.PREVIOUS, task]
    _displace(data, state, task)
    forward = _queue(state, following, rows.FORWARD, forward)
    backward = _queue(state, previous, rows.BACKWARD, backward)
    for link in range(data[rows.AFTER_FROM, task], data[rows.AFTER_FROM, task + 1]):
        forward = _queue(state, data[rows.AFTER, link], rows.FORWARD, forward)
    for link in range(data[rows.BEFORE_FROM, task], data[rows.BEFORE_FROM, task + 1]):
        backward = _queue(state, data[rows.BEFORE, link], rows.BACKWARD, backward)
    return forward, backward


@inlined
def _queue(state: Ints, task: int, way: int, count: int) -> int:
    """Queue a task of the schedule, unless it waits already; return how many are queued now."""
    if task < 0 or state[rows.CHOICE, task] < 0 or state[way + 1, task]:
        return count
    state[way, count] = task
    state[way + 1, task] = True
    return count + 1


# -- in ------------------------------------------------------------------------------------------------------------


@compiled
def insert(clocks: Ints, data: Ints, state: Ints, index: int, prices: Floats) -> bool:
    """Put an item in, each task with whoever can be done first, prices (ticks) considered; or change nothing."""
    if not _allowed(data, state, index) or not _wait_for_alternative(clocks, data, state, index):
        return False
    begin, end = data[rows.TASKS_FROM, index], data[rows.TASKS_FROM, index + 1]
    for place in range(begin, end):
        task = data[rows.TASKS_OF, place]
        choice, own, until, previous = _best_place(clocks, data, state, task, prices)
        if choice < 0:
            forward = backward = 0
            for other in range(begin, place):
                forward, backward = _free(data, state, data[rows.TASKS_OF, other], forward, backward)
            state[rows.ALTERNATIVE, index] = -1
            _settle(clocks, data, state, forward, True)
            _settle(clocks, data, state, backward, False)
            return False
        _put(clocks, data, state, task, choice, own, until, previous)
    state[rows.INSIDE, index] = True
    take_room(data, state, index, -1)
    return True


@compiled
def insert_with_needed(clocks: Ints, data: Ints, state: Ints, index: int, prices: Floats) -> bool:
    """Put an item in, with all that it requires and that is out; or change nothing."""
    needed = state[rows.NEEDED]
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
    if count > 1 and not state[rows.INSIDE, index]:
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


@inlined
def _shunned(data: Ints, state: Ints, task: int, who: int) -> bool:
    for place in range(data[rows.APART_FROM, task], data[rows.APART_FROM, task + 1]):
        other = data[rows.APART, place]
        if state[rows.CHOICE, other] >= 0 and who_does(data, state, other) == who:
            return True
    return False


@inlined
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
def _put(clocks: Ints, data: Ints, state: Ints, task: int, choice: int, own: int, until: int, previous: int) -> None:
    place_after(data, state, task, choice, previous)
    state[rows.EARLY, task], state[rows.LATE, task] = own, until - data[rows.DURATION, choice]
    forward = _queue(state, state[rows.NEXT, task], rows.FORWARD, 0)
    backward = _queue(state, state[rows.PREVIOUS, task], rows.BACKWARD, 0)
    for link in range(data[rows.BEFORE_FROM, task], data[rows.BEFORE_FROM, task + 1]):
        backward = _queue(state, data[rows.BEFORE, link], rows.BACKWARD, backward)
    _settle(clocks, data, state, forward, True)
    _settle(clocks, data, state, backward, False)
