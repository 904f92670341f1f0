"""The search: the terms of the objective in their order, each kept while the next is improved.

First what comes before value and value itself, by a wall clock or deterministic work, on all workers. Once value is
proven, what follows depends on the instance and the proven figures alone: one worker, deterministic limits, no word of
how the search went. So the same input gives the same plan, on one core or on many (design.md section 4, "Same input,
same plan").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ortools.sat.python.cp_model import CpModel

from planner.instance import Instance
from planner.progress import Progress, ProgressHook, ignore
from planner.solve import list_schedule, warm
from planner.solve.incumbent import Incumbent
from planner.solve.limits import Limits
from planner.solve.model import build_model
from planner.solve.objective import CHURN, LATER, VALUE, Term, asked, hold, in_order, later_together
from planner.solve.reached import Reached
from planner.solve.replanning import Replanning
from planner.solve.run import Answer, Effort, Status, add_hint, run
from planner.solve.solution import Solution
from planner.solve.value import ValueSearch
from planner.solve.variables import Variables

LATER_SECONDS = 0.2  # what follows value gets this, or the part below of all the time (Section 4, "Objective")
LATER_PART = 0.1
LATER_WORK = 0.05  # deterministic work of all later terms where value is proven, for so many tasks; then as the square
LATER_TASKS = 60
FIRST_PART = 0.35  # of that work: what the whole model has not settled by then it will not settle
CHOSEN_PART = 0.25  # then, for what is in that plan alone: far less to decide; the rest is saved
MOST_LATER_WORK = 0.5
LONGEST_LATER = 2.0  # seconds: some models do far more than the work they count; what was cut off so is not kept

NOT_REPEATED = (
    "The search stopped before it could prove everything, so another run may find another plan. "
    "solver.work_limit instead of time_limit makes runs repeat exactly."
)
INCUMBENT_STANDS = (
    "Value is proven, but the plan that shows it is the first one found, not the canonical one: another run may "
    "find another plan of the same value."
)


@dataclass(frozen=True)
class Outcome:
    """What the search found.

    Attributes
    ----------
    bound
        Proven: no plan at least as good in the terms before is worth more (scaled value). None without a plan.
    greedy
        Scaled value of plain list scheduling, None where its plan breaks a hard rule.
    best_value
        Scaled best value found before some of it was given up for less churn; None without a baseline.
    """

    status: Status
    solution: Solution | None
    bound: int | None
    terms: tuple[Reached, ...]
    greedy: int | None
    seconds: float
    notes: tuple[str, ...]
    best_value: int | None = None


def search(
    instance: Instance,
    limits: Limits,
    on_progress: ProgressHook = ignore,
    start: Solution | None = None,
    bound: int | None = None,
) -> Outcome:
    """Find the plan that is best in the objective's order, and prove it as far as the limits allow.

    Parameters
    ----------
    start
        A schedule to start from besides list scheduling's; it may break rules.
    bound
        Scaled value that is known never to be passed.
    """
    if instance.unmet:
        return Outcome("infeasible", None, None, (), None, limits.used, ())
    return _Search(instance, limits, on_progress, start, bound).outcome()


class _Search:
    """The state of one search: the best schedule so far, and what is proven of each term."""

    def __init__(
        self,
        instance: Instance,
        limits: Limits,
        on_progress: ProgressHook,
        start: Solution | None = None,
        known_bound: int | None = None,
    ) -> None:
        self.instance = instance
        self.limits = limits
        self.on_progress = on_progress
        self.known_bound = known_bound
        self.best: Solution | None = None
        self.bound: int | None = None
        self.notes: list[str] = []
        self.reached: list[Reached] = []
        frozen = list_schedule.frozen_rule(instance)
        self.greedy = frozen.terms(instance)["value"] if list_schedule.keeps_all(instance, frozen) else None
        starts = [frozen, list_schedule.warm_start(instance)]
        self._take([listed for listed in starts if list_schedule.keeps_all(instance, listed)])
        if start is not None and (kept := warm.repaired(instance, start, limits)) is not None:
            self._take([kept])
        self.hint = self.best or starts[-1]

    def outcome(self) -> Outcome:
        """Run all terms in their order."""
        for term in (*asked(self.instance), VALUE):
            if not self._improve(term):
                return Outcome("infeasible", None, None, (), None, self.limits.used, ())
        if self.best is None:
            return Outcome("unknown", None, None, (), None, self.limits.used, (NOT_REPEATED,))
        best_value = self.best.terms(self.instance)["value"]
        if self.instance.churn is not None:
            self.best, self.reached = Replanning(self.instance, self.limits, self._model).settle(
                self.best, self.reached
            )
        proven = all(one.proven for one in self.reached)
        self._later(proven)
        return Outcome(
            status="optimal" if proven else "feasible",
            solution=self.best,
            bound=self.bound,
            terms=tuple(self.reached),
            greedy=self.greedy,
            seconds=self.limits.used,
            notes=tuple(self.notes),
            best_value=best_value if self.instance.churn is not None else None,
        )

    def _take(self, found: Sequence[Solution]) -> None:
        """Keep the best schedule in the objective's order."""
        for solution in found:
            if self.best is None or self._rank(solution) > self._rank(self.best):
                self.best = solution

    def _rank(self, solution: Solution) -> tuple[int, ...]:
        terms = solution.terms(self.instance)
        order = (*asked(self.instance), VALUE, *LATER)
        return tuple(terms[term.name] if term.maximise else -terms[term.name] for term in order)

    # -- value and what comes before it --------------------------------------------------------------------------

    def _improve(self, term: Term) -> bool:
        """Improve one term within the limits; False if there is no plan at all."""
        if term is VALUE:
            return self._search_value()
        answer = None
        if not self.limits.over and not self._at_best(term):
            answer = self._solve(term)
            self.limits.spend(answer.work)
            if answer.status == "infeasible" and not self.reached:
                return False
            if answer.solution is not None:
                self._take([answer.solution])
        if self.best is not None:
            self._record(term, answer)
        return True

    def _at_best(self, term: Term) -> bool:
        """Whether the best schedule already reaches what no plan can pass."""
        if self.best is None:
            return False
        return self.best.terms(self.instance)[term.name] == term.limit(self.instance)

    def _solve(self, term: Term) -> Answer:
        model, variables = self._model(self.reached)
        expression = term.expression(model, self.instance, variables)
        if term.maximise:
            model.maximize(expression)
        else:
            model.minimize(expression)
        add_hint(model, self.instance, variables, self.best or self.hint)
        limits = self.limits
        effort = Effort(
            seconds=limits.left,
            work=float("inf") if limits.work_left is None else limits.work_left,
            workers=limits.workers,
            seed=limits.seed,
            repeatable=limits.work is not None,
        )
        return run(model, self.instance, variables, effort, stop=lambda: limits.over)

    def _search_value(self) -> bool:
        """Improve value, with all that serves it; False if there is no plan at all."""
        limits = self.limits.less(max(LATER_SECONDS, LATER_PART * self.limits.seconds))
        incumbent = Incumbent(self.instance, limits, self.best, self._rank, self.tell)
        incumbent.proved(VALUE.limit(self.instance))
        if self.known_bound is not None:
            incumbent.proved(self.known_bound)
        if not incumbent.over():
            by_name = {term.name: term for term in asked(self.instance)}
            reached = [(by_name[one.term], one.value) for one in self.reached]
            ValueSearch(self.instance, limits, reached, incumbent, self.hint).run()
        if incumbent.impossible and not self.reached:
            return False
        self.best = incumbent.best
        if self.best is not None:
            assert incumbent.bound is not None
            value = self.best.terms(self.instance)["value"]
            self.bound = max(value, incumbent.bound)
            self._reach(VALUE, value, proven=incumbent.proven)
        return True

    def _model(self, reached: Sequence[Reached]) -> tuple[CpModel, Variables]:
        """The model in which every term reached so far stays at least as good."""
        model, variables = build_model(self.instance)
        by_name = {term.name: term for term in (*asked(self.instance), VALUE, CHURN, *LATER)}
        for one in reached:
            hold(model, self.instance, variables, by_name[one.term], one.value)
        return model, variables

    def _record(self, term: Term, answer: Answer | None) -> None:
        """Write down what the best schedule reaches, and whether that is proven."""
        assert self.best is not None
        value = self.best.terms(self.instance)[term.name]
        self._reach(term, value, proven=self._at_best(term) or (answer is not None and answer.status == "optimal"))

    def _reach(self, term: Term, value: int, *, proven: bool) -> None:
        self.reached.append(Reached(term.name, value, proven))
        if not proven and not self.notes and self.limits.work is None:
            self.notes.append(NOT_REPEATED)

    def tell(self, value: int | None, bound: int | None) -> None:
        """Tell the watchers where value and bound stand, in people's units."""
        scale = self.instance.scale
        shown = None if value is None else float(scale.to_value(value))
        limit = None if bound is None else float(scale.to_value(bound))
        self.on_progress(Progress(self.limits.used, shown, limit, relative_gap(shown, limit)))

    # -- what follows value --------------------------------------------------------------------------------------

    def _later(self, proven: bool) -> None:
        """Improve early, peak, effort and assignee in what time they may take."""
        work = LATER_WORK * max(1.0, (len(self.instance.tasks) / LATER_TASKS) ** 2)
        seconds = max(LONGEST_LATER, LATER_PART * self.limits.used) if self.limits.work is None else float("inf")
        found = self._chain(None, min(MOST_LATER_WORK, work), seconds) if proven else None
        if found is None:
            if proven:
                self.notes.append(INCUMBENT_STANDS)
            if self.limits.work is not None:
                found = self._chain(self.best, max(LATER_WORK, LATER_PART * self.limits.work), float("inf"))
            else:
                found = self._chain(self.best, float("inf"), max(LATER_SECONDS, LATER_PART * self.limits.used))
        if found is not None:
            self.best, later = found
            self._refresh()
        else:
            assert self.best is not None
            figures = self.best.terms(self.instance)
            later = [Reached(term.name, figures[term.name], proven=False) for term in LATER]
        self.reached += later

    def _refresh(self) -> None:
        """Terms reached so far, as the plan now has them: one found on the way may be better than asked for."""
        assert self.best is not None
        figures = self.best.terms(self.instance)
        self.reached = [Reached(one.term, figures[one.term], one.proven) for one in self.reached]
        if self.bound is not None:
            self.bound = max(self.bound, figures["value"])

    def _chain(self, start: Solution | None, work: float, seconds: float) -> tuple[Solution, list[Reached]] | None:
        """Improve the later terms in their order on one worker, each solve starting from the last one's plan."""
        best = start
        reached: list[Reached] = []
        model, variables = self._model(self.reached)
        for group in later_together(self.instance):
            answer = None
            if best is None or (min(work, seconds) > 0 and not self.limits.cancel.is_set()):
                model.minimize(in_order(model, self.instance, variables, group))
                begun = self.limits.used
                if best is None:
                    answer = self._first_of_chain(model, variables, work, seconds)
                else:
                    answer = self._link(model, variables, best, work, seconds)
                work, seconds = work - answer.work, seconds - (self.limits.used - begun)
                if start is None and answer.status != "optimal":
                    work = 0.0
            if answer is not None and answer.solution is not None:
                best = answer.solution
            if best is None or (start is None and seconds <= 0):
                return None
            before = all(one.proven for one in (*self.reached, *reached))
            proven = before and answer is not None and answer.status == "optimal"
            figures = best.terms(self.instance)
            for term in group:
                reached.append(Reached(term.name, figures[term.name], proven))
                hold(model, self.instance, variables, term, figures[term.name])
        if best is None:
            return None
        # A term that was not proven may have become better in a later solve, which kept it at least as good.
        figures = best.terms(self.instance)
        return best, [Reached(one.term, figures[one.term], one.proven) for one in reached]

    def _link(self, model: CpModel, variables: Variables, best: Solution, work: float, seconds: float) -> Answer:
        """One solve of the chain, from a plan."""
        add_hint(model, self.instance, variables, best)
        effort = Effort(seconds=seconds, work=work, workers=1, seed=0)
        return run(model, self.instance, variables, effort, stop=self.limits.cancel.is_set)

    def _first_of_chain(self, model: CpModel, variables: Variables, work: float, seconds: float) -> Answer:
        """Solve without a plan to start from: all items for a while, then those of the plan that this has found.

        Where a while brings no plan, all of the work goes to finding one.
        """
        until = self.limits.used + seconds
        answer = self._link(model, variables, self.hint_for_all, FIRST_PART * work, seconds)
        if answer.solution is None and answer.status == "unknown":
            return self._link(model, variables, self.hint_for_all, work, max(0.0, until - self.limits.used))
        if answer.solution is None or answer.status == "optimal":
            return answer
        chosen = model.clone()
        for index, literal in enumerate(variables.chosen):
            if index not in answer.solution.items:
                chosen.add(literal == 0)
        left = max(0.0, until - self.limits.used)
        better = self._link(chosen, variables, answer.solution, CHOSEN_PART * work, left)
        if better.solution is None:
            return answer
        return replace(better, status="feasible", work=answer.work + better.work)

    @property
    def hint_for_all(self) -> Solution:
        """A schedule that depends on the instance alone."""
        return list_schedule.warm_start(self.instance)


def relative_gap(value: float | None, bound: float | None) -> float | None:
    """(bound - value) / |bound|; 0 where equal, None where only the bound is 0 or something is unknown."""
    if value is None or bound is None:
        return None
    if value == bound:
        return 0.0
    return None if bound == 0 else (bound - value) / abs(bound)
