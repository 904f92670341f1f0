"""A job from its request to its result: watched, cancelled, refused, resumed."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from api.client import Client, ServiceError
from models.plan import Plan
from models.scenario import Scenario
from planner.report import forms
from planner.verify import violations
from tests.http.running import Running, long, server, tiny, tutorial


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    with running.client() as opened:
        yield opened


def started(client: Client, id_: str) -> None:
    """Wait until a job has a first plan."""
    until = time.monotonic() + 20
    while client.job(id_).value is None:
        assert time.monotonic() < until
        time.sleep(0.02)


def solvers(running: Running) -> list[psutil.Process]:
    """Solver processes of a server that are alive."""
    assert running.process is not None
    children = psutil.Process(running.process.pid).children(recursive=True)
    alive = [one for one in children if one.status() != psutil.STATUS_ZOMBIE]
    return [one for one in alive if "spawn_main" in " ".join(one.cmdline())]


def test_a_job_ends_with_its_plan(client: Client) -> None:
    job = client.submit({"kind": "plan", "scenario": tutorial()})
    assert job.status in {"queued", "running"}
    ended = client.wait(job.id)
    assert (ended.status, ended.value, ended.bound, ended.gap) == ("done", 110, 110, 0)
    assert ended.created <= ended.started <= ended.finished  # type: ignore[operator]
    plan = client.result(job.id)
    assert isinstance(plan, Plan)
    assert plan.status == "optimal"
    assert job.id in [one.id for one in client.jobs(status="done").jobs]


def test_a_job_with_a_scenario_of_the_store(client: Client) -> None:
    kept = client.keep(tiny("first"))
    client.change(kept.id, tiny("second"), seen=1)
    latest = client.submit({"kind": "plan", "scenario_id": kept.id})
    first = client.submit({"kind": "plan", "scenario_id": kept.id, "version": 1})
    client.wait(latest.id)
    client.wait(first.id)
    assert client.result(latest.id).scenario == "second"
    assert client.result(first.id).scenario == "first"
    with pytest.raises(ServiceError, match="there is no such scenario"):
        client.submit({"kind": "plan", "scenario_id": "0" * 32})


def test_cancelling_keeps_the_best_plan_within_a_second(client: Client) -> None:
    job = client.submit({"kind": "plan", "scenario": long()})
    started(client, job.id)
    asked = time.monotonic()
    client.cancel(job.id)
    while client.job(job.id).status == "running":
        time.sleep(0.02)
    took = time.monotonic() - asked
    ended = client.job(job.id)
    assert ended.status == "cancelled"
    assert took < 1 + 1  # a second, and one more for a machine that is busy with other tests
    plan = client.result(job.id)
    assert plan.value == ended.value > 0
    assert not violations(Scenario.model_validate(long()), plan)
    assert client.cancel(job.id).status == "cancelled"  # once more changes nothing


def test_cancelling_a_job_that_waits(client: Client) -> None:
    busy = [client.submit({"kind": "plan", "scenario": long()}) for _ in range(2)]
    waits = client.submit({"kind": "plan", "scenario": tiny()})
    assert client.job(waits.id).status == "queued"
    with pytest.raises(ServiceError, match="the job is queued"):
        client.result(waits.id)
    assert client.cancel(waits.id).status == "cancelled"
    assert [event.type for event in client.events(waits.id)] == ["done"]
    with pytest.raises(ServiceError) as refused:
        client.result(waits.id)
    assert refused.value.problem.status == 404
    for job in busy:
        client.cancel(job.id)
        client.wait(job.id)


def test_a_reconnect_misses_nothing(client: Client, running: Running) -> None:
    job = client.submit({"kind": "plan", "scenario": long(4)})
    seen = []
    for event in client.events(job.id):
        seen.append(event)
        if len(seen) == 2:
            break  # hangs up
    for event in client.events(job.id, after=seen[-1].id):
        seen.append(event)
    whole = list(client.events(job.id))
    assert seen == whole
    assert [event.id for event in whole] == list(range(1, len(whole) + 1))
    assert [event.type for event in whole].count("done") == 1
    assert whole[-1].type == "done"
    values = [event.data["value"] for event in whole if event.data["value"] is not None]
    bounds = [event.data["bound"] for event in whole if event.data["bound"] is not None]
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)
    assert (whole[-1].data["value"], whole[-1].data["status"]) == (client.result(job.id).value, "done")
    after_all = httpx.get(f"{running.url}/v1/jobs/{job.id}/events", headers={"Last-Event-ID": str(whole[-1].id)})
    assert after_all.status_code == 204  # a browser's EventSource stops asking


def test_a_stream_has_a_heartbeat(client: Client, running: Running) -> None:
    """With nothing to say, a sign of life every 15 seconds keeps proxies from cutting the line."""
    busy = [client.submit({"kind": "plan", "scenario": long(40)}) for _ in range(2)]
    waits = client.submit({"kind": "plan", "scenario": tiny()})
    with httpx.stream("GET", f"{running.url}/v1/jobs/{waits.id}/events", timeout=25) as answer:
        assert next(answer.iter_lines()).startswith(":")
    for job in busy:
        client.cancel(job.id)
    assert client.wait(waits.id).status == "done"


def test_a_circle_fails_the_job_with_the_words_of_the_command_line(client: Client) -> None:
    scenario = tiny() | {
        "backlog": [{"id": "A", "effort": 1, "depends_on": ["B"]}, {"id": "B", "effort": 1, "depends_on": ["A"]}]
    }
    ended = client.wait(client.submit({"kind": "plan", "scenario": scenario}).id)
    assert ended.status == "failed"
    assert ended.problem is not None
    assert "A → B → A" in ended.problem.detail
    assert ended.problem.status == 422


def test_an_infeasible_scenario_is_a_plan_that_says_so(client: Client) -> None:
    scenario = tiny() | {"backlog": [{"id": "A", "value": 1, "effort": 900, "must": True}]}
    ended = client.wait(client.submit({"kind": "plan", "scenario": scenario}).id)
    assert ended.status == "done"
    plan = client.result(ended.id)
    assert plan.status == "infeasible"
    assert plan.conflict is not None


def test_an_idempotency_key_does_the_work_once(client: Client) -> None:
    request = {"kind": "plan", "scenario": tiny()}
    first = client.submit(request, idempotency_key="monday")
    assert client.submit(request, idempotency_key="monday").id == first.id
    assert client.submit(request, idempotency_key="tuesday").id != first.id
    with pytest.raises(ServiceError, match="came before, with another request"):
        client.submit({"kind": "plan", "scenario": tiny("other")}, idempotency_key="monday")


def test_a_solver_process_that_dies_fails_its_job_alone(client: Client, running: Running) -> None:
    job = client.submit({"kind": "plan", "scenario": long()})
    started(client, job.id)
    before = {one.pid: sum(one.cpu_times()[:2]) for one in solvers(running)}
    time.sleep(0.5)
    busiest = max(solvers(running), key=lambda one: sum(one.cpu_times()[:2]) - before[one.pid])
    os.kill(busiest.pid, signal.SIGKILL)
    ended = client.wait(job.id)
    assert ended.status == "failed"
    assert ended.problem is not None
    assert "ended without a result" in ended.problem.detail
    after = [client.submit({"kind": "plan", "scenario": tiny()}) for _ in range(4)]
    assert {client.wait(one.id).status for one in after} == {"done"}


def test_solvers_step_back_behind_the_server(running: Running) -> None:
    assert running.process is not None
    nice = psutil.Process(running.process.pid).nice()
    found = solvers(running)
    assert len(found) == 3  # two for jobs, one for plans that are answered at once
    for solver in found:
        assert solver.nice() == min(19, nice + 10)


def test_a_plan_as_csv_and_markdown(client: Client) -> None:
    scenario = tiny() | {"backlog": [{"id": "A", "title": "=HYPERLINK(1)", "value": 3, "effort": 6}]}
    job = client.wait(client.submit({"kind": "plan", "scenario": scenario}).id)
    assert "'=HYPERLINK(1)" in client.table(job.id)
    assert ",=" not in client.table(job.id)
    assert client.table(job.id, "md").startswith("# Tiny")


def test_a_plan_comes_in_every_form_with_the_bytes_of_the_command_line(client: Client) -> None:
    job = client.wait(client.submit({"kind": "plan", "scenario": tutorial()}).id)
    plan, scenario = client.result(job.id), Scenario.model_validate(tutorial())
    for form in forms.FORMS.keys() - {"json"}:
        assert client.export(job.id, form) == forms.content(form, plan, scenario), form
    ana = forms.content("ics", plan, scenario, specialist="Ana")
    assert client.export(job.id, "ics", specialist="Ana") == ana
    for picture in forms.PICTURES:
        assert client.export(job.id, "svg", picture=picture) == forms.content("svg", plan, scenario, picture=picture)
    assert b"Value 110, bound 110 after" in client.export(job.id, "svg", picture="curve")
    assert client.export(job.id, "png", picture="curve").startswith(b"\x89PNG")


def test_a_form_is_sent_as_a_file_of_its_type(client: Client, running: Running) -> None:
    job = client.wait(client.submit({"kind": "plan", "scenario": tiny()}).id)
    with running.http() as http:
        answer = http.get(f"/v1/jobs/{job.id}/result", params={"format": "html"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="tiny.html"'


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"form": "ics", "specialist": "Anna"}, "Did you mean 'Ana'?"),
        ({"form": "xlsx", "specialist": "Ana"}, "about the whole team"),
        ({"form": "md", "picture": "gantt"}, "no picture"),
        ({"form": "docx"}, "docx"),
    ],
)
def test_what_does_not_go_together_is_refused(client: Client, query: dict[str, str], said: str) -> None:
    job = client.wait(client.submit({"kind": "plan", "scenario": tiny()}).id)
    with pytest.raises(ServiceError, match=re.escape(said)) as refused:
        client.export(job.id, **query)
    assert refused.value.problem.status == 422


def test_an_unknown_kind_is_refused_with_the_nearest(client: Client) -> None:
    with pytest.raises(ServiceError, match="Did you mean 'plan'"):
        client.submit({"kind": "plann"})


def test_pages_of_jobs(client: Client) -> None:
    made = [client.submit({"kind": "plan", "scenario": tiny()}).id for _ in range(5)]
    first = client.jobs(limit=2)
    second = client.jobs(limit=3, before=first.next)
    assert [job.id for job in (*first.jobs, *second.jobs)] == made[::-1]
    for id_ in made:
        client.wait(id_)


def test_the_queue_has_an_end(store: str, tmp_path: Path) -> None:
    with server(store, tmp_path, "--workers", "1", "--queue", "6") as running, running.client() as client:
        busy = client.submit({"kind": "plan", "scenario": long()})
        started(client, busy.id)
        waiting = [client.submit({"kind": "plan", "scenario": tiny()}) for _ in range(3)]  # half of the queue
        with pytest.raises(ServiceError, match="3 jobs of yours are waiting already") as refused:
            client.submit({"kind": "plan", "scenario": tiny()})
        assert (refused.value.problem.status, refused.value.retry_after) == (429, 30)
        client.cancel(waiting[0].id)
        client.submit({"kind": "plan", "scenario": tiny()})
        client.cancel(busy.id)


def test_limits_of_time_and_memory(tmp_path: Path) -> None:
    options = ("--workers", "1", "--job-seconds", "3", "--job-memory", "256")
    with server(str(tmp_path / "s.db"), tmp_path, *options) as running, running.client() as client:
        with pytest.raises(ServiceError, match="time_limit is 60, and this server allows 3 seconds"):
            client.submit({"kind": "plan", "scenario": long(60)})
        begun = time.monotonic()
        slow = long()
        slow["solver"] = {"work_limit": 3, "workers": 1}  # no limit in seconds: the server's own holds
        ended = client.wait(client.submit({"kind": "plan", "scenario": slow}).id)
        assert time.monotonic() - begun < 20
        assert ended.status in {"done", "failed"}
        big = long(3, items=3000)
        ended = client.wait(client.submit({"kind": "plan", "scenario": big}).id)
        assert ended.status == "failed"
        assert ended.problem is not None
        assert "more than 256 MB of memory" in ended.problem.detail
        assert client.wait(client.submit({"kind": "plan", "scenario": tiny()}).id).status == "done"
