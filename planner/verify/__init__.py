"""The independent judge: every rule that a plan breaks, in words.

Written from the contract alone (design.md sections 4 and 6, docs/semantics.md). It works everything out by itself and
shares no code with the solver; only the contracts in `models` and the calendar's way between dates and ticks are
common ground. So a misreading on one side shows up as a violation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.errors import InputError
from planner.verify import churn, figures, roadmap, roadmap_figures, selection, staffing, tables, times, why
from planner.verify.facts import Facts
from planner.verify.reading import Reading, read

if TYPE_CHECKING:
    from models.plan import Plan
    from models.scenario import Scenario

__all__ = ["violations"]


def violations(scenario: Scenario, plan: Plan) -> list[str]:
    """Return every rule that the plan breaks, in words.

    Parameters
    ----------
    scenario
        What was to be planned. Where its start is left open, the plan's own is taken.
    plan
        Any plan that the contract's form allows, however strange.

    Returns
    -------
    list[str]
        One sentence a violation: where, what rule, which figures and dates. Empty if the plan is right.
    """
    try:
        facts = Facts.of(scenario, plan.start)
    except InputError as error:
        return [str(error)]
    proposed = _roadmap if facts.many_sprints else _proposed
    found = proposed(facts, plan) if plan.status in ("optimal", "feasible") else _without_plan(facts, plan)
    compared = churn.compared(facts, plan) if plan.value is not None else iter(())
    return [*figures.headed(facts, plan), *figures.conflicting(plan), *found, *compared]


def _without_plan(facts: Facts, plan: Plan) -> Iterator[str]:
    """Where no plan was found every item is left out, and nothing has a figure."""
    yield from figures.empty(plan)
    yield from selection.accounted_for(facts, Reading(), plan)


def _roadmap(facts: Facts, plan: Plan) -> Iterator[str]:
    """Judge a plan of many sprints, or of one to capacity."""
    road = roadmap.lay_out(facts, plan)
    yield from road.all.problems
    yield from selection.accounted_for(facts, road.all, plan)
    yield from roadmap.rules(road)
    yield from roadmap_figures.all_figures(road, plan)


def _proposed(facts: Facts, plan: Plan) -> Iterator[str]:
    """Judge the hard rules of section 4, then the figures of section 6."""
    reading = read(facts, plan)
    yield from reading.problems
    yield from selection.accounted_for(facts, reading, plan)
    yield from _rules(facts, reading)
    yield from _figures(facts, reading, plan)


def _rules(facts: Facts, reading: Reading) -> Iterator[str]:
    yield from selection.understood(facts)
    yield from selection.allowed(facts, reading)
    yield from selection.demanded(facts, reading)
    yield from selection.grouped(facts, reading)
    yield from selection.milestones(facts, reading)
    yield from selection.settled(facts, reading)
    yield from staffing.skilled(facts, reading)
    yield from staffing.paired(reading)
    yield from staffing.pinned(facts, reading)
    yield from staffing.kept(facts, reading)
    yield from staffing.within_capacity(facts, reading)
    yield from times.worked(facts, reading)
    yield from times.ordered(facts, reading)
    yield from times.in_window(facts, reading)
    yield from times.after_dependencies(facts, reading)
    yield from times.start_pinned(facts, reading)
    yield from times.few_at_once(facts, reading)
    yield from times.written(facts, reading)


def _figures(facts: Facts, reading: Reading, plan: Plan) -> Iterator[str]:
    yield from figures.items_described(facts, reading, plan)
    yield from figures.ranked(facts, plan)
    yield from why.reasons(facts, reading, plan)
    yield from figures.valued(facts, reading, plan)
    yield from figures.proven(plan)
    yield from figures.compared(plan)
    yield from tables.capacity(facts, reading, plan)
    yield from tables.shares(facts, reading, plan)
    yield from tables.objective(facts, reading, plan)
