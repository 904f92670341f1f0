"""Why an item is out: it is put in and the plan made again, as good as it can be then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.explanation import WhyOut
from models.plan import Conflict, LeftOutItem, Reason, ReasonCode
from models.scenario import Scenario
from planner.explain import misfit, sentences
from planner.explain.case import Case
from planner.explain.questions import OPEN, Demand, Questions, Verdict, inside
from planner.solve.restrict import restrict
from planner.solve.solution import Solution

Clash = Callable[[Scenario], Conflict | None]
LARGE_TASKS = 90  # from so many tasks on, a bound and a first plan come from smaller problems
RELAXED_SECONDS = 0.5  # for a bound, at least
NEAR = 0.05  # a gap beyond which the relaxation's bound never got below the plan's value
TIDY_PART = 0.3  # of the time for an item: finding, of its best plans, the one that changes least


@dataclass
class OutQuestion:
    """The question about one item that is left out but may enter.

    Parameters
    ----------
    clash
        Names a smallest set of demands of a scenario that cannot hold together.
    """

    case: Case
    entry: LeftOutItem
    clash: Clash
    verdict: Verdict = OPEN

    @property
    def index(self) -> int:
        """Of the item in the instance."""
        return self.case.index[self.entry.id]

    def settle(self, seconds: float) -> bool:
        """Put the item in and look for the best plan."""
        demand: Demand = inside(self.index)
        questions = self.case.questions
        left = (1 - TIDY_PART) * seconds
        ceiling, hint = None, None
        if len(self.case.prepared.instance.tasks) > LARGE_TASKS:
            if self._nearly_best():
                ceiling = questions.relaxed(self.index, inside=True, seconds=max(RELAXED_SECONDS, left / 4))
            hint = self._among_the_chosen(left / 4)
            left /= 2
        self.verdict = questions.ask(demand, left, ceiling, hint)
        self.verdict = questions.tidy(demand, self.verdict, TIDY_PART * seconds)
        return self.verdict.kind != "open"

    def _nearly_best(self) -> bool:
        """Whether the plan's bound is so close that a bound with one item put in may lie below its value."""
        bound, total = self.case.questions.bound, self.case.total
        return bound is not None and total < bound <= (1 + NEAR) * total

    def _among_the_chosen(self, seconds: float) -> Solution | None:
        """Find a good plan of the item and those in the plan, without newcomers: a small model, quickly solved."""
        case = self.case
        part = restrict(case.prepared.instance, {*case.found.items, self.index})
        start = part.to_here(case.found)
        found = Questions(part.instance, start, case.budget.over, keep=True).ask(
            inside(part.items.index(self.index)), seconds
        )
        return None if found.solution is None else part.to_whole(found.solution)

    def answer(self) -> WhyOut:
        """Write what was found."""
        case, verdict = self.case, self.verdict
        reason = self.entry.reason
        consequence = sentences.with_it(case, verdict, self.index)
        if verdict.kind == "impossible":
            consequence = self._cannot()
        known = verdict.value is not None
        return WhyOut(
            id=self.entry.id,
            title=self.entry.title,
            reason=Reason(
                code=self._code(),
                text=" ".join(filter(None, (self._lead(), consequence))),
                proven=reason.proven or self._no_gain(),
            ),
            forced_value=case.amount(verdict.value) if verdict.value is not None else None,
            forced_bound=case.amount(verdict.bound) if verdict.bound is not None else None,
            displaced=case.left(verdict) if known else (),
            taken_in=case.came(verdict, besides=self.index) if known else (),
            proven=verdict.kind != "open",
        )

    def _no_gain(self) -> bool:
        """Whether it is proven that no plan with the item is better."""
        verdict = self.verdict
        if verdict.kind == "impossible" or (verdict.value is not None and self.case.worse(verdict) is not None):
            return True
        return verdict.bound is not None and verdict.bound <= self.case.total

    def _code(self) -> ReasonCode:
        """The plan's reason; what its search had not reached is settled now, perhaps."""
        code = self.entry.reason.code
        if code != "not-reached" or not self._no_gain():
            return code
        return "policy" if self.verdict.kind == "impossible" else "outranked"

    def _lead(self) -> str:
        """What the plan says already, where the sentence after it does not say it better."""
        return "" if self.entry.reason.code in ("outranked", "not-reached") else self.entry.reason.text

    def _cannot(self) -> str:
        """Name what the item cannot be in with."""
        if self.case.budget.over():
            return "There is no plan with it (proven)."
        scenario = self.case.prepared.scenario
        name = self.entry.id
        backlog = tuple(
            item.model_copy(update={"must": True}) if item.id == name else item for item in scenario.backlog
        )
        conflict = self.clash(scenario.model_copy(update={"backlog": backlog}))
        demands = [] if conflict is None else [text for text in conflict.demands if text != misfit.has_to_be_in(name)]
        if not demands:
            return "It cannot be in the plan, whatever else is left out (proven)."
        return f"It cannot be in the plan together with what is asked for: {'; '.join(demands)} (proven)."


def never(case: Case, entry: LeftOutItem) -> WhyOut:
    """Write why an item is out that can never enter, or is done."""
    reason = entry.reason
    detail = misfit.detail(case, entry)
    return WhyOut(
        id=entry.id,
        title=entry.title,
        reason=reason.model_copy(update={"text": f"{reason.text} {detail}"}) if detail else reason,
        forced_value=None,
        forced_bound=None,
        displaced=(),
        taken_in=(),
        proven=True,
    )
