"""Who does what: skills, second pairs of eyes, pinned and kept specialists, capacity (design.md section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.verify.facts import amount
from planner.verify.kept import kept_tasks

if TYPE_CHECKING:
    from planner.verify.facts import Facts
    from planner.verify.moments import Chosen, Placed
    from planner.verify.people import Person
    from planner.verify.reading import Reading


def skilled(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that every task is done by somebody of the team who has the skill."""
    for chosen in reading.chosen.values():
        for one in chosen.placed.values():
            if one.person is None:
                team = ", ".join(facts.team)
                yield f"{one.name}: done by {one.task.specialist}, who is not in the team ({team})"
            elif one.person.proficiency(one.need.skill) is None:
                yield f"{one.name}: done by {one.person.name}, who does not have the skill {one.need.skill}"


def paired(reading: Reading) -> Iterator[str]:
    """Check that `not_by` tasks are with somebody else, `same_as` tasks with the same specialist."""
    for chosen in reading.chosen.values():
        for one in chosen.placed.values():
            for other in _others(chosen, one.need.not_by):
                if other.task.specialist == one.task.specialist:
                    yield f"{one.name}: not_by task {other.need.label}, but {one.task.specialist} does both"
            for other in _others(chosen, one.need.same_as):
                if other.task.specialist != one.task.specialist:
                    yield (
                        f"{one.name}: same_as task {other.need.label}, but {one.task.specialist} does it and "
                        f"{other.task.specialist} the other"
                    )


def _others(chosen: Chosen, positions: frozenset[int]) -> list[Placed]:
    return [chosen.placed[position] for position in sorted(positions) if position in chosen.placed]


def pinned(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that whom a pin names does the task, and whom a pin rules out does not."""
    for chosen in reading.chosen.values():
        for one in chosen.placed.values():
            for place, pin in facts.task_pins(chosen.demand, one.need.position):
                if pin.specialist not in (None, one.task.specialist):
                    yield f"{one.name}: done by {one.task.specialist}, but pin {place} says {pin.specialist}"
                if pin.not_specialist == one.task.specialist:
                    yield f"{one.name}: done by {one.task.specialist}, whom pin {place} rules out"


def kept(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that started work stays with its assignee, unless she could not finish it in time even alone."""
    for chosen in reading.chosen.values():
        assignee, positions = kept_tasks(facts, chosen.demand)
        for one in _others(chosen, positions):
            if assignee is not None and one.task.specialist != assignee.name:
                yield (
                    f"{one.name}: in progress and assigned to {assignee.name}, who keeps it, but done by "
                    f"{one.task.specialist}"
                )


def within_capacity(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that nobody has more work than their hours, buffer taken off; in hundredths, exactly."""
    planned = costs(reading)
    for person in facts.team.values():
        if planned.get(person.name, 0) > person.limit:
            yield (
                f"specialist {person.name}: over capacity in sprint 1, {amount(planned[person.name])} planned for "
                f"{amount(person.limit)} available after buffer"
            )


def costs(reading: Reading) -> dict[str, int]:
    """Effort / proficiency that the plan asks of everybody, in hundredths."""
    planned: dict[str, int] = {}
    for person, one in staffed(reading):
        planned[person.name] = planned.get(person.name, 0) + person.cost(one.need.skill, one.need.effort)
    return planned


def staffed(reading: Reading) -> Iterator[tuple[Person, Placed]]:
    """Every task of the plan that somebody of the team does."""
    for chosen in reading.chosen.values():
        for one in chosen.placed.values():
            if one.person is not None:
                yield one.person, one
