"""A search that begins anew with what another one has learnt: for a second plan of the same horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.horizon.search import Search

if TYPE_CHECKING:
    from planner.horizon.placement import Placement
    from planner.solve.limits import Limits


def begin_again(learnt: Search, best: Placement | None, limits: Limits) -> Search:
    """Take over bound, prices and what comes before value, but none of the sprints that are settled there."""
    again = Search(learnt.horizon, limits, _unheard)
    again.stretches, again.bound, again.best = learnt.stretches, learnt.bound, best
    again.carried, again.shortfall, again.kept = learnt.carried, learnt.shortfall, learnt.kept
    again.prices, again.wishes, again.merged = learnt.prices, learnt.wishes, learnt.merged
    again.margins = learnt.margins
    return again


def _unheard(_: float | None, __: float | None) -> None:
    """Value and bound of a second plan say nothing about the first one's."""
