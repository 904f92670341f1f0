"""Seeded roadmaps and Next Release Problems: the made-up backlogs of ``generator``, spread over many sprints."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks import parameters as p
from benchmarks.generator import ALL_FEATURES, _absences, _backlog, _skills, _stream, _team
from benchmarks.parameters import Features
from models.calendar import Calendar
from models.item import Dependency, Due, Item
from models.policy import Policy
from models.scenario import Scenario
from models.team import Specialist
from planner.clock import Clock
from planner.intake.table_writer import write_whole

DISCOUNT = 0.03


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
        Total effort over the hours of the whole horizon.
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
    drawn = _backlog(seed, items, empty, skills, demand, features)
    backlog = tuple(
        _later(item, days, Random(f"{seed}/later/{index}").randrange(sprints), sprints)
        for index, item in enumerate(drawn)
    )
    return empty.model_copy(update={"backlog": backlog})


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
