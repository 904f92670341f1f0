"""List scheduling over many sprints: the frozen rule of section 5, sprint by sprint to capacity.

Repeat: among the items not yet placed whose prerequisites are placed, take the first by a key; give its work to whoever
has hours left in the earliest sprint that takes all of it; else put it aside for good.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

from planner.horizon.calendar import Stretches
from planner.horizon.data import Horizon, Item
from planner.horizon.milestones import moment


def frozen_keys(horizon: Horizon) -> list[float]:
    """Value for the effort."""
    return [float(item.value) / max(1, item.effort) for item in horizon.items]


def schedule(horizon: Horizon, stretches: Stretches, keys: Sequence[float], *, musts_first: bool) -> list[int | None]:
    """Sprint of every item, None if it is out."""
    return _Schedule(horizon, stretches).run(keys, musts_first=musts_first)


class _Schedule:
    """A schedule under construction: hundredths that everybody has left, by sprint and by stretch."""

    def __init__(self, horizon: Horizon, stretches: Stretches) -> None:
        self.horizon = horizon
        self.stretches = stretches
        self.at: list[int | None] = [None] * len(horizon.items)
        self.left = horizon.limits.T.tolist()
        self.there = [
            [[int(hours) for hours in own] for own in stretches.hours(sprint)] if len(cuts) > 2 else None
            for sprint, cuts in enumerate(stretches.cuts)
        ]
        self.members = [[(who, float(level)) for who, level in pool.members] for pool in horizon.pools]
        self.pieces = [
            sorted(
                ((piece.pool, piece.effort) for piece in item.pieces),
                key=lambda piece: len(horizon.pools[piece[0]].members),
            )
            for item in horizon.items
        ]
        self.room = [
            [rule.maximum * total if rule.maximum is not None else None for rule in horizon.shares]
            for total in horizon.capacity
        ]
        self.rules = [
            [place for place, rule in enumerate(horizon.shares) if index in rule.members]
            for index in range(len(horizon.items))
        ]
        self.banned: set[int] = set()

    def run(self, keys: Sequence[float], *, musts_first: bool) -> list[int | None]:
        items = self.horizon.items
        needed = self._needed() if musts_first else set()

        def entry(index: int) -> tuple[object, ...]:
            item = items[index]
            return (not item.milestone, index not in needed, item.carried == 0, -keys[index], item.id, index)

        waiting = [entry(index) for index in range(len(items)) if self._ready(items[index]) is not None]
        heapq.heapify(waiting)
        seen = {one[-1] for one in waiting}
        while waiting:
            index = int(heapq.heappop(waiting)[-1])  # type: ignore[call-overload]
            if not self._place(index):
                continue
            for after in self.horizon.followers[index]:
                if after not in seen and self._ready(items[after]) is not None:
                    seen.add(after)
                    heapq.heappush(waiting, entry(after))
        return self.at

    def _needed(self) -> set[int]:
        todo = [index for index, item in enumerate(self.horizon.items) if item.must]
        needed: set[int] = set()
        while todo:
            index = todo.pop()
            if index not in needed:
                needed.add(index)
                todo.extend(before for before, _ in self.horizon.items[index].requires)
        return needed

    def _ready(self, item: Item) -> int | None:
        return moment(item, self.at)

    def _place(self, index: int) -> bool:
        item = self.horizon.items[index]
        ready = self._ready(item)
        if ready is None or any(
            self.at[other] is not None
            for group in self.horizon.groups[index]
            if group in self.horizon.exclusive
            for other in group
        ):
            return False
        for place, sprint in enumerate(item.sprints):
            if item.spans and item.cover[place] > 1:
                continue  # what needs several sprints is left to the program
            if sprint >= ready and self._room(index, sprint) and self._take(index, sprint):
                for rule in self.rules[index]:
                    if (room := self.room[sprint][rule]) is not None:
                        self.room[sprint][rule] = room - item.effort
                self.at[index] = sprint
                return True
        return False

    def _room(self, index: int, sprint: int) -> bool:
        effort = self.horizon.items[index].effort
        return all((room := self.room[sprint][place]) is None or effort <= room for place in self.rules[index])

    def _take(self, index: int, sprint: int) -> bool:
        """Take the hours that the item needs from people who have some left; nothing where they are too few."""
        if not self.pieces[index]:
            return True
        left = self.left[sprint]
        there = self.there[sprint]
        first, last = self.stretches.window(self.horizon.items[index], sprint) if there is not None else (0, 0)
        taken: list[tuple[int, int, int]] = []
        for pool, effort in self.pieces[index]:
            missing = float(effort)
            for who, level in sorted(self.members[pool], key=lambda member: (-left[member[0]] * member[1], member[0])):
                for stretch in range(first, last + 1):
                    most = left[who] if there is None else min(left[who], there[who][stretch])
                    hours = min(most, math.ceil(missing / level - 1e-9))
                    if hours > 0:
                        taken.append((who, stretch, hours))
                        self._give(sprint, who, stretch, -hours)
                        missing -= hours * level
                if missing <= 1e-9:
                    break
            if missing > 1e-9:
                for who, stretch, hours in taken:
                    self._give(sprint, who, stretch, hours)
                return False
        return True

    def _give(self, sprint: int, who: int, stretch: int, hours: int) -> None:
        self.left[sprint][who] += hours
        there = self.there[sprint]
        if there is not None:
            there[who][stretch] += hours
