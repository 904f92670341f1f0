"""An instance and a schedule as flat arrays, for the compiled search (``moves.py``).

``rows.py`` says what each row of them means.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from planner.axis import Axis
from planner.instance import Instance
from planner.solve import rows

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Link = tuple[int, int, int]  # the other task, the least team ticks between, 1 if only for the alternative waited for


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
    filled = {
        rows.SIZES: [len(instance.specialists), len(instance.items), len(instance.tasks)],
        **_of_tasks(instance, dated),
        **_of_items(instance),
        rows.MOVABLE: [int(index in movable) for index in range(len(instance.items))],
    }
    data = np.zeros((len(filled), max(len(row) for row in filled.values())), dtype=np.int64)
    for number, row in filled.items():
        data[number, : len(row)] = row
    return data


def empty_state(instance: Instance) -> Ints:
    """Return a schedule with nothing in it."""
    shares = [int(rule.maximum * instance.capacity) for rule in instance.shares if rule.maximum is not None]
    width = max(len(instance.tasks), len(instance.items), len(instance.specialists), len(shares)) + 1
    state = np.zeros((rows.STATE_ROWS, width), dtype=np.int64)
    for row in (rows.CHOICE, rows.NEXT, rows.PREVIOUS, rows.TOP, rows.ALTERNATIVE):
        state[row] = -1
    state[rows.LEFT, : len(instance.specialists)] = [person.limit for person in instance.specialists]
    state[rows.ROOM, : len(shares)] = shares
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
        rows.ITEM: [task.item for task in tasks],
        rows.EARLIEST: [task.earliest for task in tasks],
        rows.LATEST: [task.latest for task in tasks],
        rows.WAIT: [task.wait for task in tasks],
        rows.DATED: [dated.get(task, -1) for task in range(len(tasks))],
        rows.CHOICE_FROM: _places([task.choices for task in tasks]),
        rows.WHO: [choice.specialist for choice in choices],
        rows.DURATION: [choice.duration for choice in choices],
        rows.COST: [choice.cost for choice in choices],
        rows.FIRST: [choice.earliest for choice in choices],
        rows.LAST: [choice.latest for choice in choices],
        **_flat(rows.APART, [sorted(others) for others in apart]),
        rows.BEFORE_FROM: _places(before),
        **_columns(rows.BEFORE, before),
        rows.AFTER_FROM: _places(after),
        **_columns(rows.AFTER, after),
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
        **_flat(rows.TASKS_OF, [_in_order(instance, item.tasks) for item in items]),
        **_flat(rows.ENDS, [list(instance.tasks_that_end(item)) for item in items]),
        **_flat(rows.REQUIRES, [[other for other, _ in item.requires] for item in items]),
        **_flat(rows.ANY_OF, [[other for other, _ in options] for options in any_of]),
        rows.ANY_LAG: [lag for options in any_of for _, lag in options],
        rows.ASKS_ANY: [int(item.any_of is not None) for item in items],
        **_flat(rows.FOLLOWERS, followers),
        **_flat(rows.WAITERS, waiters),
        **_flat(rows.RIVALS, [[other for other in group_of.get(index, ()) if other != index] for index in every]),
        **_flat(
            rows.SHARES, [[number for number, members in enumerate(shares) if index in members] for index in every]
        ),
        **_flat(rows.PEOPLE_OF, [sorted(able) for able in people]),
        rows.EFFORT: [item.effort for item in items],
        rows.LATE_COST: [item.late_cost for item in items],
        rows.DUE_DAYS: [item.due_days for item in items],
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


def _places(lists: Sequence[Sequence[object]]) -> list[int]:
    """Where each row begins when they lie one behind the other, and where the last one ends."""
    places = [0]
    for row in lists:
        places.append(places[-1] + len(row))
    return places


def _flat(number: int, lists: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    """Rows one behind the other; where they begin stands in the row of ``data`` before."""
    return {number - 1: _places(lists), number: [entry for row in lists for entry in row]}


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
