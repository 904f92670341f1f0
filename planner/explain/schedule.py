"""A plan in people's words back to a schedule in integers (``Plan`` -> ``Solution``)."""

from __future__ import annotations

from models.plan import Plan, PlannedItem
from planner.instance import Instance
from planner.solve import milestone_times
from planner.solve.solution import Placed, Solution


def schedule_of(instance: Instance, plan: Plan) -> Solution:
    """Read a plan as a schedule of an instance.

    Parameters
    ----------
    instance
        Of the scenario that was planned; or of one with something changed: what it does not know is left out, and the
        schedule may break its rules, so that it serves as a hint only.
    """
    by_id = {item.id: index for index, item in enumerate(instance.items)}
    people = {person.name: index for index, person in enumerate(instance.specialists)}
    tasks: dict[int, Placed] = {}
    finished: dict[int, int] = {}
    for planned in plan.selected:
        index = by_id.get(planned.id)
        if index is not None and instance.items[index].tasks:
            placed = _tasks(instance, index, planned, people)
            if len(placed) == len(instance.items[index].tasks):
                tasks.update(placed)
                finished[index] = max(one.finish + instance.tasks[task].wait for task, one in placed.items())
    milestone_times.settle(instance, finished)
    inside = {planned.id for planned in plan.selected}
    items = {
        index: (min((tasks[task].start for task in instance.items[index].tasks), default=finish), finish)
        for index, finish in finished.items()
        if instance.items[index].id in inside
    }
    return Solution(items, tasks)


def _tasks(instance: Instance, index: int, planned: PlannedItem, people: dict[str, int]) -> dict[int, Placed]:
    by_key = {instance.tasks[task].key: task for task in instance.items[index].tasks}
    placed: dict[int, Placed] = {}
    for one in planned.tasks:
        task, who = by_key.get(one.id), people.get(one.specialist)
        if task is None or who is None or one.start_tick is None or one.finish_tick is None:
            continue
        cost = next((choice.cost for choice in instance.tasks[task].choices if choice.specialist == who), None)
        if cost is not None:
            own = instance.specialists[who].axis.before(one.start_tick)
            placed[task] = Placed(who, own, one.start_tick, one.finish_tick, cost)
    return placed
