"""Made-up portfolios: many teams on disk, some of them sharing people."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.generator import generate

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
