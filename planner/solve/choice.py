"""Between the relaxation and the schedule: whether what the relaxation chooses can be done, and if not, why.

The items that the relaxation takes whole are forced into a model of those items alone, where clause learning settles
soon whether there is a schedule. If there is, it is a plan close to the bound, and gets better from there. If there is
none, a smallest set of items that cannot be in a plan together becomes a row of the relaxation, whose bound falls:
logic-based Benders decomposition (Hooker and Ottosson 2003, doi:10.1007/s10107-003-0375-9; Hooker 2007,
doi:10.1287/opre.1060.0371). If that is not known in time, the relaxation gets less room and chooses fewer items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from planner.instance import Instance
from planner.solve.linear import LinearAnswer, LiveProgram
from planner.solve.model import build_model
from planner.solve.objective import VALUE, Term, hold
from planner.solve.relaxation import Relaxation
from planner.solve.restrict import restrict
from planner.solve.run import Clash, Effort, OnSolution, Stop, add_hint, clash, run
from planner.solve.solution import Solution

WHOLE = 0.99  # part of an item from which on it counts as chosen
SOME = 0.001  # and from which on it may be chosen
TRIED = 6  # items taken in part that are tried with the whole ones
# Whether items can be together is asked within these limits, of all at first, then again and again of fewer.
FIRST = Effort(seconds=2.0, work=0.5, workers=1, seed=0)
FEWER = Effort(seconds=0.5, work=0.1, workers=1, seed=0)
Outcome = Literal["planned", "cut", "unknown"]


@dataclass(frozen=True)
class Wish:
    """What the relaxation takes: whole items, all of which it takes some, and how much of every item."""

    whole: tuple[int, ...]
    some: tuple[int, ...]
    parts: tuple[float, ...]


class Choices:
    """The relaxation of an instance, which learns what cannot be.

    Parameters
    ----------
    reached
        Terms before value with the figure each must keep.
    impossible
        Sets of items that no plan has together, as far as they are known.

    Attributes
    ----------
    impossible
        The same, with all that has been learnt since.
    """

    def __init__(
        self,
        instance: Instance,
        relaxation: Relaxation,
        reached: Sequence[tuple[Term, int]],
        impossible: Sequence[tuple[int, ...]] = (),
    ) -> None:
        self.instance = instance
        self.relaxation = relaxation
        self._reached = reached
        self._live = LiveProgram(relaxation.program)
        self.impossible: list[tuple[int, ...]] = []
        for items in impossible:
            self._forbid(items)

    def solve(self, room: float, seconds: float, stop: Stop) -> LinearAnswer:
        """Solve the relaxation with part of the room; the bound that comes with it holds for all of it."""
        self._live.tighten(self.relaxation.room, room)
        return self._live.solve(seconds, stop)

    def wish(self, answer: LinearAnswer) -> Wish:
        """Read what a solution of the relaxation takes."""
        assert answer.columns is not None
        parts = [float(answer.columns[column]) for column in self.relaxation.chosen]
        working = [index for index, item in enumerate(self.instance.items) if item.tasks]
        return Wish(
            tuple(index for index in working if parts[index] >= WHOLE),
            tuple(index for index in working if parts[index] >= SOME),
            tuple(parts),
        )

    def learn_from(self, wish: Wish, stop: Stop) -> bool:
        """Look for items among the wished, taken whole or nearly so, that cannot be together, and forbid them."""
        outcome, _ = self._learn(wish.whole, stop)
        if outcome != "possible":
            return outcome == "cut"
        others = sorted(set(wish.some) - set(wish.whole), key=lambda index: (-wish.parts[index], index))
        outcomes = [self._learn((*wish.whole, index), stop)[0] for index in others[:TRIED] if not stop()]
        return "cut" in outcomes

    def attempt(
        self, wish: Wish, start: Solution | None, effort: Effort, better: Effort, stop: Stop, on_solution: OnSolution
    ) -> tuple[Outcome, float]:
        """Schedule all that is wished whole, and what else of it fits.

        Parameters
        ----------
        start
            A schedule of the whole instance that the solver may take up.
        effort, better
            To find a schedule, and to improve it.

        Returns
        -------
        What came of it, and the deterministic work it took.
        """
        part = restrict(self.instance, wish.some)
        model, variables = build_model(part.instance)
        for term, value in self._reached:
            hold(model, part.instance, variables, term, value)
        for here in part.indices(wish.whole):
            model.add(variables.chosen[here] == 1)
        if start is not None:
            add_hint(model, part.instance, variables, part.to_here(start.only(part.items, self.instance)))
        answer = run(model, part.instance, variables, effort, stop=stop)
        work = answer.work
        if answer.status == "infeasible":
            learnt, more = self._learn(wish.whole, stop)
            return "cut" if learnt == "cut" else "unknown", work + more
        if answer.solution is None:
            return "unknown", work
        on_solution(part.to_whole(answer.solution))
        model.maximize(VALUE.expression(model, part.instance, variables))
        add_hint(model, part.instance, variables, answer.solution)
        answer = run(
            model,
            part.instance,
            variables,
            better,
            stop=stop,
            on_solution=lambda found: on_solution(part.to_whole(found)),
        )
        return "planned", work + answer.work

    def _learn(self, items: Sequence[int], stop: Stop) -> tuple[Literal["cut", "possible", "unknown"], float]:
        """Find a smallest set of items that cannot be together, as far as short questions tell; forbid it.

        Returns
        -------
        Whether something new was learnt, or the items can be together, and the deterministic work it took.
        """
        asked = self._ask(items, FIRST, stop)
        work = asked.work
        if asked.status != "infeasible":
            return "unknown" if asked.status == "unknown" else "possible", work
        smallest = tuple(items[at] for at in asked.core)
        for index in smallest:
            if stop() or len(smallest) <= 1:
                break
            if index in smallest:
                fewer = [other for other in smallest if other != index]
                asked = self._ask(fewer, FEWER, stop)
                work += asked.work
                if asked.status == "infeasible":
                    smallest = tuple(fewer[at] for at in asked.core)
        if not smallest or smallest in self.impossible:
            return "unknown", work
        self._forbid(smallest)
        return "cut", work

    def _forbid(self, items: tuple[int, ...]) -> None:
        self.impossible.append(items)
        self._live.add_row([(self.relaxation.chosen[index], 1.0) for index in items], len(items) - 1.0)

    def _ask(self, items: Sequence[int], effort: Effort, stop: Stop) -> Clash:
        """Whether the items can be together; terms before value are not asked for, so a no holds for every plan."""
        part = restrict(self.instance, items)
        model, variables = build_model(part.instance)
        return clash(model, [variables.chosen[here] for here in part.indices(items)], effort, stop)
