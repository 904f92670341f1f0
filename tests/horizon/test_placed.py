"""A program in columns for the sprint that an item is placed in: as good as the one by what is done."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.scenario import Scenario
from planner.horizon.calendar import Stretches
from planner.horizon.part import whole_part
from planner.horizon.placed import Placed
from planner.horizon.prepare import prepare
from planner.horizon.program import Program
from planner.solve.linear import LinearProgram
from tests.horizon.test_annealing import FEW
from tests.horizon.test_capacity import roadmaps


@FEW
@given(st.one_of(roadmaps(), roadmaps(spanning=True)), st.booleans())
def test_both_forms_have_the_same_optimum_and_the_same_relaxation(given_scenario: Scenario, whole: bool) -> None:
    horizon = prepare(given_scenario).horizon
    program = Program(horizon, Stretches(horizon), whole_part(horizon))
    if not program.lp.gain:
        return
    form = program.placed_form()
    found = []
    for one in (program.lp, form.program):
        solver = one.to_highs(whole=whole)
        solver.run()
        found.append((solver.getModelStatus(), solver.getInfo().objective_function_value))
        solution = np.array(solver.getSolution().col_value)
    assert found[0][0] == found[1][0]
    if "Optimal" in str(found[0][0]):
        assert found[0][1] == pytest.approx(found[1][1], abs=1e-5)
        assert float(form.done(solution) @ np.array(program.lp.gain)) == pytest.approx(found[0][1], abs=1e-5)


def test_rows_are_rewritten_in_sums_and_empty_ones_left_out() -> None:
    done = LinearProgram()
    for gain in (5.0, 1.0, 2.0):
        done.column(1.0, gain=gain, whole=True)
    done.column(9.0, gain=1.0)
    done.row([(0, 1.0), (1, -1.0)], most=0.0)  # the order of an item's columns
    done.row([(1, 4.0), (0, -4.0), (3, -1.0)], most=0.0)  # the second sprint's hours
    form = Placed(done, [(0, 3)])
    assert form.program.gain == [8.0, 3.0, 2.0, 1.0]
    rows, columns, factors = form.program.entries()
    assert list(zip(rows.tolist(), columns.tolist(), factors.tolist(), strict=True)) == [
        (0, 0, 1.0), (0, 1, 1.0), (0, 2, 1.0), (1, 1, 4.0), (1, 3, -1.0),
    ]  # fmt: skip
    assert form.done(np.array([0.0, 1.0, 0.0, 3.5])).tolist() == [0.0, 1.0, 1.0, 3.5]
