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
from planner.horizon.proof import BRANCH_NODES, COLUMNS_TO_BRANCH, SMALL

if TYPE_CHECKING:
    from planner.horizon.changes import Changes
    from planner.horizon.search import Search
    from planner.solve.linear import LinearAnswer

KNOWN_PART = 0.3  # of the time: places that known plans have, where everything else is too much at once


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
    accepts: Callable[[Placement], bool],
    start: Sequence[int | None],
    seconds: float,
    known: Sequence[Sequence[int | None]] = (),
    *,
    proving: bool = True,
) -> Reply:
    """Put a question, by branch and cut.

    Parameters
    ----------
    accepts
        Whether a plan is one that was asked for, rounding and milestones included.
    start
        A plan to start from.
    known
        Plans from whose places one is put together first, where the whole program is large.
    proving
        Whether a limit is wanted.
    """
    asking = _Asking(search, changes, question, accepts, search.limits.used + seconds)
    new: Placement | None = None
    if known and asking.large:
        new = asking.plan(asking.solve(asking.program(known=[start, *known]), start, KNOWN_PART * seconds))
        start = start if new is None else new.at
    limit: float | None = None
    whole = asking.program(proving=True) if proving else None
    if whole is not None and whole.size[0] <= COLUMNS_TO_BRANCH:
        # To the tick less is asked of the program that proves, so its plan is rarely one that can be written down.
        solved = asking.solve(whole, start, asking.left / (2 if search.horizon.detailed else 1))
        if solved[1].infeasible:
            return Reply(None, None, infeasible=True)
        limit = solved[1].bound
        found = asking.plan(solved)
        if found is not None:
            return Reply(found, limit)
    found = asking.plan(asking.solve(asking.program(), start, max(asking.left, KNOWN_PART * seconds)))
    return Reply(found or new, limit)


@dataclass(frozen=True)
class _Asking:
    search: Search
    changes: Changes
    question: Question
    accepts: Callable[[Placement], bool]
    until: float

    @property
    def left(self) -> float:
        return max(0.0, self.until - self.search.limits.used)

    @property
    def large(self) -> bool:
        return sum(len(item.sprints) for item in self.search.horizon.items) > SMALL

    def program(self, *, proving: bool = False, known: Sequence[Sequence[int | None]] = ()) -> Program:
        """Build the program; one that proves asks nothing that sprints to the tick may not reach."""
        search = self.search
        part = whole_part(search.horizon) if proving and search.horizon.detailed else search.whole()
        if known:
            part = self._among(part, known)
        program = Program(search.horizon, search.stretches, part, proving=proving, wish=self.question.wish)
        if not search.horizon.detailed:
            settle_milestones(program)
        if self.question.rows is not None:
            self.question.rows(program)
        return program

    def _among(self, part: Part, known: Sequence[Sequence[int | None]]) -> Part:
        """Leave items only the sprints in which the plans, or the baseline, have them."""
        choices = {}
        for index, sprints in part.choices.items():
            item = self.search.horizon.items[index]
            before = self.changes.churn.before.get(item.id)
            places = {at[index] for at in known} | {before.sprint - 1 if before and before.sprint else None}
            kept = tuple(sprint for sprint in sprints if item.milestone or sprint in places)
            if kept:
                choices[index] = kept
        return replace(part, choices=choices, needed=part.needed & choices.keys())

    def solve(self, program: Program, start: Sequence[int | None], seconds: float) -> tuple[Program, LinearAnswer]:
        """Solve it, from a plan of which it may not know all places."""
        limits = self.search.limits
        limited = limits.work is not None
        solved = program.solve(
            math.inf if limited else min(seconds, limits.left),
            limits.cancel.is_set,
            start={index: start[index] for index in program.part.choices},
            nodes=BRANCH_NODES if limited else None,
        )
        limits.spend(max(0.01, program.size[2] * WORK_AN_ENTRY))
        return program, solved

    def plan(self, solved: tuple[Program, LinearAnswer]) -> Placement | None:
        """Read the plan of a solution, if it keeps every rule and is one that was asked for."""
        program, answer = solved
        if answer.columns is None:
            return None
        search = self.search
        at: At = [None] * len(search.horizon.items)
        for index, sprint in program.read(answer.columns).items():
            at[index] = sprint
        milestones.settle(search.horizon, at)
        new = Placement(search.horizon, at)
        if search.keeps_all(at) and search.keeps_first(at) and search.can_be_shared(at) and self.accepts(new):
            return new
        return None
