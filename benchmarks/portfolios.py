"""Made-up portfolios: many teams on disk, some of them sharing people."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from benchmarks.generator import generate
from models.item import Item
from models.team import Specialist

DEMANDS = (1.2, 1.5, 1.8, 2.1, 2.5)


def independent(folder: Path, teams: int, items: int = 25, specialists: int = 6) -> Path:
    """Write a portfolio of teams that have nothing to do with each other; each backlog has a seed of its own."""
    entries = []
    for index in range(teams):
        scenario = generate(items, specialists, seed=index + 1, demand=DEMANDS[index % len(DEMANDS)])
        name = f"team-{index + 1}"
        (folder / f"{name}.json").write_text(
            scenario.model_dump_json(exclude_defaults=True, by_alias=True), encoding="utf-8"
        )
        entries.append({"name": name, "scenario": f"{name}.json"})
    file = folder / "portfolio.json"
    file.write_text(json.dumps({"teams": entries}), encoding="utf-8")
    return file


def sharing(folder: Path, teams: int, people: int, seed: int, spread: float = 3.0) -> Path:
    """Write a portfolio whose teams have nobody for some skills but shared people.

    Each shared specialist has one skill. Nobody in the teams has it: whose team had it does without. The teams' demand
    for shared people differs by the spread: in some teams more of the items ask for them.
    """
    random = Random(f"{seed}/sharing")
    skills = ["legal", "analytics", "marketing-ops", "web", "design"][:people]
    entries = []
    for index in range(teams):
        scenario = generate(25, 6, seed=1000 * seed + index + 1, demand=DEMANDS[index % len(DEMANDS)])
        wanted = 1 / spread + (1 - 1 / spread) * (index / max(1, teams - 1))
        backlog = tuple(_thinned(item, skills, wanted, random) for item in scenario.backlog)
        team = tuple(_without(person, skills) for person in scenario.team)
        scenario = scenario.model_copy(update={"backlog": backlog, "team": team})
        name = f"team-{index + 1}"
        (folder / f"{name}.json").write_text(
            scenario.model_dump_json(exclude_defaults=True, by_alias=True), encoding="utf-8"
        )
        entries.append({"name": name, "scenario": f"{name}.json"})
    shared = [
        {"name": f"Shared {skill}", "skills": [skill], "hours_per_day": 6, "teams": [e["name"] for e in entries]}
        for skill in skills
    ]
    file = folder / "portfolio.json"
    file.write_text(json.dumps({"teams": entries, "shared": shared}), encoding="utf-8")
    return file


def _thinned(item: Item, skills: list[str], wanted: float, random: Random) -> Item:
    """Hand most of an item's shared work over to the team: what is left is what the team wants of shared people."""
    kept = random.random() < wanted
    work = tuple(
        task if task.skill not in skills or kept else task.model_copy(update={"skill": "copywriting"})
        for task in item.work or ()
    )
    return item.model_copy(update={"work": work})


def _without(person: Specialist, skills: list[str]) -> Specialist:
    kept = {skill: level for skill, level in person.skills.items() if skill not in skills}
    return person.model_copy(update={"skills": kept or {"copywriting": 1.0}})
