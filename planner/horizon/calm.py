"""Term 2 over many sprints: of the plans that are worth nearly as much, the one nearest to the baseline."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.baseline import Churn
from planner.horizon import milestones
from planner.horizon.part import Wish
from planner.horizon.placement import At, Placement, gain_of
from planner.horizon.program import Program
from planner.horizon.result import Roadmap

if TYPE_CHECKING:
    from planner.horizon.search import Search

LONGEST = 20.0  # seconds
PART = 0.3  # of what is left


def calm(search: Search, churn: Churn, nothing: float) -> bool:
    """Move the search's plan nearer to the baseline; returns whether no plan to capacity is nearer.

    Parameters
    ----------
    nothing
        Value of leaving everything out: the tolerance counts from the whole value.
    """
    assert search.best is not None
    horizon, best = search.horizon, search.best
    total = best.gain + nothing
    floor = best.gain - float(churn.tolerance) * abs(total) - 1e-9 * (1 + abs(best.gain))
    outweighed = 1.01 * max(1.0, search.bound - floor) if math.isfinite(search.bound) else 2 * abs(best.gain) + 1

    def worth(index: int, sprint: int) -> float:
        calmer = _change(churn, horizon.items[index].id, None) - _change(churn, horizon.items[index].id, sprint)
        gain = gain_of(horizon, index, sprint)
        if churn.weight is not None:
            return gain + float(churn.weight) * calmer
        return calmer + gain / outweighed

    program = Program(horizon, search.stretches, search.whole(), wish=Wish(worth))
    if churn.weight is None:
        program.hold_gain(floor)
    seconds = max(1.0, min(LONGEST, PART * search.limits.left))
    start = dict(enumerate(best.at))
    solved = program.solve(seconds, search.limits.cancel.is_set, start=start, gap=0.0)
    if solved.columns is None:
        return False
    at: At = [None] * len(horizon.items)
    for index, sprint in program.read(solved.columns).items():
        at[index] = sprint
    milestones.settle(horizon, at)
    new = Placement(horizon, at)
    if not search.keeps_all(at) or not search.keeps_first(at) or not search.can_be_shared(at):
        return False
    reached = math.fsum(worth(index, sprint) for index, sprint in enumerate(at) if sprint is not None)
    before = math.fsum(worth(index, sprint) for index, sprint in enumerate(best.at) if sprint is not None)
    if reached > before and (churn.weight is not None or new.gain >= floor):
        search.best = new
    return solved.bound is not None and solved.bound - max(reached, before) <= 1e-4


def _change(churn: Churn, id_: str, sprint: int | None) -> int:
    return churn.of_choice(id_, None if sprint is None else sprint + 1)


def churn_of(found: Roadmap, churn: Churn, names: list[list[str]]) -> Fraction:
    """Churn of a roadmap (Section 4, "Churn").

    Parameters
    ----------
    names
        Keys of the tasks of each item, by place.
    """
    horizon, at = found.horizon, found.at or ()
    total = sum(churn.of_choice(id_, None) for id_ in horizon.excluded)
    for index, sprint in enumerate(at):
        total += _change(churn, horizon.items[index].id, sprint)
    for number, detail in enumerate(found.details):
        for (index, place), timed in detail.tasks.items():
            who = horizon.specialists[timed.specialist].name
            total += churn.of_task(horizon.items[index].id, names[index][place], who, timed.start, number + 1)
    for number, shares in enumerate(found.shares):
        hands: dict[tuple[int, int], list[str]] = {}
        for share in shares:
            hands.setdefault((share.item, share.task), []).append(horizon.specialists[share.specialist].name)
        for (index, place), people in hands.items():
            if len(people) == 1:
                id_, key = horizon.items[index].id, names[index][place]
                before = churn.before.get(id_)
                told = before.tasks.get(key) if before is not None else None
                start = 0 if told is None or told.start is None else told.start
                total += churn.of_task(id_, key, people[0], start, number + 1)
    return Fraction(total)
