"""Relax and fix: a plan sprint by sprint, each in whole items while what follows is still cut in pieces.

What is decided for a sprint has seen all later ones as the linear relaxation sees them, so nothing is filled with what
a later sprint needs more (Pochet and Wolsey 2006, Production Planning by Mixed Integer Programming, section 3.6).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.horizon.neighbourhoods import WORK_AN_ENTRY
from planner.horizon.program import Program
from planner.solve.linear import run_highs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.horizon.search import Search

STEPS = 7  # at most: as many sprints are fixed at once as that takes, and one more than these is in whole items
PART = 0.75  # of the time to improve the plan, for all steps together
HURRY = 2.5  # times its share that a step may take until there is a plan near its bound
NEAR = 0.1  # so near
MOST_PART = 0.5  # of the time for all of them that a step may take
LONGER = 1.5  # seconds that one of the processor may take, where others run
GAP = 1e-3  # of its value that a step leaves unproven
NODES = 300  # of a step, where work is limited
MOST_COLUMNS = 4_000  # of the whole program; larger ones take too long to solve once a sprint


def plan_by_sprints(search: Search, seconds: float) -> None:
    """Relax and fix, for a part of the seconds, and take the plan if it is better."""
    program = Program(search.horizon, search.stretches, search.whole())
    if program.size[0] > MOST_COLUMNS:
        return
    columns = _Steps(search, program, PART * seconds).run()
    if columns is not None:
        search.take(program.read(columns))


class _Steps:
    """The steps of one run, and what has been fixed so far."""

    def __init__(self, search: Search, program: Program, budget: float) -> None:
        self.search = search
        self.program = program
        self.form = program.placed_form()
        self.limited = search.limits.work is not None
        self.budget = budget
        owned = [
            (program.first[i] + place, k) for i, own in program.part.choices.items() for place, k in enumerate(own)
        ]
        self.columns = np.array([column for column, _ in owned], dtype=np.int32)
        self.sprint = np.array([sprint for _, sprint in owned])
        self.values = np.zeros(len(owned))

    def run(self) -> NDArray[np.float64] | None:
        """Columns of a plan, None where none was found in time."""
        begun, first, sprints = self.search.limits.used, self.search.closed, self.search.horizon.sprints
        width = -(-(sprints - first) // STEPS)
        steps = range(first, max(first + 1, sprints - 1), width)
        found = None
        for place, sprint in enumerate(steps):
            left = self.budget - (self.search.limits.used - begun)
            cpu = max(0.15 * self.budget, 2 * left / (len(steps) - place))
            found = self._step(sprint, sprint + width + 1, cpu)
            if found is None or self.search.over():
                return None
            self.values = np.clip(np.round(found[self.columns]), 0.0, 1.0)
        return None if found is None else self.form.done(found)

    def _step(self, fixed: int, whole: int, cpu: float) -> NDArray[np.float64] | None:
        """Solve with what is done before a sprint fixed, and whole items before another."""
        import highspy

        solver = self.form.program.to_highs(whole=True)
        solver.setOptionValue("mip_rel_gap", GAP)
        relaxed = self.columns[self.sprint >= whole]
        kinds = np.full(len(relaxed), highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
        solver.changeColsIntegrality(len(relaxed), relaxed, kinds)
        settled = self.sprint < fixed
        values = self.values[settled]
        solver.changeColsBounds(len(values), self.columns[settled], values, values)
        if self.limited:
            solver.setOptionValue("mip_max_nodes", NODES)
            self.search.limits.spend(self.program.size[2] * WORK_AN_ENTRY)
        else:
            _stop_with_a_plan(solver, cpu)
        hurry = min(HURRY * cpu, MOST_PART * self.budget)
        last = time.thread_time() + hurry
        # Within a heuristic HiGHS asks nobody whether to stop, and keeps only to its own limit.
        most = self.search.limits.left if self.limited else min(self.search.limits.left, LONGER * hurry)
        run_highs(solver, most, lambda: self.search.over() or self._late(last))
        if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return np.array(solver.getSolution().col_value)

    def _late(self, last: float) -> bool:
        return not self.limited and time.thread_time() > last


def _stop_with_a_plan(solver: Any, cpu: float) -> None:
    """Stop after so many seconds of this thread's processor time, if there is a plan near the bound by then."""
    last = time.thread_time() + cpu

    def look(event: Any) -> None:
        if time.thread_time() > last and event.data_out.mip_gap < NEAR:
            event.data_in.user_interrupt = True

    solver.cbMipInterrupt.subscribe(look)
