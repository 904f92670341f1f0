"""Hints by INVEST (Wake 2003): independent, valuable, estimable, small, testable.

Whether an item is negotiable does not show in its fields, so nothing is said about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from planner.health.splitting import Part, split
from planner.prepare import Prepared
from planner.wording import number
from planner.work import OpenItem

Letter = Literal["independent", "valuable", "estimable", "small", "testable"]
MANY = 3  # an item that waits for so many open ones is hardly independent
MOST_SPLIT = 20  # items for which it is worked out where to cut: each takes some solves


@dataclass(frozen=True)
class Hint:
    """What an item lacks of INVEST; ``parts`` where it is too big, None where that was not worked out."""

    item: str
    letter: Letter
    text: str
    parts: tuple[Part, ...] | None = None


def hints(prepared: Prepared) -> tuple[Hint, ...]:
    """Look at every open item that has work, in the order of the file."""
    tested = any(entry.item.acceptance for entry in prepared.items)
    found = [hint for entry in prepared.items if not entry.milestone for hint in _hints(prepared, entry, tested)]
    cut = 0
    for place, hint in enumerate(found):
        if hint.letter == "small" and cut < MOST_SPLIT:
            cut += 1
            parts = split(prepared, prepared.open[hint.item])
            found[place] = Hint(hint.item, hint.letter, f"{hint.text} {_where(prepared, hint.item, parts)}", parts)
    return tuple(found)


def _hints(prepared: Prepared, entry: OpenItem, tested: bool) -> Iterator[Hint]:
    name = entry.item.id
    waits = len(prepared.graph.requires[name])
    if waits >= MANY:
        yield Hint(name, "independent", f"It waits for {waits} other items.")
    if prepared.scores.values[name] == 0:
        yield Hint(name, "valuable", "It has no value.")
    if entry.guessed:
        yield Hint(name, "estimable", "An estimate is missing.")
    reason = prepared.instance.excluded.get(name)
    if reason is not None and reason.code == "too-big":
        yield Hint(name, "small", "It is too big for any sprint.")
    if tested and not entry.item.acceptance:
        yield Hint(name, "testable", "It has no acceptance criteria.")


def _where(prepared: Prepared, name: str, parts: tuple[Part, ...]) -> str:
    """Say where to cut, and which task is too big by itself."""
    said = []
    if len(parts) > 1:
        said.append(f"Cut it into {len(parts)}: {' | '.join(', '.join(part.tasks) for part in parts)} (tasks).")
    for task in prepared.open[name].tasks:
        if any(part.tasks == (task.key,) and not part.fits for part in parts):
            effort = f"{number(float(task.effort))} {prepared.scenario.unit}"
            said.append(f"Task {task.key} ({effort}) is more than anybody can do in a sprint.")
    return " ".join(said)
