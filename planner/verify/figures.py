"""What a plan says about its items and itself: values, benefits, ranks, bound, gap, status (design.md section 6)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import exact
from planner.verify.facts import amount, close, figure
from planner.verify.worth import due_cost, scheme

if TYPE_CHECKING:
    from models.plan import LeftOutItem, Plan, PlannedItem
    from planner.verify.demands import Demand
    from planner.verify.facts import Facts
    from planner.verify.moments import Chosen
    from planner.verify.reading import Reading


def headed(facts: Facts, plan: Plan) -> Iterator[str]:
    """Check that the plan speaks of this scenario: name, first day, unit, time zone."""
    scenario = facts.scenario
    head = (
        ("scenario", plan.scenario, scenario.name),
        ("unit", plan.unit, scenario.unit),
        ("timezone", plan.timezone, scenario.calendar.timezone),
        ("start", plan.start, facts.clock.first_day),
    )
    for key, printed, true in head:
        if printed != true:
            yield f"plan: {key} is {printed}, but the scenario's is {true}"
    if scenario.calendar.start is None and facts.clock.day_index(plan.start) is None:
        yield f"plan: start is {plan.start}, which is no working day, though the scenario leaves the choice"


def items_described(facts: Facts, reading: Reading, plan: Plan) -> Iterator[str]:
    """Check titles, values and estimates, and benefits net of what being late costs."""
    for chosen in reading.chosen.values():
        demand, planned = chosen.demand, chosen.planned
        yield from described(facts, demand, planned)
        estimate = "guessed" if demand.guessed else "given"
        if planned.estimate != estimate:
            yield f"item {chosen.id}: estimate is marked {planned.estimate}, but it is {estimate}"
        benefit = _benefit(facts, chosen)
        if not close(planned.benefit, benefit):
            yield f"item {chosen.id}: benefit is {figure(planned.benefit)}, but it is {figure(benefit)}"
        yield from _tasks_described(chosen)
    yield from left_out_described(facts, plan)


def left_out_described(facts: Facts, plan: Plan) -> Iterator[str]:
    """Check title, value and benefit of what is left out."""
    for left_out in plan.left_out:
        demand_out = facts.backlog.get(left_out.id)
        if demand_out is None:
            continue
        yield from described(facts, demand_out, left_out)
        benefit = _benefit_out(facts, demand_out)
        if not close(left_out.benefit, benefit):
            yield f"item {left_out.id}: left out, benefit is {figure(left_out.benefit)}, but it is {figure(benefit)}"


def described(facts: Facts, demand: Demand, printed: PlannedItem | LeftOutItem) -> Iterator[str]:
    """Check title and value of an item, in or out."""
    item = demand.item
    if printed.title != item.title:
        yield f"item {item.id}: title is {printed.title!r}, but the backlog says {item.title!r}"
    # In backlog order only open items have a place, so a finished one has no value to compare.
    if not close(printed.value, facts.values[item.id]) and not (demand.done and scheme(facts.scenario) == "order"):
        yield f"item {item.id}: value is {figure(printed.value)}, but it is {figure(facts.values[item.id])}"


def _tasks_described(chosen: Chosen) -> Iterator[str]:
    for one in chosen.placed.values():
        if one.task.skill != one.need.skill:
            yield f"{one.name}: skill is {one.task.skill}, but the task needs {one.need.skill}"
        if not close(one.task.effort, Fraction(one.need.effort, 100)):
            yield f"{one.name}: effort is {figure(one.task.effort)}, but {amount(one.need.effort)} is left to do"


def _benefit(facts: Facts, chosen: Chosen) -> Fraction:
    """Value less what being late costs; as printed where the plan does not tell the finish."""
    if chosen.demand.done:
        return Fraction(0)
    if chosen.finish is None:
        return exact(chosen.planned.benefit)
    return facts.values[chosen.id] - due_cost(chosen.demand.item, facts.clock, chosen.finish)


def _benefit_out(facts: Facts, demand: Demand) -> Fraction:
    return Fraction(0) if demand.done else -due_cost(demand.item, facts.clock, None)


def ranked(facts: Facts, plan: Plan) -> Iterator[str]:
    """Check that ranks count by sprint, start (none last), value (highest first) and id."""

    def place(planned: PlannedItem) -> tuple[int, bool, datetime.datetime, Fraction, str]:
        start = planned.start.replace(tzinfo=None) if planned.start else datetime.datetime.min
        value = facts.values.get(planned.id, exact(planned.value))
        return planned.sprint, planned.start is None, start, -value, planned.id

    for rank, planned in enumerate(sorted(plan.selected, key=place), 1):
        if planned.rank != rank:
            yield f"item {planned.id}: rank is {planned.rank}, but by sprint, start, value and id it is {rank}"


def total_value(facts: Facts, reading: Reading) -> Fraction:
    """Sum of the benefits of all items, in and out."""
    inside = sum(_benefit(facts, chosen) for chosen in reading.chosen.values())
    outside = sum(_benefit_out(facts, demand) for name, demand in facts.backlog.items() if name not in reading.chosen)
    return Fraction(inside + outside)


def valued(facts: Facts, reading: Reading, plan: Plan) -> Iterator[str]:
    """Check value, bound and gap of a plan that was found."""
    yield from worth(plan, total_value(facts, reading))


def worth(plan: Plan, true: Fraction) -> Iterator[str]:
    """Check value, bound and gap; with a baseline bound and gap speak of the best value before churn was traded."""
    if plan.value is None or plan.bound is None:
        yield f"plan: status is {plan.status}, so it needs a value and a bound"
        return
    if not close(plan.value, true):
        yield f"plan: value is {figure(plan.value)}, but the benefits add up to {figure(true)}"
    best = plan.value if plan.baseline is None or plan.best_value is None else plan.best_value
    if plan.best_value is None or (plan.baseline is None and not close(plan.best_value, plan.value)):
        yield f"plan: best_value is {plan.best_value}, but without a baseline it is the value, {figure(plan.value)}"
    if best < plan.value and not close(best, plan.value):
        yield f"plan: best_value {figure(best)} is below the value {figure(plan.value)}"
    if plan.bound < best and not close(plan.bound, best):
        yield f"plan: bound {figure(plan.bound)} is below the value {figure(best)}"
    if plan.status == "optimal" and not close(plan.bound, best):
        yield f"plan: status is optimal, but the bound {figure(plan.bound)} is not the value {figure(best)}"
    yield from _gap(plan, best, plan.bound)


def _gap(plan: Plan, value: float, bound: float) -> Iterator[str]:
    gap = 0.0 if close(value, bound) else None if bound == 0 else (bound - value) / abs(bound)
    if (gap is None) != (plan.gap is None) or (gap is not None and abs((plan.gap or 0) - gap) > 1e-6 * (1 + abs(gap))):
        yield f"plan: gap is {plan.gap}, but from value and bound it is {gap}"


def proven(plan: Plan) -> Iterator[str]:
    """Check that `optimal` means that everything down to the value is proven, and `feasible` that something is not."""
    first = [term for term in plan.objective if term.term in ("carried_over", "shortfall", "value", "churn")]
    unproven = [term.term for term in first if not term.proven]
    if plan.status == "optimal" and unproven:
        yield f"plan: status is optimal, but {', '.join(unproven)} is not proven"
    if plan.status == "feasible" and first and not unproven:
        yield "plan: status is feasible, though every term down to the value is proven"


def compared(plan: Plan) -> Iterator[str]:
    """Check that the plan is no worse than list scheduling; only terms before the value may cost some of it."""
    before_value = any(term.term in ("carried_over", "shortfall", "churn") for term in plan.objective)
    if plan.greedy_value is None or plan.value is None or before_value:
        return
    if plan.greedy_value > plan.value and not close(plan.greedy_value, plan.value):
        yield f"plan: value {figure(plan.value)} is below greedy_value {figure(plan.greedy_value)} of list scheduling"


def conflicting(plan: Plan) -> Iterator[str]:
    """Check that an infeasible plan names its conflict, and no other has one."""
    if plan.status == "infeasible" and (plan.conflict is None or not plan.conflict.demands):
        yield "plan: status is infeasible, but no conflict is named"
    if plan.status != "infeasible" and plan.conflict is not None:
        yield f"plan: a conflict is named, but status is {plan.status}"


def empty(plan: Plan) -> Iterator[str]:
    """Check that where no plan was found there is no value and nothing is planned."""
    figures = ("value", plan.value), ("best_value", plan.best_value), ("bound", plan.bound), ("gap", plan.gap)
    for key, printed in (*figures, ("greedy_value", plan.greedy_value)):
        if printed is not None:
            yield f"plan: status is {plan.status}, so {key} must be null, not {figure(printed)}"
    for planned in plan.selected:
        yield f"item {planned.id}: planned, though the plan's status is {plan.status}"
