"""Links that people write into a description: "blocked by #12", "depends on WEB-7 and WEB-9", "tracked by #3"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REFERENCE = r"(?:https?://[^\s,;)\]>]+|[\w.-]+/[\w.-]+#\d+|#\d+|[A-Z][A-Z0-9_]+-\d+)"
_LIST = rf"(?P<refs>{_REFERENCE}(?:\s*(?:,|;|&|\band\b)\s*{_REFERENCE})*)"
_WAITS = re.compile(rf"\b(?:blocked by|depends on|waits for|waiting for|waiting on|requires)\b\s*:?\s*{_LIST}", re.I)
_HOLDS_UP = re.compile(rf"\b(?:blocks|blocking|required by|needed by)\b\s*:?\s*{_LIST}", re.I)
_TRACKED = re.compile(rf"\b(?:tracked by|part of|parent(?: issue)?)\b\s*:?\s*{_LIST}", re.I)
_EACH = re.compile(_REFERENCE, re.I)
_READ = 20_000  # characters of a description


@dataclass(frozen=True)
class TextLinks:
    """References in a text, by what they mean."""

    waits_for: tuple[str, ...]
    holds_up: tuple[str, ...]
    parent: str


def text_links(text: str) -> TextLinks:
    """Find the links in a description."""
    text = text[:_READ]
    tracked = _references(_TRACKED, text)
    return TextLinks(_references(_WAITS, text), _references(_HOLDS_UP, text), tracked[0] if tracked else "")


def references(text: str) -> tuple[str, ...]:
    """Return all references in a field that holds nothing else."""
    return tuple(dict.fromkeys(_EACH.findall(text[:_READ])))


def _references(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = (reference for match in pattern.finditer(text) for reference in _EACH.findall(match["refs"]))
    return tuple(dict.fromkeys(reference.rstrip(".") for reference in found))
