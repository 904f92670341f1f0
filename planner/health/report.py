"""The health of a backlog in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from planner.health.blocking import Blocking, blocking
from planner.health.classes import Classes, classes
from planner.health.duplicates import Pair, duplicates
from planner.health.invest import Hint, hints
from planner.health.readiness import Readiness, readiness
from planner.prepare import Prepared


@dataclass(frozen=True)
class Health:
    """What there is to say about a backlog as such.

    Attributes
    ----------
    outside
        Items that wait for something that is not in the backlog, and what: perhaps another team's.
    dependency_load
        Part of the open items that wait for another open one.
    """

    readiness: Readiness
    hints: tuple[Hint, ...]
    duplicates: tuple[Pair, ...]
    blocking: tuple[Blocking, ...]
    outside: Mapping[str, tuple[str, ...]]
    dependency_load: Fraction
    classes: Classes


def health(prepared: Prepared, pressure: Mapping[str | None, Fraction | None]) -> Health:
    """Look at a backlog.

    Parameters
    ----------
    pressure
        Of each skill, what is asked over what is there; None where nothing is there.
    """
    return Health(
        readiness=readiness(prepared),
        hints=hints(prepared),
        duplicates=duplicates(prepared.items),
        blocking=blocking(prepared, pressure),
        outside=_outside(prepared),
        dependency_load=prepared.graph.dependency_load,
        classes=classes(prepared),
    )


def _outside(prepared: Prepared) -> dict[str, tuple[str, ...]]:
    known = {item.id for item in prepared.scenario.backlog} | prepared.done
    asked = {
        entry.item.id: tuple(
            dict.fromkeys(one.item for one in (*entry.item.depends_on, *entry.item.any_of) if one.item not in known)
        )
        for entry in prepared.items
        if entry.item.status == "todo"
    }
    return {name: unknown for name, unknown in asked.items() if unknown}
