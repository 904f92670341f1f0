"""Whether one scenario has at least the capacity of another, so that its value can only be higher.

More capacity never lowers the value (design.md section 4) where there is no minimum share, no work in progress and no
team velocity; nor, to be on the safe side, a milestone that is pinned to a day: with more capacity it may come too
early for it. Only there may a bound be carried from one scenario to another.
"""

from __future__ import annotations

from models.base import WEEKDAYS
from models.policy import Policy
from models.scenario import Scenario
from models.team import Specialist
from planner.team import expand


def monotone(scenario: Scenario) -> bool:
    """Whether more capacity never lowers this scenario's value."""
    policy = scenario.policy
    rules = [*policy.mix, *([policy.goal] if policy.goal else [])]
    if any(rule.min_share for rule in rules) or scenario.team_velocity is not None or scenario.baseline is not None:
        return False
    if any(item.status == "in-progress" for item in scenario.backlog):
        return False
    milestones = {item.id for item in scenario.backlog if item.milestone or item.work == ()}
    return not any(pin.start is not None and pin.item in milestones for pin in scenario.pins)


def at_least(more: Scenario, less: Scenario) -> bool:
    """Whether two scenarios differ in capacity alone, and the first has at least as much of it everywhere."""
    if not (monotone(more) and monotone(less)) or _others(more) != _others(less):
        return False
    if more.policy.buffer > less.policy.buffer:
        return False
    there = {person.name: person for person in expand(more.team)}
    return all(person.name in there and _gives(there[person.name], person) for person in expand(less.team))


def _others(scenario: Scenario) -> tuple[object, ...]:
    """Everything but capacity."""
    kept = set(Scenario.model_fields) - {"name", "team", "policy", "solver"}
    policy = {key: getattr(scenario.policy, key) for key in Policy.model_fields if key != "buffer"}
    return (*((key, getattr(scenario, key)) for key in sorted(kept)), policy)


def _gives(more: Specialist, less: Specialist) -> bool:
    """Whether somebody can do, at every moment, at least what the other can."""
    if any(more.skills.get(skill, 0) < proficiency for skill, proficiency in less.skills.items()):
        return False
    if more.hours_per_day < less.hours_per_day or (more.points_per_sprint or 0) < (less.points_per_sprint or 0):
        return False
    if not set(less.workdays or WEEKDAYS) <= set(more.workdays or WEEKDAYS):
        return False
    away = [entry for entry in more.time_off if entry not in less.time_off]
    return not away and _fewer(more, less)


def _fewer(more: Specialist, less: Specialist) -> bool:
    """Whether all that one has promised elsewhere the other has promised too."""
    left = list(less.busy)
    for entry in more.busy:
        if entry not in left:
            return False
        left.remove(entry)
    return True
