"""What the search over a horizon hands on: sprints, times in the detailed sprints, shares in the others, and proofs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from planner.horizon.data import FINE, Horizon
from planner.horizon.shares import Share
from planner.solve.run import Status


@dataclass(frozen=True)
class Timed:
    """A task in a sprint to the tick: by whom and when, in ticks of the horizon; cost in hundredths."""

    specialist: int
    start: int
    finish: int
    cost: int


@dataclass(frozen=True)
class Detail:
    """A sprint to the tick: start and finish of its items, and their tasks by (item, place in the item)."""

    items: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    tasks: Mapping[tuple[int, int], Timed] = field(default_factory=dict)


@dataclass(frozen=True)
class Reached:
    """A term of the objective in people's units, and whether it is proven best."""

    term: str
    value: Fraction
    proven: bool


@dataclass(frozen=True)
class Roadmap:
    """A plan over many sprints.

    Attributes
    ----------
    at
        Sprint of every item, None if it is out; None altogether where there is no plan.
    details
        Of each detailed sprint.
    shares
        Of each sprint: who does how much of what (empty for detailed ones).
    bound
        Proven limit of value.
    """

    horizon: Horizon
    status: Status
    at: Sequence[int | None] | None = None
    details: Sequence[Detail] = ()
    shares: Sequence[Sequence[Share]] = ()
    bound: float | None = None
    best_value: Fraction | None = None
    terms: Sequence[Reached] = ()
    greedy: float | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def term(self, name: str) -> Fraction:
        """Value of a term of the objective, 0 where it is not asked for."""
        return next((one.value for one in self.terms if one.term == name), Fraction(0))

    def span(self, index: int) -> tuple[int, int] | None:
        """Start and finish ticks of an item in a detailed sprint."""
        for detail in self.details:
            if index in detail.items:
                return detail.items[index]
        return None

    def finish_day(self, index: int) -> int:
        """Whole working days until the item is finished: to capacity, the last of its sprint."""
        assert self.at is not None
        sprint = self.at[index]
        assert sprint is not None
        span = self.span(index)
        return -(-(span[1] if span else self.horizon.ends[sprint]) // 96)

    def benefit(self, index: int) -> Fraction:
        """Value net of discount and due cost; out, the due cost of staying out."""
        horizon = self.horizon
        sprint = self.at[index] if self.at is not None else None
        item, span = horizon.items[index], self.span(index)
        if span is None or sprint is None:
            return horizon.benefit(index, sprint)
        late = max(0, self.finish_day(index) - item.due_days)
        return item.value * horizon.discount_factors[sprint] - item.late_cost * late

    def value(self) -> Fraction:
        """Σ benefit of all items, in and out."""
        return sum(map(self.benefit, range(len(self.horizon.items))), self.horizon.fixed_loss)

    def loads(self) -> list[list[Fraction]]:
        """Hundredths asked of each specialist (rows) in each sprint."""
        horizon = self.horizon
        used = [[Fraction(0)] * horizon.sprints for _ in horizon.specialists]
        for sprint, detail in enumerate(self.details):
            for timed in detail.tasks.values():
                used[timed.specialist][sprint] += timed.cost
        for sprint, shares in enumerate(self.shares):
            for share in shares:
                used[share.specialist][sprint] += share.effort / level_of(horizon, share) / FINE
        return used


def level_of(horizon: Horizon, share: Share) -> Fraction:
    """Proficiency at which a share is done."""
    for piece in horizon.items[share.item].pieces:
        if any(task == share.task for task, _ in piece.tasks):
            return dict(horizon.pools[piece.pool].members)[share.specialist]
    raise LookupError(share)
