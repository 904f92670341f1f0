"""A ceiling over value that propagates: the relaxation's bound as one row of the model.

With its rows' prices fixed, the relaxation says what each choice costs against the bound (its reduced cost). Written
as a row, "value is at most the bound less what the choices cost" lets the solver, which learns clauses but solves no
linear programs, see in every branch how much of the bound is gone (Lagrangian bounds in propagation: Sellmann 2004,
doi:10.1007/978-3-540-30201-8_46).
"""

from __future__ import annotations

import math

import numpy as np
from ortools.sat.python.cp_model import CpModel, LinearExpr, LinearExprT

from planner.instance import Instance
from planner.solve.linear import solve_relaxed
from planner.solve.objective import VALUE
from planner.solve.relaxation import Relaxation
from planner.solve.run import Stop
from planner.solve.variables import Variables

LARGEST_VALUE = 2**40  # beyond it the row's sums could overflow
PARTS = 1_000  # of a unit in which prices are counted; each is rounded up, so the row stays true


def add_ceiling(
    model: CpModel, instance: Instance, variables: Variables, value: LinearExprT, relaxation: Relaxation, stop: Stop
) -> None:
    """Value is at most the relaxation's bound less what is chosen against its prices.

    Parameters
    ----------
    value
        The value term in the model.
    relaxation
        Of the same instance, with the same terms held.
    """
    if VALUE.limit(instance) > LARGEST_VALUE:
        return
    answer = solve_relaxed(relaxation.program, math.inf, stop)
    if answer.duals is None:
        return
    base, reduced = relaxation.program.priced(answer.duals)
    own: set[int] = set(relaxation.chosen)
    row: list[LinearExprT] = [
        variables.chosen[index] * _up(reduced[column]) for index, column in enumerate(relaxation.chosen)
    ]
    for task, (starts, best) in enumerate(zip(relaxation.starts, relaxation.best_prices(reduced), strict=True)):
        own.update(start.column for start in starts)
        for who, price in best.items():
            assigned = variables.assigned(task, who)
            if assigned is not None:
                row.append(assigned * _up(price))
    program = relaxation.program
    rest = [column for column in range(len(reduced)) if column not in own]
    ends = [max(reduced[c] * program.lowest[c], reduced[c] * program.highest[c]) for c in rest]
    top = math.fsum([base, *ends]) + 1e-9 * float(np.abs(reduced).sum() + abs(base))
    unit = relaxation.unit
    model.add(PARTS * (value + instance.lost) <= unit * (LinearExpr.sum(row) + _up(top)))


def _up(price: float) -> int:
    return math.ceil(PARTS * price)
