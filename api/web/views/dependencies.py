"""What waits for what: the graph in layers, the longest chain marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from api.web.document import Document
from planner.report.network import network
from planner.report.pictures import dependencies


def context(document: Document, _query: Mapping[str, str]) -> Mapping[str, Any]:
    """What the graph and its table need; the plan only where it is of this version."""
    plan = document.plan if document.current else None
    found = network(document.started, plan)
    return {
        "network": found,
        "picture": Markup(dependencies.text(plan, document.started)),  # drawn by us, every text in it escaped
        "chain": [node for node in sorted(found.nodes, key=lambda node: (node.layer, node.id)) if node.critical],
    }
