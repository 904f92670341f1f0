"""Large neighbourhood search: some sprints with what could be in them, or some items in all sprints, planned anew."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.horizon.part import Part
from planner.horizon.placement import Placement, shortfall_of
from planner.horizon.program import Program

if TYPE_CHECKING:
    from planner.horizon.search import Search

STEP_SECONDS = 5.0  # most that one neighbourhood may take by the clock
STEP_CPU = 1.0  # what it should take of the processor: sizes follow
STEP_NODES = 400
STEP_GAP = 1e-3  # part of its value that a neighbourhood leaves unproven
LEAST_STEP_WORK = 0.01


@dataclass
class _Size:
    """How many items a neighbourhood frees: more after a quick step, fewer after one cut off."""

    items: float

    def learn(self, seconds: float) -> None:
        if seconds > STEP_CPU:
            self.items = max(12.0, self.items * 0.9)
        elif seconds < STEP_CPU / 2:
            self.items = min(2_000.0, self.items * 1.1)


class Neighbourhoods:
    """Large neighbourhood search: some sprints with what could be in them, or some items in all sprints."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.horizon = search.horizon
        self.random = search.random
        self.profits = search.profits()
        self.sizes = {"sprints": _Size(160.0), "items": _Size(40.0)}
        self.width = min(4, self.horizon.sprints)

    def run(self, enough: Callable[[], bool]) -> None:
        """One step after the other until it is enough."""
        turn = 0
        open_sprints = self.horizon.sprints - self.search.closed
        while open_sprints and not enough():
            kind = "sprints" if turn % 4 or self.horizon.sprints > 30 else "items"
            self._step(kind)
            turn += 1

    def _step(self, kind: str) -> None:
        search = self.search
        assert search.best is not None
        current = search.best
        size = self.sizes[kind]
        if kind == "sprints":
            closed = search.closed
            first = closed + self.random.randrange(max(1, self.horizon.sprints - closed - self.width + 1))
            watched = list(range(first, min(first + self.width, self.horizon.sprints)))
        else:
            watched = list(range(search.closed, self.horizon.sprints))
        free = self._free(current, watched, int(size.items))
        part = part_around(search, current, free, watched)
        if not part.choices:
            return
        program = Program(self.horizon, search.stretches, part)
        begun = time.thread_time()
        nodes = STEP_NODES if search.limits.work is not None else None
        seconds = math.inf if nodes is not None else min(STEP_SECONDS, search.limits.left)
        solved = program.solve(
            seconds, search.over, start={i: current.at[i] for i in part.choices}, nodes=nodes, gap=STEP_GAP
        )
        search.limits.spend(max(LEAST_STEP_WORK, program.size[2] * 1e-5))
        if nodes is None:
            size.learn(time.thread_time() - begun)
        if solved.columns is not None:
            search.take(program.read(solved.columns))

    def _free(self, current: Placement, watched: Sequence[int], count: int) -> list[int]:
        """Items to plan anew: those that would gain most in the watched sprints, hours paid, with some luck."""
        inside = set(watched)
        scored = []
        for index, item in enumerate(self.horizon.items):
            at = current.at[index]
            profit = self.profits[index]
            now = float(profit[item.sprints.index(at)]) if at is not None else 0.0
            places = [place for place, sprint in enumerate(item.sprints) if sprint in inside]
            there = at is not None and at in inside
            if not places or index in self.search.held:
                continue
            best = max(float(profit[place]) for place in places)
            scale = 1.0 + abs(item.gain[0])
            regret = (max(best, 0.0) - now if there else best - now) / scale
            scored.append((-regret - self.random.expovariate(20.0), index))
        scored.sort()
        return [index for _, index in scored[:count]]


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
        kept = tuple(sprint for sprint in search.choices(index) if sprint in inside or sprint == at or item.milestone)
        if kept:
            choices[index] = kept
    load = current.load.copy()
    for index in choices:
        sprint = current.at[index]
        if sprint is not None:
            for piece in horizon.items[index].pieces:
                load[piece.pool, sprint] -= piece.effort
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
