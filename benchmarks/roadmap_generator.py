"""Seeded roadmaps and Next Release Problems: the made-up backlogs of ``generator``, spread over many sprints."""

from __future__ import annotations

import argparse
import datetime
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from benchmarks import parameters as p
from benchmarks.generator import (
    ALL_FEATURES,
    _absences,
    _backlog,
    _effort,
    _skills,
    _stream,
    _team,
    _value,
    hours_available,
)
from benchmarks.parameters import Features
from models.calendar import Calendar
from models.item import Dependency, Due, Item, Task
from models.policy import Policy
from models.scenario import Scenario
from models.team import Specialist
from planner.clock import Clock
from planner.horizon.prepare import prepare
from planner.intake.table_writer import write_whole
from planner.team import rates

DISCOUNT = 0.03
DRAWS = 200  # of one item's efforts, before it gets the least
SMALLER = 0.98  # each draw than the one before, so that what has little room is small instead of least
SCALINGS = 14  # halvings of the range of scales: the total to within a thousandth


def roadmap(
    items: int,
    sprints: int,
    specialists: int,
    seed: int,
    *,
    detailed: int = 0,
    demand: float = 2.5,
    features: Features = ALL_FEATURES,
) -> Scenario:
    """Make up a backlog for many sprints: absences in each of them, releases, deadlines and due dates over all.

    Parameters
    ----------
    detailed
        So many sprints are to be planned to the tick.
    demand
        Effort of the items that some sprint could take, over the hours of the whole horizon.
    """
    calendar = Calendar(start=p.START, sprint_days=p.SPRINT_DAYS, sprints=sprints, detailed_sprints=detailed)
    days = Clock.of(calendar).days
    skills = _skills(_stream(seed, "skills"), specialists)
    team = tuple(
        _away_all_year(person, Random(f"{seed}/away/{index}"), days, features)
        for index, person in enumerate(_team(seed, specialists, skills, days[: p.SPRINT_DAYS], features))
    )
    empty = Scenario(
        name=f"{items} items, {sprints} sprints, seed {seed}",
        calendar=calendar,
        team=team,
        backlog=(),
        policy=Policy(discount_per_sprint=DISCOUNT),
    )
    drawn = _backlog(seed, items, empty, skills, demand, features, p.ROADMAP_TASKS_PER_ITEM, p.ROADMAP_BRANCH_SHARE)
    dated = [
        _later(item, days, Random(f"{seed}/later/{index}").randrange(sprints), sprints)
        for index, item in enumerate(drawn)
    ]
    total = float(hours_available(empty)) * demand
    first = empty.model_copy(update={"backlog": _sized(seed, dated, empty, days, total)})
    # Some stay out whatever is done, mostly for what they depend on: that much more, for the rest to ask for the total.
    return empty.model_copy(update={"backlog": _sized(seed, dated, empty, days, total * total / _competing(first))})


def _away_all_year(person: Specialist, random: Random, days: Sequence[datetime.date], features: Features) -> Specialist:
    sprints = [days[first : first + p.SPRINT_DAYS] for first in range(0, len(days), p.SPRINT_DAYS)]
    drawn = [_absences(random, sprint, features) for sprint in sprints]
    return person.model_copy(
        update={
            "time_off": tuple(entry for away, _ in drawn for entry in away),
            "busy": tuple(entry for _, busy in drawn for entry in busy),
        }
    )


def _later(item: Item, days: Sequence[datetime.date], sprint: int, sprints: int) -> Item:
    """Move an item's dates into a sprint; its due cost is spread over the longer time that it may run up."""

    def moved(day: datetime.date | None) -> datetime.date | None:
        return None if day is None else days[days.index(day) + p.SPRINT_DAYS * sprint]

    due = item.due and Due(date=moved(item.due.date) or item.due.date, cost_per_day=item.due.cost_per_day / sprints)
    return item.model_copy(update={"release": moved(item.release), "deadline": moved(item.deadline), "due": due})


# -- sizes -----------------------------------------------------------------------------------------------------


def _sized(
    seed: int, items: Sequence[Item], empty: Scenario, days: Sequence[datetime.date], total: float
) -> tuple[Item, ...]:
    """Draw efforts that add up to the total, each item's anew until a sprint has room for it."""
    fastest = _fastest(empty)
    rooms = [p.ROADMAP_ROOM * _days_open(item, days) for item in items]

    def drawn(scale: float) -> list[list[float]]:
        return [
            _efforts_that_fit(f"{seed}/effort/{index}", item, scale, room, fastest)
            for index, (item, room) in enumerate(zip(items, rooms, strict=True))
        ]

    low, high = 0.5, 50.0
    for _ in range(SCALINGS):
        middle = math.sqrt(low * high)
        if sum(map(sum, drawn(middle))) < total:
            low = middle
        else:
            high = middle
    return tuple(_resized(seed, index, items[index], efforts) for index, efforts in enumerate(drawn(high)))


def _competing(scenario: Scenario) -> float:
    """Effort of the items that some sprint could take."""
    inside = prepare(scenario).horizon.position
    return sum(task.effort or 0.0 for item in scenario.backlog if item.id in inside for task in item.work or ())


def _efforts_that_fit(stream: str, item: Item, scale: float, room: float, fastest: Mapping[str, float]) -> list[float]:
    """Skewed efforts of an item's tasks whose longest path fits into so many days; the least where none were drawn."""
    work = item.work or ()
    for attempt in range(DRAWS):
        random = Random(f"{stream}/{attempt}")
        efforts = [
            _effort(scale * SMALLER**attempt * random.lognormvariate(0, p.EFFORT_SIGMA), p.ROADMAP_EFFORT_RANGE)
            for _ in work
        ]
        if _days_needed(work, efforts, fastest) <= room:
            return efforts
    return [p.ROADMAP_EFFORT_RANGE[0] for _ in work]


def _days_needed(work: Sequence[Task], efforts: Sequence[float], fastest: Mapping[str, float]) -> float:
    """Days of the longest path through an item, each task with the fastest who can do it."""
    done: list[float] = []
    for place, (task, effort) in enumerate(zip(work, efforts, strict=True)):
        before = range(max(0, place - 1), place) if task.after is None else [int(other) - 1 for other in task.after]
        begun = max((done[other] for other in before), default=0.0)
        done.append(begun + effort / fastest[str(task.skill)] + task.wait_days)
    return max(done)


def _fastest(empty: Scenario) -> Mapping[str, float]:
    """Effort a day of the fastest in each skill."""
    found: dict[str, float] = {}
    for person, rate in zip(empty.team, rates(empty), strict=True):
        for skill, proficiency in person.skills.items():
            found[skill] = max(found.get(skill, 0.0), float(rate) * proficiency)
    return found


def _days_open(item: Item, days: Sequence[datetime.date]) -> int:
    """Days that an item has in the sprint that has most of them."""
    first = 0 if item.release is None else days.index(item.release)
    last = len(days) - 1 if item.deadline is None else days.index(item.deadline)
    sprints = range(0, len(days), p.SPRINT_DAYS)
    return max(min(last + 1, begin + p.SPRINT_DAYS) - max(first, begin) for begin in sprints)


def _resized(seed: int, index: int, item: Item, efforts: Sequence[float]) -> Item:
    work = tuple(
        task.model_copy(update={"effort": effort}) for task, effort in zip(item.work or (), efforts, strict=True)
    )
    value = _value(Random(f"{seed}/value/{index}"), sum(efforts), p.ROADMAP_VALUE_RANGE)
    return item.model_copy(update={"work": work, "value": value})


# -- next releases -----------------------------------------------------------------------------------------------


def next_release(requirements: int, customers: int, seed: int, budget: float = 0.5) -> Scenario:
    """Make up a Next Release Problem of the classic shape (Bagnall, Rayward-Smith and Whittley 2001).

    Requirements have an effort and no value; they hang on one another in levels. Customers are epics with a value that
    need some of them. One sprint to capacity, which holds a part of the effort that all customers together need.
    """
    random = Random(f"{seed}/next release")
    levels = 3
    level_of = [random.randrange(levels) for _ in range(requirements)]
    by_level = [[i for i in range(requirements) if level_of[i] == level] for level in range(levels)]
    effort = [random.randint(1 + 2 * level_of[i], 5 + 3 * level_of[i]) for i in range(requirements)]
    items = []
    for index in range(requirements):
        below = by_level[level_of[index] - 1] if level_of[index] else []
        needs = random.sample(below, min(len(below), random.choice((0, 1, 1, 2)))) if below else []
        items.append(
            Item(
                id=f"R{index + 1}",
                effort=float(effort[index]),
                value=0.0,
                depends_on=tuple(Dependency(item=f"R{other + 1}") for other in sorted(needs)),
            )
        )
    for index in range(customers):
        wanted = sorted(random.sample(range(requirements), min(requirements, random.randint(1, 5))))
        items.append(
            Item(
                id=f"C{index + 1}",
                milestone=True,
                value=float(random.randint(10, 50)),
                depends_on=tuple(Dependency(item=f"R{other + 1}") for other in wanted),
            )
        )
    hours = round(budget * sum(effort[index] for index in _needed(items)))
    return Scenario(
        name=f"{requirements} requirements, {customers} customers, seed {seed}",
        unit="points",
        calendar=Calendar(start=p.START, sprint_days=100, detailed_sprints=0),
        team=(Specialist(name="Team", points_per_sprint=min(10_000.0, float(hours))),),
        backlog=tuple(items),
    )


def _needed(items: Sequence[Item]) -> set[int]:
    """Places of the requirements that some customer needs, directly or through others."""
    place = {item.id: index for index, item in enumerate(items)}
    todo = [place[one.item] for item in items if item.milestone for one in item.depends_on]
    needed: set[int] = set()
    while todo:
        index = todo.pop()
        if index not in needed:
            needed.add(index)
            todo.extend(place[one.item] for one in items[index].depends_on)
    return needed


def main(arguments: Sequence[str]) -> None:
    """Write a made-up roadmap as a scenario file (``python -m benchmarks.roadmap_generator --out five-years.json``)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roadmap_generator", description=main.__doc__)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--sprints", type=int, default=130, help="of two weeks: 130 are five years")
    parser.add_argument("--specialists", type=int, default=10)
    parser.add_argument("--detailed", type=int, default=1, help="sprints to the tick")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    scenario = roadmap(asked.items, asked.sprints, asked.specialists, asked.seed, detailed=asked.detailed)
    write_whole(asked.out, scenario.model_dump_json(exclude_defaults=True, by_alias=True, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
