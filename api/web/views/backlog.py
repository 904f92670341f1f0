"""The backlog as a table: look for something, change it where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.web.document import Document
from models.item import Item

STATUSES = ("todo", "in-progress", "done")


def context(document: Document, _query: Mapping[str, str]) -> Mapping[str, Any]:
    """What the table needs."""
    scenario, plan = document.scenario, document.plan
    planned = {item.id: item for item in plan.selected} if plan else {}
    out = {item.id: item for item in plan.left_out} if plan else {}
    return {
        "items": scenario.backlog,
        "planned": planned,
        "out": out,
        "pins": {pin.item for pin in scenario.pins},
        "efforts": {item.id: effort(item) for item in scenario.backlog},
        "types": sorted({item.type for item in scenario.backlog if item.type}),
        "themes": sorted({item.theme for item in scenario.backlog if item.theme}),
        "statuses": STATUSES,
        "shared": any(item.value is not None for item in scenario.backlog),
    }


def effort(item: Item) -> float | None:
    """Total effort as written; None where some of it is to be guessed."""
    if item.milestone or item.work == ():
        return 0.0
    efforts = [task.effort for task in item.work] if item.work else [item.effort]
    given = [one for one in efforts if one is not None]
    return round(sum(given), 2) if len(given) == len(efforts) else None
