"""What the models refuse, in plain words: where it stands, what is wrong, what to write instead."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from planner.errors import InputError
from planner.intake.cells import nearest, number_text, shown
from planner.intake.source import DataPath, Source, follow, value_at

Problem = Mapping[str, Any]
MANY_KEYS = 14


def refusal(error: ValidationError, source: Source, contract: Any) -> InputError:
    """Turn what a contract refuses into one message about the first thing in the file, and count the others.

    Parameters
    ----------
    error
        What Pydantic found.
    source
        The file it was read from.
    contract
        The model, or the type of a list of models, that was validated.
    """
    found = sorted(_told(error), key=lambda problem: _order(source.data, problem))
    first = found[0]
    cause, remedy = in_words(first, source.data, contract)
    places = {_place_path(source.data, problem) for problem in found} - {_place_path(source.data, first)}
    if first["type"] == "extra_forbidden":  # the key that is missing is the one that is misspelt
        parent = _place_path(source.data, first)[:-1]
        places -= {(*parent, key) for key in _keys(contract, parent) if remedy == _meant(key)}
    if places:
        more = f"And {len(places)} more {'error' if len(places) == 1 else 'errors'}"
        remedy = f"{remedy}{'' if remedy.endswith('?') else '.'} {more}" if remedy else more
    return InputError(_place(source, first), cause, remedy)


def _told(error: ValidationError) -> list[Problem]:
    """Leave out what only follows: a list counts as too short where its entries are wrong."""
    problems: list[Problem] = [dict(problem) for problem in error.errors(include_url=False)]
    inside = {problem["loc"][:end] for problem in problems for end in range(len(problem["loc"]))}
    return [problem for problem in problems if problem["type"] != "too_short" or problem["loc"] not in inside]


def in_words(problem: Problem, data: Any, contract: Any) -> tuple[str, str]:
    """Cause and remedy of one problem."""
    path = follow(data, problem["loc"])
    kind = problem["type"]
    if kind == "extra_forbidden":
        return _unknown_key(path, data, contract)
    if kind == "missing":
        return _missing(problem, path, data, contract)
    place = words(path, data)
    value = problem["input"]
    wanted = _WANTED.get(kind)
    if wanted is None:
        return _own_words(problem, place)
    cause = f"{place or 'the file'} is {described(value)}"
    remedy = wanted(problem, _field(contract, problem["loc"]))
    if kind == "string_type" and isinstance(value, (int, float)) and not isinstance(value, bool):
        remedy += "; put it in quotes"
    if kind in {"float_type", "int_type"} and isinstance(value, str) and value[:1].isdigit():
        remedy += ", without quotes or unit"
    if kind == "bool_type" and isinstance(value, str) and value.lower() in {"yes", "no", "on", "off"}:
        remedy = f"Write {'true' if value.lower() in {'yes', 'on'} else 'false'}"
    return cause, remedy


def words(path: DataPath, data: Any) -> str:
    """Write a path as people would: ``backlog.MKT-3.work.2.effort``, entries by name or counted from 1."""
    parts: list[str] = []
    for part in path:
        data = data[part]
        parts.append(_entry_name(data, part) if isinstance(part, int) else part)
    return ".".join(parts)


def _entry_name(entry: Any, index: int) -> str:
    keys = ("id", "name") if isinstance(entry, dict) else ()
    name = next((entry[key] for key in keys if isinstance(entry.get(key), (str, int)) and entry[key] != ""), index + 1)
    return str(name)[:40]


def described(value: Any) -> str:
    """Show a bad value."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite or far too large"
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    if isinstance(value, float):
        return number_text(value)
    return shown(value) if isinstance(value, str) else str(value)


# One sentence for each kind of refusal -------------------------------------------------------------------------------


def _example(field: FieldInfo | None) -> str:
    if field is None or not field.examples:
        return ""
    example = field.examples[0]
    if isinstance(example, list):
        return f", such as [{', '.join(map(str, example))}]"
    return "" if isinstance(example, dict) else f", such as {example}"


def _one_of(problem: Problem, _: FieldInfo | None) -> str:
    options = str(problem["ctx"]["expected"]).replace("'", "").replace("True", "true")
    value = problem["input"]
    known = options.replace(" or ", ", ").split(", ")
    meant = nearest(value, known) if isinstance(value, str) else None
    return f"Did you mean {meant!r}? It must be {options}" if meant else f"It must be {options}"


def _pattern(_: Problem, field: FieldInfo | None) -> str:
    return f"Write a code{_example(field).removeprefix(',')}"


def _limit(words: str, key: str) -> Callable[[Problem, FieldInfo | None], str]:
    return lambda problem, _: f"It must be {words} {_plain(problem['ctx'][key])}"


def _plain(limit: Any) -> str:
    return f"{limit:,.10g}" if isinstance(limit, float) else f"{limit:,}"


def _kind(words: str) -> Callable[[Problem, FieldInfo | None], str]:
    return lambda _, field: f"It must be {words}{_example(field)}"


def _size(words: str, key: str) -> Callable[[Problem, FieldInfo | None], str]:
    def sentence(problem: Problem, _: FieldInfo | None) -> str:
        unit = "characters" if isinstance(problem["input"], str) else "entries"
        limit = problem["ctx"][key]
        return "It must not be empty" if limit == 1 and words == "at least" else f"It may have {words} {limit:,} {unit}"

    return sentence


_WANTED: dict[str, Callable[[Problem, FieldInfo | None], str]] = {
    "literal_error": _one_of,
    "string_pattern_mismatch": _pattern,
    "bool_type": _kind("true or false"),
    "int_type": _kind("a whole number"),
    "int_parsing_size": _kind("a smaller number"),
    "float_type": _kind("a number"),
    "finite_number": _kind("a finite number"),
    "string_type": _kind("a text"),
    "date_type": _kind("a date"),
    "value_error": _kind(
        "a time such as 2027-03-01T09:00:00+00:00"
    ),  # what a moment is read by has no error of its own
    "timezone_aware": _kind("a time with its offset"),
    "datetime_type": _kind("a time"),
    "none_required": _kind("left out"),
    "tuple_type": _kind("a list"),
    "dict_type": _kind("a group of keys"),
    "model_type": _kind("a group of keys"),
    "greater_than": _limit("more than", "gt"),
    "greater_than_equal": _limit("at least", "ge"),
    "less_than": _limit("less than", "lt"),
    "less_than_equal": _limit("at most", "le"),
    "too_short": _size("at least", "min_length"),
    "string_too_short": _size("at least", "min_length"),
    "too_long": _size("at most", "max_length"),
    "string_too_long": _size("at most", "max_length"),
}


def _own_words(problem: Problem, place: str) -> tuple[str, str]:
    """Messages the models wrote themselves are plain already."""
    message = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    if isinstance(problem["input"], (str, int, float)) and problem["type"] != "not_yet":
        return f"{place or 'the file'} is {described(problem['input'])}", message[:1].upper() + message[1:]
    cause, _, remedy = message.partition("; ")
    if problem["type"] == "not_yet":
        remedy = remedy or "Leave it out"
    return f"{place}: {cause}" if place else cause, remedy[:1].upper() + remedy[1:]


def _missing(problem: Problem, path: DataPath, data: Any, contract: Any) -> tuple[str, str]:
    key = problem["loc"][-1]
    field = _field(contract, problem["loc"])
    place = words(path, data)
    meaning = f": {field.description[:1].lower()}{field.description[1:].split('.')[0]}" if _described(field) else ""
    return f"{place or 'the file'} has no `{key}`", f"Add `{key}`{meaning}{_example(field)}"


def _described(field: FieldInfo | None) -> typing.TypeGuard[Any]:
    return field is not None and bool(field.description)


def _meant(key: str) -> str:
    return f"Did you mean {key!r}?"


def _unknown_key(path: DataPath, data: Any, contract: Any) -> tuple[str, str]:
    key = str(path[-1])
    place = words(path[:-1], data)
    known = _keys(contract, path[:-1])
    cause = f"unknown key {shown(key)}" + (f" in {place}" if place else "")
    meant = nearest(key, known)
    if meant is not None:
        return cause, _meant(meant)
    if len(known) <= MANY_KEYS:
        return cause, f"Known keys: {', '.join(known)}"
    return cause, "Correct it or leave it out"


# Where it stands ------------------------------------------------------------------------------------------------------


def _place_path(data: Any, problem: Problem) -> DataPath:
    path = follow(data, problem["loc"])
    if not path and problem["type"] == "unit" and isinstance(data, dict):
        return next(((key,) for key in ("unit", "team_velocity", "team") if key in data), ())
    return (*path, problem["loc"][-1]) if problem["type"] == "missing" else path


def _place(source: Source, problem: Problem) -> str:
    path = _place_path(source.data, problem)
    if problem["type"] == "missing":
        return source.where(path[:-1])
    return source.where(path, key=problem["type"] in {"extra_forbidden", "not_yet"} and isinstance(path[-1], str))


def _order(data: Any, problem: Problem) -> tuple[float, ...]:
    """Order of the file; a key that is missing comes after the others: a wrong key may be the misspelt one."""
    order: list[float] = []
    for part in _place_path(data, problem):
        if isinstance(data, dict):
            order.append(list(data).index(part) if part in data else math.inf)
        elif isinstance(part, int):
            order.append(part)
        data = value_at(data, (part,)) if isinstance(data, list) or (data and part in data) else None
    return tuple(order)


# What the contract knows ----------------------------------------------------------------------------------------------


def _kinds(annotation: Any) -> Iterator[Any]:
    """Take unions and annotations apart."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _kinds(typing.get_args(annotation)[0])
    elif origin in {typing.Union, types.UnionType}:
        for option in typing.get_args(annotation):
            yield from _kinds(option)
    else:
        yield annotation


def _inner(kind: Any, part: str | int) -> Any:
    """Type of the part of a value that a key or index leads to."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = _by_key(kind).get(str(part))
        return field.annotation if field else None
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {tuple, list} and isinstance(part, int):
        return arguments[0]
    return arguments[1] if origin is dict else None


def _models(contract: Any, path: Sequence[str | int]) -> list[type[BaseModel]]:
    kinds = list(_kinds(contract))
    for part in path:
        inner = [_inner(kind, part) for kind in kinds]
        kinds = [kind for annotation in inner if annotation is not None for kind in _kinds(annotation)]
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _by_key(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _keys(contract: Any, path: DataPath) -> list[str]:
    """Keys that may stand at a path, those that are not supported yet aside."""
    fields = {key: field for model in _models(contract, path) for key, field in _by_key(model).items()}
    return [key for key, field in fields.items() if field.annotation is not type(None)]


def _field(contract: Any, loc: Sequence[str | int]) -> FieldInfo | None:
    """Find the field a problem is about: the last name in its place."""
    for end in range(len(loc), 0, -1):
        if isinstance(loc[end - 1], str):
            for model in _models(contract, loc[: end - 1]):
                if (field := _by_key(model).get(str(loc[end - 1]))) is not None:
                    return field
    return None
