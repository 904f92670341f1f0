"""The corpus of broken files through the real command: the exit code, and the message word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.cli.command import TUTORIAL, call, run

BROKEN = Path(__file__).parents[1] / "broken"
EXPECTED: dict[str, str] = YAML(typ="safe").load((BROKEN / "expected.yaml").read_text(encoding="utf-8"))
INFEASIBLE = sorted((BROKEN / "infeasible").glob("*.yaml"))


def command(name: str) -> tuple[object, ...]:
    return ("verify", TUTORIAL, name) if name.startswith("plan-") else ("plan", name)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_broken_file_is_answered_with_its_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    answer = call(*command(name))
    assert answer.err == f"Error: {EXPECTED[name]}\n"
    assert answer.out == ""
    assert answer.code == 2


@pytest.mark.parametrize("name", ["yaml-tab.yaml", "csv-no-id.yaml", "xlsx-not-a-workbook.yaml", "plan-cut-off.json"])
def test_so_does_the_program(name: str) -> None:
    answer = run(*command(name), cwd=BROKEN)
    assert (answer.code, answer.out, answer.err) == (2, "", f"Error: {EXPECTED[name]}\n")


@pytest.mark.parametrize("path", INFEASIBLE, ids=lambda path: path.stem)
def test_demands_that_cannot_hold_together_exit_with_1(path: Path) -> None:
    planned = call("plan", path, "--workers", 1)
    assert planned.code == 1
    assert planned.err == ""
    assert re.search(r"No plan exists.*\nDemand +\S", planned.out)
    checked = call("check", path)
    assert checked.code == 1
    assert "No plan exists" in checked.out
