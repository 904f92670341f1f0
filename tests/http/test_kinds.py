"""Jobs that compare, sweep, plan many teams and explain: as on the command line, with everything sent along."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from api.client import Client, Event, ServiceError
from api.http.openapi import JOBS
from api.http.work.kinds import KINDS
from models.comparison import VariantComparison
from models.portfolio import PortfolioPlans
from models.service import RESULTS, JobProgress, JobView
from tests.http.running import ROOT, SPRINTPLAN, Running, long, tiny, tutorial

TUTORIAL = ROOT / "scenarios/tutorial/scenario.yaml"
VARIANTS = [
    {"name": "A designer more", "team": {"add": [{"name": "Rosa", "skills": ["design"], "cost_per_hour": 70}]}},
    {"name": "A fifth kept free", "policy": {"buffer": 0.2}},
]
SWEEPS = [{"name": "Kept free", "vary": {"policy.buffer": [0, 0.1, 0.3]}}]
OWN = {"created", "solve_seconds", "seconds", "plan"}  # of each run; and a file's name, where plans become files
SHARING = {
    "teams": [
        {"name": "growth", "weight": 2},
        {"name": "brand"},
    ],
    "shared": [{"name": "Lena", "skills": ["legal"], "teams": ["brand", "growth"], "hours_per_day": 2}],
}


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    with running.client() as opened:
        yield opened


def team(designer: str, value: int) -> dict[str, Any]:
    """A team of one, whose items need the lawyer, too."""
    work = [{"skill": "design", "effort": 4}, {"skill": "legal", "effort": 2}]
    return {
        "calendar": {"start": "2027-03-01", "sprint_days": 4},
        "team": [{"name": designer, "skills": ["design"]}],
        "backlog": [{"id": f"{designer}-{number}", "value": value + number, "work": work} for number in range(3)],
    }


def portfolio(**more: Any) -> dict[str, Any]:
    teams = zip(SHARING["teams"], (team("Ben", 10), team("Dee", 22)), strict=True)
    return SHARING | {"teams": [entry | {"scenario": scenario} for entry, scenario in teams]} | more


def comparable(result: Any) -> Any:
    """What is the same wherever it was worked out."""
    if isinstance(result, Mapping):
        return {key: comparable(value) for key, value in result.items() if key not in OWN or isinstance(value, dict)}
    return [comparable(entry) for entry in result] if isinstance(result, list) else result


def printed(*command: str) -> Any:
    done = subprocess.run([SPRINTPLAN, *command, "--format", "json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def ended(client: Client, request: Mapping[str, Any]) -> JobView:
    return client.wait(client.submit(request).id)


def answered(client: Client, request: Mapping[str, Any]) -> Any:
    """What a job makes, as the client's model and as JSON."""
    job = ended(client, request)
    assert (job.status, job.problem) == ("done", None)
    result = client.result(job.id)
    assert type(result) is RESULTS[str(request["kind"])]
    return result.model_dump(mode="json")


def test_compare_makes_what_the_command_line_prints(client: Client, tmp_path: Path) -> None:
    made = answered(client, {"kind": "compare", "scenario": tutorial(), "variants": VARIANTS})
    file = tmp_path / "variants.json"
    file.write_text(json.dumps({"variants": VARIANTS}), encoding="utf-8")
    assert comparable(made) == comparable(printed("compare", str(TUTORIAL), str(file)))
    assert [one["plan"]["value"] for one in made["variants"]] == [130, 110]
    assert all(one["proven"] for one in made["variants"])


def test_sweep_makes_what_the_command_line_prints(client: Client, tmp_path: Path) -> None:
    made = answered(client, {"kind": "sweep", "scenario": tutorial(), "sweeps": SWEEPS})
    file = tmp_path / "variants.json"
    file.write_text(json.dumps({"sweeps": SWEEPS}), encoding="utf-8")
    assert comparable(made) == comparable(printed("sweep", str(TUTORIAL), str(file)))
    assert [point["values"]["policy.buffer"] for point in made["sweeps"][0]["points"]] == [0, 0.1, 0.3]


def test_explain_says_what_the_command_line_prints(client: Client) -> None:
    made = answered(client, {"kind": "explain", "scenario": tutorial(), "item": "BRO-1"})
    assert made == printed("explain", str(TUTORIAL), "BRO-1")
    assert made["left_out"][0]["proven"] is True


def test_batch_makes_the_summary_and_the_plans_of_the_command_line(client: Client, tmp_path: Path) -> None:
    sent = portfolio()
    for entry in sent["teams"]:
        (tmp_path / f"{entry['name']}.json").write_text(json.dumps(entry["scenario"]), encoding="utf-8")
    files = sent | {"teams": [entry | {"scenario": f"{entry['name']}.json"} for entry in sent["teams"]]}
    (tmp_path / "portfolio.json").write_text(json.dumps(files), encoding="utf-8")
    summary = printed("batch", str(tmp_path / "portfolio.json"), "--out", str(tmp_path / "out"))
    made = answered(client, {"kind": "batch", **sent})
    plans = made.pop("plans")
    assert comparable(made) == comparable(summary)
    assert made["coordinated"][0]["shared"][0]["planned"] == {"growth": 2.0, "brand": 4.0}
    for entry in summary["teams"]:
        written = json.loads((tmp_path / "out" / entry["plan"]).read_text(encoding="utf-8"))
        assert comparable(plans[entry["team"]]) == comparable(written)


def test_a_plan_that_is_sent_is_judged_and_explained(client: Client) -> None:
    scenario = tiny()
    plan = client.plan(scenario).model_dump(mode="json")
    made = answered(client, {"kind": "explain", "scenario": scenario, "plan": plan})
    assert [entry["id"] for entry in made["left_out"]] == ["B"]
    assert made["bound"] == 3  # worked out, whatever the plan says of itself
    moved = plan | {"value": 9}
    job = ended(client, {"kind": "explain", "scenario": scenario, "plan": moved})
    assert job.status == "failed"
    assert job.problem is not None
    assert job.problem.detail.startswith("plan: it is no plan of this scenario: ")


def test_scenarios_of_the_store(client: Client) -> None:
    kept = client.keep(tiny("kept"))
    variants = [{"name": "Half days", "team": {"change": [{"name": "Ana", "hours_per_day": 1}]}}]
    made = answered(client, {"kind": "compare", "scenario_id": kept.id, "variants": variants})
    assert (made["base"]["scenario"], made["variants"][0]["delta"]["value"]) == ("kept", -3)
    made = answered(
        client,
        {"kind": "batch", "teams": [{"name": "a", "scenario_id": kept.id}, {"name": "b", "scenario": tiny()}]},
    )
    assert made["value"] == 6
    with pytest.raises(ServiceError, match="there is no such scenario"):
        client.submit({"kind": "batch", "teams": [{"name": "a", "scenario_id": "0" * 32}]})
    wrong = [{"name": "Without", "team": {"remove": ["Anna"]}}]
    with pytest.raises(ServiceError, match="the base has no specialist 'Anna'"):
        client.submit({"kind": "compare", "scenario_id": kept.id, "variants": wrong})


# Progress and cancelling ----------------------------------------------------------------------------------------------


SLOW: dict[str, Callable[[], dict[str, Any]]] = {
    "compare": lambda: {
        "scenario": long(2),
        "variants": [{"name": f"V{number}", "policy": {"buffer": number / 10}} for number in range(9)],
    },
    "sweep": lambda: {"scenario": long(2), "sweeps": [{"name": "B", "vary": {"policy.buffer": [0, 0.1, 0.2, 0.3]}}]},
    "batch": lambda: {"teams": [{"name": f"T{number}", "scenario": long(2)} for number in range(9)]},
    "explain": lambda: {"scenario": long(2, items=24), "time_limit": 60},
}


def followed(client: Client, kind: str) -> tuple[JobView, list[Event], float]:
    """Cancel a job once two of its parts are done; return it with its events and the seconds it took to stop."""
    job = client.submit({"kind": kind, **SLOW[kind]()})
    seen: list[Event] = []
    asked = 0.0
    for event in client.events(job.id):
        seen.append(event)
        if not asked and event.data.get("done", 0) >= 2:
            asked = time.monotonic()
            client.cancel(job.id)
    return client.job(job.id), seen, time.monotonic() - asked


def test_a_job_says_how_many_of_its_parts_are_done(client: Client) -> None:
    """Without following its events, alone and in the list; a job that is one plan has no parts."""
    job, events, _ = followed(client, "compare")
    last = [event.data for event in events if event.type == "progress"][-1]
    assert last["done"] >= 2
    assert job.progress == JobProgress(done=last["done"], total=last["total"])
    alone = client.wait(client.submit({"kind": "plan", "scenario": tiny()}).id)
    assert alone.progress is None
    listed = {one.id: one.progress for one in client.jobs().jobs}
    assert (listed[job.id], listed[alone.id]) == (job.progress, None)


@pytest.mark.parametrize("kind", SLOW)
def test_cancelling_keeps_what_there_is_within_a_second(client: Client, kind: str) -> None:
    job, events, took = followed(client, kind)
    assert job.status == "cancelled"
    assert took < 1 + 1  # a second, and one more for a machine that is busy with other tests
    told = [event.data["done"] for event in events if event.type == "progress"]
    assert told == sorted(told)
    result = client.result(job.id)
    if isinstance(result, VariantComparison):
        names = [one.name for one in result.variants]
        assert names  # those that were under way have the best plan so far
        assert [*names, *result.not_planned] == [f"V{number}" for number in range(9)]
        assert result.not_planned
    elif isinstance(result, PortfolioPlans):
        made = [one.team for one in result.teams if one.value is not None]
        assert 2 <= len(made) < 9
        assert sorted(result.plans) == sorted(made)
        assert {one.status for one in result.teams if one.value is None} == {"not planned"}


def test_cancelling_while_the_base_is_planned(client: Client) -> None:
    job = client.submit(
        {"kind": "compare", "scenario": long(60), "variants": [{"name": "V", "policy": {"buffer": 0.1}}]}
    )
    while client.job(job.id).status == "queued":
        time.sleep(0.02)
    time.sleep(1)
    client.cancel(job.id)
    assert client.wait(job.id).status == "cancelled"
    result = client.result(job.id)
    assert result.base.value > 0
    assert (result.variants, result.not_planned) == ((), ("V",))


# What is refused ------------------------------------------------------------------------------------------------------


def refused(client: Client, request: Mapping[str, Any]) -> tuple[int, str]:
    with pytest.raises(ServiceError) as error:
        client.submit(request)
    return error.value.problem.status, error.value.problem.detail


FILES: list[tuple[str, dict[str, Any], str]] = [
    ("plan", {"scenario": "/etc/passwd"}, "scenario names a file"),
    ("plan", {"scenario": tiny() | {"baseline": "plan.json"}}, "baseline names a file"),
    ("compare", {"scenario": "s.yaml", "variants": [{"name": "V"}]}, "scenario names a file"),
    ("compare", {"scenario": tiny() | {"backlog": "b.csv"}, "variants": [{"name": "V"}]}, "backlog names a file"),
    ("compare", {"base": "s.yaml", "scenario": tiny(), "variants": [{"name": "V"}]}, "unknown key 'base'"),
    ("compare", {"scenario": tiny(), "variants": "variants.yaml"}, "must be a list"),
    ("sweep", {"scenario": "s.yaml", "sweeps": [{"name": "S", "vary": {"policy.buffer": [0]}}]}, "names a file"),
    ("sweep", {"scenario": tiny(), "sweeps": "/etc/passwd"}, "must be a list"),
    ("batch", {"teams": [{"name": "a", "scenario": "growth/scenario.yaml"}]}, "scenario names a file"),
    ("batch", {"teams": [{"name": "a", "scenario": tiny() | {"backlog": "../b.csv"}}]}, "backlog names a file"),
    ("batch", {"teams": "/etc/passwd"}, "must be a list"),
    ("explain", {"scenario": tiny(), "plan": "../plan.json"}, "plan names a file"),
    ("explain", {"scenario": tiny() | {"backlog": "b.csv"}}, "backlog names a file"),
]


@pytest.mark.parametrize(("kind", "more", "said"), FILES)
def test_a_file_is_refused(client: Client, kind: str, more: dict[str, Any], said: str) -> None:
    status, detail = refused(client, {"kind": kind, **more})
    assert status == 422
    assert detail.startswith("body:1:")
    assert said in detail


def test_what_does_not_fit_is_refused_before_it_is_queued(running: Running, client: Client) -> None:
    body = json.dumps({"kind": "compare", "scenario": tiny(), "variants": []}, indent=1)
    body = body.replace('"variants": []', '"variants": [\n{"name": "Gone",\n"team": {"remove": ["Zoe"]}}]')
    line = 1 + body[: body.index('"Zoe"')].count("\n")
    with running.http() as http:
        answer = http.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["place"] == f"body:{line}:21"
    assert answer.json()["cause"] == "variant 'Gone': the base has no specialist 'Zoe'"
    sweep = {"kind": "sweep", "scenario": tiny(), "sweeps": [{"name": "S", "vary": {"polcy.buffer": [0]}}]}
    assert "a sweep cannot vary 'polcy.buffer'. Did you mean 'policy'?" in refused(client, sweep)[1]
    shared = [{"name": "Lena", "teams": ["growht"]}]
    assert "Did you mean 'growth'?" in refused(client, {"kind": "batch", **portfolio(shared=shared)})[1]
    circle = [{"name": "C", "items": {"change": [{"id": "A", "depends_on": ["B"]}, {"id": "B", "depends_on": ["A"]}]}}]
    assert "A → B → A" in refused(client, {"kind": "compare", "scenario": tiny(), "variants": circle})[1]
    twice = [{"name": "V"}, {"name": "V"}]
    assert "two variants are called V" in refused(client, {"kind": "compare", "scenario": tiny(), "variants": twice})[1]


def items(amount: int) -> dict[str, Any]:
    return tiny() | {"backlog": [{"id": str(number), "value": 1, "effort": 1} for number in range(amount)]}


def test_a_job_has_limits(client: Client) -> None:
    many = [{"name": f"V{number}"} for number in range(1001)]
    assert refused(client, {"kind": "compare", "scenario": tiny(), "variants": many})[0] == 422
    wide = {"kind": "compare", "scenario": items(600), "variants": many[:99]}
    status, detail = refused(client, wide)
    assert (status, "60,000 items over all plans are too many for one job" in detail) == (413, True)
    points = {"name": "S", "vary": {"policy.buffer": [number / 200 for number in range(100)]}}
    eleven = [points | {"name": f"S{number}"} for number in range(11)]
    status, detail = refused(client, {"kind": "sweep", "scenario": tiny(), "sweeps": eleven})
    assert (status, "more than 1,000 plans" in detail) == (413, True)
    teams = [{"name": f"T{number}", "scenario": items(2000)} for number in range(26)]
    status, detail = refused(client, {"kind": "batch", "teams": teams})
    assert (status, "52,000 items over all plans" in detail) == (413, True)
    endless = {"kind": "explain", "scenario": tiny(), "time_limit": 4000}
    assert "this server allows 3600 seconds" in refused(client, endless)[1]
    for request in (
        {"kind": "compare", "scenario": tiny(workers=64), "variants": [{"name": "V"}]},
        {"kind": "batch", "teams": [{"name": "a", "scenario": tiny(workers=64)}]},
        {"kind": "batch", "teams": [{"name": "a", "scenario": tiny()}], "solver": {"workers": 64}},
        {"kind": "explain", "scenario": tiny(workers=64)},
    ):
        assert "search threads" in refused(client, request)[1]


def test_limits_hold_for_scenarios_of_the_store_too(client: Client) -> None:
    kept = client.keep(tiny(workers=64))
    for request in (
        {"kind": "plan", "scenario_id": kept.id},
        {"kind": "explain", "scenario_id": kept.id},
        {"kind": "batch", "teams": [{"name": "a", "scenario_id": kept.id}]},
    ):
        assert "search threads" in refused(client, request)[1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_of_the_contract_are_done_as_the_contract_says(running: Running, kind: str) -> None:
    with running.client() as client, running.http() as http:
        result = answered(client, JOBS[kind])
        components = http.get("/v1/openapi.json").json()["components"]
    schema = {"$ref": f"#/components/schemas/{KINDS[kind].result.__name__}", "components": components}
    assert [error.message for error in Draft202012Validator(schema).iter_errors(result)] == []
    assert KINDS[kind].result is RESULTS[kind]
