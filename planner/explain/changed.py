"""What the best plan would be if the scenario were another: more hours, somebody away, a later deadline."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from models.scenario import Scenario
from planner import pipeline
from planner.explain.case import Case
from planner.explain.questions import Questions
from planner.explain.schedule import schedule_of


@dataclass
class Change:
    """A changed scenario and the value of its best plan.

    Attributes
    ----------
    kind
        As in :class:`planner.explain.questions.Verdict`.
    best
        Value of the best plan found, None if none was.
    bound
        Proven: no plan is worth more, among those best in the terms before value. None if not known.
    ceiling
        Value that no plan exceeds, as other answers tell; only where nothing comes before value.
    """

    case: Case
    scenario: Scenario
    kind: Literal["exact", "open", "impossible"] = "open"
    best: Fraction | None = None
    bound: Fraction | None = None
    ceiling: Fraction | None = None
    _questions: Questions | None = field(default=None, repr=False)

    def settle(self, seconds: float) -> bool:
        """Plan the changed scenario for value, starting from the plan that is explained."""
        if self._questions is None:
            instance = pipeline.prepare(self.scenario).instance
            hint = schedule_of(instance, self.case.plan)
            self._questions = Questions(instance, hint, self.case.budget.over, keep=False)
        scale = self._questions.instance.scale
        ceiling = scale.to_int(self.ceiling) if self.ceiling is not None and scale.exact else None
        verdict = self._questions.ask(seconds=seconds, ceiling=ceiling)
        self.kind = verdict.kind
        self.best = None if verdict.value is None else scale.to_value(verdict.value)
        self.bound = None if verdict.bound is None else scale.to_value(verdict.bound)
        return self.proven

    def same_as(self, other: Change) -> None:
        """Take over another change's answer, which is known to be this one's too."""
        self.kind, self.best, self.bound = other.kind, other.best, other.bound

    @property
    def proven(self) -> bool:
        """Whether the question is settled."""
        return self.kind != "open"

    @property
    def gain(self) -> Fraction | None:
        """What the best plan found is worth more than the plan that is explained (negative: less)."""
        return None if self.best is None else self.best - self.case.worth
