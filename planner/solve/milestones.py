"""Milestones: in exactly when their dependencies hold and no hard rule forbids it, at the earliest moment."""

from __future__ import annotations

from collections.abc import Mapping

from ortools.sat.python.cp_model import CpModel, IntVar, LinearExprT, LiteralT

from planner.instance import Instance
from planner.solve.variables import Variables

Ranks = Mapping[int, IntVar]


def add_milestones(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Decide every milestone from the items it depends on (Section 4, "Item").

    Items that a milestone depends on get their exact finish, since "earliest moment" may decide whether the
    milestone is in. Milestones that could carry one another with no time between get ranks: whoever carries comes
    before, so that something outside carries them all.
    """
    ranks = {
        index: model.new_int_var(0, len(loop) - 1, f"rank {instance.items[index].id}")
        for loop in instance.loops
        for index in loop
    }
    for index, item in enumerate(instance.items):
        if item.milestone:
            moment = _add_moment(model, instance, variables, index, ranks)
            _add_exactly_when(model, instance, variables, index, moment)


def exact_finishes(model: CpModel, instance: Instance, variables: Variables) -> None:
    """Items a milestone depends on finish exactly with their last task."""
    awaited = {
        before
        for item in instance.items
        if item.milestone
        for before, _ in (*item.requires, *(item.any_of or ()))
        if not instance.items[before].milestone
    }
    for index in sorted(awaited):
        item = instance.items[index]
        last = []
        for task in instance.tasks_that_end(item):
            is_last = model.new_bool_var("")
            end = variables.finish[task] + instance.tasks[task].wait
            model.add(variables.item_finish[index] <= end).only_enforce_if(is_last)
            last.append(is_last)
        model.add_bool_or([*last, ~variables.chosen[index]])


def _add_moment(
    model: CpModel, instance: Instance, variables: Variables, index: int, ranks: Ranks
) -> tuple[IntVar, IntVar]:
    """Return (dependencies hold, the earliest moment they and the release allow, where they hold)."""
    item = instance.items[index]
    holds = model.new_bool_var(f"{item.id} can be")
    needed = [variables.chosen[before] for before, _ in item.requires]
    latest = max([item.release, *(_last(instance, arc) for arc in (*item.requires, *(item.any_of or ())))])
    moment = model.new_int_var(item.release, latest, f"moment {item.id}")
    causes: list[IntVar] = []
    if item.any_of is not None:
        some, ready = _add_first_of(model, instance, variables, index, ranks)
        needed.append(some)
        causes.append(_at_least(model, moment, ready, holds))
    for literal in needed:
        model.add_implication(holds, literal)
    model.add_bool_or([holds, *(~literal for literal in needed)])
    for before, lag in item.requires:
        causes.append(_at_least(model, moment, variables.item_finish[before] + lag, holds))
        _carries(model, ranks, before, index, holds)
    at_release = model.new_bool_var("")
    model.add(moment <= item.release).only_enforce_if(at_release)
    model.add_bool_or([at_release, *causes])
    return holds, moment


def _last(instance: Instance, arc: tuple[int, int]) -> int:
    return instance.items[arc[0]].deadline + arc[1]


def _at_least(model: CpModel, moment: IntVar, ready: LinearExprT, holds: IntVar) -> IntVar:
    """Keep the moment after `ready`; the literal returned says that it is not later than that."""
    model.add(moment >= ready).only_enforce_if(holds)
    tight = model.new_bool_var("")
    model.add(moment <= ready).only_enforce_if(tight)
    return tight


def _carries(model: CpModel, ranks: Ranks, before: int, index: int, condition: IntVar) -> None:
    """Where both could carry each other, this one carries and comes before."""
    if before in ranks and index in ranks:
        model.add(ranks[before] < ranks[index]).only_enforce_if(condition)


def _add_first_of(
    model: CpModel, instance: Instance, variables: Variables, index: int, ranks: Ranks
) -> tuple[IntVar, IntVar]:
    """Return (some alternative is in the plan, the earliest finish plus lag among those that are)."""
    arcs = instance.items[index].any_of or ()
    some = model.new_bool_var("")
    first = model.new_int_var(0, max([0, *(_last(instance, arc) for arc in arcs)]), "")
    model.add_max_equality(some, [0, *(variables.chosen[before] for before, _ in arcs)])
    tight = []
    for before, lag in arcs:
        end = variables.item_finish[before] + lag
        model.add(first <= end).only_enforce_if(variables.chosen[before])
        literal = model.new_bool_var("")
        model.add_implication(literal, variables.chosen[before])
        model.add(first >= end).only_enforce_if(literal)
        _carries(model, ranks, before, index, literal)
        tight.append(literal)
    model.add_bool_or([*tight, ~some])
    return some, first


def _add_exactly_when(
    model: CpModel, instance: Instance, variables: Variables, index: int, when: tuple[IntVar, IntVar]
) -> None:
    """Put the milestone in the plan, or name the hard rule that forbids it."""
    item = instance.items[index]
    holds, moment = when
    chosen = variables.chosen[index]
    model.add_implication(chosen, holds)
    model.add(variables.item_finish[index] == moment).only_enforce_if(chosen)
    forbidden = model.new_bool_var(f"{item.id} too late")
    model.add(moment > item.deadline).only_enforce_if(forbidden)
    excuses: list[LiteralT] = [forbidden]
    for group in instance.exclusive:
        if index in group:
            excuses.extend(variables.chosen[other] for other in group if other != index)
    for group in instance.together:
        if index in group:
            excuses.extend(~variables.chosen[other] for other in group if other != index)
    model.add_bool_or([chosen, ~holds, *excuses])
    if item.start_window is not None:
        first, last = item.start_window
        model.add(moment > first).only_enforce_if(chosen)
        model.add(moment <= last + 1).only_enforce_if(chosen)
