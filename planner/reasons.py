"""Why an item is out: the first reason that applies, in the order of design.md section 6.

What the data alone imply was found on the way to the instance (planner.eligibility). Here comes what hangs on the
plan: a prerequisite that is out, a rule that leaves no room, no benefit, hours that are used up, a better use of them.
A reason is proven only where the plan is, or where plain figures say it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import exact
from models.plan import Reason, ReasonCode

if TYPE_CHECKING:
    from models.item import Item
    from planner.instance import Item as Candidate
    from planner.prepare import Prepared
    from planner.solve.search import Outcome

NO_PLAN = "No plan was made."


class Reasons:
    """The reasons of one outcome."""

    def __init__(self, prepared: Prepared, outcome: Outcome) -> None:
        self._prepared = prepared
        self._instance = prepared.instance
        self._outcome = outcome
        self._index = {item.id: position for position, item in enumerate(prepared.instance.items)}
        self._chosen = outcome.solution.items if outcome.solution else {}
        self._proven = outcome.status == "optimal"
        self._free = self._free_hours()

    def of(self, item: Item) -> Reason:
        """Reason of an item that is not in the plan."""
        if item.id in self._prepared.done:
            return Reason(code="done", text="It is done.", proven=True)
        if item.id in self._instance.excluded:
            return self._instance.excluded[item.id]
        if self._outcome.solution is None:
            return Reason(code="not-reached", text=NO_PLAN, proven=False)
        index = self._index[item.id]
        return self._dependency(index) or self._policy(index) or self._worth(index) or self._hours(index)

    def _reason(self, code: ReasonCode, text: str, *, proven: bool | None = None) -> Reason:
        return Reason(code=code, text=text, proven=self._proven if proven is None else proven)

    def _dependency(self, index: int) -> Reason | None:
        """Something it needs is out; what would fit together with it is the plan's business, so its proof counts."""
        item = self._instance.items[index]
        missing = [self._name(before) for before, _ in item.requires if before not in self._chosen]
        if missing:
            return self._reason("dependency", f"It depends on {_listed(missing)}, left out of the plan.")
        if item.any_of is not None and not any(before in self._chosen for before, _ in item.any_of):
            options = [self._name(before) for before, _ in item.any_of]
            return self._reason("dependency", f"It needs one of {_listed(options)}, and none is in the plan.")
        return None

    def _policy(self, index: int) -> Reason | None:
        item = self._instance.items[index]
        for group in self._instance.exclusive:
            rivals = [self._name(other) for other in group if other != index and other in self._chosen]
            if index in group and rivals:
                return self._reason("policy", f"Its alternative {rivals[0]} is in the plan.")
        for group in self._instance.together:
            if index in group:
                others = [self._name(other) for other in group if other != index]
                return self._reason("policy", f"It is planned only together with {_listed(others)}.")
        for rule in self._instance.shares:
            if rule.maximum is None or index not in rule.members or self._outcome.solution is None:
                continue
            share = self._outcome.solution.effort_of(self._instance, rule.members) + item.effort
            if Fraction(share, max(1, self._instance.capacity)) > rule.maximum:
                most = f"{float(100 * rule.maximum):g} %"
                return self._reason("policy", f"With it, {rule.name} would take more than its {most} of the sprint.")
        return None

    def _worth(self, index: int) -> Reason | None:
        item = self._instance.items[index]
        if item.milestone:
            return self._reason("policy", "What it depends on is not finished by its date.")
        if item.value == 0 and item.late_cost == 0:
            return self._reason("no-value", "It has no value, so it never earns a place.", proven=True)
        return None

    def _hours(self, index: int) -> Reason:
        item = self._instance.items[index]
        short = self._short_skill(item)
        if short is not None:
            return short
        if self._proven:
            return self._reason("outranked", "There are hours left, but it enters only if something better leaves.")
        return self._reason("not-reached", "The search ended before it was settled whether it fits.")

    def _short_skill(self, item: Candidate) -> Reason | None:
        """A skill of which fewer hours are left than the item needs."""
        entry = self._prepared.open[item.id]
        needed: dict[str | None, Fraction] = {}
        for task in entry.tasks:
            needed[task.skill] = needed.get(task.skill, Fraction(0)) + task.effort
        unit = self._prepared.scenario.unit
        for skill, effort in needed.items():
            free = self._free.get(skill, Fraction(0))
            if free < effort:
                what = skill or "hours of anybody"
                left = f"{int(free * 100) / 100:g} of the {float(effort):g} {unit} it needs"
                return self._reason("capacity", f"Not enough {what}: the plan leaves {left}.")
        return None

    def _free_hours(self) -> dict[str | None, Fraction]:
        """Effort of each skill (None: any) that the plan leaves room for, by proficiency."""
        if self._outcome.solution is None:
            return {}
        loads = self._outcome.solution.load(self._instance)
        left = {
            person.name: Fraction(limit - used, 100)
            for person, (used, limit) in zip(self._instance.specialists, loads, strict=True)
        }
        free: dict[str | None, Fraction] = {None: sum(left.values(), Fraction(0))}
        for person in self._prepared.people:
            for skill, level in person.skills.items():
                free[skill] = free.get(skill, Fraction(0)) + left[person.name] * exact(level)
        return free

    def _name(self, index: int) -> str:
        return self._instance.items[index].id


def _listed(names: list[str]) -> str:
    return ", ".join(names)
