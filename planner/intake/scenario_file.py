"""A scenario file, with the backlog in it or in a file beside it, as a checked :class:`Scenario`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from models.item import Item
from models.scenario import Scenario
from planner.errors import InputError
from planner.intake.messages import refusal
from planner.intake.plan_file import load_plan
from planner.intake.rows import TABLE_SUFFIXES, read_rows
from planner.intake.source import SUFFIXES, DataPath, Source, read_source, value_at
from planner.intake.table_items import table_items

_ITEMS = TypeAdapter(tuple[Item, ...])


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario, and what in its files was not used."""

    scenario: Scenario
    notes: tuple[str, ...]


def load_scenario(path: Path) -> LoadedScenario:
    """Read a scenario file and the backlog it names.

    Raises
    ------
    InputError
        With place, cause and remedy, for the first thing that is wrong.
    """
    if path.suffix.lower() in TABLE_SUFFIXES and path.suffix.lower() != ".txt":
        cause = "this is a table, not a scenario"
        remedy = f"Name it in a scenario file: `backlog: {path.name}`; an export goes through `sprintplan import`"
        raise InputError(str(path), cause, remedy)
    source = read_source(path)
    if not isinstance(source.data, dict):
        cause = "a scenario consists of keys such as `team:` and `backlog:`, this file does not"
        raise InputError(source.where(()), cause, "Begin with `team:`")
    source = _with_baseline(source, path)
    backlog = source.data.get("backlog")
    if not isinstance(backlog, str):
        _refuse_twins(source, ("backlog",), backlog)
        return LoadedScenario(_validated(source, source.data), ())
    _validated(source, source.data | {"backlog": []})  # before a long table is read
    items, notes = _backlog_file(source, path.parent / backlog)
    return LoadedScenario(_validated(source, source.data | {"backlog": items}), notes)


def _with_baseline(source: Source, path: Path) -> Source:
    """Put the plan that `baseline` names in its place."""
    named = source.data.get("baseline")
    if not isinstance(named, str):
        return source
    plan_file = path.parent / named
    place = source.where(("baseline",))
    if not _exists(plan_file):
        raise InputError(place, f"there is no file {str(plan_file)!r}", _near_file(plan_file))
    return replace(source, data=source.data | {"baseline": load_plan(plan_file)})


def inline_scenario(source: Source) -> Scenario:
    """Check a scenario that was sent: it brings everything along, because a sender has no folder here.

    Raises
    ------
    InputError
        As :func:`load_scenario` does; also where a key names a file.
    """
    refuse_file(source, "scenario")
    if not isinstance(source.data, dict):
        cause = "a scenario consists of keys such as `team:` and `backlog:`, this does not"
        raise InputError(source.where(()), cause, "Begin with `team:`")
    for key in ("backlog", "baseline"):
        if key in source.data:
            refuse_file(part(source, (key,)), key)
    _refuse_twins(source, ("backlog",), source.data.get("backlog"))
    return _validated(source, source.data)


def refuse_file(source: Source, what: str) -> None:
    """Refuse the name of a file where somebody sends a request: who sends it has no folder here.

    Raises
    ------
    InputError
    """
    if isinstance(source.data, str):
        cause = f"{what} names a file, and no files are read for a request"
        raise InputError(source.where(()), cause, "Send what is in it instead")


def part(source: Source, path: DataPath) -> Source:
    """A part of a source, whose places still count from the whole."""
    return Source(source.name, value_at(source.data, path), _Below(source, path))


def _validated(source: Source, data: dict[str, Any]) -> Scenario:
    _refuse_twins(source, ("team",), data.get("team"))
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise refusal(error, source, Scenario) from None


def _refuse_twins(source: Source, path: DataPath, entries: Any) -> None:
    """Two items with one id, or two specialists with one name: the message shows both places."""
    if not isinstance(entries, list):
        return
    key = "name" if path == ("team",) else "id"
    first: dict[str, int] = {}
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get(key), (str, int)):
            continue
        name = str(entry[key]).strip()
        if name in first:
            line = source.line((*path, first[name], key))
            what = "specialist" if key == "name" else "id"
            cause = f"the {what} {name!r} is also in line {line}"
            raise InputError(source.where((*path, index, key)), cause, f"Give each its own {key}")
        first[name] = index


def _backlog_file(source: Source, path: Path) -> tuple[Sequence[Item], tuple[str, ...]]:
    place = source.where(("backlog",))
    suffix = path.suffix.lower()
    if suffix not in {*TABLE_SUFFIXES, *SUFFIXES}:
        remedy = "Save the backlog as csv, tsv, txt, xlsx, json or yaml"
        raise InputError(place, f"{path.name!r} is not a kind of file a backlog can be in", remedy)
    if not _exists(path):
        raise InputError(place, f"there is no file {str(path)!r}", _near_file(path))
    if suffix in TABLE_SUFFIXES:
        table = table_items(read_rows(path))
        return table.items, table.notes
    return _listed_items(read_source(path)), ()


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _near_file(path: Path) -> str:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.suffix in {*TABLE_SUFFIXES, *SUFFIXES})
    except (OSError, ValueError):
        return "The name counts from the scenario's folder"
    nearest = get_close_matches(path.name, names, n=1)
    return f"Did you mean {nearest[0]!r}?" if nearest else "The name counts from the scenario's folder"


def _listed_items(source: Source) -> tuple[Item, ...]:
    """Items of a json or yaml backlog: a list, or a list under ``backlog`` or ``items``."""
    path: DataPath = ()
    if isinstance(source.data, dict):
        keys = list(source.data)
        if len(keys) != 1 or keys[0] not in {"backlog", "items"}:
            cause = f"a backlog file holds a list of items, this one has the keys {', '.join(keys[:6])}"
            raise InputError(source.where(()), cause, "Write the list alone, or under `backlog:`")
        path = (keys[0],)
    entries = source.data[path[0]] if path else source.data
    if not isinstance(entries, list):
        raise InputError(source.where(path), "a list of items is wanted here", "Write `- id: ...` for each item")
    _refuse_twins(source, path, entries)
    try:
        return _ITEMS.validate_python(entries)
    except ValidationError as error:
        raise refusal(error, part(source, path), tuple[Item, ...]) from None


@dataclass(frozen=True)
class _Below:
    """Positions in a part of a file."""

    source: Source
    top: DataPath

    def find(self, path: DataPath, *, key: bool) -> tuple[int, int]:
        return self.source.positions.find((*self.top, *path), key=key)
