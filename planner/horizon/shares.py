"""Who does how much of what in a sprint to capacity: effort split over people, in ten-thousandths.

Sums are rounded to hundredths before they are compared with a limit, so that rounding the shares does no harm.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from models.base import hundredths
from planner.horizon.calendar import Stretches
from planner.horizon.data import FINE, Horizon

# Of a hundredth, by which a sum may pass a limit that it is rounded to; parts of cut items rarely add up exactly.
ROUNDED = 0.4
# Of a task's effort: what whoever the baseline names does of it at least, where hours allow, so that it stays theirs.
STAYING = 0.1
STAYS, MORE = 1e3, 10.0  # gain of that part, and of an hour beyond it; an hour spent costs 1 / proficiency


class Share(NamedTuple):
    """A part of a task's effort, in ten-thousandths, and who does it."""

    item: int
    task: int
    specialist: int
    effort: int


def split(
    horizon: Horizon,
    stretches: Stretches,
    sprint: int,
    parts: Mapping[int, Mapping[int, int]],
    people: Mapping[tuple[int, int], int] | None = None,
) -> list[Share] | None:
    """Split the work of a sprint over people, with the least hours, None where it does not fit.

    Parameters
    ----------
    parts
        Of each item in the sprint, ten-thousandths of each task (by place) that lie in it.
    people
        Who had (item, task) so far: first of all they keep a part of it, then as much as there are hours for.
    """
    if not parts:
        return []
    shares = _Sprint(horizon, stretches, sprint, parts, people or {}).shares()
    return shares if shares is not None and fits(horizon, stretches, sprint, shares) else None


def fits(horizon: Horizon, stretches: Stretches, sprint: int, shares: Sequence[Share]) -> bool:
    """Whether everybody's shares are within their hours, and between any two cuts within the hours there."""
    hours = stretches.hours(sprint)
    count = len(stretches.cuts[sprint]) - 1
    by_person: dict[int, list[tuple[int, int, Fraction]]] = {}
    for share in shares:
        item = horizon.items[share.item]
        level = next(
            dict(horizon.pools[piece.pool].members)[share.specialist]
            for piece in item.pieces
            if any(task == share.task for task, _ in piece.tasks)
        )
        first, last = stretches.window(item, sprint)
        by_person.setdefault(share.specialist, []).append((first, last, share.effort / level / FINE))
    for who, own in by_person.items():
        if _rounded(sum((cost for *_, cost in own), Fraction(0))) > horizon.limits[who, sprint]:
            return False
        if all((first, last) == (0, count - 1) for first, last, _ in own):
            continue
        for a in range(count):
            for b in range(a, count):
                inside = sum((cost for first, last, cost in own if a <= first and last <= b), Fraction(0))
                if _rounded(inside) > _rounded(sum(hours[who][a : b + 1], Fraction(0))):
                    return False
    return True


def _rounded(hundredth: Fraction) -> int:
    """Whole hundredths, a half rounded up."""
    return hundredths(hundredth / 100)


class _Sprint:
    """The linear program of one sprint: effort of each task by person (and stretch, where windows ask for it)."""

    def __init__(
        self,
        horizon: Horizon,
        stretches: Stretches,
        sprint: int,
        parts: Mapping[int, Mapping[int, int]],
        people: Mapping[tuple[int, int], int],
    ) -> None:
        self.horizon = horizon
        self.stretches = stretches
        self.sprint = sprint
        self.parts = parts
        self.cut = any(not stretches.whole(horizon.items[index], sprint) for index in parts)
        self.columns: list[tuple[int, int, int, int]] = []  # item, task, specialist, stretch
        self.levels: list[float] = []
        self.people = people

    def shares(self) -> list[Share] | None:
        """Solve, and round to whole hundredths."""
        for index in sorted(self.parts):
            item = self.horizon.items[index]
            first, last = self.stretches.window(item, self.sprint) if self.cut else (0, 0)
            for piece in item.pieces:
                for task, _ in piece.tasks:
                    for who, level in self.horizon.pools[piece.pool].members if self.parts[index].get(task) else ():
                        for stretch in range(first, last + 1):
                            self.columns.append((index, task, who, stretch))
                            self.levels.append(float(level))
        solution = self._solve(0.0) or self._solve(ROUNDED)
        return None if solution is None else self._rounded(solution)

    def _solve(self, slack: float) -> Sequence[float] | None:
        """Effort by column, None where it does not fit; everybody's hours may be passed by some of a hundredth."""
        import highspy

        from planner.solve.linear import LinearProgram

        program = LinearProgram()
        tasks: dict[tuple[int, int], list[int]] = {}
        people: dict[int, list[int]] = {}
        people_in: dict[tuple[int, int], list[int]] = {}
        for place, (index, task, who, stretch) in enumerate(self.columns):
            keeps = who == self.people.get((index, task))
            program.column(self.parts[index][task] / FINE, gain=MORE * keeps - 1.0 / self.levels[place])
            tasks.setdefault((index, task), []).append(place)
            people.setdefault(who, []).append(place)
            people_in.setdefault((who, stretch), []).append(place)
        for (index, task), own in tasks.items():
            effort = self.parts[index][task] / FINE
            program.row([(place, 1.0) for place in own], least=effort, most=effort)
            theirs = [(place, 1.0) for place in own if self.columns[place][2] == self.people.get((index, task))]
            if theirs and effort:
                stays = program.column(1.0, gain=STAYS)
                program.row([(stays, STAYING * effort), *((place, -1.0) for place, _ in theirs)], most=0.0)
        for who, own in people.items():
            most = float(self.horizon.limits[who, self.sprint]) + slack
            program.row([(place, 1.0 / self.levels[place]) for place in own], most=most)
        hours = self.stretches.hours(self.sprint) if self.cut else None
        for (who, stretch), own in people_in.items() if hours is not None else ():
            most = (float(hours[who][stretch]) if hours is not None else 0.0) + slack
            program.row([(place, 1.0 / self.levels[place]) for place in own], most=most)
        solver = program.to_highs(whole=False)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return list(solver.getSolution().col_value)[: len(self.columns)]

    def _rounded(self, solution: Sequence[float]) -> list[Share]:
        """Round every share down, and give what is missing of a task to whoever has most hours left."""
        whole = [int(FINE * amount + 1e-6) for amount in solution]
        hours = self.stretches.hours(self.sprint)
        left = [FINE * float(limit) for limit in self.horizon.limits[:, self.sprint]]
        there = [[FINE * float(one) for one in own] if self.cut else [math.inf] for own in hours]
        by_task: dict[tuple[int, int], list[int]] = {}
        for place, (index, task, who, stretch) in enumerate(self.columns):
            by_task.setdefault((index, task), []).append(place)
            left[who] -= whole[place] / self.levels[place]
            there[who][stretch] -= whole[place] / self.levels[place]
        for (index, task), places in sorted(by_task.items()):
            for _ in range(self.parts[index][task] - sum(whole[place] for place in places)):
                best = max(places, key=lambda place: self._room(place, left, there))
                whole[best] += 1
                left[self.columns[best][2]] -= 1 / self.levels[best]
                there[self.columns[best][2]][self.columns[best][3]] -= 1 / self.levels[best]
        amounts: dict[tuple[int, int, int], int] = {}
        for (index, task, who, _), effort in zip(self.columns, whole, strict=True):
            amounts[index, task, who] = amounts.get((index, task, who), 0) + effort
        return [Share(*key, effort) for key, effort in sorted(amounts.items()) if effort]

    def _room(self, place: int, left: list[float], there: list[list[float]]) -> tuple[float, int]:
        _, _, who, stretch = self.columns[place]
        return min(left[who], there[who][stretch]) - 1 / self.levels[place], -place
