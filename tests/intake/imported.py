"""Import an export and load what was written, as the tests of every tracker do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.item import Item
from models.scenario import Scenario
from models.team import Specialist
from planner.graph import ItemGraph
from planner.intake.scenario_file import load_scenario
from planner.intake.trackers import Entry, ImportReport, import_export
from planner.work import open_items

EXPORTS = Path(__file__).parent / "exports"


@dataclass(frozen=True)
class Imported:
    report: ImportReport
    scenario: Scenario
    text: str

    @property
    def items(self) -> dict[str, Item]:
        return {item.id: item for item in self.scenario.backlog}

    @property
    def team(self) -> dict[str, Specialist]:
        return {person.name: person for person in self.scenario.team}

    def needs(self, name: str) -> list[str]:
        return [link.item for link in self.items[name].depends_on]

    def tasks(self, name: str) -> list[tuple[Any, ...]]:
        return [(task.id, task.skill, task.effort, task.after) for task in self.items[name].work or ()]

    @property
    def unused(self) -> dict[int | None, str]:
        return {entry.row: entry.reason for entry in self.report.unused}

    def links(self) -> list[tuple[int | None, str]]:
        return [(entry.row, entry.reason) for entry in self.report.links]

    def guessed(self, reason: str) -> list[Entry]:
        return [entry for entry in self.report.guesses if entry.reason.startswith(reason)]


def imported(path: Path | str, folder: Path, **options: Any) -> Imported:
    """Import, load, and check what holds for every import: it plans at once, and every row is accounted for."""
    out = folder / "out"
    report = import_export(EXPORTS / path, out=out, **options)
    scenario = load_scenario(out / "scenario.yaml").scenario
    ItemGraph.of(scenario, open_items(scenario))
    assert report.items == len(scenario.backlog)
    assert report.rows == report.items + report.tasks + len(report.unused)
    return Imported(report, scenario, (out / "scenario.yaml").read_text(encoding="utf-8"))
