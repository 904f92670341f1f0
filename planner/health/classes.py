"""Two maps of the backlog: value against effort, importance against urgency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Literal

from planner.prepare import Prepared
from planner.work import OpenItem

Quadrant = Literal["quick win", "major project", "fill-in", "thankless task"]
Urgency = Literal["do first", "schedule", "fit in", "leave"]
URGENT_SCORES = ("urgency", "time_criticality")


@dataclass(frozen=True)
class Classes:
    """The quadrant and the Eisenhower class of each open item that has work.

    High value is the median or more, high effort more than the median. Urgent is what is begun, what has a deadline or
    due date by the sprint's end, and what scores half of the scale or more in urgency or time criticality.
    """

    quadrants: Mapping[str, Quadrant]
    urgency: Mapping[str, Urgency]


def classes(prepared: Prepared) -> Classes:
    """Place every open item with work on both maps."""
    items = [entry for entry in prepared.items if not entry.milestone]
    values = prepared.scores.values
    middle_value = median([values[entry.item.id] for entry in items]) if items else 0
    middle_effort = median([entry.total_effort for entry in items]) if items else 0
    quadrants: dict[str, Quadrant] = {}
    urgency: dict[str, Urgency] = {}
    for entry in items:
        name = entry.item.id
        high, big = values[name] >= middle_value, entry.total_effort > middle_effort
        quadrants[name] = (
            ("major project" if big else "quick win") if high else ("thankless task" if big else "fill-in")
        )
        urgent = _urgent(prepared, entry)
        urgency[name] = ("do first" if urgent else "schedule") if high else ("fit in" if urgent else "leave")
    return Classes(quadrants, urgency)


def _urgent(prepared: Prepared, entry: OpenItem) -> bool:
    item, days = entry.item, prepared.clock.days
    dates = [item.deadline, item.due.date if item.due is not None else None]
    if item.status == "in-progress" or any(one is not None and days and one <= days[-1] for one in dates):
        return True
    half = prepared.scenario.policy.scale / 2
    return any(item.scores.get(score, 0) >= half for score in URGENT_SCORES)
