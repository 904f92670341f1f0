"""Why an item is out of a roadmap: the first reason that applies, in the order of design.md section 6."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import exact
from models.plan import Reason, ReasonCode

if TYPE_CHECKING:
    from models.item import Item
    from planner.horizon.prepare import Prepared
    from planner.horizon.result import Roadmap


class Reasons:
    """The reasons of one roadmap."""

    def __init__(self, prepared: Prepared, found: Roadmap) -> None:
        self._prepared = prepared
        self._found = found
        self._horizon = found.horizon
        self._index = {item.id: place for place, item in enumerate(found.horizon.items)}
        self._proven = found.status == "optimal"
        self._free = self._free_hours()

    def of(self, item: Item) -> Reason:
        """Reason of an item that is not in the plan."""
        if item.id in self._prepared.done:
            return Reason(code="done", text="It is done.", proven=True)
        if item.id in self._horizon.excluded:
            return self._horizon.excluded[item.id]
        if self._found.at is None:
            return Reason(code="not-reached", text="No plan was made.", proven=False)
        index = self._index[item.id]
        return self._dependency(index) or self._policy(index) or self._worth(index) or self._hours(index)

    def _reason(self, code: ReasonCode, text: str, *, proven: bool | None = None) -> Reason:
        return Reason(code=code, text=text, proven=self._proven if proven is None else proven)

    def _inside(self, index: int) -> bool:
        return self._found.at is not None and self._found.at[index] is not None

    def _name(self, index: int) -> str:
        return self._horizon.items[index].id

    def _dependency(self, index: int) -> Reason | None:
        item = self._horizon.items[index]
        missing = [self._name(before) for before, _ in item.requires if not self._inside(before)]
        if missing:
            return self._reason("dependency", f"It depends on {', '.join(missing)}, left out of the plan.")
        if item.any_of is not None and not any(self._inside(before) for before, _ in item.any_of):
            names = ", ".join(self._name(before) for before, _ in item.any_of)
            return self._reason("dependency", f"It needs one of {names}, and none is in the plan.")
        return None

    def _policy(self, index: int) -> Reason | None:
        for group in self._horizon.exclusive:
            rivals = [self._name(other) for other in group if other != index and self._inside(other)]
            if index in group and rivals:
                return self._reason("policy", f"Its alternative {rivals[0]} is in the plan.")
        for group in self._horizon.together:
            if index in group:
                names = ", ".join(self._name(other) for other in group if other != index)
                return self._reason("policy", f"It is planned only together with {names}.")
        item = self._horizon.items[index]
        for rule in self._horizon.shares:
            if rule.maximum is None or index not in rule.members:
                continue
            if all(self._above(index, sprint, rule.members, rule.maximum) for sprint in item.sprints):
                most = f"{float(100 * rule.maximum):g} %"
                return self._reason("policy", f"With it, {rule.name} would take more than its {most} of any sprint.")
        return None

    def _above(self, index: int, sprint: int, members: tuple[int, ...], maximum: Fraction) -> bool:
        at = self._found.at or ()
        effort = sum(self._horizon.items[other].effort for other in members if at[other] == sprint)
        total = effort + self._horizon.items[index].effort
        return total > maximum * self._horizon.capacity[sprint]

    def _worth(self, index: int) -> Reason | None:
        item = self._horizon.items[index]
        if item.milestone:
            return self._reason("policy", "What it depends on is not finished by its date.")
        if item.value == 0 and item.late_cost == 0:
            return self._reason("no-value", "It has no value, so it never earns a place.", proven=True)
        return None

    def _hours(self, index: int) -> Reason:
        short = self._short_skill(index)
        if short is not None:
            return short
        if self._proven:
            return self._reason("outranked", "There are hours left, but it enters only if something better leaves.")
        return self._reason("not-reached", "The search ended before it was settled whether it fits.")

    def _short_skill(self, index: int) -> Reason | None:
        """A skill of which fewer hours are left than the item needs, in each sprint that could take it."""
        entry = self._prepared.open[self._name(index)]
        needed: dict[str | None, Fraction] = {}
        for task in entry.tasks:
            needed[task.skill] = needed.get(task.skill, Fraction(0)) + task.effort
        for skill, effort in needed.items():
            free = max(self._free.get((skill, sprint), Fraction(0)) for sprint in self._horizon.items[index].sprints)
            if free < effort:
                unit = self._prepared.scenario.unit
                left = f"{int(free * 100) / 100:g} of the {float(effort):g} {unit} it needs"
                what = skill or "hours of anybody"
                text = f"Not enough {what}: of the sprints that could take it, none has more than {left} left."
                return self._reason("capacity", text)
        return None

    def _free_hours(self) -> dict[tuple[str | None, int], Fraction]:
        """Effort of each skill (None: any) in each sprint that the plan leaves room for, by proficiency."""
        free: dict[tuple[str | None, int], Fraction] = {}
        if self._found.at is None:
            return free
        loads = self._found.loads()
        place = {person.name: index for index, person in enumerate(self._horizon.specialists)}
        for person in self._prepared.people:
            who = place[person.name]
            for sprint in range(self._horizon.sprints):
                left = (int(self._horizon.limits[who, sprint]) - loads[who][sprint]) / 100
                levels: list[tuple[str | None, Fraction]] = [(None, Fraction(1))]
                levels += [(skill, exact(level)) for skill, level in person.skills.items()]
                for skill, level in levels:
                    free[skill, sprint] = free.get((skill, sprint), Fraction(0)) + left * level
        return free
