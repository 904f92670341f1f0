"""A replanned sprint against the last plan, in words: what stays, what comes and goes, what moves."""

from __future__ import annotations

from collections.abc import Iterator

from models.plan import Moved, Plan, PlannedItem
from planner.report import words


def lines(baseline: Plan, plan: Plan) -> Iterator[str]:
    """Say what changed; nothing where the plan is compared with nothing."""
    told = plan.baseline
    if told is None:
        return
    yield f"Churn {told.churn}: {words.counted(len(told.kept), 'item')} as agreed, {_changes(plan)}."
    if plan.value is not None and plan.best_value is not None and plan.best_value > plan.value:
        given_up = words.number(plan.best_value - plan.value)
        yield f"Value {words.number(plan.value)}; {given_up} was given up to change less."
    reasons = {item.id: item.reason.text for item in plan.left_out}
    old = {item.id: item for item in baseline.selected}
    new = {item.id: item for item in plan.selected}
    for id_ in told.dropped:
        yield f"- Dropped {_named(id_, old[id_])}: {words.clean(reasons.get(id_, ''))}"
    for id_ in told.added:
        yield f"- Added {_named(id_, new[id_])}."
    for moved in told.moved:
        yield f"- {_named(moved.id, new[moved.id])}: {', '.join(_moves(moved, old[moved.id], new[moved.id]))}."


def _changes(plan: Plan) -> str:
    told = plan.baseline
    assert told is not None
    return f"{len(told.dropped)} dropped, {len(told.added)} added, {len(told.moved)} moved"


def _named(id_: str, item: PlannedItem) -> str:
    title = words.clean(item.title)
    return f"{words.clean(id_)} ({title})" if title else words.clean(id_)


def _moves(moved: Moved, old: PlannedItem, new: PlannedItem) -> Iterator[str]:
    if moved.sprint is not None:
        yield f"sprint {new.sprint} instead of {moved.sprint}"
    for key in moved.reassigned:
        before, after = (_who(item, key) for item in (old, new))
        yield f"task {words.clean(key)} by {after} instead of {before}"
    for key in moved.shifted:
        before, after = (_when(item, key) for item in (old, new))
        yield f"task {words.clean(key)} starts {after} instead of {before}"


def _who(item: PlannedItem, key: str) -> str:
    return ", ".join(words.clean(task.specialist) for task in item.tasks if task.id == key)


def _when(item: PlannedItem, key: str) -> str:
    starts = [task.start for task in item.tasks if task.id == key and task.start is not None]
    return words.day(starts[0]) if starts else "?"
