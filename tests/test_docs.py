"""The documents tell the truth: their files are written, their commands run, their output is compared.

A fenced block below ``<!-- file: NAME -->`` is written under that name. A ``console`` block is a terminal: lines after
``$ `` are typed, what follows is the output, where ``...`` stands for anything; every command ends with exit code 0
(one that is to fail goes on with ``; echo "exit code $?"``). Each page has a folder of its own, with the scenarios in
it, as in a fresh clone.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shutil
import subprocess
import sys
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic import BaseModel

from models.calendar import Calendar, Holidays
from models.item import Dependency, Due, Item, Task
from models.policy import Goal, MixRule, Policy
from models.scenario import Pin, Scenario, Solver
from models.team import Busy, Specialist, TimeOff

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "scenarios").rglob("*.md")])
BLOCK = re.compile(r"^(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<language>\S*)\n(?P<text>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    file: str | None
    language: str
    text: str

    def commands(self) -> Iterator[tuple[str, str]]:
        """What is typed and the output shown below it."""
        if self.language != "console":
            return
        assert self.text.startswith("$ "), f"a console block begins with a command: {self.text[:40]!r}"
        for step in re.split(r"^\$ ", self.text, flags=re.M)[1:]:
            command, _, output = step.partition("\n")
            yield command, output


def blocks(page: Path) -> list[Block]:
    return [Block(**found.groupdict()) for found in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def runnable() -> list[Path]:
    return [page for page in PAGES if any(block.file or block.language == "console" for block in blocks(page))]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a reader has in front of them: the scenarios, and an environment that is set up."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (tmp_path / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    return tmp_path


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {key: value for key, value in os.environ.items() if key not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}}
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=kept | {"PATH": path, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def comparable(output: str) -> str:
    """What differs from run to run is masked: seconds, moments of creation; and spaces at the end of a line."""
    output = re.sub(r"\b\d+(\.\d+)? s\b", "N s", output)
    output = re.sub(r'"(created|solve_seconds)": [^,\n]+', r'"\1": MASKED', output)
    return "\n".join(line.rstrip() for line in output.strip("\n").splitlines()) + "\n"


@pytest.mark.parametrize("page", runnable(), ids=named)
def test_examples_run_as_shown(page: Path, clone: Path) -> None:
    for block in blocks(page):
        if block.file:
            file = clone / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        for command, shown in block.commands():
            run = typed(command, clone)
            assert run.returncode == 0, f"$ {command}\n{run.stdout}"
            if shown.strip():
                matches = doctest.OutputChecker().check_output(
                    comparable(shown), comparable(run.stdout), doctest.ELLIPSIS
                )
                assert matches, f"$ {command}\n--- shown\n{comparable(shown)}--- got\n{comparable(run.stdout)}"


def test_the_readme_has_its_five_minutes() -> None:
    """The section that is run word for word has a file, an import and a plan in it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.split("## Your own backlog in five minutes", 1)[1].split("\n## ", 1)[0]
    for part in ("<!-- file:", "$ sprintplan plan", "$ sprintplan import", "$ sprintplan check"):
        assert part in section


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for page in PAGES:
        for target in re.findall(r"(?:`|^)make ([a-z]+)\b", page.read_text(encoding="utf-8"), re.M):
            assert target in targets, f"{named(page)}: make {target}"


LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    prose = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for link in LINK.findall(prose):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_named_exist(page: Path) -> None:
    """A path in backticks that begins with one of our folders is there."""
    prose = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for path in re.findall(r"`((?:models|planner|api|scenarios|tests|benchmarks|docs)/[\w./-]*)`", prose):
        assert (ROOT / path).exists(), path


SECTIONS: dict[str, tuple[type[BaseModel], ...]] = {
    "## Top level": (Scenario,),
    "## calendar": (Calendar, Holidays),
    "## team": (Specialist, TimeOff, Busy),
    "## backlog: items": (Item, Dependency, Due),
    "### Tasks of an item": (Task,),
    "## policy": (Policy, Goal, MixRule),
    "## pins": (Pin,),
    "## solver": (Solver,),
}


def section(heading: str) -> str:
    text = (ROOT / "docs/scenario-file.md").read_text(encoding="utf-8")
    assert text.count(f"\n{heading}\n") == 1, heading
    return re.split(r"^#{2,3} ", text.split(f"\n{heading}\n", 1)[1], maxsplit=1, flags=re.M)[0]


def rows(heading: str) -> dict[str, list[str]]:
    table = [re.split(r" ?\| ?", line.strip("|")) for line in section(heading).splitlines() if line.startswith("| `")]
    return {key: cells for cells in table for key in re.findall(r"`(\w+)`", cells[0])}


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_key_is_described(heading: str) -> None:
    table = rows(heading)
    main, *parts = SECTIONS[heading]
    assert set(table) >= set(main.model_fields)
    for part in parts:
        for name, field in part.model_fields.items():
            assert re.search(rf"\b{field.alias or name}\b", section(heading)), f"{part.__name__}.{name}"


@pytest.mark.parametrize("heading", SECTIONS)
def test_no_key_is_made_up(heading: str) -> None:
    known = {field.alias or name for model in SECTIONS[heading] for name, field in model.model_fields.items()}
    keys = set(rows(heading)) - ({*SCHEMES} if heading == "## policy" else set())
    assert keys <= known


SCHEMES = typing.get_args(
    next(kind for kind in typing.get_args(Policy.model_fields["score"].annotation) if kind is not types.NoneType)
)


@pytest.mark.parametrize("heading", SECTIONS)
def test_defaults_are_the_true_ones(heading: str) -> None:
    """A number or word given as default is the one of the model."""
    fields = SECTIONS[heading][0].model_fields
    for key, cells in rows(heading).items():
        if key not in fields:
            continue
        default, shown = fields[key].get_default(call_default_factory=True), cells[2].strip().strip('"')
        if isinstance(default, str) and default:
            assert shown == default, key
        elif isinstance(default, bool):
            assert shown == str(default).lower(), key
        elif isinstance(default, int | float):
            assert float(shown) == default, key
        elif fields[key].is_required():
            assert shown == "needed", key


def test_every_scheme_is_described() -> None:
    assert set(rows("### How value is counted")) >= set(SCHEMES)


def test_every_dependency_is_explained() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    page = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    wanted = set(re.findall(r'^    "([a-z][\w.-]*)[><=]', project, re.M))
    wanted |= {*page["dependencies"], *page["devDependencies"]}
    table = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    listed = {name for row in re.findall(r"^\| ([^|]+) \|", table, re.M) for name in row.split(", ")}
    assert wanted == listed - {"Package"}
