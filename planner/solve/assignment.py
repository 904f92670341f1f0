"""Who does what: exactly one specialist a task, second pairs of eyes, the same hands."""

from __future__ import annotations

from ortools.sat.python.cp_model import CpModel

from planner.instance import Instance
from planner.solve.variables import Variables


def add_assignment(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Each task of a chosen item is done by exactly one specialist who may do it, no other task by anybody.

    Skills, pins and kept assignees have narrowed the choices beforehand (Section 4, "Item").
    """
    for task, data in enumerate(instance.tasks):
        if len(data.choices) > 1:
            model.add(sum(option.assigned for option in variables.options[task]) == variables.chosen[data.item])


def add_not_by(model: CpModel, instance: Instance, variables: Variables) -> None:
    """A task is not done by the specialist of a task it names in `not_by`."""
    for task, data in enumerate(instance.tasks):
        for other in data.not_by:
            for option in variables.options[task]:
                twin = variables.assigned(other, option.choice.specialist)
                if twin is not None:
                    model.add_at_most_one(option.assigned, twin) if task != other else model.add(option.assigned == 0)


def add_same_as(model: CpModel, instance: Instance, variables: Variables) -> None:
    """A task is done by the specialist of each task it names in `same_as`."""
    for task, data in enumerate(instance.tasks):
        for other in data.same_as:
            _add_same(model, variables, task, other)
            _add_same(model, variables, other, task)


def _add_same(model: CpModel, variables: Variables, task: int, other: int) -> None:
    for option in variables.options[task]:
        twin = variables.assigned(other, option.choice.specialist)
        if twin is None:
            model.add(option.assigned == 0)
        else:
            model.add_implication(option.assigned, twin)
