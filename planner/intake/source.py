"""A YAML or JSON file as plain data that knows where everything stands in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from planner.errors import InputError
from planner.intake.text import read_text

MAX_YAML_BYTES = 10_000_000  # a YAML parser needs seconds for each megabyte
MAX_JSON_BYTES = 100_000_000
SUFFIXES = (".yaml", ".yml", ".json")

DataPath: TypeAlias = tuple[str | int, ...]


class Positions(Protocol):
    """Where the parts of a file stand."""

    def find(self, path: DataPath, *, key: bool) -> tuple[int, int]:
        """Line and column (from 1) of the value at a path, or of its key."""
        ...


@dataclass(frozen=True)
class Source:
    """What a file says.

    Attributes
    ----------
    name
        The file, for messages.
    data
        Dicts with text keys, lists, texts, numbers, booleans and None. Dates are texts still.
    """

    name: str
    data: Any
    positions: Positions

    def where(self, path: DataPath, *, key: bool = False) -> str:
        """Place of a value (or its key) for a message: ``scenario.yaml:12:5``."""
        line, column = self.positions.find(path, key=key)
        return f"{self.name}:{line}:{column}"

    def line(self, path: DataPath) -> int:
        """Line of a value."""
        return self.positions.find(path, key=False)[0]


def read_source(path: Path) -> Source:
    """Read a YAML or JSON file.

    Raises
    ------
    InputError
        If the file is missing, too large, no text, or breaks the rules of YAML and JSON.
    """
    from planner.intake.json_source import looks_like_json, parse_json
    from planner.intake.yaml_source import parse_yaml

    text = read_text(path, MAX_JSON_BYTES)
    name = str(path)
    if not text.strip():
        raise InputError(name, "the file is empty", "Write what it should hold, or name another file")
    if path.suffix.lower() == ".json" or looks_like_json(text):
        return parse_json(text, name)
    if len(text) > MAX_YAML_BYTES:
        cause = f"a YAML file may have {MAX_YAML_BYTES // 1_000_000} MB"
        raise InputError(name, cause, "Move the backlog to a csv or json file and name it under `backlog`")
    return parse_yaml(text, name)


def follow(data: Any, parts: Sequence[str | int]) -> DataPath:
    """Keep those parts of a path that exist in the data; names of types and keys that are missing drop out."""
    path: list[str | int] = []
    for part in parts:
        if isinstance(data, dict):
            there = part in data
        else:
            there = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if there:
            path.append(part)
            data = data[part]
    return tuple(path)


def value_at(data: Any, path: DataPath) -> Any:
    """Look a path up."""
    for part in path:
        data = data[part]
    return data
