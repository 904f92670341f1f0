"""Everything that is worked out of a scenario of many sprints before anything is solved."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from models.scenario import Scenario
from models.team import Specialist
from planner import scoring, work
from planner.baseline import Churn, churn_against
from planner.clock import Clock, with_start
from planner.graph import ItemGraph
from planner.horizon.build import build
from planner.horizon.data import Horizon
from planner.prepare import assignee_notes
from planner.references import check_references
from planner.scoring import Scores
from planner.team import expand


@dataclass(frozen=True)
class Prepared:
    """A scenario with its start known, and what follows from it; as ``planner.prepare.Prepared``, over a horizon."""

    scenario: Scenario
    clock: Clock
    items: tuple[work.OpenItem, ...]
    graph: ItemGraph
    scores: Scores
    horizon: Horizon
    churn: Churn | None
    people: tuple[Specialist, ...]
    done: frozenset[str]
    notes: tuple[str, ...]

    @cached_property
    def open(self) -> Mapping[str, work.OpenItem]:
        """Open items by id."""
        return {entry.item.id: entry for entry in self.items}


def prepare(scenario: Scenario) -> Prepared:
    """Read a scenario as far as it goes without solving it.

    Raises
    ------
    InputError
        If something is named that does not exist, or things wait for each other in a circle.
    """
    check_references(scenario)
    scenario = with_start(scenario, datetime.datetime.now(datetime.UTC))
    items = tuple(work.open_items(scenario))
    graph = ItemGraph.of(scenario, items)
    scores = scoring.raw_values(scenario, items)
    horizon, late = build(scenario, graph, scores)
    return Prepared(
        scenario=scenario,
        clock=Clock.of(scenario.calendar),
        items=items,
        graph=graph,
        scores=scores,
        horizon=horizon,
        churn=churn_against(scenario, Clock.of(scenario.calendar), [entry.item.id for entry in items]),
        people=tuple(expand(scenario.team)),
        done=work.done_ids(scenario),
        notes=(*scores.notes, *assignee_notes(scenario, items, late.difference(horizon.excluded))),
    )
