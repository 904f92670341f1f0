"""A question about the whole plan to capacity other than what the most value is: a proven limit, and a plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.horizon import milestones
from planner.horizon.changes import settle_milestones
from planner.horizon.neighbourhoods import WORK_AN_ENTRY
from planner.horizon.part import Part, Wish, whole_part
from planner.horizon.placement import At, Placement
from planner.horizon.program import Program
from planner.horizon.proof import BRANCH_NODES, COLUMNS_TO_BRANCH
from planner.horizon.search import FEW_PLACES

if TYPE_CHECKING:
    from planner.horizon.changes import Changes
    from planner.horizon.search import Search
    from planner.solve.linear import LinearAnswer

BASELINE_CPU = 2.0  # seconds of the processor
BASELINE_PART = 0.1  # of the time, at most
KNOWN_PART = 0.3  # of the time: places that known plans have, where everything else is too much at once
PLAN_PART = 0.5  # of what is left then: a plan that can be written down; the rest is for the limit

Score = Callable[[Placement], float | None]  # how good a plan is, None where it is not what was asked for


@dataclass(frozen=True)
class Question:
    """What is wished for (None: value), and rows that every plan asked for keeps."""

    wish: Wish | None
    rows: Callable[[Program], None] | None


@dataclass(frozen=True)
class Reply:
    """A plan to capacity that can be written down, and a limit that none passes in what is wished for."""

    new: Placement | None
    limit: float | None
    infeasible: bool = False


def ask(
    search: Search,
    changes: Changes,
    question: Question,
    score: Score,
    start: Sequence[int | None],
    seconds: float,
    known: Sequence[Sequence[int | None]] = (),
    *,
    proving: bool = True,
) -> Reply:
    """Put a question, by branch and cut.

    Parameters
    ----------
    score
        How good a plan is; None where it is not one that was asked for, rounding and milestones included.
    start
        A plan to start from.
    known
        Plans from whose places one is put together first, where the whole program is large.
    proving
        Whether a limit is wanted.
    """
    asking = _Asking(search, changes, question, score, search.limits.used + seconds)
    best: Placement | None = None
    if known and asking.large:
        best = asking.solve(asking.program(known=[start, *known]), start, KNOWN_PART * seconds)[0]
    part = PLAN_PART if proving else 1.0
    best = asking.better(best, asking.solve(asking.program(), best.at if best else start, part * asking.left)[0])
    whole = asking.program(proving=True) if proving else None
    if whole is None or whole.size[0] > COLUMNS_TO_BRANCH:
        return Reply(best, None)
    # Rounded up to what may be, its own plan is rarely one that can be written down; where it is, it may be better.
    new, solved = asking.solve(whole, best.at if best else start, asking.left)
    return Reply(asking.better(best, new), solved.bound, solved.infeasible)


def offer_baseline(search: Search, changes: Changes) -> None:
    """Offer the search what of the baseline still holds: each item where it was, where the search has it, or out."""
    asking = _Asking(search, changes, Question(None, None), lambda new: new.gain, math.inf)
    start: Sequence[int | None] = [None] * len(search.horizon.items) if search.best is None else search.best.at
    seconds = BASELINE_PART * search.limits.seconds if search.limits.work is None else math.inf
    new, _ = asking.solve(asking.program(known=[start]), start, seconds, cpu=BASELINE_CPU)
    if new is not None:
        search.offer(new.at)


@dataclass(frozen=True)
class _Asking:
    search: Search
    changes: Changes
    question: Question
    score: Score
    until: float

    @property
    def left(self) -> float:
        return max(0.0, self.until - self.search.limits.used)

    @property
    def large(self) -> bool:
        return sum(len(item.sprints) for item in self.search.horizon.items) > FEW_PLACES

    def program(self, *, proving: bool = False, known: Sequence[Sequence[int | None]] | None = None) -> Program:
        """Build the program; one that proves asks nothing that sprints to the tick may not reach."""
        search = self.search
        part = whole_part(search.horizon) if proving and search.horizon.detailed else search.whole()
        if known is not None:
            part = self._among(part, known)
        program = Program(search.horizon, search.stretches, part, proving=proving, wish=self.question.wish)
        if not search.horizon.detailed:
            settle_milestones(program)
        if self.question.rows is not None:
            self.question.rows(program)
        return program

    def _among(self, part: Part, known: Sequence[Sequence[int | None]]) -> Part:
        """Leave items only the sprints in which the plans, or the baseline, have them; not what has to be somewhere."""
        horizon = self.search.horizon
        needed = {i for i, item in enumerate(horizon.items) if item.milestone or item.must or item.carried}
        if self.search.shortfall is not None:
            needed |= {index for rule in horizon.shares if rule.minimum is not None for index in rule.counted}
        choices = {}
        for index, sprints in part.choices.items():
            before = self.changes.churn.before.get(horizon.items[index].id)
            places = {at[index] for at in known} | {before.sprint - 1 if before and before.sprint else None}
            kept = tuple(sprint for sprint in sprints if index in needed or sprint in places)
            if kept:
                choices[index] = kept
        return replace(part, choices=choices, needed=part.needed & choices.keys())

    def solve(
        self, program: Program, start: Sequence[int | None], seconds: float, cpu: float | None = None
    ) -> tuple[Placement | None, LinearAnswer]:
        """Solve it, from a plan of which it may not know all places; give its plan where that is one asked for."""
        limits = self.search.limits
        limited = limits.work is not None
        solved = program.solve(
            math.inf if limited else min(seconds, limits.left),
            limits.cancel.is_set,
            start={index: start[index] for index in program.part.choices},
            nodes=BRANCH_NODES if limited else None,
            cpu=None if limited else cpu,
        )
        limits.spend(max(0.01, program.size[2] * WORK_AN_ENTRY))
        return self._plan(program, solved), solved

    def _plan(self, program: Program, solved: LinearAnswer) -> Placement | None:
        if solved.columns is None:
            return None
        search = self.search
        at: At = [None] * len(search.horizon.items)
        for index, sprint in program.read(solved.columns).items():
            at[index] = sprint
        milestones.settle(search.horizon, at)
        new = Placement(search.horizon, at)
        kept = search.keeps_all(at) and search.keeps_first(at) and search.can_be_shared(at)
        return new if kept and self.score(new) is not None else None

    def better(self, one: Placement | None, other: Placement | None) -> Placement | None:
        """Whichever is better, the first where they are as good."""
        if one is None or other is None:
            return one or other
        return max(one, other, key=lambda plan: self.score(plan) or 0.0)
