"""Names in pins: every item, task and specialist they speak of must exist (design.md section 7)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from models.item import Item
from models.scenario import Pin, Scenario
from planner.errors import InputError
from planner.team import expand
from planner.work import is_milestone, task_index


def check_references(scenario: Scenario) -> None:
    """Refuse a pin that names an item, a task or a specialist that does not exist.

    A pin on an item that is done, in the backlog or only under ``done``, asks nothing and stands.

    Raises
    ------
    InputError
        With the pin, the name, and the nearest name that exists.
    """
    items = {item.id: item for item in scenario.backlog}
    people = [person.name for person in expand(scenario.team)]
    for number, pin in enumerate(scenario.pins, start=1):
        place = f"pins.{number}"
        if pin.item not in items:
            if pin.item not in scenario.done:
                raise InputError(place, f"there is no item {pin.item!r}", _nearest(pin.item, items))
            continue
        _check_task(place, pin, items[pin.item])
        for name in filter(None, (pin.specialist, pin.not_specialist)):
            if name not in people:
                raise InputError(place, f"there is no specialist {name!r}", _nearest_person(name, people))


def _check_task(place: str, pin: Pin, item: Item) -> None:
    if pin.task is None:
        return
    if is_milestone(item):
        raise InputError(place, f"the milestone {item.id!r} has no tasks", "Leave `task` out")
    try:
        task_index(item, pin.task)
    except InputError as error:
        raise InputError(place, f"item {item.id!r}: {error.cause}", error.remedy) from None


def _nearest_person(name: str, people: list[str]) -> str:
    """``Writer`` with a count is ``Writer 1``, ``Writer 2``, ... in pins."""
    copies = [person for person in people if person.rpartition(" ")[0] == name]
    return f"Name one of its copies, such as {copies[0]!r}" if copies else _nearest(name, people)


def _nearest(name: str, known: Iterable[str]) -> str:
    by_lower = {other.casefold(): other for other in sorted(known, reverse=True)}
    found = get_close_matches(name.casefold(), sorted(by_lower), n=1)
    return f"Did you mean {by_lower[found[0]]!r}?" if found else "Correct the name or take the pin out"
