"""Over HTTP as on the command line: the same plans, the same words."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.client import Client, ServiceError
from planner.intake.source import read_source
from tests.http.running import ROOT, SPRINTPLAN, Running, long, tiny

BROKEN = sorted((ROOT / "tests/broken").glob("*.yaml"))
EXPECTED: dict[str, str] = read_source(ROOT / "tests/broken/expected.yaml").data
# About files, not about what is in them. A baseline that is a file's name is tried below.
NEVER_SENT = ("yaml-", "json-", "csv-", "tsv-", "xlsx-", "plan-", "backlog-", "baseline-missing")


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    with running.client() as opened:
        yield opened


def comparable(plan: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in plan.items() if key not in {"created", "solve_seconds"}}


@pytest.mark.parametrize("name", ["tutorial", "marketing"])
def test_the_plan_is_the_one_of_the_command_line(client: Client, name: str) -> None:
    file = ROOT / "scenarios" / name / "scenario.yaml"
    limits = {"workers": 1, "work_limit": 10}  # no seconds: a busy machine gives the same plan
    command = [SPRINTPLAN, "plan", str(file), "--format", "json", "--workers", "1", "--work-limit", "10"]
    printed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    scenario = read_source(file).data
    if isinstance(scenario["backlog"], str):
        scenario["backlog"] = read_source(file.parent / scenario["backlog"]).data
    scenario["solver"] = scenario.get("solver", {}) | limits
    at_once = client.plan(scenario)
    job = client.wait(client.submit({"kind": "plan", "scenario": scenario}).id)
    assert comparable(at_once.model_dump(mode="json")) == comparable(printed)
    assert comparable(client.result(job.id).model_dump(mode="json")) == comparable(printed)


@pytest.mark.parametrize(
    "file", [one for one in BROKEN if not one.name.startswith(NEVER_SENT)], ids=lambda one: one.name
)
def test_what_is_wrong_is_said_in_the_words_of_the_command_line(running: Running, file: Path) -> None:
    """Places differ, of course: the body that is sent has other lines than the file."""
    if file.name not in EXPECTED or file.name == "key-not-yet-baseline.yaml":
        pytest.skip("this file stands for others, or names one")
    body = json.dumps(read_source(file).data)
    with running.http() as http:
        answer = http.post("/v1/plans", content=body, headers={"Content-Type": "application/json"})
    problem = answer.json()
    said = problem["cause"] + (f". {problem['remedy']}" if "remedy" in problem else "")
    lines = re.compile(r"in line \d+")
    assert lines.sub("in line N", EXPECTED[file.name]).endswith(lines.sub("in line N", said))
    assert answer.status_code == problem["status"] == 422


def test_places_count_in_the_body(running: Running, tmp_path: Path) -> None:
    text = json.dumps(tiny() | {"team": [{"name": "Ana", "skils": []}]}, indent=2)
    file = tmp_path / "sent.json"
    file.write_text(text, encoding="utf-8")
    told = subprocess.run([SPRINTPLAN, "plan", str(file)], capture_output=True, text=True, check=False).stderr
    with running.http() as client:
        answer = client.post("/v1/plans", content=text, headers={"Content-Type": "application/json"})
    assert told.strip() == "Error: " + answer.json()["detail"].replace("body:", f"{file}:")
    assert answer.json()["place"].startswith("body:")


def test_a_plan_to_wait_for_is_small_and_quick(client: Client) -> None:
    with pytest.raises(ServiceError, match="POST /v1/jobs") as refused:
        client.plan(long(5, items=501))
    assert refused.value.problem.status == 413
    with pytest.raises(ServiceError, match="time_limit is 11, and this server allows 10 seconds"):
        client.plan(tiny(time_limit=11))


@pytest.mark.parametrize(
    ("key", "value"), [("backlog", "backlog.csv"), ("backlog", "/etc/passwd"), ("baseline", "p.json")]
)
def test_no_file_of_the_server_is_read(client: Client, key: str, value: str) -> None:
    with pytest.raises(ServiceError, match=f"{key} names a file, and no files are read for a request"):
        client.plan(tiny() | {key: value})
    with pytest.raises(ServiceError, match="names a file"):
        client.submit({"kind": "plan", "scenario": tiny() | {key: value}})
    with pytest.raises(ServiceError, match="names a file"):
        client.keep(tiny() | {key: value})


def test_plans_do_not_wait_for_jobs(client: Client) -> None:
    busy = [client.submit({"kind": "plan", "scenario": long()}) for _ in range(3)]
    assert client.plan(tiny()).status == "optimal"
    for job in busy:
        assert client.cancel(job.id).status in {"queued", "running", "cancelled"}
