"""What changed from one plan to another, by id and calendar date (design.md section 4, "Churn")."""

from __future__ import annotations

from dataclasses import dataclass

from models.plan import Plan, PlannedItem, PlannedTask

ITEM, SPRINT, PERSON, DAY = 3, 2, 1, 1  # what a change counts


@dataclass(frozen=True)
class Changes:
    """Ids that came in, fell out and moved, and what that counts in all."""

    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    churn: int = 0


def changes(before: Plan, after: Plan) -> Changes:
    """Compare two plans.

    An item that only one of the two backlogs has is told, but costs no churn: nobody decided about it.
    """
    old = {item.id: item for item in before.selected}
    new = {item.id: item for item in after.selected}
    known = set(old) | {item.id for item in before.left_out}
    still = set(new) | {item.id for item in after.left_out if item.reason.code != "done"}
    moves = {name: _moves(old[name], new[name]) for name in sorted(old.keys() & new.keys())}
    added = tuple(sorted(new.keys() - old.keys()))
    dropped = tuple(sorted(old.keys() - new.keys()))
    counted = sum(name in known for name in added) + sum(name in still for name in dropped)
    return Changes(
        added=added,
        dropped=dropped,
        moved=tuple(name for name, count in moves.items() if count),
        churn=ITEM * counted + sum(moves.values()),
    )


def _moves(before: PlannedItem, after: PlannedItem) -> int:
    tasks = {task.id: task for task in before.tasks}
    total = SPRINT if before.sprint != after.sprint else 0
    for task in after.tasks:
        if (earlier := tasks.get(task.id)) is None:
            continue
        total += PERSON * (earlier.specialist != task.specialist)
        total += DAY * (before.sprint == after.sprint and _other_day(earlier, task))
    return total


def _other_day(before: PlannedTask, after: PlannedTask) -> bool:
    if before.start is None or after.start is None:
        return False
    return before.start.date() != after.start.date()
