"""What a change did to the plan: the value it costs or gains, who leaves, who comes in, and whether that is proven."""

from __future__ import annotations

from dataclasses import dataclass

from models.base import exact
from models.plan import Plan
from planner.whatif.changes import changes


@dataclass(frozen=True)
class Effect:
    """One plan after another.

    Attributes
    ----------
    value
        What the later plan is worth more; None where one of the two has no value.
    left, came, moved
        Ids that only the earlier plan has, only the later one, both but not alike.
    proven
        Both values are known to be the highest there are, so the difference is no accident of the search.
    """

    value: float | None
    left: tuple[str, ...]
    came: tuple[str, ...]
    moved: tuple[str, ...]
    proven: bool

    def without(self, id_: object) -> Effect:
        """Leave out what everybody expects: the item that the change was about."""
        left, came, moved = (tuple(one for one in ids if one != id_) for ids in (self.left, self.came, self.moved))
        return Effect(self.value, left, came, moved, self.proven)

    @classmethod
    def between(cls, earlier: Plan, later: Plan) -> Effect:
        """Compare two plans of one backlog."""
        changed = changes(earlier, later)
        value = None
        if earlier.value is not None and later.value is not None:
            value = float(exact(later.value) - exact(earlier.value))
        return cls(value, changed.dropped, changed.added, changed.moved, _highest(earlier) and _highest(later))


def _highest(plan: Plan) -> bool:
    return plan.value is not None and plan.value == plan.bound
