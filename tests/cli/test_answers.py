from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

import planner
from api import output
from api.cli import app
from models.plan import Plan
from models.scenario import Scenario
from planner.errors import InputError
from tests.cli.command import IMPOSSIBLE, ROOT, TUTORIAL, call

COMMANDS = ("plan", "check", "verify", "import", "schema")


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plans") / "plan.json"
    assert call("plan", TUTORIAL, "--out", path, "--workers", 1).code == 0
    return path


@pytest.fixture
def impossible(tmp_path: Path) -> Path:
    path = tmp_path / "impossible.yaml"
    path.write_text(IMPOSSIBLE, encoding="utf-8")
    return path


# -- plan ----------------------------------------------------------------------------------------------------------


def test_plan_prints_a_table() -> None:
    answer = call("plan", TUTORIAL, "--workers", 1)
    assert answer.code == 0
    assert answer.err == ""
    assert "proven optimal" in answer.out
    assert "WEB-1" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 100


@pytest.mark.parametrize(("form", "begins"), [("json", "{"), ("csv", "in_sprint,"), ("md", "# ")])
def test_each_form_goes_to_stdout_or_by_its_ending_into_a_file(form: str, begins: str, tmp_path: Path) -> None:
    printed = call("plan", TUTORIAL, "--format", form, "--workers", 1)
    assert printed.code == 0
    assert printed.out.startswith(begins)
    target = tmp_path / f"plan.{form}"
    written = call("plan", TUTORIAL, "--out", target, "--workers", 1)
    assert written == (0, "", f"wrote {target}\n")
    assert target.read_bytes().decode("utf-8-sig").startswith(begins)
    assert list(tmp_path.iterdir()) == [target]


def test_a_csv_file_has_the_mark_by_which_excel_knows_utf_8_and_stdout_has_not(tmp_path: Path) -> None:
    call("plan", TUTORIAL, "--out", tmp_path / "plan.csv", "--workers", 1)
    assert (tmp_path / "plan.csv").read_bytes().startswith(b"\xef\xbb\xbfin_sprint")
    assert call("plan", TUTORIAL, "--format", "csv", "--workers", 1).out.startswith("in_sprint")


def test_limits_of_the_command_line_come_before_those_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def watched(scenario: Scenario, **_: object) -> Plan:
        seen.append(scenario.solver)
        raise InputError("here", "seen")

    monkeypatch.setattr(planner, "plan", watched)
    call("plan", TUTORIAL, "--time-limit", 3, "--seed", 7, "--workers", 2)
    call("plan", TUTORIAL, "--work-limit", 0.5)
    assert (seen[0].time_limit, seen[0].seed, seen[0].workers, seen[0].work_limit) == (3, 7, 2, None)
    assert seen[1].work_limit == 0.5


def test_no_plan_exits_with_1_and_names_the_conflict(impossible: Path, tmp_path: Path) -> None:
    answer = call("plan", impossible)
    assert answer.code == 1
    assert "A must be in the plan" in answer.out
    assert "Let A stay out" in answer.out
    target = tmp_path / "plan.json"
    written = call("plan", impossible, "--out", target)
    assert written.code == 1
    assert written.out == ""
    assert "No plan exists" in written.err
    assert "B must be in the plan" in written.err
    assert json.loads(target.read_text(encoding="utf-8"))["status"] == "infeasible"


@pytest.mark.parametrize(
    "arguments",
    [
        ["plam", TUTORIAL],
        ["plan"],
        ["plan", TUTORIAL, "more"],
        ["plan", TUTORIAL, "--format", "yaml"],
        ["plan", TUTORIAL, "--no-such-option"],
        *(["plan", TUTORIAL, "--time-limit", bad] for bad in ("0", "-1", "nan", "inf", "1e9", "soon", "")),
        *(["plan", TUTORIAL, "--seed", bad] for bad in ("-1", "1.5", str(2**31), "9" * 400)),
        *(["plan", TUTORIAL, "--workers", bad] for bad in ("-1", "65", "all")),
        *(["plan", TUTORIAL, "--work-limit", bad] for bad in ("0", "nan", "1e7")),
        ["verify", TUTORIAL],
        ["import", TUTORIAL],
        ["import", TUTORIAL, "--out", "x", "--from", "basecamp"],
        ["import", TUTORIAL, "--out", "x", "--team", "0"],
        ["import", TUTORIAL, "--out", "x", "--epics", "stories"],
        ["schema", "--format", "json"],
    ],
)
def test_a_wrong_command_line_exits_with_2(arguments: list[object]) -> None:
    answer = call(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert "Error" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("command", ["plan", "check"])
@pytest.mark.parametrize("content", [None, "", "team: [", "- 1", "team: []\nbacklog: []\n", "\x00\x01"])
def test_a_broken_scenario_exits_with_2_and_one_message(command: str, content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    answer = call(command, path)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("Error: ")
    assert "scenario.yaml" in answer.err
    assert "unexpected" not in answer.err


# -- files ---------------------------------------------------------------------------------------------------------


def test_a_folder_is_no_place_for_a_plan(tmp_path: Path) -> None:
    answer = call("plan", TUTORIAL, "--out", tmp_path)
    assert answer.code == 2
    assert "this is a folder" in answer.err


def test_a_missing_folder_is_said_before_the_search(tmp_path: Path) -> None:
    answer = call("plan", tmp_path / "not-read.yaml", "--out", tmp_path / "none" / "plan.json")
    assert answer.code == 2
    assert "there is no folder" in answer.err


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "schema.json"
    target.write_text("old", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    answer = call("schema", "--out", target)
    assert answer.code == 2
    assert "No space left" in answer.err
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name == "nt", reason="links and pipes as on POSIX")
def test_links_are_followed_and_pipes_stay_pipes(tmp_path: Path) -> None:
    target, link, pipe = (tmp_path / name for name in ("target.json", "link.json", "pipe"))
    link.symlink_to(target)
    output.emit("text", link)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "text"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    output.emit("text", pipe)
    assert os.read(reader, 10) == b"text"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)


# -- check, verify, import, schema ---------------------------------------------------------------------------------


def test_check_says_that_a_plan_can_be_made() -> None:
    answer = call("check", TUTORIAL)
    assert answer.code == 0
    assert answer.err == ""
    assert answer.out.endswith("A plan can be made.\n")


def test_check_names_the_conflict(impossible: Path) -> None:
    answer = call("check", impossible)
    assert answer.code == 1
    assert "No plan exists" in answer.out
    assert "A must be in the plan" in answer.out


def test_verify_agrees_with_a_plan_that_was_just_made(plan_file: Path) -> None:
    assert call("verify", TUTORIAL, plan_file) == (0, f"{plan_file} keeps every rule of {TUTORIAL}.\n", "")


def test_verify_says_every_rule_that_is_broken(plan_file: Path, tmp_path: Path) -> None:
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    plan["selected"][0]["tasks"][0]["specialist"] = "Nobody"
    plan["value"] += 1
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    answer = call("verify", TUTORIAL, path)
    assert answer.code == 1
    assert "Nobody" in answer.out
    assert "value" in answer.out
    assert re.fullmatch(rf"{re.escape(str(path))} breaks \d+ rules of .*\n", answer.err)


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", "{", '{"value": 1e400}'])
def test_verify_refuses_what_is_no_plan(content: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(content, encoding="utf-8")
    answer = call("verify", TUTORIAL, path)
    assert answer.code == 2
    assert answer.err.startswith(f"Error: {path}")


def test_import_writes_a_scenario_that_plans_at_once(tmp_path: Path) -> None:
    export = ROOT / "scenarios/spring-xd/export.csv"
    answer = call("import", export, "--from", "jira", "--out", tmp_path / "sprint")
    assert answer.code == 0
    assert answer.out
    assert (tmp_path / "sprint" / "backlog.csv").is_file()
    assert call("check", tmp_path / "sprint" / "scenario.yaml").code == 0


def test_import_refuses_what_is_no_export(tmp_path: Path) -> None:
    answer = call("import", tmp_path / "none.csv", "--out", tmp_path / "sprint")
    assert answer.code == 2
    assert answer.err.startswith("Error: ")
    assert not (tmp_path / "sprint").exists()


def test_the_schema_in_the_repository_is_the_one_of_the_models() -> None:
    answer = call("schema")
    assert answer.code == 0
    assert answer.out == (ROOT / "scenarios/scenario.schema.json").read_text(encoding="utf-8")
    assert json.loads(answer.out)["required"] == ["team", "backlog"]


# -- help and failures ---------------------------------------------------------------------------------------------


def test_help_of_every_command_shows_how_it_is_called() -> None:
    assert all(f" {name} " in call("--help").out for name in COMMANDS)
    for name in COMMANDS:
        answer = call(name, "--help")
        assert answer.code == 0
        assert f"sprintplan {name} " in answer.out.split("Examples")[1]


def test_version() -> None:
    assert re.fullmatch(r"sprintplan \d+\.\d+\.\d+\n", call("--version").out)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("item A", "it depends on itself", "Take it out"), "item A: it depends on itself. Take it out"),
        (InputError("item \x1b[31m", "bad"), "item �[31m: bad"),
        (MemoryError(), "There is not enough memory"),
        (RecursionError(), "nested too deeply"),
        (PermissionError(13, "Permission denied", "x.yaml"), "x.yaml: Permission denied"),
        (ZeroDivisionError("division by zero"), "Please report it; SPRINTPLAN_DEBUG=1 shows where it happened."),
    ],
)
def test_whatever_fails_is_one_message(error: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(planner, "plan", fail)
    monkeypatch.delenv("SPRINTPLAN_DEBUG", raising=False)
    answer = call("plan", TUTORIAL)
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.startswith("Error: ")
    assert answer.err.count("\n") == 1


def test_the_traceback_is_there_for_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(planner, "plan", fail)
    monkeypatch.setenv("SPRINTPLAN_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(app, ["plan", str(TUTORIAL)], catch_exceptions=False)
