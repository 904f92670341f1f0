"""What a set of items, its staffing and its times are worth, term by term."""

from __future__ import annotations

from fractions import Fraction

from models.base import exact
from models.item import Item
from planner.clock import TICKS_PER_DAY
from planner.verify.facts import Facts
from tests.oracle.selection import covered, rules, share
from tests.oracle.staffing import Staffed
from tests.oracle.timing import Times

# In the contract's order; less is better after the signs.
SIGNS = {"carried_over": -1, "shortfall": 1, "value": -1, "early": 1, "peak": 1, "effort": 1, "assignee": 1}


def vector(*parts: dict[str, Fraction]) -> tuple[Fraction, ...]:
    """Put terms in order, signed so that the smallest vector is the best."""
    terms = {name: amount for part in parts for name, amount in part.items()}
    return tuple(sign * terms[name] for name, sign in SIGNS.items())


class Worth:
    """The terms of the objective, each from what decides it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._days = facts.horizon // TICKS_PER_DAY

    def terms(self, signed: tuple[Fraction, ...]) -> dict[str, Fraction]:
        return {name: sign * amount for (name, sign), amount in zip(SIGNS.items(), signed, strict=True)}

    def hope(self, chosen: frozenset[str]) -> tuple[Fraction, ...]:
        """First three terms of the set, signed, if nothing in it were late."""
        of_set = self._of_set(chosen)
        on_time = dict.fromkeys(chosen, 0)
        return -of_set["carried_over"], of_set["shortfall"], -self._value(on_time)

    def of_staffing(self, chosen: frozenset[str], staffed: Staffed) -> dict[str, Fraction]:
        """Terms that the set and its staffing decide."""
        costs = dict.fromkeys(self._facts.team, 0)
        for need, person in staffed.values():
            costs[person.name] += person.cost(need.skill, need.effort)
        peak = max(
            -(-10_000 * costs[person.name] // person.limit) if person.limit else 0
            for person in self._facts.team.values()
        )
        return {
            **self._of_set(chosen),
            "peak": Fraction(peak, 10_000),
            "effort": Fraction(sum(costs.values()), 100),
            "assignee": Fraction(sum(self._reassigned(item, staffed) for item in chosen)),
        }

    def of_times(self, chosen: frozenset[str], times: Times) -> dict[str, Fraction]:
        """Terms that the set and its times decide."""
        days = {name: -(-times.finish[name] // TICKS_PER_DAY) for name in chosen}
        return {
            "value": self._value(days),
            "early": sum((self._facts.values[name] * day for name, day in days.items()), Fraction(0)),
        }

    def _of_set(self, chosen: frozenset[str]) -> dict[str, Fraction]:
        keep = self._facts.scenario.policy.carry_over == "keep"
        started = [demand for name, demand in self._facts.backlog.items() if name in chosen and demand.started]
        return {
            "carried_over": Fraction(sum(demand.left for demand in started) if keep else 0, 100),
            "shortfall": self._shortfall(chosen),
        }

    def _shortfall(self, chosen: frozenset[str]) -> Fraction:
        total = Fraction(0)
        for rule in rules(self._facts):
            if rule.min_share is not None:
                counted = [demand for demand in covered(self._facts, rule, chosen) if self._counts(demand.item)]
                missing = 100 * (exact(rule.min_share) - share(self._facts, counted))
                total += Fraction(max(0, -(-missing.numerator // missing.denominator)), 100)
        return total

    def _counts(self, item: Item) -> bool:
        return self._facts.values[item.id] > 0 or (item.due is not None and item.due.cost_per_day > 0)

    def _value(self, days: dict[str, int]) -> Fraction:
        """Σ benefit of all open items; those without a day are left out."""
        total = Fraction(0)
        for name, demand in self._facts.backlog.items():
            if demand.done:
                continue
            total += self._facts.values[name] if name in days else 0
            due = demand.item.due
            if due is not None:
                last = self._facts.clock.finish_limit(max(due.date, self._facts.clock.first_day)) // TICKS_PER_DAY
                total -= exact(due.cost_per_day) * max(0, days.get(name, self._days) - last)
        return total

    def _reassigned(self, item: str, staffed: Staffed) -> int:
        """Tasks of a todo item that are not with its assignee, who is here and has the skill."""
        demand = self._facts.backlog[item]
        assignee = self._facts.team.get(demand.item.assignee or "")
        if assignee is None or demand.item.status != "todo":
            return 0
        return sum(
            person.name != assignee.name and assignee.proficiency(need.skill) is not None
            for (of, _), (need, person) in staffed.items()
            if of == item
        )
