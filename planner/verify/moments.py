"""When things happen in a plan: tasks as it says, milestones as soon as what they depend on allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from planner.verify.demands import ticks_of

if TYPE_CHECKING:
    from models.plan import PlannedItem, PlannedTask
    from planner.verify.demands import Demand, Need
    from planner.verify.facts import Facts
    from planner.verify.people import Person


@dataclass(frozen=True)
class Placed:
    """A task of the plan that belongs to the item; person and ticks are None where they make no sense."""

    name: str
    need: Need
    task: PlannedTask
    person: Person | None
    start: int | None
    finish: int | None


@dataclass
class Chosen:
    """An item of the plan that belongs to the backlog.

    Attributes
    ----------
    placed
        Its tasks by position.
    start, finish
        First tick of its work; last finish, waits included; of a milestone both its moment. None where the plan
        does not tell.
    """

    demand: Demand
    planned: PlannedItem
    placed: dict[int, Placed]
    start: int | None = None
    finish: int | None = None

    @property
    def id(self) -> str:
        """The item's id."""
        return self.demand.item.id


def release(facts: Facts, demand: Demand) -> int:
    """First tick at which the item may start; started work has no release any more."""
    day = demand.item.release
    return 0 if day is None or demand.started else facts.clock.start_limit(day)


def never_released(facts: Facts, demand: Demand) -> bool:
    """Whether the release comes only after the sprint's last working day: a milestone, which takes no time, too."""
    return demand.item.release is not None and not demand.started and release(facts, demand) >= facts.horizon


def earliest(facts: Facts, chosen: Mapping[str, Chosen], demand: Demand) -> int | None:
    """First tick that release and dependencies allow; None where they never do, or the plan does not tell when."""
    all_of, one_of = facts.asked(demand)
    moments = [_finish(chosen, entry.item, entry.lag_days) for entry in all_of]
    if one_of:
        alternatives = [_finish(chosen, entry.item, entry.lag_days) for entry in one_of]
        moments.append(min((moment for moment in alternatives if moment is not None), default=None))
    known = [moment for moment in moments if moment is not None]
    return max([release(facts, demand), *known]) if len(known) == len(moments) else None


def _finish(chosen: Mapping[str, Chosen], name: str, lag_days: float) -> int | None:
    before = chosen.get(name)
    return None if before is None or before.finish is None else before.finish + ticks_of(lag_days)


def place_milestones(facts: Facts, chosen: Mapping[str, Chosen]) -> None:
    """Give each chosen milestone its moment.

    Moments are settled in the order of time (a heap), because milestones may depend on milestones, and through
    `any_of` even on later ones: when one is settled, those that wait for it are looked at again.
    """
    milestones = {name: one for name, one in chosen.items() if one.demand.milestone}
    waiting: dict[str, list[str]] = {}
    for name, one in milestones.items():
        for entry in (entry for group in facts.asked(one.demand) for entry in group):
            waiting.setdefault(entry.item, []).append(name)
    moments = [(earliest(facts, chosen, one.demand), name) for name, one in milestones.items()]
    heap = [(moment, name) for moment, name in moments if moment is not None]
    heapify(heap)
    while heap:
        moment, name = heappop(heap)
        if chosen[name].finish is not None:
            continue
        chosen[name].start = chosen[name].finish = moment
        for after in waiting.get(name, ()):
            later = earliest(facts, chosen, milestones[after].demand)
            if later is not None:
                heappush(heap, (later, after))
