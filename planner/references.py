"""Names that must mean something: what pins speak of (design.md section 7, "unknown name in a pin")."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from models.scenario import Pin, Scenario
from planner import work
from planner.errors import InputError
from planner.team import expand


def check_references(scenario: Scenario) -> None:
    """Check that every item, task and specialist a pin names is there.

    Raises
    ------
    InputError
        With the pin's place in the list, the unknown name and the nearest known one.
    """
    items = {item.id: item for item in scenario.backlog}
    people = [person.name for person in expand(scenario.team)]
    for place, pin in enumerate(scenario.pins, 1):
        if pin.item not in items:
            raise _unknown(place, "item", pin.item, items)
        if pin.task is not None:
            _check_task(place, pin, scenario, work.written_tasks(items[pin.item]))
        for name in (pin.specialist, pin.not_specialist):
            if name is not None and name not in people:
                raise _unknown(place, "specialist", name, people)


def _check_task(place: int, pin: Pin, scenario: Scenario, tasks: tuple[object, ...]) -> None:
    item = next(item for item in scenario.backlog if item.id == pin.item)
    try:
        work.task_index(item, pin.task if pin.task is not None else 1)
    except InputError as error:
        known = error.remedy or f"{pin.item} has {len(tasks)} tasks"
        raise InputError(f"pins[{place}]", f"{pin.item}: {error.cause}", known) from None


def _unknown(place: int, kind: str, name: str, known: Iterable[str]) -> InputError:
    nearest = get_close_matches(name, sorted(known), n=1)
    remedy = f"Did you mean {nearest[0]!r}?" if nearest else f"Name {kind}s as the scenario does"
    return InputError(f"pins[{place}]", f"there is no {kind} {name!r}", remedy)
