"""A solve that people can watch and stop: a live line on a terminal, Ctrl-C returns the best plan so far."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Protocol, TypeVar

import planner
from api.messages import say
from models.plan import Plan
from models.scenario import Scenario
from planner.progress import Progress
from planner.report.words import number, percent_up

if TYPE_CHECKING:
    from rich.text import Text

    from models.explanation import Explanation
    from planner.explain.budget import Progress as Answered
    from planner.trade_off import Curve

Answer = TypeVar("Answer")


class Flag(Protocol):
    """An event of threads or of processes."""

    def set(self) -> None:
        """Tell everybody to stop."""

    def is_set(self) -> bool:
        """Whether everybody was told."""
        ...


class Line(Protocol):
    """One line that says how far something is."""

    def text(self) -> Text:
        """Say it."""
        ...


def solve(scenario: Scenario) -> Plan:
    """Plan a scenario. The first Ctrl-C ends the search, a second one the program."""
    cancel = threading.Event()
    line = _Line(cancel)
    return watched(lambda: planner.plan(scenario, cancel=cancel, on_progress=line.update), cancel, line)


def explain(scenario: Scenario, plan: Plan, only: str | None, seconds: float) -> Explanation:
    """Explain a plan. The first Ctrl-C ends it with what is settled so far, a second one the program."""
    from planner.explain.budget import Budget
    from planner.explain.explanation import explain as work_out

    cancel = threading.Event()
    line = _Questions(cancel)
    budget = Budget(seconds, scenario.solver.workers, cancel, line.update)
    return watched(lambda: work_out(scenario, plan, budget, only), cancel, line)


def trade_off(scenario: Scenario) -> Curve:
    """Work out value against churn. The first Ctrl-C ends it with the points so far, a second one the program."""
    from planner.trade_off import trade_off as work_out

    cancel = threading.Event()
    line = Count(cancel, "points")
    return watched(lambda: work_out(scenario, cancel, line.update), cancel, line)


def watched(work: Callable[[], Answer], cancel: Flag, line: Line) -> Answer:
    """Do long work under a live line. The first Ctrl-C sets the flag, a second one ends the program."""
    with _interruptible(cancel), _shown(line), ThreadPoolExecutor(1) as pool:
        # The work has a thread of its own, so that this one can hear Ctrl-C.
        future = pool.submit(work)
        while not future.done():
            wait([future], timeout=0.2)  # without a limit, Ctrl-C would not be heard on Windows
        return future.result()


@contextlib.contextmanager
def _interruptible(cancel: Flag) -> Iterator[None]:
    """Let the first Ctrl-C set the event; the second kills as usual."""

    def interrupt(_: int, __: FrameType | None) -> None:
        if cancel.is_set():
            sys.stderr.write("\033[?25h" if sys.stderr.isatty() else "")  # the live line hides the cursor
            sys.stderr.flush()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.raise_signal(signal.SIGINT)
        cancel.set()
        if not sys.stderr.isatty():
            say("stopping; what was found so far follows")

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _shown(line: Line) -> Iterator[None]:
    """Keep the line on the terminal while the search runs; elsewhere show nothing."""
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True)
    if not sys.stderr.isatty() or console.is_dumb_terminal:
        yield
        return
    with Live(get_renderable=line.text, console=console, refresh_per_second=4, transient=True):
        yield


class _Line:
    """Seconds, value, bound and gap of a running search."""

    def __init__(self, cancel: threading.Event) -> None:
        self._cancel = cancel
        self._begin = monotonic()
        self._last = Progress(0, None, None, None)

    def update(self, progress: Progress) -> None:
        """Keep the news for the next time the line is drawn."""
        self._last = progress

    def text(self) -> Text:
        """Say how far the search is."""
        from rich.text import Text

        last = self._last
        parts = [f"{monotonic() - self._begin:.0f} s"]
        parts += [f"value {number(last.value)}"] if last.value is not None else ["looking for a first plan"]
        parts += [f"bound {number(last.bound)}"] if last.bound is not None else []
        parts += [f"gap {percent_up(max(0, last.gap))}"] if last.gap is not None else []
        parts += ["stopping"] if self._cancel.is_set() else ["Ctrl-C keeps the best plan so far"]
        return Text(" · ".join(parts), style="bright_black", no_wrap=True, overflow="ellipsis")


class _Questions:
    """Seconds and questions answered of an explanation."""

    def __init__(self, cancel: threading.Event) -> None:
        self._cancel = cancel
        self._begin = monotonic()
        self._last: Answered | None = None

    def update(self, progress: Answered) -> None:
        """Keep the news for the next time the line is drawn."""
        self._last = progress

    def text(self) -> Text:
        """Say how far the explanation is."""
        from rich.text import Text

        parts = [f"{monotonic() - self._begin:.0f} s", "explaining"]
        parts += [f"{self._last.done} of {self._last.total} questions answered"] if self._last is not None else []
        parts += ["stopping"] if self._cancel.is_set() else ["Ctrl-C keeps what is known so far"]
        return Text(" · ".join(parts), style="bright_black", no_wrap=True, overflow="ellipsis")


class Count:
    """How many of a number of things are done, or how many there are where nobody knows the number."""

    def __init__(self, cancel: Flag, thing: str) -> None:
        self._cancel = cancel
        self._thing = thing
        self._begin = monotonic()
        self._done, self._all = 0, 0

    def update(self, done: int, all_: int = 0) -> None:
        """Keep the news for the next time the line is drawn."""
        self._done, self._all = done, all_

    def text(self) -> Text:
        """Say how far it is."""
        from rich.text import Text

        parts = [
            f"{monotonic() - self._begin:.0f} s",
            f"{self._done}{f' of {self._all}' if self._all else ''} {self._thing}",
        ]
        parts += ["stopping"] if self._cancel.is_set() else ["Ctrl-C keeps what has been found so far"]
        return Text(" · ".join(parts), style="bright_black", no_wrap=True, overflow="ellipsis")
