"""Jobs on a Dask cluster: the same plans, watched and stopped as on this machine."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from tests.http.running import SPRINTPLAN, long, server, tutorial


def test_jobs_on_a_cluster(tmp_path: Path) -> None:
    options = ("--workers", "1", "--executor", "dask")
    with server(str(tmp_path / "s.db"), tmp_path, *options) as running, running.client() as client:
        ended = client.wait(client.submit({"kind": "plan", "scenario": tutorial()}).id)
        assert (ended.status, ended.value, ended.bound) == ("done", 110, 110)
        job = client.submit({"kind": "plan", "scenario": long(600)})
        until = time.monotonic() + 200
        while client.job(job.id).value is None:
            assert time.monotonic() < until
            time.sleep(0.1)
        client.cancel(job.id)
        ended = client.wait(job.id)
        assert ended.status == "cancelled"
        assert client.result(job.id).value == ended.value > 0  # type: ignore[operator]
        assert "incumbent" in [event.type for event in client.events(job.id)]


def test_a_scheduler_that_is_not_there_is_told_in_one_message(tmp_path: Path) -> None:
    command = [SPRINTPLAN, "serve", "--store", str(tmp_path / "s.db"), "--executor", "dask"]
    run = subprocess.run([*command, "--scheduler", "tcp://127.0.0.1:1"], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "--scheduler tcp://127.0.0.1:1: the scheduler does not answer" in run.stderr
    assert "Traceback" not in run.stderr
