"""Everything the judge knows about a scenario, worked out once, and the words it speaks in."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from planner.clock import TICKS_PER_DAY, Clock
from planner.verify.demands import Demand, demands, task_position
from planner.verify.people import Person, people
from planner.verify.worth import raw_values

if TYPE_CHECKING:
    from models.item import Dependency, Item
    from models.scenario import Pin, Scenario


@dataclass(frozen=True)
class Facts:
    """A scenario in the judge's own figures.

    Attributes
    ----------
    team
        Everybody by name, copies counted one by one.
    backlog
        Every item by id, in the order of the file.
    done
        Ids that are finished, in the backlog or not.
    pins
        Pins of each item, with their 1-based place in the list of pins.
    values
        Raw value of each item.
    """

    scenario: Scenario
    clock: Clock
    team: Mapping[str, Person]
    backlog: Mapping[str, Demand]
    done: frozenset[str]
    pins: Mapping[str, list[tuple[int, Pin]]]
    values: Mapping[str, Fraction]

    @classmethod
    def of(cls, scenario: Scenario, start: datetime.date) -> Facts:
        """Work out a scenario; a start that it leaves open is the plan's."""
        calendar = scenario.calendar
        if calendar.start is None:
            calendar = calendar.model_copy(update={"start": start})
        clock = Clock.of(calendar)
        backlog = list(demands(scenario))
        pins: dict[str, list[tuple[int, Pin]]] = {}
        for place, pin in enumerate(scenario.pins, 1):
            pins.setdefault(pin.item, []).append((place, pin))
        return cls(
            scenario=scenario,
            clock=clock,
            team={person.name: person for person in people(scenario, clock)},
            backlog={demand.item.id: demand for demand in backlog},
            done=frozenset(scenario.done) | {demand.item.id for demand in backlog if demand.done},
            pins=pins,
            values=raw_values(scenario, backlog),
        )

    @property
    def horizon(self) -> int:
        """The sprint's end in ticks."""
        return self.clock.horizon

    @property
    def many_sprints(self) -> bool:
        """Whether there is more than one sprint, or one to capacity."""
        return self.scenario.calendar.sprints > 1 or self.scenario.calendar.detailed_sprints == 0

    @cached_property
    def all_value(self) -> Fraction:
        """Raw value of the whole backlog."""
        return sum(self.values.values(), Fraction(0))

    @cached_property
    def limits(self) -> int:
        """Sum of everybody's limits, in hundredths."""
        return sum(person.limit for person in self.team.values())

    @cached_property
    def exclusive(self) -> dict[str, list[Demand]]:
        """Alternatives, by the name of their group."""
        return _groups((demand.item.exclusive, demand) for demand in self.backlog.values())

    @cached_property
    def together(self) -> dict[str, list[Demand]]:
        """What goes together, by the name of the group."""
        return _groups((demand.item.together, demand) for demand in self.backlog.values())

    def finish_limit(self, item: Item) -> int:
        """Latest tick at which the item may be finished."""
        return min(self.horizon, self.clock.finish_limit(item.deadline) if item.deadline else self.horizon)

    def asked(self, demand: Demand) -> tuple[list[Dependency], list[Dependency]]:
        """Return what the item still waits for: all of the first, one of the second (where there are any)."""
        if demand.started:
            return [], []
        all_of, one_of = self._known(demand.item.depends_on), self._known(demand.item.any_of)
        if any(entry.item in self.done for entry in one_of):
            one_of = []
        return [entry for entry in all_of if entry.item not in self.done], one_of

    def _known(self, dependencies: tuple[Dependency, ...]) -> list[Dependency]:
        """Those that count: unknown ids ask nothing where the policy says so."""
        if self.scenario.policy.unknown_dependency != "ignore":
            return list(dependencies)
        return [entry for entry in dependencies if entry.item in self.backlog or entry.item in self.done]

    def task_pins(self, demand: Demand, position: int) -> Iterator[tuple[int, Pin]]:
        """Pins that speak of this task, or of all tasks of its item."""
        for place, pin in self.pins.get(demand.item.id, ()):
            if pin.task is None or task_position(pin.task, demand.tasks) == position:
                yield place, pin

    def pinned_in(self, item: Item) -> int | None:
        """Place of the first pin that puts the item in."""
        pins = self.pins.get(item.id, ())
        return next((place for place, pin in pins if pin.sprint is not None or pin.start is not None), None)

    def pinned_out(self, item: Item) -> int | None:
        """Place of the first pin that takes the item out."""
        return next((place for place, pin in self.pins.get(item.id, ()) if pin.out), None)

    @cached_property
    def _readiness(self) -> frozenset[str]:
        """Readiness fields that any item of the backlog fills."""
        return frozenset().union(*(_filled(demand.item) for demand in self.backlog.values()))

    def ready(self, item: Item) -> bool:
        """Whether the item says it is ready, or fills every readiness field that is in use."""
        return item.ready if item.ready is not None else self._readiness <= _filled(item)

    def start_text(self, tick: int) -> str:
        """Words for a tick as a start."""
        if not 0 <= tick < self.horizon:
            return f"tick {tick}"
        return f"{self.clock.start_time(tick):%Y-%m-%d %H:%M} (tick {tick})"

    def finish_text(self, tick: int) -> str:
        """Words for a tick as a finish."""
        if not 0 <= tick <= self.horizon:
            return f"tick {tick}"
        return f"{self.clock.finish_time(tick):%Y-%m-%d %H:%M} (tick {tick})"

    def day_ticks(self, day: datetime.date) -> tuple[int, int] | None:
        """First tick of a working day of the horizon and of the day after it."""
        index = self.clock.day_index(day)
        return None if index is None else (TICKS_PER_DAY * index, TICKS_PER_DAY * (index + 1))


def _groups(named: Iterable[tuple[str | None, Demand]]) -> dict[str, list[Demand]]:
    groups: dict[str, list[Demand]] = {}
    for group, demand in named:
        if group is not None:
            groups.setdefault(group, []).append(demand)
    return groups


def _filled(item: Item) -> frozenset[str]:
    """Readiness fields that the item fills."""
    texts = {
        "objective": item.objective,
        "audience": item.audience,
        "owner": item.owner,
        "acceptance": "".join(item.acceptance),
        "measurement": item.measurement,
    }
    return frozenset(field for field, text in texts.items() if text and text.strip())


def figure(amount: Fraction | float) -> str:
    """Write a figure as people read it."""
    return f"{float(amount):.10g}"


def amount(hundredths: int) -> str:
    """Write hundredths of an hour or point as people read them."""
    return figure(Fraction(hundredths, 100))


def close(printed: float, true: Fraction | float) -> bool:
    """Whether a printed figure is the true one, up to what printing as a float costs."""
    return abs(printed - float(true)) <= 1e-6 * max(abs(printed), abs(float(true))) + 1e-9
