"""The start-bucket relaxation: a bound on value that sees chains, absences and who is busy when.

The sprint is cut into buckets of whole ticks (a day, half a day, ...). A column says that a task starts in a bucket
with one of the specialists who may do it; where exactly is left open, and so is the order of what starts together.
Each row holds for every plan, so the optimum is a bound. It is the time-indexed formulation (Dyer and Wolsey 1990,
doi:10.1016/0166-218X(90)90104-K) with coarse steps and, in place of unit-by-unit capacity, the least work that a
start in a bucket leaves in a window (energetic reasoning: Erschler and Lopez 1990; Baptiste, Le Pape
and Nuijten, Constraint-Based Scheduling, 2001, chapter 3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.clock import TICKS_PER_DAY
from planner.instance import Instance, Item
from planner.solve.anneal import Guide
from planner.solve.linear import LinearProgram
from planner.solve.solution import TermName, days_late

if TYPE_CHECKING:
    from numpy.typing import NDArray

Gaps = dict[tuple[int, int], int]


@dataclass(frozen=True)
class Start:
    """A task starts in a bucket with a specialist.

    Attributes
    ----------
    first, last
        Earliest and latest own tick of the start.
    begin, until
        The same on the team's clock.
    finish
        Earliest team tick of the finish.
    length
        Least team ticks from start to finish.
    """

    column: int
    specialist: int
    bucket: int
    first: int
    last: int
    begin: int
    until: int
    finish: int
    length: int
    duration: int
    cost: int


class ItemRow(NamedTuple):
    """A row of the relaxation about nothing but items: how much each counts that is in, and the most of it."""

    row: int
    terms: tuple[tuple[int, float], ...]
    most: float


class Relaxation:
    """The linear program of one instance, and the way back from its columns.

    Parameters
    ----------
    bucket
        Ticks of a bucket.
    reached
        Terms before value and what they must at least (at most) be.
    whole_starts
        In the mixed-integer program a task starts whole or not at all, too, not only an item.
    """

    def __init__(
        self,
        instance: Instance,
        bucket: int,
        reached: Sequence[tuple[TermName, int]] = (),
        *,
        whole_starts: bool = False,
    ) -> None:
        self.instance = instance
        self._whole_starts = whole_starts
        self.bucket = max(1, bucket)  # a horizon of days off has no ticks
        self.buckets = -(-instance.horizon // self.bucket)
        self.program = LinearProgram()
        highest = max((item.value for item in instance.items), default=1)
        self.unit: int = 2 ** max(0, highest.bit_length() - 10)  # HiGHS wants gains of moderate size
        self.chosen = [self.program.column(1.0, gain=item.value / self.unit, whole=True) for item in instance.items]
        self.starts = [tuple(self._starts(task)) for task in range(len(instance.tasks))]
        self.room: list[int] = []  # rows that say how much work fits: the limit of each specialist, then windows
        self.windows: list[tuple[int, int, int, int]] = []  # rows of windows: row, specialist, own ticks from and to
        self.links: list[tuple[int, int, int, int]] = []  # of order: row, task before, task after, tick it speaks of
        self.item_rows: list[ItemRow] = []  # what no time is spoken of in, and no link says
        self._add_assignment()
        self._add_capacity()
        self._add_energy()
        self._add_order()
        links = self.program.rows
        self._add_depends_on()
        self._add_any_of()
        self._links = range(links, self.program.rows)
        self._add_groups()
        self._add_hands()
        self._add_due_cost()
        self._add_reached(reached)

    def value_bound(self, bound: float) -> int:
        """Bound of value in the instance's units: a whole number, due costs that every plan pays taken off."""
        return math.floor(bound * self.unit) - self.instance.lost

    def best_prices(self, reduced: NDArray[np.float64]) -> list[dict[int, float]]:
        """Reduced cost of each task with each specialist, in the bucket where it is best."""
        found: list[dict[int, float]] = []
        for starts in self.starts:
            best: dict[int, float] = {}
            for start in starts:
                best[start.specialist] = max(best.get(start.specialist, -math.inf), float(reduced[start.column]))
            found.append(best)
        return found

    def guide(self, duals: Sequence[float]) -> Guide:
        """What items and specialists are worth at the prices of a solution.

        Dependencies cost nothing here: an item that is worth its hours only with what builds on it is worth them then.
        """
        prices = np.array(duals)
        prices[self._links] = 0.0
        _, reduced = self.program.priced(list(prices))
        best = self.best_prices(reduced)
        return Guide(
            profit=[
                self.unit * (float(reduced[column]) + sum(max(best[task].values(), default=0.0) for task in item.tasks))
                for column, item in zip(self.chosen, self.instance.items, strict=True)
            ],
            prices=[{who: self.unit * (max(by.values()) - price) for who, price in by.items()} for by in best],
        )

    # -- columns -------------------------------------------------------------------------------------------------

    def _starts(self, task: int) -> Iterator[Start]:
        for choice in self.instance.tasks[task].choices:
            axis = self.instance.specialists[choice.specialist].axis
            for bucket in range(self.buckets):
                first = max(choice.earliest, axis.before(bucket * self.bucket))
                last = min(choice.latest - choice.duration, axis.before((bucket + 1) * self.bucket) - 1)
                if first > last:
                    continue
                # The least length is at an end of the range, or beside a pause that the work no longer crosses.
                places = {first, last}
                for position, _ in axis.pauses:
                    places.update(own for own in (position, position - choice.duration) if first <= own <= last)
                yield Start(
                    column=self.program.column(1.0, whole=self._whole_starts),
                    specialist=choice.specialist,
                    bucket=bucket,
                    first=first,
                    last=last,
                    begin=axis.start_tick(first),
                    until=axis.start_tick(last),
                    finish=axis.finish_tick(first + choice.duration),
                    length=min(axis.finish_tick(own + choice.duration) - axis.start_tick(own) for own in places),
                    duration=choice.duration,
                    cost=choice.cost,
                )

    # -- rows ----------------------------------------------------------------------------------------------------

    def _add_assignment(self) -> None:
        """A task of a chosen item starts once; no other task does."""
        for task, data in enumerate(self.instance.tasks):
            terms = [(start.column, 1.0) for start in self.starts[task]]
            self.program.row([*terms, (self.chosen[data.item], -1.0)], least=0.0, most=0.0)

    def _of(self, specialist: int) -> list[Start]:
        return [start for starts in self.starts for start in starts if start.specialist == specialist]

    def _add_capacity(self) -> None:
        """Hours of each specialist."""
        for who, person in enumerate(self.instance.specialists):
            self.room.append(self.program.rows)
            self.program.row([(start.column, float(start.cost)) for start in self._of(who)], most=float(person.limit))

    def _add_energy(self) -> None:
        """What must lie in a window of buckets, wherever in their buckets the tasks start, fits into it."""
        for who, person in enumerate(self.instance.specialists):
            starts = self._of(who)
            if not starts:
                continue
            columns = np.array([start.column for start in starts])
            first = np.array([start.first for start in starts])
            last = np.array([start.last for start in starts])
            duration = np.array([start.duration for start in starts])
            ends = sorted({person.axis.before(k * self.bucket) for k in range(self.buckets + 1)})
            for index, begin in enumerate(ends):
                for end in ends[index + 1 :]:
                    early = np.minimum(first + duration, end) - np.maximum(first, begin)
                    late = np.minimum(last + duration, end) - np.maximum(last, begin)
                    inside = np.maximum(0, np.minimum(early, late))
                    if inside.sum() > end - begin:
                        some = inside > 0
                        self.room.append(self.program.rows)
                        self.windows.append((self.program.rows, who, begin, end))
                        self.program.add_rows(columns[some], inside[some].astype(float), float(end - begin))

    def _add_order(self) -> None:
        """A task starts after those before it in its item, over whole chains and one by one."""
        for index, item in enumerate(self.instance.items):
            for (before, after), gap in self._gaps(item).items():
                self._started_after_finished(before, after, gap)
            self._add_moments(index, item)

    def _gaps(self, item: Item) -> Gaps:
        """Least ticks between a task's finish and the start of one after it, the tasks between included."""
        gaps: Gaps = {}
        for task in item.tasks:  # a task stands after those before it, or a later round fills in what is missing
            for before in self.instance.tasks[task].after:
                gaps[before, task] = max(gaps.get((before, task), 0), self.instance.tasks[before].wait)
        grown = True
        while grown:
            grown = False
            for (first, middle), gap in list(gaps.items()):
                for (begin, last), rest in list(gaps.items()):
                    if begin != middle:
                        continue
                    length = gap + min(start.length for start in self.starts[middle]) + rest
                    if length > gaps.get((first, last), -1):
                        gaps[first, last] = length
                        grown = True
        return gaps

    def _started_after_finished(self, before: int, after: int, gap: int) -> None:
        """By the end of each bucket the later task has started only as far as the earlier can be finished by then."""
        for bucket in range(self.buckets):
            begun = [start for start in self.starts[after] if start.bucket <= bucket]
            if not begun:
                continue
            latest = max(start.until for start in begun)
            over = [start for start in self.starts[before] if start.finish + gap <= latest]
            if len(over) < len(self.starts[before]):
                terms = [(start.column, 1.0) for start in begun]
                self.links.append((self.program.rows, before, after, latest))
                self.program.row([*terms, *((start.column, -1.0) for start in over)], most=0.0)

    def _add_moments(self, index: int, item: Item) -> None:
        """Start ticks, where a chain has several links: what one link loses in its bucket the next cannot use."""
        if not any(self.instance.tasks[task].after for task in item.tasks):
            return
        moments = {task: self.program.column(float(self.instance.horizon)) for task in item.tasks}
        for task, moment in moments.items():
            starts = self.starts[task]
            self.program.row([(moment, 1.0), *((s.column, -float(s.begin)) for s in starts)], least=0.0)
            self.program.row([(moment, 1.0), *((s.column, -float(s.until)) for s in starts)], most=0.0)
            for before in self.instance.tasks[task].after:
                lengths = [(start.column, -float(start.length)) for start in self.starts[before]]
                wait = (self.chosen[index], -float(self.instance.tasks[before].wait))
                self.program.row([(moment, 1.0), (moments[before], -1.0), wait, *lengths], least=0.0)

    def _add_depends_on(self) -> None:
        """What an item depends on is in, and finished before it starts."""
        for index, item in enumerate(self.instance.items):
            for before, lag in item.requires:
                both_in = self.program.rows
                if item.tasks and self.instance.items[before].tasks:
                    self.program.row([(self.chosen[index], 1.0), (self.chosen[before], -1.0)], most=0.0)
                else:
                    self._add_item_row([(index, 1.0), (before, -1.0)], 0.0)
                for last in self.instance.tasks_that_end(self.instance.items[before]):
                    for first in self._first(item):
                        self.links.append((both_in, last, first, self.instance.horizon - 1))
                        self._started_after_finished(last, first, self.instance.tasks[last].wait + lag)

    def _first(self, item: Item) -> list[int]:
        return [task for task in item.tasks if not self.instance.tasks[task].after]

    def _add_any_of(self) -> None:
        """One of the alternatives is in, and finished before the item starts."""
        for index, item in enumerate(self.instance.items):
            if item.any_of is None:
                continue
            options = dict(item.any_of)
            self._add_item_row([(index, 1.0), *((before, -1.0) for before in options)], 0.0)
            if any(self.instance.items[before].milestone for before in options):
                continue
            ends = {before: next(self.instance.tasks_that_end(self.instance.items[before])) for before in options}
            for first in self._first(item):
                for bucket in range(self.buckets):
                    begun = [start for start in self.starts[first] if start.bucket <= bucket]
                    if not begun:
                        continue
                    latest = max(start.until for start in begun)
                    over = [
                        (start.column, -1.0)
                        for before, end in ends.items()
                        for start in self.starts[end]
                        if start.finish + self.instance.tasks[end].wait + options[before] <= latest
                    ]
                    self.links.append((self.program.rows, next(iter(ends.values())), first, latest))
                    self.program.row([*((start.column, 1.0) for start in begun), *over], most=0.0)

    def _add_groups(self) -> None:
        """Must-dos, alternatives, what goes together, the most that shares allow."""
        chosen, items = self.chosen, self.instance.items
        for index, item in enumerate(items):
            if item.must:
                self.program.row([(chosen[index], 1.0)], least=1.0)
        for group in self.instance.exclusive:
            self._add_item_row([(index, 1.0) for index in group], 1.0)
        for first, *others in self.instance.together:
            for other in others:
                self.program.row([(chosen[other], 1.0), (chosen[first], -1.0)], least=0.0, most=0.0)
        for rule in self.instance.shares:
            if rule.maximum is not None:
                most = float(math.floor(rule.maximum * self.instance.capacity))
                self._add_item_row([(index, float(items[index].effort)) for index in rule.members], most)

    def _add_item_row(self, terms: Sequence[tuple[int, float]], most: float) -> None:
        self.item_rows.append(ItemRow(self.program.rows, tuple(terms), most))
        self.program.row([(self.chosen[index], amount) for index, amount in terms], most=most)

    def _add_hands(self) -> None:
        """Second pairs of eyes, and the same hands."""
        for task, data in enumerate(self.instance.tasks):
            for other in data.not_by:
                for who in sorted({start.specialist for start in self.starts[task]}):
                    both = [*self._by(task, who), *self._by(other, who)]
                    if task != other:
                        self.program.row([(c, 1.0) for c in both] + [(self.chosen[data.item], -1.0)], most=0.0)
            for other in data.same_as:
                for who in sorted({start.specialist for start in (*self.starts[task], *self.starts[other])}):
                    if task != other:
                        mine, theirs = self._by(task, who), self._by(other, who)
                        self.program.row([(c, 1.0) for c in mine] + [(c, -1.0) for c in theirs], least=0.0, most=0.0)

    def _by(self, task: int, who: int) -> list[int]:
        return [start.column for start in self.starts[task] if start.specialist == who]

    def _add_due_cost(self) -> None:
        """Days late: to the horizon's end if out, else at least what the earliest finish of the start bucket says."""
        for index, item in enumerate(self.instance.items):
            most = days_late(item, self.instance.horizon)
            if item.late_cost == 0 or most == 0:
                continue
            late = self.program.column(float(most), gain=-item.late_cost / self.unit)
            base = [(late, 1.0), (self.chosen[index], float(most))]
            self.program.row(base, least=float(most))
            for task in self.instance.tasks_that_end(item):
                wait = self.instance.tasks[task].wait
                days = [(start.column, -float(days_late(item, start.finish + wait))) for start in self.starts[task]]
                self.program.row([*base, *days], least=float(most))

    def _add_reached(self, reached: Sequence[tuple[TermName, int]]) -> None:
        """Terms before value stay as good as they are."""
        items = self.instance.items
        for term, value in reached:
            if term == "carried_over":
                carried = [
                    (self.chosen[index], float(item.carried)) for index, item in enumerate(items) if item.carried
                ]
                self.program.row(carried, least=float(value))
            elif term == "shortfall":
                self._add_shortfall(value)

    def _add_shortfall(self, most: int) -> None:
        missed = []
        for rule in self.instance.shares:
            if rule.minimum is None or self.instance.capacity == 0:
                continue
            short = self.program.column(100.0)
            missed.append((short, 1.0))
            effort = [(self.chosen[index], 100.0 * self.instance.items[index].effort) for index in rule.counted]
            wanted = math.ceil(100 * rule.minimum * self.instance.capacity)
            self.program.row([(short, float(self.instance.capacity)), *effort], least=float(wanted))
        self.program.row(missed, most=float(most))


def bucket_ticks(instance: Instance, entries: int) -> int:
    """Size of the buckets: as fine as a program of about so many entries allows, a day at the finest here."""
    options = sum(len(task.choices) for task in instance.tasks)
    days = max(1, instance.horizon // TICKS_PER_DAY)
    for days_a_bucket in range(1, days + 1):
        buckets = -(-days // days_a_bucket)
        # each option has a column a bucket, which stands in the windows it lies in
        if options * buckets * (buckets + 1) * (buckets + 2) / 6 <= entries:
            return days_a_bucket * TICKS_PER_DAY
    return days * TICKS_PER_DAY
