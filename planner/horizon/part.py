"""The part of a roadmap that one program decides: what may change, and what stands still."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planner.horizon.data import Horizon, Item

Expression = list[tuple[int, float]]


@dataclass(frozen=True)
class Part:
    """What a program may change, and what stands still.

    Attributes
    ----------
    choices
        Of each free item the sprints it may be in, ascending; left out is possible unless it is in `needed`.
    needed
        Free items that have to be in.
    at
        Sprint of every item that is not free, None if it is out.
    sprints
        Blocks (first, last sprint) whose hours are watched; all others stay as they are.
    load
        Hundredths of each pool (rows) in each sprint that what stands still takes.
    carried
        Least hundredths of carried-over work in a sprint, where that has been settled.
    shortfall
        Most whole percent of all shortfalls together in the watched sprints, where that has been settled.
    """

    choices: Mapping[int, tuple[int, ...]]
    needed: frozenset[int]
    at: Sequence[int | None]
    sprints: tuple[tuple[int, int], ...]
    load: NDArray[np.float64]
    carried: Mapping[int, int] = field(default_factory=dict)
    shortfall: int | None = None


@dataclass(frozen=True)
class Wish:
    """Another objective than value, to be maximised: (item, sprint) to what being placed there is worth."""

    worth: Callable[[int, int], float]
    shortfall: float = 0.0


def whole_part(horizon: Horizon, blocks: Sequence[tuple[int, int]] | None = None) -> Part:
    """Everything free, sprints one by one or in blocks, of which an item takes the first sprint that can have it."""
    blocks = tuple(blocks) if blocks is not None else tuple((k, k) for k in range(horizon.sprints))
    choices = {index: _first_of_blocks(item, blocks) for index, item in enumerate(horizon.items)}
    return Part(
        choices=choices,
        needed=frozenset(index for index, item in enumerate(horizon.items) if item.must),
        at=[None] * len(horizon.items),
        sprints=blocks,
        load=np.zeros((len(horizon.pools), horizon.sprints)),
    )


def _first_of_blocks(item: Item, blocks: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    kept: list[int] = []
    place = 0
    for sprint in item.sprints:
        while blocks[place][1] < sprint:
            place += 1
        if not kept or kept[-1] < blocks[place][0]:
            kept.append(sprint)
    return tuple(kept)


def growing_blocks(horizon: Horizon, most_columns: int) -> tuple[tuple[int, int], ...]:
    """Sprints one by one at first, then ever more of them together, so that the program stays small enough."""
    wanted = max(4, most_columns // max(1, len(horizon.items)))
    if wanted >= horizon.sprints:
        return tuple((k, k) for k in range(horizon.sprints))
    growth = 1.0
    while True:
        found = _growing(horizon.sprints, wanted // 2, growth)
        if len(found) <= wanted:
            return found
        growth *= 1.05


def _growing(sprints: int, single: int, growth: float) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = [(k, k) for k in range(min(single, sprints))]
    length = 1.0
    while (first := found[-1][1] + 1 if found else 0) < sprints:
        length *= growth
        found.append((first, min(sprints - 1, first + max(1, round(length)) - 1)))
    return tuple(found)


def merged(terms: Expression) -> Expression:
    """Add up what stands in a row twice: an item that leaves one sprint of a block for the next."""
    factors: dict[int, float] = {}
    for column, factor in terms:
        factors[column] = factors.get(column, 0.0) + factor
    return [(column, factor) for column, factor in factors.items() if factor]
