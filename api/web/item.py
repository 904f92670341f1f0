"""One item in full: why it is in or out, who does its tasks when, and every choice a lead has about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.http.problems import ProblemError
from api.web.document import Document
from api.web.why import find
from models.item import Item
from models.scenario import Scenario
from planner.team import expand


def item_context(document: Document, id_: str) -> Mapping[str, Any]:
    """What the item's panel needs.

    Raises
    ------
    ProblemError
        If there is no such item.
    """
    item = next((one for one in document.scenario.backlog if one.id == id_), None)
    if item is None:
        raise ProblemError(404, "not-found", id_[:200], "there is no such item in the backlog", "Load the page again")
    plan = document.plan
    team = expand(document.scenario.team)
    skills = _skills(item)
    return {
        "item": item,
        "planned": next((one for one in plan.selected if one.id == id_), None) if plan else None,
        "out": next((one for one in plan.left_out if one.id == id_), None) if plan else None,
        "pins": [pin for pin in document.scenario.pins if pin.item == id_],
        "tasks": [
            {
                "id": key,
                "skill": skill,
                "able": [person.name for person in team if skill is None or skill in person.skills],
                "place": place if item.work else None,
                "effort": item.work[place].effort if item.work else item.effort,
            }
            for place, (key, skill) in enumerate(skills)
        ],
        "days": document.clock.days,
        "sprints": range(1, document.scenario.calendar.sprints + 1),
        "waiting": _waiting(document.scenario, item),
        "why": find(document, id_),
    }


def _skills(item: Item) -> list[tuple[str, str | None]]:
    """Tasks of an item by the names that plans and pins use, with their skills."""
    if item.milestone or item.work == ():
        return []
    if not item.work:
        return [("1", item.skill)]
    return [(task.id or str(place), task.skill) for place, task in enumerate(item.work, start=1)]


def _waiting(scenario: Scenario, item: Item) -> list[str]:
    """Items that wait for this one."""
    return [one.id for one in scenario.backlog if any(d.item == item.id for d in (*one.depends_on, *one.any_of))]
