"""What an item waits for: all of these, one of those, each with its lag."""

from __future__ import annotations

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExprT

from planner.instance import Instance
from planner.solve.variables import Variables


def add_depends_on(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Each chosen item starts after every item it depends on has finished, plus the lag.

    An item may be chosen only if all its prerequisites are (Section 4, "Item"); what is done or no longer asked for
    is gone beforehand, and so are arcs that others imply.
    """
    for index, item in enumerate(instance.items):
        if item.milestone:
            continue
        for before, lag in item.requires:
            model.add_implication(variables.chosen[index], variables.chosen[before])
            _start_after(
                model, instance, variables, index, variables.item_finish[before] + lag, variables.chosen[index]
            )


def add_any_of(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Each chosen item starts after at least one of its alternatives in the plan has finished, plus the lag."""
    for index, item in enumerate(instance.items):
        if item.any_of is None or item.milestone:
            continue
        waited_for = []
        for before, lag in item.any_of:
            literal = model.new_bool_var(f"{item.id} waits for {instance.items[before].id}")
            model.add_implication(literal, variables.chosen[before])
            _start_after(model, instance, variables, index, variables.item_finish[before] + lag, literal)
            waited_for.append(literal)
        model.add_bool_or([*waited_for, ~variables.chosen[index]])


def _start_after(
    model: CpModel, instance: Instance, variables: Variables, item: int, ready: LinearExprT, condition: IntVar
) -> None:
    """Tasks that follow no other start after this tick; the rest follow them."""
    for task in instance.items[item].tasks:
        if not instance.tasks[task].after:
            model.add(variables.start[task] >= ready).only_enforce_if(condition)
