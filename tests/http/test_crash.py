"""What a server that dies leaves behind, and what the next one makes of it."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import func, select

from api.client import ServiceError
from api.http.store import Store
from api.http.store.audit import Actor
from api.http.store.jobs import End, Figures
from api.http.store.tables import audit, job_events, jobs, results
from planner.errors import InputError
from tests.http.running import SPRINTPLAN, Running, long, server, tiny

JOBS = 500
KILLS = 5


def submit_all(running: Running, made: dict[int, str]) -> None:
    """Queue all jobs, each under a key of its own: a client that hears nothing sends the request again."""
    with running.client() as client:
        for number in range(JOBS):
            request = {"kind": "plan", "scenario": tiny(f"job {number}")}
            while number not in made:
                try:
                    made[number] = client.submit(request, idempotency_key=f"job-{number}").id
                except (httpx.TransportError, ServiceError):
                    time.sleep(0.1)


def test_killed_five_times_each_job_ends_exactly_once(store: str, tmp_path: Path) -> None:
    running = Running(store, tmp_path / "server.log", "--workers", "2", "--queue", "2000").start()
    made: dict[int, str] = {}
    sender = threading.Thread(target=submit_all, args=(running, made))
    sender.start()
    watched = Store(store)
    for kill in range(1, KILLS + 1):
        until = time.monotonic() + 120
        while watched.jobs.counts().get("done", 0) < kill * 60:
            assert time.monotonic() < until
            time.sleep(0.02)
        solvers = psutil.Process(running.process.pid).children(recursive=True)  # type: ignore[union-attr]
        running.kill()
        _, alive = psutil.wait_procs(solvers, timeout=10)
        assert not alive  # nobody solves for a server that is gone
        running.start()
    sender.join(timeout=300)
    assert len(set(made.values())) == JOBS
    until = time.monotonic() + 300
    while set(watched.jobs.counts()) != {"done"}:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert watched.jobs.counts() == {"done": JOBS}
    with watched.database.read() as connection:
        ends = select(job_events.c.job, func.count()).where(job_events.c.type == "done").group_by(job_events.c.job)
        assert Counter(connection.execute(ends).scalars()) == Counter(made.values())
        assert {count for _, count in connection.execute(ends)} == {1}
        assert set(connection.execute(select(results.c.job)).scalars()) == set(made.values())
        noted = select(audit.c.subject).where(audit.c.action == "job.done")
        assert Counter(connection.execute(noted).scalars()) == Counter(made.values())
        assert connection.execute(select(func.max(jobs.c.attempts))).scalar() == 2  # some were resumed, none often
    watched.close()
    running.stop()


def test_a_polite_stop_resumes_what_was_running(store: str, tmp_path: Path) -> None:
    with server(store, tmp_path, "--workers", "1") as running:
        with running.client() as client:
            done = client.submit({"kind": "plan", "scenario": tiny()})
            client.wait(done.id)
            before = client.result(done.id)
            busy = client.submit({"kind": "plan", "scenario": long(3)})
            while client.job(busy.id).status != "running":
                time.sleep(0.02)
        assert running.stop() == 0
        running.start()
        with running.client() as client:
            assert client.result(done.id) == before
            assert client.wait(busy.id).status == "done"
            assert client.result(busy.id).value > 0


def test_a_stream_ends_when_the_server_stops_and_goes_on_after(tmp_path: Path) -> None:
    with server(str(tmp_path / "s.db"), tmp_path, "--workers", "1") as running, running.client() as client:
        job = client.submit({"kind": "plan", "scenario": long(4)})
        types: list[str] = []
        follower = threading.Thread(target=lambda: types.extend(event.type for event in client.events(job.id)))
        follower.start()
        while "incumbent" not in types:
            time.sleep(0.02)
        assert running.stop() == 0
        running.start()
        follower.join(timeout=60)
        assert types[-1] == "done"
        assert types.count("done") == 1
        with running.client() as other:
            assert [event.type for event in other.events(job.id)] == types


def test_a_job_cancelled_before_the_crash_is_not_resumed(store: str) -> None:
    me = Actor("default", "me", "r")
    opened = Store(store).open(alone=True)
    id_ = opened.jobs.create(me, "plan", "{}", (9, 9))
    assert opened.jobs.claim("default") is not None
    opened.jobs.ask_cancel(me, id_)
    assert opened.jobs.recover(3) == (1, [id_], [])
    opened.close()


def test_a_job_that_takes_the_server_down_is_given_up(store: str) -> None:
    opened = Store(store).open(alone=True)
    id_ = opened.jobs.create(Actor("default", "me", "r"), "plan", "{}", (9, 9))
    for attempt in (1, 2, 3):
        claimed = opened.jobs.claim("default")
        assert claimed is not None
        assert claimed[0].attempts == attempt
        assert opened.jobs.recover(3) == (1, [], [id_] if attempt == 3 else [])
    opened.close()


def test_a_job_that_got_lost_on_the_way_is_taken_up(store: str) -> None:
    """The store was away just as a job was taken: it counts as running, and nobody runs it."""
    opened = Store(store).open(alone=True)
    known, lost = (opened.jobs.create(Actor("default", "me", "r"), "plan", "{}", (9, 9)) for _ in range(2))
    opened.jobs.claim("default")
    opened.jobs.claim("default")
    assert opened.jobs.requeue_strays([known]) == 1
    assert opened.jobs.find("default", lost).status == "queued"  # type: ignore[union-attr]
    assert opened.jobs.find("default", known).status == "running"  # type: ignore[union-attr]
    opened.close()


def test_a_job_ends_once_whoever_tries_again(store: str) -> None:
    opened = Store(store).open(alone=True)
    id_ = opened.jobs.create(Actor("default", "me", "r"), "plan", "{}", (9, 9))
    end = End("done", "{}", None, Figures(1, 1, 0))
    assert not opened.jobs.end(id_, end)  # it waits still
    opened.jobs.claim("default")
    assert opened.jobs.end(id_, end)
    assert not opened.jobs.end(id_, end)
    assert not opened.jobs.end(id_, End("cancelled", None, None, Figures()), before="queued")
    assert [event.type for event in opened.jobs.events(id_, 0)] == ["done"]
    opened.close()


def test_one_server_at_a_time_on_a_store(store: str) -> None:
    first = Store(store).open(alone=True)
    second = Store(store)
    with pytest.raises(InputError, match="another server is using this store"):
        second.open(alone=True)
    second.close()
    first.close()
    third = Store(store).open(alone=True)
    third.close()


def test_old_jobs_are_forgotten_and_young_ones_kept(store: str) -> None:
    opened = Store(store).open(alone=True)
    id_ = opened.jobs.create(Actor("local", "local", "r"), "plan", "{}", (9, 9))
    opened.jobs.claim("local")
    opened.jobs.end(id_, End("done", "{}", None, Figures(1, 1, 0)))
    waits = opened.jobs.create(Actor("local", "local", "r"), "plan", "{}", (9, 9))
    assert opened.jobs.forget(time.time() - 60) == 0
    assert opened.jobs.result(id_) == "{}"
    assert opened.jobs.forget(time.time() + 60) == 1
    assert opened.jobs.find("local", id_) is None
    assert (opened.jobs.result(id_), opened.jobs.events(id_, 0)) == (None, [])
    assert opened.jobs.find("local", waits) is not None
    opened.close()


def test_workspaces_take_turns(store: str, tmp_path: Path) -> None:
    """Whoever queues fifty jobs first does not keep the others waiting for all of them."""
    opened = Store(store).open(alone=True)
    many, few = Actor("many", "a", "r"), Actor("few", "b", "r")
    request = json.dumps({"kind": "plan", "scenario": tiny()})
    for actor, count in ((many, 20), (few, 3)):
        for _ in range(count):
            opened.jobs.create(actor, "plan", request, (99, 99))
    opened.close()
    with server(store, tmp_path, "--workers", "1"):
        watched = Store(store)
        while watched.jobs.counts().get("done", 0) < 23:
            assert not watched.jobs.counts().get("failed")
            time.sleep(0.05)
        order = [watched.jobs.page(name, None, None, 99) for name in ("many", "few")]
        ended = sorted((job.finished or 0, job.workspace) for jobs_ in order for job in jobs_)
        watched.close()
    assert [workspace for _, workspace in ended[:6]].count("few") == 3


def test_a_store_of_a_later_version_is_refused(store: str) -> None:
    opened = Store(store).open(alone=True)
    with opened.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InputError, match="made by a later version"):
        opened.open(alone=True)
    opened.close()


def test_an_unusable_store_is_told_in_one_message(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database at all, just a text of some length" * 10, encoding="utf-8")
    for address in (str(tmp_path / "text.db"), "postgresql://nobody@127.0.0.1:1/none", "mysql://x/y", "/no/such/x.db"):
        run = subprocess.run([SPRINTPLAN, "serve", "--store", address], capture_output=True, text=True, check=False)
        assert run.returncode == 2, run.stderr
        assert "Traceback" not in run.stderr
        assert run.stderr.startswith("Error: --store"), run.stderr
