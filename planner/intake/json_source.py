"""JSON to plain data; positions are only searched for once something is wrong."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from planner.errors import InputError
from planner.intake.source import DataPath, Source

_MAX_DIGITS = 40
_BLANKS = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
_PROBLEMS = {
    "Expecting value": ("a value is missing or begins with a forbidden sign", "Put texts in double quotes"),
    "Expecting property name enclosed in double quotes": ("a key is missing here", 'Write keys as "key"'),
    "Expecting ',' delimiter": ("a comma or a closing bracket is missing", "Write {...} and [...] with commas"),
    "Expecting ':' delimiter": ("a colon is missing after the key", 'Write "key": value'),
    "Unterminated string starting at": ("a quotation mark is never closed", "Close it"),
    "Invalid control character at": ("a line break or control character inside a text", "Write it as \\n"),
    "Invalid \\escape": ("a backslash that means nothing", "Write it twice"),
    "Invalid \\uXXXX escape": ("a \\u without four hexadecimal digits", "Complete it"),
    "Extra data": ("something follows after the end", "Keep one value in a file"),
}


class _TwiceError(Exception):
    """An object has a key twice."""


class _Text:
    """Positions in a JSON text that is known to be well formed."""

    def __init__(self, text: str) -> None:
        self.text = text

    def find(self, path: DataPath, *, key: bool) -> tuple[int, int]:
        at = named = _after_blanks(self.text, 0)
        for part in path:
            named, at = next((begin, value) for name, begin, value in _members(self.text, at) if name == part)
        return line_column(self.text, named if key else at)


def looks_like_json(text: str) -> bool:
    """Whether a text of unknown kind is JSON: flow-style YAML begins like it but breaks its rules."""
    if text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        return not isinstance(error, json.JSONDecodeError)
    return True


def parse_json(text: str, name: str) -> Source:
    """Turn JSON into a source.

    Raises
    ------
    InputError
        With line and column, in plain words.
    """
    try:
        data = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_endless)
    except json.JSONDecodeError as error:
        raise _in_words(error, text, name) from None
    except RecursionError:
        raise _too_deep(name) from None
    except _TwiceError:
        raise _refused_twice(text, name) from None
    return Source(name, data, _Text(text))


def _too_deep(name: str) -> InputError:
    return InputError(name, "nested hundreds of levels deep", "No key needs that")


def _in_words(error: json.JSONDecodeError, text: str, name: str) -> InputError:
    comma = _comma_too_many(text, error.pos)
    if comma is not None:
        line, column = line_column(text, comma)
        return InputError(f"{name}:{line}:{column}", "a comma too many", "Delete it")
    known = (told for sign, told in _PROBLEMS.items() if error.msg.startswith(sign))
    cause, remedy = next(known, ("this is no JSON", "Compare it with the examples"))
    return InputError(f"{name}:{error.lineno}:{error.colno}", cause, remedy)


def _comma_too_many(text: str, at: int) -> int | None:
    """Place of a comma before a closing bracket; which sign the parser stops at depends on its version."""
    comma = at if text[at : at + 1] == "," else len(text[:at].rstrip()) - 1
    closing = text[_after_blanks(text, comma + 1) :][:1]
    return comma if comma >= 0 and text[comma] == "," and closing in {"]", "}"} else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise _TwiceError
    return entries


def _integer(digits: str) -> float:
    return int(digits) if len(digits) <= _MAX_DIGITS else math.inf


def _endless(word: str) -> float:
    return math.nan if word == "NaN" else math.inf


def _refused_twice(text: str, name: str) -> InputError:
    try:
        json.loads(text, parse_int=_integer)
    except json.JSONDecodeError as error:  # further down, where the parser has not been yet
        return _in_words(error, text, name)
    except RecursionError:
        return _too_deep(name)
    waiting = [_after_blanks(text, 0)]
    while waiting:
        at = waiting.pop()
        if text[at] not in "{[":
            continue
        members = list(_members(text, at))
        counts = Counter(key for key, _, _ in members)
        places = [begin for key, begin, _ in members if counts[key] > 1]
        if places:
            key = next(key for key, begin, _ in members if begin == places[0])
            first, second = [begin for other, begin, _ in members if other == key][:2]
            line, column = line_column(text, second)
            cause = f"the key {key!r} stands here and in line {line_column(text, first)[0]}"
            return InputError(f"{name}:{line}:{column}", cause, "Keep one of them")
        waiting.extend(value for _, _, value in reversed(members))
    return InputError(name, "a key stands twice in one object", "Keep one of them")


def _members(text: str, at: int) -> Iterator[tuple[str | int, int, int]]:
    """Yield name (or index), where it begins and where its value begins, for an object or array."""
    is_object = text[at] == "{"
    at = _after_blanks(text, at + 1)
    index = 0
    while text[at] not in "}]":
        begin = at
        name: str | int = index
        if is_object:
            name, at = _DECODER.raw_decode(text, at)
            at = _after_blanks(text, _after_blanks(text, at) + 1)
        yield name, begin, at
        _, at = _DECODER.raw_decode(text, at)
        at = _after_blanks(text, at)
        if text[at] == ",":
            at = _after_blanks(text, at + 1)
        index += 1


def _after_blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def line_column(text: str, at: int) -> tuple[int, int]:
    """Line and column, both from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
