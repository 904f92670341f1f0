"""Term 2 over many sprints: of the plans that are worth nearly as much, the one nearest to the baseline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.baseline import Churn
from planner.horizon.part import Wish
from planner.horizon.placement import Placement, gain_of
from planner.horizon.question import Question, ask
from planner.horizon.result import Roadmap

if TYPE_CHECKING:
    from planner.horizon.changes import Changes
    from planner.horizon.search import Search

LONGEST = 20.0  # seconds
PART = 0.3  # of what is left


def calm(search: Search, changes: Changes, nothing: float) -> bool:
    """Move the search's plan nearer to the baseline; returns whether no plan to capacity is nearer.

    Parameters
    ----------
    nothing
        Value of leaving everything out: the tolerance counts from the whole value.
    """
    assert search.best is not None
    horizon, best, churn = search.horizon, search.best, changes.churn
    total = best.gain + nothing
    floor = best.gain - float(churn.tolerance) * abs(total) - 1e-9 * (1 + abs(best.gain))
    outweighed = 1.01 * max(1.0, search.bound - floor) if math.isfinite(search.bound) else 2 * abs(best.gain) + 1

    def worth(index: int, sprint: int) -> float:
        gain = gain_of(horizon, index, sprint)
        if churn.weight is not None:
            return gain + float(churn.weight) * changes.calmer(index, sprint)
        return changes.calmer(index, sprint) + gain / outweighed

    def worth_of(at: Sequence[int | None]) -> float:
        return math.fsum(worth(index, sprint) for index, sprint in enumerate(at) if sprint is not None)

    def score(new: Placement) -> float | None:
        return worth_of(new.at) if churn.weight is not None or new.gain >= floor else None

    question = Question(Wish(worth), None if churn.weight is not None else lambda program: program.hold_gain(floor))
    seconds = max(1.0, min(LONGEST, PART * search.limits.left))
    near = [best.at]  # and, with it, where the baseline has things
    reply = ask(search, changes, question, score, best.at, seconds, near, proving=not horizon.detailed)
    if reply.new is not None and worth_of(reply.new.at) > worth_of(best.at):
        search.best = reply.new
    return reply.limit is not None and reply.limit - worth_of(search.best.at) <= 1e-4


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
    hands: dict[tuple[int, int], set[str]] = {}
    for shares in found.shares:
        for share in shares:
            hands.setdefault((share.item, share.task), set()).add(horizon.specialists[share.specialist].name)
    for (index, place), people in hands.items():
        before = churn.before.get(horizon.items[index].id)
        told = before.tasks.get(names[index][place]) if before is not None and before.sprint is not None else None
        total += told is not None and told.specialist not in (None, *people)
    return Fraction(total)
