"""The search for value: one half proves how good a plan can be, the other looks for plans.

A sprint of up to some fifty items goes whole to one half, which settles most of them in a second. The start-bucket
relaxation gives a bound and says which items are worth looking at; in larger sprints a model restricted to them comes
first. Large neighbourhood search (Shaw 1998, doi:10.1007/3-540-49481-2_30) then improves the plan, while branch and cut
on the relaxation goes on proving. Both halves tell each other what they find, and stop as soon as value and bound meet.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Sequence

from planner.instance import Instance
from planner.solve import keys
from planner.solve.ceiling import add_ceiling
from planner.solve.incumbent import Incumbent
from planner.solve.limits import Limits
from planner.solve.linear import solve_relaxed, solve_whole
from planner.solve.model import build_model
from planner.solve.neighbourhoods import Neighbourhoods
from planner.solve.objective import VALUE, Term, hold
from planner.solve.relaxation import Relaxation, bucket_ticks
from planner.solve.restrict import Restricted, restrict
from planner.solve.run import Effort, add_hint, run
from planner.solve.solution import Solution, TermName
from planner.solve.submodel import SubModels

# Two halves at a time slow each other down, so at first the whole model, which settles most sprints, is alone.
HEAD_START = 3.0  # seconds
HEAD_START_PART = 0.3  # of the time, at most
LARGE_HEAD_START = 1.0  # of larger sprints, which need both halves more often
WHOLE_OPTIONS = 1_000  # (task, specialist) pairs up to which the whole model is worth building
CEILING_TASKS = 60  # tasks from which on the relaxation's ceiling pays for itself
WHOLE_PART = 0.5  # of what is left: what the whole model has not settled by then it will not settle soon
CHOICE_PART = 0.4  # of what is left: the model restricted to the relaxation's choice
ITEMS_AT_ONCE = 260  # items that the neighbourhoods' model holds
RELAXATION_ENTRIES = 150_000  # half a second or so for HiGHS; finer buckets lower the bound by less than 1 %
LEAST_WORK = 0.001  # what a step counts for at least, so that limited work always ends
STEP_WORK = 0.2  # deterministic work of one neighbourhood, half a second or less
WANTED = 1e-6  # part of an item in the relaxation from which on it counts as chosen


class ValueSearch:
    """The search of one instance.

    Parameters
    ----------
    reached
        Terms before value with the figure each must keep.
    incumbent
        Where everything found and proven goes.
    start
        A schedule to start from, perhaps one that breaks a rule.
    """

    def __init__(
        self,
        instance: Instance,
        limits: Limits,
        reached: Sequence[tuple[Term, int]],
        incumbent: Incumbent,
        start: Solution,
    ) -> None:
        self.instance = instance
        self.limits = limits
        self.reached = reached
        self.incumbent = incumbent
        self.start = start
        self.small = sum(len(task.choices) for task in instance.tasks) <= WHOLE_OPTIONS
        self._relaxed = threading.Event()
        self._relaxation: Relaxation | None = None
        self._wanted: list[float] | None = None

    def run(self) -> None:
        """Search until value and bound meet or the limits are reached."""
        if self.limits.work is not None or (self.limits.workers or os.cpu_count()) == 1:
            self._one_after_the_other()
        else:
            self._side_by_side()

    def _one_after_the_other(self) -> None:
        if self.small:
            self._whole(WHOLE_PART)
        if not self.incumbent.over():
            self._relax()
            self._improve()

    def _side_by_side(self) -> None:
        prover = _Half(self._prove)
        if self.small:
            alone = HEAD_START if len(self.instance.tasks) <= CEILING_TASKS else LARGE_HEAD_START
            prover.join(min(alone, HEAD_START_PART * self.limits.left))
        try:
            self._wait_for_wishes()
            self._improve()
            while prover.is_alive() and not self.incumbent.over():
                prover.join(0.02)
        finally:
            self.incumbent.stop.set()
            prover.finish()

    def _wait_for_wishes(self) -> None:
        """Until it is known what the relaxation wants: from the other half, or worked out here."""
        if self.incumbent.over():
            return
        if self.small:
            self._relax()
            return
        while not self.incumbent.over() and not self._relaxed.wait(0.02):
            pass

    # -- proving -------------------------------------------------------------------------------------------------

    def _prove(self) -> None:
        """The whole model for a while, if it is not too large; then branch and cut on the relaxation."""
        if self.small:
            self._whole(WHOLE_PART)
        else:
            self._relax()
        relaxation = self._relaxation
        if relaxation is not None and not self.incumbent.over():
            solve_whole(relaxation.program, self.limits.left, self.incumbent.over, self._bound_of(relaxation))

    def _relax(self) -> None:
        """Solve the relaxation: a bound, and how much of each item it takes."""
        try:
            self._solve_relaxation()
        finally:
            self._relaxed.set()

    def _solve_relaxation(self) -> None:
        relaxation = Relaxation(self.instance, bucket_ticks(self.instance, RELAXATION_ENTRIES), self._terms())
        answer = solve_relaxed(relaxation.program, self.limits.left, self.incumbent.over)
        if answer.infeasible:
            self.incumbent.ruled_out()
        if answer.bound is not None:
            self._bound_of(relaxation)(answer.bound)
        if answer.columns is not None:
            self._relaxation = relaxation
            self._wanted = [float(answer.columns[column]) for column in relaxation.chosen]

    def _terms(self) -> list[tuple[TermName, int]]:
        return [(term.name, value) for term, value in self.reached]

    def _bound_of(self, relaxation: Relaxation) -> Callable[[float], None]:
        return lambda bound: self.incumbent.proved(relaxation.value_bound(bound))

    def _whole(self, part: float) -> None:
        """Solve the whole model, from the best plan there is."""
        model, variables = build_model(self.instance)
        for term, value in self.reached:
            hold(model, self.instance, variables, term, value)
        worth = VALUE.expression(model, self.instance, variables)
        if len(self.instance.tasks) > CEILING_TASKS:
            coarse = Relaxation(self.instance, self.instance.horizon, self._terms())
            add_ceiling(model, self.instance, variables, worth, coarse, self.incumbent.over)
        model.maximize(worth)
        add_hint(model, self.instance, variables, self.incumbent.best or self.start)
        limits = self.limits
        effort = Effort(
            seconds=part * limits.left,
            work=math.inf if limits.work_left is None else part * limits.work_left,
            workers=1,
            seed=limits.seed,
        )
        answer = run(
            model,
            self.instance,
            variables,
            effort,
            stop=self.incumbent.over,
            on_solution=self.incumbent.found,
            on_bound=self.incumbent.proved,
        )
        limits.spend(answer.work)
        if answer.status == "infeasible":
            self.incumbent.ruled_out()
        if answer.solution is not None:
            self.incumbent.found(answer.solution)
        if answer.bound is not None:
            self.incumbent.proved(answer.bound)

    # -- finding plans -------------------------------------------------------------------------------------------

    def _improve(self) -> None:
        """Plan among what the relaxation chose, then improve neighbourhood by neighbourhood."""
        if self.incumbent.over():
            return
        wanted = self._wanted or [0.5] * len(self.instance.items)
        if not self.small:  # in small sprints the whole model has found better plans by now
            self._list_better(wanted)
        start = self.incumbent.best or self.start
        part = restrict(self.instance, _worth_looking_at(self.instance, wanted, start))
        models = SubModels(part.instance, self.reached)
        here = [wanted[index] for index in part.items]
        if not self.small or self.incumbent.best is None:
            self._plan_choice(part, models, here, start)
        if self.incumbent.best is not None:
            self._step_by_step(part, models, here)

    def _list_better(self, wanted: Sequence[float]) -> None:
        listed = keys.improve(self.instance, wanted, self.limits.seed, self._keeps_reached, self.incumbent.over)
        if listed is not None:
            self.incumbent.found(listed)

    def _keeps_reached(self, solution: Solution) -> bool:
        figures = solution.terms(self.instance)
        return not any(term.better(value, figures[term.name]) for term, value in self.reached)

    def _plan_choice(self, part: Restricted, models: SubModels, wanted: Sequence[float], start: Solution) -> None:
        out = [
            index
            for index, item in enumerate(part.instance.items)
            if wanted[index] < WANTED and part.items[index] not in start.items and item.tasks and not item.must
        ]
        answer = models.without(out, part.to_here(start), self._effort(CHOICE_PART, 1), self.incumbent.over)
        self._take(part, answer.solution, answer.work)

    def _step_by_step(self, part: Restricted, models: SubModels, wanted: Sequence[float]) -> None:
        """Large neighbourhood search from the best plan."""
        neighbourhoods = Neighbourhoods(part.instance, wanted, self.limits.seed)
        round_number = 0

        def taking(found: Solution) -> None:
            self._take(part, found, 0.0)

        while not self.incumbent.over() and self.incumbent.best is not None:
            round_number += 1
            current = part.to_here(self.incumbent.best)
            kind, free = neighbourhoods.next(current)
            effort = self._effort(1.0, self.limits.seed + round_number, STEP_WORK)
            answer = models.around(current, free, effort, self.incumbent.over, taking)
            neighbourhoods.learn(kind, better=answer.solution is not None, exhausted=answer.status == "infeasible")
            self._take(part, answer.solution, max(LEAST_WORK, answer.work))

    def _effort(self, part: float, seed: int, work: float = math.inf) -> Effort:
        left = self.limits.work_left
        most = work if left is None else min(work, part * left)
        return Effort(seconds=part * self.limits.left, work=most, workers=1, seed=seed)

    def _take(self, part: Restricted, solution: Solution | None, work: float) -> None:
        self.limits.spend(work)
        if solution is not None:
            self.incumbent.found(part.to_whole(solution))


class _Half:
    """A part of the search in a thread of its own; what goes wrong there is raised at the end."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="prove", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # raised again by finish
            self._error = error

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def finish(self) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error


def _worth_looking_at(instance: Instance, wanted: Sequence[float], start: Solution) -> set[int]:
    """What is in the plan, what the relaxation wants, then the best values for the effort, up to a number."""
    keep = set(start.items)
    ranked = sorted(
        (index for index in range(len(instance.items)) if index not in keep),
        key=lambda i: (-wanted[i], -instance.items[i].value / max(1, instance.items[i].effort), i),
    )
    return keep | set(ranked[: max(0, ITEMS_AT_ONCE - len(keep))])
