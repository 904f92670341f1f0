"""What a person changes on the page, as changes of a scenario's data; what they did is said by name, for the history.

Each function changes the data it is given (a fresh copy) and returns a :class:`Said`. Whether the outcome is a scenario
is judged where all scenarios are: by ``planner.intake``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from planner.errors import InputError

Data: TypeAlias = dict[str, Any]
Form: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """A change by the name of its text, with what stands in its braces."""

    name: str
    given: Mapping[str, Any] = field(default_factory=dict)

    def written(self) -> str:
        """As the store keeps it."""
        return json.dumps({"said": self.name, **self.given}, ensure_ascii=False)

    @property
    def inner(self) -> Said | None:
        """The change that this one undoes or does again."""
        return Said.read(self.given.get("change"))

    @classmethod
    def read(cls, text: str | None) -> Said | None:
        """Read what the store kept."""
        if text is None:
            return None
        given = json.loads(text)
        return cls(given.pop("said"), given)


Edit: TypeAlias = Callable[[Data, Form], Said]


def keep(data: Data, form: Form) -> Said:
    """Keep an item in a sprint."""
    item, text = item_of(data, form)["id"], form.get("sprint", "1")
    if not text.isdecimal() or len(text) > 4:
        raise InputError("sprint", f"{text[:40]!r} is no sprint", "Choose one of the list")
    sprint = int(text)
    _without(data, item, _places_item)
    data["pins"].append({"item": item, "sprint": sprint})
    return Said("keep", {"item": item, "sprint": sprint})


def forbid(data: Data, form: Form) -> Said:
    """Leave an item out."""
    item = item_of(data, form)["id"]
    _without(data, item, lambda pin: _places_item(pin) or "start" in pin)
    data["pins"].append({"item": item, "out": True})
    return Said("forbid", {"item": item})


def release(data: Data, form: Form) -> Said:
    """Leave an item to the planner again."""
    item = item_of(data, form)["id"]
    _without(data, item, bool)
    return Said("release", {"item": item})


def place(data: Data, form: Form) -> Said:
    """Give a task to a specialist, a first day, or both."""
    item, task = item_of(data, form)["id"], form.get("task", "1")
    asked = {key: form[key].strip() for key in ("specialist", "start") if form.get(key, "").strip()}
    if not asked:
        raise InputError("specialist", "nothing was chosen", "Choose who does it, a day, or both")
    _without(data, item, lambda pin: "out" in pin)
    for pin in data["pins"]:
        if _names(pin, "item", item) and _names(pin, "task", task):
            for key in asked:
                pin.pop(key, None)
    _without(data, item, lambda pin: not set(pin) - {"item", "task"})
    data["pins"].append({"item": item, "task": task, **asked})
    name = "place" if len(asked) == 2 else "assign" if "specialist" in asked else "move"
    return Said(name, {"item": item, "task": task, **asked})


def item_of(data: Data, form: Form) -> Data:
    """Return the entry of the item that a form names.

    Raises
    ------
    InputError
    """
    id_ = form.get("item", "")
    for entry in data["backlog"]:
        if _names(entry, "id", id_):
            return cast(Data, entry)
    raise InputError("item", f"there is no item {id_!r}", "Load the page again")


def _names(entry: Data, key: str, name: str) -> bool:
    return str(entry.get(key, "")).strip() == name.strip()


def _places_item(pin: Data) -> bool:
    return "sprint" in pin or "out" in pin or ("start" in pin and "task" not in pin)


def _without(data: Data, item: str, gone: Callable[[Data], bool]) -> None:
    """Take those pins of an item away that are to go."""
    pins = data.get("pins", ())
    data["pins"] = [pin for pin in pins if not (_names(pin, "item", item) and gone(pin))]


PINNING: Mapping[str, Edit] = {"keep": keep, "forbid": forbid, "release": release, "place": place}
