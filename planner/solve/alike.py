"""Alike specialists: who can take each other's whole sprint, and the one order of them that the search looks at.

Where two people have the same ticks, the same hours and the same ways to do every task, each plan has a twin in which
they have changed places. Of a class of alike people the next one gets work only after the one before: value precedence
(Law and Lee 2004, doi:10.1007/978-3-540-30201-8_28), of every plan exactly one such twin. Twins are worth the same; who
a task's assignee is, or who was named in a baseline, is not looked at, so this is for the search for value alone.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from ortools.sat.python.cp_model import CpModel, IntVar

from planner.instance import Instance
from planner.solve.solution import Placed, Solution
from planner.solve.variables import Variables


def alike_specialists(instance: Instance) -> list[tuple[int, ...]]:
    """Return the classes of two and more alike specialists, each by index."""
    ways: defaultdict[int, list[tuple[int, ...]]] = defaultdict(list)
    for task, data in enumerate(instance.tasks):
        for way in data.choices:
            ways[way.specialist].append((task, way.duration, way.cost, way.earliest, way.latest))
    classes: defaultdict[object, list[int]] = defaultdict(list)
    for who, found in sorted(ways.items()):
        person = instance.specialists[who]
        classes[person.axis, person.limit, tuple(found)].append(who)
    return [tuple(members) for members in classes.values() if len(members) > 1]


def add_alike_order(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Of alike specialists each one's first task comes after that of the one before, in the tasks' order."""
    for members in alike_specialists(instance):
        tasks = _tasks_of(instance, members[0])
        for before, after in pairwise(members):
            _add_begins_after(
                model, [_by(variables, task, before) for task in tasks], [_by(variables, task, after) for task in tasks]
            )


def _add_begins_after(model: CpModel, before: list[IntVar], after: list[IntVar]) -> None:
    """A literal of `after` holds only where one of `before` holds at an earlier place."""
    begun: IntVar | None = None  # that `before` holds somewhere so far; may be false where it does
    for mine, theirs in zip(after, before, strict=True):
        if begun is None:
            model.add(mine == 0)
            begun = theirs
        else:
            model.add_implication(mine, begun)
            further = model.new_bool_var("")
            model.add_bool_or([~further, begun, theirs])
            begun = further


def _tasks_of(instance: Instance, who: int) -> list[int]:
    return [
        task for task, data in enumerate(instance.tasks) if any(choice.specialist == who for choice in data.choices)
    ]


def _by(variables: Variables, task: int, who: int) -> IntVar:
    assigned = variables.assigned(task, who)
    assert assigned is not None
    return assigned


def in_alike_order(instance: Instance, solution: Solution) -> Solution:
    """Let alike specialists change places so that the order holds: a twin of the schedule, worth the same."""
    takes_over: dict[int, int] = {}
    never = len(instance.tasks)
    first: dict[int, int] = {}
    for task, placed in solution.tasks.items():
        first[placed.specialist] = min(task, first.get(placed.specialist, never))
    for members in alike_specialists(instance):
        ranked = sorted(members, key=lambda who: (first.get(who, never), who))
        takes_over.update(zip(ranked, members, strict=True))
    tasks = {task: _with(placed, takes_over) for task, placed in solution.tasks.items()}
    return Solution(solution.items, tasks)


def _with(placed: Placed, takes_over: dict[int, int]) -> Placed:
    who = takes_over.get(placed.specialist, placed.specialist)
    return Placed(who, placed.own_start, placed.start, placed.finish, placed.cost)
