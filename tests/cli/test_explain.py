from __future__ import annotations

import json
from pathlib import Path

import pytest

from api import live
from models.explanation import Explanation
from planner.explain.budget import Progress
from tests.cli.command import IMPOSSIBLE, TUTORIAL, call, generated, run


@pytest.fixture
def impossible(tmp_path: Path) -> Path:
    path = tmp_path / "impossible.yaml"
    path.write_text(IMPOSSIBLE, encoding="utf-8")
    return path


def test_everything_is_explained_in_a_table_as_wide_as_a_page() -> None:
    answer = call("explain", TUTORIAL)
    assert answer.code == 0
    assert answer.err == ""
    for part in ("Why out", "Why in", "What more hours would bring", "Who would be missed most", "110 → 75 (proven)"):
        assert part in answer.out
    assert max(map(len, answer.out.splitlines())) <= 100


@pytest.mark.parametrize(("form", "begins"), [("json", "{"), ("md", "# ")])
def test_each_form_goes_to_stdout_or_by_its_ending_into_a_file(form: str, begins: str, tmp_path: Path) -> None:
    printed = call("explain", TUTORIAL, "BRO-1", "--format", form)
    assert printed.code == 0
    assert printed.out.startswith(begins)
    target = tmp_path / f"why.{form}"
    assert call("explain", TUTORIAL, "BRO-1", "--out", target) == (0, "", f"wrote {target}\n")
    assert target.read_text(encoding="utf-8") == printed.out
    assert list(tmp_path.iterdir()) == [target]


def test_one_item_in_json() -> None:
    found = json.loads(call("explain", TUTORIAL, "BRO-1", "--format", "json").out)
    assert found["left_out"][0]["forced_value"] == 75
    assert found["left_out"][0]["displaced"] == ["MAIL-1", "SOC-1"]
    assert found["left_out"][0]["reason"]["code"] == "capacity"
    assert found["left_out"][0]["proven"] is True
    assert (found["selected"], found["capacity"]) == ([], [])
    assert Explanation.model_validate_json(json.dumps(found)).value == 110


def test_the_same_input_gives_the_same_explanation() -> None:
    first, second = (call("explain", TUTORIAL, "--format", "json").out for _ in range(2))
    assert first == second


def test_a_plan_that_was_made_before(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    assert call("plan", TUTORIAL, "--out", plan, "--workers", 1).code == 0
    given = call("explain", TUTORIAL, "--plan", plan, "--format", "json")
    made = call("explain", TUTORIAL, "--format", "json")
    same = ("left_out", "selected", "capacity", "absences", "deadlines", "value", "bound")
    assert all(json.loads(given.out)[key] == json.loads(made.out)[key] for key in same)


def test_a_plan_that_breaks_a_rule_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    assert call("plan", TUTORIAL, "--out", path, "--workers", 1).code == 0
    plan = json.loads(path.read_text(encoding="utf-8"))
    plan["selected"][0]["tasks"][0]["specialist"] = "Cleo"
    path.write_text(json.dumps(plan), encoding="utf-8")
    answer = call("explain", TUTORIAL, "--plan", path)
    assert answer.code == 2
    assert answer.out == ""
    assert "it is no plan of this scenario: " in answer.err


def test_an_unknown_item_is_refused() -> None:
    answer = call("explain", TUTORIAL, "BRO-2")
    assert answer.code == 2
    assert answer.err == "Error: item 'BRO-2': the backlog has no such item. Give the id of an item of the backlog\n"


@pytest.mark.parametrize("form", ["table", "md", "json"])
def test_no_plan_is_explained_by_its_conflict(form: str, impossible: Path) -> None:
    answer = call("explain", impossible, "--format", form)
    assert answer.code == 1
    assert "A must be in the plan" in answer.out
    assert "Give Ana 4 more hours (10 a day instead of 6)." in answer.out


def test_a_short_time_limit_is_kept_and_said(tmp_path: Path) -> None:
    scenario = generated(tmp_path / "many.json", 60, 10)
    answer = run("explain", scenario, "--time-limit", "0.2", "--format", "json")
    assert answer.code == 0
    found = json.loads(answer.out)
    assert "The time ended before every question was settled" in found["notes"][-1]


def test_the_line_says_how_many_questions_are_answered() -> None:
    import threading

    cancel = threading.Event()
    line = live._Questions(cancel)
    assert line.text().plain == "0 s · explaining · Ctrl-C keeps what is known so far"
    line.update(Progress(1.5, 12, 90))
    assert line.text().plain == "0 s · explaining · 12 of 90 questions answered · Ctrl-C keeps what is known so far"
    cancel.set()
    assert line.text().plain.endswith(" · stopping")
