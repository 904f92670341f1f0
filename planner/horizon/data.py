"""The horizon in the solver's own numbers: pools of people, items with their sprints, benefits and work.

Sprints count from 0 here, effort and hours in hundredths. What can never enter is not here; see ``build``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.plan import Reason
from planner.clock import TICKS_PER_DAY
from planner.instance import ShareRule, Specialist

FINE = 100  # shares of effort are counted in hundredths of a hundredth


@dataclass(frozen=True)
class Pool:
    """Everybody who may do a piece of work: (specialist, proficiency)."""

    members: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class Piece:
    """The work that an item asks of one pool: tasks by their place in the item, with their effort.

    ``least`` is what it can come down to in a sprint to the tick, where each task's cost is rounded.
    """

    pool: int
    effort: int
    least: float
    tasks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Item:
    """An item that may enter some sprint.

    Attributes
    ----------
    sprints
        Sprints that can take it (of a `may_span` item: in which it can be finished), ascending; not empty.
    gain
        What it adds to value in each of `sprints`, against leaving it out; never rising.
    left_out
        Benefit if it is left out, at most 0.
    requires, any_of
        (item, least number of sprints later).
    cover
        Least number of sprints up to each of `sprints` in which its work lies; empty unless it may span.
    release, deadline
        Ticks of the horizon between which its work lies.
    least
        Least ticks from its start to its finish.
    """

    id: str
    milestone: bool
    pieces: tuple[Piece, ...]
    sprints: tuple[int, ...]
    gain: tuple[float, ...]
    value: Fraction
    late_cost: Fraction
    due_days: int
    left_out: float
    requires: tuple[tuple[int, int], ...]
    any_of: tuple[tuple[int, int], ...] | None
    must: bool
    effort: int
    carried: int
    cover: tuple[int, ...]
    release: int
    deadline: int
    least: int

    @property
    def spans(self) -> bool:
        """Whether it may lie in more than one sprint."""
        return bool(self.cover)


@dataclass(frozen=True)
class Horizon:
    """Everything the search needs to know of a roadmap.

    Attributes
    ----------
    ends
        Tick at which each sprint ends.
    limits
        Hundredths of each specialist (rows) in each sprint, after buffer.
    detailed
        So many sprints, from the first on, are scheduled to the tick afterwards.
    fixed_loss
        Benefit (at most 0) of open items that can never enter.
    grain
        Every total of value is a multiple of it; 0 where discounts leave none.
    followers
        Of each item, the items that depend on it (all or any).
    """

    ends: tuple[int, ...]
    specialists: tuple[Specialist, ...]
    rates: tuple[Fraction, ...]
    limits: NDArray[np.int64]
    pools: tuple[Pool, ...]
    items: tuple[Item, ...]
    exclusive: tuple[tuple[int, ...], ...]
    together: tuple[tuple[int, ...], ...]
    shares: tuple[ShareRule, ...]
    discount: Fraction
    detailed: int
    carries_over: bool
    fixed_loss: Fraction
    grain: Fraction
    excluded: Mapping[str, Reason]
    unmet: tuple[tuple[str, str], ...]

    @property
    def sprints(self) -> int:
        """Number of sprints."""
        return len(self.ends)

    def begin(self, sprint: int) -> int:
        """First tick of a sprint."""
        return self.ends[sprint - 1] if sprint else 0

    def work_sprints(self, item: Item) -> Sequence[int]:
        """Sprints in which work of an item may lie: of one that may span also before that in which it is finished."""
        if not item.spans:
            return item.sprints
        released = next(sprint for sprint, end in enumerate(self.ends) if end > item.release)
        to_capacity = range(max(self.detailed, released), item.sprints[-1] + 1)
        return (*(sprint for sprint in item.sprints if sprint < self.detailed), *to_capacity)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Index of each item by id."""
        return {item.id: index for index, item in enumerate(self.items)}

    @cached_property
    def capacity(self) -> tuple[int, ...]:
        """Hundredths of everybody together, by sprint."""
        return tuple(int(total) for total in self.limits.sum(axis=0))

    @cached_property
    def followers(self) -> tuple[tuple[int, ...], ...]:
        """Of each item, the items that depend on it."""
        found: list[list[int]] = [[] for _ in self.items]
        for index, item in enumerate(self.items):
            for before, _ in (*item.requires, *(item.any_of or ())):
                found[before].append(index)
        return tuple(map(tuple, found))

    @cached_property
    def groups(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """Of each item, the groups (exclusive and together) it is in."""
        found: list[list[tuple[int, ...]]] = [[] for _ in self.items]
        for group in (*self.exclusive, *self.together):
            for index in group:
                found[index].append(group)
        return tuple(map(tuple, found))

    @cached_property
    def discount_factors(self) -> tuple[Fraction, ...]:
        """What is left of a value in each sprint."""
        return tuple((1 - self.discount) ** sprint for sprint in range(self.sprints))

    def late_days(self, item: Item, sprint: int | None) -> int:
        """Working days after the due date, counted to the sprint's last; to the horizon's end where it is left out.

        In a sprint to the tick nobody knows yet: as few as there can be.
        """
        if sprint is not None and sprint < self.detailed:
            finish = max(self.begin(sprint), item.release) + item.least
            return max(0, -(-finish // TICKS_PER_DAY) - item.due_days)
        end = self.ends[-1] if sprint is None else self.ends[sprint]
        if sprint is not None and TICKS_PER_DAY * item.due_days > self.begin(sprint):
            return 0
        return max(0, end // TICKS_PER_DAY - item.due_days)

    def benefit(self, index: int, sprint: int | None) -> Fraction:
        """Value net of discount and due cost; of an item that is left out, its due cost."""
        item = self.items[index]
        worth = Fraction(0) if sprint is None else item.value * self.discount_factors[sprint]
        return worth - item.late_cost * self.late_days(item, sprint) if item.late_cost else worth
