"""Everything that is worked out of a scenario before anything is solved."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from models.scenario import Scenario
from models.team import Specialist
from planner import scoring, translate, work
from planner.clock import Clock, with_start
from planner.graph import ItemGraph
from planner.instance import Instance
from planner.references import check_references
from planner.scoring import Scores, named
from planner.team import expand


@dataclass(frozen=True)
class Prepared:
    """A scenario with its start known, and what follows from it.

    Attributes
    ----------
    items
        What is not done, in the order of the file; ``open`` has them by id.
    people
        Specialists, copies one by one, in the order of the team.
    notes
        What a reader of the plan must know about how the scenario was read.
    """

    scenario: Scenario
    clock: Clock
    items: tuple[work.OpenItem, ...]
    graph: ItemGraph
    scores: Scores
    instance: Instance
    people: tuple[Specialist, ...]
    done: frozenset[str]
    notes: tuple[str, ...]

    @cached_property
    def open(self) -> Mapping[str, work.OpenItem]:
        """Open items by id."""
        return {entry.item.id: entry for entry in self.items}


def prepare(scenario: Scenario, fits: Callable[[Instance], bool]) -> Prepared:
    """Read a scenario as far as it goes without solving it.

    Parameters
    ----------
    scenario
        Validated by its model; names it refers to are checked here.
    fits
        Whether an instance has any plan: asked for each item in progress, alone, whether its assignee can keep it.

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
    alone = translate.kept_alone(scenario, graph, scores)
    reassign = frozenset(id_ for id_, instance in alone if id_ in instance.excluded or not fits(instance))
    instance = translate.build(scenario, graph, scores, reassign=reassign)
    return Prepared(
        scenario=scenario,
        clock=Clock.of(scenario.calendar),
        items=items,
        graph=graph,
        scores=scores,
        instance=instance,
        people=tuple(expand(scenario.team)),
        done=work.done_ids(scenario),
        notes=(*scores.notes, *assignee_notes(scenario, items, reassign.difference(instance.excluded))),
    )


def assignee_notes(scenario: Scenario, items: tuple[work.OpenItem, ...], reassign: frozenset[str]) -> list[str]:
    """Say which work in progress its assignee could not keep."""
    team = {person.name for person in expand(scenario.team)}
    started_items = [entry.item for entry in items if entry.item.status == "in-progress" and entry.item.assignee]
    gone = [item.id for item in started_items if item.assignee not in team]
    notes = []
    if gone:
        notes.append(f"The assignee of work in progress is not in the team, so anyone may do it: {named(gone)}.")
    late = sorted(reassign)
    if late:
        notes.append(
            "The assignee of work in progress could not finish it in time even alone, so anyone may do it: "
            f"{named(late)}."
        )
    return notes
