"""What happened since the last plan, from a table: what is finished, what remains, who is away.

A row speaks of an item (``item``, ``status``, ``remaining``, ``assignee``) or of a person (``specialist``, ``from``,
``to``; without ``to`` one day).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.item import Item
from models.scenario import Scenario
from models.team import TimeOff
from planner.errors import InputError
from planner.intake import cells
from planner.intake.messages import in_words
from planner.intake.rows import Rows, read_rows

COLUMNS = ("item", "status", "remaining", "assignee", "specialist", "from", "to")


def with_progress(scenario: Scenario, path: Path) -> Scenario:
    """Return the scenario as things stand now.

    Raises
    ------
    InputError
        If the table cannot be read, or speaks of an item or a person that does not exist.
    """
    table = read_rows(path)
    places = _columns(table)
    items = {item.id: item for item in scenario.backlog}
    away: dict[str, list[TimeOff]] = {}
    people = {person.name for person in scenario.team}
    for row in table.rows:
        told = {name: row.cells[place] for name, place in places.items() if row.cells[place]}
        where = f"{table.name}, row {row.number}"
        if bool(told.get("item")) == bool(told.get("specialist")):
            raise InputError(where, "a row speaks of an item or of a specialist", "Fill one of the two columns")
        if "item" in told:
            _known(where, "item", told["item"], items)
            items[told["item"]] = _item_now(items[told["item"]], told, where)
        else:
            _known(where, "specialist", told["specialist"], people)
            away.setdefault(told["specialist"], []).append(_absence(told, where))
    team = tuple(
        person.model_copy(update={"time_off": (*person.time_off, *away.get(person.name, ()))})
        for person in scenario.team
    )
    return scenario.model_copy(update={"backlog": tuple(items[item.id] for item in scenario.backlog), "team": team})


def _columns(table: Rows) -> dict[str, int]:
    names = [name.casefold() for name in table.header]
    for name in names:
        if name and name not in COLUMNS:
            nearest = cells.nearest(name, COLUMNS)
            remedy = f"Did you mean {nearest!r}?" if nearest else f"Columns are {', '.join(COLUMNS)}"
            raise InputError(table.name, f"unknown column {name!r}", remedy)
    if "item" not in names and "specialist" not in names:
        raise InputError(table.name, "there is neither a column `item` nor `specialist`", "Add one of them")
    return {name: names.index(name) for name in COLUMNS if name in names}


def _known(where: str, what: str, name: str, known: Mapping[str, object] | set[str]) -> None:
    if name not in known:
        nearest = cells.nearest(name, known)
        remedy = f"Did you mean {nearest!r}?" if nearest else "Correct the name or take the row out"
        raise InputError(where, f"there is no {what} {name!r}", remedy)


def _item_now(item: Item, told: Mapping[str, str], where: str) -> Item:
    """A remaining effort without a status says that the item is in progress, or done where nothing is left."""
    change: dict[str, Any] = {}
    if "remaining" in told:
        change["remaining"] = _read(cells.number, told["remaining"], f"{where}, remaining")
        change["status"] = "in-progress" if change["remaining"] else "done"
    if "status" in told:
        change["status"] = _read(cells.status, told["status"], f"{where}, status")
    if change.get("status", "in-progress") != "in-progress":
        change["remaining"] = None
    if "assignee" in told:
        change["assignee"] = told["assignee"]
    if not change:
        raise InputError(where, f"the row says nothing about {item.id}", "Fill status or remaining, or take it out")
    fields = item.model_dump(exclude_unset=True, by_alias=True) | change
    try:
        return Item.model_validate(fields, strict=False)
    except ValidationError as error:
        cause, remedy = in_words(error.errors()[0], fields, Item)
        raise InputError(where, cause, remedy) from None


def _absence(told: Mapping[str, str], where: str) -> TimeOff:
    if "from" not in told:
        raise InputError(where, f"the row does not say when {told['specialist']} is away", "Fill `from`")
    first = _read(cells.date, told["from"], f"{where}, from")
    last = _read(cells.date, told["to"], f"{where}, to") if "to" in told else first
    if last < first:
        raise InputError(where, "`to` lies before `from`", "Swap them")
    return TimeOff.model_validate({"from": first, "to": last})


def _read(convert: Callable[[str], Any], text: str, where: str) -> Any:
    try:
        return convert(text)
    except cells.CellError as error:
        raise InputError(where, error.cause, error.remedy or "Correct the cell") from None
