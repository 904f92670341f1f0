"""Every way to give the tasks of a set of items to the team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.verify.demands import Demand, Need
from planner.verify.facts import Facts
from planner.verify.people import Person

Staffed = Mapping[tuple[str, int], tuple[Need, Person]]  # (item, position of the task) -> what, who


def staffings(facts: Facts, chosen: frozenset[str], keepers: Mapping[str, str | None]) -> Iterator[Staffed]:
    """Yield every assignment that skills, pins, kept assignees, not_by, same_as and capacity allow."""
    tasks = [
        (demand, need, _able(facts, demand, need, keepers.get(name)))
        for name, demand in facts.backlog.items()
        if name in chosen
        for need in demand.needs
    ]
    yield from _extend(tasks, {}, dict.fromkeys(facts.team, (0, 0)))


def _able(facts: Facts, demand: Demand, need: Need, keeper: str | None) -> list[Person]:
    pins = [pin for _, pin in facts.task_pins(demand, need.position)]
    able = [
        person
        for person in facts.team.values()
        if person.proficiency(need.skill) is not None
        and all(pin.specialist in (None, person.name) and pin.not_specialist != person.name for pin in pins)
    ]
    return [person for person in able if person.name == keeper] or able


def _extend(
    tasks: list[tuple[Demand, Need, list[Person]]],
    staffed: dict[tuple[str, int], tuple[Need, Person]],
    load: dict[str, tuple[int, int]],
) -> Iterator[Staffed]:
    """Staff the next task; `load` is the cost and the ticks that everybody has taken on."""
    if len(staffed) == len(tasks):
        yield dict(staffed)
        return
    demand, need, able = tasks[len(staffed)]
    item = demand.item.id
    for person in able:
        cost, ticks = load[person.name]
        more = cost + person.cost(need.skill, need.effort), ticks + person.duration(need.skill, need.effort)
        if more[0] > person.limit or more[1] > len(person.there) or not _pairs(item, need, person, staffed):
            continue
        staffed[item, need.position] = need, person
        yield from _extend(tasks, staffed, {**load, person.name: more})
        del staffed[item, need.position]


def _pairs(item: str, need: Need, person: Person, staffed: Staffed) -> bool:
    """Whether not_by and same_as allow this person beside the tasks staffed before, named from either side."""
    if need.position in need.not_by:
        return False
    for (of, position), (other, who) in staffed.items():
        if of != item:
            continue
        same = who.name == person.name
        if same and (position in need.not_by or need.position in other.not_by):
            return False
        if not same and (position in need.same_as or need.position in other.same_as):
            return False
    return True
