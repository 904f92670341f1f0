"""Hours: what each specialist can give in the sprint."""

from __future__ import annotations

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from planner.instance import Instance
from planner.solve.variables import Variables


def add_capacity(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Per specialist, the sum of effort / proficiency is at most the hours available less the buffer.

    Every amount is rounded half up to 0.01 and compared exactly (Section 4, "Specialist": capacity).
    """
    for who, person in enumerate(instance.specialists):
        taken = planned(variables, who)
        if sum(cost for _, cost in taken) > person.limit:
            model.add(LinearExpr.weighted_sum([a for a, _ in taken], [cost for _, cost in taken]) <= person.limit)


def planned(variables: Variables, who: int) -> list[tuple[IntVar, int]]:
    """(assigned, cost in hundredths) of every task this specialist may do."""
    return [
        (option.assigned, option.choice.cost)
        for options in variables.options
        for option in options
        if option.choice.specialist == who
    ]
