"""Order of the tasks inside an item, with their waits, and when the item is finished."""

from __future__ import annotations

from ortools.sat.python.cp_model import CpModel

from planner.instance import Instance
from planner.solve.variables import Variables


def add_task_order(model: CpModel, instance: Instance, variables: Variables) -> None:
    """A task starts after each task it follows has finished and its wait is over."""
    for task, data in enumerate(instance.tasks):
        chosen = variables.chosen[data.item]
        for before in data.after:
            ready = variables.finish[before] + instance.tasks[before].wait
            model.add(variables.start[task] >= ready).only_enforce_if(chosen)


def add_item_finish(model: CpModel, instance: Instance, variables: Variables) -> None:
    """An item is finished when its last task is, waits included; by its deadline, for the domain says so."""
    for index, item in enumerate(instance.items):
        for task in instance.tasks_that_end(item):
            end = variables.finish[task] + instance.tasks[task].wait
            model.add(variables.item_finish[index] >= end).only_enforce_if(variables.chosen[index])


def add_start_windows(model: CpModel, instance: Instance, variables: Variables) -> None:
    """An item pinned to a start day has its earliest task start on that day."""
    for index, item in enumerate(instance.items):
        if item.start_window is None or item.milestone:
            continue
        first, last = item.start_window
        model.add(variables.item_start(index) >= first).only_enforce_if(variables.chosen[index])
        model.add(variables.item_start(index) <= last).only_enforce_if(variables.chosen[index])
