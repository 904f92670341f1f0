from __future__ import annotations

import signal
import threading

import pytest

import planner
from api import live
from models.plan import Plan
from models.scenario import Scenario
from planner.errors import InputError
from planner.progress import Progress, ProgressHook
from tests.report.sample import plan, sprint


def test_the_line_says_how_far_the_search_is() -> None:
    cancel = threading.Event()
    line = live._Line(cancel)
    assert line.text().plain == "0 s · looking for a first plan · Ctrl-C keeps the best plan so far"
    line.update(Progress(1.5, 904.0, 949.0, 45 / 949))
    assert line.text().plain == "0 s · value 904 · bound 949 · gap 4.8 % · Ctrl-C keeps the best plan so far"
    cancel.set()
    assert line.text().plain.endswith(" · stopping")


def test_the_plan_comes_from_the_planner_and_ctrl_c_sets_its_cancel_event(monkeypatch: pytest.MonkeyPatch) -> None:
    def until_cancelled(_: Scenario, *, cancel: threading.Event, on_progress: ProgressHook) -> Plan:
        on_progress(Progress(0, None, None, None))
        signal.raise_signal(signal.SIGINT)
        assert cancel.wait(30)
        return plan()

    monkeypatch.setattr(planner, "plan", until_cancelled)
    before = signal.getsignal(signal.SIGINT)
    assert live.solve(sprint()) == plan()
    assert signal.getsignal(signal.SIGINT) is before


def test_what_goes_wrong_in_the_search_reaches_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Plan:
        raise InputError("item A", "it depends on itself")

    monkeypatch.setattr(planner, "plan", fail)
    with pytest.raises(InputError, match="item A"):
        live.solve(sprint())
