"""Value against churn of one sprint to the tick: CP-SAT answers each question."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from fractions import Fraction

from models.scenario import Scenario
from planner.errors import DefectError
from planner.pipeline import prepare
from planner.proposal import propose
from planner.solve.limits import Limits
from planner.solve.model import build_model
from planner.solve.objective import CHURN, VALUE, asked, hold
from planner.solve.reached import Reached
from planner.solve.run import Answer as Solved
from planner.solve.run import Effort, add_hint, run
from planner.solve.search import Outcome, search
from planner.solve.solution import Solution
from planner.trade_off.course import Answer, Found
from planner.verify import violations


class OneSprint:
    """Plans of one sprint by value and by churn, see :class:`planner.trade_off.course.Engine`."""

    def __init__(self, scenario: Scenario, cancel: threading.Event | None) -> None:
        self.prepared = prepare(scenario)
        self.instance = self.prepared.instance
        self.limits = Limits.of(scenario.solver, cancel)
        self.outcome: Outcome

    @property
    def over(self) -> bool:
        """Whether to stop."""
        return self.limits.over

    def near(self, _: Fraction) -> Fraction:
        """Nothing: value is a whole number here."""
        return Fraction(0)

    def best(self) -> Answer:
        """Find the most valuable plan, churn or not."""
        self.outcome = outcome = search(self.instance, self.limits.half())
        if self.limits.work is not None:
            self.limits.spend(self.limits.work / 2)
        if outcome.solution is None:
            return Answer(None, None, infeasible=outcome.status == "infeasible")
        solved = self._solve(outcome.solution)
        found = self._found(solved.solution or outcome.solution)
        limits = [self._value(bound) for bound in (solved.bound, outcome.bound) if bound is not None]
        return Answer(found, max(found.value, min(limits)))

    def richest(self, most: int, start: Found) -> Answer:
        """Find the most value at no more than so much churn."""
        solved = self._solve(start.state, most_churn=most)
        found = None if solved.solution is None else self._found(solved.solution)
        return Answer(found, None if solved.bound is None else self._value(solved.bound))

    def calmest(self, least: Fraction | None, start: Found) -> Answer:
        """Find the least churn at no less than so much value, or at any."""
        value = None if least is None else math.ceil(least * self.instance.scale.factor)
        solved = self._solve(start.state, calmest=True, least_value=value)
        found = None if solved.solution is None else self._found(solved.solution)
        return Answer(found, None if solved.bound is None else Fraction(solved.bound))

    def _value(self, units: int) -> Fraction:
        return self.instance.scale.to_value(units)

    def _found(self, solution: Solution) -> Found:
        """Have a plan judged, as one whose policy allows that much to be given up."""
        figures = solution.terms(self.instance)
        terms = tuple(Reached(one.term, figures[one.term], proven=False) for one in self.outcome.terms)
        outcome = replace(
            self.outcome,
            status="feasible",
            solution=solution,
            bound=figures["value"] if self.outcome.bound is None else max(self.outcome.bound, figures["value"]),
            terms=terms,
            best_value=figures["value"],
        )
        broken = violations(self.prepared.scenario, propose(self.prepared, outcome))
        if broken:
            raise DefectError(broken)
        return Found(figures["churn"], self._value(figures["value"]), solution)

    def _solve(
        self, start: Solution, *, calmest: bool = False, most_churn: int | None = None, least_value: int | None = None
    ) -> Solved:
        """Most value with at most so much churn, or least churn with at least so much value.

        What comes before value in the objective stays as good as in the plan itself: a point is a plan one could have.
        """
        model, variables = build_model(self.instance)
        by_name = {term.name: term for term in asked(self.instance)}
        for one in self.outcome.terms:
            if one.term in ("carried_over", "shortfall"):
                hold(model, self.instance, variables, by_name[one.term], one.value)
        value = VALUE.expression(model, self.instance, variables)
        churn = CHURN.expression(model, self.instance, variables)
        if most_churn is not None:
            model.add(churn <= most_churn)
        if least_value is not None:
            model.add(value >= least_value)
        if calmest:
            model.minimize(churn)
        else:
            model.maximize(value)
        add_hint(model, self.instance, variables, start)
        answer = run(model, self.instance, variables, _effort(self.limits), stop=lambda: self.limits.over)
        self.limits.spend(answer.work)
        return answer


def _effort(limits: Limits) -> Effort:
    """A part of what is left, so that a hard question does not take everything from the later ones."""
    return Effort(
        seconds=limits.left / 3,
        work=math.inf if limits.work_left is None else limits.work_left / 3,
        workers=1 if limits.work is not None else limits.workers,
        seed=limits.seed,
    )
