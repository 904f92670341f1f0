"""The plan's tables: capacity, shares and the terms of the objective (design.md section 4, "Policy", "Objective")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import exact
from models.policy import Goal, MixRule
from planner.clock import TICKS_PER_DAY
from planner.verify.churn import Against
from planner.verify.facts import amount, close, figure
from planner.verify.figures import total_value
from planner.verify.selection import SPRINT
from planner.verify.staffing import costs

if TYPE_CHECKING:
    from models.item import Item
    from models.plan import Plan, ShareUse
    from planner.verify.facts import Facts
    from planner.verify.moments import Chosen
    from planner.verify.reading import Reading

_TERMS = ("carried_over", "shortfall", "value", "churn", "early", "peak", "effort", "assignee")


def capacity(facts: Facts, reading: Reading, plan: Plan) -> Iterator[str]:
    """Check that there is one row a specialist: what is available after buffer, what is planned of it."""
    planned = costs(reading)
    seen: set[str] = set()
    for row in plan.capacity:
        name = f"capacity of {row.specialist}"
        person = facts.team.get(row.specialist)
        if person is None or row.sprint != SPRINT or row.specialist in seen:
            yield f"{name}, sprint {row.sprint}: no such row; there is one a specialist of the team, in sprint 1"
            continue
        seen.add(row.specialist)
        used = planned.get(person.name, 0)
        utilisation = Fraction(used, person.limit) if person.limit else Fraction(0)
        if not close(row.available, Fraction(person.limit, 100)):
            yield f"{name}: available is {figure(row.available)}, but it is {amount(person.limit)}"
        if not close(row.planned, Fraction(used, 100)):
            yield f"{name}: planned is {figure(row.planned)}, but their tasks take {amount(used)}"
        if not close(row.utilisation, utilisation):
            yield f"{name}: utilisation is {figure(row.utilisation)}, but it is {figure(utilisation)}"
    for name in facts.team:
        if name not in seen:
            yield f"capacity of {name}: the row is missing"


@dataclass(frozen=True)
class _Use:
    """A goal or mix rule and what the plan gives it.

    Attributes
    ----------
    words
        The row's name contains one of these.
    share
        Of everything that is planned, as the maximum counts it.
    worthwhile
        Of what has a value or a due cost, as the minimum counts it.
    """

    words: tuple[str, ...]
    least: float | None
    most: float | None
    share: Fraction
    worthwhile: Fraction

    @property
    def shortfall(self) -> Fraction:
        """Whole percent below the minimum, rounded up, as a part of 1."""
        return shortfall_of(self.least, self.worthwhile)


def shortfall_of(least: float | None, share: Fraction) -> Fraction:
    """Whole percent by which a share misses its minimum, rounded up, as a part of 1."""
    if least is None:
        return Fraction(0)
    missing = 100 * (exact(least) - share)
    return Fraction(max(0, -(-missing.numerator // missing.denominator)), 100)


def rules_of(facts: Facts) -> list[Goal | MixRule]:
    """List the goal first, then the mix in its order."""
    policy = facts.scenario.policy
    return [*([policy.goal] if policy.goal else []), *policy.mix]


def covered_by_maximum(facts: Facts, item: Item) -> bool:
    """Whether a maximum share could keep the item out."""
    return any(rule.max_share is not None and covers(rule, item) for rule in rules_of(facts))


def _uses(facts: Facts, reading: Reading) -> list[_Use]:
    return [_use(facts, reading, rule) for rule in rules_of(facts)]


def _use(facts: Facts, reading: Reading, rule: Goal | MixRule) -> _Use:
    covered = [chosen for chosen in reading.chosen.values() if covers(rule, chosen.demand.item)]
    worthwhile = [chosen for chosen in covered if _worthwhile(facts, chosen)]
    words = (rule.type,) if isinstance(rule, MixRule) else ("goal", *rule.themes)
    return _Use(words, rule.min_share, rule.max_share, _share(facts, covered), _share(facts, worthwhile))


def covers(rule: Goal | MixRule, item: Item) -> bool:
    """Whether a rule counts an item."""
    return item.type == rule.type if isinstance(rule, MixRule) else item.theme in rule.themes


def _worthwhile(facts: Facts, chosen: Chosen) -> bool:
    due = chosen.demand.item.due
    return facts.values[chosen.id] > 0 or (due is not None and due.cost_per_day > 0)


def _share(facts: Facts, items: list[Chosen]) -> Fraction:
    """Effort left, not divided by proficiency, over everybody's limits."""
    return Fraction(sum(chosen.demand.left for chosen in items), facts.limits) if facts.limits else Fraction(0)


def shares(facts: Facts, reading: Reading, plan: Plan) -> Iterator[str]:
    """Check that no maximum is exceeded, exactly, and that the table has a row for every rule, the goal first."""
    uses = _uses(facts, reading)
    for use in uses:
        if use.most is not None and use.share > exact(use.most):
            yield f"policy: the share of {use.words[-1]} is {figure(use.share)}, above its maximum {figure(use.most)}"
    if len(plan.shares) != len(uses):
        yield f"shares: {len(plan.shares)} rows, but the policy has {len(uses)} rules"
        return
    for row, use in zip(plan.shares, uses, strict=True):
        yield from _share_row(row, use)


def _share_row(row: ShareUse, use: _Use) -> Iterator[str]:
    name = f"share of {row.name}"
    if row.sprint != SPRINT or not any(word.lower() in row.name.lower() for word in use.words):
        yield f"{name}, sprint {row.sprint}: there should stand {use.words[0]}, sprint 1 (the goal first, then the mix)"
    if (row.min, row.max) != (use.least, use.most):
        yield f"{name}: min {row.min} and max {row.max}, but the policy says {use.least} and {use.most}"
    if not close(row.share, use.share) and not (use.least is not None and close(row.share, use.worthwhile)):
        yield f"{name}: share is {figure(row.share)}, but it is {figure(use.share)}"
    if not close(row.shortfall, use.shortfall):
        yield f"{name}: shortfall is {figure(row.shortfall)}, but it is {figure(use.shortfall)}"


def objective(facts: Facts, reading: Reading, plan: Plan) -> Iterator[str]:
    """Check that every term the scenario asks for stands in the table, in the contract's order, with its figure."""
    named = [row.term for row in plan.objective]
    if sorted(set(named), key=_TERMS.index) != named:
        yield f"objective: the terms stand as {', '.join(named)}; each stands once, in the order {', '.join(_TERMS)}"
    figures = _figures(facts, reading, plan)
    for term in _asked(facts):
        if term not in named:
            yield f"objective: the term {term} is missing"
    for row in plan.objective:
        if row.term not in figures:
            yield f"objective: the term {row.term} has no place in this plan"
        elif not close(row.value, figures[row.term]):
            yield f"objective: {row.term} is {figure(row.value)}, but it is {figure(figures[row.term])}"


def _asked(facts: Facts) -> list[str]:
    """Terms that must not be missing."""
    policy = facts.scenario.policy
    some_minimum = any(rule.min_share is not None for rule in filter(None, (policy.goal, *policy.mix)))
    some_assignee = any(
        demand.item.assignee in facts.team and demand.item.status == "todo" and not demand.done
        for demand in facts.backlog.values()
    )
    return [
        *(["carried_over"] if _carries_over(facts) else []),
        *(["shortfall"] if some_minimum else []),
        "value",
        *(["churn"] if facts.scenario.baseline is not None else []),
        *("early", "peak", "effort"),
        *(["assignee"] if some_assignee else []),
    ]


def _carries_over(facts: Facts) -> bool:
    keeps = facts.scenario.policy.carry_over == "keep"
    return keeps and any(demand.started for demand in facts.backlog.values())


def _figures(facts: Facts, reading: Reading, plan: Plan) -> dict[str, Fraction]:
    chosen = list(reading.chosen.values())
    used = costs(reading)
    carried_over = sum(one.demand.left for one in chosen if one.demand.started)
    figures = {
        "shortfall": sum((use.shortfall for use in _uses(facts, reading)), Fraction(0)),
        "value": total_value(facts, reading),
        "early": sum((facts.values[one.id] * _finish_day(one) for one in chosen), Fraction(0)),
        "peak": max(
            (_utilisation(used.get(one.name, 0), one.limit) for one in facts.team.values()), default=Fraction(0)
        ),
        "effort": Fraction(sum(used.values()), 100),
        "assignee": Fraction(_reassigned(facts, reading)),
    }
    if facts.scenario.baseline is not None:
        figures["churn"] = Fraction(Against(facts, plan, facts.scenario.baseline).churn)
    return {**figures, "carried_over": Fraction(carried_over, 100)} if _carries_over(facts) else figures


def _finish_day(chosen: Chosen) -> int:
    """Whole working days until the item is finished."""
    return -(-(chosen.finish or 0) // TICKS_PER_DAY)


def _utilisation(used: int, limit: int) -> Fraction:
    """Part of the limit that is used, in hundredths of a percent rounded up."""
    return Fraction(-(-10_000 * used // limit), 10_000) if limit else Fraction(0)


def _reassigned(facts: Facts, reading: Reading) -> int:
    """Tasks of todo items that are not with the item's assignee, though she is here and has the skill."""
    tasks = 0
    for chosen in reading.chosen.values():
        assignee = facts.team.get(chosen.demand.item.assignee or "")
        if assignee is None or chosen.demand.item.status != "todo":
            continue
        able = [one for one in chosen.placed.values() if assignee.proficiency(one.need.skill) is not None]
        tasks += sum(one.task.specialist != assignee.name for one in able)
    return tasks
