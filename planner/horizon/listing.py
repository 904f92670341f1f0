"""List scheduling over many sprints: the frozen rule of section 5, sprint by sprint to capacity.

Repeat: among the items not yet placed whose prerequisites are placed, take the first by a key; give its work to whoever
has hours left in the earliest sprint that takes all of it (what may be cut at sprint ends: that it can be finished in);
else put it aside for good.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from planner.horizon.calendar import Stretches
from planner.horizon.data import FINE, Horizon, Item
from planner.horizon.milestones import moment
from planner.horizon.placement import effort_in, parts_in, sprints_of
from planner.horizon.shares import Share, split
from planner.horizon.spans import cut

ENOUGH = 1e-9  # hundredths that may be missing


class _Taken(NamedTuple):
    """Hundredths that were taken of somebody in a stretch of a sprint."""

    sprint: int
    who: int
    stretch: int
    hours: int


def frozen_keys(horizon: Horizon) -> list[float]:
    """Value for the effort."""
    return [float(item.value) / max(1, item.effort) for item in horizon.items]


def schedule(
    horizon: Horizon,
    stretches: Stretches,
    keys: Sequence[float],
    *,
    musts_first: bool,
    held: Mapping[int, int] | None = None,
) -> list[int | None]:
    """Sprint of every item, None if it is out; what is held stands where it is said to."""
    schedule = _Schedule(horizon, stretches)
    schedule.hold(held or {})
    return schedule.run(keys, musts_first=musts_first)


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

    def hold(self, held: Mapping[int, int]) -> None:
        """Place items before all others, their work with whoever an exact split gives it to."""
        at: list[int | None] = [held.get(index) for index in range(len(self.at))]
        for sprint in range(self.horizon.sprints):
            for share in split(self.horizon, self.stretches, sprint, parts_in(self.horizon, at, sprint)) or ():
                self._take_share(sprint, share)
        for index, one in held.items():
            self._settle(index, one)

    def _take_share(self, sprint: int, share: Share) -> None:
        item = self.horizon.items[share.item]
        piece = next(one for one in item.pieces if any(task == share.task for task, _ in one.tasks))
        level = dict(self.members[piece.pool])[share.specialist]
        missing = float(share.effort) / FINE
        self._take_of(sprint, share.specialist, level, self._window(item, sprint), missing, [])

    def run(self, keys: Sequence[float], *, musts_first: bool) -> list[int | None]:
        items = self.horizon.items
        needed = self._needed() if musts_first else set()

        def entry(index: int) -> tuple[object, ...]:
            item = items[index]
            return (not item.milestone, index not in needed, item.carried == 0, -keys[index], item.id, index)

        waiting = [
            entry(index)
            for index in range(len(items))
            if self.at[index] is None and self._ready(items[index]) is not None
        ]
        heapq.heapify(waiting)
        seen: set[object] = {one[-1] for one in waiting}
        seen.update(index for index, sprint in enumerate(self.at) if sprint is not None)
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
            if sprint >= ready and (item.cover[place] if item.spans else 1) == 1 and self._whole(index, sprint):
                return True
            if item.spans and sprint >= max(ready, self.horizon.detailed) and self._cut(index, ready, place):
                return True
        return False

    def _whole(self, index: int, sprint: int) -> bool:
        """Place an item in one sprint, if there is room."""
        if not self._room(index, sprint, self.horizon.items[index].effort) or not self._take(index, sprint):
            return False
        self._settle(index, sprint)
        return True

    def _cut(self, index: int, ready: int, place: int) -> bool:
        """Place an item that is finished in this sprint of its own, its work as early as people have hours left."""
        item = self.horizon.items[index]
        last = item.sprints[place]
        window = [k for k in self.horizon.work_sprints(item) if max(ready, self.horizon.detailed) <= k <= last]
        taken: list[_Taken] = []
        work: list[dict[int, float]] = []
        for pool, effort in self.pieces[index]:
            missing = float(effort)
            amounts = dict.fromkeys(window, 0.0)
            for sprint in window:
                after = self._take_piece(index, sprint, pool, missing, taken)
                amounts[sprint] = missing - after
                missing = after
            work.append(amounts)
            if missing > ENOUGH:
                break
        begin = min((one.sprint for one in taken), default=last)
        at = cut(item, last, self._in_order(index, work)) if len(work) == len(item.pieces) else last
        if missing > ENOUGH or begin > last - item.cover[place] + 1 or not self._room_for(index, at):
            self._undo(taken)
            return False
        self._settle(index, at)
        return True

    def _in_order(self, index: int, work: Sequence[dict[int, float]]) -> list[dict[int, float]]:
        """Work of pieces in the order in which they are taken, as the item has them."""
        by_pool = {pool: amounts for (pool, _), amounts in zip(self.pieces[index], work, strict=True)}
        return [by_pool[piece.pool] for piece in self.horizon.items[index].pieces]

    def _settle(self, index: int, at: int) -> None:
        self.at[index] = at
        for sprint in sprints_of(at):
            effort = effort_in(self.horizon.items[index], at, sprint)
            for rule in self.rules[index]:
                if (room := self.room[sprint][rule]) is not None:
                    self.room[sprint][rule] = room - effort

    def _room_for(self, index: int, at: int) -> bool:
        item = self.horizon.items[index]
        return all(self._room(index, sprint, effort_in(item, at, sprint)) for sprint in sprints_of(at))

    def _room(self, index: int, sprint: int, effort: Fraction | int) -> bool:
        return all((room := self.room[sprint][place]) is None or effort <= room for place in self.rules[index])

    def _take(self, index: int, sprint: int) -> bool:
        """Take the hours that the item needs from people who have some left; nothing where they are too few."""
        taken: list[_Taken] = []
        for pool, effort in self.pieces[index]:
            if self._take_piece(index, sprint, pool, float(effort), taken) > ENOUGH:
                self._undo(taken)
                return False
        return True

    def _take_piece(self, index: int, sprint: int, pool: int, missing: float, taken: list[_Taken]) -> float:
        """Take hours for a piece from whoever has most left; what is still missing then."""
        left, window = self.left[sprint], self._window(self.horizon.items[index], sprint)
        for who, level in sorted(self.members[pool], key=lambda member: (-left[member[0]] * member[1], member[0])):
            if missing > ENOUGH:
                missing = self._take_of(sprint, who, level, window, missing, taken)
        return max(0.0, missing)

    def _window(self, item: Item, sprint: int) -> tuple[int, int]:
        return self.stretches.window(item, sprint) if self.there[sprint] is not None else (0, 0)

    def _take_of(
        self, sprint: int, who: int, level: float, window: tuple[int, int], missing: float, taken: list[_Taken]
    ) -> float:
        """Take hours of one person between two stretches; what is still missing then."""
        left, there = self.left[sprint], self.there[sprint]
        for stretch in range(window[0], window[1] + 1):
            most = left[who] if there is None else min(left[who], there[who][stretch])
            hours = min(most, math.ceil(missing / level - ENOUGH))
            if hours > 0:
                taken.append(_Taken(sprint, who, stretch, hours))
                self._give(sprint, who, stretch, -hours)
                missing -= hours * level
        return missing

    def _undo(self, taken: Sequence[_Taken]) -> None:
        for one in taken:
            self._give(one.sprint, one.who, one.stretch, one.hours)

    def _give(self, sprint: int, who: int, stretch: int, hours: int) -> None:
        self.left[sprint][who] += hours
        there = self.there[sprint]
        if there is not None:
            there[who][stretch] += hours
