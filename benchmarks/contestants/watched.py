"""CP-SAT as it comes, with default parameters on as many workers as we get, watched while it searches."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import CpModel, CpSolver, CpSolverSolutionCallback

from benchmarks.contestants import Trace
from benchmarks.parameters import WORKERS

LEAST_SECONDS = 0.01
ROUNDING = 1e-6  # the solver's bound is an integer written as a float

ToValue = Callable[[int], Fraction]


def solve(model: CpModel, seconds: float, trace: Trace, to_value: ToValue) -> CpSolver | None:
    """Search until so many seconds after the scenario was handed over; None if no plan was found.

    Parameters
    ----------
    to_value
        Turns the objective's integer into value; a maximised one is rounded down as a bound, a minimised one up.
    """
    solver = CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = max(LEAST_SECONDS, seconds - trace.used)
    outwards = math.floor if model.proto.objective.scaling_factor < 0 else math.ceil
    away = ROUNDING if outwards is math.floor else -ROUNDING

    def bound(figure: float) -> None:
        trace.bound(float(to_value(outwards(figure + away))))

    solver.best_bound_callback = bound
    status = solver.solve(model, _Watch(trace, to_value))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    bound(solver.best_objective_bound)
    return solver


class _Watch(CpSolverSolutionCallback):
    """Notes the value of every plan found."""

    def __init__(self, trace: Trace, to_value: ToValue) -> None:
        super().__init__()
        self._trace = trace
        self._to_value = to_value

    def on_solution_callback(self) -> None:
        self._trace.value(float(self._to_value(round(self.objective_value))))
