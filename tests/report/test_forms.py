from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.generator import generate
from benchmarks.list_schedule import list_schedule
from models.plan import (
    CapacityUse,
    Conflict,
    LeftOutItem,
    ObjectiveTerm,
    Plan,
    PlannedItem,
    PlannedTask,
    Reason,
    ReasonCode,
    ShareUse,
)
from planner.report import csv_report, json_report, markdown, words
from tests.report.sample import ARABIC, NASTY, assert_golden, no_plan, plan, titled

PLANS = [plan(), no_plan(), no_plan("unknown"), titled(NASTY), titled(ARABIC)]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@pytest.mark.parametrize("proposed", PLANS)
def test_json_reads_back_equal(proposed: Plan) -> None:
    text = json_report.text(proposed)
    assert Plan.model_validate_json(text) == proposed
    assert json_report.text(Plan.model_validate_json(text)) == text


def test_json_of_a_real_plan_reads_back_equal() -> None:
    proposed = list_schedule(generate(items=25, specialists=6, seed=1, demand=1.8)).plan
    assert Plan.model_validate_json(json_report.text(proposed)) == proposed


def test_json_has_the_keys_of_the_contract_in_their_order() -> None:
    text = json_report.text(plan())
    assert_golden("plan.json", text)
    contract = (
        "scenario created start unit timezone status value best_value bound gap solve_seconds seed selected left_out "
        "capacity shares objective baseline conflict greedy_value notes"
    )
    assert list(json.loads(text)) == contract.split()
    assert json.loads(text)["selected"][0]["start"] == "2027-03-01T09:00:00+01:00"


def rows(proposed: Plan) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_report.text(proposed), newline="")))


def test_csv_is_what_a_spreadsheet_expects() -> None:
    assert_golden("plan.csv", csv_report.text(plan()))


def test_csv_columns_add_up() -> None:
    proposed = list_schedule(generate(items=25, specialists=6, seed=1, demand=1.8)).plan
    inside = [row for row in rows(proposed) if row["in_sprint"] == "yes"]
    benefit = sum(float(row["benefit"] or 0) for row in rows(proposed))
    assert benefit == pytest.approx(proposed.value)
    assert sum(float(row["effort"] or 0) for row in inside) == pytest.approx(
        sum(task.effort for item in proposed.selected for task in item.tasks)
    )
    assert {row["item"] for row in rows(proposed)} == {item.id for item in (*proposed.selected, *proposed.left_out)}


@pytest.mark.parametrize("title", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", "\x01@x"])
def test_no_cell_of_a_csv_is_a_formula(title: str) -> None:
    for row in rows(titled(title)):
        assert not any(row[column].startswith(("=", "+", "-", "@", "\t", "\r")) for column in ("title", "item", "task"))


@given(title=texts)
def test_csv_keeps_any_text(title: str) -> None:
    cell = rows(titled(title))[0]["title"]
    kept = "".join(sign for sign in title if sign >= " " or sign in "\t\r\n")
    assert cell.removeprefix("'") == kept.removeprefix("'")
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_lines_end_as_rfc_4180_says() -> None:
    text = csv_report.text(plan())
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n")


@pytest.mark.parametrize(("name", "proposed"), [("plan", plan()), ("no-plan", no_plan()), ("nasty", titled(NASTY))])
def test_markdown_pages(name: str, proposed: Plan) -> None:
    assert_golden(f"{name}.md", markdown.text(proposed))


@given(title=texts)
def test_no_title_breaks_a_markdown_table(title: str) -> None:
    lines = markdown.text(titled(title)).splitlines()
    chosen = next(line for line in lines if line.startswith("| 1 | MKT-1 "))
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", chosen)) == 7
    assert "<" not in chosen.replace("\\<", "")


def test_the_documentation_names_every_key_column_and_code() -> None:
    page = (Path(__file__).parents[2] / "docs/output.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.\[\]-]+)`", page))
    for model in (Plan, PlannedItem, PlannedTask, LeftOutItem, Reason, ShareUse, ObjectiveTerm, Conflict):
        assert set(model.model_fields) <= named, model
    assert set(CapacityUse.model_fields) - {"specialist", "sprint"} <= named
    assert set(csv_report.COLUMNS) <= named
    assert set(get_args(ReasonCode)) == set(words.REASONS) <= named
