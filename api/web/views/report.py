"""What the import that made a sprint guessed, and what it did not use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.web.document import Document
from api.web.edits import Said


def context(document: Document, _query: Mapping[str, str]) -> Mapping[str, Any]:
    """The report, as the first version keeps it; None for what was not imported."""
    said = Said.read(document.versions[-1].what)
    return {"report": said.given if said is not None and offered(document) else None}


def offered(document: Document) -> bool:
    """Whether the sprint was made from an export."""
    said = Said.read(document.versions[-1].what)
    return said is not None and said.name == "import"
