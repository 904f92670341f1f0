from __future__ import annotations

import threading

from models.scenario import Solver
from planner.solve.limits import Limits


def test_time_is_over() -> None:
    assert Limits.of(Solver(time_limit=1e-9)).over
    assert not Limits.of(Solver(time_limit=1000)).over


def test_with_a_work_limit_no_clock_counts() -> None:
    limits = Limits.of(Solver(time_limit=1e-9, work_limit=2.0))
    assert not limits.over
    limits.spend(1.5)
    assert limits.work_left == 0.5
    limits.spend(1.5)
    assert limits.over


def test_somebody_says_stop() -> None:
    stop = threading.Event()
    limits = Limits.of(Solver(time_limit=1000), stop)
    assert not limits.over
    stop.set()
    assert limits.over
