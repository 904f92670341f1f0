"""A better plan to capacity by simulated annealing: items move between sprints, hours by rows that are learnt.

Kirkpatrick, Gelatt and Vecchi 1983 (doi:10.1126/science.220.4598.671), with ejections (Glover 1996,
doi:10.1016/0166-218X(94)00037-E): what has no room any more looks for another sprint. At first an item counts with what
it gains less what it takes of others at the relaxation's prices, so what merely fills hours leaves room; little by
little the gain itself takes over. Whether people can share the work
of a sprint is asked of its linear program only now and then; what fits no split teaches the rows of ``facets.py``, and
only what the exact test takes becomes the search's plan.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from planner.horizon.facets import Facets
from planner.horizon.placement import effort_in, gain_of, parts_in, sprints_of
from planner.solve.shares import shortfall

One = TypeVar("One")

if TYPE_CHECKING:
    from planner.horizon.moves import Facts, State
    from planner.horizon.search import Search

HEAT, LAST_HEAT = 0.1, 0.02  # of an item's gain on average: what a change may cost at first, and at last
PRICE, LAST_PRICE = 3.0, 10.0  # of an hour that is not there, in what an hour brings on average: at first, and at last
CHUNK_CPU = 0.1  # seconds between two looks at what was found, at least
CHUNK_CHECKS = 4.0  # and so many times what the look took
FIRST_STEPS = 1_000
CHUNK_STEPS = 50_000  # with a work limit
STEP_WORK = 3e-6  # of the deterministic work, in about a second's work
MOST_CANDIDATES = 400  # items that are tried in each sprint


class Annealing:
    """One run from the search's best plan; of several side by side each has a number."""

    def __init__(self, search: Search, facets: Facets, number: int = 0) -> None:
        assert search.best is not None
        self.search = search
        self.horizon = search.horizon
        self.facets = facets
        seed = search.limits.seed + 7_919 * number
        self._random = np.array([seed * 2_654_435_769 + 88_172_645_463_325_252], dtype=np.int64)
        self._table = _Table(search, facets)
        self._margins = search.margins
        self._shared: set[tuple[int, bytes]] = set()  # what a sprint was asked for and had the hours

    def run(self, passed: Callable[[], float]) -> None:
        """Anneal until all has passed (the part of its time or work that has, 0 to 1)."""
        from planner.horizon import moves

        search = self.search
        assert search.best is not None
        if not self._table.moving:
            return
        facts = self._table.facts()
        state = self._table.state(search.best.at)
        best = state.at.copy()
        candidates = self._table.candidates()
        planned = np.flatnonzero(state.at != moves.OUT)
        unit = max(1e-9, search.best.gain) / max(1, len(planned))
        an_hour = max(1e-9, search.best.gain) / max(1, sum(self.horizon.items[index].effort for index in planned))
        steps = FIRST_STEPS if search.limits.work is None else CHUNK_STEPS
        while (part := passed()) < 1.0:
            facts = self._mixed(facts, part)
            state = self._table.measure(facts, state)  # gains change, and sums drift
            state.levels[moves.BEST] = level = search.best.gain
            begun = time.thread_time()
            moves.anneal(
                facts, state, candidates, best, self._random, steps,
                unit * HEAT * (LAST_HEAT / HEAT) ** part, an_hour * (PRICE + (LAST_PRICE - PRICE) * part),
            )  # fmt: skip
            search.limits.spend(steps * STEP_WORK)
            annealed = time.thread_time()
            if state.levels[moves.BEST] > level:
                facts, state = self._checked(facts, state, best)
            if search.limits.work is None:
                wanted = max(CHUNK_CPU, CHUNK_CHECKS * (time.thread_time() - annealed))
                steps = int(max(FIRST_STEPS, steps * min(2.0, wanted / max(1e-6, annealed - begun))))
        facts = self._mixed(facts, 1.0)
        self._repair(facts, self._table.measure(facts, state))
        if state.levels[moves.WORTH] > search.best.gain:
            self._checked(facts, state, state.at)

    def _mixed(self, facts: Facts, part: float) -> Facts:
        """Let moves go by so much of what the plan gains, for the rest by what prices leave of it."""
        if self._margins is None:
            return facts
        usable = np.isfinite(facts.worth) & np.isfinite(self._margins)
        gain = facts.worth.copy()
        gain[usable] = part * facts.worth[usable] + (1.0 - part) * self._margins[usable]
        return facts._replace(gain=gain)

    def _checked(self, facts: Facts, state: State, best: NDArray[np.int64]) -> tuple[Facts, State]:
        """Offer a plan to the search, or learn why its hours do not suffice."""
        if self._has_hours(best):
            self.search.take(self._table.placement(best))
            return facts, state
        facts = self._table.facts()
        return facts, self._table.measure(facts, state)

    def _has_hours(self, at: NDArray[np.int64], sprints: Iterable[int] | None = None) -> bool:
        """Whether every sprint (or some) has the hours it is asked for; where not, its rows say so now."""
        enough = True
        for sprint in range(self.search.closed, self.horizon.sprints) if sprints is None else sprints:
            asked = self._table.asked(at, sprint)
            key = (sprint, asked.tobytes())
            if key not in self._shared:
                if self.facets.learn(sprint, asked):
                    self._shared.add(key)
                else:
                    enough = False
        return enough

    def _repair(self, facts: Facts, state: State) -> None:
        """Let items leave every sprint that is asked for too much, and look for other places."""
        from planner.horizon import moves

        for sprint in range(self.search.closed, self.horizon.sprints):
            state.counts[moves.LOGGED] = state.counts[moves.LOST] = 0
            moves.make_room(facts, state, sprint, moves.OUT, self._random)
            state.counts[moves.LOGGED] = 0
            moves.place_lost(facts, state)


class _Table:
    """The horizon as the compiled moves see it."""

    def __init__(self, search: Search, facets: Facets) -> None:
        from planner.horizon import moves

        self._search = search
        self._horizon = horizon = search.horizon
        self._facets = facets
        assert search.best is not None
        self._at = search.best.at
        count = len(horizon.items)
        self.gain = np.full((count, horizon.sprints), -np.inf)
        for index, item in enumerate(horizon.items):
            self.gain[index, list(item.sprints)] = item.gain
        self.gain[:, : search.closed] = -np.inf
        for index, one in enumerate(self._at):
            if one is not None and not np.isfinite(self.gain[index, one]):
                self.gain[index, one] = gain_of(horizon, index, one)  # it stands still in a sprint that is closed
        self.part = np.array([self._part(index) for index in range(count)], dtype=np.int64)
        self.moving = [index for index in range(count) if self.part[index] == moves.FREE]
        self.needed = np.array([self._needed(index) for index in range(count)], dtype=np.bool_)
        self._extra: list[list[tuple[int, float, float]]] = [[] for _ in horizon.ends]  # kind, sign, most
        self._pieces: list[list[tuple[float, NDArray[np.int64]]]] = [self._work(index) for index in range(count)]
        self._add_rules()
        self._base = [np.zeros(self._width) for _ in horizon.ends]
        self._still()

    @property
    def _width(self) -> int:
        return max(map(len, self._facets.kinds)) + self._rules

    # -- items ---------------------------------------------------------------------------------------------------

    def _part(self, index: int) -> int:
        from planner.horizon import moves

        search, item = self._search, self._horizon.items[index]
        groups = self._horizon.groups[index]
        if index in search.held:
            return moves.FIXED
        if item.milestone:
            return moves.FIXED if groups else moves.MILESTONE
        together = [group for group in groups if group in self._horizon.together]
        beside = any(self._horizon.items[other].milestone for group in groups for other in group)
        out = self._at[index] is None
        if item.spans or beside or (together and out):
            return moves.FIXED
        return moves.FREE

    def _needed(self, index: int) -> bool:
        groups = self._horizon.groups[index]
        return self._horizon.items[index].must or any(group in self._horizon.together for group in groups)

    def _work(self, index: int) -> list[tuple[float, NDArray[np.int64]]]:
        item = self._horizon.items[index]
        if item.spans:
            return []
        found = []
        for piece in item.pieces:
            kinds = np.zeros(self._horizon.sprints, dtype=np.int64)
            for sprint in item.sprints:
                kinds[sprint] = self._facets.kind_of(index, piece.pool, sprint)
            found.append((float(piece.effort), kinds))
        return found

    def _add_rules(self) -> None:
        """Shares and work in progress are kinds of work, too: a most, or what is asked for at least (as a sign -1)."""
        horizon, search = self._horizon, self._search
        self._rules = 0
        first = max(map(len, self._facets.kinds))
        rules: list[tuple[list[tuple[int, float]], float, list[float]]] = []
        for rule in horizon.shares:
            if rule.maximum is not None:
                most = [float(math.floor(rule.maximum * capacity)) for capacity in horizon.capacity]
                rules.append(([(i, float(horizon.items[i].effort)) for i in rule.members], 1.0, most))
            if rule.minimum is not None and search.shortfall is not None:
                least: list[float] = []
                for sprint, capacity in enumerate(horizon.capacity):
                    effort = sum((effort_in(horizon.items[i], self._at[i], sprint) for i in rule.counted), Fraction(0))
                    missing = shortfall(rule.minimum, effort, capacity)
                    floor = float((rule.minimum - Fraction(missing, 100)) * capacity)
                    least.append(-min(float(effort), float(math.ceil(floor))))
                rules.append(([(i, float(horizon.items[i].effort)) for i in rule.counted], -1.0, least))
        if search.carried:
            carried = [(i, float(item.carried)) for i, item in enumerate(horizon.items) if item.carried]
            least = [-float(search.carried.get(sprint, 0)) for sprint in range(horizon.sprints)]
            rules.append((carried, -1.0, least))
        self._rules = len(rules)
        self._members: list[list[tuple[int, float]]] = []
        for number, (members, sign, sides) in enumerate(rules):
            kind = np.full(horizon.sprints, first + number, dtype=np.int64)
            for index, own in members:
                if not horizon.items[index].spans:
                    self._pieces[index].append((own, kind))
            self._members.append(members)
            for sprint, side in enumerate(sides):
                self._extra[sprint].append((first + number, sign, side))

    def _still(self) -> None:
        """What items that may be cut take of each sprint; they stand still."""
        horizon = self._horizon
        first = max(map(len, self._facets.kinds))
        for index, item in enumerate(horizon.items):
            if not item.spans or self._at[index] is None:
                continue
            for sprint in sprints_of(self._at[index]):
                parts = parts_in(horizon, self._at, sprint).get(index, {})
                for piece in item.pieces:
                    kind = self._facets.kind_of(index, piece.pool, sprint)
                    self._base[sprint][kind] += sum(parts.get(task, 0) for task, _ in piece.tasks) / 100
                for number, members in enumerate(self._members):
                    if any(index == member for member, _ in members):
                        self._base[sprint][first + number] += float(effort_in(item, self._at[index], sprint))

    # -- as arrays -----------------------------------------------------------------------------------------------

    def facts(self, window: tuple[int, int] | None = None) -> Facts:
        """Lay everything out flat, with all rows learnt so far; items move in some sprints (to before the last)."""
        from planner.horizon import moves

        horizon, search = self._horizon, self._search
        sprints = horizon.sprints
        counts = np.array([len(self._facets.rows[k]) + len(self._extra[k]) for k in range(sprints)], dtype=np.int64)
        width = max(1, int(counts.max()))
        weight = np.zeros((sprints, self._width, width))
        most = np.zeros((sprints, width))
        for sprint in range(sprints):
            for row, (factors, side) in enumerate(self._facets.rows[sprint]):
                weight[sprint, : len(factors), row] = factors
                most[sprint, row] = side
            for row, (kind, sign, side) in enumerate(self._extra[sprint], len(self._facets.rows[sprint])):
                weight[sprint, kind, row] = sign
                most[sprint, row] = side + 1e-6
        released = [
            next((k for k, end in enumerate(horizon.ends) if item.release < end), sprints - 1) for item in horizon.items
        ]
        earliest = [max(one, search.floors.get(index, 0)) for index, one in enumerate(released)]
        pieces_from, pieces = _flat(self._pieces)
        requires_from, requires = _flat([item.requires for item in horizon.items])
        any_from, any_of = _flat([item.any_of or () for item in horizon.items])
        followers_from, followers = _flat(horizon.followers)
        rivals_from, rivals = _flat([self._rivals(index) for index in range(len(horizon.items))])
        first, last = window or (search.closed, sprints)
        facts = moves.Facts(
            part=self.part,
            needed=self.needed,
            earliest=np.array(earliest, dtype=np.int64),
            gain=self.gain,
            worth=self.gain,
            pieces_from=pieces_from,
            amount=np.array([amount for amount, _ in pieces], dtype=np.float64),
            kind=np.array([kind for _, kind in pieces], dtype=np.int64).reshape(-1, sprints),
            rows=counts,
            weight=weight,
            most=most,
            weighs=np.zeros((last - first, len(horizon.items), width)),
            requires_from=requires_from,
            requires=np.array(requires, dtype=np.int64).reshape(-1, 2),
            any_from=any_from,
            any_of=np.array(any_of, dtype=np.int64).reshape(-1, 2),
            followers_from=followers_from,
            followers=np.array(followers, dtype=np.int64),
            rivals_from=rivals_from,
            rivals=np.array(rivals, dtype=np.int64),
            open_sprints=np.array([first, last], dtype=np.int64),
        )
        moves.weigh(facts)
        return facts

    def _rivals(self, index: int) -> Iterator[int]:
        for group in self._horizon.groups[index]:
            if group in self._horizon.exclusive:
                yield from (other for other in group if other != index)

    def state(self, at: Sequence[int | None]) -> State:
        """Return a plan whose loads and levels are not measured yet."""
        from planner.horizon import moves

        count, sprints = len(at), self._horizon.sprints
        changes = 4 * count + 1_000
        state = moves.State(
            at=np.array([moves.OUT if one is None else int(one) for one in at], dtype=np.int64),
            load=np.zeros((sprints, 1)),
            inside=np.zeros((sprints, max(1, count)), dtype=np.int64),
            size=np.zeros(sprints, dtype=np.int64),
            place=np.zeros(count, dtype=np.int64),
            log=np.zeros((changes, 2), dtype=np.int64),
            lost=np.zeros((changes, 2), dtype=np.int64),
            queue=np.zeros(changes, dtype=np.int64),
            passed=np.zeros(sprints),
            counts=np.zeros(2, dtype=np.int64),
            levels=np.zeros(4),
        )
        for index, sprint in enumerate(state.at):
            if sprint != moves.OUT:
                state.inside[sprint, state.size[sprint]] = index
                state.place[index] = state.size[sprint]
                state.size[sprint] += 1
        return state

    def placement(self, at: NDArray[np.int64]) -> dict[int, int | None]:
        """Sprint of every item, cut ones as they were."""
        found: dict[int, int | None] = dict(enumerate(self._at))
        found.update((index, None if at[index] < 0 else int(at[index])) for index in self.moving)
        return found

    def candidates(self) -> NDArray[np.int64]:
        """Of each sprint the items that are tried there, those of most gain for the effort; -1: no more."""
        allowed = np.isfinite(self.gain) & (self.part == 1)[:, None]
        effort = np.array([max(1, item.effort) for item in self._horizon.items], dtype=np.float64)
        count = min(MOST_CANDIDATES, max(1, int(allowed.sum(axis=0).max(initial=1))))
        keys = np.where(allowed, -self.gain / effort[:, None], np.inf)
        order = np.argsort(keys, axis=0, kind="stable")[:count]
        fine = np.isfinite(np.take_along_axis(keys, order, axis=0))
        return np.ascontiguousarray(np.where(fine, order, -1).T.astype(np.int64))

    def measure(self, facts: Facts, state: State) -> State:
        """Load and levels of a plan anew."""
        from planner.horizon import moves

        load = np.zeros(facts.most.shape)
        for sprint in range(self._horizon.sprints):
            load[sprint] = self._work_in(state.at, sprint) @ facts.weight[sprint]
        inside = np.flatnonzero(state.at != moves.OUT)
        state.levels[moves.VALUE] = math.fsum(facts.gain[inside, state.at[inside]])
        state.levels[moves.WORTH] = math.fsum(facts.worth[inside, state.at[inside]])
        state.passed[:] = np.maximum(load - facts.most, 0.0).sum(axis=1)
        state.levels[moves.PASSED] = state.passed.sum()
        return state._replace(load=load)

    def asked(self, at: NDArray[np.int64], sprint: int) -> NDArray[np.float64]:
        """Hundredths of each kind of work in a sprint."""
        return self._work_in(at, sprint)[: len(self._facets.kinds[sprint])]

    def _work_in(self, at: NDArray[np.int64], sprint: int) -> NDArray[np.float64]:
        found = self._base[sprint].copy()
        for index in np.flatnonzero(at == sprint):
            for amount, kinds in self._pieces[index]:
                found[kinds[sprint]] += amount
        return found


def _flat(rows: Iterable[Iterable[One]]) -> tuple[NDArray[np.int64], list[One]]:
    """Rows of varying length one behind the other, and where each begins."""
    begins: list[int] = [0]
    found: list[One] = []
    for row in rows:
        found.extend(row)
        begins.append(len(found))
    return np.array(begins, dtype=np.int64), found
