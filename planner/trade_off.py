"""Value against churn: what each point of churn saved costs at most, proven point by point.

From the most valuable plan on, each next point is the best value with less churn than the point before (the epsilon-
constraint method: Haimes, Lasdon and Wismer 1971, doi:10.1109/TSMC.1971.4308298).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.scenario import Scenario
from planner.errors import InputError
from planner.instance import Instance
from planner.pipeline import many_sprints, prepare
from planner.solve.limits import Limits
from planner.solve.model import build_model
from planner.solve.objective import CHURN, VALUE, asked, hold
from planner.solve.reached import Reached
from planner.solve.run import Answer, Effort, add_hint, run
from planner.solve.search import search
from planner.solve.solution import Solution

SECONDS_A_POINT = 0.3  # part of the time limit, at most


@dataclass(frozen=True)
class Point:
    """The most value at a churn; ``bound`` is proven, and equals the value where the point is."""

    churn: int
    value: float
    bound: float
    proven: bool


def trade_off(scenario: Scenario, cancel: threading.Event | None = None) -> list[Point]:
    """Work out the curve of a single sprint, most value first.

    Raises
    ------
    InputError
        Without a baseline, or over many sprints.
    """
    if scenario.baseline is None:
        raise InputError("baseline", "there is nothing to compare with", "Name the last plan with --baseline")
    if many_sprints(scenario):
        cause = "the trade-off of value and churn is worked out for one sprint to the tick"
        raise InputError("calendar.sprints", cause, "Plan the next sprint alone, or use policy.churn_weight")
    instance = prepare(scenario).instance
    limits = Limits.of(scenario.solver, cancel)
    best = search(instance, limits)
    before = [one for one in best.terms if one.term in ("carried_over", "shortfall")]
    points = list(_points(instance, best.solution, limits, before)) if best.solution is not None else []
    # Where the time was too short to prove a point, a later one can be better in both.
    return [one for one in points if not any(_better(other, one) for other in points)]


def _better(one: Point, other: Point) -> bool:
    return (one.value, -one.churn) != (other.value, -other.churn) and (
        one.value >= other.value and one.churn <= other.churn
    )


def _points(instance: Instance, start: Solution, limits: Limits, before: Sequence[Reached]) -> Iterator[Point]:
    scale = instance.scale
    most: int | None = None
    while not limits.cancel.is_set():
        richest = _solve(instance, limits, start, before, most_churn=most, least_value=None)
        if richest.solution is None or richest.bound is None:
            return
        value = richest.solution.terms(instance)["value"]
        calmest = _solve(instance, limits, richest.solution, before, most_churn=most, least_value=value)
        found = calmest.solution or richest.solution
        figures = found.terms(instance)
        proven = richest.status == "optimal" and calmest.status == "optimal"
        yield Point(
            churn=figures["churn"],
            value=float(scale.to_value(figures["value"])),
            bound=float(scale.to_value(max(richest.bound, figures["value"]))),
            proven=proven,
        )
        if figures["churn"] == 0:
            return
        start, most = found, figures["churn"] - 1


def _solve(
    instance: Instance,
    limits: Limits,
    start: Solution,
    before: Sequence[Reached],
    *,
    most_churn: int | None,
    least_value: int | None,
) -> Answer:
    """Most value with at most so much churn, or least churn with at least so much value.

    What comes before value in the objective stays as good as in the plan itself: a point is a plan one could have.
    """
    model, variables = build_model(instance)
    by_name = {term.name: term for term in asked(instance)}
    for one in before:
        hold(model, instance, variables, by_name[one.term], one.value)
    value = VALUE.expression(model, instance, variables)
    churn = CHURN.expression(model, instance, variables)
    if most_churn is not None:
        model.add(churn <= most_churn)
    if least_value is None:
        model.maximize(value)
    else:
        model.add(value >= least_value)
        model.minimize(churn)
    add_hint(model, instance, variables, start)
    seconds = SECONDS_A_POINT * limits.seconds if limits.work is None else float("inf")
    work = float("inf") if limits.work is None else SECONDS_A_POINT * limits.work
    effort = Effort(seconds=seconds, work=work, workers=1 if limits.work else limits.workers, seed=limits.seed)
    return run(model, instance, variables, effort, stop=limits.cancel.is_set)
