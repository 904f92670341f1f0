"""Everything a plan can be handed on as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.web.document import Document
from planner.report.forms import PICTURES
from planner.team import expand

FILES = ("xlsx", "html", "ics", "md", "csv", "jira-csv", "json")


def context(document: Document, _query: Mapping[str, str]) -> Mapping[str, Any]:
    """What can be had."""
    return {
        "files": FILES,
        "people": [person.name for person in expand(document.planned.team)],
        "pictures": (*PICTURES, "curve"),
    }
