"""The mixed-integer program of a roadmap, or of a part of it, for HiGHS.

"Done by sprint k" columns for each item (they rise with k; value is a sum of differences; a dependency is one row a
sprint), and where effort may be split freely, one column of work for each pool, person and sprint instead of one for
each item. Windows inside a sprint are Hall's conditions on its stretches of days: what must lie between two cuts may
not be more than is given there. Sprints may be taken together in blocks, the earliest discount for all of a block and
the hours of all of it: a relaxation, so its bound holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.horizon.calendar import Stretches
from planner.horizon.data import Horizon, Item, Piece

if TYPE_CHECKING:
    import highspy

INFINITE = math.inf
ROUNDED = 0.5  # hundredths by which a sum may pass a limit that it is rounded to; in windows twice
MARGIN = 5e-7  # of a bound's size: what HiGHS's tolerances may hide
Expression = list[tuple[int, float]]


@dataclass(frozen=True)
class Part:
    """What a program may change, and what stands still.

    Attributes
    ----------
    choices
        Of each free item the sprints it may be in, ascending; left out is possible unless it is in `needed`.
    needed
        Free items that have to be in.
    at
        Sprint of every item that is not free, None if it is out.
    sprints
        Blocks (first, last sprint) whose hours are watched; all others stay as they are.
    load
        Hundredths of each pool (rows) in each sprint that what stands still takes.
    carried
        Least hundredths of carried-over work in a sprint, where that has been settled.
    shortfall
        Most whole percent of all shortfalls together in the watched sprints, where that has been settled.
    """

    choices: Mapping[int, tuple[int, ...]]
    needed: frozenset[int]
    at: Sequence[int | None]
    sprints: tuple[tuple[int, int], ...]
    load: NDArray[np.float64]
    carried: Mapping[int, int] = field(default_factory=dict)
    shortfall: int | None = None


@dataclass(frozen=True)
class Wish:
    """Another objective than value, to be maximised: (item, sprint) to what being placed there is worth."""

    worth: Callable[[int, int], float]
    shortfall: float = 0.0


@dataclass(frozen=True)
class Solved:
    """What HiGHS found; ``columns`` None where it found nothing, ``bound`` None where it proved nothing."""

    columns: NDArray[np.float64] | None
    bound: float | None
    infeasible: bool = False
    duals: NDArray[np.float64] | None = None


class Program:
    """Columns and rows of one part.

    Parameters
    ----------
    proving
        Whether its bound is wanted: what rounding can bring is added, efforts and hours to the tick are rounded too.
    """

    def __init__(
        self, horizon: Horizon, stretches: Stretches, part: Part, *, proving: bool = False, wish: Wish | None = None
    ) -> None:
        self.horizon = horizon
        self.part = part
        self._stretches = stretches
        self._proving = proving
        self._wish = wish
        self.pool_rows: dict[tuple[int, int], int] = {}
        self.need_rows: list[tuple[int, int, int, tuple[tuple[int, int], ...]]] = []
        self.gain: list[float] = []
        self.lowest: list[float] = []
        self.highest: list[float] = []
        self.whole: list[bool] = []
        self._least: list[float] = []
        self._most: list[float] = []
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._factors: list[float] = []
        self.first: dict[int, int] = {}
        self._span: dict[int, int] = {}
        self._block_of = {k: place for place, (a, b) in enumerate(part.sprints) for k in range(a, b + 1)}
        for index in part.choices:
            self._item_columns(index)
        self._item_count = len(self.gain)
        self._dependencies()
        self._groups()
        self._hours()
        self._maximum_shares()
        self._minimum_shares()
        self._carried_over()

    # -- columns and rows ----------------------------------------------------------------------------------------

    def column(self, highest: float, *, lowest: float = 0.0, gain: float = 0.0, whole: bool = False) -> int:
        """Add a column and return its index."""
        self.gain.append(gain)
        self.lowest.append(lowest)
        self.highest.append(highest)
        self.whole.append(whole)
        return len(self.gain) - 1

    def row(self, terms: Expression, *, least: float = -INFINITE, most: float = INFINITE) -> None:
        """Add a row; a column may stand in it once."""
        row = len(self._least)
        for column, factor in terms:
            self._rows.append(row)
            self._columns.append(column)
            self._factors.append(factor)
        self._least.append(least)
        self._most.append(most)

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows, entries."""
        return len(self.gain), len(self._least), len(self._columns)

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

    def _item_columns(self, index: int) -> None:
        item, choices = self.horizon.items[index], self.part.choices[index]
        gains: Sequence[float] = item.gain
        if self._wish is not None:
            gains = [self._wish.worth(index, k) for k in choices]
        elif len(choices) < len(item.sprints):
            gains = [item.gain[item.sprints.index(k)] for k in choices]
        self.first[index] = len(self.gain)
        for place, gain in enumerate(gains):
            after = gains[place + 1] if place + 1 < len(gains) else 0.0
            last = place + 1 == len(gains)
            self.column(1.0, lowest=1.0 if last and index in self.part.needed else 0.0, gain=gain - after, whole=True)
        for place in range(len(choices) - 1):
            column = self.first[index] + place
            self.row([(column, 1.0), (column + 1, -1.0)], most=0.0)

    # -- what comes before what ----------------------------------------------------------------------------------

    def _dependencies(self) -> None:
        """An item is done by a sprint only if what it needs is done so many sprints earlier."""
        free = self.part.choices.keys()
        looked_at = sorted({*free, *(after for index in free for after in self.horizon.followers[index])})
        for index in looked_at:
            item = self.horizon.items[index]
            for before, offset in item.requires:
                if index in free or before in free:
                    self._needs(index, [(before, offset)])
            if item.any_of is not None and (index in free or any(before in free for before, _ in item.any_of)):
                self._needs(index, list(item.any_of))

    def _needs(self, index: int, links: list[tuple[int, int]]) -> None:
        """One of the links is done early enough; rows that a later sprint implies are left out."""
        choices = self.part.choices.get(index)
        if choices is None:
            at = self.part.at[index]
            if at is None:
                return
            choices = (at,)
        implied: tuple[int | bool, ...] | None = None
        for sprint in reversed(choices):
            carriers = tuple(self.done_by(before, self._block_end(sprint) - offset) for before, offset in links)
            if any(one is True for one in carriers) or carriers == implied:
                continue
            implied = carriers
            needed = self.done_by(index, sprint)
            self.need_rows.append((len(self._least), index, self._block_end(sprint), tuple(links)))
            terms: Expression = [(one, -1.0) for one in carriers if one is not False]
            if needed is True:
                self.row(terms, most=-1.0)
            else:
                self.row([(needed, 1.0), *terms], most=0.0)

    def _block_end(self, sprint: int) -> int:
        block = self._block_of.get(sprint)
        return sprint if block is None else self.part.sprints[block][1]

    def _groups(self) -> None:
        """Of alternatives at most one is in; what goes together is in or out together."""
        last = self.horizon.sprints - 1
        free = self.part.choices.keys()
        for group in sorted({group for index in free for group in self.horizon.groups[index]}):
            inside = [self.done_by(index, last) for index in group]
            columns = [one for one in inside if not isinstance(one, bool)]
            settled = sum(one is True for one in inside)
            if group in self.horizon.exclusive:
                self.row([(column, 1.0) for column in columns], most=1.0 - settled)
            if group in self.horizon.together:
                for one, other in pairwise(inside):
                    self._same(one, other)

    def _same(self, one: int | bool, other: int | bool) -> None:
        terms = [(column, sign) for column, sign in ((one, 1.0), (other, -1.0)) if not isinstance(column, bool)]
        settled = (one is True) - (other is True)
        if terms:
            self.row(terms, least=-float(settled), most=-float(settled))

    # -- hours ---------------------------------------------------------------------------------------------------

    def _hours(self) -> None:
        """The work that each pool is asked for in a block is given by its people, within their hours."""
        asked: dict[tuple[int, int], Expression] = {}
        for index, choices in self.part.choices.items():
            for place, sprint in enumerate(choices):
                block = self._block_of.get(sprint)
                if block is not None:
                    for piece in self.horizon.items[index].pieces:
                        effort = self._effort(piece, block)
                        asked.setdefault((piece.pool, block), []).extend(self.placed(index, place, effort))
        for block, (first, last) in enumerate(self.part.sprints):
            self._block_hours(block, first, last, asked)

    def _block_hours(
        self,
        block: int,
        first: int,
        last: int,
        asked: Mapping[tuple[int, int], Expression],
    ) -> None:
        horizon = self.horizon
        windowed = self._windowed(first, block) if first == last else {}
        cut = bool(windowed)
        stretches = len(self._stretches.cuts[first]) - 1 if cut else 1
        hours = self._stretches.hours(first) if cut else None
        limits = horizon.limits[:, first : last + 1].sum(axis=1)
        taken: list[Expression] = [[] for _ in horizon.specialists]
        taken_in: list[list[Expression]] = [[[] for _ in range(stretches)] for _ in horizon.specialists]
        for pool, members in enumerate(horizon.pools):
            load = float(self.part.load[pool, first : last + 1].sum()) / 100
            terms = asked.get((pool, block), [])
            if not terms and not load:
                continue
            given: list[list[int]] = [[] for _ in range(stretches)]
            for who, proficiency in members.members:
                level = float(proficiency)
                for stretch in range(stretches):
                    most = float(limits[who]) / 100 * level
                    if not most:
                        continue
                    column = self.column(most)
                    given[stretch].append(column)
                    taken[who].append((column, 1 / level))
                    taken_in[who][stretch].append((column, 1 / level))
            every = [(column, -1.0) for columns in given for column in columns]
            self.pool_rows[pool, block] = len(self._least)
            self.row([*_merged(terms), *every], most=-load)
            if cut:
                self._inside(windowed.get(pool, []), given)
        for who, terms in enumerate(taken):
            if terms:
                self.row(terms, most=(float(limits[who]) + ROUNDED * self._proving * (last - first + 1)) / 100)
                for stretch, own in enumerate(taken_in[who] if hours is not None else []):
                    there = hours[who][stretch] if hours is not None else 0
                    self.row(own, most=(float(there) + 2 * ROUNDED * self._proving) / 100)

    def _effort(self, piece: Piece, block: int) -> float:
        """Effort of a piece; in a program that proves, what rounding can bring it down to in a sprint to the tick."""
        rounded = self._proving and self.part.sprints[block][0] < self.horizon.detailed
        return (piece.least if rounded else piece.effort) / 100

    def _windowed(self, sprint: int, block: int) -> dict[int, list[tuple[int, int, Expression, float]]]:
        """By pool, work that must lie between two cuts: first and last stretch, its columns, and what stands still."""
        found: dict[int, list[tuple[int, int, Expression, float]]] = {}
        for index in self._stretches.windowed[sprint]:
            choices = self.part.choices.get(index)
            if sprint not in (choices if choices is not None else (self.part.at[index],)):
                continue
            item = self.horizon.items[index]
            first, last = self._stretches.window(item, sprint)
            for piece in item.pieces:
                effort = self._effort(piece, block)
                terms = self.placed(index, choices.index(sprint), effort) if choices is not None else []
                entry = (first, last, terms, 0.0 if choices is not None else effort)
                found.setdefault(piece.pool, []).append(entry)
        return found

    def _inside(self, windowed: list[tuple[int, int, Expression, float]], given: list[list[int]]) -> None:
        """What must lie between two cuts is at most what the pool gives there (Hall's condition)."""
        ranges = {(a, b) for a, *_ in windowed for _, b, *_ in windowed if a <= b}
        for a, b in sorted(ranges - {(0, len(given) - 1)}):
            inside = [entry for entry in windowed if a <= entry[0] and entry[1] <= b]
            if inside:
                terms = [term for _, _, own, _ in inside for term in own]
                columns = [(column, -1.0) for stretch in range(a, b + 1) for column in given[stretch]]
                self.row([*_merged(terms), *columns], most=-math.fsum(settled for *_, settled in inside))

    def _maximum_shares(self) -> None:
        for rule in self.horizon.shares:
            if rule.maximum is None:
                continue
            for block, (first, last) in enumerate(self.part.sprints):
                most = sum(math.floor(rule.maximum * self.horizon.capacity[k]) for k in range(first, last + 1))
                terms, settled = self._effort_in(rule.members, block)
                if terms:
                    self.row(terms, most=float(most - settled))

    def _minimum_shares(self) -> None:
        """The shortfall of each minimum share in each sprint, in whole percent; all of them at most what is settled."""
        wanted = self.part.shortfall is not None or (self._wish is not None and self._wish.shortfall)
        every: Expression = []
        for rule in self.horizon.shares if wanted else ():
            if rule.minimum is None:
                continue
            for block, (first, last) in enumerate(self.part.sprints):
                capacity = self.horizon.capacity[first]
                if first != last or not capacity:
                    continue
                gain = -self._wish.shortfall if self._wish is not None else 0.0
                missing = self.column(float(math.ceil(100 * rule.minimum)), gain=gain, whole=True)
                every.append((missing, 1.0))
                terms, settled = self._effort_in(rule.counted, block)
                least = 100 * float(rule.minimum) - 100 * settled / capacity
                scaled = [(column, 100 * factor / capacity) for column, factor in terms]
                self.row([(missing, 1.0), *scaled], least=least)
        if every and self.part.shortfall is not None:
            self.row(every, most=float(self.part.shortfall))

    def _effort_in(self, members: Sequence[int], block: int) -> tuple[Expression, int]:
        """Effort of the members in a block: of the free ones, and of those that stand still (hundredths)."""
        first, last = self.part.sprints[block]
        terms: Expression = []
        settled = 0
        for index in members:
            effort = self.horizon.items[index].effort
            if index in self.part.choices:
                for place, sprint in enumerate(self.part.choices[index]):
                    if self._block_of.get(sprint) == block:
                        terms.extend(self.placed(index, place, float(effort)))
            elif (at := self.part.at[index]) is not None and first <= at <= last:
                settled += effort
        return _merged(terms), settled

    def _carried_over(self) -> None:
        """No less work in progress is carried over in each sprint than was reached."""
        for sprint, least in self.part.carried.items():
            block = self._block_of.get(sprint)
            if block is None:
                continue
            started = [index for index, item in enumerate(self.horizon.items) if item.carried]
            terms, settled = self._effort_in(started, block)
            if terms:
                self.row(terms, least=float(least - settled))

    def hold_gain(self, least: float) -> None:
        """Keep what all free items add to value at least so high, whatever else is wished for."""
        terms: Expression = []
        for index, choices in self.part.choices.items():
            item = self.horizon.items[index]
            gains = [item.gain[item.sprints.index(sprint)] for sprint in choices]
            for place, gain in enumerate(gains):
                later = gains[place + 1] if place + 1 < len(gains) else 0.0
                terms.append((self.first[index] + place, gain - later))
        self.row(terms, least=least)

    # -- HiGHS ---------------------------------------------------------------------------------------------------

    def to_highs(self, *, whole: bool) -> highspy.Highs:
        """Hand the program to HiGHS."""
        import highspy

        from planner.solve.linear import _quiet_highs

        lp = highspy.HighsLp()
        columns, rows, _ = self.size
        lp.num_col_, lp.num_row_ = columns, rows
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = map(np.array, (self.gain, self.lowest, self.highest))
        lp.row_lower_, lp.row_upper_ = np.array(self._least), np.array(self._most)
        starts = np.concatenate([[0], np.cumsum(np.bincount(np.array(self._rows, dtype=np.int64), minlength=rows))])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = starts
        lp.a_matrix_.index_ = np.array(self._columns)
        lp.a_matrix_.value_ = np.array(self._factors)
        lp.sense_ = highspy.ObjSense.kMaximize
        if whole:
            kinds = highspy.HighsVarType
            lp.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in self.whole]
        solver = _quiet_highs()
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("random_seed", 0)
        solver.setOptionValue("mip_abs_gap", 1e-6)
        solver.passModel(lp)
        return solver

    def safe_bound(self, duals: NDArray[np.float64]) -> float:
        """Upper bound of the objective from any row prices (Neumaier and Shcherbina 2004).

        Each item takes its best sprint at these prices, or none; every other column its better end. So rows that only
        keep an item's columns in order need no price, and prices need not be exact.
        """
        prices = np.array(duals, dtype=np.float64)
        least, most = np.array(self._least), np.array(self._most)
        prices[(prices > 0) & ~np.isfinite(most)] = 0.0
        prices[(prices < 0) & ~np.isfinite(least)] = 0.0
        sides = np.where(prices > 0, np.where(np.isfinite(most), most, 0), np.where(np.isfinite(least), least, 0))
        rows, columns = np.array(self._rows, dtype=np.int64), np.array(self._columns, dtype=np.int64)
        weights = np.array(self._factors) * prices[rows]
        reduced = np.array(self.gain) - np.bincount(columns, weights=weights, minlength=len(self.gain))
        parts = [prices * sides]
        rest = reduced[self._item_count :]
        parts.append(np.where(rest > 0, rest * np.array(self.highest[self._item_count :]), 0.0))
        best = []
        for index, choices in self.part.choices.items():
            own = reduced[self.first[index] : self.first[index] + len(choices)]
            top = float(np.cumsum(own[::-1]).max()) if len(own) else 0.0
            best.append(top if index in self.part.needed else max(0.0, top))
        parts.append(np.array(best))
        every = np.concatenate(parts)
        return math.fsum(every) + 1e-12 * (float(np.abs(every).sum()) + float(np.abs(weights).sum()))

    def read(self, columns: NDArray[np.float64]) -> dict[int, int | None]:
        """Sprint of each free item in a solution."""
        found: dict[int, int | None] = {}
        for index, choices in self.part.choices.items():
            own = columns[self.first[index] : self.first[index] + len(choices)]
            inside = np.flatnonzero(own > 0.5)
            found[index] = choices[int(inside[0])] if len(inside) else None
        return found

    def relax(self, seconds: float, stop: Callable[[], bool], method: str = "choose") -> Solved:
        """Solve without whole numbers; the bound is computed from the prices, outwards."""
        import highspy

        solver = self.to_highs(whole=False)
        solver.setOptionValue("solver", method)
        _run(solver, seconds, stop)
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Solved(None, None, infeasible=True)
        solution = solver.getSolution()
        if not solution.dual_valid:
            return Solved(None, None)
        duals = np.array(solution.row_dual)
        columns = np.array(solution.col_value) if solution.value_valid else None
        return Solved(columns, self.safe_bound(duals), duals=duals)

    def solve(
        self,
        seconds: float,
        stop: Callable[[], bool],
        *,
        start: Mapping[int, int | None] | None = None,
        nodes: int | None = None,
        gap: float = 0.0,
        on_bound: Callable[[float], None] | None = None,
    ) -> Solved:
        """Solve by branch and cut, from a placement of the free items where one is given."""
        import highspy

        solver = self.to_highs(whole=True)
        solver.setOptionValue("mip_rel_gap", gap)
        if nodes is not None:
            solver.setOptionValue("mip_max_nodes", nodes)
        if start is not None:
            self._set_start(solver, start)
        if on_bound is not None:
            tell = on_bound

            def listen(event: Any) -> None:
                bound = event.data_out.mip_dual_bound
                if math.isfinite(bound):
                    tell(_outwards(bound))

            solver.cbMipInterrupt.subscribe(listen)
        _run(solver, seconds, stop)
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return Solved(None, None, infeasible=True)
        info = solver.getInfo()
        bound = _outwards(info.mip_dual_bound) if math.isfinite(info.mip_dual_bound) else None
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        return Solved(np.array(solver.getSolution().col_value) if found else None, bound)

    def _set_start(self, solver: highspy.Highs, start: Mapping[int, int | None]) -> None:
        columns: list[int] = []
        values: list[float] = []
        for index, choices in self.part.choices.items():
            at = start.get(index)
            for place, sprint in enumerate(choices):
                columns.append(self.first[index] + place)
                values.append(float(at is not None and at <= sprint))
        solver.setSolution(len(columns), np.array(columns, dtype=np.int32), np.array(values))


def _merged(terms: Expression) -> Expression:
    """Add up what stands in a row twice: an item that leaves one sprint of a block for the next."""
    factors: dict[int, float] = {}
    for column, factor in terms:
        factors[column] = factors.get(column, 0.0) + factor
    return [(column, factor) for column, factor in factors.items() if factor]


def _outwards(bound: float) -> float:
    return bound + MARGIN * (1 + abs(bound))


def _run(solver: highspy.Highs, seconds: float, stop: Callable[[], bool]) -> None:
    if math.isfinite(seconds):
        solver.setOptionValue("time_limit", max(0.01, seconds))

    def stop_if(event: Any) -> None:
        if stop():
            event.data_in.user_interrupt = True

    solver.cbMipInterrupt.subscribe(stop_if)
    solver.cbSimplexInterrupt.subscribe(stop_if)
    solver.run()


def whole_part(horizon: Horizon, blocks: Sequence[tuple[int, int]] | None = None) -> Part:
    """Everything free, sprints one by one or in blocks, of which an item takes the first sprint that can have it."""
    blocks = tuple(blocks) if blocks is not None else tuple((k, k) for k in range(horizon.sprints))
    choices = {index: _first_of_blocks(item, blocks) for index, item in enumerate(horizon.items)}
    return Part(
        choices=choices,
        needed=frozenset(index for index, item in enumerate(horizon.items) if item.must),
        at=[None] * len(horizon.items),
        sprints=blocks,
        load=np.zeros((len(horizon.pools), horizon.sprints)),
    )


def blocks(horizon: Horizon, most_columns: int) -> tuple[tuple[int, int], ...]:
    """Sprints one by one at first, then ever more of them together, so that the program stays small enough."""
    wanted = max(4, most_columns // max(1, len(horizon.items)))
    if wanted >= horizon.sprints:
        return tuple((k, k) for k in range(horizon.sprints))
    growth = 1.0
    while True:
        found = _growing(horizon.sprints, wanted // 2, growth)
        if len(found) <= wanted:
            return found
        growth *= 1.05


def _growing(sprints: int, single: int, growth: float) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = [(k, k) for k in range(min(single, sprints))]
    length = 1.0
    while (first := found[-1][1] + 1 if found else 0) < sprints:
        length *= growth
        found.append((first, min(sprints - 1, first + max(1, round(length)) - 1)))
    return tuple(found)


def _first_of_blocks(item: Item, blocks: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    kept: list[int] = []
    place = 0
    for sprint in item.sprints:
        while blocks[place][1] < sprint:
            place += 1
        if not kept or kept[-1] < blocks[place][0]:
            kept.append(sprint)
    return tuple(kept)
