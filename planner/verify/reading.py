"""The plan laid beside the scenario: which item, which task, which specialist, from when to when.

Whatever cannot be laid beside it (an unknown id, a task too many, a missing time) becomes a violation here, and the
rules see only what could be read: so none of them has to fear a strange plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.verify.moments import Chosen, Placed, place_milestones

if TYPE_CHECKING:
    from models.plan import Plan, PlannedItem, PlannedTask
    from planner.verify.demands import Demand
    from planner.verify.facts import Facts


@dataclass
class Reading:
    """The plan as far as it could be read, and what could not be."""

    chosen: dict[str, Chosen] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether every chosen item has its times: figures over the whole plan make sense."""
        return not self.problems and all(chosen.finish is not None for chosen in self.chosen.values())


def read(facts: Facts, plan: Plan) -> Reading:
    """Lay the plan beside the scenario."""
    reading = Reading()
    for planned in plan.selected:
        demand = facts.backlog.get(planned.id)
        if demand is None:
            reading.problems.append(f"item {planned.id}: planned, but not in the backlog")
        elif planned.id in reading.chosen:
            reading.problems.append(f"item {planned.id}: planned twice")
        else:
            placed = _placed(facts, demand, planned, reading.problems)
            start, finish = _span(demand, placed)
            reading.chosen[planned.id] = Chosen(demand, planned, placed, start, finish)
    place_milestones(facts, reading.chosen)
    return reading


def _placed(facts: Facts, demand: Demand, planned: PlannedItem, problems: list[str]) -> dict[int, Placed]:
    placed: dict[int, Placed] = {}
    for task in planned.tasks:
        name = f"item {planned.id}, task {task.id}"
        same_label = [need for need in demand.needs if need.label == task.id]
        need = next((need for need in same_label if need.position not in placed), None)
        if same_label and need is None:
            problems.append(f"{name}: planned twice")
        elif need is None:
            problems.append(f"{name}: the item has no such task left to do")
        else:
            start, finish = _ticks(facts, task, name, problems)
            person = facts.team.get(task.specialist)
            placed[need.position] = Placed(name, need, task, person, start, finish)
    problems.extend(
        f"item {planned.id}, task {need.label}: missing; an item is in the plan only whole"
        for need in demand.needs
        if need.position not in placed
    )
    return placed


def _ticks(facts: Facts, task: PlannedTask, name: str, problems: list[str]) -> tuple[int | None, int | None]:
    start, finish = task.start_tick, task.finish_tick
    if start is None or finish is None:
        problems.append(f"{name}: has no start or finish tick, though the sprint is planned to the tick")
        return None, None
    if not 0 <= start < finish <= facts.horizon:
        problems.append(
            f"{name}: runs from tick {start} to {finish}, but the horizon runs from tick 0 to {facts.horizon} and "
            "work takes time"
        )
        return None, None
    return start, finish


def _span(demand: Demand, placed: dict[int, Placed]) -> tuple[int | None, int | None]:
    """First start and last finish, waits included, if every task is there with its ticks."""
    starts = [one.start for one in placed.values() if one.start is not None]
    finishes = [one.finish + one.need.wait for one in placed.values() if one.finish is not None]
    if not demand.needs or len(starts) < len(demand.needs) or len(finishes) < len(demand.needs):
        return None, None
    return min(starts), max(finishes)
