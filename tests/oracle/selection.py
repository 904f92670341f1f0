"""Which sets of items the rules that know no time allow."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from models.base import exact
from models.policy import Goal, MixRule
from planner.verify.demands import Demand
from planner.verify.facts import Facts


def allowed_sets(facts: Facts) -> Iterator[frozenset[str]]:
    """Yield every set of open items that selection alone does not forbid."""
    possible = [demand.item.id for demand in facts.backlog.values() if _possible(facts, demand)]
    for size in range(len(possible) + 1):
        for chosen in combinations(possible, size):
            if _allowed(facts, frozenset(chosen)):
                yield frozenset(chosen)


def _possible(facts: Facts, demand: Demand) -> bool:
    """Not done, not pinned out, ready where only ready ones are asked for, released before the sprint is over."""
    item = demand.item
    if demand.done or facts.pinned_out(item) is not None:
        return False
    asks_readiness = facts.scenario.policy.ready_only and not demand.started and not demand.milestone
    if asks_readiness and not facts.ready(item):
        return False
    return item.release is None or demand.started or released(facts, demand) < facts.horizon


def released(facts: Facts, demand: Demand) -> int:
    """First tick after the release; started work has none."""
    release = demand.item.release
    return facts.clock.start_limit(release) if release is not None and not demand.started else 0


def _allowed(facts: Facts, chosen: frozenset[str]) -> bool:
    items = [demand for demand in facts.backlog.values() if not demand.done]
    asked_for = all(demand.item.id in chosen for demand in items if _demanded(facts, demand))
    supported = all(holds(facts, demand, chosen) for demand in items if demand.item.id in chosen)
    groups = all(
        (not members or not any(other.done for other in group)) and len(members) <= 1
        for group in facts.exclusive.values()
        if (members := [other for other in group if other.item.id in chosen]) is not None
    )
    together = all(
        len({other.done or other.item.id in chosen for other in group}) == 1 for group in facts.together.values()
    )
    return asked_for and supported and groups and together and _within_shares(facts, chosen)


def _demanded(facts: Facts, demand: Demand) -> bool:
    return demand.item.must or facts.pinned_in(demand.item) is not None


def holds(facts: Facts, demand: Demand, chosen: frozenset[str]) -> bool:
    """Whether everything it depends on, and one of its alternatives, is in the set (or done)."""
    all_of, one_of = facts.asked(demand)
    return all(entry.item in chosen for entry in all_of) and (
        not one_of or any(entry.item in chosen for entry in one_of)
    )


def must_be_late(facts: Facts, demand: Demand, chosen: frozenset[str]) -> bool:
    """Whether only time can keep this milestone out: what it depends on holds, and no rule of selection forbids it."""
    if not demand.milestone or demand.done or demand.item.id in chosen or not _possible(facts, demand):
        return False
    alternatives = [other for other in facts.exclusive.get(demand.item.exclusive or "", []) if other is not demand]
    companions = [other for other in facts.together.get(demand.item.together or "", []) if other is not demand]
    forbidden = any(other.done or other.item.id in chosen for other in alternatives)
    forbidden = forbidden or any(not other.done and other.item.id not in chosen for other in companions)
    return holds(facts, demand, chosen) and not forbidden


def rules(facts: Facts) -> list[Goal | MixRule]:
    """List the goal, then the mix."""
    policy = facts.scenario.policy
    return [*([policy.goal] if policy.goal else []), *policy.mix]


def covered(facts: Facts, rule: Goal | MixRule, chosen: frozenset[str]) -> list[Demand]:
    """Chosen items that a rule speaks of."""
    return [
        demand
        for demand in facts.backlog.values()
        if demand.item.id in chosen
        and (demand.item.type == rule.type if isinstance(rule, MixRule) else demand.item.theme in rule.themes)
    ]


def share(facts: Facts, items: list[Demand]) -> Fraction:
    """Effort left over the sprint's hours."""
    return Fraction(sum(demand.left for demand in items), facts.limits) if facts.limits else Fraction(0)


def _within_shares(facts: Facts, chosen: frozenset[str]) -> bool:
    return all(
        share(facts, covered(facts, rule, chosen)) <= exact(rule.max_share)
        for rule in rules(facts)
        if rule.max_share is not None
    )
