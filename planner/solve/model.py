"""The whole model of one sprint: design.md section 4, in its order."""

from __future__ import annotations

from ortools.sat.python.cp_model import CpModel

from planner.instance import Instance
from planner.solve.assignment import add_assignment, add_not_by, add_same_as
from planner.solve.capacity import add_capacity
from planner.solve.groups import add_exclusive, add_must, add_together
from planner.solve.milestones import add_milestones, exact_finishes
from planner.solve.order import add_item_finish, add_start_windows, add_task_order
from planner.solve.parallel import add_max_parallel
from planner.solve.pauses import add_one_at_a_time, add_team_clock
from planner.solve.precedence import add_any_of, add_depends_on
from planner.solve.shares import add_max_shares
from planner.solve.variables import Variables


def build_model(instance: Instance, model: CpModel | None = None) -> tuple[CpModel, Variables]:
    """Build the model without an objective: its solutions are the plans that keep every hard rule.

    Given a model, the rules are added to it: several teams may stand in one.

    No row is redundant: CP-SAT, run without its linear relaxation, is quicker so (docs/solver.md). Bounds come from the
    start-bucket relaxation, which counts energy in windows.
    """
    model = CpModel() if model is None else model
    variables = Variables(model, instance)
    add_assignment(model, instance, variables)
    add_capacity(model, instance, variables)
    add_one_at_a_time(model, instance, variables)
    add_team_clock(model, instance, variables)
    add_task_order(model, instance, variables)
    add_item_finish(model, instance, variables)
    add_start_windows(model, instance, variables)
    add_not_by(model, instance, variables)
    add_same_as(model, instance, variables)
    add_depends_on(model, instance, variables)
    add_any_of(model, instance, variables)
    add_exclusive(model, instance, variables)
    add_together(model, instance, variables)
    add_must(model, instance, variables)
    add_max_parallel(model, instance, variables)
    add_max_shares(model, instance, variables)
    exact_finishes(model, instance, variables)
    add_milestones(model, instance, variables)
    return model, variables
