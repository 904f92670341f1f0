"""A sweep as variants: a key goes through its values, several keys through every combination."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from models.scenario import Scenario
from models.variants import MOST_VARIANTS, Sweep, Variant
from planner.errors import InputError
from planner.intake.cells import nearest
from planner.intake.source import DataPath
from planner.whatif.overlay import Place, overlay

ROOMS = ("team", "items", "policy", "calendar", "team_velocity")
PATHS = "team.NAME.KEY, items.ID.KEY, policy.KEY, calendar.KEY or team_velocity"


@dataclass(frozen=True)
class Point:
    """One combination of values and the scenario it makes."""

    name: str
    values: dict[str, Any]
    scenario: Scenario


@dataclass(frozen=True)
class _Fixed:
    """Whatever is wrong with a point stands where the sweep says what varies."""

    place: Place

    def find(self, _: DataPath, *, key: bool) -> tuple[int, int]:  # noqa: ARG002  (the protocol's name)
        return self.place.source.positions.find(self.place.path, key=False)


def points(base: Scenario, sweep: Sweep, place: Place) -> list[Point]:
    """Lay every combination of a sweep's values over the base.

    Raises
    ------
    InputError
        If a path leads nowhere, a value does not fit there, or there are too many combinations.
    """
    combinations = 1
    for values in sweep.vary.values():
        combinations *= len(values)
    if combinations > MOST_VARIANTS:
        cause = f"sweep {sweep.name!r} has {combinations:,} combinations"
        raise InputError(str(place), cause, f"At most {MOST_VARIANTS:,}; vary fewer keys or values")
    return list(_points(base, sweep, place))


def _points(base: Scenario, sweep: Sweep, place: Place) -> Iterator[Point]:
    vary = place.below("vary")
    for combination in itertools.product(*sweep.vary.values()):
        values = dict(zip(sweep.vary, combination, strict=True))
        name = ", ".join(_said(path, value, alone=len(values) == 1) for path, value in values.items())
        changes: dict[str, Any] = {"name": name}
        for path, value in values.items():
            _set(changes, path, value, vary.below(path))
        here = vary.below(next(iter(values))) if len(values) == 1 else vary
        fixed = Place(replace(place.source, data=changes, positions=_Fixed(here)), ())
        try:
            yield Point(name, values, overlay(base, Variant.model_validate(changes), fixed))
        except InputError as error:
            cause = error.cause.replace("variant", f"sweep {sweep.name!r}, point", 1)
            raise InputError(error.place, cause, error.remedy) from None


def _said(path: str, value: Any, *, alone: bool) -> str:
    shown = str(value) if not isinstance(value, (dict, list)) else repr(value)
    return shown if alone else f"{path.rpartition('.')[2] or path} {shown}"


def _set(changes: dict[str, Any], path: str, value: Any, place: Place) -> None:
    """Write one value into the variant, where the path says."""
    room, _, rest = path.partition(".")
    name, _, key = rest.rpartition(".")
    if room == "team_velocity" and not rest:
        changes[room] = value
    elif room in ("policy", "calendar") and rest and not name:
        changes.setdefault(room, {})[rest] = value
    elif room in ("team", "items") and name and key:
        own = "name" if room == "team" else "id"
        entries = changes.setdefault(room, {"change": []})["change"]
        entry = next((entry for entry in entries if entry[own] == name), None)
        if entry is None:
            entry = {own: name}
            entries.append(entry)
        entry[key] = value
    else:
        meant = nearest(room, ROOMS)
        remedy = f"Did you mean {meant!r}? " if meant and meant != room else ""
        raise InputError(str(place), f"a sweep cannot vary {path!r}", f"{remedy}Write {PATHS}")
