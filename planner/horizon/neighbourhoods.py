"""Large neighbourhood search: a few sprints with what is in them and what could be, planned anew."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from planner.horizon.part import Part
from planner.horizon.placement import Placement, changes_between, loads_of, shortfall_of, sprints_of
from planner.horizon.program import Program

if TYPE_CHECKING:
    from planner.horizon.search import Search

STEP_CPU = 1.0  # seconds of the processor that a neighbourhood should take: sizes follow
MOST_CPU = 2.0  # the most that it may take
STEP_NODES = 400
STEP_GAP = 1e-4  # part of its value that a neighbourhood leaves unproven
LEAST_STEP_WORK = 0.01
WORK_AN_ENTRY = 3e-4  # of a program, in about a second's work: what so many nodes take
WIDTHS = (2, 2, 2, 2, 3)  # sprints planned anew together: two next to each other gain most
ANYWHERE = 0  # instead of a width: some items, in every sprint
ITEMS_ANYWHERE = 16.0  # so many, at first
FEWEST, MOST = 12.0, 2_000.0  # items that are freed
LEAST_OTHERS, OPEN_FACTOR = 40.0, 2.0  # at first: so many, and twice as many as are planned there
LUCK = 8.0
PLACED_PART = 0.9  # of a neighbourhood: the most that what is planned there may take


@dataclass
class _Size:
    """How many items a neighbourhood frees: more after a quick step, fewer after one cut off."""

    items: float

    def learn(self, seconds: float) -> None:
        if seconds > STEP_CPU:
            self.items = max(FEWEST, self.items * 0.9)
        elif seconds < STEP_CPU / 2:
            self.items = min(MOST, self.items * 1.1)


class Neighbourhoods:
    """Large neighbourhood search: what is planned in a few sprints, and what could be there, is planned anew."""

    def __init__(self, search: Search, seed: int = 0) -> None:
        self.search = search
        self.horizon = search.horizon
        self.random = Random(f"{search.limits.seed}/{seed}")
        self.profits = search.profits()
        self.scale = np.array([1.0 + abs(item.gain[0]) for item in self.horizon.items])
        inside = sum(sprint is not None for sprint in search.best.at) / self.horizon.sprints if search.best else 0.0
        self.sizes: dict[int, _Size] = {}
        # What is cut at sprint ends moves only where all its sprints are: in wider neighbourhoods, or among all.
        most = max((max(item.cover) for item in self.horizon.items if item.spans), default=0)
        self.kinds = [kind for width in WIDTHS for kind in (width + most, ANYWHERE)] if most else list(WIDTHS)
        for kind in self.kinds:
            self.sizes[kind] = (
                _Size(min(MOST, LEAST_OTHERS + OPEN_FACTOR * kind * inside)) if kind else _Size(ITEMS_ANYWHERE)
            )

    def run(self, enough: Callable[[], bool]) -> None:
        """One step after the other until it is enough."""
        turn = 0
        while self.search.closed < self.horizon.sprints and not enough():
            self._step(self.kinds[turn % len(self.kinds)])
            turn += 1

    def _step(self, kind: int) -> None:
        search, size = self.search, self.sizes[kind]
        assert search.best is not None
        current, closed = search.best, search.closed
        if kind == ANYWHERE:
            watched = list(range(closed, self.horizon.sprints))
            free = self._together(current, int(size.items))
        else:
            first = closed + self.random.randrange(max(1, self.horizon.sprints - closed - kind + 1))
            watched = list(range(first, min(first + kind, self.horizon.sprints)))
            free = self._free(current, watched, int(size.items))
        part = part_around(search, current, free, watched)
        if not part.choices:
            return
        program = Program(self.horizon, search.stretches, part)
        limited = search.limits.work is not None
        begun = time.thread_time()
        solved = program.solve(
            math.inf if limited else search.limits.left,
            search.over,
            start={i: current.at[i] for i in part.choices},
            nodes=STEP_NODES if limited else None,
            cpu=None if limited else MOST_CPU,
            gap=STEP_GAP,
        )
        search.limits.spend(max(LEAST_STEP_WORK, program.size[2] * WORK_AN_ENTRY))
        if not limited:
            size.learn(time.thread_time() - begun)
        if solved.columns is not None:
            search.take(changes_between(current.at, program.read(solved.columns)))

    def _free(self, current: Placement, watched: Sequence[int], count: int) -> list[int]:
        """Items to plan anew: those in the watched sprints, and those that would gain most there, with some luck."""
        at = np.array([-1 if sprint is None else sprint for sprint in current.at])
        inside = (at >= watched[0]) & (at <= watched[-1])
        now = np.where(at >= 0, self.profits[np.arange(len(at)), at], 0.0)
        regret = (self.profits[:, watched].max(axis=1) - now) / self.scale
        regret += np.array([self.random.expovariate(LUCK) for _ in at])
        placed = [int(index) for index in np.flatnonzero(inside)]
        self.random.shuffle(placed)
        placed = placed[: max(1, int(PLACED_PART * count))]
        others = np.argsort(-np.where(inside, -np.inf, regret), kind="stable")[: count - len(placed)]
        return placed + [int(index) for index in others if np.isfinite(regret[index]) and not inside[index]]

    def _together(self, current: Placement, count: int) -> list[int]:
        """Items to plan anew in any sprint: half of them hang on one another, the others are half in and half out."""
        items = self.horizon.items
        todo = [self.random.randrange(len(items))]
        chosen = dict.fromkeys(todo)
        while todo and len(chosen) < count // 2:
            index = todo.pop(0)
            near = [before for before, _ in items[index].requires] + list(self.horizon.followers[index])
            todo += [other for other in near if other not in chosen]
            chosen.update(dict.fromkeys(near))
        rest = [index for index in range(len(items)) if index not in chosen]
        self.random.shuffle(rest)
        out = [index for index in rest if current.at[index] is None][: (count - len(chosen)) // 2]
        placed = [index for index in rest if current.at[index] is not None]
        return [*chosen, *out, *placed[: max(0, count - len(chosen) - len(out))]]


def part_around(search: Search, current: Placement, free: Sequence[int], watched: Sequence[int]) -> Part:
    """The part in which the free items may move among the watched sprints, stay where they are, or leave."""
    horizon = search.horizon
    inside = set(watched)
    chosen = {index for index in free if index not in search.held}
    # A milestone follows from what it depends on: it is free where anything it hangs on is.
    todo = list(chosen)
    while todo:
        for after in horizon.followers[todo.pop()]:
            if horizon.items[after].milestone and after not in chosen and after not in search.held:
                chosen.add(after)
                todo.append(after)
    choices: dict[int, tuple[int, ...]] = {}
    for index in sorted(chosen):
        item = horizon.items[index]
        at = current.at[index]
        if item.spans and not inside.issuperset(sprints_of(at)):
            continue
        kept = tuple(sprint for sprint in search.choices(index) if sprint in inside or sprint == at or item.milestone)
        if item.spans:
            kept = tuple(sprint for sprint in kept if sprint - item.cover[item.sprints.index(sprint)] + 1 in inside)
        if kept:
            choices[index] = kept
    load = current.load.copy()
    for index in choices:
        for pool, sprint, effort in loads_of(horizon.items[index], current.at[index]):
            load[pool, sprint] -= effort
    most = search.shortfall
    if most is not None:
        most -= shortfall_of(horizon, current.at) - shortfall_of(horizon, current.at, watched)
    return Part(
        choices=choices,
        needed=frozenset(index for index in choices if horizon.items[index].must),
        at=current.at,
        sprints=tuple((sprint, sprint) for sprint in watched),
        load=np.maximum(load, 0.0),
        carried=search.carried,
        shortfall=most,
    )
