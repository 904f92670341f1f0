"""Value against churn: what each point of churn saved costs at most, for one sprint or for many."""

from __future__ import annotations

import threading
from collections.abc import Callable

from models.scenario import Scenario
from planner.errors import InputError
from planner.pipeline import many_sprints
from planner.trade_off.course import Curve, Engine, Point, follow

__all__ = ["Curve", "Point", "trade_off"]


def trade_off(
    scenario: Scenario,
    cancel: threading.Event | None = None,
    on_point: Callable[[int], None] | None = None,
) -> Curve:
    """Work out the curve, most value first.

    Half of the scenario's time or work limit goes into the most valuable plan, the rest into the points. Set
    ``cancel`` to stop early with the points so far; ``on_point`` is told how many there are.

    Raises
    ------
    InputError
        Without a baseline.
    DefectError
        If the judge finds the plan of a point wrong.
    """
    if scenario.baseline is None:
        raise InputError("baseline", "there is nothing to compare with", "Name the last plan with --baseline")
    return follow(_engine(scenario, cancel), on_point)


def _engine(scenario: Scenario, cancel: threading.Event | None) -> Engine:
    if many_sprints(scenario):
        from planner.trade_off.roadmap import ManySprints

        return ManySprints(scenario, cancel)
    from planner.trade_off.sprint import OneSprint

    return OneSprint(scenario, cancel)
