"""Value against churn of many sprints: branch and cut answers each question to capacity.

Sprints to the tick are scheduled afterwards, plan by plan. What is proven to capacity holds for them, too, as that asks
less; a schedule rarely reaches it, so points then mostly have a gap.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from models.base import exact
from models.plan import Plan
from models.scenario import Scenario
from planner.errors import DefectError
from planner.freeze import frozen
from planner.horizon.again import begin_again
from planner.horizon.changes import Changes
from planner.horizon.first_terms import settle_first_terms
from planner.horizon.part import Wish
from planner.horizon.placement import Placement
from planner.horizon.plan import CAPACITY_PART, has_plan, to_the_tick, written
from planner.horizon.prepare import prepare
from planner.horizon.program import Program
from planner.horizon.proposal import propose
from planner.horizon.question import Question, Reply, Score, ask, offer_baseline
from planner.horizon.search import NEAR, Search
from planner.solve.limits import Limits
from planner.trade_off.course import Answer, Found
from planner.verify import violations

QUESTION_PART = 0.15  # of the time that is left: a question
ROUNDED = 1e-6  # by which a limit of churn may pass a whole number


class ManySprints:
    """Plans of many sprints by value and by churn, see :class:`planner.trade_off.course.Engine`."""

    def __init__(self, scenario: Scenario, cancel: threading.Event | None) -> None:
        self.limits = Limits.of(scenario.solver, cancel)
        scenario, _ = frozen(scenario, lambda pinned: has_plan(prepare(pinned).horizon))
        self.prepared = prepare(scenario)
        assert self.prepared.churn is not None
        self.horizon = self.prepared.horizon
        self.changes = Changes(self.prepared, self.prepared.churn)
        # Value of leaving everything out: programs count what is gained against it.
        self.nothing = float(self.horizon.fixed_loss) + math.fsum(item.left_out for item in self.horizon.items)
        self.search: Search
        self.first: tuple[bool, bool]
        self._before: tuple[float, float] | None = None
        self._known: list[Sequence[int | None]] = []

    @property
    def over(self) -> bool:
        """Whether to stop."""
        return self.limits.over

    def near(self, value: Fraction) -> Fraction:
        """To the figures' precision."""
        return exact(NEAR) * max(Fraction(1), abs(value))

    # -- questions -----------------------------------------------------------------------------------------------

    def best(self) -> Answer:
        """Find the most valuable plan, churn or not."""
        if self.horizon.unmet:
            return Answer(None, None, infeasible=True)
        search = Search(self.horizon, self.limits.half(), lambda _, __: None)
        self.first = settle_first_terms(search)
        search.start()
        if not search.impossible:
            offer_baseline(search, self.changes)
        found = None
        try:
            if not search.impossible:
                found = self._most_valuable(search)
        finally:
            search.finish()
        if self.limits.work is not None:
            self.limits.spend(self.limits.work / 2)
        if found is None or search.impossible:
            return Answer(None, None, infeasible=search.impossible)
        self.search.bound = search.bound
        return Answer(found, max(found.value, exact(search.bound + self.nothing)))

    def _most_valuable(self, search: Search) -> Found | None:
        search.run((CAPACITY_PART if self.horizon.detailed else 1.0) * search.limits.left)
        if not search.impossible:
            offer_baseline(search, self.changes)
        if not self.horizon.detailed:
            search.wait_for_proof()
        self.search = begin_again(search, None, self.limits)
        return self._written(search, stay=False)

    def richest(self, most: int, start: Found) -> Answer:
        """Find the most value at no more than so much churn."""

        def score(new: Placement) -> float | None:
            return new.gain if self.changes.total(new.at) <= most else None

        reply = self._ask(None, lambda program: self.changes.hold(program, most), score, start)
        return self._answer(reply, self._value(reply.limit))

    def calmest(self, least: Fraction | None, start: Found) -> Answer:
        """Find the least churn at no less than so much value, or at any."""
        floor = -math.inf if least is None else float(least) - self.nothing
        floor -= 1e-9 * (1 + abs(floor)) if least is not None else 0.0

        def score(new: Placement) -> float | None:
            return -float(self.changes.total(new.at)) if new.gain >= floor else None

        rows = None if least is None else lambda program: program.hold_gain(floor)
        reply = self._ask(Wish(self.changes.calmer), rows, score, start)
        limit = None if reply.limit is None else self.changes.without_any - reply.limit
        return self._answer(reply, None if limit is None else Fraction(math.ceil(limit - ROUNDED)))

    def _ask(self, wish: Wish | None, rows: Callable[[Program], None] | None, score: Score, start: Found) -> Reply:
        seconds = QUESTION_PART * self.limits.left
        return ask(self.search, self.changes, Question(wish, rows), score, start.state, seconds, self._known)

    def _answer(self, reply: Reply, limit: Fraction | None) -> Answer:
        found = None
        if reply.new is not None:
            found = self._written(begin_again(self.search, reply.new, self._part()), stay=True)
        return Answer(found, limit, reply.infeasible)

    def _value(self, gain: float | None) -> Fraction | None:
        """Value of a limit of what is gained, to a whole number of grains where value comes in grains."""
        if gain is None:
            return None
        grain = float(self.horizon.grain)
        return exact((grain * math.floor(gain / grain + ROUNDED) if grain else gain) + self.nothing)

    # -- plans ---------------------------------------------------------------------------------------------------

    def _part(self) -> Limits:
        """Seconds, or work, for the sprints to the tick of one plan."""
        limits = self.limits
        if limits.work_left is not None:
            limits.spend(QUESTION_PART * limits.work_left * bool(self.horizon.detailed))
            return limits
        return replace(limits, seconds=min(limits.seconds, limits.used + QUESTION_PART * limits.left))

    def _written(self, search: Search, *, stay: bool) -> Found | None:
        """Schedule and write down a plan to capacity, and have it judged; None where something before value is lost."""
        details = to_the_tick(self.prepared, search, search.limits, stay=stay)
        if search.best is None or details is None or not search.keeps_all(search.best.at):
            return None
        at = list(search.best.at)
        found = written(self.prepared, search, details, self.nothing, self.first, self.limits)
        plan = propose(self.prepared, found)
        broken = violations(self.prepared.scenario, plan)
        if broken:
            raise DefectError(broken)
        assert plan.baseline is not None
        before = _before_value(plan)
        if self._before is None:
            self._before = before
        if before < self._before:
            return None
        self._known.append(at)
        return Found(plan.baseline.churn, found.value(), at)


def _before_value(plan: Plan) -> tuple[float, float]:
    """Work carried over, and the shortfall of shares below zero: the higher the better."""
    reached = {one.term: one.value for one in plan.objective}
    return reached.get("carried_over", 0.0), -reached.get("shortfall", 0.0)
