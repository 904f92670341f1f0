"""The mixed-integer program of a roadmap, or of a part of it, for HiGHS.

"Done by sprint k" columns for each item: they rise with k, so value is a sum of differences and a dependency is one row
a sprint. A module beside this one adds the rows of each family of rules.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.horizon.calendar import Stretches
from planner.horizon.data import Horizon
from planner.horizon.goals import add_carried_over, add_maximum_shares, add_minimum_shares
from planner.horizon.hours import add_hours
from planner.horizon.order import add_dependencies, add_groups
from planner.horizon.part import Expression, Part, Wish, merged
from planner.horizon.placed import Placed
from planner.horizon.placement import effort_in
from planner.horizon.spans import add_spans, cut_of
from planner.solve.linear import LinearAnswer, LinearProgram, run_highs

if TYPE_CHECKING:
    import highspy

MARGIN = 5e-7  # of a bound's size: what HiGHS's tolerances may hide
ABSOLUTE_GAP = 1e-6


class Program:
    """Columns and rows of one part.

    Parameters
    ----------
    proving
        Whether its bound is wanted: what rounding can bring is added, efforts and hours to the tick are rounded too.

    Attributes
    ----------
    pool_rows
        Row of the hours that a (pool, block) is asked for.
    need_rows
        Rows of dependencies: (row, item, last sprint by which it is done, what it needs and how much earlier).
    work
        Of free items that may be cut, by piece: columns of the work in each block.
    """

    def __init__(
        self, horizon: Horizon, stretches: Stretches, part: Part, *, proving: bool = False, wish: Wish | None = None
    ) -> None:
        self.horizon = horizon
        self.part = part
        self.proving = proving
        self.wish = wish
        self.lp = LinearProgram()
        self.pool_rows: dict[tuple[int, int], int] = {}
        self.need_rows: list[tuple[int, int, int, tuple[tuple[int, int], ...]]] = []
        self.first: dict[int, int] = {}
        self.work: dict[int, list[dict[int, int]]] = {}
        self._block_of = {k: place for place, (a, b) in enumerate(part.sprints) for k in range(a, b + 1)}
        for index in part.choices:
            self._item_columns(index)
        self._item_count = len(self.lp.gain)
        self._order_count = self.lp.rows
        add_dependencies(self)
        add_groups(self)
        add_spans(self)
        add_hours(self, stretches)
        add_maximum_shares(self)
        add_minimum_shares(self)
        add_carried_over(self)

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows, entries."""
        return self.lp.size

    # -- items ---------------------------------------------------------------------------------------------------

    def _item_columns(self, index: int) -> None:
        choices = self.part.choices[index]
        self.first[index] = len(self.lp.gain)
        steps = self._steps(index)
        for place, step in enumerate(steps):
            needed = index in self.part.needed and place + 1 == len(steps)
            self.lp.column(1.0, lowest=1.0 if needed else 0.0, gain=step, whole=True)
        for column in range(self.first[index], self.first[index] + len(choices) - 1):
            self.lp.row([(column, 1.0), (column + 1, -1.0)], most=0.0)

    def _steps(self, index: int) -> list[float]:
        """What each of an item's columns adds: the gain of a sprint less that of the next."""
        choices = self.part.choices[index]
        gains = self._gains(index) if self.wish is None else [self.wish.worth(index, k) for k in choices]
        return [gain - after for gain, after in zip(gains, [*gains[1:], 0.0], strict=True)]

    def _gains(self, index: int) -> Sequence[float]:
        item, choices = self.horizon.items[index], self.part.choices[index]
        if len(choices) == len(item.sprints):
            return item.gain
        return [item.gain[item.sprints.index(sprint)] for sprint in choices]

    def done_by(self, index: int, sprint: int) -> int | bool:
        """Column that says whether an item is done by the end of a sprint, or the fact where it is settled."""
        choices = self.part.choices.get(index)
        if choices is None:
            at = self.part.at[index]
            return at is not None and at <= sprint
        count = int(np.searchsorted(choices, sprint, side="right"))
        return self.first[index] + count - 1 if count else False

    def placed(self, index: int, place: int, factor: float) -> Expression:
        """An item in the sprint at this place of its choices."""
        column = self.first[index] + place
        return [(column, factor), (column - 1, -factor)] if place else [(column, factor)]

    # -- blocks of sprints ---------------------------------------------------------------------------------------

    def block_of(self, sprint: int) -> int | None:
        """Block that a sprint belongs to, None where its hours are not watched."""
        return self._block_of.get(sprint)

    def block_end(self, sprint: int) -> int:
        """Last sprint of the block that a sprint belongs to."""
        block = self._block_of.get(sprint)
        return sprint if block is None else self.part.sprints[block][1]

    def efforts_in(self, members: Sequence[int], block: int) -> tuple[Expression, Fraction]:
        """Effort of the members in a block: of the free ones, and of those that stand still (hundredths)."""
        first, last = self.part.sprints[block]
        terms: Expression = []
        settled = Fraction(0)
        for index in members:
            item, choices = self.horizon.items[index], self.part.choices.get(index)
            if choices is None:
                settled += sum(effort_in(item, self.part.at[index], sprint) for sprint in range(first, last + 1))
                continue
            terms.extend((work[block], 100.0) for work in self.work.get(index, ()) if block in work)
            for place, sprint in enumerate(choices):
                whole = not item.spans or sprint < self.horizon.detailed
                if whole and self._block_of.get(sprint) == block:
                    terms.extend(self.placed(index, place, float(item.effort)))
        return merged(terms), settled

    def hold_gain(self, least: float) -> None:
        """Keep what all free items add to value at least so high, whatever else is wished for."""
        terms: Expression = []
        for index in self.part.choices:
            gains = self._gains(index)
            for place, (gain, after) in enumerate(zip(gains, [*gains[1:], 0.0], strict=True)):
                terms.append((self.first[index] + place, gain - after))
        self.lp.row(terms, least=least)

    # -- answers -------------------------------------------------------------------------------------------------

    def read(self, columns: NDArray[np.float64]) -> dict[int, int | None]:
        """Sprint of each free item in a solution."""
        found: dict[int, int | None] = {}
        for index, choices in self.part.choices.items():
            own = columns[self.first[index] : self.first[index] + len(choices)]
            inside = np.flatnonzero(own > 0.5)
            found[index] = self._placed_at(index, choices[int(inside[0])], columns) if len(inside) else None
        return found

    def _placed_at(self, index: int, sprint: int, columns: NDArray[np.float64]) -> int:
        return cut_of(self, index, sprint, columns) if index in self.work else sprint

    def safe_bound(self, duals: Sequence[float]) -> float:
        """Upper bound of the objective from any row prices (Neumaier and Shcherbina 2004).

        Each item takes its best sprint at these prices, or none; every other column its better end. So rows that only
        keep an item's columns in order need no price, and prices need not be exact.
        """
        at = self.lp.at_prices(duals)
        rest = at.reduced[self._item_count :]
        best = []
        for index, choices in self.part.choices.items():
            own = at.reduced[self.first[index] : self.first[index] + len(choices)]
            top = float(np.cumsum(own[::-1]).max()) if len(own) else 0.0
            best.append(top if index in self.part.needed else max(0.0, top))
        others = np.where(rest > 0, rest * np.array(self.lp.highest[self._item_count :]), 0.0)
        every = np.concatenate([at.multipliers * at.sides, others, np.array(best)])
        return math.fsum(every) + 1e-12 * (float(np.abs(every).sum()) + at.size)

    def margins(self, duals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Gain of each item in each sprint less what everything it takes costs at these prices; -inf: not there."""
        prices = duals.copy()
        prices[: self._order_count] = 0.0
        reduced = self.lp.at_prices(prices).reduced
        found = np.full((len(self.horizon.items), self.horizon.sprints), -np.inf)
        for index, choices in self.part.choices.items():
            own = reduced[self.first[index] : self.first[index] + len(choices)]
            found[index, list(choices)] = np.cumsum(own[::-1])[::-1]
        return found

    def relax(self, seconds: float, stop: Callable[[], bool]) -> LinearAnswer:
        """Solve without whole numbers; the bound is computed from the prices, outwards."""
        import highspy

        solver = self.lp.to_highs(whole=False)
        run_highs(solver, seconds, stop)
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return LinearAnswer(None, None, infeasible=True)
        solution = solver.getSolution()
        if not solution.dual_valid:
            return LinearAnswer(None, None)
        columns = np.array(solution.col_value) if solution.value_valid else None
        return LinearAnswer(self.safe_bound(solution.row_dual), columns, duals=solution.row_dual)

    def placed_form(self) -> Placed:
        """Return the same program as branch and cut likes it best."""
        return Placed(self.lp, [(self.first[index], len(own)) for index, own in self.part.choices.items()])

    def solve(
        self,
        seconds: float,
        stop: Callable[[], bool],
        *,
        start: Mapping[int, int | None] | None = None,
        nodes: int | None = None,
        cpu: float | None = None,
        gap: float = 0.0,
        on_bound: Callable[[float], None] | None = None,
        on_solution: Callable[[NDArray[np.float64]], None] | None = None,
    ) -> LinearAnswer:
        """Solve by branch and cut, from a placement of the free items where one is given.

        Parameters
        ----------
        cpu
            Seconds of this thread's processor time, at most: how far a short solve gets hangs less on who else runs.
        """
        import highspy

        form = self.placed_form()
        solver = form.program.to_highs(whole=True)
        solver.setOptionValue("mip_abs_gap", ABSOLUTE_GAP)
        solver.setOptionValue("mip_rel_gap", gap)
        if nodes is not None:
            solver.setOptionValue("mip_max_nodes", nodes)
        if start is not None:
            self._set_start(solver, start)
        if on_bound is not None:
            _listen(solver, on_bound)
        if on_solution is not None:
            solver.cbMipImprovingSolution.subscribe(
                lambda event: on_solution(form.done(np.array(event.data_out.mip_solution)))
            )
        run_highs(solver, seconds, stop if cpu is None else _or_after(cpu, stop))
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return LinearAnswer(None, None, infeasible=True)
        info = solver.getInfo()
        bound = _outwards(info.mip_dual_bound) if math.isfinite(info.mip_dual_bound) else None
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        return LinearAnswer(bound, form.done(np.array(solver.getSolution().col_value)) if found else None)

    def _set_start(self, solver: highspy.Highs, start: Mapping[int, int | None]) -> None:
        columns: list[int] = []
        values: list[float] = []
        for index, choices in self.part.choices.items():
            at = start.get(index)
            for place, sprint in enumerate(choices):
                columns.append(self.first[index] + place)
                values.append(float(at == sprint))
        solver.setSolution(len(columns), np.array(columns, dtype=np.int32), np.array(values))


def _outwards(bound: float) -> float:
    return bound + MARGIN * (1 + abs(bound))


def _listen(solver: highspy.Highs, tell: Callable[[float], None]) -> None:
    """Tell each better bound; asked often, as the logging events do not come when nothing is printed."""

    def listen(event: Any) -> None:
        bound = event.data_out.mip_dual_bound
        if math.isfinite(bound):
            tell(_outwards(bound))

    solver.cbMipInterrupt.subscribe(listen)


def _or_after(cpu: float, stop: Callable[[], bool]) -> Callable[[], bool]:
    last = time.thread_time() + cpu
    return lambda: time.thread_time() > last or stop()
