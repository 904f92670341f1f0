"""Value against effort: quick wins, big bets, and what to think about twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from api.web.document import Document
from planner.report.figures import quadrants
from planner.report.pictures import quadrant


def context(document: Document, _query: Mapping[str, str]) -> Mapping[str, Any]:
    """What the picture and its table need."""
    plan = document.plan
    assert plan is not None
    found = quadrants(plan, document.planned)
    return {
        "picture": Markup(quadrant.text(plan, document.planned)),  # drawn by us, every text in it escaped
        "rows": sorted(found.items, key=lambda item: (-item.value / max(item.effort, 0.01), item.id)),
        "middle": found,
        "unit": "h" if plan.unit == "hours" else "pt",
    }
