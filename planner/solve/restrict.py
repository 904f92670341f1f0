"""A smaller instance: some items are left out beforehand, everything else stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from planner.instance import Instance, Item, ShareRule, Task
from planner.solve.solution import Solution, days_late


@dataclass(frozen=True)
class Restricted:
    """An instance of some of the items, and the way between its indices and those of the whole.

    Attributes
    ----------
    items, tasks
        Index in the whole of each item and task here.
    """

    instance: Instance
    items: tuple[int, ...]
    tasks: tuple[int, ...]

    def indices(self, items: Iterable[int]) -> list[int]:
        """Indices here of items of the whole that are here."""
        here = {old: new for new, old in enumerate(self.items)}
        return [here[index] for index in items]

    def to_whole(self, solution: Solution) -> Solution:
        """Give a schedule of the restricted instance the whole's indices."""
        return Solution(
            {self.items[index]: span for index, span in solution.items.items()},
            {self.tasks[index]: placed for index, placed in solution.tasks.items()},
        )

    def to_here(self, solution: Solution) -> Solution:
        """Give a schedule of the whole, of items that are here, the restricted instance's indices."""
        item = {old: new for new, old in enumerate(self.items)}
        task = {old: new for new, old in enumerate(self.tasks)}
        return Solution(
            {item[index]: span for index, span in solution.items.items()},
            {task[index]: placed for index, placed in solution.tasks.items()},
        )


def restrict(instance: Instance, keep: Collection[int]) -> Restricted:
    """Leave out every item that is not kept; what the kept ones need, must-dos and milestones stay in any case.

    Every plan of the result is a plan of the whole: an item can always stay out, but for must-dos, and for milestones,
    which follow from the rest.
    """
    kept = sorted(_with_needed(instance, keep))
    items = {old: new for new, old in enumerate(kept)}
    old_tasks = tuple(task for index in kept for task in instance.items[index].tasks)
    tasks = {old: new for new, old in enumerate(old_tasks)}
    lost = sum(
        item.late_cost * days_late(item, instance.horizon)
        for index, item in enumerate(instance.items)
        if index not in items
    )
    small = replace(
        instance,
        items=tuple(_item(instance.items[index], items, tasks) for index in kept),
        tasks=tuple(_task(instance.tasks[index], items, tasks) for index in old_tasks),
        exclusive=_groups(instance.exclusive, items),
        together=_groups(instance.together, items),
        loops=_groups(instance.loops, items),
        shares=tuple(_share(rule, items) for rule in instance.shares),
        lost=instance.lost + lost,
        kept=tuple(items[index] for index in instance.kept if index in items),
    )
    return Restricted(small, tuple(kept), old_tasks)


def _with_needed(instance: Instance, keep: Collection[int]) -> set[int]:
    """Add what kept items depend on, any alternative of it, and what goes together with them."""
    companions = {index: group for group in instance.together for index in group}
    todo = [*keep, *(index for index, item in enumerate(instance.items) if item.must or item.milestone)]
    inside: set[int] = set()
    while todo:
        index = todo.pop()
        if index in inside:
            continue
        inside.add(index)
        item = instance.items[index]
        todo.extend(before for before, _ in (*item.requires, *(item.any_of or ())))
        todo.extend(companions.get(index, ()))
    return inside


def _item(item: Item, items: dict[int, int], tasks: dict[int, int]) -> Item:
    options = item.any_of
    if options is not None:
        options = tuple((items[before], lag) for before, lag in options if before in items)
    return replace(
        item,
        tasks=tuple(tasks[task] for task in item.tasks),
        requires=tuple((items[before], lag) for before, lag in item.requires),
        any_of=options,
    )


def _task(task: Task, items: dict[int, int], tasks: dict[int, int]) -> Task:
    def here(old: Iterable[int]) -> tuple[int, ...]:
        return tuple(tasks[index] for index in old)

    return replace(
        task, item=items[task.item], after=here(task.after), not_by=here(task.not_by), same_as=here(task.same_as)
    )


def _groups(groups: Iterable[tuple[int, ...]], items: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    here = (tuple(items[index] for index in group if index in items) for group in groups)
    return tuple(group for group in here if len(group) > 1)


def _share(rule: ShareRule, items: dict[int, int]) -> ShareRule:
    return replace(
        rule,
        members=tuple(items[index] for index in rule.members if index in items),
        counted=tuple(items[index] for index in rule.counted if index in items),
    )
