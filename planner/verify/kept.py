"""Whether started work stays with its assignee: only if she could finish it in time with nothing else to do.

The contract's "alone" test asks for a plan of one item in an empty sprint. An item has few tasks, so the judge simply
tries: in every order that the tasks allow, each with everybody who may do it, as early as possible. Any plan of the
item can be pushed to the left into one of these without finishing anything later, so the search is exact.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

    from planner.verify.demands import Demand, Need
    from planner.verify.facts import Facts
    from planner.verify.people import Person

_STEPS = 20_000  # a dozen tasks of a well-staffed item; beyond that the judge does not know, and lets both ways pass
_FEW_STEPS = 300  # what fits at all is nearly always found at once


class _TooLongError(Exception):
    """The search has no steps left."""


def fits_window(facts: Facts, demand: Demand, first: int, last: int, limits: Mapping[str, int]) -> bool:
    """Whether the item alone fits between two ticks and within everybody's limits; True where that is too long to tell.

    What an assignee keeps stays with her.
    """
    person, hers = kept_tasks(facts, demand)
    choices = {
        need.position: (person,) if person and need.position in hers else eligible(facts, demand, need)
        for need in demand.needs
    }
    return _fits(facts, demand, choices, _Stretch(first, last, limits))


def _fits(facts: Facts, demand: Demand, choices: Mapping[int, tuple[Person, ...]], stretch: _Stretch) -> bool:
    try:
        return _Alone(facts, demand, choices, _STEPS, stretch).possible()
    except _TooLongError:
        return True


@dataclass(frozen=True)
class _Stretch:
    """Ticks between which an item must lie, and what everybody may be asked for there."""

    first: int
    last: int
    limits: Mapping[str, int]


def stretches(facts: Facts, demand: Demand) -> list[_Stretch]:
    """Every sprint, as far as the item's release and deadline leave it."""
    ends = facts.clock.sprint_ends
    day = demand.item.release
    release = 0 if day is None or demand.started else facts.clock.start_limit(day)
    return [
        _Stretch(
            max(begin, release),
            min(end, facts.finish_limit(demand.item)),
            {name: person.limits[sprint] for name, person in facts.team.items()},
        )
        for sprint, (begin, end) in enumerate(zip((0, *ends[:-1]), ends, strict=True))
    ]


def kept_tasks(facts: Facts, demand: Demand) -> tuple[Person | None, frozenset[int]]:
    """Return the assignee of started work and the positions of the tasks that must stay hers.

    None and nothing where nobody keeps anything, or where the search is too long to tell.
    """
    person = facts.team.get(demand.item.assignee or "")
    if person is None or not demand.started or demand.done:
        return None, frozenset()
    hers = frozenset(need.position for need in demand.needs if person in eligible(facts, demand, need))
    choices = {
        need.position: (person,) if need.position in hers else eligible(facts, demand, need) for need in demand.needs
    }
    try:
        possible = bool(hers) and any(
            _Alone(facts, demand, choices, _STEPS, stretch).possible() for stretch in stretches(facts, demand)
        )
    except _TooLongError:
        possible = False
    return (person, hers) if possible else (None, frozenset())


def fits_alone(facts: Facts, demand: Demand) -> bool:
    """Whether the item alone, once it may start, surely fits; False also where a short search does not tell."""
    person, hers = kept_tasks(facts, demand)
    choices = {
        need.position: (person,) if person and need.position in hers else eligible(facts, demand, need)
        for need in demand.needs
    }
    begins = (0, *facts.clock.sprint_ends[:-1])
    free = [replace(one, first=begin) for one, begin in zip(stretches(facts, demand), begins, strict=True)]
    try:
        return bool(choices) and any(_Alone(facts, demand, choices, _FEW_STEPS, one).possible() for one in free)
    except _TooLongError:
        return False


def eligible(facts: Facts, demand: Demand, need: Need) -> tuple[Person, ...]:
    """Everybody who has the skill and whom the pins allow."""
    pins = [pin for _, pin in facts.task_pins(demand, need.position)]
    return tuple(
        person
        for person in facts.team.values()
        if person.proficiency(need.skill) is not None
        and all(pin.specialist in (None, person.name) and pin.not_specialist != person.name for pin in pins)
    )


@dataclass(frozen=True)
class _Done:
    """A task placed in the search: by whom, its run on their own axis and its finish, wait included."""

    person: Person
    run: tuple[int, int]
    start: int
    finish: int
    cost: int


class _Alone:
    """The search for a plan of one item in a sprint with nothing else in it."""

    def __init__(
        self,
        facts: Facts,
        demand: Demand,
        choices: Mapping[int, tuple[Person, ...]],
        steps: int,
        stretch: _Stretch,
    ) -> None:
        self._needs = {need.position: need for need in demand.needs}
        self._choices = choices
        self._first = stretch.first
        self._limit = stretch.last
        self._limits = stretch.limits
        self._item_days = [
            _window(facts, pin.start)
            for _, pin in facts.pins.get(demand.item.id, ())
            if pin.start is not None and pin.task is None
        ]
        self._days = {need.position: self._task_days(facts, demand, need) for need in demand.needs}
        self._tails: dict[int, int] = {}
        self._failed: set[frozenset[tuple[int, str, int]]] = set()
        self._steps = steps

    def _task_days(self, facts: Facts, demand: Demand, need: Need) -> list[tuple[int, int]]:
        """Tick windows in which the task must start: its own pins', and not before the day its item is pinned to."""
        own = [
            _window(facts, pin.start)
            for _, pin in facts.task_pins(demand, need.position)
            if pin.start is not None and pin.task is not None
        ]
        return own + [(first, facts.horizon) for first, _ in self._item_days]

    def possible(self) -> bool:
        """Whether there is such a plan."""
        return all(self._choices.values()) and self._enough_time() and self._place({})

    def _enough_time(self) -> bool:
        """Whether everybody has the time for the tasks that nobody else may do."""
        ticks: dict[str, int] = {}
        costs: dict[str, int] = {}
        bound = {position: people[0] for position, people in self._choices.items() if len(people) == 1}
        for position, person in bound.items():
            need = self._needs[position]
            ticks[person.name] = ticks.get(person.name, 0) + person.duration(need.skill, need.effort)
            costs[person.name] = costs.get(person.name, 0) + person.cost(need.skill, need.effort)
        return all(
            ticks[person.name] <= bisect_left(person.there, self._limit) - bisect_left(person.there, self._first)
            and costs[person.name] <= self._limits[person.name]
            for person in bound.values()
        )

    def _place(self, placed: dict[int, _Done]) -> bool:
        """Place the remaining tasks, whichever comes next."""
        if len(placed) == len(self._needs):
            return all(first <= min(one.start for one in placed.values()) < end for first, end in self._item_days)
        state = frozenset((position, one.person.name, one.start) for position, one in placed.items())
        if state in self._failed:
            return False
        for need in self._needs.values():
            if need.position in placed or not need.after <= placed.keys():
                continue
            ways = [way for person in self._choices[need.position] if (way := self._way(need, person, placed))]
            for way in sorted(ways, key=lambda way: way.finish):
                self._steps -= 1
                if self._steps < 0:
                    raise _TooLongError
                if self._place({**placed, need.position: way}):
                    return True
        self._failed.add(state)
        return False

    def _way(self, need: Need, person: Person, placed: Mapping[int, _Done]) -> _Done | None:
        """Give the task to this person as early as possible, if every rule allows it."""
        own = [one for one in placed.values() if one.person.name == person.name]
        cost = person.cost(need.skill, need.effort)
        if sum(one.cost for one in own) + cost > self._limits[person.name] or not self._fits_with(need, person, placed):
            return None
        days = self._days[need.position]
        ready = max([self._first, *(placed[before].finish for before in need.after), *(first for first, _ in days)])
        first = max([bisect_left(person.there, ready), *(one.run[1] for one in own)])
        run = (first, first + person.duration(need.skill, need.effort))
        if run[1] > len(person.there) or any(person.there[first] >= end for _, end in days):
            return None
        finish = person.finish(run) + need.wait
        if finish + self._tail(need) > self._limit:
            return None
        return _Done(person, run, person.there[first], finish, cost)

    def _fits_with(self, need: Need, person: Person, placed: Mapping[int, _Done]) -> bool:
        """Whether not_by and same_as allow this person, seen from either of two tasks."""
        for position, one in placed.items():
            other = self._needs[position]
            same = one.person.name == person.name
            if same and (position in need.not_by or need.position in other.not_by):
                return False
            if not same and (position in need.same_as or need.position in other.same_as):
                return False
        return True

    def _tail(self, need: Need) -> int:
        """Least ticks from the task's finish to the item's."""
        if need.position not in self._tails:
            self._tails[need.position] = 0  # ends the walk round a circle, which no plan survives anyway
            after = [other for other in self._needs.values() if need.position in other.after]
            self._tails[need.position] = max((self._least(other) + self._tail(other) for other in after), default=0)
        return self._tails[need.position]

    def _least(self, need: Need) -> int:
        return need.wait + min(person.duration(need.skill, need.effort) for person in self._choices[need.position])


def _window(facts: Facts, day: datetime.date) -> tuple[int, int]:
    """Ticks of a day; of a day that is no working day of the horizon none."""
    return facts.day_ticks(day) or (0, 0)
