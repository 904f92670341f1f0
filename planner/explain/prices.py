"""What absences and deadlines cost: the plan is made again as if they were not as they are."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from models.explanation import AbsencePrice, DeadlinePrice
from models.item import Item
from models.scenario import Scenario
from models.team import TimeOff
from planner.explain.budget import Job
from planner.explain.capacity import SPRINT, one_by_one
from planner.explain.case import Case
from planner.explain.changed import Change
from planner.wording import day, number


@dataclass
class AbsenceQuestion:
    """Somebody is away for the whole sprint."""

    case: Case
    name: str
    change: Change

    @classmethod
    def of(cls, case: Case, name: str) -> AbsenceQuestion:
        """Ask about one specialist."""
        return cls(case, name, Change(case, without(case, name)))

    def answer(self) -> AbsencePrice:
        """Write what was found."""
        change = self.change
        return AbsencePrice(
            specialist=self.name,
            sprint=SPRINT,
            text=self._text(),
            value=None if change.best is None else float(change.best),
            bound=None if change.bound is None else float(change.bound),
            possible=_possible(change),
            proven=change.proven,
        )

    def _text(self) -> str:
        change, case = self.change, self.case
        if change.kind == "impossible":
            return f"Without {self.name} there is no plan: what has to be in could not be done."
        if change.gain is None or change.best is None:
            return f"Without {self.name}: this was not settled in the time given."
        now, then = number(float(case.worth)), number(float(change.best))
        if change.kind == "open":
            return f"Without {self.name} the best plan found is worth {then} instead of {now}; better ones may exist."
        if change.gain == 0:
            return f"Without {self.name} the total would be the same, {now} (proven)."
        more = f"{number(float(abs(change.gain)))} {'less' if change.gain < 0 else 'more'}"
        return f"Without {self.name} the total would be {then} at best instead of {now}: {more} (proven)."


def without(case: Case, name: str) -> Scenario:
    """Return the scenario in which somebody is away on every day of the sprint."""
    scenario = one_by_one(case.prepared.scenario)
    clock = case.prepared.clock
    last = clock.days[-1] if clock.days else clock.first_day
    away = TimeOff(first=clock.first_day, last=max(last, clock.first_day))
    team = tuple(
        person.model_copy(update={"time_off": (*person.time_off, away)}) if person.name == name else person
        for person in scenario.team
    )
    return scenario.model_copy(update={"team": team})


@dataclass
class DeadlineQuestion:
    """An item's deadline is dropped; or it is a working day later."""

    case: Case
    item: Item
    dropped: Change
    later: Change | None
    next_day: datetime.date | None

    @classmethod
    def of(cls, case: Case, item: Item) -> DeadlineQuestion:
        """Ask about one item with a deadline."""
        scenario, clock = case.prepared.scenario, case.prepared.clock
        next_day = next((one for one in clock.days if item.deadline is not None and one > item.deadline), None)
        later = None if next_day is None else Change(case, with_deadline(scenario, item.id, next_day))
        return cls(case, item, Change(case, with_deadline(scenario, item.id, None)), later, next_day)

    def second(self) -> Iterator[Job]:
        """Ask about the day where dropping the deadline did not show that it brings nothing."""
        if self.later is None:
            return
        if self.case.monotone and not self._has_milestone() and self.dropped.kind == "exact":
            self.later.ceiling = self.dropped.best
            if self.dropped.gain == 0:
                self.later.same_as(self.dropped)
                return
        yield self.later.settle

    def _has_milestone(self) -> bool:
        """Milestones have to be reached where they can, so a later deadline of one is not always for the better."""
        return self.case.prepared.open[self.item.id].milestone

    def answer(self) -> DeadlinePrice | None:
        """Write what was found; None where it was settled that the deadline costs nothing."""
        dropped, later = self.dropped, self.later
        if dropped.kind == "exact" and dropped.gain == 0 and (later is None or later.gain == 0):
            return None
        assert self.item.deadline is not None
        return DeadlinePrice(
            id=self.item.id,
            deadline=self.item.deadline,
            later=self.next_day,
            gain=None if later is None or later.gain is None else float(later.gain),
            text=self._text(),
            value=None if dropped.best is None else float(dropped.best),
            bound=None if dropped.bound is None else float(dropped.bound),
            possible=_possible(dropped),
            proven=dropped.proven and (later is None or later.proven) and self.case.best,
        )

    def _text(self) -> str:
        name = f"The deadline of {self.item.id}" + (f" ({day(self.item.deadline)})" if self.item.deadline else "")
        if self.dropped.gain is None:
            return f"{name}: this was not settled in the time given."
        gain = number(float(self.dropped.gain))
        known = "" if self.dropped.proven and self.case.best else " as far as it was settled"
        said = f"{name} costs {gain}{known}"
        if self.later is None or self.later.gain is None or self.next_day is None:
            return f"{said}."
        a_day = number(float(self.later.gain))
        sure = " (proven)" if self.dropped.proven and self.later.proven and self.case.best else ""
        return f"{said}; with {day(self.next_day)} instead the total would be {a_day} more{sure}."


def with_deadline(scenario: Scenario, name: str, deadline: datetime.date | None) -> Scenario:
    """Return the scenario with another deadline of one item."""
    backlog = tuple(
        item.model_copy(update={"deadline": deadline}) if item.id == name else item for item in scenario.backlog
    )
    return scenario.model_copy(update={"backlog": backlog})


def _possible(change: Change) -> bool | None:
    if change.kind == "impossible":
        return False
    return True if change.best is not None else None
