"""A schedule that makes room: each specialist's tasks in a sequence, with earliest and latest own starts.

Where a list schedule puts work into fixed gaps, here a task goes in wherever those after it can still move back far
enough and those before it are done soon enough; earliest and latest starts tell at once (insertion in job shops: Werner
and Winkler 1995, doi:10.1016/0166-218X(93)E0127-K). An item goes in within some microseconds: ``moves.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from planner.instance import Instance
from planner.solve import milestone_times, rows
from planner.solve.arrays import Floats, Ints, clocks_of, data_of, empty_state
from planner.solve.solution import Placed, Solution

Prices = Sequence[Mapping[int, float]]  # per task and specialist


def usable(instance: Instance) -> bool:
    """Whether all rules of the instance are among those that sequences keep, and all value is in items with tasks."""
    items = instance.items
    if instance.max_parallel is not None or any(item.milestone and (item.value or item.late_cost) for item in items):
        return False
    needed = (other for item in items if item.tasks for other, _ in (*item.requires, *(item.any_of or ())))
    return not any(items[other].milestone for other in needed)


class Sequences:
    """Sequences that start from a schedule and keep every rule of a usable instance, minimum shares excepted.

    Work in progress, must-dos, groups that go together, and what a pin dates stay in or out as the schedule has them.

    Attributes
    ----------
    movable
        Items that may be put in and taken out.
    clocks, data, state
        The instance and the schedule as the compiled search wants them.
    """

    def __init__(self, instance: Instance, start: Solution) -> None:
        self.instance = instance
        together = {index for group in instance.together for index in group}
        self.movable = frozenset(
            index
            for index, item in enumerate(instance.items)
            if item.tasks
            and not item.must
            and not item.carried
            and item.start_window is None
            and index not in together
            and not any(instance.tasks[task].same_as for task in item.tasks)
        )
        dated = {
            task: start.tasks[task].own_start
            for index, item in enumerate(instance.items)
            if item.start_window is not None and index in start.items
            for task in item.tasks
        }
        self.clocks = clocks_of(instance)
        self.data = data_of(instance, self.movable, dated)
        self.state = empty_state(instance)
        self._begin(start)

    def _begin(self, start: Solution) -> None:
        from planner.solve import moves

        data, state, instance = self.data, self.state, self.instance
        last: dict[int, int] = {}
        for task, placed in sorted(start.tasks.items(), key=lambda entry: (entry[1].own_start, entry[0])):
            who = placed.specialist
            choice = next(
                place
                for place in range(data[rows.CHOICE_FROM, task], data[rows.CHOICE_FROM, task + 1])
                if data[rows.WHO, place] == who
            )
            moves.place_after(data, state, task, choice, last.get(who, -1))
            last[who] = task
        for index in sorted(start.items):
            if instance.items[index].tasks:
                state[rows.INSIDE, index] = 1
                moves.take_room(data, state, index, -1)
        for index in sorted(self.inside):
            options = {other: lag for other, lag in instance.items[index].any_of or () if state[rows.INSIDE, other]}
            if options:
                best = min(options, key=lambda other: (start.items[other][1] + options[other], other))
                state[rows.ALTERNATIVE, index] = best
        moves.time_all(self.clocks, data, state)

    @property
    def inside(self) -> set[int]:
        """Items of the schedule that have tasks."""
        return set(np.flatnonzero(self.state[rows.INSIDE]).tolist())

    def save(self) -> Ints:
        """Remember the state."""
        return self.state.copy()

    def restore(self, state: Ints) -> None:
        """Go back to a state."""
        self.state[:] = state

    def prices(self, prices: Prices) -> Floats:
        """Lay prices out as the choices are."""
        return np.array(
            [
                by_person.get(choice.specialist, 0.0)
                for task, by_person in zip(self.instance.tasks, prices, strict=True)
                for choice in task.choices
            ]
        )

    def remove(self, items: Iterable[int]) -> set[int]:
        """Take items out, with what depends on them; what has to stay, stays. Returns what left."""
        from planner.solve import moves

        before = self.inside
        moves.remove(self.clocks, self.data, self.state, np.array(list(items), dtype=np.int64))
        return before - self.inside

    def insert(self, index: int, prices: Prices) -> bool:
        """Put an item in, each task with whoever can be done first, prices (ticks) considered; or change nothing."""
        from planner.solve import moves

        return moves.insert(self.clocks, self.data, self.state, index, self.prices(prices))

    def solution(self, state: Ints | None = None) -> Solution:
        """Everything as early as the sequences allow, with the milestones that hold then."""
        data, clocks = self.data, self.clocks
        state = self.state if state is None else state
        tasks = {}
        for task in np.flatnonzero(state[rows.CHOICE] >= 0).tolist():
            place, own = state[rows.CHOICE, task], int(state[rows.EARLY, task])
            who = int(data[rows.WHO, place])
            end = int(clocks[rows.FINISH, who, own + data[rows.DURATION, place]])
            tasks[task] = Placed(who, own, int(clocks[rows.START, who, own]), end, int(data[rows.COST, place]))
        finished = {
            index: max(
                tasks[task].finish + self.instance.tasks[task].wait
                for task in self.instance.tasks_that_end(self.instance.items[index])
            )
            for index in np.flatnonzero(state[rows.INSIDE]).tolist()
        }
        milestone_times.settle(self.instance, finished)
        items = {
            index: (min((tasks[task].start for task in self.instance.items[index].tasks), default=end), end)
            for index, end in sorted(finished.items())
        }
        return Solution(items, tasks)
