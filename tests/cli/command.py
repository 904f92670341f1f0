"""The command line from a test: in this process where it is only about answers, else as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from typer.testing import CliRunner

from api.cli import app
from benchmarks.generator import generate

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "scenarios/tutorial/scenario.yaml"
PROGRAM = [sys.executable, "-m", "api.cli"]

IMPOSSIBLE = """\
team: [{name: Ana, skills: [design], hours_per_day: 6}]
calendar: {start: 2027-03-01, sprint_days: 1}
backlog:
  - {id: A, value: 5, effort: 5, skill: design, must: true}
  - {id: B, value: 5, effort: 5, skill: design, must: true}
"""


class Answer(NamedTuple):
    """Exit code, stdout and stderr of a call."""

    code: int
    out: str
    err: str


def call(*arguments: object) -> Answer:
    """Run a command in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return Answer(result.exit_code, result.stdout, result.stderr)


def environment(**changes: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        **changes,
    }


def run(*arguments: object, cwd: Path | None = None, **env: str) -> Answer:
    """Run a command as a program of its own, its output not a terminal."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, cwd=cwd, env=environment(**env), check=False, timeout=120
    )
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def generated(path: Path, items: int, specialists: int) -> Path:
    """Write a made-up backlog as a scenario file."""
    scenario = generate(items=items, specialists=specialists, seed=3, demand=2.5)
    path.write_text(scenario.model_dump_json(exclude_defaults=True, by_alias=True), encoding="utf-8")
    return path
