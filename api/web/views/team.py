"""Who is here: skills, hours, working days, time off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.web.document import Document
from models.base import WEEKDAYS


def context(document: Document, _query: Mapping[str, str]) -> Mapping[str, Any]:
    """What the table of people needs."""
    scenario, plan = document.scenario, document.plan
    asked = sorted(
        {task.skill for item in scenario.backlog for task in item.work or () if task.skill}
        | {item.skill for item in scenario.backlog if item.skill}
    )
    weekend = set(scenario.calendar.weekend)
    return {
        "team": scenario.team,
        "used": {row.specialist: row for row in plan.capacity if row.sprint == 1} if plan else {},
        "weekdays": [day for day in WEEKDAYS if day not in weekend],
        "skills": asked,
        "missing": [skill for skill in asked if not any(skill in person.skills for person in scenario.team)],
    }
