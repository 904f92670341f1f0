"""PyJobShop, the open scheduling library nearest to what we do (Lan and Berkhout; pyjobshop.org), on OR-Tools.

Its words for our rules; nothing of them had to be left out:

- specialists are machines with breaks, their tasks may be interrupted by them; hours are a consumable resource each;
- tasks are optional, all of an item or none; who does it is a mode;
- a left-out item does a stand-in after the sprint's end instead, so that its job is tardy: weighted tardy jobs are the
  value (and due cost) lost;
- each working day after a due date is a job of its own, with an empty task after the item's last and that day's end as
  due date: tardy exactly if the item is so late, at the weight of a day's cost;
- a prerequisite is "select at least one", on condition of the successor's first task, and "end before start" with the
  wait and lag as delay; alternatives go over an optional empty task each, of which one must be selected;
- a second pair of eyes is "different resources".

The model is solved as the library's own ``solve`` does, with its defaults, only watched (it tells no plans on the way).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from ortools.sat.python.cp_model import CpSolver
from pyjobshop import Model
from pyjobshop.ProblemData import Consumable, Machine, Task
from pyjobshop.solvers.ortools import CPModel

from benchmarks.contestants import Entry, Trace
from benchmarks.contestants.options import Candidate, Problem
from benchmarks.contestants.watched import solve
from benchmarks.schedule import Need, PlacedItem, PlacedTask, Workshop, as_plan
from models.scenario import Scenario
from planner.clock import TICKS_PER_DAY


def contest(scenario: Scenario, seconds: float) -> Entry:
    """Build the library's model and solve it."""
    trace = Trace()
    workshop = Workshop.of(scenario)
    problem = Problem.of(workshop)
    shop = Shop(problem)
    library = CPModel(shop.model.data())
    most = sum(entry.value for entry in problem.candidates.values()) - problem.lost
    solver = solve(library.model, seconds, trace, lambda lost: Fraction(most - lost, problem.scale))
    bound = trace.bounds[-1][1] if trace.bounds else None
    if solver is None:
        return Entry(None, bound, trace)
    proven = None if bound is None else Fraction(bound)
    return Entry(as_plan(workshop, shop.placed(solver, library), "PyJobShop", proven), bound, trace)


class Shop:
    """The scenario as a shop of jobs."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.workshop = problem.workshop
        self.model = Model()
        self.people = [self._person(index) for index in range(len(self.workshop.people))]
        self.tasks: dict[str, list[Task]] = {}
        self.who: list[int] = []  # of each mode, -1 for stand-ins and empty tasks
        for name, entry in problem.candidates.items():
            self.tasks[name] = self._item(entry)
        for entry in problem.candidates.values():
            self._prerequisites(entry)
        self.model.set_objective(weight_tardy_jobs=1)

    def placed(self, solver: CpSolver, library: CPModel) -> dict[str, PlacedItem]:
        """Read the schedule off the solved model."""
        number = {id(task): index for index, task in enumerate(self.model.tasks)}
        variables = library.variables

        def place(task: Task) -> PlacedTask:
            index = number[id(task)]
            modes = [mode for mode in range(len(self.who)) if self.model.modes[mode].task == index]
            mode = next(mode for mode in modes if solver.boolean_value(variables.mode_vars[mode]))
            start = solver.value(variables.task_vars[index].start)
            who = self.who[mode]
            return self.workshop.people[who].place(who, start, self.model.modes[mode].duration)

        return {
            name: PlacedItem.of(entry.work, tuple(map(place, self.tasks[name])))
            for name, entry in self.problem.candidates.items()
            if solver.boolean_value(variables.task_vars[number[id(self.tasks[name][0])]].present)
        }

    # -- resources and jobs ------------------------------------------------------------------------------------

    def _person(self, index: int) -> tuple[Machine, Consumable]:
        """A machine that pauses over absences, and hours that are used up."""
        person = self.workshop.people[index]
        return self.model.add_machine(breaks=person.pauses(self.workshop.horizon)), self.model.add_consumable(
            person.limit
        )

    def _item(self, entry: Candidate) -> list[Task]:
        """Tasks, a stand-in that makes the job tardy if they are left out, and the days an item may be late."""
        work, horizon = entry.work, self.workshop.horizon
        out_cost = entry.late_cost * self.problem.days_late_if_out(entry)
        tasks = [self._task(entry, index) for index in range(len(work.tasks))]
        job = self.model.add_job(weight=entry.value + out_cost, due_date=horizon)
        stand_in = self.model.add_task(job=job, earliest_start=horizon, optional=True)
        self._mode(stand_in, -1, [], 1)
        self.model.add_select_exactly_one([tasks[0], stand_in])
        days = list(self._late_days(entry))
        self.model.add_select_all_or_none([*tasks, *days])
        for own, task in zip(work.tasks, tasks, strict=True):
            for before in own.after:
                self.model.add_end_before_start(tasks[before], task, work.tasks[before].wait_ticks)
            for other in own.not_by:
                self.model.add_different_resources(task, tasks[other])
            for other in own.same_as:
                self.model.add_identical_resources(task, tasks[other])
            for day in days:
                self.model.add_end_before_start(task, day, own.wait_ticks)
        return tasks

    def _task(self, entry: Candidate, index: int) -> Task:
        """One mode for each specialist who can do it."""
        item, own = entry.work.item, entry.work.tasks[index]
        task = self.model.add_task(
            earliest_start=self.workshop.release(item),
            latest_end=self.workshop.finish_limit(item) - own.wait_ticks,
            allow_breaks=True,
            optional=True,
        )
        for option in entry.options[index]:
            machine, hours = self.people[option.who]
            self._mode(task, option.who, [machine, hours], option.duration, [0, option.cost])
        return task

    def _mode(
        self, task: Task, who: int, resources: list[Machine | Consumable], duration: int, demands: Iterable[int] = ()
    ) -> None:
        self.model.add_mode(task, list(resources), duration, list(demands))
        self.who.append(who)

    def _late_days(self, entry: Candidate) -> Iterator[Task]:
        """One job for each working day by which the item may be late."""
        if entry.late_cost == 0:
            return
        due = self.workshop.due_day(entry.work.item)
        for day in range(due, due + self.problem.days_late_if_out(entry)):
            job = self.model.add_job(weight=entry.late_cost, due_date=TICKS_PER_DAY * day)
            late = self.model.add_task(job=job, optional=True)
            self._mode(late, -1, [], 0)
            yield late

    # -- prerequisites -----------------------------------------------------------------------------------------

    def _prerequisites(self, entry: Candidate) -> None:
        tasks = self.tasks[entry.work.item.id]
        for need in entry.all_of:
            self.model.add_select_at_least_one([self.tasks[need.item][0]], tasks[0])
            self._ends_before(need, [tasks[index] for index in entry.first])
        if entry.any_of is not None:
            links = [self._link(entry, need) for need in entry.any_of if need.item in self.tasks]
            self.model.add_select_at_least_one(links, tasks[0])

    def _link(self, entry: Candidate, need: Need) -> Task:
        """An empty task between an alternative and the item; selected only if the alternative is."""
        link = self.model.add_task(optional=True)
        self._mode(link, -1, [], 0)
        self.model.add_select_at_least_one([self.tasks[need.item][0]], link)
        self._ends_before(need, [link])
        for index in entry.first:
            self.model.add_end_before_start(link, self.tasks[entry.work.item.id][index])
        return link

    def _ends_before(self, need: Need, followers: list[Task]) -> None:
        before = self.problem.candidates[need.item].work
        for own, task in zip(before.tasks, self.tasks[need.item], strict=True):
            for follower in followers:
                self.model.add_end_before_start(task, follower, own.wait_ticks + need.lag)
