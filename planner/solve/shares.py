"""Goal and mix: shares of the sprint's hours for themes and item types."""

from __future__ import annotations

import math
from fractions import Fraction

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr

from planner.instance import Instance
from planner.solve.variables import Variables


def add_max_shares(model: CpModel, instance: Instance, variables: Variables) -> None:
    """The effort of the items under a rule is at most its share of the sprint's hours (hard)."""
    for rule in instance.shares:
        if rule.maximum is not None and rule.members:
            most = math.floor(rule.maximum * instance.capacity)
            model.add(_effort(instance, variables, rule.members) <= most)


def add_shortfalls(model: CpModel, instance: Instance, variables: Variables) -> list[IntVar]:
    """Whole percent by which each minimum share is missed, rounded up; only items with a benefit count."""
    shortfalls = []
    for rule in instance.shares:
        if rule.minimum is None or instance.capacity == 0:
            continue
        shortfall = model.new_int_var(0, math.ceil(100 * rule.minimum), f"shortfall {rule.name}")
        wanted = math.ceil(100 * rule.minimum * instance.capacity)
        model.add(instance.capacity * shortfall + 100 * _effort(instance, variables, rule.counted) >= wanted)
        shortfalls.append(shortfall)
    return shortfalls


def shortfall(minimum: Fraction, effort: int | Fraction, capacity: int) -> int:
    """Whole percent by which an effort misses a minimum share of the capacity."""
    share = Fraction(effort, capacity) if capacity else Fraction(0)
    return max(0, math.ceil(100 * (minimum - share)))


def _effort(instance: Instance, variables: Variables, members: tuple[int, ...]) -> LinearExpr:
    return LinearExpr.weighted_sum(
        [variables.chosen[item] for item in members], [instance.items[item].effort for item in members]
    )
