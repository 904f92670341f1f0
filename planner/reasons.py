"""Why an item is out: the first reason that applies, in the order of design.md section 6.

What the data alone imply was found on the way to the instance (planner.eligibility). Here comes what hangs on the
plan: a prerequisite that is out, a rule that leaves no room, no benefit, hours that are used up, a better use of them.
A reason is proven only where the plan is, or where plain figures say it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from models.base import exact
from models.plan import Reason, ReasonCode

if TYPE_CHECKING:
    from models.item import Item
    from planner.instance import ShareRule
    from planner.prepare import Prepared, Reading
    from planner.solve.search import Outcome

NO_PLAN = "No plan was made."


class Candidate(Protocol):
    """What a reason looks at of an item that could enter."""

    @property
    def id(self) -> str: ...  # noqa: D102  # as in the backlog
    @property
    def milestone(self) -> bool: ...  # noqa: D102  # whether it is one
    @property
    def value(self) -> int | Fraction: ...  # noqa: D102  # in any unit
    @property
    def late_cost(self) -> int | Fraction: ...  # noqa: D102  # a day
    @property
    def requires(self) -> tuple[tuple[int, int], ...]: ...  # noqa: D102  # index, lag
    @property
    def any_of(self) -> tuple[tuple[int, int], ...] | None: ...  # noqa: D102  # index, lag


class Candidates(Protocol):
    """What a reason looks at of all that could enter: a sprint's instance, or a horizon."""

    @property
    def items(self) -> Sequence[Candidate]: ...  # noqa: D102  # by index
    @property
    def excluded(self) -> Mapping[str, Reason]: ...  # noqa: D102  # what can never enter
    @property
    def exclusive(self) -> tuple[tuple[int, ...], ...]: ...  # noqa: D102  # groups of indices
    @property
    def together(self) -> tuple[tuple[int, ...], ...]: ...  # noqa: D102  # groups of indices
    @property
    def shares(self) -> tuple[ShareRule, ...]: ...  # noqa: D102  # goal and mix


class PlanReasons(ABC):
    """The reasons of one plan.

    Parameters
    ----------
    chosen
        Indices of what is in the plan; None where there is no plan.
    proven
        Whether the plan is.
    where
        Of what a share takes too much.
    """

    def __init__(
        self,
        reading: Reading,
        candidates: Candidates,
        chosen: Collection[int] | None,
        *,
        proven: bool,
        where: str,
    ) -> None:
        self._reading = reading
        self._candidates = candidates
        self._index = {item.id: position for position, item in enumerate(candidates.items)}
        self._none = chosen is None
        self._chosen = chosen or ()
        self._proven = proven
        self._where = where

    def of(self, item: Item) -> Reason:
        """Reason of an item that is not in the plan."""
        if item.id in self._reading.done:
            return Reason(code="done", text="It is done.", proven=True)
        if item.id in self._candidates.excluded:
            return self._candidates.excluded[item.id]
        if self._none:
            return Reason(code="not-reached", text=NO_PLAN, proven=False)
        index = self._index[item.id]
        return self._dependency(index) or self._policy(index) or self._worth(index) or self._hours(index)

    @abstractmethod
    def _is_above(self, index: int, rule: ShareRule, maximum: Fraction) -> bool:
        """Whether with the item a rule's members would take more than their maximum."""

    @abstractmethod
    def _too_little(self, index: int, skill: str | None, effort: Fraction) -> str | None:
        """Say how much too little is left of a skill (None: of anybody) for an effort, None where there is enough."""

    def _reason(self, code: ReasonCode, text: str, *, proven: bool | None = None) -> Reason:
        return Reason(code=code, text=text, proven=self._proven if proven is None else proven)

    def _dependency(self, index: int) -> Reason | None:
        """Something it needs is out; what would fit together with it is the plan's business, so its proof counts."""
        item = self._candidates.items[index]
        missing = [self._name(before) for before, _ in item.requires if before not in self._chosen]
        if missing:
            return self._reason("dependency", f"It depends on {', '.join(missing)}, left out of the plan.")
        if item.any_of is not None and not any(before in self._chosen for before, _ in item.any_of):
            options = ", ".join(self._name(before) for before, _ in item.any_of)
            return self._reason("dependency", f"It needs one of {options}, and none is in the plan.")
        return None

    def _policy(self, index: int) -> Reason | None:
        for group in self._candidates.exclusive:
            rivals = [self._name(other) for other in group if other != index and other in self._chosen]
            if index in group and rivals:
                return self._reason("policy", f"Its alternative {rivals[0]} is in the plan.")
        for group in self._candidates.together:
            if index in group:
                others = ", ".join(self._name(other) for other in group if other != index)
                return self._reason("policy", f"It is planned only together with {others}.")
        for rule in self._candidates.shares:
            if rule.maximum is None or index not in rule.members:
                continue
            if self._is_above(index, rule, rule.maximum):
                most = f"{float(100 * rule.maximum):g} %"
                text = f"With it, {rule.name} would take more than its {most} of {self._where}."
                return self._reason("policy", text)
        return None

    def _worth(self, index: int) -> Reason | None:
        item = self._candidates.items[index]
        if item.milestone:
            return self._reason("policy", "What it depends on is not finished by its date.")
        if item.value == 0 and item.late_cost == 0:
            return self._reason("no-value", "It has no value, so it never earns a place.", proven=True)
        return None

    def _hours(self, index: int) -> Reason:
        needed: dict[str | None, Fraction] = {}
        for task in self._reading.open[self._name(index)].tasks:
            needed[task.skill] = needed.get(task.skill, Fraction(0)) + task.effort
        for skill, effort in needed.items():
            if (text := self._too_little(index, skill, effort)) is not None:
                return self._reason("capacity", text)
        if self._proven:
            return self._reason("outranked", "There are hours left, but it enters only if something better leaves.")
        return self._reason("not-reached", "The search ended before it was settled whether it fits.")

    def _left_of(self, free: Fraction, effort: Fraction) -> str:
        return f"{int(free * 100) / 100:g} of the {float(effort):g} {self._reading.scenario.unit} it needs"

    def _name(self, index: int) -> str:
        return self._candidates.items[index].id


def free_effort(reading: Reading, left: Mapping[str, Fraction]) -> dict[str | None, Fraction]:
    """Effort of each skill (None: any), by proficiency, that these hours of each specialist would do."""
    free: dict[str | None, Fraction] = {None: sum(left.values(), Fraction(0))}
    for person in reading.people:
        for skill, level in person.skills.items():
            free[skill] = free.get(skill, Fraction(0)) + left[person.name] * exact(level)
    return free


class Reasons(PlanReasons):
    """The reasons of one outcome: a sprint to the tick."""

    def __init__(self, prepared: Prepared, outcome: Outcome) -> None:
        chosen = None if outcome.solution is None else outcome.solution.items.keys()
        proven = outcome.status == "optimal"
        super().__init__(prepared, prepared.instance, chosen, proven=proven, where="the sprint")
        self._instance = prepared.instance
        self._outcome = outcome
        self._free = self._free_effort()

    def _is_above(self, index: int, rule: ShareRule, maximum: Fraction) -> bool:
        assert self._outcome.solution is not None
        effort = self._outcome.solution.effort_of(self._instance, rule.members) + self._instance.items[index].effort
        return Fraction(effort, max(1, self._instance.capacity)) > maximum

    def _too_little(self, index: int, skill: str | None, effort: Fraction) -> str | None:  # noqa: ARG002
        free = self._free.get(skill, Fraction(0))
        if free >= effort:
            return None
        return f"Not enough {skill or 'hours of anybody'}: the plan leaves {self._left_of(free, effort)}."

    def _free_effort(self) -> dict[str | None, Fraction]:
        if self._outcome.solution is None:
            return {}
        loads = self._outcome.solution.load(self._instance)
        left = {
            person.name: Fraction(limit - used, 100)
            for person, (used, limit) in zip(self._instance.specialists, loads, strict=True)
        }
        return free_effort(self._reading, left)
