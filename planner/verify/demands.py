"""What each item of the backlog asks for: its open tasks, guessed efforts, what remains of started work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from models.base import exact, hundredths
from models.item import Item, Task
from planner.clock import TICKS_PER_DAY
from planner.verify.people import half_up

if TYPE_CHECKING:
    from models.scenario import Scenario


@dataclass(frozen=True)
class Need:
    """A task that is still to be done.

    Attributes
    ----------
    position
        0-based place in the item's list of tasks, which tasks refer to each other by here.
    effort
        What is left of it, in hundredths.
    wait
        Team ticks after its work that occupy nobody.
    after, not_by, same_as
        Positions of tasks that are open as well.
    """

    position: int
    label: str
    skill: str | None
    effort: int
    wait: int
    after: frozenset[int]
    not_by: frozenset[int]
    same_as: frozenset[int]


@dataclass(frozen=True)
class Demand:
    """An item with everything that has to be worked out about its work.

    Attributes
    ----------
    total
        Effort as given or guessed, in hundredths; `remaining` has no say here.
    tasks
        All its tasks as written, the finished ones of started work too: references and pins speak of these.
    needs
        The open ones.
    """

    item: Item
    done: bool
    guessed: bool
    total: int
    tasks: tuple[Task, ...]
    needs: tuple[Need, ...]

    @property
    def milestone(self) -> bool:
        """No work of its own."""
        return is_milestone(self.item)

    @property
    def started(self) -> bool:
        """In progress: prerequisites, release and readiness no longer ask anything."""
        return self.item.status == "in-progress" and not self.done

    @property
    def left(self) -> int:
        """Effort left, in hundredths."""
        return sum(need.effort for need in self.needs)

    def unknown_references(self) -> Iterator[tuple[str, int | str]]:
        """Keys of tasks with the tasks they name that the item does not have."""
        for task in self.tasks:
            for key, references in (("after", task.after or ()), ("not_by", task.not_by), ("same_as", task.same_as)):
                yield from ((key, name) for name in references if task_position(name, self.tasks) is None)


def is_milestone(item: Item) -> bool:
    """`milestone: true`, or `work: []` written out."""
    return item.milestone or item.work == ()


def ticks_of(days: float) -> int:
    """Team ticks of a wait or a lag given in team working days."""
    return half_up(TICKS_PER_DAY * exact(days))


def task_position(reference: int | str, tasks: Sequence[Task]) -> int | None:
    """0-based position of the task a reference names: an id, else a 1-based position."""
    if isinstance(reference, str):
        named = next((position for position, task in enumerate(tasks) if task.id == reference), None)
        if named is not None or not (reference.isascii() and reference.isdecimal()):
            return named
        reference = int(reference)
    return reference - 1 if 1 <= reference <= len(tasks) else None


def demands(scenario: Scenario) -> Iterator[Demand]:
    """Work out every item of the backlog, in its order."""
    guess = _Guess(scenario)
    finished = set(scenario.done)
    for item in scenario.backlog:
        tasks = _tasks(item)
        efforts = [guess.task(item, task, len(tasks)) for task in tasks]
        done = item.status == "done" or item.id in finished
        left = _remaining(item, tasks, efforts)
        yield Demand(
            item=item,
            done=done,
            guessed=any(task.effort is None for task in tasks),
            total=sum(efforts),
            tasks=tasks,
            needs=tuple(_need(position, tasks, left) for position in sorted(left)),
        )


def _tasks(item: Item) -> tuple[Task, ...]:
    if is_milestone(item):
        return ()
    return item.work if item.work is not None else (Task(skill=item.skill, effort=item.effort),)


def _need(position: int, tasks: Sequence[Task], left: dict[int, int]) -> Need:
    task = tasks[position]
    return Need(
        position=position,
        label=task.id or str(position + 1),
        skill=task.skill,
        effort=left[position],
        wait=ticks_of(task.wait_days),
        after=_open(_after(position, tasks), left),
        not_by=_open((task_position(name, tasks) for name in task.not_by), left),
        same_as=_open((task_position(name, tasks) for name in task.same_as), left),
    )


def _open(positions: Iterable[int | None], left: dict[int, int]) -> frozenset[int]:
    return frozenset(position for position in positions if position is not None and position in left)


def _after(position: int, tasks: Sequence[Task]) -> set[int]:
    """Tasks that come directly before this one: those named, or the one before it in the list."""
    after = tasks[position].after
    if after is None:
        return {position - 1} if position else set()
    named = (task_position(name, tasks) for name in after)
    return {other for other in named if other is not None}


def _remaining(item: Item, tasks: Sequence[Task], efforts: Sequence[int]) -> dict[int, int]:
    """Effort left of each task that is still open: what remains stands at the end of the task order."""
    if item.status != "in-progress" or item.remaining is None or not tasks:
        return dict(enumerate(efforts))
    order = _order(tasks)
    remaining = hundredths(exact(item.remaining))
    left: dict[int, int] = {}
    for position in reversed(order):
        if left and not remaining:
            break
        left[position] = min(efforts[position], remaining)
        remaining -= left[position]
    if remaining:
        left[order[0]] += remaining
    return left


def _order(tasks: Sequence[Task]) -> list[int]:
    """Topological order by Kahn, the lowest position first among those free."""
    missing = {position: _after(position, tasks) for position in range(len(tasks))}
    free = [position for position, before in missing.items() if not before]
    heapify(free)
    order: list[int] = []
    while free:
        first = heappop(free)
        order.append(first)
        for position, before in missing.items():
            if first in before:
                before.discard(first)
                if not before:
                    heappush(free, position)
    # Tasks that wait for each other in a circle fit no plan; they stand last, so that they are still judged.
    return order + [position for position in missing if position not in set(order)]


class _Guess:
    """The effort of tasks that came without one: the median item of the type, shared out by tasks."""

    def __init__(self, scenario: Scenario) -> None:
        totals: dict[str | None, list[int]] = {}
        for item in scenario.backlog:
            efforts = [task.effort for task in _tasks(item)]
            known = [hundredths(exact(effort)) for effort in efforts if effort is not None]
            if known and len(known) == len(efforts):
                for kind in {item.type, None}:
                    totals.setdefault(kind, []).append(sum(known))
        self._median = {kind: _median(efforts) for kind, efforts in totals.items()}
        self._otherwise = self._median.get(None, 600 if scenario.unit == "hours" else 100)

    def task(self, item: Item, task: Task, of_tasks: int) -> int:
        """Effort in hundredths, as given or as guessed."""
        if task.effort is not None:
            return hundredths(exact(task.effort))
        return half_up(Fraction(self._median.get(item.type, self._otherwise), of_tasks))


def _median(efforts: list[int]) -> int:
    ordered = sorted(efforts)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return half_up(Fraction(ordered[middle - 1] + ordered[middle], 2))
