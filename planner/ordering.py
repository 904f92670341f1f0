"""Orders, circles and shortcuts among named things that wait for each other; iterative, so depth is no limit."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

Link = tuple[str, int]  # name of what comes first, lag in ticks
REDUCTION_STEPS = 1_000_000  # a second or two; arcs left in beyond it cost the solver rows, never a plan


def arrivals(requires: Mapping[str, Collection[str]], any_of: Mapping[str, Collection[str] | None]) -> list[str]:
    """Order the items so that each comes after all it requires and after one of its alternatives.

    It comes after all its alternatives where that is possible; among free items the lowest id comes first. What can
    never be reached is missing: the order is the least set that carries itself.
    """
    waiting = {name: len(before) for name, before in requires.items()}
    open_options = {name: len(options) for name, options in any_of.items() if options is not None}
    followers: defaultdict[str, list[str]] = defaultdict(list)
    choosers: defaultdict[str, list[str]] = defaultdict(list)
    for name in requires:
        for before in requires[name]:
            followers[before].append(name)
        for option in any_of[name] or ():
            choosers[option].append(name)
    free = [name for name, count in waiting.items() if count == 0 and name not in open_options]
    heapq.heapify(free)
    half_free: list[str] = []
    begun: set[str] = set()
    placed: dict[str, None] = {}
    while free or half_free:
        arrived = heapq.heappop(free or half_free)
        if arrived in placed:
            continue
        placed[arrived] = None
        for name in followers.get(arrived, ()):
            waiting[name] -= 1
        for name in choosers.get(arrived, ()):
            open_options[name] -= 1
            begun.add(name)
        for name in (*followers.get(arrived, ()), *choosers.get(arrived, ())):
            if waiting[name] == 0 and not open_options.get(name):
                heapq.heappush(free, name)
            elif waiting[name] == 0 and name in begun:
                heapq.heappush(half_free, name)
    return list(placed)


def circle(requires: Mapping[str, Collection[str]], any_of: Mapping[str, Collection[str] | None]) -> list[str]:
    """Show a circle among items that can never arrive, each waiting for the next; the first is repeated at the end.

    Parameters
    ----------
    requires, any_of
        Of the items that :func:`arrivals` did not reach, all of them.
    """
    name = min(requires)
    path: list[str] = []
    place: dict[str, int] = {}
    while name not in place:
        place[name] = len(path)
        path.append(name)
        # Every stuck item requires a stuck one, or all its alternatives are stuck.
        required = [before for before in requires[name] if before in requires]
        name = min(required or [option for option in any_of[name] or () if option in requires])
    found = path[place[name] :]
    first = found.index(min(found))
    return [*found[first:], *found[: first + 1]]


def needs(name: str, wanted: str, requires: Mapping[str, Collection[str]], position: Mapping[str, int]) -> bool:
    """Whether an item requires another, directly or over others (itself always).

    Parameters
    ----------
    position
        Place of each item in an order in which what is required comes first.
    """
    seen = {name}
    pending = [name]
    while pending:
        current = pending.pop()
        if current == wanted:
            return True
        ahead = [before for before in requires[current] if position[before] >= position[wanted] and before not in seen]
        seen.update(ahead)
        pending.extend(ahead)
    return False


def reduced(requires: Mapping[str, tuple[Link, ...]], order: Sequence[str]) -> dict[str, tuple[Link, ...]]:
    """Leave out the arcs that a longer path implies: the same items are needed, after at least the same lag.

    Parameters
    ----------
    order
        All items, what is required first.
    """
    position = {name: index for index, name in enumerate(order)}
    budget = REDUCTION_STEPS
    kept: dict[str, tuple[Link, ...]] = {}
    for name in order:
        links = requires[name]
        if len(links) > 1 and budget > 0:
            detours, steps = _detours(links, requires, order, position, budget)
            budget -= steps
            links = tuple((before, lag) for before, lag in links if detours.get(before, -1) < lag)
        kept[name] = links
    return kept


def _detours(
    links: Sequence[Link],
    requires: Mapping[str, tuple[Link, ...]],
    order: Sequence[str],
    position: Mapping[str, int],
    budget: int,
) -> tuple[dict[str, int], int]:
    """Longest lag from earlier items over at least one item in between, and the steps it took to find."""
    reach = dict(links)
    detours: dict[str, int] = {}
    first = min(position[before] for before in reach)
    pending = [-position[before] for before in reach]
    heapq.heapify(pending)
    queued = set(reach)
    steps = 0
    while pending and steps < budget:
        # Later items come first, so the longest lag of what is taken is settled.
        between = order[-heapq.heappop(pending)]
        for before, lag in requires[between]:
            steps += 1
            if position[before] < first:
                continue
            detours[before] = max(detours.get(before, 0), reach[between] + lag)
            reach[before] = max(reach.get(before, 0), detours[before])
            if before not in queued:
                queued.add(before)
                heapq.heappush(pending, -position[before])
        steps += 1
    return detours, steps
