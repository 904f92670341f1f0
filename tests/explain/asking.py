"""Cases for explanations, and the oracle's word on changed scenarios."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import assume, reject

from models.plan import Plan
from models.scenario import Pin, Scenario
from planner import pipeline, plan
from planner.explain.budget import Budget
from planner.explain.case import Case
from planner.explain.explanation import case_of
from tests.oracle import TooHardError, best, must_refuse

STEPS = 3_000
SECONDS = 60.0


def explained(given: Scenario) -> tuple[Plan, Case]:
    """Plan a scenario and take the plan as a case; what has no plan, or is too much for the oracle, is none."""
    if must_refuse(given):
        reject()
    proposed = plan(given)
    assume(proposed.status == "optimal")
    return proposed, case_of(pipeline.prepare(given), proposed, Budget(SECONDS, workers=1))


def value(given: Scenario) -> Fraction | None:
    """Value of the best plan by exhaustive search, None where there is no plan."""
    try:
        optimum = best(given, STEPS)
    except TooHardError:
        reject()
    return None if optimum is None else optimum.terms["value"]


def item_with(given: Scenario, name: str, **change: Any) -> Scenario:
    """Return the scenario with an item changed, validated anew."""
    backlog = [item.model_copy(update=change) if item.id == name else item for item in given.backlog]
    return given.model_copy(update={"backlog": tuple(backlog)})


def pinned(given: Scenario, *pins: Pin) -> Scenario:
    """Return the scenario with more pins."""
    return given.model_copy(update={"pins": (*given.pins, *pins)})


def same(said: float | None, true: Fraction | None) -> bool:
    """Whether a figure is the oracle's; None stands for no plan."""
    if said is None or true is None:
        return said is None and true is None
    return abs(Fraction(said) - true) < Fraction(1, 10**6)


Settle = Callable[[float], bool]


def settled(job: Settle) -> None:
    """Run a question to its end."""
    assert job(SECONDS)
