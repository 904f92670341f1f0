"""The first good plan over many sprints: in the relaxation's order, then what the relaxation leaves open, planned."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.horizon import listing, milestones
from planner.horizon.fixing import plan_by_sprints
from planner.horizon.part import Part, Wish
from planner.horizon.placement import At, Placement
from planner.horizon.program import Program

if TYPE_CHECKING:
    from planner.horizon.search import Search

CHOICE_PART = 0.05  # of what is left: planning what the relaxation leaves open
CHOICE_GAP = 2e-4
CHOICE_NODES = 1_000
CANDIDATES = 160  # items among which one sprint is filled
IDLE_PART = 0.05  # of its gain that an item counts at least: prices are rough, idle hours are lost
FILL_CPU = 1.0  # seconds of the processor that a sprint may take, at most
FILL_PART = 0.25  # of what is left: all sprints together
FILL_NODES = 200


def improve_start(search: Search, seconds: float) -> None:
    """Give the search a plan to improve, of which that may take so long together."""
    if search.over() or search.wishes is None:
        return
    _list_by_wishes(search)
    if not search.anneals and not search.merged:  # those are too large for it
        plan_by_sprints(search, seconds)
    if search.best is None or not search.rolls:
        _fill_by_prices(search)
    if search.best is not None and search.anneals:
        return
    if not search.over() and not search.proven and not search.merged:
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
    profit = search.profits().max(axis=1).tolist()
    for order in (keys, profit):
        search.offer(listing.schedule(search.horizon, search.stretches, order, musts_first=True))
        if search.kept:
            around = listing.schedule(search.horizon, search.stretches, order, musts_first=True, held=search.kept)
            search.take(dict(enumerate(around)))


def _fill_by_prices(search: Search) -> None:
    """Plan one sprint after the other, each with what loses most by waiting, later hours paid at their prices."""
    horizon = search.horizon
    profits = search.profits()
    limited = search.limits.work is not None
    cpu = None if limited else min(FILL_CPU, FILL_PART * search.limits.left / horizon.sprints)
    at: At = [None] * len(horizon.items)
    nothing = np.zeros((len(horizon.pools), horizon.sprints))
    # Best profit from each of an item's sprints on; after its last it is worth nothing.
    later = np.maximum(0.0, np.maximum.accumulate(profits[:, ::-1], axis=1)[:, ::-1])
    for sprint in range(horizon.sprints):
        if search.over():
            return
        scored = []
        for index, item in enumerate(horizon.items):
            place = bisect_left(item.sprints, sprint)
            if at[index] is not None or item.milestone or place == len(item.sprints) or item.sprints[place] != sprint:
                continue
            ready = milestones.moment(item, at)
            if ready is None or ready > sprint or (item.spans and item.cover[place] > 1):
                continue
            waiting = float(later[index, sprint + 1]) if sprint + 1 < horizon.sprints else 0.0
            worth = item.gain[place] - waiting + (item.gain[0] + 1.0) * (item.must and place + 1 == len(item.sprints))
            paid = item.gain[place] - float(profits[index, sprint])
            worth = max(worth, IDLE_PART * item.gain[place])
            if worth > 0:
                scored.append((paid - worth, index, worth))
        chosen = {index: worth for _, index, worth in sorted(scored)[:CANDIDATES]}
        if not chosen:
            continue
        part = Part(
            choices=dict.fromkeys(sorted(chosen), (sprint,)),
            needed=frozenset(),
            at=at,
            sprints=((sprint, sprint),),
            load=nothing,
        )
        wish = Wish(lambda index, _, worth=chosen: worth[index])  # type: ignore[misc]
        program = Program(horizon, search.stretches, part, wish=wish)
        solved = program.solve(math.inf, search.over, nodes=FILL_NODES, cpu=cpu, gap=CHOICE_GAP)
        if solved.columns is not None:
            for index, placed in program.read(solved.columns).items():
                at[index] = placed
            milestones.settle(horizon, at)
    search.take(dict(enumerate(at)))


def _plan_what_is_open(search: Search) -> None:
    """Plan the items that the relaxation cuts in pieces, the others as it wants them.

    Berthold 2014 (RENS), doi:10.1007/s12532-013-0060-9.
    """
    horizon = search.horizon
    at: At = [None] * len(horizon.items)
    choices: dict[int, tuple[int, ...]] = {}
    for index, wish in enumerate(search.wishes or ()):
        item = horizon.items[index]
        if item.milestone or item.spans:
            choices[index] = item.sprints
        elif len(wish) > 1:
            choices[index] = tuple(sprint for sprint in wish if sprint >= 0)
        elif wish:
            at[index] = wish[0]
    part = replace(
        search.whole(),
        choices=choices,
        needed=frozenset(index for index in choices if horizon.items[index].must),
        at=at,
        load=Placement(horizon, at).load,
    )
    program = Program(horizon, search.stretches, part)
    limited = search.limits.work is not None
    cpu = None if limited else CHOICE_PART * search.limits.left
    nodes = CHOICE_NODES if limited else None
    solved = program.solve(math.inf, search.over, nodes=nodes, cpu=cpu, gap=CHOICE_GAP)
    if solved.columns is not None:
        for index, sprint in program.read(solved.columns).items():
            at[index] = sprint
        search.take(dict(enumerate(at)))


def _any_plan(search: Search) -> None:
    """No list schedule keeps every rule: branch and cut looks for any plan that does."""
    program = Program(search.horizon, search.stretches, search.whole())
    solved = program.solve(search.limits.left / 2, search.over)
    if solved.columns is not None:
        search.take(program.read(solved.columns))
