"""A plan against its baseline: what stayed, came, went and moved, and how much churn that is (section 4, "Churn")."""

from __future__ import annotations

from collections.abc import Sequence

from models.plan import Comparison, Moved, Plan, PlannedItem
from planner.baseline import Churn


def compare(churn: Churn, baseline: Plan, selected: Sequence[PlannedItem], open_ids: Sequence[str]) -> Comparison:
    """Compare what is planned now with what the baseline had.

    Parameters
    ----------
    open_ids
        Items that are not done, in the order of the file.
    """
    now = {planned.id: planned for planned in selected}
    moved = {id_: change for id_ in now if (change := _moved(churn, now[id_])) is not None}
    total = sum(churn.of_choice(id_, now[id_].sprint if id_ in now else None) for id_ in open_ids)
    total += sum(len(change.reassigned) + len(change.shifted) for change in moved.values())
    before = {id_ for id_, one in churn.before.items() if one.sprint is not None}
    return Comparison(
        value=baseline.value,
        churn=total,
        kept=tuple(planned.id for planned in selected if planned.id in before and planned.id not in moved),
        added=tuple(planned.id for planned in selected if planned.id not in before),
        dropped=tuple(id_ for id_ in open_ids if id_ in before and id_ not in now),
        moved=tuple(moved[planned.id] for planned in selected if planned.id in moved),
    )


def _moved(churn: Churn, planned: PlannedItem) -> Moved | None:
    """What changed of an item that both plans have."""
    before = churn.before.get(planned.id)
    if before is None or before.sprint is None:
        return None
    by_key: dict[str, list[tuple[str, int | None]]] = {}
    for task in planned.tasks:
        by_key.setdefault(task.id, []).append((task.specialist, task.start_tick))
    reassigned, shifted = [], []
    for key, told in before.tasks.items():
        now = by_key.get(key, [])
        if now and told.specialist not in (None, *(specialist for specialist, _ in now)):
            reassigned.append(key)
        if len(now) != 1:
            continue
        ((specialist, start),) = now
        at = told.start if start is None else start
        if churn.of_task(planned.id, key, told.specialist or specialist, at or 0, planned.sprint):
            shifted.append(key)
    changed = before.sprint if before.sprint != planned.sprint else None
    if changed is None and not reassigned and not shifted:
        return None
    return Moved(id=planned.id, sprint=changed, reassigned=tuple(reassigned), shifted=tuple(shifted))
