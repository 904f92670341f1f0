"""Ruin and recreate, compiled: some items leave, others come in, and what is worth it is kept (``anneal.py``)."""

from __future__ import annotations

import math

import numpy as np

from planner.clock import TICKS_PER_DAY
from planner.solve import rows
from planner.solve.arrays import Flags, Floats, Ints
from planner.solve.moves import bare, compiled, finish, insert_with_needed, remove, who_does

LIGHT = 0.02  # how strongly what weighs little is preferred for leaving
BY_PEOPLE, BY_TIME = 0.6, 0.8  # how often what shares specialists is taken out, or (up to) what lies near in time


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
    for index in range(data[rows.SIZES, rows.ITEMS]):
        if state[rows.INSIDE, index]:
            total += weights[index]
            if data[rows.LATE_COST, index]:
                days = -(-finish(clocks, data, state, index) // TICKS_PER_DAY) - data[rows.DUE_DAYS, index]
                total -= data[rows.LATE_COST, index] * max(0, days)
    return total


@compiled
def anneal(
    clocks: Ints,
    data: Ints,
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
    clocks, data, state, kept, best = bare(clocks), bare(data), bare(state), bare(kept), bare(best)
    prices, weights, worth, size, random = bare(prices), bare(weights), bare(worth), bare(size), bare(random)
    for _ in range(steps):
        _step(clocks, data, state, prices, weights, size, random, removed)
        reached = level(clocks, data, state, weights)
        if reached >= levels[0] or uniform(random) < math.exp((reached - levels[0]) / heat):
            kept[: rows.SCHEDULE] = state[: rows.SCHEDULE]
            levels[0] = reached
            value = level(clocks, data, state, worth)
            if value > levels[1]:
                best[: rows.SCHEDULE] = state[: rows.SCHEDULE]
                levels[1] = value
        else:
            state[: rows.SCHEDULE] = kept[: rows.SCHEDULE]


@compiled
def _step(
    clocks: Ints, data: Ints, state: Ints, prices: Floats, weights: Floats, size: Floats, random: Ints, removed: float
) -> None:
    """Take some items out, put a wanted one in first, then whatever fits, the best weight for the effort first."""
    wanted = _wanted(data, state, weights, random)
    way = uniform(random)
    count = max(1, int(-math.log(1.0 - uniform(random)) * removed))
    leaving = _leaving(clocks, data, state, wanted, way, count, weights, size, random)
    hands = np.zeros(data[rows.SIZES, rows.PEOPLE], dtype=np.bool_)
    for index in leaving:
        for place in range(data[rows.TASKS_FROM, index], data[rows.TASKS_FROM, index + 1]):
            hands[who_does(data, state, data[rows.TASKS_OF, place])] = True
    remove(clocks, data, state, leaving)
    if wanted >= 0 and way < BY_TIME:
        insert_with_needed(clocks, data, state, wanted, prices)
    outside = _in_turn(data, state, hands, weights, size, random)
    for index in outside:
        if not state[rows.INSIDE, index]:
            insert_with_needed(clocks, data, state, index, prices)


@compiled
def _out(data: Ints, state: Ints, weights: Floats, index: int) -> bool:
    """Whether an item is out and counts for something."""
    return bool(data[rows.MOVABLE, index] and not state[rows.INSIDE, index] and weights[index] > 0)


@compiled
def _wanted(data: Ints, state: Ints, weights: Floats, random: Ints) -> int:
    """Draw an item that is out, by its weight; -1 if none is."""
    items = data[rows.SIZES, rows.ITEMS]
    total = 0.0
    for index in range(items):
        if _out(data, state, weights, index):
            total += weights[index]
    draw = uniform(random) * total
    found = -1
    for index in range(items):
        if draw >= 0 and _out(data, state, weights, index):
            found = index
            draw -= weights[index]
    return found


@compiled
def _in_turn(data: Ints, state: Ints, hands: Flags, weights: Floats, size: Floats, random: Ints) -> Ints:
    """Items that are out, in the order in which they may come in; only where somebody has become freer."""
    items = data[rows.SIZES, rows.ITEMS]
    keys = np.empty(items)
    found = np.empty(items, dtype=np.int64)
    count = 0
    for index in range(items):
        if not _out(data, state, weights, index):
            continue
        for place in range(data[rows.PEOPLE_FROM, index], data[rows.PEOPLE_FROM, index + 1]):
            if hands[data[rows.PEOPLE_OF, place]]:
                weight, work = _with_needed(data, state, weights, size, index)
                if weight > 0:
                    found[count] = index
                    keys[count] = -weight / math.sqrt(work) * (0.6 + 0.8 * uniform(random))
                    count += 1
                break
    return found[np.argsort(keys[:count])]


@compiled
def _with_needed(data: Ints, state: Ints, weights: Floats, size: Floats, index: int) -> tuple[float, float]:
    """Weight and size of an item with what it requires and is out."""
    weight, work = weights[index], size[index]
    for place in range(data[rows.REQUIRES_FROM, index], data[rows.REQUIRES_FROM, index + 1]):
        other = data[rows.REQUIRES, place]
        if not state[rows.INSIDE, other]:
            weight += weights[other]
            work += size[other]
    return weight, work


@compiled
def _leaving(
    clocks: Ints,
    data: Ints,
    state: Ints,
    wanted: int,
    way: float,
    count: int,
    weights: Floats,
    size: Floats,
    random: Ints,
) -> Ints:
    """Candidates for leaving: rivals for the same people, neighbours in time, or any; light ones most likely."""
    items = data[rows.SIZES, rows.ITEMS]
    near = np.empty(items, dtype=np.int64)
    able = np.zeros(data[rows.SIZES, rows.PEOPLE], dtype=np.bool_)
    if wanted >= 0:
        for place in range(data[rows.PEOPLE_FROM, wanted], data[rows.PEOPLE_FROM, wanted + 1]):
            able[data[rows.PEOPLE_OF, place]] = True
    keys = np.empty(items)
    found = 0
    moment = int(uniform(random) * clocks.shape[2])
    for index in range(items):
        if not state[rows.INSIDE, index] or not data[rows.MOVABLE, index]:
            continue
        if wanted >= 0 and way < BY_PEOPLE:
            rival = False
            for place in range(data[rows.TASKS_FROM, index], data[rows.TASKS_FROM, index + 1]):
                if able[who_does(data, state, data[rows.TASKS_OF, place])]:
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
