"""Which items may, must and must not be in the plan (design.md section 4, "Item")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.verify.demands import task_position
from planner.verify.moments import earliest, never_released

if TYPE_CHECKING:
    from models.plan import Plan
    from planner.verify.demands import Demand
    from planner.verify.facts import Facts
    from planner.verify.reading import Reading

SPRINT = 1


def accounted_for(facts: Facts, reading: Reading, plan: Plan) -> Iterator[str]:
    """Check that every item of the backlog is either planned or left out, exactly once."""
    seen: set[str] = set()
    for left_out in plan.left_out:
        if left_out.id not in facts.backlog:
            yield f"item {left_out.id}: left out, but not in the backlog"
        elif left_out.id in seen:
            yield f"item {left_out.id}: left out twice"
        elif left_out.id in reading.chosen:
            yield f"item {left_out.id}: both planned and left out"
        seen.add(left_out.id)
    for name in facts.backlog:
        if name not in seen and name not in reading.chosen:
            yield f"item {name}: neither planned nor left out"


def understood(facts: Facts) -> Iterator[str]:
    """Check that every name in a pin and in a task means something: otherwise there is no plan, only a message."""
    for place, pin in enumerate(facts.scenario.pins, 1):
        demand = facts.backlog.get(pin.item)
        if demand is None:
            yield f"pin {place}: names the item {pin.item}, which is not in the backlog"
        elif pin.task is not None and task_position(pin.task, demand.tasks) is None:
            yield f"pin {place}: names task {pin.task} of item {pin.item}, which has no such task"
        for name in (pin.specialist, pin.not_specialist):
            if name is not None and name not in facts.team:
                yield f"pin {place}: names the specialist {name}, who is not in the team"
    for demand in facts.backlog.values():
        for key, reference in demand.unknown_references():
            yield f"item {demand.item.id}: `{key}` names task {reference}, which the item does not have"
        if not demand.done and facts.scenario.policy.unknown_dependency == "error":
            yield from _unknown_dependencies(facts, demand)


def _unknown_dependencies(facts: Facts, demand: Demand) -> Iterator[str]:
    all_of, one_of = facts.asked(demand)
    for entry in (*all_of, *one_of):
        if entry.item not in facts.backlog:
            yield (
                f"item {demand.item.id}: depends on the unknown item {entry.item}, and with unknown_dependency: error "
                "there is no plan"
            )


def allowed(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that no planned item is done, pinned out, in another sprint, not ready, or without what it depends on."""
    for chosen in reading.chosen.values():
        demand, name = chosen.demand, f"item {chosen.id}"
        if demand.done:
            yield f"{name}: planned, but it is done"
            continue
        if not 1 <= chosen.planned.sprint <= facts.scenario.calendar.sprints:
            last = facts.scenario.calendar.sprints
            yield f"{name}: planned in sprint {chosen.planned.sprint}; the horizon ends with sprint {last}"
        if (place := facts.pinned_out(demand.item)) is not None:
            yield f"{name}: planned, but pin {place} takes it out"
        if facts.scenario.policy.ready_only and not (demand.started or demand.milestone or facts.ready(demand.item)):
            yield f"{name}: planned, but it is not ready and the policy says ready_only"
        yield from unsupported(facts, reading, demand)


def unsupported(facts: Facts, reading: Reading, demand: Demand) -> Iterator[str]:
    """Say what is missing of the dependencies that an item of the plan has."""
    all_of, one_of = facts.asked(demand)
    for entry in all_of:
        if entry.item not in reading.chosen:
            why = "is neither planned nor done" if entry.item in facts.backlog else "is unknown"
            yield f"item {demand.item.id}: planned, but {entry.item}, which it depends on, {why}"
    if one_of and not any(entry.item in reading.chosen for entry in one_of):
        names = ", ".join(entry.item for entry in one_of)
        yield f"item {demand.item.id}: planned, but none of its any_of ({names}) is planned or done"


def demanded(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that musts and what pins put in are in, in the pin's sprint; done ones need nothing more."""
    for demand in facts.backlog.values():
        item = demand.item
        if demand.done:
            continue
        if item.id not in reading.chosen:
            if item.must:
                yield f"item {item.id}: left out, but it is a must"
            if (place := facts.pinned_in(item)) is not None:
                yield f"item {item.id}: left out, but pin {place} puts it in"
            continue
        sprint = reading.chosen[item.id].planned.sprint
        for place, pin in facts.pins.get(item.id, ()):
            if pin.sprint not in (None, sprint):
                yield f"item {item.id}: in sprint {sprint}, but pin {place} asks for sprint {pin.sprint}"


def grouped(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that of alternatives at most one is in; of what goes together all or none."""
    for group, members in facts.exclusive.items():
        planned = [demand.item.id for demand in members if demand.item.id in reading.chosen]
        finished = [demand.item.id for demand in members if demand.done]
        if finished and planned:
            yield f"exclusive {group}: {', '.join(planned)} planned, but {', '.join(finished)} is done already"
        if len(planned) > 1:
            yield f"exclusive {group}: {', '.join(planned)} are planned; at most one may be"
    for group, members in facts.together.items():
        inside = [demand.item.id for demand in members if _inside(reading, demand)]
        outside = [demand.item.id for demand in members if not _inside(reading, demand)]
        if inside and outside:
            yield f"together {group}: {', '.join(inside)} in the plan or done, but not {', '.join(outside)}"


def _inside(reading: Reading, demand: Demand) -> bool:
    """In the plan or done."""
    return demand.done or demand.item.id in reading.chosen


def milestones(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that no milestone is missing whose dependencies hold and which no hard rule forbids."""
    for demand in facts.backlog.values():
        item = demand.item
        if not demand.milestone or demand.done or item.id in reading.chosen:
            continue
        moment = earliest(facts, reading.chosen, demand)
        if moment is None or moment > facts.finish_limit(item) or facts.pinned_out(item) is not None:
            continue
        if not never_released(facts, demand) and not group_forbids(facts, reading, demand):
            yield (
                f"item {item.id}: a milestone left out, though what it depends on holds by {facts.finish_text(moment)} "
                "and no rule forbids it"
            )


def group_forbids(facts: Facts, reading: Reading, demand: Demand) -> bool:
    """Whether an alternative is in, or something that must go together with it is not."""
    alternatives = facts.exclusive.get(demand.item.exclusive or "", [])
    companions = facts.together.get(demand.item.together or "", [])
    return any(_inside(reading, other) for other in alternatives if other is not demand) or any(
        not _inside(reading, other) for other in companions if other is not demand
    )


def settled(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that every planned milestone has a moment, if only what it depends on is there."""
    for chosen in reading.chosen.values():
        milestone = chosen.demand.milestone and not chosen.demand.done
        if milestone and chosen.finish is None and not any(unsupported(facts, reading, chosen.demand)):
            yield f"item {chosen.id}: a milestone whose moment cannot be told, as what it depends on has none"
