"""Workers start from a server that has loaded what they need."""

from __future__ import annotations

import gc
import multiprocessing
import sys

import pytest

from planner import workers
from planner.workers import local_pool

NEEDED = {"planner.pipeline", "networkx", "highspy", "holidays", "ortools.sat.python.cp_model"}


def state() -> tuple[set[str], int]:
    """Say what is loaded here, and how many objects the garbage collector leaves alone."""
    return NEEDED & sys.modules.keys(), gc.get_freeze_count()


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="workers load it themselves")
def test_a_worker_has_everything_loaded_before_its_first_plan() -> None:
    # The server passes over what it cannot load, so a name that is wrong would only cost time.
    with local_pool(1) as pool:
        loaded, frozen = pool.submit(state).result()
    assert loaded == NEEDED
    assert frozen > 0


def test_more_jobs_at_once_than_processes_last_for_are_all_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is replaced while all jobs are waiting counted as idle: the pool waited for it for ever."""
    monkeypatch.setattr(workers, "PLANS_A_PROCESS", 2)
    with local_pool(2) as pool:
        waiting = [pool.submit(abs, -number) for number in range(9)]
        assert [future.result(timeout=60) for future in waiting] == list(range(9))
