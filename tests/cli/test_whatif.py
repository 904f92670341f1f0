"""compare, sweep and batch on the command line: forms, exit codes, messages, interruption."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from benchmarks.portfolios import independent
from models.comparison import SweepComparison, VariantComparison
from models.portfolio import PortfolioResult
from tests.cli.command import IMPOSSIBLE, PROGRAM, call, environment, run

BASE = """\
name: Small
calendar: {start: 2027-03-01, sprint_days: 1}
team: [{name: Ana, skills: [design], hours_per_day: 6, cost_per_hour: 40}]
backlog: [{id: A, value: 10, effort: 6, skill: design}, {id: B, value: 8, effort: 6, skill: design}]
"""
VARIANTS = """\
base: scenario.yaml
variants:
  - {name: "Free | lance", team: {add: [{name: Bo, skills: [design], cost_per_hour: 70}]}}
  - {name: "=half", team: {change: [{name: Ana, hours_per_day: 3}]}}
sweeps:
  - {name: Hours, vary: {team.Ana.hours_per_day: [3, 6, 12]}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenario.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "variants.yaml").write_text(VARIANTS, encoding="utf-8")
    return tmp_path


def test_compare_as_json_keeps_the_contract(folder: Path) -> None:
    answer = call("compare", folder / "scenario.yaml", "--format", "json")
    assert answer.code == 0
    data = json.loads(answer.out)
    assert {"base", "variants"} <= set(data)
    assert {"name", "plan", "delta", "proven"} <= set(data["variants"][0])
    assert {"value", "added", "dropped", "moved"} <= set(data["variants"][0]["delta"])
    found = VariantComparison.model_validate_json(answer.out)
    assert [(one.name, one.delta.value, one.proven) for one in found.variants] == [
        ("Free | lance", 8, True),
        ("=half", -10, True),
    ]


@pytest.mark.parametrize("arguments", [["scenario.yaml", "variants.yaml"], ["variants.yaml"], ["scenario.yaml"]])
def test_base_and_variants_find_each_other(folder: Path, arguments: list[str]) -> None:
    answer = call("compare", *(folder / name for name in arguments))
    assert answer.code == 0
    assert "8 more value for 420: worth it if a point of value is worth 52.5 or more" in " ".join(answer.out.split())
    assert "The order of the values is proven." in answer.out


def test_csv_and_markdown_are_safe_to_open(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(call("compare", folder / "variants.yaml", "-f", "csv").out)))
    assert [row["name"] for row in rows] == ["base", "Free | lance", "'=half"]
    assert rows[1]["break_even_rate"] == rows[1]["delta_value"] == "8" or float(rows[1]["break_even_rate"]) == 32
    text = call("compare", folder / "variants.yaml", "-f", "md").out
    assert r"| Free \| lance | 18 | +8 |" in text


@pytest.mark.parametrize(("ending", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("html", b"<!DOCTYPE html>")])
def test_pictures_are_drawn_without_a_browser(folder: Path, ending: str, begins: bytes) -> None:
    out = folder / f"picture.{ending}"
    answer = call("sweep" if ending == "svg" else "compare", folder / "variants.yaml", "--out", out)
    assert answer.code == 0, answer.err
    data = out.read_bytes()
    assert data.lstrip().startswith(begins)
    if ending == "html":
        assert b"https://cdn" not in data  # it opens without a network


def test_a_sweep_can_be_typed(folder: Path) -> None:
    answer = call("sweep", folder / "scenario.yaml", "--vary", "team.Ana.hours_per_day=3,12", "-f", "json")
    points = SweepComparison.model_validate_json(answer.out).sweeps[0].points
    assert [(point.values, point.plan.value) for point in points] == [
        ({"team.Ana.hours_per_day": 3}, 0),
        ({"team.Ana.hours_per_day": 12}, 18),
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compare", "scenario.yaml", "no.yaml"], "no.yaml"),
        (["sweep", "scenario.yaml", "--vary", "team.Anna.hours_per_day=3"], "Did you mean 'Ana'?"),
        (["sweep", "scenario.yaml", "--vary", "hours"], "names no values"),
        (["sweep", "scenario.yaml", "--vary", "policy.buffer=[1,"], "--vary"),
        (["compare", "scenario.yaml", "--format", "xlsx"], "xlsx"),
        (["batch", "scenario.yaml"], "unknown key"),
        (["batch", "variants.yaml", "--scheduler", "tcp://x:1"], "goes with --executor dask"),
    ],
)
def test_what_is_wrong_is_one_message(folder: Path, arguments: list[str], words: str) -> None:
    paths = [str(folder / part) if part.endswith(".yaml") else part for part in arguments]
    answer = run(*paths, cwd=folder)
    assert answer.code == 2
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


def test_a_base_without_a_plan_is_exit_code_1(folder: Path) -> None:
    (folder / "scenario.yaml").write_text(IMPOSSIBLE, encoding="utf-8")
    (folder / "variants.yaml").write_text(
        "variants: [{name: V, team: {change: [{name: Ana, hours_per_day: 12}]}}]", encoding="utf-8"
    )
    answer = call("compare", folder / "scenario.yaml")
    assert answer.code == 1
    assert "no plan exists" in answer.out


def test_batch_writes_plans_and_summary_and_names_who_fails(folder: Path) -> None:
    (folder / "bad.yaml").write_text("team: []\nbacklog: []\n", encoding="utf-8")
    (folder / "portfolio.yaml").write_text(
        "teams: [{name: good, scenario: scenario.yaml}, {name: bad, scenario: bad.yaml}]", encoding="utf-8"
    )
    answer = run("batch", "portfolio.yaml", "--out", "out", "--format", "json", cwd=folder)
    assert answer.code == 1
    found = PortfolioResult.model_validate_json(answer.out)
    assert [team.status for team in found.teams] == ["optimal", "failed"]
    assert "bad: failed" in answer.err
    assert (folder / "out/plans/good.json").is_file()
    assert (folder / "out/summary.json").read_text(encoding="utf-8") == answer.out
    again = run("batch", "portfolio.yaml", "--out", "out", cwd=folder)
    assert "kept" in again.out


@pytest.mark.skipif(os.name == "nt", reason="signals as on POSIX")
def test_a_batch_that_is_interrupted_goes_on_the_next_time(tmp_path: Path) -> None:
    file = independent(tmp_path, 12, items=25)
    command = [*PROGRAM, "batch", str(file), "--out", str(tmp_path / "out"), "--time-limit", "3", "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as program:
        plans = tmp_path / "out/plans"
        while not (plans.is_dir() and any(plans.iterdir())):
            assert program.poll() is None
            time.sleep(0.05)
        program.send_signal(signal.SIGINT)
        _, told = program.communicate(timeout=60)
        assert program.returncode == 1
        assert b"goes on from here" in told
        assert b"Traceback" not in told
    made = len(list(plans.glob("*.json")))
    assert 0 < made < 12
    second = run("batch", file, "--out", tmp_path / "out", "--time-limit", "3", "--format", "json")
    found = PortfolioResult.model_validate_json(second.out)
    assert sum(team.reused for team in found.teams) == made
    assert all(team.value is not None for team in found.teams)
