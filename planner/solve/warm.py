"""A plan as the schedule to start from: of the base for its variants, of yesterday for today.

The plan may be of another scenario. What of it still fits is taken over; a short solve then turns that into a schedule
that keeps every rule, where there is one with the same items.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from models.plan import Plan, PlannedTask
from planner.instance import Choice, Instance
from planner.solve.limits import Limits
from planner.solve.model import build_model
from planner.solve.run import Effort, add_hint, run
from planner.solve.solution import Placed, Solution

REPAIR_SECONDS = 5.0  # the work counts; on a busy machine it takes longer
REPAIR_PART = 0.5  # of the time, at most
REPAIR_WORK = 0.1  # deterministic
MOST_OPTIONS = 3_000  # (task, specialist) pairs up to which the whole model is built in a moment


def schedule_of(instance: Instance, plan: Plan) -> Solution | None:
    """Read a plan as a schedule of this instance, as far as its items, tasks and people are in it; None if nothing is.

    The schedule may break rules: it is a hint.
    """
    people = {person.name: index for index, person in enumerate(instance.specialists)}
    numbers = {item.id: index for index, item in enumerate(instance.items)}
    items: dict[int, tuple[int, int]] = {}
    tasks: dict[int, Placed] = {}
    for planned in plan.selected:
        index = numbers.get(planned.id)
        if index is None or instance.items[index].milestone:
            continue
        placed = _placed(instance, index, planned.tasks, people)
        if placed is None:
            continue
        tasks.update(placed)
        items[index] = (
            min(one.start for one in placed.values()),
            max(one.finish + instance.tasks[task].wait for task, one in placed.items()),
        )
    return Solution(items, tasks) if items else None


def _placed(
    instance: Instance, item: int, planned: Sequence[PlannedTask], people: dict[str, int]
) -> dict[int, Placed] | None:
    """Place the tasks of one item, None if one of them cannot be done by the same person any more."""
    by_key = {task.id: task for task in planned}
    placed: dict[int, Placed] = {}
    for number in instance.items[item].tasks:
        told = by_key.get(instance.tasks[number].key)
        if told is None or told.start_tick is None:
            return None
        who = people.get(told.specialist)
        choice = next((choice for choice in instance.tasks[number].choices if choice.specialist == who), None)
        if choice is None:
            return None
        placed[number] = _at(instance, choice, told.start_tick)
    return placed


def _at(instance: Instance, choice: Choice, tick: int) -> Placed:
    axis = instance.specialists[choice.specialist].axis
    own = min(max(choice.earliest, axis.before(tick)), choice.latest - choice.duration)
    return Placed(choice.specialist, own, axis.start_tick(own), axis.finish_tick(own + choice.duration), choice.cost)


def repaired(instance: Instance, hint: Solution, limits: Limits) -> Solution | None:
    """Find a schedule with just these items (and the milestones they bring) that keeps every hard rule."""
    if sum(len(task.choices) for task in instance.tasks) > MOST_OPTIONS or limits.over:
        return None
    model, variables = build_model(instance)
    for index, item in enumerate(instance.items):
        if not item.milestone:
            model.add(variables.chosen[index] == (index in hint.items))
    add_hint(model, instance, variables, hint)
    work = REPAIR_WORK if limits.work_left is None else min(REPAIR_WORK, limits.work_left)
    seconds = math.inf if limits.work is not None else min(REPAIR_SECONDS, REPAIR_PART * limits.left)
    answer = run(model, instance, variables, Effort(seconds, work, workers=1, seed=0), stop=lambda: limits.over)
    limits.spend(answer.work)
    return answer.solution
