"""A plain CP-SAT model of one sprint, as a textbook would write it.

An optional interval for each task and each specialist who can do it, on the team's clock; one at a time per
specialist; work that runs across an absence is as much longer, one literal for each length it may have. No bounds of
our own, no narrowed windows, no hint, default parameters. Rules and objective are the contract's in full, so its value
and its bound compare with ours.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from ortools.sat.python.cp_model import CpModel, CpSolver, Domain, IntervalVar, IntVar, LinearExpr

from benchmarks.contestants import Entry, Trace
from benchmarks.contestants.options import Candidate, Option, Problem
from benchmarks.contestants.watched import solve
from benchmarks.schedule import Need, PlacedItem, PlacedTask, Workshop, as_plan
from models.scenario import Scenario
from planner.clock import TICKS_PER_DAY


def contest(scenario: Scenario, seconds: float) -> Entry:
    """Build the model and solve it."""
    trace = Trace()
    workshop = Workshop.of(scenario)
    problem = Problem.of(workshop)
    textbook = _Model(problem)
    solver = solve(textbook.model, seconds, trace, lambda figure: Fraction(figure, problem.scale))
    bound = trace.bounds[-1][1] if trace.bounds else None
    if solver is None:
        return Entry(None, bound, trace)
    proven = None if bound is None else Fraction(bound)
    return Entry(as_plan(workshop, textbook.placed(solver), "a plain CP-SAT model", proven), bound, trace)


@dataclass(frozen=True)
class _Task:
    """Start and finish on the team's clock, and per specialist (index) whether they do it."""

    start: IntVar
    finish: IntVar
    assigned: dict[int, IntVar]


@dataclass(frozen=True)
class _Item:
    """In the plan or not, finish with waits, tasks."""

    entry: Candidate
    chosen: IntVar
    finish: IntVar
    tasks: tuple[_Task, ...]


class _Model:
    """The model, one rule after the other."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.workshop = problem.workshop
        self.model = CpModel()
        self._taken: list[list[IntervalVar]] = [[] for _ in self.workshop.people]
        self._spent: list[list[LinearExpr]] = [[] for _ in self.workshop.people]
        self._lengths = lru_cache(maxsize=None)(lengths)
        self.items = {name: self._item(entry) for name, entry in problem.candidates.items()}
        for item in self.items.values():
            self._order(item)
            self._different_people(item)
            self._prerequisites(item)
        for person, taken, spent in zip(self.workshop.people, self._taken, self._spent, strict=True):
            self.model.add_no_overlap(taken)
            self.model.add(LinearExpr.sum(spent) <= person.limit)
        self.model.maximize(LinearExpr.sum([*map(self._benefit, self.items.values()), -problem.lost]))

    def placed(self, solver: CpSolver) -> dict[str, PlacedItem]:
        """Read the schedule off a solved model."""
        return {
            name: PlacedItem.of(item.entry.work, tuple(self._placed(solver, item)))
            for name, item in self.items.items()
            if solver.boolean_value(item.chosen)
        }

    def _placed(self, solver: CpSolver, item: _Item) -> Iterable[PlacedTask]:
        for task, options in zip(item.tasks, item.entry.options, strict=True):
            taken = next(option for option in options if solver.boolean_value(task.assigned[option.who]))
            yield self.workshop.people[taken.who].place(taken.who, solver.value(task.start), taken.duration)

    # -- variables ---------------------------------------------------------------------------------------------

    def _item(self, entry: Candidate) -> _Item:
        """An item in the plan has all its tasks done, by its deadline and after its release."""
        limit = self.workshop.finish_limit(entry.work.item)
        chosen = self.model.new_bool_var("")
        finish = self.model.new_int_var(0, max(0, limit), "")
        tasks = tuple(self._task(entry, index, chosen, limit) for index in range(len(entry.work.tasks)))
        for task, own in zip(tasks, entry.work.tasks, strict=True):
            self.model.add(finish >= task.finish + own.wait_ticks).only_enforce_if(chosen)
        return _Item(entry, chosen, finish, tasks)

    def _task(self, entry: Candidate, index: int, chosen: IntVar, limit: int) -> _Task:
        """A task of a chosen item is done by exactly one specialist who has the skill."""
        start = self.model.new_int_var(0, self.workshop.horizon, "")
        finish = self.model.new_int_var(0, self.workshop.horizon, "")
        self.model.add(start >= self.workshop.release(entry.work.item)).only_enforce_if(chosen)
        self.model.add(finish <= limit - entry.work.tasks[index].wait_ticks).only_enforce_if(chosen)
        assigned = {option.who: self._option(option, start, finish) for option in entry.options[index]}
        self.model.add(LinearExpr.sum(list(assigned.values())) == chosen)
        return _Task(start, finish, assigned)

    def _option(self, option: Option, start: IntVar, finish: IntVar) -> IntVar:
        """One task at a time, within the hours there are; work pauses over absences and goes on afterwards."""
        assigned = self.model.new_bool_var("")
        by_length = self._lengths(self.workshop.people[option.who].own, option.duration)
        size = self.model.new_int_var_from_domain(Domain.from_values(list(by_length)), "")
        literals = [assigned] if len(by_length) == 1 else [self.model.new_bool_var("") for _ in by_length]
        for literal, (length, starts) in zip(literals, by_length.items(), strict=True):
            self.model.add(size == length).only_enforce_if(literal)
            self.model.add_linear_expression_in_domain(start, starts).only_enforce_if(literal)
        self.model.add(LinearExpr.sum(literals) == assigned)
        self._taken[option.who].append(self.model.new_optional_interval_var(start, size, finish, assigned, ""))
        self._spent[option.who].append(option.cost * assigned)
        return assigned

    # -- rules -------------------------------------------------------------------------------------------------

    def _order(self, item: _Item) -> None:
        """A task starts after the tasks it follows, waits included."""
        for own, task in zip(item.entry.work.tasks, item.tasks, strict=True):
            for before in own.after:
                wait = item.entry.work.tasks[before].wait_ticks
                self.model.add(task.start >= item.tasks[before].finish + wait).only_enforce_if(item.chosen)

    def _different_people(self, item: _Item) -> None:
        """A second pair of eyes is somebody else's; what must be the same person's is."""
        for own, task in zip(item.entry.work.tasks, item.tasks, strict=True):
            for other in own.not_by:
                for who in task.assigned.keys() & item.tasks[other].assigned.keys():
                    self.model.add_at_most_one(task.assigned[who], item.tasks[other].assigned[who])
            for other in own.same_as:
                for who in task.assigned.keys() | item.tasks[other].assigned.keys():
                    self.model.add(task.assigned.get(who, 0) == item.tasks[other].assigned.get(who, 0))

    def _prerequisites(self, item: _Item) -> None:
        """An item starts after everything it depends on, and after one of its alternatives."""
        for need in item.entry.all_of:
            self._after(item, need, item.chosen)
        if item.entry.any_of is not None:
            waited_for = []
            for need in item.entry.any_of:
                if need.item in self.items:
                    waited_for.append(self.model.new_bool_var(""))
                    self._after(item, need, waited_for[-1])
            self.model.add_bool_or([*waited_for, ~item.chosen])

    def _after(self, item: _Item, need: Need, condition: IntVar) -> None:
        before = self.items[need.item]
        self.model.add_implication(condition, before.chosen)
        for index in item.entry.first:
            self.model.add(item.tasks[index].start >= before.finish + need.lag).only_enforce_if(condition)

    def _benefit(self, item: _Item) -> LinearExpr:
        """Value less due cost; an item that is left out pays to the horizon's end."""
        entry = item.entry
        out = self.problem.days_late_if_out(entry)
        if entry.late_cost == 0 or out == 0:
            return entry.value * item.chosen
        late = self.model.new_int_var(0, out, "")
        due = self.workshop.due_day(entry.work.item)
        self.model.add(item.finish <= TICKS_PER_DAY * (late + due)).only_enforce_if(item.chosen)
        self.model.add(late == out).only_enforce_if(~item.chosen)
        return LinearExpr.sum([entry.value * item.chosen, -entry.late_cost * late])


def lengths(own: tuple[int, ...], duration: int) -> dict[int, Domain]:
    """For each length on the team's clock that so much work may have: the ticks at which it can start."""
    starts: defaultdict[int, list[int]] = defaultdict(list)
    for start, last in zip(own, own[duration - 1 :], strict=False):
        starts[last + 1 - start].append(start)
    return {length: Domain.from_intervals(_runs(ticks)) for length, ticks in sorted(starts.items())}


def _runs(ticks: list[int]) -> list[list[int]]:
    """Closed intervals that neighbours make up."""
    edges = [index for index in range(1, len(ticks)) if ticks[index] != ticks[index - 1] + 1]
    return [[ticks[first], ticks[last - 1]] for first, last in itertools.pairwise([0, *edges, len(ticks)])]
