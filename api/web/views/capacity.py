"""How full everybody is, by day or sprint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.web.document import Document
from planner.report.figures import Load, Loads, loads
from planner.report.pictures.capacity import HEAT, heat


def context(document: Document, _query: Mapping[str, str]) -> Mapping[str, Any]:
    """What the heat map needs."""
    plan = document.plan
    assert plan is not None
    found = loads(plan, document.planned)
    return {
        "loads": found,
        "heat": heat,
        "levels": range(len(HEAT)),
        "whole_team": _whole_team(found),
        "totals_of": {name: _sum(row) for name, row in found.rows},
        "many": document.planned.calendar.sprints > 1,
    }


def _whole_team(found: Loads) -> list[Load]:
    return [_sum([row[place] for _, row in found.rows]) for place in range(len(found.periods))]


def _sum(parts: Any) -> Load:
    return Load(sum(load.planned for load in parts), sum(load.available for load in parts))
