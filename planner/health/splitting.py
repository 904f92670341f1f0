"""Where to cut an item that is too big for any sprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from models.item import Item, Task
from models.scenario import Scenario
from planner import pipeline
from planner.clock import TICKS_PER_DAY
from planner.prepare import Prepared
from planner.solve.conflict import has_plan
from planner.work import OpenItem, OpenTask


@dataclass(frozen=True)
class Part:
    """Tasks (their keys) that fit into one sprint together, or one task that is too big by itself."""

    tasks: tuple[str, ...]
    fits: bool


def split(prepared: Prepared, entry: OpenItem) -> tuple[Part, ...]:
    """Cut an item's tasks, in their order, into as few parts as fit one sprint each with nothing else in it."""
    parts: list[Part] = []
    current: list[OpenTask] = []
    for task in _in_order(entry):
        if current and not _fits(prepared, entry, [*current, task]):
            parts.append(Part(_keys(current), _fits(prepared, entry, current)))
            current = []
        current.append(task)
    if current:
        parts.append(Part(_keys(current), _fits(prepared, entry, current)))
    return tuple(parts)


def _keys(tasks: Sequence[OpenTask]) -> tuple[str, ...]:
    return tuple(task.key for task in tasks)


def _in_order(entry: OpenItem) -> list[OpenTask]:
    """Tasks, each after those it waits for, otherwise as written."""
    from graphlib import TopologicalSorter

    order = TopologicalSorter({place: task.after for place, task in enumerate(entry.tasks)}).static_order()
    return [entry.tasks[place] for place in order]


def _fits(prepared: Prepared, entry: OpenItem, tasks: Sequence[OpenTask]) -> bool:
    """Whether these tasks alone can be done in the sprint by this team."""
    return has_plan(pipeline.prepare(alone(prepared, entry, tasks)).instance) is True


def alone(prepared: Prepared, entry: OpenItem, tasks: Sequence[OpenTask]) -> Scenario:
    """Return the scenario in which some tasks of an item are all there is to do, and have to be done."""
    inside = {entry.tasks.index(task) for task in tasks}

    def named(places: Sequence[int]) -> tuple[str, ...]:
        return tuple(f"t{place}" for place in places if place in inside)

    work = tuple(
        Task(
            id=f"t{entry.tasks.index(task)}",
            skill=task.skill,
            effort=float(task.effort),
            after=named(task.after),
            wait_days=float(Fraction(task.wait_ticks, TICKS_PER_DAY)),
            not_by=named(task.not_by),
            same_as=named(task.same_as),
        )
        for task in tasks
    )
    item = Item(id=entry.item.id, value=1, work=work, must=True)
    policy = prepared.scenario.policy.model_copy(update={"ready_only": False, "goal": None, "mix": ()})
    return prepared.scenario.model_copy(update={"backlog": (item,), "pins": (), "done": (), "policy": policy})
