"""The first good plan over many sprints: in the relaxation's order, then what the relaxation leaves open, planned."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from planner.horizon import listing
from planner.horizon.placement import At, Placement
from planner.horizon.program import RESERVE, Program

if TYPE_CHECKING:
    from planner.horizon.search import Search

CHOICE_PART = 0.25  # of what is left: planning what the relaxation leaves open
CHOICE_GAP = 2e-4
CHOICE_NODES = 1_000


def improve_start(search: Search) -> None:
    """Give the search a plan to improve."""
    if search.over() or search.wishes is None:
        return
    _list_by_wishes(search)
    if not search.over() and not search.proven:
        _plan_what_is_open(search)
    if search.best is None and not search.over():
        _any_plan(search)


def _list_by_wishes(search: Search) -> None:
    """List scheduling in the relaxation's order, then by what items gain at its prices."""
    items = search.horizon.items
    keys = []
    for item, wish in zip(items, search.wishes or (), strict=True):
        ratio = float(item.value) / max(1, item.effort)
        keys.append((2.0 * search.horizon.sprints - wish[0] if wish else 0.0) + ratio / (1 + ratio))
    search.offer(listing.schedule(search.horizon, search.stretches, keys, musts_first=True))
    profit = [float(own.max()) for own in search.profits()]
    search.offer(listing.schedule(search.horizon, search.stretches, profit, musts_first=True))


def _plan_what_is_open(search: Search) -> None:
    """Plan the items that the relaxation cuts in pieces, the others as it wants them.

    Berthold 2014 (RENS), doi:10.1007/s12532-013-0060-9; an open item may also move by a sprint.
    """
    horizon = search.horizon
    at: At = [None] * len(horizon.items)
    choices: dict[int, tuple[int, ...]] = {}
    for index, wish in enumerate(search.wishes or ()):
        item = horizon.items[index]
        if item.milestone:
            choices[index] = item.sprints
        elif len(wish) > 1:
            near = {one + move for one in wish if one >= 0 for move in (-1, 0, 1)}
            choices[index] = tuple(sprint for sprint in item.sprints if sprint in near)
        elif wish:
            at[index] = wish[0]
    part = replace(
        search.whole(),
        choices=choices,
        needed=frozenset(index for index in choices if horizon.items[index].must),
        at=at,
        load=Placement(horizon, at).load,
    )
    program = Program(horizon, search.stretches, part, RESERVE)
    limited = search.limits.work is not None
    seconds = math.inf if limited else CHOICE_PART * search.limits.left
    solved = program.solve(seconds, search.over, nodes=CHOICE_NODES if limited else None, gap=CHOICE_GAP)
    if solved.columns is not None:
        for index, sprint in program.read(solved.columns).items():
            at[index] = sprint
        search.take(dict(enumerate(at)))


def _any_plan(search: Search) -> None:
    """No list schedule keeps every rule: branch and cut looks for any plan that does."""
    program = Program(search.horizon, search.stretches, search.whole(), RESERVE)
    solved = program.solve(search.limits.left / 2, search.over)
    if solved.columns is not None:
        search.take(program.read(solved.columns))
