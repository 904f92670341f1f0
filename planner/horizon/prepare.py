"""Everything that is worked out of a scenario of many sprints before anything is solved."""

from __future__ import annotations

from dataclasses import dataclass

from models.scenario import Scenario
from planner.baseline import Churn, churn_against
from planner.horizon.build import build
from planner.horizon.data import Horizon
from planner.prepare import Reading


@dataclass(frozen=True)
class Prepared(Reading):
    """A scenario that was read, as a horizon; ``notes`` is for the reader of the plan."""

    horizon: Horizon
    churn: Churn | None
    notes: tuple[str, ...]


def prepare(scenario: Scenario) -> Prepared:
    """Read a scenario as far as it goes without solving it.

    Raises
    ------
    InputError
        If something is named that does not exist, or things wait for each other in a circle.
    """
    reading = Reading.of(scenario)
    horizon, late = build(reading.scenario, reading.graph, reading.scores)
    return Prepared(
        **reading.parts(),
        horizon=horizon,
        churn=churn_against(reading.scenario, reading.clock, reading.open.keys()),
        notes=reading.warnings(late.difference(horizon.excluded)),
    )
