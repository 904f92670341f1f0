"""What is left to do: the open items with their tasks, guesses made and finished tasks gone (semantics.md, "Items")."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from models.base import exact, hundredths
from models.item import Item, Task, TaskRef
from models.scenario import Scenario
from planner.clock import TICKS_PER_DAY
from planner.errors import InputError

DEFAULT_EFFORT = {"hours": 600, "points": 100}  # hundredths: 6 hours, 1 point
READINESS = ("objective", "audience", "owner", "acceptance", "measurement")


@dataclass(frozen=True)
class OpenTask:
    """A task that is still to be done.

    Attributes
    ----------
    key
        Its id, or its position in words.
    position
        1-based place in the item as written.
    skill
        None: anyone can do it.
    effort
        What is left of it.
    after, not_by, same_as
        Indices into the tasks of its :class:`OpenItem`; finished tasks are gone.
    wait_ticks
        Team ticks after the work that occupy nobody.
    """

    key: str
    position: int
    skill: str | None
    effort: Fraction
    after: tuple[int, ...]
    wait_ticks: int
    not_by: tuple[int, ...]
    same_as: tuple[int, ...]


@dataclass(frozen=True)
class OpenItem:
    """An item that is not done, with the work that is left.

    Attributes
    ----------
    item
        The item as written.
    tasks
        What is left, in the order written; empty exactly for milestones.
    milestone
        No work of its own.
    guessed
        An effort was missing.
    total_effort
        As given or guessed, whatever has been done of it.
    remaining_effort
        Sum over the tasks left.
    """

    item: Item
    tasks: tuple[OpenTask, ...]
    milestone: bool
    guessed: bool
    total_effort: Fraction
    remaining_effort: Fraction


@dataclass(frozen=True)
class Estimate:
    """Hundredths of effort of each task of an item, and whether one had to be guessed."""

    efforts: tuple[int, ...]
    guessed: bool

    @property
    def total(self) -> Fraction:
        """Effort of the whole item."""
        return _in_full(sum(self.efforts))


def done_ids(scenario: Scenario) -> frozenset[str]:
    """Ids that are finished, in the backlog or not."""
    return frozenset(scenario.done).union(item.id for item in scenario.backlog if item.status == "done")


def is_milestone(item: Item) -> bool:
    """Whether the item has no work of its own: said, or ``work: []`` written out."""
    return item.milestone or item.work == ()


def open_items(scenario: Scenario) -> list[OpenItem]:
    """List the items that are not done, in the order of the file.

    Raises
    ------
    InputError
        If tasks of an item wait for each other in a circle, or a task is named that the item does not have.
    """
    done = done_ids(scenario)
    guesses = estimates(scenario)
    return [_open_item(item, guesses[item.id]) for item in scenario.backlog if item.id not in done]


def ticks(days: float) -> int:
    """Team ticks of a wait or lag, rounded half up."""
    scaled = TICKS_PER_DAY * exact(days)
    return (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)


def missing_readiness(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Readiness fields that each unready item leaves empty; ``ready: false`` alone counts as the field ``ready``.

    Items that are ready are left out. Milestones and items in progress are judged like all others: whether
    ``ready_only`` asks is for the caller.
    """
    used = [field for field in READINESS if any(_fills(item, field) for item in scenario.backlog)]
    missing: dict[str, tuple[str, ...]] = {}
    for item in scenario.backlog:
        empty = tuple(field for field in used if not _fills(item, field))
        if item.ready is False:
            missing[item.id] = empty or ("ready",)
        elif item.ready is None and empty:
            missing[item.id] = empty
    return missing


def _fills(item: Item, field: str) -> bool:
    """Whether a readiness field says something; a list of blank lines does not."""
    return any(getattr(item, field) or ())


def estimates(scenario: Scenario) -> dict[str, Estimate]:
    """Effort of every item of the backlog, done ones too, as given or guessed."""
    given = {item.id: [_given(task) for task in written_tasks(item)] for item in scenario.backlog}
    medians = _medians(scenario.backlog, given)
    overall = medians.get(None, DEFAULT_EFFORT[scenario.unit])
    return {item.id: _estimate(given[item.id], medians.get(item.type, overall)) for item in scenario.backlog}


def written_tasks(item: Item) -> tuple[Task, ...]:
    """List the tasks as written; the short form (`effort`, `skill`) is one task."""
    if is_milestone(item):
        return ()
    return item.work or (Task(skill=item.skill, effort=item.effort),)


@lru_cache(maxsize=65_536)
def _hundredths(effort: float) -> int:
    return hundredths(exact(effort))


@lru_cache(maxsize=65_536)
def _in_full(amount: int) -> Fraction:
    return Fraction(amount, 100)


def _given(task: Task) -> int | None:
    return None if task.effort is None else _hundredths(task.effort)


def _medians(backlog: Iterable[Item], given: dict[str, list[int | None]]) -> dict[str | None, int]:
    """Median total effort of the fully estimated items of each type, and of all of them under None."""
    totals: defaultdict[str | None, list[int]] = defaultdict(list)
    for item in backlog:
        known = [effort for effort in given[item.id] if effort is not None]
        if known and len(known) == len(given[item.id]):
            totals[None].append(sum(known))
            if item.type is not None:
                totals[item.type].append(sum(known))
    return {kind: _median(sorted(amounts)) for kind, amounts in totals.items()}


def _median(ordered: Sequence[int]) -> int:
    upper = len(ordered) // 2
    return ordered[upper] if len(ordered) % 2 else (ordered[upper - 1] + ordered[upper] + 1) // 2


def _estimate(given: Sequence[int | None], median: int) -> Estimate:
    """Fill the gaps: each task without effort gets an equal part of the median."""
    if None not in given:
        return Estimate(tuple(effort for effort in given if effort is not None), guessed=False)
    part = (2 * median + len(given)) // (2 * len(given))
    return Estimate(tuple(part if effort is None else effort for effort in given), guessed=True)


def _open_item(item: Item, estimate: Estimate) -> OpenItem:
    tasks = written_tasks(item)
    numbers = _numbers(item, tasks)
    predecessors = [_predecessors(item, index, tasks, numbers) for index in range(len(tasks))]
    left = _remaining(item, estimate, _order(item, tasks, predecessors))
    kept = {place: index for index, place in enumerate(sorted(left))}

    def still(places: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({kept[place] for place in places if place in kept}))

    def named(refs: tuple[TaskRef, ...]) -> tuple[int, ...]:
        return still(_resolve(item, numbers, len(tasks), ref) for ref in refs) if refs else ()

    def others(place: int) -> tuple[int, ...]:
        found = named(tasks[place].not_by)
        if kept[place] in found:
            cause = f"its task {task_key(tasks[place], place)} is to be done by somebody other than who does it"
            raise InputError(f"item {item.id}", cause, "Name another task in `not_by`")
        return found

    def open_task(place: int) -> OpenTask:
        task = tasks[place]
        return OpenTask(
            key=task_key(task, place),
            position=place + 1,
            skill=task.skill,
            effort=_in_full(left[place]),
            after=still(predecessors[place]) if predecessors[place] else (),
            wait_ticks=ticks(task.wait_days) if task.wait_days else 0,
            not_by=others(place),
            same_as=named(task.same_as),
        )

    return OpenItem(
        item=item,
        tasks=tuple(map(open_task, kept)),
        milestone=not tasks,
        guessed=estimate.guessed,
        total_effort=estimate.total,
        remaining_effort=_in_full(sum(left.values())),
    )


def task_key(task: Task, index: int) -> str:
    """Return the task's name in plans and messages: its id, or its 1-based position."""
    return task.id if task.id is not None else str(index + 1)


def task_index(item: Item, ref: TaskRef) -> int:
    """0-based place of the task that a reference (an id, or a 1-based position) means.

    Raises
    ------
    InputError
        If the item has no such task.
    """
    tasks = written_tasks(item)
    return _resolve(item, _numbers(item, tasks), len(tasks), ref)


def _numbers(item: Item, tasks: Sequence[Task]) -> dict[str, int]:
    """0-based place of each task that has an id; no two tasks may bear one name in a plan."""
    keys = [task_key(task, index) for index, task in enumerate(tasks)]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError(f"item {item.id}", f"two of its tasks are called {twice!r}", "Give them different ids")
    return {task.id: index for index, task in enumerate(tasks) if task.id is not None}


def _resolve(item: Item, numbers: dict[str, int], count: int, ref: TaskRef) -> int:
    if isinstance(ref, str) and ref in numbers:
        return numbers[ref]
    position = int(ref) if isinstance(ref, int) or (ref.isascii() and ref.isdigit()) else 0
    if not 1 <= position <= count:
        known = ", ".join(numbers) + (" or " if numbers else "")
        remedy = f"Use {known}a position from 1 to {count}" if count else "It has no tasks"
        raise InputError(f"item {item.id}", f"there is no task {ref!r}", remedy)
    return position - 1


def _predecessors(item: Item, index: int, tasks: Sequence[Task], numbers: dict[str, int]) -> tuple[int, ...]:
    """0-based places of the tasks that a task comes right after; unless said, the one before it in the list."""
    refs = tasks[index].after
    if refs is None:
        return (index - 1,) if index else ()
    return tuple(sorted({_resolve(item, numbers, len(tasks), ref) for ref in refs}))


def _order(item: Item, tasks: Sequence[Task], predecessors: Sequence[tuple[int, ...]]) -> list[int]:
    """Order topologically, the lowest position first among those free (Kahn)."""
    waiting = [len(earlier) for earlier in predecessors]
    successors: list[list[int]] = [[] for _ in predecessors]
    for index, earlier in enumerate(predecessors):
        for other in earlier:
            successors[other].append(index)
    free = [index for index, count in enumerate(waiting) if count == 0]
    order: list[int] = []
    while free:
        order.append(index := heapq.heappop(free))
        for later in successors[index]:
            waiting[later] -= 1
            if waiting[later] == 0:
                heapq.heappush(free, later)
    if len(order) < len(tasks):
        _refuse_circle(item, tasks, predecessors, set(range(len(tasks))).difference(order))
    return order


def _refuse_circle(item: Item, tasks: Sequence[Task], predecessors: Sequence[tuple[int, ...]], stuck: set[int]) -> None:
    """Walk back from the first stuck task until one repeats: every stuck task waits for a stuck one."""
    path = [min(stuck)]
    while path.count(path[-1]) == 1:
        path.append(min(stuck.intersection(predecessors[path[-1]])))
    circle = path[path.index(path[-1]) :]
    shown = " → ".join(task_key(tasks[index], index) for index in circle)
    raise InputError(f"item {item.id}", f"its tasks wait for each other: {shown}", "Take one of them out of `after`")


def _remaining(item: Item, estimate: Estimate, order: Sequence[int]) -> dict[int, int]:
    """Hundredths of effort left of each task that is not finished: what remains lies at the end of the order."""
    if item.remaining is None or not order:
        return dict(enumerate(estimate.efforts))
    rest = _hundredths(item.remaining)
    left: dict[int, int] = {}
    for index in reversed(order):
        if rest == 0 and left:
            break
        left[index] = min(estimate.efforts[index], rest)
        rest -= left[index]
    if rest:
        left[order[0]] += rest
    return left
