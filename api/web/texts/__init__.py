"""What the page says, one file a language: copy ``en.toml`` to ``de.toml``, translate it, and it is offered."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FIRST = "en"  # what a translation lacks is said in English


@cache
def languages() -> tuple[str, ...]:
    """Every language there is a file for."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return the texts of a language, by dotted name."""
    own = _flat(tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")))
    return own if language == FIRST else {**texts(FIRST), **own}


def _flat(tree: Mapping[str, Any], above: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, entry in tree.items():
        flat |= _flat(entry, f"{above}{name}.") if isinstance(entry, dict) else {above + name: entry}
    return flat


def chosen(accepted: str) -> str:
    """Choose the first language of an Accept-Language header that there is; else English."""
    for part in accepted.split(",")[:20]:
        name = part.partition(";")[0].strip().partition("-")[0].lower()
        if name in languages():
            return name
    return FIRST
