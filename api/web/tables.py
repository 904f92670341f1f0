"""Changes of the backlog and of the team, as the tables send them: one cell, one row, one absence at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from api.web.edits import Data, Edit, Form, Said, item_of
from planner.errors import InputError

_LONG = 60  # letters of a text that the history shows


def _text(text: str) -> Any:
    return text


def _amount(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        raise InputError("cell", f"{text[:40]!r} is no number", "Write a number such as 6 or 2.5") from None
    return int(number) if number.is_integer() else number


def _flag(text: str) -> bool:
    return text in {"true", "on", "1"}


def _ids(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", text) if part.strip()]


def _skills(text: str) -> dict[str, float]:
    """``copywriting, seo 0.8`` as skills with proficiencies."""
    skills: dict[str, float] = {}
    for part in _ids(text):
        found = re.fullmatch(r"(.+?)[\s:]+(\d+(?:[.,]\d+)?)", part)
        name, proficiency = (found[1].strip(), _amount(found[2])) if found else (part, 1.0)
        skills[name] = float(proficiency)
    return skills


ITEM_CELLS: Mapping[str, Callable[[str], Any]] = {
    "title": _text,
    "value": _amount,
    "type": _text,
    "theme": _text,
    "effort": _amount,
    "skill": _text,
    "release": _text,
    "deadline": _text,
    "status": _text,
    "must": _flag,
    "depends_on": _ids,
}
PERSON_CELLS: Mapping[str, Callable[[str], Any]] = {
    "hours_per_day": _amount,
    "points_per_sprint": _amount,
    "count": _amount,
    "skills": _skills,
}


def item_cell(data: Data, form: Form) -> Said:
    """Change one cell of an item; an empty one takes the key away."""
    item, cell = item_of(data, form), form.get("cell", "")
    _set(item, cell, form.get("content", ""), ITEM_CELLS)
    if cell == "status" and item.get("status") != "in-progress":
        item.pop("remaining", None)
    return Said("item-cell", {"item": item["id"], "cell": cell, "content": form.get("content", "")[:_LONG]})


def task_cell(data: Data, form: Form) -> Said:
    """Change effort or skill of one task of an item."""
    item, place = item_of(data, form), form.get("place", "")
    work = item.get("work") or []
    if not place.isdecimal() or not 0 <= int(place) < len(work):
        raise InputError("task", "there is no such task", "Load the page again")
    cell = form.get("cell", "")
    _set(work[int(place)], cell, form.get("content", ""), {"effort": _amount, "skill": _text})
    return Said("item-cell", {"item": item["id"], "cell": cell, "content": form.get("content", "")[:_LONG]})


def _set(entry: Data, cell: str, content: str, cells: Mapping[str, Callable[[str], Any]]) -> None:
    if cell not in cells:
        raise InputError("cell", f"{cell[:40]!r} cannot be changed here", "Load the page again")
    if content.strip():
        entry[cell] = cells[cell](content.strip())
    else:
        entry.pop(cell, None)


def _days(text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise InputError("cell", f"{text[:40]!r} is no number of days", "Write a whole number such as 10")
    return int(text)


def _percent(text: str) -> float:
    return _amount(text.rstrip("% ")) / 100


SETTINGS: Mapping[str, tuple[str | None, str, Callable[[str], Any]]] = {
    "name": (None, "name", _text),
    "start": ("calendar", "start", _text),
    "sprint_days": ("calendar", "sprint_days", _days),
    "buffer": ("policy", "buffer", _percent),
    "time_limit": ("solver", "time_limit", _amount),
}


def setting(data: Data, form: Form) -> Said:
    """Change what holds for the whole sprint: its name, dates, buffer, and how long is searched."""
    cell, content = form.get("cell", ""), form.get("content", "").strip()
    if cell not in SETTINGS:
        raise InputError("cell", f"{cell[:40]!r} cannot be changed here", "Load the page again")
    part, key, read = SETTINGS[cell]
    entry = data if part is None else data.setdefault(part, {})
    if content:
        entry[key] = read(content)
    else:
        entry.pop(key, None)
    return Said("setting", {"cell": cell, "content": content[:_LONG]})


def add_item(data: Data, form: Form) -> Said:
    """Add an item at the end of the backlog."""
    entry: Data = {"id": form.get("id", "").strip()}
    for cell in ("title", "value", "effort", "skill", "type"):
        _set(entry, cell, form.get(cell, ""), ITEM_CELLS)
    data["backlog"].append(entry)
    return Said("add-item", {"item": entry["id"]})


def remove_item(data: Data, form: Form) -> Said:
    """Take an item out of the backlog, with the pins about it."""
    item = item_of(data, form)
    data["backlog"].remove(item)
    name = str(item["id"]).strip()
    data["pins"] = [pin for pin in data.get("pins", ()) if str(pin["item"]).strip() != name]
    return Said("remove-item", {"item": name})


def person_cell(data: Data, form: Form) -> Said:
    """Change one cell of a specialist."""
    person, cell = _person(data, form), form.get("cell", "")
    _set(person, cell, form.get("content", ""), PERSON_CELLS)
    return Said("person-cell", {"name": person["name"], "cell": cell, "content": form.get("content", "")[:_LONG]})


def workday(data: Data, form: Form) -> Said:
    """Change whether a specialist works on a day of the week."""
    person, day, there = _person(data, form), form.get("day", ""), _flag(form.get("content", ""))
    every = form.get("every", "").split()
    days = [one for one in every if (there if one == day else one in person.get("workdays", every))]
    person["workdays"] = days
    return Said("workday-on" if there else "workday-off", {"name": person["name"], "day": day})


def away(data: Data, form: Form) -> Said:
    """Add an absence: a day, half a day, or a run of days."""
    person, first, last = _person(data, form), form.get("from", "").strip(), form.get("to", "").strip()
    half = form.get("half", "")
    if not first:
        raise InputError("from", "no day was chosen", "Choose the first day away")
    entry: Data = {"from": first, "to": last} if last and last != first else {"date": first}
    if half and "date" in entry:
        entry["half"] = half
    person["time_off"] = [*person.get("time_off", ()), entry]
    return Said("away", {"name": person["name"], "from": first, "to": last or first})


def back(data: Data, form: Form) -> Said:
    """Take an absence away."""
    person, place = _person(data, form), form.get("place", "")
    entries = list(person.get("time_off", ()))
    if not place.isdecimal() or int(place) >= len(entries):
        raise InputError("time_off", "there is no such absence", "Load the page again")
    del entries[int(place)]
    person["time_off"] = entries
    return Said("back", {"name": person["name"]})


def add_person(data: Data, form: Form) -> Said:
    """Add a specialist."""
    entry: Data = {"name": form.get("name", "").strip()}
    for cell in PERSON_CELLS:
        _set(entry, cell, form.get(cell, ""), PERSON_CELLS)
    data["team"].append(entry)
    return Said("add-person", {"name": entry["name"]})


def remove_person(data: Data, form: Form) -> Said:
    """Take a specialist out of the team."""
    person = _person(data, form)
    data["team"].remove(person)
    return Said("remove-person", {"name": person["name"]})


def _person(data: Data, form: Form) -> Data:
    name = form.get("name", "").strip()
    for entry in data["team"]:
        if str(entry.get("name", "")).strip() == name:
            found: Data = entry
            return found
    raise InputError("name", f"there is nobody named {name!r}", "Load the page again")


TABLES: Mapping[str, Edit] = {
    "item-cell": item_cell,
    "task-cell": task_cell,
    "setting": setting,
    "add-item": add_item,
    "remove-item": remove_item,
    "person-cell": person_cell,
    "workday": workday,
    "away": away,
    "back": back,
    "add-person": add_person,
    "remove-person": remove_person,
}
