"""Linear programs for HiGHS: rows and columns as they come, a bound that holds in spite of rounding."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import highspy
    from numpy.typing import NDArray

Terms = Iterable[tuple[int, float]]
INFINITE = math.inf
MARGIN = 1e-6  # of the bound's size: HiGHS works to tolerances of 1e-6 and 1e-7


class AtPrices(NamedTuple):
    """Usable multipliers of rows, the side of its row each pays for, reduced costs, and the size of the sums."""

    multipliers: NDArray[np.float64]
    sides: NDArray[np.float64]
    reduced: NDArray[np.float64]
    size: float


@dataclass
class LinearProgram:
    """Maximise a linear function of bounded columns under linear rows.

    Attributes
    ----------
    gain, lowest, highest, whole
        Of each column: what one unit of it adds to the objective, its bounds (finite), whether it is a whole number
        in the mixed-integer program.
    """

    gain: list[float] = field(default_factory=list)
    lowest: list[float] = field(default_factory=list)
    highest: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    _starts: list[int] = field(default_factory=lambda: [0])
    _columns: list[int] = field(default_factory=list)
    _factors: list[float] = field(default_factory=list)
    _least: list[float] = field(default_factory=list)
    _most: list[float] = field(default_factory=list)

    def column(self, highest: float, *, lowest: float = 0.0, gain: float = 0.0, whole: bool = False) -> int:
        """Add a column and return its index."""
        self.gain.append(gain)
        self.lowest.append(lowest)
        self.highest.append(highest)
        self.whole.append(whole)
        return len(self.gain) - 1

    def row(self, terms: Terms, *, least: float = -INFINITE, most: float = INFINITE) -> None:
        """Add a row; a column may stand in it once."""
        for column, factor in terms:
            self._columns.append(column)
            self._factors.append(factor)
        self._starts.append(len(self._columns))
        self._least.append(least)
        self._most.append(most)

    def add_rows(self, columns: NDArray[np.int64], factors: NDArray[np.float64], most: float) -> None:
        """Add one row, at most so much, from arrays."""
        self._columns.extend(columns.tolist())
        self._factors.extend(factors.tolist())
        self._starts.append(len(self._columns))
        self._least.append(-INFINITE)
        self._most.append(most)

    def most(self, row: int) -> float:
        """Upper side of a row."""
        return self._most[row]

    def least(self, row: int) -> float:
        """Lower side of a row."""
        return self._least[row]

    def entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Row, column and factor of every entry."""
        rows = np.repeat(np.arange(self.rows), np.diff(self._starts))
        return rows, np.array(self._columns, dtype=np.int64), np.array(self._factors, dtype=np.float64)

    @property
    def rows(self) -> int:
        """Number of rows so far: the index of the next one."""
        return len(self._most)

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows, entries."""
        return len(self.gain), len(self._most), len(self._columns)

    def to_highs(self, *, whole: bool) -> highspy.Highs:
        """Hand the program to HiGHS."""
        import highspy

        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.gain), len(self._most)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = map(np.array, (self.gain, self.lowest, self.highest))
        lp.row_lower_, lp.row_upper_ = np.array(self._least), np.array(self._most)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(self._starts)
        lp.a_matrix_.index_ = np.array(self._columns)
        lp.a_matrix_.value_ = np.array(self._factors)
        lp.sense_ = highspy.ObjSense.kMaximize
        if whole:
            kinds = highspy.HighsVarType
            lp.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in self.whole]
        solver = _quiet_highs()
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("random_seed", 0)
        solver.passModel(lp)
        return solver

    def priced(self, duals: Sequence[float]) -> tuple[float, NDArray[np.float64]]:
        """Return what the rows are worth at these prices, and what each column still adds: the reduced costs.

        For any prices the objective is at most the first plus, over the columns, reduced cost times value.
        """
        multipliers, sides, reduced, _ = self.at_prices(duals)
        return math.fsum(multipliers * sides), reduced

    def safe_bound(self, duals: Sequence[float]) -> float:
        """Upper bound of the objective from any row multipliers, right whatever tolerance they were found to.

        Every multiplier gives a bound when each column takes its better end; the sums' own rounding is added
        (Neumaier and Shcherbina 2004, doi:10.1007/s10107-003-0433-3).
        """
        multipliers, sides, reduced, size = self.at_prices(duals)
        ends = np.where(reduced > 0, np.array(self.highest), np.array(self.lowest))
        parts = np.concatenate([multipliers * sides, reduced * ends])
        return math.fsum(parts) + 1e-12 * (float(np.abs(parts).sum()) + size)

    def at_prices(self, duals: Sequence[float] | NDArray[np.float64]) -> AtPrices:
        """Lay prices of the rows beside the program; those of a sign that proves nothing count as none."""
        multipliers = np.array(duals, dtype=np.float64)
        least, most = np.array(self._least), np.array(self._most)
        multipliers[(multipliers > 0) & ~np.isfinite(most)] = 0.0
        multipliers[(multipliers < 0) & ~np.isfinite(least)] = 0.0
        sides = np.where(
            multipliers > 0, np.where(np.isfinite(most), most, 0.0), np.where(np.isfinite(least), least, 0.0)
        )
        rows, columns, factors = self.entries()
        taken = np.bincount(columns, weights=factors * multipliers[rows], minlength=len(self.gain))
        reduced = np.array(self.gain) - taken.astype(np.float64)
        return AtPrices(multipliers, sides, reduced, float(np.abs(factors * multipliers[rows]).sum()))


def _quiet_highs() -> highspy.Highs:
    """Make a solver that says nothing: HiGHS greets on standard output as soon as callbacks are there."""
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802  # the library's name, called by its constructor
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Quiet()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class LinearAnswer:
    """What HiGHS found.

    Attributes
    ----------
    bound
        Proven upper bound of the objective, None where none was reached.
    columns
        The solution's value of each column, None where there is none.
    infeasible
        Proven to have no solution.
    duals
        Price of each row, of a linear program.
    """

    bound: float | None
    columns: NDArray[np.float64] | None
    infeasible: bool = False
    duals: Sequence[float] | None = None


def solve_relaxed(program: LinearProgram, seconds: float, stop: Callable[[], bool]) -> LinearAnswer:
    """Solve without whole numbers; the bound is computed from the duals, outwards."""
    if not program.gain:
        return _nothing_to_decide(program)
    return LiveProgram(program).solve(seconds, stop)


class LiveProgram:
    """A linear program that stays with HiGHS while rows are added or moved: each solve goes on from the last."""

    def __init__(self, program: LinearProgram) -> None:
        self.program = program
        self._solver = program.to_highs(whole=False)
        self._stop: Callable[[], bool] = _never
        self._solver.cbSimplexInterrupt.subscribe(self._listen)

    def _listen(self, event: Any) -> None:
        _stop_if(event, self._stop)

    def add_row(self, terms: Sequence[tuple[int, float]], most: float) -> None:
        """Add a row, at most so much, to the program and to the solver."""
        self.program.row(terms, most=most)
        columns = np.array([column for column, _ in terms], dtype=np.int32)
        self._solver.addRow(-INFINITE, most, len(terms), columns, np.array([factor for _, factor in terms]))

    def tighten(self, rows: Sequence[int], part: float) -> None:
        """Let the solver (not the program) have only so much of these rows."""
        for row in rows:
            self._solver.changeRowBounds(row, -INFINITE, part * self.program.most(row))

    def solve(self, seconds: float, stop: Callable[[], bool]) -> LinearAnswer:
        """Solve; the bound is computed from the duals, outwards, and is one of the program as it is."""
        import highspy

        self._stop = stop
        if math.isfinite(seconds):
            self._solver.setOptionValue("time_limit", self._solver.getRunTime() + max(0.01, seconds))
        self._solver.run()
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return LinearAnswer(None, None, infeasible=True)
        solution = self._solver.getSolution()
        if not solution.dual_valid or not solution.value_valid:
            return LinearAnswer(None, None)
        bound = self.program.safe_bound(solution.row_dual)
        return LinearAnswer(bound, np.array(solution.col_value), duals=solution.row_dual)


def solve_whole(
    program: LinearProgram, seconds: float, stop: Callable[[], bool], on_bound: Callable[[float], None]
) -> LinearAnswer:
    """Solve with whole numbers by branch and cut; each better bound is told, rounded outwards."""
    if not program.gain:
        return _nothing_to_decide(program)
    import highspy

    solver = program.to_highs(whole=True)

    def outwards(bound: float) -> float:
        return bound + MARGIN * (1 + abs(bound))

    def listen(event: Any) -> None:
        bound = event.data_out.mip_dual_bound
        if math.isfinite(bound):
            on_bound(outwards(bound))

    solver.cbMipInterrupt.subscribe(listen)  # asked often; the logging events do not come when nothing is printed
    run_highs(solver, seconds, stop)
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return LinearAnswer(None, None, infeasible=True)
    info = solver.getInfo()
    bound = outwards(info.mip_dual_bound) if math.isfinite(info.mip_dual_bound) else None
    if bound is not None:
        on_bound(bound)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return LinearAnswer(bound, np.array(solver.getSolution().col_value) if found else None)


def _nothing_to_decide(program: LinearProgram) -> LinearAnswer:
    """Answer for a program without columns, of which HiGHS says nothing."""
    return LinearAnswer(0.0, np.zeros(0), duals=[0.0] * program.size[1])


def run_highs(solver: highspy.Highs, seconds: float, stop: Callable[[], bool]) -> None:
    """Run the solver for so many seconds at most, or until it is to stop."""
    if math.isfinite(seconds):
        solver.setOptionValue("time_limit", max(0.01, seconds))
    solver.cbMipInterrupt.subscribe(lambda event: _stop_if(event, stop))
    solver.cbSimplexInterrupt.subscribe(lambda event: _stop_if(event, stop))
    solver.run()


def _never() -> bool:
    return False


def _stop_if(event: Any, stop: Callable[[], bool]) -> None:
    if stop():
        event.data_in.user_interrupt = True
