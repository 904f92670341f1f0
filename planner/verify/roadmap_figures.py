"""Figures of a plan over many sprints: benefits, totals, tables by sprint, terms, reasons (design.md section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import exact
from models.policy import Goal, MixRule
from planner.clock import TICKS_PER_DAY
from planner.verify import figures
from planner.verify.churn import Against
from planner.verify.facts import close, figure
from planner.verify.selection import unsupported
from planner.verify.tables import covers, rules_of, shortfall_of
from planner.verify.worth import due_cost

if TYPE_CHECKING:
    from models.plan import LeftOutItem, Plan
    from planner.verify.demands import Demand
    from planner.verify.moments import Chosen
    from planner.verify.roadmap import Road


def all_figures(road: Road, plan: Plan) -> Iterator[str]:
    """Judge every figure."""
    yield from items(road, plan)
    yield from figures.ranked(road.facts, plan)
    yield from figures.worth(plan, total(road))
    yield from figures.proven(plan)
    yield from figures.compared(plan)
    yield from capacity(road, plan)
    yield from shares(road, plan)
    yield from objective(road, plan)
    yield from reasons(road, plan)


def items(road: Road, plan: Plan) -> Iterator[str]:
    """Check titles, values, estimates, and benefits net of discount and due cost."""
    for chosen in road.all.chosen.values():
        yield from figures.described(road.facts, chosen.demand, chosen.planned)
        estimate = "guessed" if chosen.demand.guessed else "given"
        if chosen.planned.estimate != estimate:
            yield f"item {chosen.id}: estimate is marked {chosen.planned.estimate}, but it is {estimate}"
        true = benefit(road, chosen)
        if not close(chosen.planned.benefit, true):
            yield f"item {chosen.id}: benefit is {figure(chosen.planned.benefit)}, but it is {figure(true)}"
    yield from figures.left_out_described(road.facts, plan)


def benefit(road: Road, chosen: Chosen) -> Fraction:
    """Value discounted by sprint, less what being late costs; a due date inside a sprint to capacity counts as met."""
    facts, item = road.facts, chosen.demand.item
    sprint = min(max(chosen.planned.sprint, 1), len(facts.clock.sprint_ends)) - 1
    if chosen.demand.done:
        return Fraction(0)
    value = facts.values[chosen.id] * (1 - exact(facts.scenario.policy.discount_per_sprint)) ** sprint
    if item.due is None:
        return value
    due = facts.clock.finish_limit(max(item.due.date, facts.clock.first_day))
    if chosen.finish is None and due > road.begin(sprint):
        return value
    return value - exact(item.due.cost_per_day) * max(0, road.finish_day(chosen) - due // TICKS_PER_DAY)


def total(road: Road) -> Fraction:
    """Sum of the benefits of all items, in and out."""
    inside = sum((benefit(road, chosen) for chosen in road.all.chosen.values()), Fraction(0))
    outside = sum(
        due_cost(demand.item, road.facts.clock, None)
        for name, demand in road.facts.backlog.items()
        if name not in road.all.chosen and not demand.done
    )
    return inside - outside


def capacity(road: Road, plan: Plan) -> Iterator[str]:
    """Check that there is one row a specialist and sprint."""
    asked = road.costs()
    seen: set[tuple[str, int]] = set()
    for row in plan.capacity:
        name = f"capacity of {row.specialist}, sprint {row.sprint}"
        person = road.facts.team.get(row.specialist)
        key = row.specialist, row.sprint - 1
        if person is None or not 0 <= key[1] < len(person.limits) or key in seen:
            yield f"{name}: no such row; there is one a specialist of the team and sprint"
            continue
        seen.add(key)
        limit, used = person.limits[key[1]], asked.get(key, Fraction(0))
        rows = (
            ("available", row.available, Fraction(limit, 100)),
            ("planned", row.planned, used / 100),
            ("utilisation", row.utilisation, used / limit if limit else Fraction(0)),
        )
        for what, printed, true in rows:
            if not close(printed, true):
                yield f"{name}: {what} is {figure(printed)}, but it is {figure(true)}"
    if len(seen) < len(road.facts.team) * len(road.facts.clock.sprint_ends):
        yield "capacity: rows are missing; there is one a specialist and sprint"


def shares(road: Road, plan: Plan) -> Iterator[str]:
    """Check that no maximum is exceeded in any sprint, and that each has a row for every rule."""
    wanted = [(sprint, rule) for sprint in range(len(road.facts.clock.sprint_ends)) for rule in rules_of(road.facts)]
    if len(plan.shares) != len(wanted):
        yield f"shares: {len(plan.shares)} rows, but the policy has {len(wanted)} in all sprints"
        return
    for row, (sprint, rule) in zip(plan.shares, wanted, strict=True):
        share, short = _share(road, rule, sprint, worthwhile=False), _shortfall(road, rule, sprint)
        name = f"share of {row.name}, sprint {row.sprint}"
        if rule.max_share is not None and share > exact(rule.max_share):
            yield f"{name}: it is {figure(share)}, above its maximum {figure(rule.max_share)}"
        if row.sprint != sprint + 1 or (row.min, row.max) != (rule.min_share, rule.max_share):
            yield f"{name}: there should stand the rules of sprint {sprint + 1} in the policy's order"
        if not close(row.share, share) or not close(row.shortfall, short):
            printed = f"share {figure(row.share)} and shortfall {figure(row.shortfall)}"
            yield f"{name}: {printed}, but they are {figure(share)} and {figure(short)}"


def _share(road: Road, rule: Goal | MixRule, sprint: int, *, worthwhile: bool) -> Fraction:
    limits = sum(person.limits[sprint] for person in road.facts.team.values())
    effort = Fraction(0)
    for chosen in road.all.chosen.values():
        item = chosen.demand.item
        counts = road.facts.values[item.id] > 0 or (item.due is not None and item.due.cost_per_day > 0)
        if covers(rule, item) and (counts or not worthwhile):
            parts = [part.effort for part in road.parts if part.demand is chosen.demand and part.sprint == sprint]
            inside = chosen.planned.sprint - 1 == sprint and chosen.id in road.timed.chosen
            effort += chosen.demand.left if inside else sum(parts, Fraction(0))
    return effort / limits if limits else Fraction(0)


def _shortfall(road: Road, rule: Goal | MixRule, sprint: int) -> Fraction:
    return shortfall_of(rule.min_share, _share(road, rule, sprint, worthwhile=True))


def objective(road: Road, plan: Plan) -> Iterator[str]:
    """Check that the terms stand in the contract's order, each with its figure."""
    facts = road.facts
    asked = road.costs()
    policy = facts.scenario.policy
    chosen = list(road.all.chosen.values())
    figures_of: dict[str, Fraction] = {}
    if policy.carry_over == "keep" and any(demand.started for demand in facts.backlog.values()):
        figures_of["carried_over"] = Fraction(sum(one.demand.left for one in chosen if one.demand.started), 100)
    if any(rule.min_share is not None for rule in rules_of(facts)):
        sprints = range(len(facts.clock.sprint_ends))
        short = (_shortfall(road, rule, sprint) for rule in rules_of(facts) for sprint in sprints)
        figures_of["shortfall"] = sum(short, Fraction(0))
    figures_of["value"] = total(road)
    if facts.scenario.baseline is not None:
        figures_of["churn"] = Fraction(Against(facts, plan, facts.scenario.baseline).churn)
    figures_of["early"] = sum((facts.values[one.id] * road.finish_day(one) for one in chosen), Fraction(0))
    figures_of["peak"] = max((_utilisation(road, key, used) for key, used in asked.items()), default=Fraction(0))
    figures_of["effort"] = sum(asked.values(), Fraction(0)) / 100
    named = [row.term for row in plan.objective]
    if named != list(figures_of):
        yield f"objective: the terms are {', '.join(named)}, but should be {', '.join(figures_of)}"
        return
    for row in plan.objective:
        if row.term in figures_of and not close(row.value, figures_of[row.term]):
            yield f"objective: {row.term} is {figure(row.value)}, but it is {figure(figures_of[row.term])}"


def _utilisation(road: Road, key: tuple[str, int], used: Fraction) -> Fraction:
    """Part of the limit that is used, in hundredths of a percent rounded up."""
    limits = road.facts.team[key[0]].limits
    limit = limits[key[1]] if 0 <= key[1] < len(limits) else 0
    if not limit:
        return Fraction(0)
    parts = 10_000 * used / limit
    return Fraction(-(-parts.numerator // parts.denominator), 10_000)


def reasons(road: Road, plan: Plan) -> Iterator[str]:
    """Check the reasons that the scenario and the plan alone decide, and that the others can be true."""
    for left_out in plan.left_out:
        demand = road.facts.backlog.get(left_out.id)
        if demand is None or left_out.id in road.all.chosen:
            continue
        true = _decided(road, demand)
        if true is not None and left_out.reason.code != true:
            yield f"item {left_out.id}: reason is {left_out.reason.code}, but the first that applies is {true}"
        elif true is None and not _can_be(road, plan, demand, left_out):
            yield f"item {left_out.id}: reason is {left_out.reason.code}, but that is not so"


def _decided(road: Road, demand: Demand) -> str | None:
    facts = road.facts
    if demand.done:
        return "done"
    if facts.pinned_out(demand.item) is not None:
        return "pinned-out"
    asks = facts.scenario.policy.ready_only and not (demand.started or demand.milestone)
    if asks and not facts.ready(demand.item):
        return "not-ready"
    skills = {need.skill for need in demand.needs}
    nobody = any(all(one.proficiency(skill) is None for one in facts.team.values()) for skill in skills)
    return "skill" if nobody else None


def _can_be(road: Road, plan: Plan, demand: Demand, left_out: LeftOutItem) -> bool:
    facts, item, code = road.facts, demand.item, left_out.reason.code
    if code in ("done", "pinned-out", "not-ready"):
        return False
    if code in ("no-value", "capacity", "outranked") and any(unsupported(facts, road.all, demand)):
        return False
    no_due = item.due is None or item.due.cost_per_day == 0
    possible = {
        "dependency": any(facts.asked(demand)),
        "release": item.release is not None,
        "deadline": item.deadline is not None or demand.milestone,
        "no-value": facts.values[item.id] == 0 and no_due,
        "not-reached": plan.status != "optimal" and not left_out.reason.proven,
    }
    return possible.get(code, True)
