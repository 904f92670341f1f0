"""Everything that is worked out of a scenario before anything is solved."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

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
class Reading:
    """A scenario with its start known, and what follows from it alone.

    Attributes
    ----------
    items
        What is not done, in the order of the file; ``open`` has them by id.
    people
        Specialists, copies one by one, in the order of the team.
    """

    scenario: Scenario
    clock: Clock
    items: tuple[work.OpenItem, ...]
    graph: ItemGraph
    scores: Scores
    people: tuple[Specialist, ...]
    done: frozenset[str]

    @classmethod
    def of(cls, scenario: Scenario) -> Reading:
        """Read a scenario; raises InputError as :func:`prepare` does."""
        check_references(scenario)
        scenario = with_start(scenario, datetime.datetime.now(datetime.UTC))
        items = tuple(work.open_items(scenario))
        return cls(
            scenario=scenario,
            clock=Clock.of(scenario.calendar),
            items=items,
            graph=ItemGraph.of(scenario, items),
            scores=scoring.raw_values(scenario, items),
            people=tuple(expand(scenario.team)),
            done=work.done_ids(scenario),
        )

    @cached_property
    def open(self) -> Mapping[str, work.OpenItem]:
        """Open items by id."""
        return {entry.item.id: entry for entry in self.items}

    def parts(self) -> dict[str, Any]:
        """What was read, by name, for what is built on it."""
        return {one.name: getattr(self, one.name) for one in fields(Reading)}

    def warnings(self, reassign: frozenset[str]) -> tuple[str, ...]:
        """What a reader of the plan must know about how the scenario was read, and whose work was given away."""
        return (*self.scores.notes, *_assignee_notes(self, reassign))


@dataclass(frozen=True)
class Prepared(Reading):
    """A scenario that was read, as the solver's instance; ``notes`` is for the reader of the plan."""

    instance: Instance
    notes: tuple[str, ...]


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
    reading = Reading.of(scenario)
    scenario, graph, scores = reading.scenario, reading.graph, reading.scores
    alone = translate.kept_alone(scenario, graph, scores)
    reassign = frozenset(id_ for id_, instance in alone if id_ in instance.excluded or not fits(instance))
    instance = translate.build(scenario, graph, scores, reassign=reassign)
    notes = reading.warnings(reassign.difference(instance.excluded))
    return Prepared(**reading.parts(), instance=instance, notes=notes)


def _assignee_notes(reading: Reading, reassign: frozenset[str]) -> list[str]:
    """Say which work in progress its assignee could not keep."""
    team = {person.name for person in reading.people}
    started_items = [
        entry.item for entry in reading.items if entry.item.status == "in-progress" and entry.item.assignee
    ]
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
