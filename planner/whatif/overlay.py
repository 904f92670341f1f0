"""Lay a variant over a scenario: the base never changes, and what does not fit is refused by the variant's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import ValidationError

from models.base import Model
from models.calendar import Calendar
from models.item import Item
from models.policy import Policy
from models.scenario import Scenario
from models.team import Specialist
from models.variants import ItemsOverlay, TeamOverlay, Variant
from planner.errors import InputError
from planner.intake.cells import nearest
from planner.intake.messages import refusal
from planner.intake.source import DataPath, Source

ADDED_TO = ("time_off", "busy")  # absences are told one after the other: a variant adds its own
ONE_TASK = ("effort", "skill")  # the short form of `work`: naming one form drops the other
Entry = TypeVar("Entry", bound=Model)


@dataclass(frozen=True)
class Place:
    """Where a variant stands: its file, and the path of its keys in it."""

    source: Source
    path: DataPath

    def below(self, *parts: str | int) -> Place:
        """Return the place of a part of it."""
        return Place(self.source, (*self.path, *parts))

    def find(self, path: DataPath, *, key: bool) -> tuple[int, int]:
        """Line and column of a part; of the whole where the part comes from the base."""
        full = (*self.path, *path)
        data = self.source.data
        for part in full:
            known = part in data if isinstance(data, dict) else isinstance(data, list) and isinstance(part, int)
            if not known:
                return self.source.positions.find(self.path, key=False)
            data = data[part]
        return self.source.positions.find(full, key=key)

    def __str__(self) -> str:
        return self.source.where(self.path)


def overlay(base: Scenario, variant: Variant, place: Place) -> Scenario:
    """Return the base with a variant laid over it.

    Parameters
    ----------
    place
        Where the variant stands, for messages.

    Raises
    ------
    InputError
        If it names what the base does not have, or the outcome is no valid scenario; the message names the variant.
    """
    try:
        return _laid_over(base, variant, place)
    except InputError as error:
        raise InputError(error.place, f"variant {variant.name!r}: {error.cause}", error.remedy) from None


def _laid_over(base: Scenario, variant: Variant, place: Place) -> Scenario:
    changed: dict[str, Any] = {}
    if variant.team is not None:
        changed["team"] = _team(base.team, variant.team, place.below("team"))
    if variant.items is not None:
        changed["backlog"] = _items(base.backlog, variant.items, place.below("items"))
    if variant.policy:
        changed["policy"] = _replaced(base.policy, variant.policy, Policy, place.below("policy"))
    if variant.calendar:
        changed["calendar"] = _replaced(base.calendar, variant.calendar, Calendar, place.below("calendar"))
    if variant.team_velocity is not None:
        changed["team_velocity"] = variant.team_velocity
    fields = {name: getattr(base, name) for name in base.model_fields_set} | changed
    try:
        return Scenario.model_validate(fields)
    except ValidationError as error:
        told = refusal(error, replace(place.source, data=fields, positions=place), Scenario)
        raise InputError(str(place), told.cause, told.remedy) from None


def _team(base: Sequence[Specialist], asked: TeamOverlay, place: Place) -> tuple[Specialist, ...]:
    def merged(person: Specialist, change: Mapping[str, Any]) -> dict[str, Any]:
        data = _written(person)
        for key, value in change.items():
            adds = key in ADDED_TO and isinstance(value, (list, tuple)) and value
            data[key] = [*data.get(key, ()), *value] if adds else value
        return data

    return _Named("specialist", "name", Specialist, merged).apply(base, asked, place)


def _items(base: Sequence[Item], asked: ItemsOverlay, place: Place) -> tuple[Item, ...]:
    def merged(item: Item, change: Mapping[str, Any]) -> dict[str, Any]:
        data = _written(item)
        if "work" in change:
            data = {key: value for key, value in data.items() if key not in ONE_TASK}
        elif any(key in change for key in ONE_TASK):
            data.pop("work", None)
        return data | dict(change)

    return _Named("item", "id", Item, merged).apply(base, asked, place)


@dataclass(frozen=True)
class _Named:
    """Entries of a list that are told apart by a key."""

    thing: str
    key: str
    model: type[Any]
    merged: Callable[[Any, Mapping[str, Any]], dict[str, Any]]

    def apply(self, base: Sequence[Any], asked: TeamOverlay | ItemsOverlay, place: Place) -> tuple[Any, ...]:
        """Take out, change and add; each name must be the base's own, or new."""
        entries = {getattr(entry, self.key): entry for entry in base}
        for index, name in enumerate(asked.remove):
            self._known(name, entries, place.below("remove", index))
            del entries[name]
        changed: set[str] = set()
        for index, change in enumerate(asked.change):
            here = place.below("change", index)
            name = self._name(change, here)
            if name in changed:
                raise InputError(str(here), f"the {self.thing} {name!r} is changed twice", "Put all its keys together")
            changed.add(name)
            self._known(name, entries, here)
            entries[name] = _validated(self.merged(entries[name], change), self.model, here)
        for index, entry in enumerate(asked.add):
            name = getattr(entry, self.key)
            if name in entries:
                cause = f"the {self.thing} {name!r} is there already"
                raise InputError(str(place.below("add", index)), cause, f"Give it another {self.key}, or use `change`")
            entries[name] = entry
        return tuple(entries.values())

    def _name(self, change: Mapping[str, Any], place: Place) -> str:
        name = change.get(self.key)
        if not isinstance(name, (str, int)) or isinstance(name, bool):
            raise InputError(str(place), f"a change has no `{self.key}`", f"Say which {self.thing} changes")
        return str(name).strip()

    def _known(self, name: str, entries: Mapping[str, Any], place: Place) -> None:
        if name not in entries:
            meant = nearest(name, entries)
            remedy = f"Did you mean {meant!r}?" if meant else f"Name a {self.thing} of the base"
            raise InputError(str(place), f"the base has no {self.thing} {name!r}", remedy)


def _replaced(base: Entry, change: Mapping[str, Any], model: type[Entry], place: Place) -> Entry:
    return _validated(_written(base) | dict(change), model, place)


def _written(entry: Model) -> dict[str, Any]:
    """What somebody wrote of an entry, without defaults."""
    return entry.model_dump(by_alias=True, exclude_unset=True)


def _validated(data: dict[str, Any], model: type[Entry], place: Place) -> Entry:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise refusal(error, replace(place.source, data=data, positions=place), model) from None
