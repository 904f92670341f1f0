"""JSON exports: size limited, and read without ever trusting the shape of what is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn, TypeAlias

from planner.errors import InputError
from planner.intake.text import read_text

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
MAX_BYTES = 200_000_000
MAX_ENTRIES = 200_000


def read_json(path: Path) -> Json:
    """Read a JSON file of at most 200 MB.

    Raises
    ------
    InputError
        If it is missing, too large, no JSON, nested too deeply, or holds numbers that are none.
    """
    text = read_text(path, MAX_BYTES)
    try:
        content: Json = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}:{error.colno}"
        raise InputError(place, f"this is not JSON: {error.msg}", "Export the file again") from None
    except RecursionError:
        raise InputError(str(path), "the JSON is nested too deeply", "Export the file again") from None
    except ValueError as error:
        raise InputError(str(path), f"a number cannot be read: {error}", "Correct the file") from None
    return content


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


def text_of(entry: Json, *path: str) -> str:
    """Return the text or number at the end of a path of keys; empty where it leads nowhere."""
    for key in path:
        entry = entry.get(key) if isinstance(entry, dict) else None
    if isinstance(entry, str):
        return entry.strip()
    return str(entry) if isinstance(entry, (int, float)) and not isinstance(entry, bool) else ""


def entries_of(entry: Json, key: str) -> list[dict[str, Json]]:
    """Return the objects in the list under a key; empty where there is none."""
    found = entry.get(key) if isinstance(entry, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def texts_of(entry: Json, *keys: str) -> tuple[str, ...]:
    """Return the texts of a list, of strings or of objects with one of the keys, such as ``name``."""
    if not isinstance(entry, list):
        entry = [entry]
    found = (
        one if isinstance(one, str) else next(filter(None, (text_of(one, key) for key in keys)), "") for one in entry
    )
    return tuple(text.strip() for text in found if text.strip())
