"""What goes between the server and the process that does a job."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Protocol

from api.http import problems
from api.http.store.jobs import Figures
from planner.progress import Progress, ProgressHook


@dataclass(frozen=True)
class Task:
    """A job for a process: its kind, its request as JSON text, and what it may use."""

    kind: str
    request: str
    threads: int
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """How a job's work ended: with a result as JSON text, or with a problem."""

    result: str | None
    figures: Figures
    problem: dict[str, Any] | None = None


class Executor(Protocol):
    """Something that does one job after the other, outside the server's process."""

    def start(self) -> None:
        """Get ready ahead of the first job: loading the solver takes a second."""
        ...

    def run(self, task: Task, cancel: threading.Event, on_progress: ProgressHook) -> Outcome:
        """Do a job; ``cancel`` ends it early with the best result so far."""
        ...

    def close(self) -> None:
        """End it, with whatever it is doing."""
        ...


class ClosedError(Exception):
    """The executor was closed while it worked: the job has not ended."""


def perform(task: Task, cancel: threading.Event, on_progress: ProgressHook) -> Outcome:
    """Do a job here, in the process that was made for it; whatever goes wrong becomes its problem."""
    from api.http.bodies import NAME
    from api.http.work.kinds import KINDS, Work
    from planner.intake.json_source import parse_json
    from planner.solve.search import relative_gap

    last = Progress(0, None, None, None)

    def keep(progress: Progress) -> None:
        nonlocal last
        last = progress
        on_progress(progress)

    try:
        source = parse_json(task.request, NAME)
        result = KINDS[task.kind].run(Work(source, task.threads, cancel, keep))
    except Exception as error:
        problem = problems.of(error)
        return Outcome(None, Figures(last.value, last.bound, last.gap), problem.model_dump(exclude_none=True))
    shown: Any = getattr(result, "base", result)  # of a comparison, the figures of its base
    figures = Figures(shown.value, shown.bound, relative_gap(shown.value, shown.bound))
    return Outcome(result.model_dump_json(by_alias=True), figures)


def failed(kind: str, status: int, detail: str) -> Outcome:
    """Say why there is no result."""
    return Outcome(None, Figures(), problems.plain(status, kind, detail).model_dump(exclude_none=True))
