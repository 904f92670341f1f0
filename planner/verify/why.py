"""Whether the reasons a plan gives for what it leaves out can be true (design.md section 6, "Reason codes").

The judge does not plan, so it cannot tell what would have been possible. It knows what the scenario alone decides,
what a reason needs to be more than words, and what the plan itself contradicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import exact
from planner.verify.kept import fits_alone
from planner.verify.moments import never_released, release
from planner.verify.selection import unsupported
from planner.verify.staffing import costs
from planner.verify.tables import covered_by_maximum

if TYPE_CHECKING:
    from models.plan import Plan
    from planner.verify.demands import Demand
    from planner.verify.facts import Facts
    from planner.verify.people import Person
    from planner.verify.reading import Reading

_OF_THE_PLAN = ("no-value", "capacity", "outranked")  # these come after everything that hangs on other items
_ALONE = ("skill", "deadline", "too-big")  # these say that the item does not fit even alone
_UNSEEN = Fraction(1, 10**9)  # a part of all value so small that counting it as nothing changes no plan


def reasons(facts: Facts, reading: Reading, plan: Plan) -> Iterator[str]:
    """Check that each reason is the first that applies, as far as the scenario and the plan tell."""
    used = costs(reading)
    free = {name: Fraction(person.limit - used.get(name, 0)) for name, person in facts.team.items()}
    for left_out in plan.left_out:
        demand = facts.backlog.get(left_out.id)
        if demand is None or left_out.id in reading.chosen:
            continue
        case = _Case(facts, reading, plan, demand, free)
        code, true = left_out.reason.code, case.first(left_out.reason.code)
        if true is not None and code != true:
            yield f"item {left_out.id}: reason is {code}, but the first that applies is {true}"
        elif true is None and not case.can_be(code):
            yield f"item {left_out.id}: reason is {code}, but that is not so"
        if code == "not-reached" and left_out.reason.proven:
            yield f"item {left_out.id}: reason is not-reached, which nothing can prove"


@dataclass(frozen=True)
class _Case:
    """One item that is left out, and the hundredths of everybody's hours that the plan leaves free."""

    facts: Facts
    reading: Reading
    plan: Plan
    demand: Demand
    free: dict[str, Fraction]

    def first(self, said: str) -> str | None:
        """Return the reason that must stand there, None where the judge cannot tell."""
        known = self._decided()
        if known is not None:
            return known
        if said in _OF_THE_PLAN and any(unsupported(self.facts, self.reading, self.demand)):
            return "dependency"
        if said in _OF_THE_PLAN and self._rivals():
            return "policy"
        if said in ("capacity", "outranked") and not self.demand.milestone and self._worthless():
            return "no-value"
        return "capacity" if said == "outranked" and self._short(surely=True) else None

    def _decided(self) -> str | None:
        """Reasons that the scenario alone decides."""
        facts, demand = self.facts, self.demand
        if demand.done:
            return "done"
        if facts.pinned_out(demand.item) is not None:
            return "pinned-out"
        asks_readiness = facts.scenario.policy.ready_only and not (demand.started or demand.milestone)
        if asks_readiness and not facts.ready(demand.item):
            return "not-ready"
        return "skill" if any(not self._able(skill) for skill in self._skills()) else None

    def can_be(self, code: str) -> bool:
        """Whether there is anything in the scenario and the plan that the reason could speak of."""
        facts, demand, item = self.facts, self.demand, self.demand.item
        pins = [pin for _, pin in facts.pins.get(item.id, ())]
        if code in _ALONE and fits_alone(facts, demand):
            return code == "deadline" and (release(facts, demand) > 0 or any(facts.asked(demand)))
        possible = {
            "skill": any(need.not_by or need.same_as for need in demand.needs)
            or any(pin.specialist is not None or pin.not_specialist is not None for pin in pins),
            "dependency": any(facts.asked(demand)),
            "release": release(facts, demand) > 0 or never_released(facts, demand),
            "deadline": item.deadline is not None or demand.milestone,
            "too-big": not demand.milestone,
            "policy": bool(item.exclusive or item.together or facts.scenario.policy.max_parallel)
            or any(pin.start is not None for pin in pins)
            or covered_by_maximum(facts, item)
            or demand.milestone,
            "no-value": self._worthless(_UNSEEN * facts.all_value),
            "capacity": self._short(surely=False),
            "outranked": not demand.milestone,
            "not-reached": self.plan.status != "optimal",
        }
        return possible.get(code, False)

    def _skills(self) -> list[str | None]:
        return list(dict.fromkeys(need.skill for need in self.demand.needs))

    def _able(self, skill: str | None) -> list[Person]:
        return [person for person in self.facts.team.values() if person.proficiency(skill) is not None]

    def _rivals(self) -> bool:
        """Whether an alternative is in the plan."""
        group = self.facts.exclusive.get(self.demand.item.exclusive or "", [])
        return any(other.item.id in self.reading.chosen for other in group)

    def _worthless(self, unseen: Fraction = Fraction(0)) -> bool:
        due = self.demand.item.due
        return max(self.facts.values[self.demand.item.id], exact(due.cost_per_day) if due else Fraction(0)) <= unseen

    def _short(self, *, surely: bool) -> bool:
        """Whether the plan leaves fewer hours of a skill than the item needs, counted by proficiency or plainly."""
        return any(self._short_of(skill, surely) for skill in self._skills())

    def _short_of(self, skill: str | None, surely: bool) -> bool:
        needed = sum(need.effort for need in self.demand.needs if need.skill == skill)
        people = self._able(skill)
        plain = sum((self.free[person.name] for person in people), Fraction(0))
        weighted = sum((self.free[person.name] * (person.proficiency(skill) or 1) for person in people), Fraction(0))
        return needed > (max(plain, weighted) if surely else min(plain, weighted))
