"""Plan a base and its variants side by side, and say what each changes and how sure that is."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.base import exact
from models.comparison import Compared, Delta, Pareto, SweepComparison, SweepPoint, SweepResult, VariantComparison
from models.plan import Plan
from models.scenario import Scenario
from models.variants import Sweep, Variant
from planner.clock import TICKS_PER_DAY, Clock, with_start
from planner.errors import InputError
from planner.team import expand, rates
from planner.whatif.changes import Changes, changes
from planner.whatif.overlay import Place, overlay
from planner.whatif.pareto import front
from planner.whatif.side_by_side import Hands, plan_all
from planner.whatif.sweep import Point, points

BASE = "base"


@dataclass(frozen=True)
class Named:
    """A scenario beside the base, under the name the comparison gives it."""

    name: str
    scenario: Scenario


def fixed(scenario: Scenario) -> Scenario:
    """Return the base with its start known: all variants share it."""
    return with_start(scenario, datetime.datetime.now(datetime.UTC))


def laid_over(base: Scenario, variants: Sequence[Variant], place: Place) -> list[Named]:
    """Lay all variants over the base; raises InputError by the name of the first that does not fit."""
    return [
        Named(variant.name, _checked(variant.name, overlay(base, variant, place.below(index)), place.below(index)))
        for index, variant in enumerate(variants)
    ]


def swept(base: Scenario, sweeps: Sequence[Sweep], place: Place) -> list[list[Point]]:
    """Lay all points of all sweeps over the base; raises InputError for the first that does not fit."""
    found = [points(base, sweep, place.below(index)) for index, sweep in enumerate(sweeps)]
    for index, (sweep, made) in enumerate(zip(sweeps, found, strict=True)):
        for point in made:
            _checked(f"{sweep.name}: {point.name}", point.scenario, place.below(index))
    return found


def _checked(name: str, scenario: Scenario, place: Place) -> Scenario:
    """Refuse, before anything is planned, what only the graph and the pins can tell."""
    from planner.graph import ItemGraph
    from planner.references import check_references
    from planner.work import open_items

    try:
        check_references(scenario)
        ItemGraph.of(scenario, open_items(scenario))
    except InputError as error:
        raise InputError(str(place), f"variant {name!r}: {error.place}: {error.cause}", error.remedy) from None
    return scenario


def compare(base: Scenario, variants: Sequence[Named], hands: Hands) -> VariantComparison:
    """Plan the base and then its variants, side by side, and set them beside each other.

    Parameters
    ----------
    base
        Its start known (:func:`fixed`).
    """
    basis, made = plan_all(base, [named.scenario for named in variants], hands)
    known = [basis, *(plan for plan in made if plan is not None)]
    results = [
        Compared(
            name=named.name,
            plan=plan,
            delta=delta(base, basis, named.scenario, plan),
            proven=place_certain(plan, [other for other in known if other is not plan]),
        )
        for named, plan in zip(variants, made, strict=True)
        if plan is not None
    ]
    return VariantComparison(
        base=basis,
        base_cost=cost(base),
        variants=tuple(results),
        pareto=_pareto(basis, results),
        not_planned=tuple(named.name for named, plan in zip(variants, made, strict=True) if plan is None),
    )


def compare_sweeps(
    base: Scenario, sweeps: Sequence[Sweep], made: Sequence[Sequence[Point]], hands: Hands
) -> SweepComparison:
    """Plan the base and all points of all sweeps, side by side; see :func:`compare`."""
    flat = [point for found in made for point in found]
    basis, plans = plan_all(base, [point.scenario for point in flat], hands)
    rest = iter(plans)
    results = []
    for sweep, found in zip(sweeps, made, strict=True):
        own = [next(rest) for _ in found]
        known = [basis, *(plan for plan in own if plan is not None)]
        shown = [
            SweepPoint(
                name=point.name,
                values=point.values,
                plan=plan,
                delta=delta(base, basis, point.scenario, plan),
                proven=place_certain(plan, [other for other in known if other is not plan]),
            )
            for point, plan in zip(found, own, strict=True)
            if plan is not None
        ]
        missing = tuple(point.name for point, plan in zip(found, own, strict=True) if plan is None)
        results.append(
            SweepResult(name=sweep.name, points=tuple(shown), pareto=_pareto(basis, shown), not_planned=missing)
        )
    return SweepComparison(base=basis, base_cost=cost(base), sweeps=tuple(results))


def place_certain(plan: Plan, others: Sequence[Plan]) -> bool:
    """Whether the order of the true best values of a plan's scenario and all others' is known."""
    return all(_order_known(plan, other) for other in others)


def _order_known(one: Plan, other: Plan) -> bool:
    if "unknown" in (one.status, other.status):
        return False
    if one.value is None or other.value is None:
        return True  # one has no plan at all, which is proven
    assert one.bound is not None
    assert other.bound is not None
    return one.value >= other.bound or other.value >= one.bound


def delta(base: Scenario, basis: Plan, variant: Scenario, plan: Plan) -> Delta:
    """Say what a variant changes, what it costs, and whether it is worth it."""
    found = changes(basis, plan) if basis.value is not None and plan.value is not None else Changes()
    gained = None if basis.value is None or plan.value is None else exact(plan.value) - exact(basis.value)
    added_cost = _added_cost(base, variant)
    added_hours = hours(variant) - hours(base)
    return Delta(
        value=None if gained is None else float(gained),
        added=found.added,
        dropped=found.dropped,
        moved=found.moved,
        churn=found.churn,
        hours=float(added_hours),
        cost=None if added_cost is None else float(added_cost),
        value_per_cost=None if gained is None or not added_cost or added_cost < 0 else float(gained / added_cost),
        break_even_rate=_break_even(base, basis, gained, added_hours),
    )


def _added_cost(base: Scenario, variant: Scenario) -> Fraction | None:
    """Cost of the hours that change; None where somebody's hours change who has no rate."""
    total = Fraction(0)
    teams = [(scenario, {person.name: person for person in expand(scenario.team)}) for scenario in (base, variant)]
    (_, before), (_, after) = teams
    hours_before, hours_after = (_there(scenario) for scenario, _ in teams)
    for name in sorted(before.keys() | after.keys()):
        rates_ = [team[name].cost_per_hour if name in team else None for team in (before, after)]
        amounts = (hours_before.get(name, Fraction(0)), hours_after.get(name, Fraction(0)))
        if amounts[0] == amounts[1] and (rates_[0] == rates_[1]):
            continue
        for sign, rate, amount in zip((-1, 1), rates_, amounts, strict=True):
            if amount and rate is None:
                return None
            total += sign * exact(rate or 0) * amount
    return total


def _break_even(base: Scenario, basis: Plan, gained: Fraction | None, added: Fraction) -> float | None:
    """Cost of an added hour at which added value and added cost stand as the base's value and cost do."""
    paid = all(person.cost_per_hour is not None for person in base.team)
    if gained is None or added <= 0 or not paid or not basis.value or basis.value < 0:
        return None
    return float(gained / added * exact(cost(base) or 0) / exact(basis.value))


def hours(scenario: Scenario) -> Fraction:
    """Hours (or points) everybody is there, before the buffer."""
    return sum(_there(scenario).values(), Fraction(0))


def cost(scenario: Scenario) -> float | None:
    """Cost of the hours everybody is there; None where nobody has a rate."""
    people = expand(scenario.team)
    if all(person.cost_per_hour is None for person in people):
        return None
    there = _there(scenario)
    return float(sum((exact(person.cost_per_hour or 0) * there[person.name] for person in people), Fraction(0)))


def _there(scenario: Scenario) -> dict[str, Fraction]:
    """Hours (or points) that each specialist is there."""
    clock = Clock.of(scenario.calendar)
    return {
        person.name: Fraction(sum(end - begin for begin, end in clock.presence(person, rate)), TICKS_PER_DAY) * rate
        for person, rate in zip(expand(scenario.team), rates(scenario), strict=True)
    }


def _pareto(basis: Plan, results: Sequence[Compared]) -> Pareto:
    """Who is not beaten in both respects; those without a plan are not in it."""
    values = {BASE: basis.value} | {result.name: result.plan.value for result in results}
    churn = {BASE: 0.0} | {result.name: float(result.delta.churn) for result in results}
    costs = {BASE: 0.0} | {result.name: result.delta.cost for result in results if result.delta.cost is not None}
    return Pareto(
        value_and_cost=front(values, costs) if any(costs.values()) else None, value_and_churn=front(values, churn)
    )
