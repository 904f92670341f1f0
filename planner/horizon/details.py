"""The first sprints to the tick: what the plan to capacity puts there is scheduled by the single-sprint search.

Each detailed sprint in turn becomes a scenario of its own: everything planned before is done, everything that is no
candidate is pinned out. An item is worth what it loses by waiting, at the prices of later hours; so the search for the
sprint prefers what could not as well come later. What does not fit returns to the later sprints, which are then planned
anew around it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from models.base import exact
from models.scenario import Pin, Scenario, Solver
from planner import prepare as preparing
from planner.clock import TICKS_PER_DAY
from planner.horizon import milestones
from planner.horizon.result import Detail, Timed
from planner.scoring import LARGEST_SUM
from planner.solve.conflict import has_plan
from planner.solve.limits import Limits
from planner.solve.search import search

if TYPE_CHECKING:
    from planner.horizon.data import Horizon
    from planner.horizon.prepare import Prepared
    from planner.horizon.search import Search
    from planner.instance import Instance

STAYING_PART = Fraction(
    1, 20
)  # of what an item gains here: what it is worth at least that the plan to capacity puts here
FINER = 10_000  # units of worth in a unit of value
EXTRA_PART = 1.5  # of a sprint's hours: candidates beyond what the plan to capacity puts there


@dataclass(frozen=True)
class Sprint:
    """A detailed sprint under way: its number from 0, and what has been settled before it.

    Attributes
    ----------
    finished
        Finish ticks of items in earlier detailed sprints.
    """

    prepared: Prepared
    search: Search
    number: int
    finished: Mapping[int, int]

    @property
    def horizon(self) -> Horizon:
        """The horizon that it is a part of."""
        return self.search.horizon

    def plan(self, limits: Limits) -> Detail | None:
        """Schedule the sprint; None where nothing that has to be in it fits."""
        wanted = self._wanted()
        candidates = self._candidates(wanted)
        scenario = self._scenario(candidates, {index for index in wanted if self._has_to(index)})
        prepared = preparing.prepare(scenario, lambda instance: has_plan(instance) is not False)
        worth = self._worth(candidates, set(wanted))
        by_id = {item.id: index for index, item in enumerate(self.horizon.items)}
        instance = _valued(prepared.instance, {id_: worth[i] for id_, i in by_id.items() if i in worth})
        found = search(instance, limits)
        if found.solution is None:
            return None
        begin = self.horizon.begin(self.number)
        places = {(data.item, data.key): place for place, data in enumerate(instance.tasks)}
        items: dict[int, tuple[int, int]] = {}
        tasks: dict[tuple[int, int], Timed] = {}
        for position, span in found.solution.items.items():
            index = by_id[instance.items[position].id]
            items[index] = span[0] + begin, span[1] + begin
            for place, task in enumerate(self.prepared.open[instance.items[position].id].tasks):
                placed = found.solution.tasks[places[position, task.key]]
                timed = Timed(placed.specialist, placed.start + begin, placed.finish + begin, placed.cost)
                tasks[index, place] = timed
        own = {index: span for index, span in items.items() if not self.horizon.items[index].milestone}
        return Detail(own | self._milestones(items), tasks)

    def _milestones(self, items: Mapping[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
        """Give milestones their moment, the earliest first; lags from earlier sprints count to the tick here."""
        horizon = self.horizon
        end = horizon.ends[self.number]
        finished = {**self.finished, **{i: span[1] for i, span in items.items() if not horizon.items[i].milestone}}
        waiting = [i for i, item in enumerate(horizon.items) if item.milestone and i not in finished]
        waiting = [i for i in waiting if i in items or not horizon.groups[i]]
        settled: dict[int, tuple[int, int]] = {}
        while True:
            ready = [(tick, i) for i in waiting if (tick := moment(self.prepared, horizon, i, finished)) is not None]
            ready = [(tick, i) for tick, i in ready if tick <= min(end, horizon.items[i].deadline)]
            if not ready:
                return settled
            tick, index = min(ready)
            waiting.remove(index)
            finished[index] = tick
            settled[index] = tick, tick

    # -- who could be in it --------------------------------------------------------------------------------------

    def _wanted(self) -> list[int]:
        assert self.search.best is not None
        return [index for index, sprint in enumerate(self.search.best.at) if sprint == self.number]

    def _has_to(self, index: int) -> bool:
        """Whether no later sprint could take it, though it must be in."""
        item = self.horizon.items[index]
        return item.must and not any(sprint > self.number for sprint in item.sprints)

    def _candidates(self, wanted: Sequence[int]) -> set[int]:
        """What the plan to capacity puts here, and what gains most by coming earlier than that."""
        assert self.search.best is not None
        horizon, at = self.horizon, self.search.best.at
        profits = self.search.profits()
        # With a baseline the plan to capacity is as near to it as it should be: nothing is brought forward.
        room = EXTRA_PART * horizon.capacity[self.number] if self.prepared.churn is None else 0.0
        scored = []
        for index, item in enumerate(horizon.items):
            sprint = at[index]
            early = sprint is not None and sprint <= self.number
            if early or item.milestone or self.number not in item.sprints or horizon.groups[index] or item.spans:
                continue
            now = float(profits[index, sprint]) if sprint is not None else 0.0
            here = float(profits[index, self.number])
            scored.append(((now - here) / max(1, item.effort), index))
        chosen = set(wanted)
        for _, index in sorted(scored):
            if room <= 0:
                break
            chosen.add(index)
            room -= horizon.items[index].effort
        return self._carried(chosen)

    def _carried(self, chosen: set[int]) -> set[int]:
        """Of the candidates those that something before or among them carries; milestones that could fall here too."""
        assert self.search.best is not None
        at = self.search.best.at
        standing: list[int | None] = [sprint if sprint is not None and sprint < self.number else None for sprint in at]
        changed = True
        while changed:
            changed = False
            for index, item in enumerate(self.horizon.items):
                if standing[index] is not None or not (index in chosen or item.milestone):
                    continue
                if index not in chosen and self._has_rival(index):
                    continue
                ready = milestones.moment(item, standing)
                if ready is not None and ready <= self.number and self.number in item.sprints:
                    standing[index] = self.number
                    changed = True
        return {index for index, sprint in enumerate(standing) if sprint == self.number}

    def _has_rival(self, index: int) -> bool:
        """Whether an alternative of the item is in the plan to capacity, in whatever sprint."""
        assert self.search.best is not None
        at, horizon = self.search.best.at, self.horizon
        groups = [group for group in horizon.groups[index] if group in horizon.exclusive]
        return any(at[other] is not None for group in groups for other in group if other != index)

    # -- what it is worth ----------------------------------------------------------------------------------------

    def _worth(self, candidates: set[int], wanted: set[int]) -> dict[int, Fraction]:
        """What each candidate loses by not being in this sprint, before due cost within it.

        Prices do not see that whole items may leave hours in every sprint: at no price for them an item would lose
        nothing by waiting, though no later sprint has room for it. So what the plan to capacity puts here is never
        worth nothing.
        """
        horizon = self.horizon
        profits = self.search.profits()
        end = horizon.ends[self.number] // TICKS_PER_DAY
        worth = {}
        for index in candidates:
            item = horizon.items[index]
            later = profits[index, self.number + 1 :].max(initial=0.0)
            waiting = exact(float(later)) + exact(item.left_out)
            late = item.late_cost * max(0, end - item.due_days)
            here = item.value * horizon.discount_factors[self.number] - late
            # A must that is put off has to find room where others are planned already: it stays if it can.
            part = (1 if item.must else STAYING_PART) if index in wanted else 0
            least = part * max(Fraction(0), here)
            worth[index] = max(least, here - waiting)
        return worth

    # -- the sprint as a scenario --------------------------------------------------------------------------------

    def _scenario(self, candidates: set[int], needed: set[int]) -> Scenario:
        """The sprint alone: earlier items are done, all but the candidates pinned out."""
        scenario, horizon = self.prepared.scenario, self.horizon
        ids = {horizon.items[index].id for index in candidates}
        musts = {horizon.items[index].id for index in needed}
        before = {horizon.items[index].id for index in self.finished}
        first = self.number * scenario.calendar.sprint_days
        calendar = scenario.calendar.model_copy(
            update={"start": self.prepared.clock.weekdays[first], "sprints": 1, "detailed_sprints": 1}
        )
        pins = [pin for pin in scenario.pins if pin.item in ids and not pin.out]
        pins = [pin.model_copy(update={"sprint": 1}) if pin.sprint is not None else pin for pin in pins]
        done = self.prepared.done
        out = [
            Pin(item=item.id, out=True)
            for item in scenario.backlog
            if item.id not in ids and item.id not in before and item.id not in done
        ]
        items = tuple(
            item.model_copy(
                update={
                    "must": item.id in musts,
                    "together": None,
                    "may_span": False,
                    "release": self._release(item.id, item.release) if item.id in ids else item.release,
                }
            )
            for item in scenario.backlog
        )
        return scenario.model_copy(
            update={
                "calendar": calendar,
                "backlog": items,
                "pins": (*pins, *out),
                "done": tuple(sorted({*scenario.done, *before})),
                "policy": scenario.policy.model_copy(
                    # What the plan to capacity gave up for less churn is not given up twice.
                    update={"churn_tolerance": 0.0, "freeze_days": 0}
                ),
                "solver": Solver(),
            }
        )

    def _release(self, id_: str, release: object) -> object:
        """Not before what it depends on in earlier sprints is over, lags included; to a whole day, to be sure."""
        horizon = self.horizon
        position = horizon.position
        index = position[id_]
        graph = self.prepared.graph
        ready = 0
        if self.prepared.open[id_].item.status == "in-progress":
            return release
        for other, lag in graph.requires[id_]:
            if (end := self.finished.get(position[other])) is not None:
                ready = max(ready, end + lag)
        options = [
            self.finished[position[other]] + lag
            for other, lag in graph.any_of[id_] or ()
            if other in position and position[other] in self.finished
        ]
        if options:
            ready = max(ready, min(options))
        if ready <= max(horizon.begin(self.number), horizon.items[index].release):
            return release
        day = math.ceil(ready / TICKS_PER_DAY)
        days = self.prepared.clock.days
        return days[day] if day < len(days) else self.prepared.clock.weekdays[-1]


def _valued(instance: Instance, worth: Mapping[str, Fraction]) -> Instance:
    """Give items what they are worth here. Differences of prices are finer than values, so the units are, too."""
    scale = instance.scale
    total = sum(worth.values(), Fraction(0)) + scale.to_value(instance.lost)
    total += sum((scale.to_value(item.late_cost) * instance.days() for item in instance.items), Fraction(0))
    finer = max(1, min(FINER, math.floor(LARGEST_SUM / max(Fraction(1), total * scale.factor))))
    scale = replace(scale, factor=scale.factor * finer, exact=False)
    items = tuple(
        replace(
            item,
            value=item.value * finer if item.milestone else scale.to_int(worth[item.id]),
            late_cost=item.late_cost * finer,
        )
        for item in instance.items
    )
    return replace(instance, items=items, lost=instance.lost * finer, scale=scale)


def moment(prepared: Prepared, horizon: Horizon, index: int, finished: Mapping[int, int]) -> int | None:
    """Earliest tick that release and dependencies allow a milestone; None where not all of them have a finish yet."""
    position = horizon.position
    item = horizon.items[index]
    ends = [item.release]
    for other, lag in prepared.graph.requires[item.id]:
        if (end := finished.get(position.get(other, -1))) is None:
            return None
        ends.append(end + lag)
    options = prepared.graph.any_of[item.id]
    if options is not None:
        known = [end + lag for other, lag in options if (end := finished.get(position.get(other, -1))) is not None]
        if not known:
            return None
        ends.append(min(known))
    return max(ends)
