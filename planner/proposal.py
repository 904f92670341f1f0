"""From the solver's schedule to a plan in people's words (``Outcome`` -> ``Plan``)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import exact
from models.plan import (
    CapacityUse,
    Comparison,
    Conflict,
    LeftOutItem,
    ObjectiveTerm,
    Plan,
    PlannedItem,
    PlannedTask,
    Reason,
    ShareUse,
)
from planner.clock import TICKS_PER_DAY
from planner.comparison import compare
from planner.reasons import Reasons

if TYPE_CHECKING:
    from models.item import Item
    from planner.instance import ShareRule
    from planner.prepare import Prepared
    from planner.solve.reached import Reached
    from planner.solve.search import Outcome
    from planner.solve.solution import Solution

SPRINT = 1


def propose(prepared: Prepared, outcome: Outcome, conflict: Conflict | None = None) -> Plan:
    """Write the plan that an outcome stands for; without a schedule nothing is planned and nothing has a value."""
    return _Writer(prepared, outcome).plan(conflict)


@dataclass(frozen=True)
class _Figures:
    """Value, bound, gap and greedy value as a plan shows them; all None without a schedule."""

    value: float | None = None
    bound: float | None = None
    gap: float | None = None
    greedy: float | None = None
    best: float | None = None


class _Writer:
    """What the parts of one plan share."""

    def __init__(self, prepared: Prepared, outcome: Outcome) -> None:
        self.prepared = prepared
        self.instance = prepared.instance
        self.outcome = outcome
        self.scenario = prepared.scenario
        self.clock = prepared.clock
        self.index = {item.id: position for position, item in enumerate(self.instance.items)}

    def plan(self, conflict: Conflict | None) -> Plan:
        """Put the plan together."""
        found = self.outcome.solution
        chosen = {self.instance.items[index].id for index in found.items} if found else set()
        figures = self._figures(found)
        selected = self._selected(found) if found else ()
        return Plan(
            scenario=self.scenario.name,
            created=datetime.datetime.now(self.clock.timezone).replace(microsecond=0),
            start=self.clock.first_day,
            unit=self.scenario.unit,
            timezone=self.scenario.calendar.timezone,
            status=self.outcome.status,
            value=figures.value,
            best_value=figures.best,
            bound=figures.bound,
            gap=figures.gap,
            solve_seconds=round(self.outcome.seconds, 3),
            seed=self.scenario.solver.seed,
            selected=selected,
            left_out=self._left_out(chosen),
            capacity=self._capacity(found),
            shares=self._shares(found),
            objective=tuple(map(self._term, self.outcome.terms)),
            baseline=self._comparison(selected) if found else None,
            conflict=conflict,
            greedy_value=figures.greedy,
            notes=(*self.prepared.notes, *self.outcome.notes),
        )

    # -- figures -------------------------------------------------------------------------------------------------

    def _figures(self, found: Solution | None) -> _Figures:
        """Value exactly, whatever the solver rounded; the bound rounded outwards by what it may have."""
        if found is None or self.outcome.bound is None:
            return _Figures()
        scale = self.instance.scale
        value = sum((self._benefit(item, self._finish(found, item)) for item in self._open()), Fraction(0))
        given = self.outcome.best_value
        best = value if given is None else max(value, scale.to_value(given))
        bound = best
        if self.outcome.status != "optimal":
            amounts = 1 + len(self.instance.items) * (1 + self.instance.days())
            bound = max(best, scale.to_value(self.outcome.bound) + scale.error(amounts))
        greedy = None if self.outcome.greedy is None else float(scale.to_value(self.outcome.greedy))
        gap = None
        if bound == best:
            gap = 0.0
        elif bound != 0:
            gap = float((bound - best) / abs(bound))
        return _Figures(float(value), float(bound), gap, greedy, float(best))

    def _comparison(self, selected: tuple[PlannedItem, ...]) -> Comparison | None:
        """The plan against the baseline."""
        if self.instance.churn is None or self.scenario.baseline is None:
            return None
        open_ids = [item.id for item in self._open()]
        return compare(self.instance.churn, self.scenario.baseline, selected, open_ids)

    def _open(self) -> list[Item]:
        return [item for item in self.scenario.backlog if item.id not in self.prepared.done]

    def _finish(self, found: Solution, item: Item) -> int | None:
        """Finish tick of an item in the plan, None if it is out."""
        position = self.index.get(item.id)
        return found.items[position][1] if position is not None and position in found.items else None

    def _benefit(self, item: Item, finish: int | None) -> Fraction:
        """Value net of due cost in the plan; out of it, what being late to the horizon's end costs."""
        value = Fraction(0) if finish is None else self.prepared.scores.values[item.id]
        if item.due is None or item.due.cost_per_day == 0:
            return value
        end = self.clock.horizon if finish is None else finish
        due = self.clock.finish_limit(max(item.due.date, self.clock.first_day)) // TICKS_PER_DAY
        return value - exact(item.due.cost_per_day) * max(0, -(-end // TICKS_PER_DAY) - due)

    def _term(self, reached: Reached) -> ObjectiveTerm:
        """A term in people's units (semantics.md, "Objective")."""
        units = {"shortfall": 100, "peak": 10_000, "carried_over": 100, "effort": 100, "assignee": 1, "churn": 1}
        if reached.term in units:
            value = reached.value / units[reached.term]
        else:
            value = float(self.instance.scale.to_value(reached.value))
        return ObjectiveTerm(term=reached.term, value=value, proven=reached.proven)

    # -- items ---------------------------------------------------------------------------------------------------

    def _selected(self, found: Solution) -> tuple[PlannedItem, ...]:
        """Ranked by start, value (highest first) and id."""
        values = self.prepared.scores.values
        order = sorted(
            found.items,
            key=lambda i: (
                self._start_key(i, found.items[i]),
                -values[self.instance.items[i].id],
                self.instance.items[i].id,
            ),
        )
        return tuple(self._planned(index, rank, found) for rank, index in enumerate(order, 1))

    def _start_key(self, index: int, span: tuple[int, int]) -> datetime.datetime:
        """Written start on the wall: a milestone's is a finish."""
        milestone = self.instance.items[index].milestone
        moment = self.clock.finish_time(span[0]) if milestone else self.clock.start_time(span[0])
        return moment.replace(tzinfo=None)

    def _planned(self, index: int, rank: int, found: Solution) -> PlannedItem:
        entry = self.prepared.open[self.instance.items[index].id]
        start, finish = found.items[index]
        return PlannedItem(
            id=entry.item.id,
            title=entry.item.title,
            value=float(self.prepared.scores.values[entry.item.id]),
            benefit=float(self._benefit(entry.item, finish)),
            estimate="guessed" if entry.guessed else "given",
            sprint=SPRINT,
            rank=rank,
            start=self.clock.finish_time(start) if entry.milestone else self.clock.start_time(start),
            finish=self.clock.finish_time(finish),
            tasks=tuple(self._task(task, found) for task in self.instance.items[index].tasks),
        )

    def _task(self, task: int, found: Solution) -> PlannedTask:
        data, placed = self.instance.tasks[task], found.tasks[task]
        entry = self.prepared.open[self.instance.items[data.item].id]
        skill = next(written.skill for written in entry.tasks if written.key == data.key)
        return PlannedTask(
            id=data.key,
            skill=skill,
            specialist=self.instance.specialists[placed.specialist].name,
            effort=data.effort / 100,
            start=self.clock.start_time(placed.start),
            finish=self.clock.finish_time(placed.finish),
            start_tick=placed.start,
            finish_tick=placed.finish,
        )

    def _left_out(self, chosen: set[str]) -> tuple[LeftOutItem, ...]:
        """In the order of the file: its reader looks for them there."""
        reasons = Reasons(self.prepared, self.outcome)
        return tuple(self._out(item, reasons.of(item)) for item in self.scenario.backlog if item.id not in chosen)

    def _out(self, item: Item, reason: Reason) -> LeftOutItem:
        done = item.id in self.prepared.done
        return LeftOutItem(
            id=item.id,
            title=item.title,
            value=float(self.prepared.scores.values[item.id]),
            benefit=0.0 if done else float(self._benefit(item, None)),
            reason=reason,
        )

    # -- tables --------------------------------------------------------------------------------------------------

    def _capacity(self, found: Solution | None) -> tuple[CapacityUse, ...]:
        """One row a specialist, in the order of the team."""
        loads = found.load(self.instance) if found else [(0, person.limit) for person in self.instance.specialists]
        by_name = {person.name: load for person, load in zip(self.instance.specialists, loads, strict=True)}
        return tuple(
            CapacityUse(
                specialist=name,
                sprint=SPRINT,
                available=by_name[name][1] / 100,
                planned=by_name[name][0] / 100,
                utilisation=by_name[name][0] / by_name[name][1] if by_name[name][1] else 0.0,
            )
            for name in (person.name for person in self.prepared.people)
        )

    def _shares(self, found: Solution | None) -> tuple[ShareUse, ...]:
        if found is None:
            return ()
        return tuple(self._share(rule, found) for rule in self.instance.shares)

    def _share(self, rule: ShareRule, found: Solution) -> ShareUse:
        share = found.share(self.instance, rule.members)
        return ShareUse(
            sprint=SPRINT,
            name=rule.name,
            min=None if rule.minimum is None else float(rule.minimum),
            max=None if rule.maximum is None else float(rule.maximum),
            share=float(share),
            shortfall=found.shortfall(self.instance, rule) / 100,
        )
