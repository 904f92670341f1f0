"""A schedule that makes room: each specialist's tasks in a sequence, with earliest and latest own starts.

Where a list schedule puts work into fixed gaps, here a task goes in wherever those after it can still move back far
enough and those before it are done soon enough; earliest and latest starts tell at once (insertion in job shops: Werner
and Winkler 1995, doi:10.1016/0166-218X(93)E0127-K). An item goes in within a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.axis import Axis
from planner.instance import Choice, Instance
from planner.solve import milestone_times
from planner.solve.solution import Placed, Solution, days_late

Link = tuple[int, int]  # the other task, and the least team ticks between
Prices = Sequence[Mapping[int, float]]  # per task and specialist


@dataclass(frozen=True)
class Snapshot:
    """All that changes, as it was."""

    sequence: list[list[int]]
    who: list[int]
    length: list[int]
    early: list[int]
    late: list[int]
    left: list[int]
    room: list[int]
    inside: set[int]
    alternative: dict[int, int]


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
    inside
        Items of the schedule that have tasks.
    movable
        Items that may be put in and taken out.
    """

    def __init__(self, instance: Instance, start: Solution) -> None:
        self.instance = instance
        self._clocks = [_Clock(person.axis, instance.horizon) for person in instance.specialists]
        self._choices = [{choice.specialist: choice for choice in task.choices} for task in instance.tasks]
        self._costs = [
            [[(choice.specialist, choice.cost) for choice in instance.tasks[task].choices] for task in item.tasks]
            for item in instance.items
        ]
        self._order = [_in_order(instance, item.tasks) for item in instance.items]
        self._last = [list(instance.tasks_that_end(item)) for item in instance.items]
        self._apart: list[set[int]] = [set(task.not_by) for task in instance.tasks]
        for task, data in enumerate(instance.tasks):
            for other in data.not_by:
                self._apart[other].add(task)
        self._before: list[list[Link]] = [[] for _ in instance.tasks]
        self._after: list[list[Link]] = [[] for _ in instance.tasks]
        self._followers: list[list[int]] = [[] for _ in instance.items]
        self._link_all()
        self._rivals = {index: group for group in instance.exclusive for index in group}
        self._shares = [rule for rule in instance.shares if rule.maximum is not None]
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
        self._dated = {
            task: start.tasks[task].own_start
            for index, item in enumerate(instance.items)
            if item.start_window is not None and index in start.items
            for task in item.tasks
        }
        self._begin(start)

    # -- what is fixed from the start ----------------------------------------------------------------------------

    def _link_all(self) -> None:
        for index, item in enumerate(self.instance.items):
            for task in item.tasks:
                for before in self.instance.tasks[task].after:
                    self._link(before, task, self.instance.tasks[before].wait)
            for other, lag in item.requires:
                self._followers[other].append(index)
                for before, after, gap in self._between(other, index, lag):
                    self._link(before, after, gap)

    def _link(self, before: int, after: int, gap: int) -> None:
        self._before[after].append((before, gap))
        self._after[before].append((after, gap))

    def _unlink(self, before: int, after: int, gap: int) -> None:
        self._before[after].remove((before, gap))
        self._after[before].remove((after, gap))

    def _between(self, other: int, index: int, lag: int) -> list[tuple[int, int, int]]:
        tasks = self.instance.tasks
        first = [task for task in self.instance.items[index].tasks if not tasks[task].after]
        return [(last, task, tasks[last].wait + lag) for last in self._last[other] for task in first]

    def _choose(self, index: int, alternative: int) -> None:
        """Let an item wait for one of its alternatives, as long as it is in."""
        self._alternative[index] = alternative
        lag = dict(self.instance.items[index].any_of or ())[alternative]
        for before, after, gap in self._between(alternative, index, lag):
            self._link(before, after, gap)

    def _release(self, index: int) -> None:
        alternative = self._alternative.pop(index, None)
        if alternative is not None:
            lag = dict(self.instance.items[index].any_of or ())[alternative]
            for before, after, gap in self._between(alternative, index, lag):
                self._unlink(before, after, gap)

    # -- the state -----------------------------------------------------------------------------------------------

    def _begin(self, start: Solution) -> None:
        instance = self.instance
        tasks = len(instance.tasks)
        self._who, self._length, self._early, self._late = [-1] * tasks, [0] * tasks, [0] * tasks, [0] * tasks
        self._sequence: list[list[int]] = [[] for _ in instance.specialists]
        self._left = [person.limit for person in instance.specialists]
        self._room = [int((rule.maximum or 0) * instance.capacity) for rule in self._shares]
        self._alternative: dict[int, int] = {}
        self.inside = {index for index in start.items if instance.items[index].tasks}
        for task, placed in sorted(start.tasks.items(), key=lambda entry: (entry[1].own_start, entry[0])):
            self._place(task, placed.specialist, len(self._sequence[placed.specialist]))
            self._early[task] = placed.own_start
        for index in sorted(self.inside):
            self._take_room(index, -1)
            options = {other: lag for other, lag in instance.items[index].any_of or () if other in self.inside}
            if options:
                self._choose(index, min(options, key=lambda other: (start.items[other][1] + options[other], other)))
        self._time_all()

    def save(self) -> Snapshot:
        """Remember the state."""
        return Snapshot(
            [list(tasks) for tasks in self._sequence],
            list(self._who),
            list(self._length),
            list(self._early),
            list(self._late),
            list(self._left),
            list(self._room),
            set(self.inside),
            dict(self._alternative),
        )

    def restore(self, state: Snapshot) -> None:
        """Go back to a state."""
        for index in list(self._alternative):
            self._release(index)
        for index, alternative in state.alternative.items():
            self._choose(index, alternative)
        self._sequence = [list(tasks) for tasks in state.sequence]
        self._who, self._length = list(state.who), list(state.length)
        self._early, self._late = list(state.early), list(state.late)
        self._left, self._room, self.inside = list(state.left), list(state.room), set(state.inside)

    def solution(self) -> Solution:
        """Everything as early as the sequences allow, with the milestones that hold then."""
        tasks = {}
        for task, who in enumerate(self._who):
            if who >= 0:
                own, clock = self._early[task], self._clocks[who]
                finish = clock.finish[own + self._length[task]]
                tasks[task] = Placed(who, own, clock.start[own], finish, self._choices[task][who].cost)
        finished = {index: self.finish(index) for index in sorted(self.inside)}
        milestone_times.settle(self.instance, finished)
        items = {
            index: (
                min((tasks[task].start for task in self.instance.items[index].tasks), default=end),
                end,
            )
            for index, end in sorted(finished.items())
        }
        return Solution(items, tasks)

    def finish(self, index: int) -> int:
        """Team tick at which an item of the schedule is done, waits included."""
        return max(self._done(task) + self.instance.tasks[task].wait for task in self._last[index])

    def late_cost(self, index: int) -> int:
        """Due cost of an item of the schedule."""
        item = self.instance.items[index]
        return item.late_cost * days_late(item, self.finish(index)) if item.late_cost else 0

    def specialists(self, index: int) -> set[int]:
        """Who works on an item of the schedule."""
        return {self._who[task] for task in self.instance.items[index].tasks}

    def _done(self, task: int) -> int:
        return self._clocks[self._who[task]].finish[self._early[task] + self._length[task]]

    def _place(self, task: int, who: int, position: int) -> None:
        choice = self._choices[task][who]
        self._who[task], self._length[task] = who, choice.duration
        self._left[who] -= choice.cost
        self._sequence[who].insert(position, task)

    def _displace(self, task: int) -> None:
        who = self._who[task]
        self._sequence[who].remove(task)
        self._left[who] += self._choices[task][who].cost
        self._who[task] = -1

    def _take_room(self, index: int, sign: int) -> None:
        for number, rule in enumerate(self._shares):
            if index in rule.members:
                self._room[number] += sign * self.instance.items[index].effort

    # -- out -----------------------------------------------------------------------------------------------------

    def with_followers(self, index: int) -> set[int] | None:
        """What leaves with an item, itself included; None where something of it has to stay."""
        found: set[int] = set()
        todo = [index]
        while todo:
            other = todo.pop()
            if other in found:
                continue
            if other not in self.movable:
                return None
            found.add(other)
            todo.extend(after for after in self._followers[other] if after in self.inside)
            todo.extend(after for after, chosen in self._alternative.items() if chosen == other)
        return found

    def remove(self, items: Iterable[int]) -> set[int]:
        """Take items out, with what depends on them; what has to stay, stays. Returns what left."""
        gone: set[int] = set()
        for index in items:
            if index in self.inside and index not in gone:
                gone |= self.with_followers(index) or set()
        for index in sorted(gone):
            self.inside.discard(index)
            self._release(index)
            self._take_room(index, 1)
            for task in self.instance.items[index].tasks:
                self._displace(task)
        self._time_all()
        return gone

    def _time_all(self) -> None:
        """Earliest and latest starts anew; the old earliest starts give an order that agrees with all sequences."""
        early, late, clocks, who = self._early, self._late, self._clocks, self._who
        tasks = [task for sequence in self._sequence for task in sequence]
        tasks.sort(key=lambda task: (clocks[who[task]].start[early[task]], task))
        last: dict[int, int] = {}
        for task in tasks:
            by = who[task]
            choice = self._choices[task][by]
            own = max(choice.earliest, clocks[by].own(self._ready(task)), last.get(by, 0), self._dated.get(task, 0))
            early[task] = own
            last[by] = own + choice.duration
        following: dict[int, int] = {}
        for task in reversed(tasks):
            by = who[task]
            choice = self._choices[task][by]
            until = min(choice.latest, clocks[by].own(self._due(task)), following.get(by, choice.latest))
            late[task] = self._dated.get(task, until - choice.duration)
            following[by] = late[task]

    # -- in ------------------------------------------------------------------------------------------------------

    def insert(self, index: int, prices: Prices) -> bool:
        """Put an item in, each task with whoever can be done first, prices (ticks) considered; or change nothing."""
        if not self._allowed(index) or not self._wait_for_alternative(index):
            return False
        undo: list[tuple[list[int], int, int]] = []
        placed: list[int] = []
        for task in self._order[index]:
            best = self._best_place(task, prices[task])
            if best is None:
                self._take_back(index, placed, undo)
                return False
            self._put(task, best[1], best[2], best[3], undo)
            placed.append(task)
        self.inside.add(index)
        self._take_room(index, -1)
        return True

    def _allowed(self, index: int) -> bool:
        item = self.instance.items[index]
        if any(other not in self.inside for other, _ in item.requires):
            return False
        if any(other in self.inside for other in self._rivals.get(index, ())):
            return False
        left = self._left
        for costs in self._costs[index]:
            for who, cost in costs:
                if cost <= left[who]:
                    break
            else:
                return False
        return not self._shares or all(
            item.effort <= left for rule, left in zip(self._shares, self._room, strict=True) if index in rule.members
        )

    def _wait_for_alternative(self, index: int) -> bool:
        options = self.instance.items[index].any_of
        if options is None:
            return True
        there = [(self.finish(other) + lag, other) for other, lag in options if other in self.inside]
        if there:
            self._choose(index, min(there)[1])
        return bool(there)

    def _take_back(self, index: int, placed: list[int], undo: list[tuple[list[int], int, int]]) -> None:
        for values, task, old in reversed(undo):
            values[task] = old
        for task in placed:
            self._displace(task)
        self._release(index)

    def _best_place(self, task: int, prices: Mapping[int, float]) -> tuple[float, int, int, int] | None:
        """The place where the task is done first, prices considered: (finish and price, who, own start, position)."""
        ready, due = self._ready(task), self._due(task)
        shunned = {self._who[other] for other in self._apart[task]}
        best = None
        for who, choice in self._choices[task].items():
            if choice.cost > self._left[who] or who in shunned:
                continue
            found = self._place_with(who, choice, ready, due, prices.get(who, 0.0))
            if found is not None and (best is None or found < best):
                best = found
        return best

    def _place_with(
        self, who: int, choice: Choice, ready: int, due: int, price: float
    ) -> tuple[float, int, int, int] | None:
        """First place in a specialist's sequence where the task fits."""
        clock, early, late, length = self._clocks[who], self._early, self._late, self._length
        own = max(choice.earliest, clock.own(ready))
        until = min(choice.latest, clock.own(due))
        if own + choice.duration > until:
            return None
        sequence, finish = self._sequence[who], clock.finish
        place = 0
        while place < len(sequence):
            other = sequence[place]
            end = early[other] + length[other]
            # What ends by then may have to come before; others never do, as they end later.
            if finish[end] > ready and own + choice.duration <= late[other]:
                break
            if end > own:
                own = end
                if own + choice.duration > until:
                    return None
            place += 1
        return finish[own + choice.duration] + price, who, own, place

    def _put(self, task: int, who: int, own: int, position: int, undo: list[tuple[list[int], int, int]]) -> None:
        due = self._due(task)
        self._place(task, who, position)
        sequence = self._sequence[who]
        choice = self._choices[task][who]
        until = min(choice.latest, self._clocks[who].own(due))
        if position + 1 < len(sequence):
            until = min(until, self._late[sequence[position + 1]])
        self._early[task], self._late[task] = own, until - choice.duration
        self._push_back(task, undo)
        self._pull_forward(task, undo)

    def _push_back(self, task: int, undo: list[tuple[list[int], int, int]]) -> None:
        """Earliest starts after a task has come in."""
        early = self._early
        todo = [task]
        for current in todo:
            who = self._who[current]
            sequence = self._sequence[who]
            end = early[current] + self._length[current]
            place = sequence.index(current) + 1
            if place < len(sequence) and early[sequence[place]] < end:
                undo.append((early, sequence[place], early[sequence[place]]))
                early[sequence[place]] = end
                todo.append(sequence[place])
            done = self._clocks[who].finish[end]
            for other, gap in self._after[current]:
                if self._who[other] >= 0:
                    own = self._clocks[self._who[other]].own(done + gap)
                    if early[other] < own:
                        undo.append((early, other, early[other]))
                        early[other] = own
                        todo.append(other)

    def _pull_forward(self, task: int, undo: list[tuple[list[int], int, int]]) -> None:
        """Latest starts after a task has come in."""
        late = self._late
        todo = [task]
        for current in todo:
            who = self._who[current]
            sequence = self._sequence[who]
            place = sequence.index(current) - 1
            if place >= 0:
                other = sequence[place]
                own = late[current] - self._length[other]
                if late[other] > own:
                    undo.append((late, other, late[other]))
                    late[other] = own
                    todo.append(other)
            begin = self._clocks[who].start[late[current]]
            for other, gap in self._before[current]:
                if self._who[other] >= 0:
                    own = self._clocks[self._who[other]].own(max(0, begin - gap)) - self._length[other]
                    if late[other] > own:
                        undo.append((late, other, late[other]))
                        late[other] = own
                        todo.append(other)

    def _ready(self, task: int) -> int:
        """Team tick from which a task may start, as things stand."""
        ready = self.instance.tasks[task].earliest
        for before, gap in self._before[task]:
            if self._who[before] >= 0:
                ready = max(ready, self._done(before) + gap)
        return ready

    def _due(self, task: int) -> int:
        """Team tick by which a task must be finished, as things stand."""
        due = self.instance.tasks[task].latest
        for after, gap in self._after[task]:
            who = self._who[after]
            if who >= 0:
                due = min(due, self._clocks[who].start[self._late[after]] - gap)
        return max(0, due)


class _Clock:
    """A specialist's own ticks and the team's, looked up instead of counted."""

    def __init__(self, axis: Axis, horizon: int) -> None:
        ticks = axis.before(horizon)
        self._horizon = horizon
        self._own = [axis.before(tick) for tick in range(horizon + 1)]
        self.start = [axis.start_tick(own) for own in range(ticks)] + [horizon]
        self.finish = [0] + [axis.finish_tick(own) for own in range(1, ticks + 1)]

    def own(self, tick: int) -> int:
        """Own ticks before a team tick; waits and lags may point beyond the horizon, where no more come."""
        return self._own[min(tick, self._horizon)]


def _in_order(instance: Instance, tasks: Sequence[int]) -> list[int]:
    """Tasks of an item after the ones they follow."""
    order: list[int] = []
    waiting = list(tasks)
    while waiting:
        task = next(task for task in waiting if all(before in order for before in instance.tasks[task].after))
        waiting.remove(task)
        order.append(task)
    return order
