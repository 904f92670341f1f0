"""YAML 1.2 to plain data, straight from the parser's events: no aliases, tags or second documents, limited depth.

Events rather than ruamel's own loaders: they cost less, every value keeps its position, and an alias is refused where
it stands instead of being unfolded (a few lines of them can stand for more data than fits into memory).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from planner.errors import InputError
from planner.intake.source import DataPath, Source

MAX_DEPTH = 40
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_CONSTANTS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9]\d*)|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.\d+|(?:0|[1-9]\d*)(?:\.\d*)?)(?:[eE][-+]?\d+)?", re.ASCII)
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MAX_DIGITS = 40

# What the parser says, what that means, and what to do about it.
_PROBLEMS = (
    ("'\\t'", "a tab stands where only spaces may", "Indent with spaces"),
    ("cannot start any token", "a text begins with a sign that means something in YAML", "Put the text in quotes"),
    ("mapping values are not allowed", "a second colon in a line, or a wrong indentation", "Put the text in quotes"),
    ("could not find expected ':'", "this line is no `key: value`", "Write a colon and a space after the key"),
    ("expected ',' or ']'", "a list in [ ] is not closed, or a comma is missing", "Write [a, b]"),
    ("expected ',' or '}'", "a group in { } is not closed, or a comma is missing", "Write {key: value, key: value}"),
    ("found unexpected end of stream", "a quotation mark is never closed", "Close it"),
    ("unexpected end of stream", "the file ends in the middle of something", "Complete or delete the last lines"),
    ("escape", "a backslash in double quotes that means nothing", "Use single quotes, or write it twice"),
    ("expected <block end>", "the indentation does not fit the lines above", "Align it with its neighbours"),
    ("expected the node content", "a value is missing or begins with a forbidden sign", "Put texts in quotes"),
    ("expected alphabetic or numeric", "a text begins with * or &, which mean something in YAML", "Put it in quotes"),
    ("sequence entries are not allowed", "a list cannot begin here", "Begin it on a new line below its key"),
    ("expected '<document start>'", "this does not belong to what stands above", "Align it with the first line"),
    ("chomping or indentation", "a text begins with | or >, which mean something in YAML", "Put it in quotes"),
    ("comment or a line break", "a text begins with | or >, which mean something in YAML", "Put it in quotes"),
    ("expected ' '", "a text begins with ! or %, which mean something in YAML", "Put it in quotes"),
    ("expected '!'", "a text begins with ! or %, which mean something in YAML", "Put it in quotes"),
    ("expected URI", "a text begins with ! or %, which mean something in YAML", "Put it in quotes"),
    ("expected the alphabetic", "a text begins with * or &, which mean something in YAML", "Put it in quotes"),
)


class _Marks:
    """Positions of every value and key, by container: nothing is looked up unless there is an error."""

    def __init__(self) -> None:
        self.root: Any = None
        self.start: Any = None
        self.children: dict[int, dict[str | int, tuple[Any, Any]]] = {}

    def find(self, path: DataPath, *, key: bool) -> tuple[int, int]:
        data, mark = self.root, self.start
        for depth, part in enumerate(path, start=1):
            of_key, of_value = self.children[id(data)][part]
            mark = of_key if key and depth == len(path) else of_value
            data = data[part]
        return mark.line + 1, mark.column + 1


def parse_yaml(text: str, name: str) -> Source:
    """Turn YAML into a source.

    Raises
    ------
    InputError
        With line and column, in plain words.
    """
    builder = _Builder(YAML(typ="safe", pure=True).parse(text), name)
    try:
        return builder.document()
    except MarkedYAMLError as error:
        raise _in_words(error, name) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(f"{name}:{line}", "a control character", "Delete it") from None
    except (YAMLError, ValueError) as error:
        raise InputError(name, f"this is no YAML: {error}", "Compare it with the examples") from None


def _in_words(error: MarkedYAMLError, name: str) -> InputError:
    mark = error.problem_mark or error.context_mark
    place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
    problem = str(error.problem or error.context)
    for sign, cause, remedy in _PROBLEMS:
        if sign in problem:
            return InputError(place, cause, remedy)
    return InputError(place, f"this is no YAML: {problem}", "Compare it with the examples")


class _Builder:
    def __init__(self, events: Iterator[Any], name: str) -> None:
        self.events = events
        self.name = name
        self.marks = _Marks()

    def document(self) -> Source:
        count = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                count += 1
                if count > 1:
                    self.refuse(event, "a second document begins (---)", "Keep one document in a file")
            elif isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent)):
                self.marks.start = event.start_mark
                self.marks.root = self.value(event, 0)
        if self.marks.start is None:
            raise InputError(self.name, "the file has nothing but comments", "Write what it should hold")
        return Source(self.name, self.marks.root, self.marks)

    def value(self, event: Any, depth: int) -> Any:
        if isinstance(event, ScalarEvent):
            return self.scalar(event)
        if isinstance(event, AliasEvent):
            self.refuse(
                event,
                f"*{event.anchor} stands for another part of the file, which is not supported",
                "Write that part out; put a text that begins with * in quotes",
            )
        if event.tag is not None:
            self.refuse(event, "tags (!) are not supported", "Leave it out, or put the text in quotes")
        if depth == MAX_DEPTH:
            self.refuse(event, f"nested more than {MAX_DEPTH} levels deep", "No key needs that")
        return self.mapping(depth) if isinstance(event, MappingStartEvent) else self.sequence(depth)

    def sequence(self, depth: int) -> list[Any]:
        entries: list[Any] = []
        marks: dict[str | int, tuple[Any, Any]] = {}
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            marks[len(entries)] = (event.start_mark, event.start_mark)
            entries.append(self.value(event, depth + 1))
        self.marks.children[id(entries)] = marks
        return entries

    def mapping(self, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        marks: dict[str | int, tuple[Any, Any]] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            key = self.key(event)
            if key in marks:
                cause = f"the key {key!r} stands here and in line {marks[key][0].line + 1}"
                self.refuse(event, cause, "Keep one of them")
            content = next(self.events)
            marks[key] = (event.start_mark, content.start_mark)
            entries[key] = self.value(content, depth + 1)
        self.marks.children[id(entries)] = marks
        return entries

    def key(self, event: Any) -> str:
        """Keys are texts as written, whatever they look like: a skill may be called 3 or true."""
        if not isinstance(event, ScalarEvent):
            self.refuse(event, "a key is no plain text", "Put texts that begin with [, {, * or & in quotes")
        if event.value == "<<" and event.style is None:
            self.refuse(event, "merge keys (<<) are not supported", "Write the keys out")
        return str(event.value)

    def scalar(self, event: Any) -> Any:
        text = event.value
        if event.tag is not None and event.tag != "!":
            self.refuse(event, "tags (!) are not supported", "Leave it out, or put the text in quotes")
        return text if event.style or event.tag else resolved(text)

    def refuse(self, event: Any, cause: str, remedy: str) -> NoReturn:
        mark = event.start_mark
        raise InputError(f"{self.name}:{mark.line + 1}:{mark.column + 1}", cause, remedy)


def resolved(text: str) -> Any:
    """Tell numbers, truth values and nothing from texts (YAML 1.2); 007 is an id, no number.

    Numbers beyond all reason come back as infinity, which the models refuse by name.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text, 0) if len(text) <= _MAX_DIGITS else math.inf
    if _FLOAT.fullmatch(text):
        return float(text)
    if _ENDLESS.fullmatch(text):
        return math.nan if "n" in text.lower()[-3:-2] else math.inf
    return text
