"""Term 2 of the objective: little churn against the baseline, for a little value (design.md section 4, "Objective")."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ortools.sat.python.cp_model import CpModel, LinearExpr

from planner.instance import Instance
from planner.solve.limits import Limits
from planner.solve.objective import CHURN, VALUE
from planner.solve.reached import Reached
from planner.solve.run import Effort, add_hint, run
from planner.solve.solution import Solution
from planner.solve.variables import Variables

LEAST_SECONDS = 1.0  # even where value took all the time: without this step a replan would reshuffle everything
LEAST_WORK = 1.0

Build = Callable[[Sequence[Reached]], tuple[CpModel, Variables]]


class Replanning:
    """Trades value for churn, once it is known how much value there is.

    Parameters
    ----------
    build
        Gives the model in which terms already reached stay at least as good.
    """

    def __init__(self, instance: Instance, limits: Limits, build: Build) -> None:
        assert instance.churn is not None
        self._instance = instance
        self._limits = limits
        self._build = build
        self._churn = instance.churn

    def settle(self, best: Solution, reached: Sequence[Reached]) -> tuple[Solution, list[Reached]]:
        """Return the plan of least churn whose value is within the tolerance, and of those the most valuable.

        With a weight: the plan of the best value less weighted churn. ``proven`` of value and churn then speak of this
        trade, and of the value that the tolerance counts from.
        """
        value = best.terms(self._instance)["value"]
        before = [one for one in reached if one.term != "value"]
        was_proven = all(one.proven for one in reached)
        weight = self._churn.weight
        floor = value - math.floor(self._churn.tolerance * abs(value)) if weight is None else None
        model, variables = self._build(before)
        worth = VALUE.expression(model, self._instance, variables)
        churn = CHURN.expression(model, self._instance, variables)
        if floor is not None:
            model.add(worth >= floor)
            outweighs = VALUE.limit(self._instance) - floor + 1
            model.minimize(LinearExpr.weighted_sum([churn, worth], [outweighs, -1]))
        else:
            assert weight is not None
            each = self._instance.scale.to_int(weight)
            model.maximize(LinearExpr.weighted_sum([worth, churn], [1, -each]))
        add_hint(model, self._instance, variables, best)
        answer = run(model, self._instance, variables, self._effort(), stop=self._limits.cancel.is_set)
        self._limits.spend(answer.work)
        if answer.solution is not None:
            best = answer.solution
        proven = was_proven and answer.status == "optimal"
        figures = best.terms(self._instance)
        two = [Reached("value", figures["value"], proven), Reached("churn", figures["churn"], proven)]
        return best, [*before, *two]

    def _effort(self) -> Effort:
        limits = self._limits
        left = limits.work_left
        return Effort(
            seconds=max(LEAST_SECONDS, limits.left) if limits.work is None else math.inf,
            work=math.inf if left is None else max(LEAST_WORK, left),
            workers=1 if limits.work is not None else limits.workers,
            seed=0,
        )
