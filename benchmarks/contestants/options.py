"""Who can do what: the part of the problem that two models are built from, without any presolve of ours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from benchmarks.schedule import Need, Workshop
from models.base import exact
from planner.work import OpenItem


class Option(NamedTuple):
    """A task done by one specialist: who, own ticks, hundredths of their capacity."""

    who: int
    duration: int
    cost: int


@dataclass(frozen=True)
class Candidate:
    """An item that somebody could do, with the options of each of its tasks.

    Attributes
    ----------
    value, late_cost
        Scaled to integers; the cost is per working day late.
    any_of
        None where nothing is asked.
    """

    work: OpenItem
    options: tuple[tuple[Option, ...], ...]
    value: int
    late_cost: int
    all_of: tuple[Need, ...]
    any_of: tuple[Need, ...] | None

    @property
    def first(self) -> list[int]:
        """Tasks that follow no other."""
        return [index for index, task in enumerate(self.work.tasks) if not task.after]


@dataclass(frozen=True)
class Problem:
    """What a model is built from.

    Attributes
    ----------
    scale
        Integers of the model per unit of value.
    lost
        Due cost (scaled) of the items that nobody can do: paid in every plan.
    """

    workshop: Workshop
    candidates: Mapping[str, Candidate]
    scale: int
    lost: int

    @classmethod
    def of(cls, workshop: Workshop) -> Problem:
        """List the options and leave out what nobody can do or what needs something nobody can do."""
        amounts = [exact(item.value or 0) for item in (work.item for work in workshop.works)]
        amounts += [exact(work.item.due.cost_per_day) for work in workshop.works if work.item.due]
        scale = math.lcm(*(amount.denominator for amount in amounts))
        every = {work.item.id: _candidate(workshop, work, scale) for work in workshop.works}
        possible = _supported({name: entry for name, entry in every.items() if all(entry.options)})
        lost = [every[name].work.item for name in every if name not in possible]
        cost = sum((workshop.due_cost(item, workshop.horizon) for item in lost), Fraction(0))
        return cls(workshop, possible, scale, int(scale * cost))

    def days_late_if_out(self, entry: Candidate) -> int:
        """Working days late that a left-out item pays for."""
        return self.workshop.days_late(entry.work.item, self.workshop.horizon)


def _candidate(workshop: Workshop, work: OpenItem, scale: int) -> Candidate:
    item = work.item
    room = workshop.finish_limit(item) - workshop.release(item)
    options = tuple(
        tuple(
            Option(who, person.duration(task), person.cost(task))
            for who, person in enumerate(workshop.people)
            if person.can(task)
            and person.cost(task) <= person.limit
            and person.duration(task) <= min(len(person.own), room - task.wait_ticks)
        )
        for task in work.tasks
    )
    some = workshop.any_of(item)
    return Candidate(
        work=work,
        options=options,
        value=int(scale * exact(item.value or 0)),
        late_cost=int(scale * exact(item.due.cost_per_day)) if item.due else 0,
        all_of=tuple(workshop.all_of(item)),
        any_of=None if some is None else tuple(some),
    )


def _supported(candidates: dict[str, Candidate]) -> dict[str, Candidate]:
    """Leave out items whose prerequisites are not there, until nothing changes."""
    while True:
        kept = {
            name: entry
            for name, entry in candidates.items()
            if all(need.item in candidates for need in entry.all_of)
            and (entry.any_of is None or any(need.item in candidates for need in entry.any_of))
        }
        if len(kept) == len(candidates):
            return kept
        candidates = kept
