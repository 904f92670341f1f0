"""What is finished when: a column a sprint, then quarters and epics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.web.document import Document
from planner.report import roadmap


def context(document: Document, _query: Mapping[str, str]) -> Mapping[str, Any]:
    """What the roadmap needs."""
    plan, scenario = document.plan, document.planned
    assert plan is not None
    periods = roadmap.sprints(scenario, plan)
    items = [[item for item in plan.selected if item.sprint == number] for number in range(1, len(periods) + 1)]
    many = len(periods) > 1
    return {
        "sprints": list(zip(periods, items, strict=True)),
        "themes": {item.id: item.theme for item in scenario.backlog},
        "quarters": roadmap.quarters(scenario, plan) if many else [],
        "epics": roadmap.epics(scenario, plan),
    }
