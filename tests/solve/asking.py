"""Questions to the model of a small instance: can this be, and which constraint family forbids it?"""

from __future__ import annotations

from collections.abc import Callable

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import CpModel, CpSolver

from planner.instance import Instance
from planner.solve import model as whole
from planner.solve.variables import Variables

Family = Callable[[CpModel, Instance, Variables], None]
Twist = Callable[[CpModel, Variables], None]

FAMILIES: tuple[Family, ...] = tuple(
    family for name, family in vars(whole).items() if name.startswith("add_") or name == "exact_finishes"
)


def possible(instance: Instance, twist: Twist | None = None, without: tuple[Family, ...] = ()) -> bool:
    """Whether the model has a solution, with a twist added and constraint families left out."""
    assert instance.unmet == ()
    model = CpModel()
    variables = Variables(model, instance)
    for family in FAMILIES:
        if family not in without:
            family(model, instance, variables)
    if twist is not None:
        twist(model, variables)
    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 20
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.INFEASIBLE)
    return status != cp_model.INFEASIBLE


def forbidden_by(family: Family, instance: Instance, twist: Twist) -> bool:
    """Whether there are plans, none with the twist, and only this family (with the rows it implies) says so."""
    assert family in FAMILIES
    assert possible(instance)
    return not possible(instance, twist) and possible(instance, twist, without=(family,))


def item_of(instance: Instance, name: str) -> int:
    return next(index for index, item in enumerate(instance.items) if item.id == name)


def task_of(instance: Instance, name: str, place: int = 0) -> int:
    return instance.items[item_of(instance, name)].tasks[place]


def who(instance: Instance, name: str) -> int:
    return next(index for index, person in enumerate(instance.specialists) if person.name == name)
