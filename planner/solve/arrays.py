"""An instance and a schedule as flat arrays, for the compiled search (``kernel.py``).

Rows of varying length lie one behind the other: those of i are at the places ``X_FROM[i]`` to ``X_FROM[i + 1]`` of X.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from planner.axis import Axis
from planner.instance import Instance

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Link = tuple[int, int, int]  # the other task, the least team ticks between, 1 if only for the alternative waited for

# Layers of ``clocks``, each per specialist: team tick of a start and of a finish at each own tick; own ticks before each
# team tick.
START, FINISH, OWN = range(3)
# Rows of ``data``, which never changes. ``SIZES`` has at its first places
PEOPLE, ITEMS, TASKS = range(3)
# Then tasks and their choices (``planner.instance.Choice``); tasks that other hands must do; what a task waits for, and
# what waits for it (``SOME``: only while the item waits for that alternative); items: tasks, each after those it
# follows, tasks that can be the last, what they require, alternatives, who requires them, whose alternative they
# are, what cannot be in with them, shares with a maximum that count them, who may do something of them.
SIZES, ITEM, EARLIEST, LATEST, WAIT, DATED, CHOICE_FROM, WHO, DURATION, COST, FIRST, LAST, APART_FROM, APART = range(14)
BEFORE_FROM, BEFORE, BEFORE_GAP, BEFORE_SOME, AFTER_FROM, AFTER, AFTER_GAP, AFTER_SOME = range(14, 22)
TASKS_FROM, TASKS_OF, ENDS_FROM, ENDS, REQUIRES_FROM, REQUIRES, ANY_FROM, ANY_OF, ANY_LAG, ASKS_ANY = range(22, 32)
FOLLOWERS_FROM, FOLLOWERS, WAITERS_FROM, WAITERS, RIVALS_FROM, RIVALS, SHARES_FROM, SHARES = range(32, 40)
PEOPLE_FROM, PEOPLE_OF, MOVABLE, EFFORT, LATE_COST, DUE_DAYS = range(40, 46)
# Rows of ``state``, which changes. Per task: its choice (-1 while it is out), earliest and latest own start, and its
# neighbours in the specialist's sequence (-1 at the ends). Per specialist: first task, hours left. Per share: effort
# left. Per item: in the schedule, with tasks; the alternative it waits for (-1 without one).
CHOICE, EARLY, LATE, NEXT, PREVIOUS, TOP, LEFT, ROOM, INSIDE, ALTERNATIVE = range(10)


def clocks_of(instance: Instance) -> Ints:
    """Every specialist's own ticks and the team's, looked up instead of counted."""
    clocks = np.zeros((3, max(1, len(instance.specialists)), instance.horizon + 1), dtype=np.int64)
    for who, person in enumerate(instance.specialists):
        clocks[:, who] = _clock(person.axis, instance.horizon)
    return clocks


def data_of(instance: Instance, movable: Collection[int], dated: Mapping[int, int]) -> Ints:
    """Lay an instance out flat.

    Parameters
    ----------
    movable
        Items that may be put in and taken out.
    dated
        Own starts of tasks that have to keep them.
    """
    rows = {
        SIZES: [len(instance.specialists), len(instance.items), len(instance.tasks)],
        **_of_tasks(instance, dated),
        **_of_items(instance),
        MOVABLE: [int(index in movable) for index in range(len(instance.items))],
    }
    data = np.zeros((len(rows), max(len(row) for row in rows.values())), dtype=np.int64)
    for number, row in rows.items():
        data[number, : len(row)] = row
    return data


def empty_state(instance: Instance) -> Ints:
    """Return a schedule with nothing in it."""
    shares = [int(rule.maximum * instance.capacity) for rule in instance.shares if rule.maximum is not None]
    width = max(len(instance.tasks), len(instance.items), len(instance.specialists), len(shares))
    state = np.zeros((10, width), dtype=np.int64)
    for row in (CHOICE, NEXT, PREVIOUS, TOP, ALTERNATIVE):
        state[row] = -1
    state[LEFT, : len(instance.specialists)] = [person.limit for person in instance.specialists]
    state[ROOM, : len(shares)] = shares
    return state


def _of_tasks(instance: Instance, dated: Mapping[int, int]) -> dict[int, list[int]]:
    tasks = instance.tasks
    choices = [choice for task in tasks for choice in task.choices]
    before, after = _links(instance)
    apart: list[set[int]] = [set(task.not_by) for task in tasks]
    for task, data in enumerate(tasks):
        for other in data.not_by:
            apart[other].add(task)
    return {
        ITEM: [task.item for task in tasks],
        EARLIEST: [task.earliest for task in tasks],
        LATEST: [task.latest for task in tasks],
        WAIT: [task.wait for task in tasks],
        DATED: [dated.get(task, -1) for task in range(len(tasks))],
        CHOICE_FROM: _places([task.choices for task in tasks]),
        WHO: [choice.specialist for choice in choices],
        DURATION: [choice.duration for choice in choices],
        COST: [choice.cost for choice in choices],
        FIRST: [choice.earliest for choice in choices],
        LAST: [choice.latest for choice in choices],
        **_flat(APART, [sorted(others) for others in apart]),
        BEFORE_FROM: _places(before),
        **_columns(BEFORE, before),
        AFTER_FROM: _places(after),
        **_columns(AFTER, after),
    }


def _of_items(instance: Instance) -> dict[int, list[int]]:
    items, tasks = instance.items, instance.tasks
    every = range(len(items))
    followers: list[list[int]] = [[] for _ in items]
    waiters: list[list[int]] = [[] for _ in items]
    for index, item in enumerate(items):
        for other, _ in item.requires:
            followers[other].append(index)
        for other, _ in item.any_of or ():
            waiters[other].append(index)
    group_of = {index: group for group in instance.exclusive for index in group}
    shares = [rule.members for rule in instance.shares if rule.maximum is not None]
    people = [{choice.specialist for task in item.tasks for choice in tasks[task].choices} for item in items]
    any_of = [item.any_of or () for item in items]
    return {
        **_flat(TASKS_OF, [_in_order(instance, item.tasks) for item in items]),
        **_flat(ENDS, [list(instance.tasks_that_end(item)) for item in items]),
        **_flat(REQUIRES, [[other for other, _ in item.requires] for item in items]),
        **_flat(ANY_OF, [[other for other, _ in options] for options in any_of]),
        ANY_LAG: [lag for options in any_of for _, lag in options],
        ASKS_ANY: [int(item.any_of is not None) for item in items],
        **_flat(FOLLOWERS, followers),
        **_flat(WAITERS, waiters),
        **_flat(RIVALS, [[other for other in group_of.get(index, ()) if other != index] for index in every]),
        **_flat(SHARES, [[number for number, members in enumerate(shares) if index in members] for index in every]),
        **_flat(PEOPLE_OF, [sorted(able) for able in people]),
        EFFORT: [item.effort for item in items],
        LATE_COST: [item.late_cost for item in items],
        DUE_DAYS: [item.due_days for item in items],
    }


def _links(instance: Instance) -> tuple[list[list[Link]], list[list[Link]]]:
    """What each task must wait for, inside its item and by dependencies, and what waits for it."""
    before: list[list[Link]] = [[] for _ in instance.tasks]
    after: list[list[Link]] = [[] for _ in instance.tasks]

    def link(first: int, then: int, gap: int, some: int) -> None:
        before[then].append((first, gap, some))
        after[first].append((then, gap, some))

    for item in instance.items:
        for task in item.tasks:
            for other in instance.tasks[task].after:
                link(other, task, instance.tasks[other].wait, 0)
        heads = [task for task in item.tasks if not instance.tasks[task].after]
        needs = [(*need, 0) for need in item.requires] + [(*need, 1) for need in item.any_of or ()]
        for other, lag, some in needs:
            for end in instance.tasks_that_end(instance.items[other]):
                for head in heads:
                    link(end, head, instance.tasks[end].wait + lag, some)
    return before, after


def _places(rows: Sequence[Sequence[object]]) -> list[int]:
    """Where each row begins when they lie one behind the other, and where the last one ends."""
    places = [0]
    for row in rows:
        places.append(places[-1] + len(row))
    return places


def _flat(number: int, rows: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    """Rows one behind the other; where they begin stands in the row of ``data`` before."""
    return {number - 1: _places(rows), number: [entry for row in rows for entry in row]}


def _columns(number: int, links: Sequence[Sequence[Link]]) -> dict[int, list[int]]:
    """Parts of the links, each in a row of its own."""
    return {number + part: [link[part] for row in links for link in row] for part in range(3)}


def _clock(axis: Axis, horizon: int) -> tuple[list[int], list[int], list[int]]:
    ticks = axis.before(horizon)
    rest = horizon + 1 - ticks
    start = [axis.start_tick(own) for own in range(ticks)] + [horizon] * rest
    finish = [0, *(axis.finish_tick(own) for own in range(1, ticks + 1)), *[horizon] * (rest - 1)]
    return start, finish, [axis.before(tick) for tick in range(horizon + 1)]


def _in_order(instance: Instance, tasks: Sequence[int]) -> list[int]:
    """Tasks of an item after the ones they follow."""
    order: list[int] = []
    waiting = list(tasks)
    while waiting:
        task = next(task for task in waiting if all(before in order for before in instance.tasks[task].after))
        waiting.remove(task)
        order.append(task)
    return order
