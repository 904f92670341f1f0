"""What comes before value over many sprints: carried-over work, sprint by sprint, then the shortfall of shares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from planner.horizon import listing, milestones
from planner.horizon.part import Wish
from planner.horizon.placement import At, shortfall_of
from planner.horizon.program import Program

if TYPE_CHECKING:
    from planner.horizon.search import Search

CARRIED_SECONDS = 5.0
SHORTFALL_PART = 0.25


def settle_first_terms(search: Search) -> tuple[bool, bool]:
    """Carried-over work, then shortfall; returns whether each is proven best (to capacity)."""
    carried = _settle_carried(search)
    return carried, _settle_shortfall(search)


def _settle_carried(search: Search) -> bool:
    """As much work in progress as there can be in the first sprint, then in each later one."""
    items = search.horizon.items
    started = [index for index, item in enumerate(items) if item.carried]
    if not started:
        return True
    relevant = _with_needed(search, [*started, *(index for index, item in enumerate(items) if item.must)])
    nothing: At = [None] * len(items)
    proven = True
    for sprint in range(search.horizon.sprints):
        if sum(search.carried.values()) == sum(items[index].carried for index in started):
            break

        def worth(index: int, at: int, now: int = sprint) -> float:
            return float(items[index].carried) if at == now else 0.0

        part = search.whole()
        part = replace(part, choices={index: part.choices[index] for index in sorted(relevant)}, at=nothing)
        program = Program(search.horizon, search.stretches, part, wish=Wish(worth))
        solved = program.solve(min(CARRIED_SECONDS, search.limits.left / 4), search.over)
        if solved.columns is None:
            if solved.infeasible:
                search.ruled_out()
            return False
        at = program.read(solved.columns)
        reached = sum(items[index].carried for index in started if at[index] == sprint)
        proven = proven and solved.bound is not None and reached >= math.floor(solved.bound)
        search.carried[sprint] = reached
    return proven


def _with_needed(search: Search, indices: Sequence[int]) -> set[int]:
    """Add what items depend on, any alternative of it, and what goes together with them."""
    todo = list(indices)
    inside: set[int] = set()
    while todo:
        index = todo.pop()
        if index in inside:
            continue
        inside.add(index)
        item = search.horizon.items[index]
        todo.extend(before for before, _ in (*item.requires, *(item.any_of or ())))
        todo.extend(other for group in search.horizon.groups[index] for other in group)
    return inside


def _settle_shortfall(search: Search) -> bool:
    """As little shortfall of minimum shares as there can be."""
    horizon = search.horizon
    if not any(rule.minimum is not None for rule in horizon.shares):
        return True
    program = Program(horizon, search.stretches, search.whole(), wish=Wish(lambda *_: 0.0, shortfall=1.0))
    solved = program.solve(max(1.0, SHORTFALL_PART * search.limits.left), search.over)
    if solved.columns is None:
        if solved.infeasible:
            search.ruled_out()
        return False
    at: At = [None] * len(horizon.items)
    for index, sprint in program.read(solved.columns).items():
        at[index] = sprint
    milestones.settle(horizon, at)
    search.shortfall = shortfall_of(horizon, at)
    search.offer(at)
    _fill_around(search, at)
    # The program asks cut items for as much more as their parts may lose when they are rounded: no proof then.
    cut = any(horizon.items[i].spans for rule in horizon.shares if rule.minimum is not None for i in rule.counted)
    least = 0 if cut or solved.bound is None else math.ceil(-solved.bound - 0.01)
    return search.shortfall <= least


def _fill_around(search: Search, at: At) -> None:
    """Keep what the minimum shares count, and what that needs; all else by list scheduling around it."""
    horizon = search.horizon
    counted = {index for rule in horizon.shares if rule.minimum is not None for index in rule.counted}
    needed = _with_needed(search, [index for index in sorted(counted) if at[index] is not None])
    search.kept = {
        i: sprint for i in sorted(needed) if (sprint := at[i]) is not None and not horizon.items[i].milestone
    }
    keys = listing.frozen_keys(horizon)
    filled = listing.schedule(horizon, search.stretches, keys, musts_first=True, held=search.kept)
    search.take(dict(enumerate(filled)))
