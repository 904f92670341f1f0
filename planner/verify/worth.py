"""What items are worth: raw values of every scheme, days late, benefits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import exact
from models.policy import MOSCOW, PRIORITIES
from planner.clock import TICKS_PER_DAY

if TYPE_CHECKING:
    from models.item import Item
    from models.policy import Policy
    from models.scenario import Scenario
    from planner.clock import Clock
    from planner.verify.demands import Demand

_COUNT_AGAINST = ("risk", "complexity")


def scheme(scenario: Scenario) -> str:
    """Name the way value is counted: as the policy says, else the first kind of figure that the backlog has."""
    if scenario.policy.score is not None:
        return scenario.policy.score
    if any(item.value is not None for item in scenario.backlog):
        return "value"
    if any(item.scores for item in scenario.backlog):
        return "weighted"
    return "priority" if any(item.priority is not None for item in scenario.backlog) else "order"


def raw_values(scenario: Scenario, backlog: Sequence[Demand]) -> dict[str, Fraction]:
    """Work out the raw value of every item; 0 where the scheme finds none."""
    kind = scheme(scenario)
    if kind == "order":
        return _by_order(backlog)
    policy = scenario.policy
    words = {
        "priority": _factors(PRIORITIES, policy.priorities),
        "moscow": _factors(MOSCOW, policy.moscow),
    }.get(kind)
    if words is not None:
        return {demand.item.id: _by_word(demand, words) for demand in backlog}
    return {demand.item.id: _by_figures(kind, demand.item, policy) for demand in backlog}


def _by_order(backlog: Sequence[Demand]) -> dict[str, Fraction]:
    """Effort × a factor that falls from 2 to 1 over the items not done, in the order of the file."""
    values = {demand.item.id: Fraction(0) for demand in backlog}
    ahead = [demand for demand in backlog if not demand.done]
    for row, demand in enumerate(ahead):
        values[demand.item.id] = Fraction(demand.total, 100) * (2 - Fraction(row, max(1, len(ahead) - 1)))
    return values


def _plain(word: str) -> str:
    return word.replace("\u2019", "'").lower()


def _factors(usual: Mapping[str, float], own: Mapping[str, float]) -> dict[str, Fraction]:
    return {_plain(word): exact(factor) for word, factor in [*usual.items(), *own.items()]}


def _by_word(demand: Demand, factors: Mapping[str, Fraction]) -> Fraction:
    return Fraction(demand.total, 100) * factors.get(_plain(demand.item.priority or ""), Fraction(0))


def _by_figures(kind: str, item: Item, policy: Policy) -> Fraction:
    scores = {name: exact(score) for name, score in item.scores.items()}
    if kind == "value":
        return exact(item.value or 0)
    if kind == "weighted":
        return _weighted(scores, policy)
    if kind == "wsjf":
        parts = ("business", "time_criticality", "risk_reduction")
        return sum((scores.get(part, Fraction(0)) for part in parts), Fraction(0))
    confidence = scores.get("confidence", Fraction(0))
    if kind == "ice":
        return scores.get("impact", Fraction(0)) * confidence
    part_of_one = confidence / 100 if confidence > 1 else confidence
    return scores.get("reach", Fraction(0)) * scores.get("impact", Fraction(0)) * part_of_one


def _weighted(scores: Mapping[str, Fraction], policy: Policy) -> Fraction:
    total = Fraction(0)
    for name, score in scores.items():
        weight = exact(policy.weights.get(name, 1))
        total += (-weight if name in _COUNT_AGAINST else weight) * score / exact(policy.scale)
    return max(Fraction(0), total)


def days_late(item: Item, clock: Clock, finish: int | None) -> int:
    """Count working days after the due date; an item left out (no finish) is late to the horizon's end."""
    if item.due is None:
        return 0
    day = -(-(clock.horizon if finish is None else finish) // TICKS_PER_DAY)
    return max(0, day - clock.finish_limit(max(item.due.date, clock.first_day)) // TICKS_PER_DAY)


def due_cost(item: Item, clock: Clock, finish: int | None) -> Fraction:
    """Return what being late costs."""
    return exact(item.due.cost_per_day) * days_late(item, clock, finish) if item.due else Fraction(0)
