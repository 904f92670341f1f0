"""Why an item is out of a roadmap: as of one sprint, but for what is left in each of many."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.horizon.placement import effort_in
from planner.reasons import PlanReasons, free_effort

if TYPE_CHECKING:
    from planner.horizon.prepare import Prepared
    from planner.horizon.result import Roadmap
    from planner.instance import ShareRule


class Reasons(PlanReasons):
    """The reasons of one roadmap."""

    def __init__(self, prepared: Prepared, found: Roadmap) -> None:
        at = found.at
        chosen = None if at is None else {index for index, sprint in enumerate(at) if sprint is not None}
        super().__init__(prepared, found.horizon, chosen, proven=found.status == "optimal", where="any sprint")
        self._horizon = found.horizon
        self._at = at or ()
        self._free = self._free_effort(found)

    def _is_above(self, index: int, rule: ShareRule, maximum: Fraction) -> bool:
        return all(self._above(index, sprint, rule, maximum) for sprint in self._horizon.items[index].sprints)

    def _above(self, index: int, sprint: int, rule: ShareRule, maximum: Fraction) -> bool:
        items = self._horizon.items
        effort = sum(effort_in(items[other], self._at[other], sprint) for other in rule.members)
        return effort + items[index].effort > maximum * self._horizon.capacity[sprint]

    def _too_little(self, index: int, skill: str | None, effort: Fraction) -> str | None:
        item = self._horizon.items[index]
        by_sprint = [self._free[sprint].get(skill, Fraction(0)) for sprint in self._horizon.work_sprints(item)]
        free = sum(by_sprint, Fraction(0)) if item.spans else max(by_sprint)
        if free >= effort:
            return None
        left, what = self._left_of(free, effort), skill or "hours of anybody"
        if item.spans:
            return f"Not enough {what}: the sprints that could take it have {left} left together."
        return f"Not enough {what}: of the sprints that could take it, none has more than {left} left."

    def _free_effort(self, found: Roadmap) -> list[dict[str | None, Fraction]]:
        """Effort of each skill that the plan leaves room for, by sprint."""
        if found.at is None:
            return []
        loads, people = found.loads(), self._horizon.specialists
        return [
            free_effort(
                self._reading,
                {
                    person.name: (int(self._horizon.limits[who, sprint]) - loads[who][sprint]) / 100
                    for who, person in enumerate(people)
                },
            )
            for sprint in range(self._horizon.sprints)
        ]
