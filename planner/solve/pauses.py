"""One task at a time on each specialist's own axis, and the way from there to the team's clock."""

from __future__ import annotations

from ortools.sat.python.cp_model import CpModel, IntervalVar, LinearExpr, LinearExprT

from planner.instance import Instance
from planner.solve.variables import Option, Variables


def add_one_at_a_time(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Each specialist does one task at a time; work pauses over time off and goes on afterwards.

    On their own axis (only the ticks when they are there) a task is one interval of fixed length (Section 4,
    "Specialist": order).
    """
    intervals: list[list[IntervalVar]] = [[] for _ in instance.specialists]
    for task, options in enumerate(variables.options):
        for option in options:
            who = option.choice.specialist
            intervals[who].append(variables.own_interval(option, f"{task} by {who}"))
    for taken in intervals:
        if len(taken) > 1:
            model.add_no_overlap(taken)


def add_team_clock(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Start and finish on the team's clock are the own ticks plus every pause already passed.

    A start at a pause lies after it, a finish before it; one boolean per pause inside the task's window says which.
    """
    for task, options in enumerate(variables.options):
        for option in options:
            pauses = instance.specialists[option.choice.specialist].axis.pauses
            begin, end = _passed(model, option, pauses)
            if pauses:
                model.add(variables.start[task] == LinearExpr.sum([option.own_start, begin])).only_enforce_if(
                    option.assigned
                )
            else:
                model.add(option.own_start >= option.choice.earliest).only_enforce_if(option.assigned)
                model.add(option.own_start + option.choice.duration <= option.choice.latest).only_enforce_if(
                    option.assigned
                )
            finish = LinearExpr.sum([option.own_start, option.choice.duration, end])
            model.add(variables.finish[task] == finish).only_enforce_if(option.assigned)


def _passed(model: CpModel, option: Option, pauses: tuple[tuple[int, int], ...]) -> tuple[LinearExprT, LinearExprT]:
    """Ticks of absence before the start and before the finish."""
    choice = option.choice
    first, last = choice.earliest, choice.latest - choice.duration
    begin = _steps(model, option.own_start, first, last, pauses)
    # A finish at a pause comes before it: it is passed only from the next tick on.
    after = tuple((position + 1 - choice.duration, length) for position, length in pauses)
    end = _steps(model, option.own_start, first, last, after)
    return begin, end


def _steps(model: CpModel, own: LinearExprT, first: int, last: int, pauses: tuple[tuple[int, int], ...]) -> LinearExprT:
    """Sum of the lengths of pauses with position <= own start."""
    steps: list[LinearExprT] = [sum(length for position, length in pauses if position <= first)]
    before = None
    for position, length in pauses:
        if first < position <= last:
            passed = model.new_bool_var("")
            model.add(own >= position).only_enforce_if(passed)
            model.add(own < position).only_enforce_if(~passed)
            if before is not None:
                model.add_implication(passed, before)
            steps.append(length * passed)
            before = passed
    return LinearExpr.sum(steps)
