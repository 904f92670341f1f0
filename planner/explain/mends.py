"""The least changes that would make a plan possible: days, hours, a looser rule, a pin or a must-do given up.

Each change mends the conflict by itself, and anything less of it does not: amounts are found by halving, so that both
sides of the border have been asked about. Where no single change is enough, a smallest set of demands to give up is
named: every one of them is needed (a minimal correction set: Liffiton and Sakallah 2008,
doi:10.1007/s10817-007-9084-z, found by growing what can be kept).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import floor

from models.base import exact
from models.explanation import Remedy, RemedyKind, WhyNone
from models.plan import Conflict
from models.scenario import Pin, Scenario
from planner import pipeline
from planner.clock import TICKS_PER_DAY
from planner.explain.capacity import MOST_HOURS_A_DAY, one_by_one, with_more
from planner.explain.prices import with_deadline
from planner.prepare import Prepared
from planner.solve import conflict as conflicts
from planner.solve.conflict import Demand, has_plan
from planner.solve.run import Stop, never
from planner.wording import counted, day, number

Changed = Callable[[int], Scenario]
TENTHS = 10  # hours (or points) are found to a tenth
MOST_HOURS = 100  # more than so many hours (or points) on top are no remedy
RANKS: dict[RemedyKind, int] = {"days": 0, "hours": 1, "rule": 2, "pin": 3, "must": 4, "several": 5}


@dataclass(frozen=True)
class Mend:
    """A remedy, the scenario with it, and the scenario with the next smaller amount of it (None: there is none)."""

    remedy: Remedy
    after: Scenario
    less: Scenario | None = None
    weight: float = 0.0  # orders remedies of one kind


def mend(prepared: Prepared, conflict: Conflict, over: Stop = never) -> WhyNone:
    """Find what would mend a conflict, the smallest change first.

    Days come before hours, these before rules, pins and must-dos; within a kind the smallest amount comes first, of
    must-dos the one of least value.

    Parameters
    ----------
    prepared
        A scenario without a plan.
    conflict
        A smallest set of its demands that cannot hold together.
    over
        Whether the time is over: remedies not looked at by then are not named.
    """
    found = mends(prepared, conflict, over)
    return WhyNone(demands=conflict.demands, remedies=tuple(one.remedy for one in found))


def mends(prepared: Prepared, conflict: Conflict, over: Stop = never) -> list[Mend]:
    """Find the remedies in their order, with the scenarios they stand for."""
    mender = _Mender(prepared, conflict, over)
    found = sorted(mender.single(), key=lambda one: (RANKS[one.remedy.kind], one.weight))
    return found or list(mender.several())


class _Mender:
    def __init__(self, prepared: Prepared, conflict: Conflict, over: Stop) -> None:
        self._over = over
        self._prepared = prepared
        self._scenario = prepared.scenario
        self._demands = [one for one in conflicts.demands(self._scenario) if one.text in conflict.demands]

    def single(self) -> Iterator[Mend]:
        """Yield every change that is enough by itself."""
        for demand in self._demands:
            yield from self._loosened(demand)
        yield from self._hours()

    def _loosened(self, demand: Demand) -> Iterator[Mend]:
        if demand.kind == "deadline":
            yield from self._later_deadline(str(demand.subject))
        elif demand.kind == "max_parallel":
            yield from self._more_parallel()
        elif demand.kind in ("goal", "mix"):
            yield from self._larger_share(demand)
        elif demand.kind in ("exclusive", "together"):
            yield from self._smaller_group(demand)
        else:
            yield from self._given_up(demand)

    def _given_up(self, demand: Demand) -> Iterator[Mend]:
        """Without the demand there is a plan; of a pinned day, another day may do."""
        after = demand.without(self._scenario)
        if not _possible(after):
            return
        if isinstance(demand.subject, Pin):
            yield from self._another_day(demand.subject)
            yield Mend(Remedy(text=demand.remedy, kind="pin", amount=None), after)
        elif demand.kind == "must":
            value = float(self._prepared.scores.values[str(demand.subject)])
            text = f"Let {demand.subject} stay out (must: false); its value is {number(value)}."
            yield Mend(Remedy(text=text, kind="must", amount=None), after, weight=value)
        else:
            yield Mend(Remedy(text=demand.remedy, kind="rule", amount=None), after)

    def _later_deadline(self, name: str) -> Iterator[Mend]:
        item = next(item for item in self._scenario.backlog if item.id == name)
        assert item.deadline is not None
        later = [one for one in self._prepared.clock.days if one > item.deadline]

        def changed(index: int) -> Scenario:
            return with_deadline(self._scenario, name, later[index])

        least = _least(changed, len(later), self._over)
        if least is not None:
            days = least + 1
            text = (
                f"Move the deadline of {name} from {day(item.deadline)} to {day(later[least])} "
                f"({counted(days, 'working day')})."
            )
            yield _measured(text, "days", days, changed, least)

    def _another_day(self, pin: Pin) -> Iterator[Mend]:
        """The nearest other day on which the item (or task) could start."""
        start = pin.start
        if start is None:
            return
        for other in sorted(self._prepared.clock.days, key=lambda one: (abs((one - start).days), one)):
            moved = pin.model_copy(update={"start": other})
            pins = tuple(moved if one is pin else one for one in self._scenario.pins)
            after = self._scenario.model_copy(update={"pins": pins})
            if other != start and _possible(after):
                away = abs((other - start).days)
                what = pin.item if pin.task is None else f"{pin.item}, task {pin.task},"
                text = f"Let {what} start on {day(other)} instead of {day(start)}."
                yield Mend(Remedy(text=text, kind="days", amount=away), after, weight=away)
                return

    def _more_parallel(self) -> Iterator[Mend]:
        most = self._scenario.policy.max_parallel
        assert most is not None
        numbers = range(most + 1, len(self._prepared.items) + 1)

        def changed(index: int) -> Scenario:
            return self._policy(max_parallel=numbers[index])

        least = _least(changed, len(numbers), self._over)
        if least is not None:
            text = f"Let {numbers[least]} items be under way at a time instead of {most} (max_parallel)."
            yield _measured(text, "rule", least + 1, changed, least)

    def _larger_share(self, demand: Demand) -> Iterator[Mend]:
        policy = self._scenario.policy
        rule = policy.goal if demand.kind == "goal" else next(one for one in policy.mix if one.type == demand.subject)
        assert rule is not None
        assert rule.max_share is not None
        percents = range(floor(100 * exact(rule.max_share)) + 1, 101)

        def changed(index: int) -> Scenario:
            looser = rule.model_copy(update={"max_share": percents[index] / 100})
            if demand.kind == "goal":
                return self._policy(goal=looser)
            return self._policy(mix=tuple(looser if one is rule else one for one in policy.mix))

        least = _least(changed, len(percents), self._over)
        if least is not None:
            name = "the goal" if demand.kind == "goal" else demand.subject
            text = f"Let {name} take {percents[least]} % of the sprint instead of {number(100 * rule.max_share)} %."
            yield _measured(text, "rule", least + 1, changed, least)

    def _smaller_group(self, demand: Demand) -> Iterator[Mend]:
        """One item fewer in the group."""
        key = demand.kind
        for item in self._scenario.backlog:
            if getattr(item, key) != demand.subject:
                continue
            backlog = tuple(
                one.model_copy(update={key: None}) if one is item else one for one in self._scenario.backlog
            )
            after = self._scenario.model_copy(update={"backlog": backlog})
            if _possible(after):
                text = f"Take {item.id} out of {demand.subject!r} ({key})."
                yield Mend(Remedy(text=text, kind="rule", amount=None), after)

    def _hours(self) -> Iterator[Mend]:
        """The least hours more of somebody, where they alone are enough."""
        scenario = one_by_one(self._scenario)
        for person in self._prepared.instance.specialists:
            changed = partial(_more, scenario, person.name, person.axis.length)
            most = self._most_tenths(scenario, person.name, person.axis.length)
            least = _least(changed, most, self._over)
            if least is not None:
                yield self._hours_mend(scenario, changed, least, person.name)

    def _most_tenths(self, scenario: Scenario, name: str, there: int) -> int:
        """Tenths of an hour that somebody could work more at most, up to what is still a remedy."""
        if scenario.unit == "points":
            return MOST_HOURS * TENTHS if there else 0
        free = MOST_HOURS_A_DAY - exact(next(one.hours_per_day for one in scenario.team if one.name == name))
        return min(MOST_HOURS * TENTHS, floor(free * there / TICKS_PER_DAY * TENTHS))

    def _hours_mend(self, scenario: Scenario, changed: Changed, least: int, name: str) -> Mend:
        amount = (least + 1) / TENTHS
        unit = self._scenario.unit
        text = f"Give {name} {number(amount)} more {unit if amount != 1 else unit.removesuffix('s')}"
        if unit == "hours":
            text += f" ({_a_day(changed(least), name)} a day instead of {_a_day(scenario, name)})"
        return _measured(f"{text}.", "hours", amount, changed, least)

    def several(self) -> Iterator[Mend]:
        """Keep what can hold together, must-dos of high value first; the others have to go, every one of them."""
        if self._over():
            return
        kept: list[Demand] = []
        gone: list[Demand] = []
        dearest = reversed(list(conflicts.demands(self._scenario)))
        for demand in sorted(dearest, key=self._worth, reverse=True):
            keeps = _possible(conflicts.only(self._scenario, [*kept, demand]))
            (kept if keeps else gone).append(demand)
        after = conflicts.only(self._scenario, kept)
        if gone and _possible(after):
            changes = " ".join(one.remedy for one in sorted(gone, key=self._worth))
            text = f"No single change is enough. These together are: {changes}"
            yield Mend(Remedy(text=text, kind="several", amount=None), after)

    def _worth(self, demand: Demand) -> tuple[bool, Fraction]:
        """Must-dos before all else, by value."""
        must = demand.kind == "must"
        return must, self._prepared.scores.values[str(demand.subject)] if must else Fraction(0)

    def _policy(self, **change: object) -> Scenario:
        return self._scenario.model_copy(update={"policy": self._scenario.policy.model_copy(update=change)})


def _measured(text: str, kind: RemedyKind, amount: float, changed: Changed, least: int) -> Mend:
    remedy = Remedy(text=text, kind=kind, amount=amount)
    return Mend(remedy, changed(least), changed(least - 1) if least else None, weight=amount)


def _least(changed: Changed, count: int, over: Stop) -> int | None:
    """Index of the first scenario that has a plan, of so many that get looser; None if the loosest has none."""
    if count == 0 or over() or not _possible(changed(count - 1)):
        return None
    low, high = -1, count - 1  # at low there is no plan, at high there is one
    while high - low > 1:
        if over():
            return None
        middle = (low + high) // 2
        if _possible(changed(middle)):
            high = middle
        else:
            low = middle
    return high


def _more(scenario: Scenario, name: str, there: int, index: int) -> Scenario:
    more = with_more(scenario, there, name, Fraction(index + 1, TENTHS))
    assert more is not None
    return more


def _possible(scenario: Scenario) -> bool:
    return has_plan(pipeline.prepare(scenario).instance) is True


def _a_day(scenario: Scenario, name: str) -> str:
    return number(next(one.hours_per_day for one in scenario.team if one.name == name))
