"""Jobs on executors: none is lost when a worker is killed, none is blamed for another, stopped means stopped."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from planner.portfolio import executors
from planner.portfolio.runner import Finished, Runner, WorkerDied

posix = pytest.mark.skipif(os.name == "nt", reason="kills by signal")
RUNNERS: dict[str, Callable[[], contextlib.AbstractContextManager[Runner]]] = {
    "local": lambda: executors.local(2),
    "dask": lambda: executors.dask(None, 2),
}


@pytest.fixture(params=RUNNERS)
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    with RUNNERS[request.param]() as opened, opened:
        yield opened


def test_two_clusters_of_one_machine_do_not_stand_in_each_others_way() -> None:
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # somebody else has it: just as well
            stack.enter_context(socket.create_server(("", 8787)))
        opened = stack.enter_context(executors.dask(None, 1))
        stack.enter_context(opened)
        assert [finished.result for finished in opened.run(job, ["one"])] == [job("one")]


def job(name: str) -> str:
    if name == "bad":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "wrong":
        raise ValueError("wrong")
    time.sleep(0.05)
    return name.upper()


def dies_once(path: str) -> str:
    """Die the first time, as a worker does that the system kills for its memory."""
    marker = Path(path)
    if not marker.exists():
        marker.write_text("tried", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def test_every_job_comes_back_with_its_result_or_error(runner: Runner) -> None:
    names = [f"job-{number}" for number in range(9)] + ["wrong"]
    found = {finished.job: finished for finished in runner.run(job, names)}
    assert sorted(found) == sorted(names)
    assert found["job-3"].result == "JOB-3"
    assert isinstance(found["wrong"].error, ValueError)


@posix
def test_a_job_that_kills_its_worker_twice_is_named_and_no_other_is_lost(runner: Runner) -> None:
    names = ["job-1", "job-2", "bad", *(f"job-{number}" for number in range(3, 12))]
    found = {finished.job: finished for finished in runner.run(job, names)}
    assert sorted(found) == sorted(names)
    assert isinstance(found["bad"].error, WorkerDied)
    assert [name for name, one in found.items() if one.error is not None] == ["bad"]


@posix
def test_a_job_whose_worker_dies_is_tried_once_more(runner: Runner, tmp_path: Path) -> None:
    done = list(runner.run(dies_once, [str(tmp_path / "one")]))
    assert [one.result for one in done] == ["done"]


@posix
def test_a_worker_killed_from_outside_loses_nothing(runner: Runner) -> None:
    names = [f"job-{number}" for number in range(20)]
    found: list[Finished[str, str]] = []
    for finished in runner.run(job, names):
        found.append(finished)
        if len(found) == 5:
            victim = multiprocessing.active_children()[0].pid
            assert victim is not None
            os.kill(victim, signal.SIGKILL)
    assert sorted(one.job for one in found) == sorted(names)
    assert all(one.error is None for one in found)


def test_stopped_begins_nothing_new(runner: Runner) -> None:
    found: list[str] = []
    for finished in runner.run(job, [f"job-{number}" for number in range(50)], lambda: len(found) >= 3):
        found.append(finished.job)
    assert 3 <= len(found) <= 10


def test_nobody_at_the_schedulers_address_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from planner.errors import InputError

    monkeypatch.setattr(executors, "CONNECT_SECONDS", 0.5)
    with pytest.raises(InputError, match="no Dask scheduler answers"), executors.dask("tcp://127.0.0.1:9", 1):
        pass
