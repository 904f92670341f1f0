"""What is alike: people and items that can change places, and the one order of them that the search looks at.

Two people are alike where they have the same ticks, the same hours and the same ways to do every task: each plan has a
twin in which they have changed places. Of a class of them the next one gets a first task only after the one before
(value precedence: Law and Lee 2004, doi:10.1007/978-3-540-30201-8_28), which exactly one of the twins does. Two items
are alike where all but their value is the same: the less valuable one is in only if the other is (dominance: Ibaraki
1977, doi:10.1145/322003.322010). Who is the assignee of what, or was named in a baseline, is not looked at, so this is
for the search for value alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from ortools.sat.python.cp_model import CpModel, IntVar

from planner.instance import Instance
from planner.solve.solution import Placed, Solution
from planner.solve.variables import Variables


def add_alike_orders(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Keep alike specialists and alike items in their order."""
    add_alike_order(model, instance, variables)
    for members in alike_items(instance):
        for better, worse in pairwise(members):
            model.add_implication(variables.chosen[worse], variables.chosen[better])


def in_alike_orders(instance: Instance, solution: Solution) -> Solution:
    """Let alike items, then alike specialists change places until the orders hold: worth as much or more."""
    for members in alike_items(instance):
        inside = [index for index in members if index in solution.items]
        wanted = members[: len(inside)]
        entering = [index for index in wanted if index not in solution.items]
        leaving = [index for index in inside if index not in wanted]
        for one, other in zip(entering, leaving, strict=True):
            solution = _in_place_of(instance, solution, one, other)
    return in_alike_order(instance, solution)


def _in_place_of(instance: Instance, solution: Solution, one: int, other: int) -> Solution:
    """The first item, which is out, takes the other's place."""
    goes = dict(zip(instance.items[other].tasks, instance.items[one].tasks, strict=True))
    return Solution(
        {one if index == other else index: span for index, span in solution.items.items()},
        {goes.get(task, task): placed for task, placed in solution.tasks.items()},
    )


# -- items -------------------------------------------------------------------------------------------------------------


def alike_items(instance: Instance) -> list[tuple[int, ...]]:
    """Return the classes of two and more items alike in all but value, the most valuable first, then by index.

    None with a baseline, which may have had one and not the other.
    """
    if instance.churn is not None:
        return []
    looks = _looks(instance)
    classes: defaultdict[object, list[int]] = defaultdict(list)
    for index in range(len(instance.items)):
        if (look := looks(index)) is not None:
            classes[look].append(index)
    found = [sorted(members, key=lambda index: (-instance.items[index].value, index)) for members in classes.values()]
    return [tuple(members) for members in found if len(members) > 1]


def _looks(instance: Instance) -> Callable[[int], object]:
    """Tell everything that rules and value see of an item but its value; None where it has no equal."""
    awaited = {arc[0] for item in instance.items for arc in (*item.requires, *(item.any_of or ()))}
    together = {index for group in instance.together for index in group}
    groups: defaultdict[int, set[tuple[str, int]]] = defaultdict(set)
    for number, group in enumerate(instance.exclusive):
        for index in group:
            groups[index].add(("exclusive", number))
    for number, rule in enumerate(instance.shares):
        for index in rule.members:
            groups[index].add(("share", number))
        for index in rule.counted:
            groups[index].add(("counted share", number))

    def look(index: int) -> object:
        item = instance.items[index]
        if item.must or item.milestone or item.start_window is not None or index in awaited or index in together:
            return None
        place = {task: number for number, task in enumerate(item.tasks)}
        tasks = tuple(
            replace(
                instance.tasks[task],
                item=0,
                key="",
                preferred=None,
                after=tuple(place[other] for other in instance.tasks[task].after),
                not_by=tuple(place[other] for other in instance.tasks[task].not_by),
                same_as=tuple(place[other] for other in instance.tasks[task].same_as),
            )
            for task in item.tasks
        )
        return replace(item, id="", value=0, tasks=()), tasks, frozenset(groups[index])

    return look


# -- specialists -------------------------------------------------------------------------------------------------------


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
