"""Every hour has a price, and each item is planned alone against the prices: a bound exact to the tick.

What items share (hours, and the finish of what they depend on) is priced instead of kept. Each item then takes the
cheapest way through its tasks, order, waits, absences and due cost to the tick, or stays out; the sum, plus what all
hours are worth, is a bound for any prices (Lagrangian relaxation of a time-indexed program: Christofides,
Alvarez-Valdes and Tamarit 1987, doi:10.1016/0377-2217(87)90240-2; Moehring, Schulz, Stork and Uetz 2003,
doi:10.1287/mnsc.49.3.330.12737). With the best prices it equals the start-bucket relaxation (``relaxation.py``) with
buckets of a tick, which would be far too large to solve. ``volume.py`` looks for the best prices.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.instance import Instance, Item
from planner.solve.solution import days_late

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.solve.relaxation import Relaxation
    from planner.solve.ways import Table

    Floats = NDArray[np.float64]
    Places = slice | NDArray[np.int64]

HOURS_BLOCK = 12  # own ticks with one price; blocks of twice as many prove 0.3 % less
LINK_STEP = 24  # ticks between the moments at which a dependency has a price
# How far a price moves for a unit of hours that are missing: an hour's block, the limit's hundredths, a dependency.
HOURS_PACE, LIMIT_PACE, LINK_PACE, ITEM_PACE = 1.0, 1e-3, 200.0, 200.0
ROUNDING = 1e-9  # of the size of all sums, outwards


class Way(NamedTuple):
    """A task with one specialist: from which own tick on, team ticks of each start and finish (wait included)."""

    who: int
    duration: int
    cost: float
    earliest: int
    starts: NDArray[np.int64]
    finishes: NDArray[np.int64]
    at_starts: Places
    at_finishes: Places


class _Link(NamedTuple):
    """A task starts only when one of these has finished so many ticks before."""

    task: int
    sources: tuple[tuple[int, int], ...]


class _Costs(NamedTuple):
    """What a task costs at least: finished at a tick, by a tick, and from each start of each way."""

    at: Floats
    by: Floats
    ways: tuple[Floats, ...]


@dataclass(frozen=True)
class AtPrices:
    """What all items do, each alone.

    Attributes
    ----------
    bound
        No plan is worth more, due costs of what is in the instance included.
    slack
        Of each price: what is left of what it pays for; negative where more is taken than there is.
    taken
        Of each item: 1 where it is in.
    """

    bound: float
    slack: Floats
    taken: Floats


class ItemsAlone:
    """The items of an instance, to be planned alone at any prices.

    Prices stand in one array: of blocks of each specialist's own ticks, of their limits, of each dependency at moments.

    Parameters
    ----------
    quick
        Compiled (``ways.py``): twice as many prices a second, but it has to be ready (``compiled.py``).

    Attributes
    ----------
    pace
        Of each price: how far it moves where its slack is 1.
    """

    def __init__(self, instance: Instance, *, quick: bool = False) -> None:
        self.instance = instance
        self._length = instance.horizon + 1 + max((task.wait for task in instance.tasks), default=0)
        self._ways = [tuple(self._ways_of(task)) for task in range(len(instance.tasks))]
        self._order = [self._in_order(item) for item in instance.items]
        self._before, self._ends = self._one_follower_each()
        self._links = list(self._all_links())
        self._started: dict[int, list[int]] = {}  # links of each task that starts only then
        self._finished: dict[int, list[tuple[int, int]]] = {}  # and of each that must have finished, with lag
        for row, link in enumerate(self._links):
            self._started.setdefault(link.task, []).append(row)
            for source, lag in link.sources:
                self._finished.setdefault(source, []).append((row, lag))
        self._late = dict(self._due_costs())
        moments = [*range(LINK_STEP - 1, instance.horizon - 1, LINK_STEP), instance.horizon - 1]
        self._moments = np.array(moments if self._links else [], dtype=np.int64)
        lag = max((lag for link in self._links for _, lag in link.sources), default=0)
        self._next_moment = np.searchsorted(self._moments, np.arange(self._length + lag))
        blocks = [-(-person.axis.length // HOURS_BLOCK) for person in instance.specialists]
        self._first_block = np.concatenate([[0], np.cumsum(blocks)]).astype(np.int64)
        self._room = np.concatenate([*self._block_lengths(), [float(p.limit) for p in instance.specialists]])
        self._first_link = len(self._room)
        self._first_row = self._first_link + len(self._links) * len(self._moments)
        self._room = np.concatenate([self._room, np.zeros(self._first_row - self._first_link)])
        self.pace = np.full(len(self._room), HOURS_PACE)
        self.pace[self._first_block[-1] :] = LIMIT_PACE
        self.pace[self._first_link :] = LINK_PACE
        self._rows = np.zeros((0, len(instance.items)))
        self._laid_out = self._lay_out() if quick else ()
        self._none = np.zeros(self._length)

    # -- what stays the same -------------------------------------------------------------------------------------

    def _ways_of(self, task: int) -> Iterator[Way]:
        data = self.instance.tasks[task]
        for choice in data.choices:
            axis = self.instance.specialists[choice.specialist].axis
            own = range(choice.earliest, choice.latest - choice.duration + 1)
            starts = np.array([axis.start_tick(tick) for tick in own], dtype=np.int64)
            finishes = np.array([axis.finish_tick(tick + choice.duration) + data.wait for tick in own], dtype=np.int64)
            yield Way(
                choice.specialist,
                choice.duration,
                float(choice.cost),
                choice.earliest,
                starts,
                finishes,
                _places(starts),
                _places(finishes),
            )

    def _lay_out(self) -> tuple[Table, ...]:
        from planner.solve import ways

        self._quick_costs = ways.costs
        first = np.cumsum([0] + [person.axis.length + 1 for person in self.instance.specialists])
        return tuple(ways.table_of(task_ways, first) for task_ways in self._ways)

    def _in_order(self, item: Item) -> list[int]:
        return list(TopologicalSorter({task: self.instance.tasks[task].after for task in item.tasks}).static_order())

    def _one_follower_each(self) -> tuple[list[list[int]], list[bool]]:
        """Keep of what follows a task only the longest way to the end, so that costs simply add up.

        Returns
        -------
        Of each task those before it that are kept, and whether nothing that follows is kept.
        """
        tasks = self.instance.tasks
        followers: list[list[int]] = [[] for _ in tasks]
        for index, task in enumerate(tasks):
            for before in task.after:
                followers[before].append(index)
        tail = [0] * len(tasks)
        before_it: list[list[int]] = [[] for _ in tasks]
        for order in self._order:
            for index in reversed(order):
                rest = max((tail[other] for other in followers[index]), default=0)
                tail[index] = rest + tasks[index].wait + min(way.duration for way in self._ways[index])
                if followers[index]:
                    before_it[max(followers[index], key=lambda other: (tail[other], -other))].append(index)
        return before_it, [not others for others in followers]

    def _all_links(self) -> Iterator[_Link]:
        """The order of tasks that is not kept, and dependencies between items; what milestones ask for is left out."""
        instance = self.instance
        for index, data in enumerate(instance.tasks):
            others = sorted(set(data.after) - set(self._before[index]))
            yield from (_Link(index, ((before, 0),)) for before in others)
        for item in instance.items:
            first = [task for task in item.tasks if not instance.tasks[task].after]
            for before, lag in item.requires:
                for last in instance.tasks_that_end(instance.items[before]):
                    yield from (_Link(task, ((last, lag),)) for task in first)
            options = item.any_of or ()
            if options and not any(instance.items[before].milestone for before, _ in options):
                ends = {before: next(instance.tasks_that_end(instance.items[before])) for before, _ in options}
                sources = tuple((ends[before], lag) for before, lag in options)
                yield from (_Link(task, sources) for task in first)

    def _due_costs(self) -> Iterator[tuple[int, Floats]]:
        """Due cost by finish, of the task that can be over last of all that end the item."""
        instance = self.instance
        for item in instance.items:
            ends = [task for task in item.tasks if self._ends[task]]
            if item.late_cost and ends and days_late(item, instance.horizon):
                last = max(ends, key=lambda task: (min(int(way.finishes[0]) for way in self._ways[task]), task))
                yield last, float(item.late_cost) * np.array([float(days_late(item, t)) for t in range(self._length)])

    def _block_lengths(self) -> Iterator[Floats]:
        for person in self.instance.specialists:
            yield np.bincount(np.arange(person.axis.length) // HOURS_BLOCK).astype(np.float64)

    def forbid(self, items: Sequence[int], taken: Floats) -> float:
        """Add a price, the last one, for items that cannot all be in; return its slack where so much of each is in."""
        self._add_row([(index, 1.0) for index in items], len(items) - 1.0)
        return float(len(items) - 1.0 - self._rows[-1] @ taken)

    def _add_row(self, terms: Sequence[tuple[int, float]], most: float) -> None:
        row = np.zeros((1, len(self.instance.items)))
        for index, amount in terms:
            row[0, index] += amount
        self._rows = np.concatenate([self._rows, row])
        self._room = np.append(self._room, most)
        self.pace = np.append(self.pace, ITEM_PACE)

    @property
    def size(self) -> int:
        """How many starts of tasks are looked at for each set of prices."""
        return sum(len(way.starts) for ways in self._ways for way in ways)

    # -- prices --------------------------------------------------------------------------------------------------

    def prices_of(self, relaxation: Relaxation, duals: Sequence[float]) -> Floats:
        """Prices to begin with: those of the relaxation's rows of hours, spread over their windows, of order and items.

        Rows about items alone get their prices here.
        """
        ticks = [np.zeros(person.axis.length) for person in self.instance.specialists]
        for row, who, begin, end in relaxation.windows:
            ticks[who][begin:end] += max(0.0, duals[row])
        prices = np.zeros(len(self._room))
        for who, by_tick in enumerate(ticks):
            block = self._blocks(who)
            totals = np.bincount(np.arange(len(by_tick)) // HOURS_BLOCK, weights=by_tick)
            prices[block] = totals / self._room[block]
            prices[self._first_block[-1] + who] = max(0.0, duals[relaxation.room[who]])
        by_link = self._link_prices(prices)
        rows = {(before, link.task): row for row, link in enumerate(self._links) for before, _ in link.sources}
        told = set()
        for row, before, after, tick in relaxation.links:
            if (before, after) in rows and row not in told:
                told.add(row)  # that an item asks for another stands there for each pair of their tasks
                by_link[rows[before, after], self._next_moment[tick]] += max(0.0, duals[row])
        by_row = []
        for row, terms, most in relaxation.item_rows:
            size = max((abs(amount) for _, amount in terms), default=0.0) or 1.0  # hours count in hundredths
            self._add_row([(index, amount / size) for index, amount in terms], most / size)
            by_row.append(size * max(0.0, duals[row]))
        return np.append(prices, by_row) * float(relaxation.unit)

    def _blocks(self, who: int) -> slice:
        return slice(int(self._first_block[who]), int(self._first_block[who + 1]))

    def _limit_prices(self, prices: Floats) -> Floats:
        return prices[self._first_block[-1] : self._first_link]

    def at(self, prices: Floats) -> AtPrices:
        """Plan each item alone at these prices, none of them negative."""
        instance = self.instance
        spent = [self._spent(prices, who) for who in range(len(instance.specialists))]
        if self._laid_out:
            spent.append(np.concatenate(spent))
        limits = self._limit_prices(prices)
        begin, end = self._moment_costs(prices)
        slack, taken = self._room.copy(), np.zeros(len(instance.items))
        fines = prices[self._first_row :] @ self._rows
        profits: list[float] = []
        use = [np.zeros(len(paid)) for paid in spent[: len(instance.specialists)]]
        for index, item in enumerate(instance.items):
            costs: dict[int, _Costs] = {}
            for task in self._order[index]:
                costs[task] = self._costs(task, costs, spent, limits, begin, end)
            ends = [task for task in self._order[index] if self._ends[task]]
            out = float(item.late_cost * days_late(item, instance.horizon))
            profit = item.value + out - float(fines[index]) - sum(float(costs[task].by[-1]) for task in ends)
            profits.append(-out)
            if profit > 0 or item.must:
                profits.append(profit)
                taken[index] = 1.0
                self._take(ends, costs, use, slack)
        for who, by_tick in enumerate(use):
            block = self._blocks(who)
            hours = np.cumsum(by_tick)[:-1]
            slack[block] -= np.bincount(np.arange(len(hours)) // HOURS_BLOCK, weights=hours)
        slack[self._first_row :] -= self._rows @ taken
        worth = prices * self._room
        size = float(worth.sum()) + math.fsum(map(abs, profits)) + sum(abs(item.value) for item in instance.items)
        return AtPrices(math.fsum([*worth, *profits]) + ROUNDING * size, slack, taken)

    def _spent(self, prices: Floats, who: int) -> Floats:
        """What the ticks of a specialist before each own tick cost together."""
        by_tick = np.repeat(prices[self._blocks(who)], HOURS_BLOCK)[: self.instance.specialists[who].axis.length]
        return np.concatenate([[0.0], np.cumsum(by_tick)])

    def _link_prices(self, prices: Floats) -> Floats:
        return prices[self._first_link : self._first_row].reshape(len(self._links), len(self._moments))

    def _moment_costs(self, prices: Floats) -> tuple[dict[int, Floats], dict[int, Floats]]:
        """What a start at each team tick costs, and a finish, for what it lets others do."""
        begin: dict[int, Floats] = {}
        end: dict[int, Floats] = {}
        if not self._links:
            return begin, end
        for link, row in zip(self._links, self._link_prices(prices), strict=True):
            if row.any():
                later = np.append(np.cumsum(row[::-1])[::-1], 0.0)[self._next_moment]  # all moments from a tick on
                begin[link.task] = begin.get(link.task, 0.0) + later[: self._length]
                for task, lag in link.sources:
                    end[task] = end.get(task, 0.0) - later[lag : lag + self._length]
        return begin, end

    def _costs(
        self,
        task: int,
        costs: dict[int, _Costs],
        spent: list[Floats],
        limits: Floats,
        begin: dict[int, Floats],
        end: dict[int, Floats],
    ) -> _Costs:
        """Cheapest ways to do a task and all before it."""
        at_start: list[Floats] = [costs[before].by for before in self._before[task]]
        at_start += [extra[task] for extra in (begin,) if task in extra]
        at_finish = [extra[task] for extra in (end, self._late) if task in extra]
        if self._laid_out:
            return self._costs_quickly(task, at_start, at_finish, spent[-1], limits)
        at = np.full(self._length, math.inf)
        ways = []
        for way in self._ways[task]:
            paid = spent[way.who][way.earliest : way.earliest + way.duration + len(way.starts)]
            cost = paid[way.duration :] - paid[: len(way.starts)] + limits[way.who] * way.cost
            for extra in at_start:
                cost += extra[way.at_starts]
            for extra in at_finish:
                cost += extra[way.at_finishes]
            at[way.at_finishes] = np.minimum(at[way.at_finishes], cost)
            ways.append(cost)
        return _Costs(at, np.minimum.accumulate(at), tuple(ways))

    def _costs_quickly(
        self, task: int, at_start: list[Floats], at_finish: list[Floats], spent: Floats, limits: Floats
    ) -> _Costs:
        table, none = self._laid_out[task], self._none
        at, by, by_start = np.empty(self._length), np.empty(self._length), np.empty(len(table.starts))
        self._quick_costs(*table, spent, limits, _sum(at_start, none), _sum(at_finish, none), at, by, by_start)
        return _Costs(at, by, (by_start,))

    def _take(self, ends: list[int], costs: dict[int, _Costs], use: list[Floats], slack: Floats) -> None:
        """Count what the cheapest ways to an item's ends use."""
        todo = [(task, self._length - 1) for task in ends]
        while todo:
            task, latest = todo.pop()
            finish = int(np.argmin(costs[task].at[: latest + 1]))
            way, place = self._cheapest(task, costs[task], finish)
            start = int(way.starts[place])
            use[way.who][way.earliest + place] += 1.0
            use[way.who][way.earliest + place + way.duration] -= 1.0
            slack[self._first_block[-1] + way.who] -= way.cost
            self._count_moments(task, start, finish, slack)
            todo.extend((before, start) for before in self._before[task])

    def _cheapest(self, task: int, costs: _Costs, finish: int) -> tuple[Way, int]:
        """The way and the place among its starts that give the cost of a finish."""
        if self._laid_out:
            table, by_start = self._laid_out[task], costs.ways[0]
            place = int(np.argmax((table.finishes == finish) & (by_start == costs.at[finish])))
            number = int(np.searchsorted(table.ways[:, -1], place, side="right")) - 1
            return self._ways[task][number], place - int(table.ways[number, -1])
        for way, by_start in zip(self._ways[task], costs.ways, strict=True):
            place = int(np.searchsorted(way.finishes, finish))
            if place < len(by_start) and way.finishes[place] == finish and by_start[place] == costs.at[finish]:
                return way, place
        raise AssertionError("the cheapest cost came from one of the ways")

    def _count_moments(self, task: int, start: int, finish: int, slack: Floats) -> None:
        by_link = self._link_prices(slack)
        for row in self._started.get(task, ()):
            by_link[row, self._next_moment[start] :] -= 1.0
        for row, lag in self._finished.get(task, ()):
            by_link[row, self._next_moment[finish + lag] :] += 1.0


def _places(ticks: NDArray[np.int64]) -> Places:
    """Where these ticks stand in an array by ticks: a slice, which is several times faster, if none lies between."""
    first, last = int(ticks[0]), int(ticks[-1])
    return slice(first, last + 1) if last - first == len(ticks) - 1 else ticks


def _sum(extras: Sequence[Floats], none: Floats) -> Floats:
    return sum(extras[1:], extras[0]) if extras else none
