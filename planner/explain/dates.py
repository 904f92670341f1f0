"""What fixes an item's dates: the chain of work, people and rules that leads back from its finish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.explanation import Link
from planner.explain.case import Case
from planner.instance import Choice, Item
from planner.wording import day


@dataclass(frozen=True)
class _Cause:
    """Why something does not start earlier, and the task or milestone that leads on (index, whether it is a task)."""

    text: str
    task: int | None = None
    milestone: int | None = None


def chain(case: Case, index: int) -> tuple[Link, ...]:
    """Follow an item's finish back to what does not wait for anything, the last step first."""
    return tuple(_Chain(case).links(index))


class _Chain:
    def __init__(self, case: Case) -> None:
        self._case = case
        self._instance = case.prepared.instance
        self._found = case.found

    def links(self, index: int) -> Iterator[Link]:
        step = self._end_of(index)
        seen: set[tuple[int | None, int | None]] = set()  # milestones at one moment may lead back to each other
        while (step.task is not None or step.milestone is not None) and (step.task, step.milestone) not in seen:
            seen.add((step.task, step.milestone))
            if step.task is not None:
                cause = self._why_task(step.task)
                yield self._task_link(step.task, cause.text)
            elif step.milestone is not None:
                cause = self._why_ready(self._instance.items[step.milestone], None)
                yield self._milestone_link(step.milestone, cause.text)
            step = cause

    def _end_of(self, index: int) -> _Cause:
        """The task with which an item finishes, or the milestone itself."""
        item = self._instance.items[index]
        if item.milestone:
            return _Cause("", milestone=index)
        return _Cause("", task=max(item.tasks, key=lambda task: (self._over(task), task)))

    def _over(self, task: int) -> int:
        """Tick at which a task is finished, its wait included."""
        return self._found.tasks[task].finish + self._instance.tasks[task].wait

    def _why_task(self, task: int) -> _Cause:
        """What keeps a task from starting earlier: the first of its limits that meets its start."""
        placed = self._found.tasks[task]
        axis = self._instance.specialists[placed.specialist].axis
        data = self._instance.tasks[task]
        item = self._instance.items[data.item]
        for before in data.after:
            if axis.before(self._over(before)) == placed.own_start > 0:
                waited = " and its wait" if self._instance.tasks[before].wait else ""
                return _Cause(f"waits for {self._named(before)}{waited}", task=before)
        if not data.after:
            cause = self._why_ready(item, placed.specialist)
            if cause.text and placed.own_start > 0 and axis.before(self._ready_tick(item)) == placed.own_start:
                return cause
        return self._why_person(task)

    def _why_person(self, task: int) -> _Cause:
        placed = self._found.tasks[task]
        who = self._instance.specialists[placed.specialist].name
        if placed.own_start == 0:
            return _Cause(f"starts as soon as {who} is there")
        for other, done in self._found.tasks.items():
            if done.specialist != placed.specialist:
                continue
            if done.own_start + self._choice(other, done.specialist).duration == placed.own_start:
                return _Cause(f"waits until {who} is done with {self._full_name(other)}", task=other)
        if self._choice(task, placed.specialist).earliest == placed.own_start:
            return _Cause(f"cannot be started earlier by {who} in any plan")
        return _Cause("nothing that it needs keeps it from starting earlier")

    def _choice(self, task: int, who: int) -> Choice:
        return next(choice for choice in self._instance.tasks[task].choices if choice.specialist == who)

    def _ready_tick(self, item: Item) -> int:
        """Earliest tick that the release and the dependencies of an item allow in this plan."""
        ends = {index: finish for index, (_, finish) in self._found.items.items()}
        ready = [item.release, *(ends[before] + lag for before, lag in item.requires)]
        if item.any_of is not None:
            ready.append(min((ends[before] + lag for before, lag in item.any_of if before in ends), default=0))
        return max(ready)

    def _why_ready(self, item: Item, who: int | None) -> _Cause:
        """What an item waits for before anything of it can start; no text where it is nothing."""
        ready = self._ready_tick(item)
        ends = {index: finish for index, (_, finish) in self._found.items.items()}
        for before, lag in (*item.requires, *(item.any_of or ())):
            if before in ends and ends[before] + lag == ready and ready > 0:
                days = " and the days that must pass after it" if lag else ""
                end = self._end_of(before)
                return _Cause(f"waits for {self._instance.items[before].id}{days}", end.task, end.milestone)
        if item.release == ready and ready > 0:
            return _Cause(f"is released on {day(self._case.prepared.clock.start_time(ready))}")
        return _Cause("" if who is not None else "waits for nothing in the sprint")

    def _named(self, task: int) -> str:
        """A task within its item."""
        data = self._instance.tasks[task]
        entry = self._case.prepared.open[self._instance.items[data.item].id]
        written = next(one for one in entry.tasks if one.key == data.key)
        return written.skill or f"task {data.key}"

    def _full_name(self, task: int) -> str:
        return f"{self._instance.items[self._instance.tasks[task].item].id} ({self._named(task)})"

    def _task_link(self, task: int, because: str) -> Link:
        placed, clock = self._found.tasks[task], self._case.prepared.clock
        return Link(
            item=self._instance.items[self._instance.tasks[task].item].id,
            task=self._instance.tasks[task].key,
            specialist=self._instance.specialists[placed.specialist].name,
            start=clock.start_time(placed.start),
            finish=clock.finish_time(placed.finish),
            because=because,
        )

    def _milestone_link(self, index: int, because: str) -> Link:
        moment = self._case.prepared.clock.finish_time(self._found.items[index][1])
        return Link(
            item=self._instance.items[index].id,
            task=None,
            specialist=None,
            start=moment,
            finish=moment,
            because=because,
        )
