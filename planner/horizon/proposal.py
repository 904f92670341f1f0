"""From a roadmap in the solver's numbers to a plan in people's words."""

from __future__ import annotations

import datetime
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
    ShareUse,
)
from planner.comparison import compare
from planner.horizon.data import FINE
from planner.horizon.placement import Cut, effort_in
from planner.horizon.reasons import Reasons
from planner.solve.shares import shortfall

if TYPE_CHECKING:
    from models.item import Item as BacklogItem
    from planner.horizon.prepare import Prepared
    from planner.horizon.result import Roadmap
    from planner.instance import ShareRule

NEAR = Fraction(1, 10**6)


def propose(prepared: Prepared, found: Roadmap, conflict: Conflict | None = None) -> Plan:
    """Write the plan that a roadmap stands for; without one nothing is planned and nothing has a value."""
    return _Writer(prepared, found).plan(conflict)


class _Writer:
    def __init__(self, prepared: Prepared, found: Roadmap) -> None:
        self.prepared = prepared
        self.found = found
        self.horizon = found.horizon
        self.scenario = prepared.scenario
        self.clock = prepared.clock
        self.at = found.at

    def plan(self, conflict: Conflict | None) -> Plan:
        """Put the plan together."""
        found = self.found
        value = found.value() if self.at is not None else None
        best = value if value is None or found.best_value is None else max(value, found.best_value)
        bound = self._bound(best)
        gap = None
        if best is not None and bound is not None and (bound == best or bound != 0):
            gap = 0.0 if bound == best else float((bound - best) / abs(bound))
        selected = self._selected()
        return Plan(
            scenario=self.scenario.name,
            created=datetime.datetime.now(self.clock.timezone).replace(microsecond=0),
            start=self.clock.first_day,
            unit=self.scenario.unit,
            timezone=self.scenario.calendar.timezone,
            status=found.status,
            value=None if value is None else float(value),
            best_value=None if value is None or best is None else float(best),
            bound=None if bound is None else float(bound),
            gap=gap,
            solve_seconds=round(found.seconds, 3),
            seed=self.scenario.solver.seed,
            selected=selected,
            left_out=self._left_out(),
            capacity=self._capacity(),
            shares=self._shares(),
            objective=tuple(
                ObjectiveTerm(term=one.term, value=float(one.value), proven=one.proven)  # type: ignore[arg-type]
                for one in found.terms
            ),
            baseline=self._comparison(selected) if value is not None else None,
            conflict=conflict,
            greedy_value=None if value is None else found.greedy,
            notes=(*self.prepared.notes, *found.notes),
        )

    def _comparison(self, selected: tuple[PlannedItem, ...]) -> Comparison | None:
        if self.prepared.churn is None or self.scenario.baseline is None:
            return None
        open_ids = [item.id for item in self.scenario.backlog if item.id not in self.prepared.done]
        return compare(self.prepared.churn, self.scenario.baseline, selected, open_ids)

    def _bound(self, value: Fraction | None) -> Fraction | None:
        if value is None or self.found.bound is None:
            return None
        bound = exact(self.found.bound)
        reached = self.found.status == "optimal" or bound - value <= NEAR * max(Fraction(1), abs(bound))
        return value if reached else bound

    # -- items ---------------------------------------------------------------------------------------------------

    def _selected(self) -> tuple[PlannedItem, ...]:
        if self.at is None:
            return ()
        inside = [index for index, sprint in enumerate(self.at) if sprint is not None]
        return tuple(self._planned(index, rank) for rank, index in enumerate(sorted(inside, key=self._order), 1))

    def _order(self, index: int) -> tuple[object, ...]:
        """By sprint, start (none last), value (highest first) and id."""
        start = self._times(index)[0]
        none = start is None
        assert self.at is not None
        moment = start.replace(tzinfo=None) if start is not None else datetime.datetime.min
        return (self.at[index], none, moment, -self.horizon.items[index].value, self.horizon.items[index].id)

    def _times(self, index: int) -> tuple[datetime.datetime | None, datetime.datetime | None]:
        span = self.found.span(index)
        if span is None:
            return None, None
        milestone = self.horizon.items[index].milestone
        start = self.clock.finish_time(span[0]) if milestone else self.clock.start_time(span[0])
        return start, self.clock.finish_time(span[1])

    def _planned(self, index: int, rank: int) -> PlannedItem:
        entry = self.prepared.open[self.horizon.items[index].id]
        start, finish = self._times(index)
        assert self.at is not None
        sprint = self.at[index]
        assert sprint is not None
        return PlannedItem(
            id=entry.item.id,
            title=entry.item.title,
            value=float(self.horizon.items[index].value),
            benefit=float(self.found.benefit(index)),
            estimate="guessed" if entry.guessed else "given",
            sprint=sprint + 1,
            rank=rank,
            start=start,
            finish=finish,
            tasks=tuple(self._timed(index, sprint) if self._detailed(sprint) else self._split(index)),
        )

    def _detailed(self, sprint: int) -> bool:
        return sprint < self.horizon.detailed

    def _timed(self, index: int, sprint: int) -> list[PlannedTask]:
        entry = self.prepared.open[self.horizon.items[index].id]
        tasks = []
        for place, task in enumerate(entry.tasks):
            timed = self.found.details[sprint].tasks[index, place]
            tasks.append(
                PlannedTask(
                    id=task.key,
                    skill=task.skill,
                    specialist=self.horizon.specialists[timed.specialist].name,
                    effort=float(task.effort),
                    start=self.clock.start_time(timed.start),
                    finish=self.clock.finish_time(timed.finish),
                    start_tick=timed.start,
                    finish_tick=timed.finish,
                )
            )
        return tasks

    def _split(self, index: int) -> list[PlannedTask]:
        """One entry a task, specialist and sprint; a task without any effort stands with whoever comes first."""
        entry = self.prepared.open[self.horizon.items[index].id]
        rows = []
        assert self.at is not None
        sprint, cut = self.at[index], isinstance(self.at[index], Cut)
        assert sprint is not None
        for number, shares in enumerate(self.found.shares):
            rows += [(share.task, number, share) for share in shares if share.item == index]
        names = self.horizon.specialists
        tasks = []
        for place, task in enumerate(entry.tasks):
            own = [(names[share.specialist].name, share.effort, at) for one, at, share in rows if one == place]
            if not own:
                pool = next(p.pool for p in self.horizon.items[index].pieces if place in [t for t, _ in p.tasks])
                own = [(names[self.horizon.pools[pool].members[0][0]].name, 0, sprint)]
            for name, effort, at in own:
                tasks.append(
                    PlannedTask(
                        id=task.key,
                        skill=task.skill,
                        specialist=name,
                        effort=effort / (100 * FINE),
                        start=None,
                        finish=None,
                        start_tick=None,
                        finish_tick=None,
                        sprint=at + 1 if cut else None,
                    )
                )
        return tasks

    def _left_out(self) -> tuple[LeftOutItem, ...]:
        """In the order of the file: its reader looks for them there."""
        inside = (
            {self.horizon.items[index].id for index, sprint in enumerate(self.at) if sprint is not None}
            if self.at is not None
            else set()
        )
        reasons = Reasons(self.prepared, self.found)
        return tuple(
            LeftOutItem(
                id=item.id,
                title=item.title,
                value=float(self.prepared.scores.values[item.id]),
                benefit=self._loss(item),
                reason=reasons.of(item),
            )
            for item in self.scenario.backlog
            if item.id not in inside
        )

    def _loss(self, item: BacklogItem) -> float:
        if item.id in self.prepared.done or item.due is None or item.due.cost_per_day == 0:
            return 0.0
        due = self.clock.finish_limit(max(item.due.date, self.clock.first_day)) // 96
        return -float(exact(item.due.cost_per_day) * max(0, self.clock.horizon // 96 - due))

    # -- tables --------------------------------------------------------------------------------------------------

    def _capacity(self) -> tuple[CapacityUse, ...]:
        """One row a sprint and specialist, in the order of the team."""
        loads = self.found.loads()
        place = {person.name: index for index, person in enumerate(self.horizon.specialists)}
        rows = []
        for sprint in range(self.horizon.sprints):
            for person in self.prepared.people:
                used = loads[place[person.name]][sprint]
                limit = int(self.horizon.limits[place[person.name], sprint])
                rows.append(
                    CapacityUse(
                        specialist=person.name,
                        sprint=sprint + 1,
                        available=limit / 100,
                        planned=float(used / 100),
                        utilisation=float(used / limit) if limit else 0.0,
                    )
                )
        return tuple(rows)

    def _shares(self) -> tuple[ShareUse, ...]:
        if self.at is None:
            return ()
        return tuple(
            self._share(rule, sprint) for sprint in range(self.horizon.sprints) for rule in self.horizon.shares
        )

    def _share(self, rule: ShareRule, sprint: int) -> ShareUse:
        capacity = self.horizon.capacity[sprint]
        assert self.at is not None
        effort, counted = (
            sum(effort_in(self.horizon.items[index], self.at[index], sprint) for index in members)
            for members in (rule.members, rule.counted)
        )
        return ShareUse(
            sprint=sprint + 1,
            name=rule.name,
            min=None if rule.minimum is None else float(rule.minimum),
            max=None if rule.maximum is None else float(rule.maximum),
            share=float(Fraction(effort) / capacity) if capacity else 0.0,
            shortfall=0.0 if rule.minimum is None else shortfall(rule.minimum, counted, capacity) / 100,
        )
