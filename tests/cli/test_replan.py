"""Replanning as people use it: the last plan, a table of what happened, the difference in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.plan import Plan
from planner.intake.plan_file import load_plan
from planner.intake.progress_table import with_progress
from planner.intake.scenario_file import load_scenario
from planner.verify import violations
from tests.cli.command import IMPOSSIBLE, TUTORIAL, call


@pytest.fixture
def agreed(tmp_path: Path) -> Path:
    path = tmp_path / "agreed.json"
    assert call("plan", TUTORIAL, "--out", path, "--workers", 1).code == 0
    return path


def table(folder: Path, text: str) -> Path:
    path = folder / "progress.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_where_nothing_happened_nothing_changes(agreed: Path) -> None:
    answer = call("replan", TUTORIAL, "--baseline", agreed)
    assert answer.code == 0
    assert answer.err == ""
    assert answer.out.startswith("Churn 0: ")


def test_an_absence_is_said_in_words_and_the_judge_agrees(agreed: Path, tmp_path: Path) -> None:
    before = load_plan(agreed)
    busy = before.selected[0].tasks[0]
    away = table(tmp_path, f"specialist,from,to\n{busy.specialist},{before.start},{before.start:%Y-%m}-28\n")
    target = tmp_path / "new.json"
    answer = call("replan", TUTORIAL, "--baseline", agreed, "--progress", away, "--out", target)
    assert answer.code == 0
    assert f"- Dropped {before.selected[0].id} (" in answer.err
    now = load_plan(target)
    assert now.baseline is not None
    assert now.baseline.churn > 0
    asked = with_progress(load_scenario(TUTORIAL).scenario.model_copy(update={"baseline": before}), away)
    assert violations(asked, now) == []


def test_finished_items_leave_the_plan(agreed: Path, tmp_path: Path) -> None:
    done = load_plan(agreed).selected[0].id
    answer = call(
        "replan", TUTORIAL, "--baseline", agreed, "--progress", table(tmp_path, f"item,status\n{done},done\n"),
        "--format", "json",
    )  # fmt: skip
    now = Plan.model_validate_json(answer.out)
    assert done not in [item.id for item in now.selected]
    assert now.baseline is not None
    assert done not in now.baseline.dropped


def test_who_does_it_now_leaves_what_remains_as_it_was(tmp_path: Path) -> None:
    begun = load_scenario(TUTORIAL).scenario
    begun = with_progress(begun, table(tmp_path, "item,remaining\nOPT-1,5\n"))
    passed_on = with_progress(begun, table(tmp_path, "item,assignee\nOPT-1,Cleo\n"))
    item = next(item for item in passed_on.backlog if item.id == "OPT-1")
    assert (item.status, item.remaining, item.assignee) == ("in-progress", 5, "Cleo")


def test_the_trade_off_as_a_table_and_in_json(agreed: Path) -> None:
    value = load_plan(agreed).value
    points = json.loads(call("replan", TUTORIAL, "--baseline", agreed, "--trade-off", "--format", "json").out)
    assert points == [{"churn": 0, "value": value, "bound": value, "least_churn": 0, "gap": 0, "proven": True}]
    assert call("replan", TUTORIAL, "--baseline", agreed, "--trade-off").out.splitlines()[1].endswith("110  proven")


def test_what_cannot_be_planned_has_no_trade_off(agreed: Path, tmp_path: Path) -> None:
    path = tmp_path / "impossible.yaml"
    path.write_text(IMPOSSIBLE, encoding="utf-8")
    answer = call("replan", path, "--baseline", agreed, "--trade-off")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "There is no plan to trade value of; sprintplan plan says why.\n"


def test_without_a_last_plan_there_is_nothing_to_keep() -> None:
    answer = call("replan", TUTORIAL)
    assert answer.code == 2
    assert "name the last plan" in answer.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("item,stat\nMAIL-1,done\n", "progress.csv: unknown column 'stat'. Did you mean 'status'?"),
        ("status\ndone\n", "there is neither a column `item` nor `specialist`"),
        ("item,status\nMAIL-11,done\n", "row 2: there is no item 'MAIL-11'. Did you mean 'MAIL-1'?"),
        ("item,status\nMAIL-1,\n", "the row says nothing about MAIL-1"),
        ("item,remaining\nMAIL-1,lots\n", "row 2, remaining: 'lots' is not a number. Write a plain number"),
        ("item,remaining\nMAIL-1,1e400\n", "row 2: remaining is infinite or far too large. It must be a finite number"),
        ("item,remaining\nMAIL-1,-3\n", "row 2: remaining is -3. It must be at least 0"),
        ("item,status\nMAIL-1,perhaps\n", "row 2, status: "),
        ("specialist,from\nAna,soon\n", "row 2, from: "),
        ("item,specialist,from\nMAIL-1,Ana,2027-03-01\n", "a row speaks of an item or of a specialist"),
        ("specialist,from\nNobody,2027-03-01\n", "there is no specialist 'Nobody'"),
    ],
)
def test_a_wrong_table_is_refused_where_it_is_wrong(agreed: Path, tmp_path: Path, text: str, says: str) -> None:
    target = tmp_path / "new.json"
    progress = table(tmp_path, text)
    answer = call("replan", TUTORIAL, "--baseline", agreed, "--progress", progress, "--out", target)
    assert answer.code == 2
    assert says in answer.err
    assert not target.exists()


@pytest.mark.parametrize(
    ("row", "says"),
    [("{who},,", "does not say when {who} is away"), ("{who},2027-03-03,2027-03-01", "`to` lies before `from`")],
)
def test_an_absence_needs_its_days(agreed: Path, tmp_path: Path, row: str, says: str) -> None:
    who = load_plan(agreed).selected[0].tasks[0].specialist
    progress = table(tmp_path, f"specialist,from,to\n{row.format(who=who)}\n")
    answer = call("replan", TUTORIAL, "--baseline", agreed, "--progress", progress)
    assert answer.code == 2
    assert says.format(who=who) in answer.err
