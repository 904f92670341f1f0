"""An explanation in one function: the plan -> questions to its model -> sentences."""

from __future__ import annotations

from collections.abc import Iterator

from models.base import exact
from models.explanation import AbsencePrice, Explanation, WhyOut
from models.plan import Conflict, LeftOutItem, Plan
from models.scenario import Scenario
from planner import pipeline
from planner.errors import InputError
from planner.explain.budget import Budget
from planner.explain.capacity import CapacityQuestions
from planner.explain.case import Case
from planner.explain.inside import InQuestion
from planner.explain.mends import mend
from planner.explain.out import OutQuestion, never
from planner.explain.prices import AbsenceQuestion, DeadlineQuestion
from planner.explain.questions import Questions
from planner.explain.schedule import schedule_of
from planner.prepare import Prepared

BEST_PART = 0.3  # of the time, where it is not known how good the plan is
OUT_PART = 0.7  # of the time: why items are out is what people ask first
IN_PART = 0.4  # of what is left then; the rest goes into what is short
NOT_ALL = "The time ended before every question was settled; more time (--time-limit) settles more."
NOT_BEST = "The plan is not proven to be the best, so what hours, absences and deadlines cost is not certain."


def explain(scenario: Scenario, plan: Plan, budget: Budget, only: str | None = None) -> Explanation:
    """Explain a plan of a scenario.

    Parameters
    ----------
    plan
        One that keeps every rule of the scenario, or that says that there is none. Where its ``bound`` is None, how
        good it is is worked out.
    budget
        Seconds and threads for all questions.
    only
        Id of the one item to explain. Absent: all of them, and what is short.

    Raises
    ------
    InputError
        If no item has this id, or the plan is not one of a single sprint to the tick.
    """
    if (scenario.calendar.sprints, scenario.calendar.detailed_sprints) != (1, 1):
        cause = "only one sprint, scheduled to the tick, can be explained so far"
        raise InputError("calendar.sprints", cause, "Explain the first sprint alone")
    if only is not None and all(item.id != only for item in scenario.backlog):
        raise InputError(f"item {only!r}", "the backlog has no such item", "Give the id of an item of the backlog")
    calendar = scenario.calendar.model_copy(update={"start": plan.start})
    prepared = pipeline.prepare(scenario.model_copy(update={"calendar": calendar}))
    if plan.value is None:
        return _without_plan(prepared, plan, budget)
    return _Explaining(prepared, plan, budget, only).explanation()


class _Explaining:
    """The questions of one explanation, from the most asked for to the least."""

    def __init__(self, prepared: Prepared, plan: Plan, budget: Budget, only: str | None) -> None:
        self.prepared = prepared
        self.plan = plan
        self.budget = budget
        self.whole = only is None
        self.notes: list[str] = []
        self.case = case_of(prepared, plan, budget)
        self.left_out = [entry for entry in plan.left_out if only in (None, entry.id)]
        self.selected = [planned for planned in plan.selected if only in (None, planned.id)]

    def explanation(self) -> Explanation:
        """Ask everything, then write it down."""
        case, budget, whole = self.case, self.budget, self.whole
        if whole or self.selected:
            self._how_good()
        out = {entry.id: OutQuestion(case, entry, _clash) for entry in self.left_out if entry.id in case.index}
        chosen = [InQuestion(case, planned) for planned in self.selected]
        budget.run([question.settle for question in out.values()], OUT_PART if whole else 1.0)
        budget.run([job for question in chosen for job in question.jobs()], IN_PART if whole else 1.0)
        hours = CapacityQuestions(case) if whole else None
        away = [AbsenceQuestion.of(case, person.name) for person in self.prepared.people] if whole else []
        dated = (
            [DeadlineQuestion.of(case, entry.item) for entry in self.prepared.items if entry.item.deadline]
            if whole
            else []
        )
        if hours is not None:
            hours.run(0.5)
            self.notes += hours.notes
        budget.run([question.change.settle for question in away], 0.4)
        budget.run([question.dropped.settle for question in dated], 0.6)
        budget.run([job for question in dated for job in question.second()])
        deadlines = [price for question in dated if (price := question.answer()) is not None]
        return Explanation(
            scenario=self.plan.scenario,
            status="optimal" if case.best and self.plan.status == "optimal" else "feasible",
            value=self.plan.value,
            bound=None if case.questions.bound is None else case.amount(case.questions.bound),
            unit=self.plan.unit,
            left_out=tuple(self._why_out(entry, out) for entry in self.left_out),
            selected=tuple(question.answer() for question in chosen),
            capacity=tuple(hours.answers()) if hours is not None else (),
            absences=tuple(sorted((question.answer() for question in away), key=_hurts)),
            deadlines=tuple(sorted(deadlines, key=lambda price: (-(price.value or 0), price.id))),
            conflicts=(),
            notes=tuple(self._all_notes()),
        )

    def _how_good(self) -> None:
        """Work out how good the plan is, where it does not say so itself: prices need to know it."""
        case = self.case
        if case.questions.bound is not None:
            return
        verdict = case.questions.ask(seconds=BEST_PART * self.budget.left)
        if verdict.bound is not None:
            case.questions.learn(verdict.bound)
        if verdict.value is not None and verdict.value > case.total:
            better = f"{case.amount(verdict.value):g} against {case.amount(case.total):g}"
            self.notes.append(f"There is a better plan than this one: {better}.")

    def _why_out(self, entry: LeftOutItem, asked: dict[str, OutQuestion]) -> WhyOut:
        return asked[entry.id].answer() if entry.id in asked else never(self.case, entry)

    def _all_notes(self) -> Iterator[str]:
        yield from self.notes
        if self.whole and not self.case.best:
            yield NOT_BEST
        if self.budget.over():
            yield NOT_ALL


def case_of(prepared: Prepared, plan: Plan, budget: Budget) -> Case:
    """Take a plan as the solver sees it, with its bound where it has one."""
    found = schedule_of(prepared.instance, plan)
    questions = Questions(prepared.instance, found, budget.over, keep=True)
    case = Case(prepared, plan, found, questions, budget)
    if plan.bound is not None:
        rounding = 0 if case.scale.exact else 1
        questions.learn(max(case.total, case.scale.to_int(exact(plan.bound)) + rounding))
    return case


def _hurts(price: AbsencePrice) -> tuple[bool, float, str]:
    """Whom the plan could least do without comes first."""
    return price.possible is not False, price.value if price.value is not None else float("inf"), price.specialist


def _clash(scenario: Scenario) -> Conflict | None:
    return pipeline.conflict(pipeline.prepare(scenario))


def _without_plan(prepared: Prepared, plan: Plan, budget: Budget) -> Explanation:
    """Where there is no plan, say what cannot hold together."""
    conflicts = () if plan.conflict is None else (mend(prepared, plan.conflict, budget.over),)
    return Explanation(
        scenario=plan.scenario,
        status=plan.status,
        value=None,
        bound=None,
        unit=plan.unit,
        left_out=(),
        selected=(),
        capacity=(),
        absences=(),
        deadlines=(),
        conflicts=conflicts,
        notes=(*plan.notes, *((NOT_ALL,) if budget.over() else ())),
    )
