"""How many items may be under way at the same time."""

from __future__ import annotations

from ortools.sat.python.cp_model import CpModel

from planner.instance import Instance
from planner.solve.variables import Variables


def add_max_parallel(model: CpModel, instance: Instance, variables: Variables) -> None:
    """At most `max_parallel` items lie between first start and finish, waits included; milestones do not count."""
    limit = instance.max_parallel
    counted = [index for index, item in enumerate(instance.items) if not item.milestone]
    if limit is None or len(counted) <= limit:
        return
    under_way = []
    for index in counted:
        start, finish = variables.item_start(index), variables.item_finish[index]
        length = model.new_int_var(0, instance.horizon, "")
        under_way.append(
            model.new_optional_interval_var(start, length, finish, variables.chosen[index], f"under way {index}")
        )
    model.add_cumulative(under_way, [1] * len(under_way), limit)
