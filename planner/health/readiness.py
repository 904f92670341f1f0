"""The definition of ready: what each item still lacks, and how complete the intake is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from planner.prepare import Prepared
from planner.work import READINESS, OpenItem

DEFINITION = (*READINESS, "estimate")


@dataclass(frozen=True)
class Readiness:
    """How ready the items are that are not begun and no milestones.

    Attributes
    ----------
    items
        How many are judged.
    completeness
        Part of all fields of the definition of ready that are filled (Intake Completeness).
    ready
        Part of the items that lack nothing, or are said to be ready (Ready-to-Work).
    missing
        What each other item lacks, in the order of the definition; `ready` alone where it is only said to be not ready.
    """

    items: int
    completeness: Fraction
    ready: Fraction
    missing: Mapping[str, tuple[str, ...]]


def readiness(prepared: Prepared) -> Readiness:
    """Judge the backlog by the whole definition of ready, whatever `ready_only` asks."""
    judged = [entry for entry in prepared.items if not entry.milestone and entry.item.status == "todo"]
    lacking = {entry.item.id: tuple(field for field in DEFINITION if not _has(entry, field)) for entry in judged}
    missing: dict[str, tuple[str, ...]] = {}
    for entry in judged:
        if entry.item.ready is False:
            missing[entry.item.id] = lacking[entry.item.id] or ("ready",)
        elif entry.item.ready is None and lacking[entry.item.id]:
            missing[entry.item.id] = lacking[entry.item.id]
    count = max(1, len(judged))
    empty = sum(len(fields) for fields in lacking.values())
    return Readiness(
        items=len(judged),
        completeness=1 - Fraction(empty, count * len(DEFINITION)),
        ready=Fraction(len(judged) - len(missing), count),
        missing=missing,
    )


def _has(entry: OpenItem, field: str) -> bool:
    if field == "estimate":
        return not entry.guessed
    return any(getattr(entry.item, field) or ())
