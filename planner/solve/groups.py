"""Alternatives, things that go together, and what must be in."""

from __future__ import annotations

from ortools.sat.python.cp_model import CpModel

from planner.instance import Instance
from planner.solve.variables import Variables


def add_exclusive(model: CpModel, instance: Instance, variables: Variables) -> None:
    """At most one item of each group of alternatives is in the plan."""
    for group in instance.exclusive:
        model.add_at_most_one(variables.chosen[item] for item in group)


def add_together(model: CpModel, instance: Instance, variables: Variables) -> None:
    """All items of a group are in the plan or none."""
    for first, *others in instance.together:
        for other in others:
            model.add(variables.chosen[other] == variables.chosen[first])


def add_must(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Must-dos and items that a pin puts in are in the plan."""
    for index, item in enumerate(instance.items):
        if item.must:
            model.add(variables.chosen[index] == 1)
