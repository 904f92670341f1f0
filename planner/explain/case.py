"""The plan that is explained, with everything a question about it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from models.plan import Plan
from planner.explain.budget import Budget
from planner.explain.questions import Questions, Verdict
from planner.prepare import Prepared
from planner.scoring import Scale
from planner.solve.objective import asked
from planner.solve.restrict import Restricted, restrict
from planner.solve.solution import Solution, TermName


@dataclass(frozen=True)
class Case:
    """A plan, as people and as the solver see it.

    Attributes
    ----------
    found
        The plan as a schedule of ``prepared.instance``.
    questions
        The model of that instance, starting from the plan.
    """

    prepared: Prepared
    plan: Plan
    found: Solution
    questions: Questions
    budget: Budget

    @cached_property
    def chosen_only(self) -> tuple[Restricted, Questions]:
        """The instance without what the plan leaves out, and its model: small, and its plans are plans of the whole."""
        part = restrict(self.prepared.instance, self.found.items)
        return part, Questions(part.instance, part.to_here(self.found), self.budget.over, keep=True)

    @property
    def scale(self) -> Scale:
        """Between value and the solver's integers."""
        return self.prepared.instance.scale

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Index of each item that may enter, by id."""
        return {item.id: position for position, item in enumerate(self.prepared.instance.items)}

    @cached_property
    def figures(self) -> Mapping[TermName, int]:
        """What the plan reaches, term by term."""
        return self.found.terms(self.prepared.instance)

    @property
    def total(self) -> int:
        """Scaled value of the plan."""
        return self.figures["value"]

    @property
    def worth(self) -> Fraction:
        """Value of the plan."""
        return self.scale.to_value(self.total)

    @cached_property
    def monotone(self) -> bool:
        """Whether more time never lowers the value: nothing comes before it, and nobody keeps work in progress."""
        return not asked(self.prepared.instance) and all(
            entry.item.status != "in-progress" for entry in self.prepared.items
        )

    @property
    def best(self) -> bool:
        """Whether no plan is worth more than this one, proven."""
        return self.questions.bound is not None and self.questions.bound <= self.total

    def amount(self, units: int) -> float:
        """Turn scaled value into value."""
        return float(self.scale.to_value(units))

    def ids(self, indices: frozenset[int]) -> tuple[str, ...]:
        """Ids of items, in the order of the instance, which is that of the ids."""
        return tuple(self.prepared.instance.items[index].id for index in sorted(indices))

    def left(self, verdict: Verdict) -> tuple[str, ...]:
        """Items of the plan that are out in another one."""
        assert verdict.solution is not None
        return self.ids(frozenset(self.found.items) - frozenset(verdict.solution.items))

    def came(self, verdict: Verdict, *, besides: int | None = None) -> tuple[str, ...]:
        """Items that are not in the plan but in another one."""
        assert verdict.solution is not None
        return self.ids(frozenset(verdict.solution.items) - frozenset(self.found.items) - {besides})

    def worse(self, verdict: Verdict) -> tuple[TermName, int] | None:
        """Return the first term before value that gets worse, and by how much; None if none does."""
        for name, value in verdict.terms:
            less = self.figures[name] - value if name == "carried_over" else value - self.figures[name]
            if less > 0:
                return name, less
            if less < 0:
                return None
        return None
