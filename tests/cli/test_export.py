"""Plans handed on: every form, from `plan` and from `export`."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from models.plan import Plan
from planner.intake.scenario_file import load_scenario
from planner.report import forms
from tests.cli.command import IMPOSSIBLE, PROGRAM, TUTORIAL, call, environment

BEGINS = {
    "json": b"{",
    "csv": b"\xef\xbb\xbfin_sprint,",
    "md": b"# ",
    "html": b"<!DOCTYPE html>",
    "xlsx": b"PK",
    "ics": b"BEGIN:VCALENDAR",
    "jira-csv": b"Issue key,",
    "svg": b"<svg ",
    "png": b"\x89PNG",
}


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plans") / "plan.json"
    assert call("plan", TUTORIAL, "--out", path, "--workers", 1).code == 0
    return path


@pytest.mark.parametrize("form", forms.FORMS)
def test_every_form_goes_whole_into_a_file(form: str, plan_file: Path, tmp_path: Path) -> None:
    target = tmp_path / f"plan.{form}"
    written = call("export", TUTORIAL, plan_file, "--format", form, "--out", target)
    assert written == (0, "", f"wrote {target}\n")
    plan = Plan.model_validate_json(plan_file.read_text(encoding="utf-8"))
    content = target.read_bytes()
    assert content.startswith(BEGINS[form])
    assert content == forms.content(form, plan, load_scenario(TUTORIAL).scenario)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("form", ["html", "xlsx", "ics", "svg", "png"])
def test_plan_writes_them_by_the_ending_of_the_file(form: str, tmp_path: Path) -> None:
    target = tmp_path / f"plan.{form}"
    assert call("plan", TUTORIAL, "--out", target, "--workers", 1) == (0, "", f"wrote {target}\n")
    assert target.read_bytes().startswith(BEGINS[form])


def test_a_form_without_an_ending_of_its_own_goes_to_stdout(plan_file: Path) -> None:
    answer = call("export", TUTORIAL, plan_file, "--format", "jira-csv")
    assert answer.code == 0
    assert answer.out.splitlines()[0] == "Issue key,Summary,Sprint,Assignee,Start date,Due date"


def test_without_a_form_the_plan_is_shown_as_it_was(plan_file: Path) -> None:
    shown = call("export", TUTORIAL, plan_file)
    assert shown.code == 0
    assert "proven optimal" in shown.out


def test_everybody_gets_a_calendar_of_their_own(plan_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "ana.ics"
    assert call("export", TUTORIAL, plan_file, "--out", target, "--specialist", "Ana").code == 0
    text = target.read_text(encoding="utf-8")
    assert "BEGIN:VEVENT" in text
    assert "Ben" not in text


@pytest.mark.parametrize("picture", forms.PICTURES)
def test_each_picture(picture: str, plan_file: Path) -> None:
    answer = call("export", TUTORIAL, plan_file, "--format", "svg", "--picture", picture)
    assert answer.out.startswith("<svg ")
    assert f'class="picture {picture}"' in answer.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "ics", "--specialist", "Anna"], "Did you mean 'Ana'?"),
        (["--format", "html", "--specialist", "Ana"], "html is about the whole team"),
        (["--format", "xlsx", "--picture", "gantt"], "xlsx is no picture"),
        (["--format", "svg", "--picture", "pie"], "pie"),
        (["--format", "docx"], "docx"),
    ],
)
def test_what_does_not_go_together_is_refused(options: list[str], said: str, plan_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "file"
    answer = call("export", TUTORIAL, plan_file, *options, "--out", target)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert not target.exists()


def test_a_plan_of_another_scenario_is_refused_and_leaves_no_file(plan_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    target = tmp_path / "plan.xlsx"
    other.write_text("team: [{name: Zoe}]\nbacklog: [{id: Z, value: 1, effort: 1}]\n", encoding="utf-8")
    answer = call("export", other, plan_file, "--out", target)
    assert answer.code == 2
    assert "not in the backlog" in answer.err
    assert not target.exists()


def test_where_there_is_no_plan_the_file_says_so_and_the_exit_code_too(tmp_path: Path) -> None:
    impossible, target = tmp_path / "impossible.yaml", tmp_path / "plan.html"
    impossible.write_text(IMPOSSIBLE, encoding="utf-8")
    answer = call("plan", impossible, "--out", target)
    assert answer.code == 1
    assert "these demands cannot hold together" in target.read_text(encoding="utf-8")


def test_a_workbook_can_go_through_a_pipe_and_not_onto_a_terminal() -> None:
    master, slave = pty.openpty()
    command = [*PROGRAM, "plan", str(TUTORIAL), "--format", "xlsx"]
    shown = subprocess.run(command, stdout=slave, stderr=subprocess.PIPE, env=environment(), check=False, timeout=60)
    os.close(slave)
    os.close(master)
    assert shown.returncode == 2
    assert b"--out plan.xlsx" in shown.stderr
    piped = subprocess.run(command, capture_output=True, env=environment(), check=True, timeout=60)
    assert piped.stdout.startswith(b"PK")
