"""Questions to the model: how good the best plan is if one more thing is asked.

The model is built once. Each question is a copy with a few rows more, solved on one worker from the plan that is to be
explained; two questions at a time keep two cores busy (planner.explain.budget). The terms that come before value keep
what the plan reaches; only where that is impossible are they improved anew, in their order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ortools.sat.python.cp_model import CpModel, LinearExpr, LinearExprT

from planner.instance import Instance
from planner.solve.ceiling import add_ceiling
from planner.solve.linear import solve_relaxed
from planner.solve.model import build_model
from planner.solve.objective import VALUE, Term, asked
from planner.solve.relaxation import Relaxation, bucket_ticks
from planner.solve.run import Answer, Effort, Stop, add_hint, run
from planner.solve.solution import Solution, TermName
from planner.solve.variables import Variables

Demand = Callable[[CpModel, Variables], None]
CEILING_TASKS = 60  # from so many tasks on the relaxation's ceiling pays for itself (docs/solver.md)
RELAXATION_ENTRIES = 150_000  # half a second or so for the linear program
TIDY_WORK = 0.3  # deterministic work for finding the plan that changes least; what is found until then is used


def nothing_more(_: CpModel, __: Variables) -> None:
    """Ask for nothing more."""


@dataclass(frozen=True)
class Verdict:
    """How good the best plan is that keeps a demand.

    Attributes
    ----------
    kind
        `exact`: the value is that of the best plan, proven. `open`: the time ended first. `impossible`: there is no
        such plan, proven.
    value, solution
        The best plan found (scaled value), None if none was.
    bound
        Proven: no such plan is worth more, among those at least as good in the terms before value. None: not known.
    terms
        What the best plan reaches in the terms before value.
    """

    kind: Literal["exact", "open", "impossible"]
    value: int | None = None
    bound: int | None = None
    solution: Solution | None = None
    terms: tuple[tuple[TermName, int], ...] = ()


OPEN, IMPOSSIBLE = Verdict("open"), Verdict("impossible")


class Questions:
    """The model of an instance, and a plan to start from.

    Parameters
    ----------
    start
        A plan of the instance, or one that only serves as a hint.
    stop
        Asked again and again: whether to stop now.
    keep
        Whether `start` is a plan, and what it reaches in the terms before value is to be kept where that is possible.

    Attributes
    ----------
    bound
        Proven: no plan that keeps it is worth more. None until it is told.
    """

    def __init__(self, instance: Instance, start: Solution, stop: Stop, *, keep: bool) -> None:
        self.instance = instance
        self._start = start
        self._stop = stop
        self._before: Sequence[Term] = asked(instance)
        self.bound: int | None = None
        self._relaxation: Relaxation | None = None
        if instance.unmet:
            return
        self._free, self._variables = build_model(instance)
        self._expressions = {term.name: term.expression(self._free, instance, self._variables) for term in self._before}
        self._value = VALUE.expression(self._free, instance, self._variables)
        self._held = self._free
        figures = start.terms(instance)
        if keep or all(figures[term.name] == term.limit(instance) for term in self._before):
            self._hold()

    def _hold(self) -> None:
        """Make the model in which the terms before value keep what the plan reaches.

        That is right for a mere hint too, if it reaches what no plan can pass: it only remains to be seen whether that
        is possible.
        """
        figures = self._start.terms(self.instance)
        reached = [(term.name, figures[term.name]) for term in self._before]
        self._held = self._free.clone()
        for term in self._before:
            self._keep(self._held, term, figures[term.name])
        if len(self.instance.tasks) > CEILING_TASKS:
            coarse = Relaxation(self.instance, self.instance.horizon, reached)
            add_ceiling(self._held, self.instance, self._variables, self._value, coarse, self._stop)

    def learn(self, bound: int) -> None:
        """Take note that no plan is worth more, of those that keep what the plan reaches in the terms before."""
        self._held.add(self._value <= bound)
        self.bound = bound

    def _keep(self, model: CpModel, term: Term, value: int) -> None:
        expression = self._expressions[term.name]
        model.add(expression >= value if term.maximise else expression <= value)

    def relaxed(self, index: int, *, inside: bool, seconds: float) -> int | None:
        """Return what no plan with (or without) an item is worth more than, by linear programming; None if unknown.

        In large sprints it often shows at once that an item has no place, where the model itself takes long.
        """
        if self._relaxation is None:
            reached = [(term.name, self._start.terms(self.instance)[term.name]) for term in self._before]
            self._relaxation = Relaxation(self.instance, bucket_ticks(self.instance, RELAXATION_ENTRIES), reached)
        program, column = self._relaxation.program, self._relaxation.chosen[index]
        lowest, highest = list(program.lowest), list(program.highest)
        lowest[column] = highest[column] = float(inside)
        answer = solve_relaxed(replace(program, lowest=lowest, highest=highest), seconds, self._stop)
        return None if answer.bound is None else self._relaxation.value_bound(answer.bound)

    def reaches(self, demand: Demand, value: int, seconds: float) -> Verdict | None:
        """Return a plan that keeps a demand, worth so much and as good in the terms before; None if none was found."""
        model = self._held.clone()
        demand(model, self._variables)
        model.add(self._value == value)
        answer = self._best(model, VALUE, self._value, seconds)
        return None if answer.solution is None else self._verdict(answer, [value])

    def ask(
        self,
        demand: Demand = nothing_more,
        seconds: float = math.inf,
        ceiling: int | None = None,
        hint: Solution | None = None,
    ) -> Verdict:
        """Find the best plan that keeps a demand.

        Parameters
        ----------
        ceiling
            No such plan is worth more, as is known from elsewhere, among those that keep what the plan reaches before.
        hint
            A plan that keeps the demand, if one is known.
        """
        if self.instance.unmet:
            return IMPOSSIBLE
        if self._held is not self._free:
            model = self._held.clone()
            demand(model, self._variables)
            if ceiling is not None:
                model.add(self._value <= ceiling)
            answer = self._best(model, VALUE, self._value, seconds, hint)
            if answer.solution is None and answer.status == "unknown" and hint is not None:
                answer = Answer("feasible", hint, None, 0.0)
            if answer.status != "infeasible" or not self._before:
                return self._verdict(answer, [ceiling, self.bound])
        return self._in_order(demand, seconds)

    def _in_order(self, demand: Demand, seconds: float) -> Verdict:
        """Improve the terms before value and then value, each kept while the next is improved."""
        model = self._free.clone()
        demand(model, self._variables)
        found: Solution | None = None
        for term in self._before:
            answer = self._best(model, term, self._expressions[term.name], seconds, found)
            if answer.status == "infeasible":
                return IMPOSSIBLE
            if answer.status != "optimal" or answer.solution is None:
                return OPEN
            found = answer.solution
            self._keep(model, term, found.terms(self.instance)[term.name])
        return self._verdict(self._best(model, VALUE, self._value, seconds, found), [])

    def _best(
        self, model: CpModel, term: Term, expression: LinearExprT, seconds: float, hint: Solution | None = None
    ) -> Answer:
        if term.maximise:
            model.maximize(expression)
        else:
            model.minimize(expression)
        add_hint(model, self.instance, self._variables, hint or self._start)
        effort = Effort(seconds=seconds, work=math.inf, workers=1, seed=0)
        return run(model, self.instance, self._variables, effort, stop=self._stop)

    def _verdict(self, answer: Answer, known: Sequence[int | None]) -> Verdict:
        if answer.status == "infeasible":
            return IMPOSSIBLE
        bounds = [bound for bound in (answer.bound, *known) if bound is not None]
        if answer.solution is None:
            return Verdict("open", bound=min(bounds, default=None))
        figures = answer.solution.terms(self.instance)
        bound = max(figures["value"], min(bounds)) if bounds else None
        return Verdict(
            kind="exact" if bound == figures["value"] else "open",
            value=figures["value"],
            bound=bound,
            solution=answer.solution,
            terms=tuple((term.name, figures[term.name]) for term in self._before),
        )

    def tidy(self, demand: Demand, verdict: Verdict, seconds: float) -> Verdict:
        """Return the same verdict with the plan in which as few items as possible leave, and then as few come.

        Of all plans of one value people want to see the one that changes least.
        """
        if verdict.kind != "exact" or verdict.solution is None:
            return verdict
        figures = verdict.solution.terms(self.instance)
        model = self._free.clone()
        demand(model, self._variables)
        for term in self._before:
            self._keep(model, term, figures[term.name])
        model.add(self._value >= figures["value"])
        model.minimize(self._changes(self._start.items))
        add_hint(model, self.instance, self._variables, verdict.solution)
        effort = Effort(seconds=seconds, work=TIDY_WORK, workers=1, seed=0)
        found = run(model, self.instance, self._variables, effort, stop=self._stop).solution
        if found is None or found.terms(self.instance)["value"] != verdict.value:
            return verdict
        return Verdict("exact", verdict.value, verdict.bound, found, verdict.terms)

    def _changes(self, inside: Collection[int]) -> LinearExprT:
        many = len(self.instance.items)
        weights = [-many if index in inside else 1 for index in range(many)]
        return LinearExpr.weighted_sum(self._variables.chosen, weights)


# -- demands -----------------------------------------------------------------------------------------------------------


def inside(index: int) -> Demand:
    """The item is in the plan."""
    return lambda model, variables: _fix(model, variables, index, 1)


def outside(index: int) -> Demand:
    """The item is not in the plan."""
    return lambda model, variables: _fix(model, variables, index, 0)


def _fix(model: CpModel, variables: Variables, index: int, value: int) -> None:
    model.add(variables.chosen[index] == value)


def not_before(instance: Instance, index: int, tick: int) -> Demand:
    """The item is in the plan, and no task of it starts before a tick."""

    def add(model: CpModel, variables: Variables) -> None:
        _fix(model, variables, index, 1)
        for task in instance.items[index].tasks:
            model.add(variables.start[task] >= tick)

    return add


def by_another(index: int, task: int, who: int) -> Demand:
    """The item is in the plan, and this specialist does not do this task of it."""

    def add(model: CpModel, variables: Variables) -> None:
        _fix(model, variables, index, 1)
        assigned = variables.assigned(task, who)
        if assigned is not None:
            model.add(assigned == 0)

    return add
