"""Churn of a plan to capacity, as far as sprints decide it, in people's plans and as rows of a program.

In a sprint to capacity a task is reassigned where whoever the baseline names has no part in it. Whether somebody has a
part is for the split of the work (``shares``), except where they cannot: not in the pool any more, or not there in that
sprint. So what is counted here no plan with these sprints avoids, and a good split adds nothing to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from planner.horizon.part import Expression, merged

if TYPE_CHECKING:
    from planner.baseline import Churn
    from planner.horizon.data import Horizon, Item
    from planner.horizon.prepare import Prepared
    from planner.horizon.program import Program


class Changes:
    """What each item's sprint costs in churn.

    Attributes
    ----------
    people
        Whom the baseline names for a task: (item, place of the task) to the specialist's place in the team.
    """

    def __init__(self, prepared: Prepared, churn: Churn) -> None:
        self.horizon: Horizon = prepared.horizon
        self.churn = churn
        self.people: dict[tuple[int, int], int] = {}
        names = {person.name: who for who, person in enumerate(self.horizon.specialists)}
        self._gone = [0] * len(self.horizon.items)
        for index, item in enumerate(self.horizon.items):
            before = churn.before.get(item.id)
            for place, task in enumerate(prepared.open[item.id].tasks):
                told = None if before is None or before.sprint is None else before.tasks.get(task.key)
                if told is None or told.specialist is None:
                    continue
                if told.specialist in names:
                    self.people[index, place] = names[told.specialist]
                else:
                    self._gone[index] += 1

    def of(self, index: int, sprint: int | None) -> int:
        """Churn of having an item in a sprint (from 0), or of leaving it out: as much as there is in any case."""
        changed = self.churn.of_choice(self.horizon.items[index].id, None if sprint is None else sprint + 1)
        return changed if sprint is None else changed + self._gone[index] + self._unable(index, sprint)

    def total(self, at: Sequence[int | None]) -> int:
        """Churn of a placement of all items."""
        return self.settled + sum(self.of(index, sprint) for index, sprint in enumerate(at))

    @cached_property
    def settled(self) -> int:
        """Churn of what can never be in the plan."""
        return sum(self.churn.of_choice(id_, None) for id_ in self.horizon.excluded)

    def _unable(self, index: int, sprint: int) -> int:
        """Tasks in which whom the baseline names can have no part, wherever the rest of the team is."""
        item = self.horizon.items[index]
        return sum(
            self._cannot(item, piece.pool, who, sprint)
            for piece in item.pieces
            for place, _ in piece.tasks
            if (who := self.people.get((index, place))) is not None
        )

    def _cannot(self, item: Item, pool: int, who: int, sprint: int) -> bool:
        if who not in [member for member, _ in self.horizon.pools[pool].members]:
            return True
        # Of an item that is cut at sprint ends they can do what lies in an earlier sprint.
        spans = item.spans and sprint >= self.horizon.detailed
        return not spans and not self.horizon.limits[who, sprint]

    # -- in a program --------------------------------------------------------------------------------------------

    def calmer(self, index: int, sprint: int) -> int:
        """Churn that having an item in a sprint saves, against leaving it out."""
        return self.of(index, None) - self.of(index, sprint)

    @cached_property
    def without_any(self) -> int:
        """Churn of leaving everything out."""
        return self.total([None] * len(self.horizon.items))

    def hold(self, program: Program, most: int) -> None:
        """Keep churn at most so high, in a program in which every item is free."""
        terms: Expression = []
        for index, choices in program.part.choices.items():
            saved = [self.calmer(index, sprint) for sprint in choices]
            terms += [
                (program.first[index] + place, float(after - here))
                for place, (here, after) in enumerate(zip(saved, [*saved[1:], 0], strict=True))
                if here != after
            ]
        program.lp.row(terms, most=float(most - self.without_any))


def settle_milestones(program: Program) -> None:
    """A milestone is in as soon as what it depends on holds: one that stays away costs churn, so it has to be said.

    A program that maximises value need not say it: no milestone is worth less for coming early.
    """
    for index, choices in program.part.choices.items():
        item = program.horizon.items[index]
        released = next((k for k, end in enumerate(program.horizon.ends) if item.release < end), None)
        if item.milestone and choices == tuple(range(choices[0], choices[-1] + 1)) and choices[0] == released:
            _settle(program, index)


def _settle(program: Program, index: int) -> None:
    horizon = program.horizon
    item, last = horizon.items[index], horizon.sprints - 1
    excuses: list[tuple[int | bool, bool]] = []  # items, and whether it is being in or being out that excuses
    for group in horizon.groups[index]:
        others = [other for other in group if other != index]
        excuses += [(program.done_by(other, last), group in horizon.exclusive) for other in others]
    for sprint in program.part.choices[index]:
        for option in item.any_of if item.any_of is not None else [None]:
            needed = [*item.requires, *([option] if option is not None else [])]
            done = [program.done_by(before, sprint - offset) for before, offset in needed]
            if any(one is False for one in done):
                continue
            _add_settling(program, index, sprint, [one for one in done if one is not True], excuses)


def _add_settling(
    program: Program, index: int, sprint: int, needed: Sequence[int], excuses: Sequence[tuple[int | bool, bool]]
) -> None:
    """Done by the sprint, unless something it needs is not, or a group excuses it."""
    own = program.done_by(index, sprint)
    terms: Expression = [*((one, -1.0) for one in needed)]
    least = 1.0 - len(needed)
    if own is True:
        return
    if own is not False:
        terms.append((own, 1.0))
    for column, inside in excuses:
        if isinstance(column, bool):
            if column == inside:
                return
            continue
        terms.append((column, 1.0 if inside else -1.0))
        least -= 0.0 if inside else 1.0
    program.lp.row(merged(terms), least=least)
