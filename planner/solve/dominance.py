"""Items that another can always replace: a plan that has the one has the other, or there is a better plan.

An item *stands in* for another where it can be done in the other's place, hour for hour, and is worth at least as
much: by the same people, in no more time, at every moment the other could, with no demand the other does not have and
nobody who waits for the other. So the other needs to be in only if the one is (an exchange argument, the dominance of
branch and bound: Ibaraki 1977, doi:10.1145/322003.322010). Items that stand in for each other are taken in the order of
their indices. The exchange may change the terms after value: this is for the search for value alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python.cp_model import CpModel

from planner.instance import Instance, Item, Task
from planner.solve.solution import Placed, Solution
from planner.solve.variables import Variables


@dataclass(frozen=True)
class StandIn:
    """An item, the one it can replace, and in whose task's place each of its tasks goes."""

    item: int
    replaced: int
    places: Mapping[int, int]


def stand_ins(instance: Instance) -> list[StandIn]:
    """Find all pairs; none with a baseline, where it counts who was in it."""
    if instance.churn is not None:
        return []
    facts = _Facts(instance)
    free = [index for index in range(len(instance.items)) if facts.free(index)]
    found: dict[tuple[int, int], StandIn] = {}
    for replaced in free:
        if replaced in facts.awaited:
            continue
        for index in free:
            if index != replaced and (places := facts.places(index, replaced)) is not None:
                found[index, replaced] = StandIn(index, replaced, places)
    return [pair for (one, other), pair in found.items() if one < other or (other, one) not in found]


def add_stand_ins(model: CpModel, variables: Variables, pairs: Sequence[StandIn]) -> None:
    """An item that another can replace is in only if that one is."""
    for pair in pairs:
        model.add_implication(variables.chosen[pair.replaced], variables.chosen[pair.item])


def with_stand_ins(instance: Instance, solution: Solution, pairs: Sequence[StandIn]) -> Solution:
    """Replace items until no stand-in is out where the other is in: worth at least as much."""
    while True:
        pair = next((p for p in pairs if p.replaced in solution.items and p.item not in solution.items), None)
        if pair is None:
            return solution
        solution = _exchanged(instance, solution, pair)


def _exchanged(instance: Instance, solution: Solution, pair: StandIn) -> Solution:
    gone = set(instance.items[pair.replaced].tasks)
    tasks = {task: placed for task, placed in solution.tasks.items() if task not in gone}
    for task, place in pair.places.items():
        old = solution.tasks[place]
        choice = next(choice for choice in instance.tasks[task].choices if choice.specialist == old.specialist)
        axis = instance.specialists[old.specialist].axis
        finish = axis.finish_tick(old.own_start + choice.duration)
        tasks[task] = Placed(old.specialist, old.own_start, old.start, finish, choice.cost)
    items = {index: span for index, span in solution.items.items() if index != pair.replaced}
    items[pair.item] = (
        min(tasks[task].start for task in pair.places),
        max(tasks[task].finish + instance.tasks[task].wait for task in pair.places),
    )
    return Solution(items, tasks)


class _Facts:
    """What an exchange has to look at, looked up once."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.awaited: set[int] = set()
        self._for_milestones: set[int] = set()
        for item in instance.items:
            needed = {before for before, _ in (*item.requires, *(item.any_of or ()))}
            self.awaited |= needed
            if item.milestone:
                self._for_milestones |= needed
        self._together = {index for group in instance.together for index in group}
        self._groups: defaultdict[int, set[object]] = defaultdict(set)
        for number, group in enumerate(instance.exclusive):
            for index in group:
                self._groups[index].add(("exclusive", number))
        for number, rule in enumerate(instance.shares):
            for index in rule.members:
                self._groups[index].add(("share", number))
            for index in rule.counted:
                self._groups[index].add(("counted share", number))

    def free(self, index: int) -> bool:
        """Whether nothing speaks of this item alone: no demand that it is in, no day, no companion, no milestone."""
        item = self.instance.items[index]
        bound = item.must or item.milestone or item.start_window is not None
        return not bound and index not in self._together and index not in self._for_milestones

    def places(self, one: int, other: int) -> dict[int, int] | None:
        """In whose place each task of one item goes where it stands in for the other, None where it cannot."""
        item, replaced = self.instance.items[one], self.instance.items[other]
        if not _worth_it(item, replaced) or not _asks_no_more(item, replaced):
            return None
        if self._groups[one] != self._groups[other] or (self._groups[one] and item.effort != replaced.effort):
            return None
        return next(self._matches(item.tasks, replaced.tasks, {}), None)

    def _matches(
        self, left: tuple[int, ...], there: tuple[int, ...], places: dict[int, int]
    ) -> Iterator[dict[int, int]]:
        """All ways to give each task a place of its own."""
        if not left:
            if self._in_order(places):
                yield places
            return
        task, *rest = left
        for place in there:
            if place not in places.values() and _fits(self.instance.tasks[task], self.instance.tasks[place]):
                yield from self._matches(tuple(rest), there, {**places, task: place})

    def _in_order(self, places: Mapping[int, int]) -> bool:
        """What one asks among its tasks, the places ask too."""
        tasks = self.instance.tasks
        for task, place in places.items():
            after = self._all_before(place)
            mine, theirs = tasks[task], tasks[place]
            if any(places[before] not in after for before in mine.after):
                return False
            if not {places[other] for other in mine.not_by} <= self._apart(place):
                return False
            if not {places[other] for other in mine.same_as} <= set(theirs.same_as):
                return False
        return True

    def _all_before(self, task: int) -> set[int]:
        found: set[int] = set()
        todo = [*self.instance.tasks[task].after]
        while todo:
            before = todo.pop()
            if before not in found:
                found.add(before)
                todo.extend(self.instance.tasks[before].after)
        return found

    def _apart(self, task: int) -> set[int]:
        """Tasks of the item that somebody else does."""
        tasks = self.instance.tasks
        named_by = {other for other in self.instance.items[tasks[task].item].tasks if task in tasks[other].not_by}
        return named_by | set(tasks[task].not_by)


def _worth_it(item: Item, replaced: Item) -> bool:
    """Whether it brings at least as much whenever it finishes: its value, and the due cost that it saves."""
    if item.value < replaced.value or item.carried < replaced.carried:
        return False
    return not replaced.late_cost or (item.late_cost >= replaced.late_cost and item.due_days <= replaced.due_days)


def _asks_no_more(item: Item, replaced: Item) -> bool:
    """Whether it may be in, start and finish where the other does."""
    lags = dict(replaced.requires)
    if any(lags.get(before, -1) < lag for before, lag in item.requires):
        return False
    if item.any_of is not None and item.any_of != replaced.any_of:
        return False
    return item.release <= replaced.release and item.deadline >= replaced.deadline


def _fits(task: Task, place: Task) -> bool:
    """Whether whoever does the one could do the other instead, from the same moment and no longer."""
    if task.wait > place.wait or task.earliest > place.earliest or task.latest < place.latest:
        return False
    mine = {choice.specialist: choice for choice in task.choices}
    for theirs in place.choices:
        own = mine.get(theirs.specialist)
        if own is None or own.duration > theirs.duration or own.cost > theirs.cost:
            return False
        if own.earliest > theirs.earliest or own.latest - own.duration < theirs.latest - theirs.duration:
            return False
    return True
