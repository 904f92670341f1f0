"""The terms of the objective as expressions (design.md section 4, "Objective").

Every term is built when it is first asked for: its variables exist only in the solves that need them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExpr, LinearExprT

from planner.clock import TICKS_PER_DAY
from planner.instance import Instance
from planner.solve.capacity import planned
from planner.solve.shares import add_shortfalls
from planner.solve.solution import PEAK_PARTS, SPRINT, TermName, days_late
from planner.solve.variables import Variables

Expression = Callable[[CpModel, Instance, Variables], LinearExprT]


@dataclass(frozen=True)
class Term:
    """A named part of the objective, which way it improves, a figure that no plan can pass, and the other end."""

    name: TermName
    maximise: bool
    expression: Expression
    limit: Callable[[Instance], int] = lambda _: 0
    worst: Callable[[Instance], int] = lambda _: 0

    def better(self, one: int, other: int) -> bool:
        """Whether `one` is the better value of the two."""
        return one > other if self.maximise else one < other


def _carried_over(_: CpModel, instance: Instance, variables: Variables) -> LinearExprT:
    return LinearExpr.weighted_sum(variables.chosen, [item.carried for item in instance.items])


def _shortfall(model: CpModel, instance: Instance, variables: Variables) -> LinearExprT:
    return LinearExpr.sum(add_shortfalls(model, instance, variables))


def _value(model: CpModel, instance: Instance, variables: Variables) -> LinearExprT:
    """Sum of the values of what is in, minus the due cost of what is late or out."""
    gained = LinearExpr.weighted_sum(variables.chosen, [item.value for item in instance.items])
    lost: list[LinearExprT] = [instance.lost]
    for index, item in enumerate(instance.items):
        most = days_late(item, instance.horizon)
        if item.late_cost == 0 or most == 0:
            continue
        late = model.new_int_var(0, most, f"days late {item.id}")
        finish = variables.item_finish[index]
        model.add(TICKS_PER_DAY * late >= finish - TICKS_PER_DAY * item.due_days).only_enforce_if(
            variables.chosen[index]
        )
        model.add(late == most).only_enforce_if(~variables.chosen[index])
        lost.append(item.late_cost * late)
    return gained - LinearExpr.sum(lost)


def _early(model: CpModel, instance: Instance, variables: Variables) -> LinearExprT:
    """Sum of value times finish in whole days, over what is in the plan."""
    total: list[LinearExprT] = []
    for index, item in enumerate(instance.items):
        if item.value == 0:
            continue
        until = model.new_int_var(0, instance.days(), f"days {item.id}")
        model.add(TICKS_PER_DAY * until >= variables.item_finish[index]).only_enforce_if(variables.chosen[index])
        total.append(item.value * until)
    return LinearExpr.sum(total)


def _peak(model: CpModel, instance: Instance, variables: Variables) -> LinearExprT:
    highest = model.new_int_var(0, PEAK_PARTS, "peak")
    for who, person in enumerate(instance.specialists):
        if person.limit:
            taken = [PEAK_PARTS * cost * assigned for assigned, cost in planned(variables, who)]
            model.add(person.limit * highest >= LinearExpr.sum(taken))
    return highest


def _churn(model: CpModel, instance: Instance, variables: Variables) -> LinearExprT:
    """What changes against the baseline (Section 4, "Churn")."""
    churn = instance.churn
    if churn is None:
        return 0
    parts: list[LinearExprT] = [sum(churn.of_choice(id_, None) for id_ in instance.excluded)]
    for index, item in enumerate(instance.items):
        inside = variables.chosen[index]
        within, without = churn.of_choice(item.id, SPRINT), churn.of_choice(item.id, None)
        parts.append(without + (within - without) * inside)
        before = churn.before.get(item.id)
        for task in item.tasks:
            told = before.tasks.get(instance.tasks[task].key) if before is not None else None
            if before is None or before.sprint is None or told is None:
                continue
            for option in variables.options[task]:
                name = instance.specialists[option.choice.specialist].name
                if told.specialist not in (None, name):
                    parts.append(option.assigned)
            if told.start is not None and before.sprint == SPRINT:
                parts.append(_shifted(model, variables, task, told.start, inside))
    return LinearExpr.sum(parts)


def _shifted(model: CpModel, variables: Variables, task: int, start: int, inside: IntVar) -> IntVar:
    """Whether a task starts a working day or more from a tick."""
    shifted = model.new_bool_var("")
    near = variables.start[task]
    model.add(near < start + TICKS_PER_DAY).only_enforce_if(inside, ~shifted)
    model.add(near > start - TICKS_PER_DAY).only_enforce_if(inside, ~shifted)
    return shifted


def _effort(_: CpModel, __: Instance, variables: Variables) -> LinearExprT:
    every = [option for options in variables.options for option in options]
    return LinearExpr.weighted_sum([option.assigned for option in every], [option.choice.cost for option in every])


def _assignee(_: CpModel, instance: Instance, variables: Variables) -> LinearExprT:
    """Tasks that are not with the assignee who could do them."""
    elsewhere: list[LinearExprT] = [
        option.assigned
        for task, data in enumerate(instance.tasks)
        for option in variables.options[task]
        if data.preferred is not None and option.choice.specialist != data.preferred
    ]
    return LinearExpr.sum(elsewhere)


CARRIED_OVER = Term(
    "carried_over",
    maximise=True,
    expression=_carried_over,
    limit=lambda instance: sum(item.carried for item in instance.items),
)
SHORTFALL = Term("shortfall", maximise=False, expression=_shortfall)
VALUE = Term(
    "value",
    maximise=True,
    expression=_value,
    limit=lambda instance: sum(item.value for item in instance.items) - instance.lost,
)
CHURN = Term("churn", maximise=False, expression=_churn)
EARLY = Term("early", maximise=False, expression=_early)
PEAK = Term("peak", maximise=False, expression=_peak, worst=lambda _: PEAK_PARTS)
EFFORT = Term(
    "effort",
    maximise=False,
    expression=_effort,
    worst=lambda instance: sum(max(choice.cost for choice in task.choices) for task in instance.tasks),
)
ASSIGNEE = Term("assignee", maximise=False, expression=_assignee, worst=lambda instance: len(instance.tasks))
LATER = (EARLY, PEAK, EFFORT, ASSIGNEE)
LARGEST_SUM = 2**50


def later_together(instance: Instance) -> tuple[tuple[Term, ...], ...]:
    """Group the later terms so that each group takes one solve; all but `early` in one, unless sums grow too large."""
    small = (PEAK, EFFORT, ASSIGNEE)
    if math.prod(term.worst(instance) + 1 for term in small) <= LARGEST_SUM:
        return ((EARLY,), small)
    return tuple((term,) for term in LATER)


def in_order(model: CpModel, instance: Instance, variables: Variables, terms: Sequence[Term]) -> LinearExprT:
    """Build one expression to minimise in which a unit of each term outweighs all of those after it."""
    parts: list[LinearExprT] = []
    weight = 1
    for term in reversed(terms):
        parts.append(weight * term.expression(model, instance, variables))
        weight *= term.worst(instance) + 1
    return LinearExpr.sum(parts)


def asked(instance: Instance) -> list[Term]:
    """Terms before value that this instance has."""
    terms = []
    if instance.carries_over:
        terms.append(CARRIED_OVER)
    if any(rule.minimum is not None for rule in instance.shares):
        terms.append(SHORTFALL)
    return terms


def hold(model: CpModel, instance: Instance, variables: Variables, term: Term, value: int) -> None:
    """Keep a term at least as good as a value it has reached."""
    expression = term.expression(model, instance, variables)
    model.add(expression >= value if term.maximise else expression <= value)
