"""Value against churn: what each point of churn saved costs at most, proven point by point.

From the most valuable plan on, each next point is the best value with less churn than the point before (the epsilon-
constraint method: Haimes, Lasdon and Wismer 1971, doi:10.1109/TSMC.1971.4308298).
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.scenario import Scenario
from planner.errors import DefectError, InputError
from planner.pipeline import many_sprints, prepare
from planner.proposal import propose
from planner.solve.limits import Limits
from planner.solve.model import build_model
from planner.solve.objective import CHURN, VALUE, asked, hold
from planner.solve.reached import Reached
from planner.solve.run import Answer, Effort, add_hint, run
from planner.solve.search import search
from planner.verify import violations

if TYPE_CHECKING:
    from planner.prepare import Prepared
    from planner.solve.search import Outcome
    from planner.solve.solution import Solution


@dataclass(frozen=True)
class Point:
    """The most value at a churn; ``bound`` is proven, and equals the value where the point is."""

    churn: int
    value: float
    bound: float
    proven: bool


@dataclass(frozen=True)
class Curve:
    """Points from the most value to the least churn; ``complete`` unless the time ended before the last of them."""

    points: tuple[Point, ...]
    complete: bool


def trade_off(
    scenario: Scenario,
    cancel: threading.Event | None = None,
    on_point: Callable[[int], None] | None = None,
) -> Curve:
    """Work out the curve of a single sprint, most value first.

    Half of the scenario's time or work limit goes into the most valuable plan, the rest into the points. Set
    ``cancel`` to stop early with the points so far; ``on_point`` is told how many there are.

    Raises
    ------
    InputError
        Without a baseline, or over many sprints.
    DefectError
        If the judge finds the plan of a point wrong.
    """
    if scenario.baseline is None:
        raise InputError("baseline", "there is nothing to compare with", "Name the last plan with --baseline")
    if many_sprints(scenario):
        cause = "the trade-off of value and churn is worked out for one sprint to the tick"
        raise InputError("calendar.sprints", cause, "Plan the next sprint alone, or use policy.churn_weight")
    prepared = prepare(scenario)
    limits = Limits.of(scenario.solver, cancel)
    best = search(prepared.instance, _half(limits))
    if best.solution is None:
        return Curve((), complete=best.status == "infeasible")
    if limits.work is not None:
        limits.spend(limits.work / 2)
    walk = _Walk(prepared, best, limits)
    points: list[Point] = []
    for point in walk.points(best.solution):
        points.append(point)
        if on_point is not None:
            on_point(len(points))
    # Where the time was too short to prove a point, a later one can be better in both.
    kept = tuple(one for one in points if not any(_better(other, one) for other in points))
    return Curve(kept, walk.complete)


def _half(limits: Limits) -> Limits:
    return replace(limits, seconds=limits.seconds / 2, work=None if limits.work is None else limits.work / 2)


def _better(one: Point, other: Point) -> bool:
    return (one.value, -one.churn) != (other.value, -other.churn) and (
        one.value >= other.value and one.churn <= other.churn
    )


class _Walk:
    """The way along the curve, one point after the other."""

    def __init__(self, prepared: Prepared, best: Outcome, limits: Limits) -> None:
        self.prepared = prepared
        self.instance = prepared.instance
        self.best = best
        self.limits = limits
        self.before = [one for one in best.terms if one.term in ("carried_over", "shortfall")]
        self.complete = False

    def points(self, start: Solution) -> Iterator[Point]:
        """Give the points; ``complete`` says at the end whether there are no more."""
        most: int | None = None
        while not self.limits.over:
            richest = self._solve(start, most_churn=most, least_value=None)
            self.complete = richest.status == "infeasible"
            if richest.solution is None or richest.bound is None:
                return
            value = richest.solution.terms(self.instance)["value"]
            calmest = self._solve(richest.solution, most_churn=most, least_value=value)
            found = calmest.solution or richest.solution
            proven = richest.status == "optimal" and calmest.status == "optimal"
            yield self._point(found, richest.bound, proven=proven)
            churn = found.terms(self.instance)["churn"]
            if churn == 0:
                self.complete = True
                return
            start, most = found, churn - 1

    def _point(self, found: Solution, bound: int, *, proven: bool) -> Point:
        figures = found.terms(self.instance)
        self._judge(found, max(bound, figures["value"]))
        to_value = self.instance.scale.to_value
        return Point(
            churn=figures["churn"],
            value=float(to_value(figures["value"])),
            bound=float(to_value(max(bound, figures["value"]))),
            proven=proven,
        )

    def _judge(self, found: Solution, bound: int) -> None:
        """Have the plan of a point judged, as one whose policy allows that much to be given up."""
        figures = found.terms(self.instance)
        terms = tuple(Reached(one.term, figures[one.term], proven=False) for one in self.best.terms)
        outcome = replace(
            self.best, status="feasible", solution=found, bound=bound, terms=terms, best_value=figures["value"]
        )
        broken = violations(self.prepared.scenario, propose(self.prepared, outcome))
        if broken:
            raise DefectError(broken)

    def _solve(self, start: Solution, *, most_churn: int | None, least_value: int | None) -> Answer:
        """Most value with at most so much churn, or least churn with at least so much value.

        What comes before value in the objective stays as good as in the plan itself: a point is a plan one could have.
        """
        model, variables = build_model(self.instance)
        by_name = {term.name: term for term in asked(self.instance)}
        for one in self.before:
            hold(model, self.instance, variables, by_name[one.term], one.value)
        value = VALUE.expression(model, self.instance, variables)
        churn = CHURN.expression(model, self.instance, variables)
        if most_churn is not None:
            model.add(churn <= most_churn)
        if least_value is None:
            model.maximize(value)
        else:
            model.add(value >= least_value)
            model.minimize(churn)
        add_hint(model, self.instance, variables, start)
        answer = run(model, self.instance, variables, _effort(self.limits), stop=lambda: self.limits.over)
        self.limits.spend(answer.work)
        return answer


def _effort(limits: Limits) -> Effort:
    """Half of what is left, so that a hard point does not take everything from the later ones."""
    return Effort(
        seconds=limits.left / 2,
        work=math.inf if limits.work_left is None else limits.work_left / 2,
        workers=1 if limits.work is not None else limits.workers,
        seed=limits.seed,
    )
