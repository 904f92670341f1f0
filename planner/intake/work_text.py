"""The tasks of an item in one cell: ``draft: copywriting 8 > design 6 > legal 2 (after draft, wait 2 days)``.

A task is ``[id:] [skill] [effort] [(options)]``; ``>`` means that the next one comes after it. Options, by commas:
``after 1, draft`` or ``after none``, ``wait 2 days``, ``not by draft``, ``same as 1``. ``?`` is a task of which nothing
is known, ``none`` alone an item without work. Names with signs of this little language stand in quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from models.item import Task, TaskRef
from planner.intake.cells import CellError, entries, name, number, number_text, quoted, shown

_FORM = "Write the tasks as `copywriting 8 > design 6 > legal 2`"
_TOKEN = re.compile(r'"(?:[^"]|"")*"|\d+,\d+(?=[\s>(]|$)|[>():]|[^\s>():"]+|"')
_PLAIN = re.compile(r"[^\W\d][\w./&'-]*(?: [\w./&'-]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)?(?:h|hrs?|hours?|pts?|points?)", re.ASCII | re.IGNORECASE)
_OPTION = re.compile(r"(?P<kind>after|wait|not by|same as)\s+(?P<rest>.+)", re.DOTALL | re.IGNORECASE)
_WAIT = re.compile(r"(?P<days>\d{1,6}(?:\.\d{1,6})?)\s*(?:d|days?)?", re.IGNORECASE | re.ASCII)
_FIELDS = {"after": "after", "not by": "not_by", "same as": "same_as"}


def read_work(text: str) -> list[dict[str, object]]:
    """Read the tasks of a cell.

    Raises
    ------
    CellError
        If the cell is not written in the form above.
    """
    if text.casefold() == "none":
        return []
    return [_task(chunk) for chunk in _chunks(text)]


def _chunks(text: str) -> Iterator[str]:
    """Split at ``>`` outside of quotation marks."""
    for chunk in re.split(r'>(?=(?:[^"]*"[^"]*")*[^"]*$)', text):
        if not chunk.strip():
            raise CellError(f"a task is missing beside a `>` in {shown(text)}", _FORM)
        yield chunk.strip()


def _task(chunk: str) -> dict[str, object]:
    head, options = _split_options(chunk)
    tokens = _TOKEN.findall(head)
    if '"' in tokens or "(" in tokens or ")" in tokens:
        raise CellError(f"brackets or quotation marks do not match in {shown(chunk)}", _FORM)
    task: dict[str, object] = {}
    if ":" in tokens:
        colon = tokens.index(":")
        task["id"] = _joined(tokens[:colon], chunk)
        tokens = tokens[colon + 1 :]
    if tokens and _NUMBER.fullmatch(tokens[-1]):
        task["effort"] = number(tokens.pop())
    if any(_AMOUNT.fullmatch(token) for token in tokens):
        raise CellError(f"{shown(chunk)} has its effort in the wrong place or form", _FORM)
    if tokens and tokens != ["?"]:
        task["skill"] = _joined(tokens, chunk)
    if not task:
        return options if tokens or options else _refuse(chunk)
    return task | options


def _refuse(chunk: str) -> dict[str, object]:
    raise CellError(f"{shown(chunk)} is not a task", _FORM)


def _joined(tokens: Sequence[str], chunk: str) -> str:
    """A name: one in quotation marks, or plain words."""
    if len(tokens) == 1:
        return name(tokens[0])
    if not tokens or ":" in tokens or any(token.startswith('"') or _NUMBER.fullmatch(token) for token in tokens):
        raise CellError(f"{shown(chunk)} is not a task", _FORM)
    return " ".join(tokens)


def _split_options(chunk: str) -> tuple[str, dict[str, object]]:
    match = re.fullmatch(r'(?P<head>(?:[^"(]|"(?:[^"]|"")*")*)\((?P<options>.*)\)', chunk, re.DOTALL)
    if match is None:
        return chunk, {}
    options: dict[str, object] = {}
    refs: list[TaskRef] | None = None
    for entry in entries(match["options"], ","):
        option = _OPTION.fullmatch(entry)
        if option is None:
            if refs is None:
                raise CellError(f"{shown(entry)} is no option of a task", "Use after, wait, not by or same as")
            refs.append(_ref(entry))
        elif option["kind"].lower() == "wait":
            options["wait_days"], refs = _wait(option["rest"]), None
        else:
            none = option["rest"].casefold() == "none"
            refs = [] if none else [_ref(option["rest"])]
            options[_FIELDS[option["kind"].lower()]] = refs
    return match["head"], options


def _ref(text: str) -> TaskRef:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else name(text)


def _wait(text: str) -> float:
    match = _WAIT.fullmatch(text)
    if match is None:
        raise CellError(f"{shown(text)} is not a number of days", "Write (wait 2 days) or (wait 0.5 days)")
    return float(match["days"])


def work_text(tasks: Sequence[Task]) -> str:
    """Write tasks as :func:`read_work` reads them."""
    return " > ".join(map(_task_text, tasks)) if tasks else "none"


def _task_text(task: Task) -> str:
    words = [] if task.id is None else [f"{_name_text(task.id)}:"]
    words += [] if task.skill is None else [_name_text(task.skill)]
    words += [] if task.effort is None else [number_text(task.effort)]
    options = [*_refs_text("after", task.after)]
    options += [f"wait {number_text(task.wait_days)} days"] if task.wait_days else []
    options += [*_refs_text("not by", task.not_by or None), *_refs_text("same as", task.same_as or None)]
    text = " ".join(words) or "?"
    return f"{text} ({', '.join(options)})" if options else text


def _refs_text(kind: str, refs: tuple[TaskRef, ...] | None) -> list[str]:
    if refs is None:
        return []
    return [f"{kind} {', '.join(_ref_text(ref) for ref in refs) or 'none'}"]


def _ref_text(ref: TaskRef) -> str:
    return str(ref) if isinstance(ref, int) else _name_text(ref)


def _name_text(text: str) -> str:
    """Plain words stand as they are; a number at the end would be read as effort, a keyword as an option."""
    words = text.split(" ")
    plain = _PLAIN.fullmatch(text) and not any(map(_NUMBER.fullmatch, words)) and not _OPTION.match(text)
    return text if plain and text.casefold() != "none" else quoted(text)
