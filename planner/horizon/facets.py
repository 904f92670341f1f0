"""What a sprint's hours leave room for, as rows over the work that it is asked for: a few known, the others learnt.

Whether work can be split among people is a small linear program. Any price of everybody's hours, in all and between the
sprint's cuts, gives a row that every split keeps: each piece of work at the cheapest hour that can do it is worth no
more than all hours together (Farkas; Benders 1962, doi:10.1007/BF01386316). Where a placement fits no split, the
program's own prices give a row that says so. A row that prices no single stretch holds in every sprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.horizon.calendar import Stretches
from planner.horizon.data import Horizon

if TYPE_CHECKING:
    import highspy

SLACK = 1e-6  # of a row's size: what the linear program's tolerances may hide
SHORT = 1e-5  # hundredths of work without hours that still count as none
DIGITS = 9  # to which two rows are the same

Kind = tuple[int, int, int]  # pool, first and last stretch of the window; (-1, -1) for the whole sprint
Row = tuple[NDArray[np.float64], float]  # what a hundredth of each kind of work weighs, and the most


class Facets:
    """Rows of every sprint so far.

    Attributes
    ----------
    kinds
        Of each sprint the kinds of work that it can be asked for; the first ones are the pools, the whole sprint long.
    rows
        Of each sprint its rows, by the work's kind.
    """

    def __init__(self, horizon: Horizon, stretches: Stretches) -> None:
        self._horizon = horizon
        self._stretches = stretches
        whole = [(pool, -1, -1) for pool in range(len(horizon.pools))]
        self.kinds: list[list[Kind]] = [list(whole) for _ in horizon.ends]
        self._known: list[dict[Kind, int]] = [{kind: place for place, kind in enumerate(whole)} for _ in horizon.ends]
        for sprint, windowed in enumerate(stretches.windowed):
            for index in windowed:
                for piece in horizon.items[index].pieces:
                    self._name(sprint, (piece.pool, *stretches.window(horizon.items[index], sprint)))
        self.rows: list[list[Row]] = [[] for _ in horizon.ends]
        self._seen: list[set[bytes]] = [set() for _ in horizon.ends]
        self._hours = [np.array(stretches.hours(k), dtype=np.float64) for k in range(horizon.sprints)]
        self._limits = horizon.limits.astype(np.float64)
        self._levels = np.zeros((len(horizon.pools), len(horizon.specialists)))
        for number, pool in enumerate(horizon.pools):
            for who, level in pool.members:
                self._levels[number, who] = float(level)
        for levels in self._levels:
            self._add_everywhere(levels)

    def _name(self, sprint: int, kind: Kind) -> None:
        if kind not in self._known[sprint]:
            self._known[sprint][kind] = len(self.kinds[sprint])
            self.kinds[sprint].append(kind)

    def kind_of(self, index: int, pool: int, sprint: int) -> int:
        """Kind of an item's work for a pool in a sprint that can take it."""
        item = self._horizon.items[index]
        if self._stretches.whole(item, sprint):
            return pool
        return self._known[sprint][pool, *self._stretches.window(item, sprint)]

    def learn(self, sprint: int, asked: NDArray[np.float64]) -> bool:
        """Whether a sprint has the hours for so many hundredths of each kind; where not, its rows say so afterwards."""
        people, stretches = self._prices_of(sprint, asked)
        if people is None:
            return True
        if stretches.any():
            self._add(sprint, people, stretches)
        else:
            self._add_everywhere(people)
        return bool(all(weights @ asked <= most for weights, most in self.rows[sprint]))

    def _add_everywhere(self, people: NDArray[np.float64]) -> None:
        for sprint, hours in enumerate(self._hours):
            self._add(sprint, people, np.zeros_like(hours))

    def _add(self, sprint: int, people: NDArray[np.float64], stretches: NDArray[np.float64]) -> None:
        """Add the row that these prices of hours give, unless it is there."""
        weights = np.array([self._weight(kind, people, stretches) for kind in self.kinds[sprint]])
        most = float(people @ self._limits[:, sprint] + (stretches * self._hours[sprint]).sum())
        top = float(weights.max(initial=0.0))
        if top <= 0.0:
            return
        weights, most = weights / top, most / top
        key = np.round(np.append(weights, most), DIGITS).tobytes()
        if key not in self._seen[sprint]:
            self._seen[sprint].add(key)
            self.rows[sprint].append((weights, most + SLACK * (1.0 + most)))

    def _weight(self, kind: Kind, people: NDArray[np.float64], stretches: NDArray[np.float64]) -> float:
        """Price of a hundredth of this kind of work with whoever does it cheapest."""
        pool, first, last = kind
        prices = people if not stretches.size else people + self._cheapest(stretches, first, last)
        levels = self._levels[pool]
        able = levels > 0
        return float((prices[able] / levels[able]).min(initial=np.inf)) if able.any() else 0.0

    @staticmethod
    def _cheapest(stretches: NDArray[np.float64], first: int, last: int) -> NDArray[np.float64]:
        inside = stretches if first < 0 else stretches[:, first : last + 1]
        cheapest: NDArray[np.float64] = inside.min(axis=1)
        return cheapest

    def _prices_of(
        self, sprint: int, asked: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64] | None, NDArray[np.float64]]:
        """Prices of people's hours, and of those in each stretch, at which the work costs more than there is."""
        wanted = [(kind, float(amount)) for kind, amount in zip(self.kinds[sprint], asked, strict=False) if amount > 0]
        none = np.zeros_like(self._hours[sprint])
        if not wanted:
            return None, none
        cut = any(first >= 0 for (_, first, _), _ in wanted)
        solver = self._program(sprint, wanted, cut=cut)
        solver.run()
        solution = solver.getSolution()
        if -solver.getInfo().objective_function_value <= SHORT or not solution.dual_valid:
            return None, none
        duals = np.abs(np.array(solution.row_dual))
        duals[duals < 1e-9] = 0.0
        count = len(self._horizon.specialists)
        people = duals[len(wanted) : len(wanted) + count]
        return people, duals[len(wanted) + count :].reshape(none.shape) if cut else none

    def _program(self, sprint: int, wanted: Sequence[tuple[Kind, float]], *, cut: bool) -> highspy.Highs:
        """Least work without hours: a row for each kind of work, for each person, then for each of their stretches."""
        from planner.solve.linear import LinearProgram

        program = LinearProgram()
        hours = self._hours[sprint]
        by_person: list[list[tuple[int, float]]] = [[] for _ in hours]
        by_stretch: list[list[list[tuple[int, float]]]] = [[[] for _ in own] for own in hours]
        for (pool, first, last), amount in wanted:
            terms = [(program.column(amount, gain=-1.0), 1.0)]
            for who, level in self._horizon.pools[pool].members:
                for stretch in self._stretches_of(first, last, hours.shape[1], cut=cut):
                    column = program.column(amount)
                    terms.append((column, 1.0))
                    by_person[who].append((column, 1.0 / float(level)))
                    by_stretch[who][stretch].append((column, 1.0 / float(level)))
            program.row(terms, least=amount)
        for who, own in enumerate(by_person):
            program.row(own, most=float(self._limits[who, sprint]))
        for who, stretches in enumerate(by_stretch if cut else ()):
            for stretch, own in enumerate(stretches):
                program.row(own, most=float(hours[who, stretch]))
        return program.to_highs(whole=False)

    @staticmethod
    def _stretches_of(first: int, last: int, count: int, *, cut: bool) -> Iterable[int]:
        if not cut:
            return (0,)
        return range(count) if first < 0 else range(first, last + 1)
