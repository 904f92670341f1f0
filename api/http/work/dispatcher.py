"""Who is next: as many jobs at a time as there are executors, the workspaces taking turns."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.exc import DBAPIError

from api.http import problems
from api.http.metrics import JOB_SECONDS, JOBS_ENDED
from api.http.settings import AUDIT_DAYS, MOST_ATTEMPTS, Settings
from api.http.store import Store
from api.http.store.jobs import End, Figures, Job, Status
from api.http.work.outcome import ClosedError, Executor, Outcome, Task
from planner.progress import Progress

RECORD_SECONDS = 0.1  # events of a job are written at most this often: the last word of each moment counts
RETRY_SECONDS = 1.0
IDLE_SECONDS = 30.0  # a look at the queue even if nobody said anything
TIDY_SECONDS = 3600.0
DAY = 86_400.0

log = logging.getLogger("sprintplan.jobs")


class _Running:
    """A job that is being worked on: what its search said since it was last written down."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.cancel = threading.Event()
        self.figures = Figures()
        self._written = Figures()
        self._parts: dict[str, int | None] = {}
        self._last: Progress | None = None
        self._lock = threading.Lock()

    def hear(self, progress: Progress) -> None:
        """Take what the search says."""
        with self._lock:
            self._last = progress
            self.figures = Figures(progress.value, progress.bound, progress.gap)

    def news(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the event to be written, if there is one."""
        with self._lock:
            last, self._last = self._last, None
            if last is None:
                return []
            parts = {} if last.total is None else {"done": last.done, "total": last.total}
            if parts != self._parts:
                kind = "progress"
            elif self.figures != self._written:
                kind = "incumbent" if self.figures.value != self._written.value else "bound"
            else:
                return []
            self._written, self._parts = self.figures, parts
        return [(kind, {"seconds": round(last.seconds, 3), **vars(self._written), **parts})]


class Dispatcher:
    """Runs the queue of a store.

    Parameters
    ----------
    executors
        Each does one job at a time.
    on_news
        Called with the id of a job whenever it has new events.
    """

    def __init__(
        self, store: Store, executors: Sequence[Executor], settings: Settings, on_news: Callable[[str], None]
    ) -> None:
        self._store = store
        self._executors = executors
        self._settings = settings
        self._on_news = on_news
        self._running: dict[str, _Running] = {}
        self._load: Counter[str] = Counter()
        self._served: dict[str, int] = {}
        self._turns = itertools.count(1)
        self._choosing = threading.Lock()
        self._news = threading.Condition()
        self._stopping = threading.Event()
        self._store_failed = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Take up what an earlier server left, then serve the queue."""
        resumed, cancelled, worn = self._store.jobs.recover(MOST_ATTEMPTS)
        for id_ in cancelled:
            self._end_waiting(id_, "cancelled", None)
        for id_ in worn:
            text = f"The server stopped {MOST_ATTEMPTS} times while it worked on this job."
            self._end_waiting(id_, "failed", problems.plain(500, "stopped", text).model_dump(exclude_none=True))
        if resumed:
            log.info("jobs resumed", extra={"count": resumed})
        self._threads = [
            *(threading.Thread(target=self._serve, name="job", args=(one,), daemon=True) for one in self._executors),
            threading.Thread(target=self._record, name="record", daemon=True),
            threading.Thread(target=self._tidy, name="tidy", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that there is a new job."""
        with self._news:
            self._news.notify()

    def cancel(self, id_: str) -> None:
        """Cancel a job that was asked to: at once if it waits, else its search is told."""
        if self._end_waiting(id_, "cancelled", None):
            return
        running = self._running.get(id_)
        if running is not None:
            running.cancel.set()

    def stop(self) -> None:
        """Stop: what is running goes back into the queue and is resumed by the next server."""
        self._stopping.set()
        with self._news:
            self._news.notify_all()
        for executor in self._executors:
            executor.close()
        for thread in self._threads:
            thread.join(timeout=10)

    @property
    def running(self) -> int:
        """How many jobs are being worked on."""
        return len(self._running)

    # -- one after the other ---------------------------------------------------------------------------------------

    def _serve(self, executor: Executor) -> None:
        try:
            executor.start()
        except ClosedError:
            return
        while not self._stopping.is_set():
            try:
                self._take_up()
                claimed = self._next()
                if claimed is not None:
                    self._do(executor, *claimed)
                    continue
            except ClosedError:
                return
            except DBAPIError:
                log.exception("the store cannot be reached")
                self._store_failed.set()
                self._stopping.wait(RETRY_SECONDS)
                continue
            except Exception:
                log.exception("a job could not be run")
                self._store_failed.set()
                self._stopping.wait(RETRY_SECONDS)
                continue
            with self._news:
                if not self._stopping.is_set():
                    self._news.wait(IDLE_SECONDS)

    def _take_up(self) -> None:
        """After the store was away: make sure again that it is ours, and take up jobs that got lost on the way."""
        if not self._store_failed.is_set():
            return
        with self._choosing:
            self._store.database.claim()
            strays = self._store.jobs.requeue_strays(list(self._running))
            self._store_failed.clear()
        if strays:
            log.info("jobs resumed", extra={"count": strays})

    def _next(self) -> tuple[Job, str] | None:
        """Take a job of the workspace that has the fewest running; of those, the one whose turn is longest ago."""
        with self._choosing:
            waiting = self._store.jobs.waiting()
            if not waiting:
                return None
            workspace = min(waiting, key=lambda name: (self._load[name], self._served.get(name, 0)))
            claimed = self._store.jobs.claim(workspace)
            if claimed is not None:
                self._running[claimed[0].id] = _Running(claimed[0])
                self._load[workspace] += 1
                self._served[workspace] = next(self._turns)
            return claimed

    def _do(self, executor: Executor, job: Job, request: str) -> None:
        running = self._running[job.id]
        log.info("job started", extra={"job": job.id, "kind": job.kind})
        try:
            if self._store.jobs.cancel_asked(job.id):
                running.cancel.set()
            task = Task(job.kind, request, self._settings.threads, self._settings.job_seconds)
            outcome = executor.run(task, running.cancel, running.hear)
            self._end(running, outcome)
        except ClosedError:
            self._store.jobs.requeue(job.id)
            raise
        finally:
            with self._choosing:
                del self._running[job.id]
                self._load[job.workspace] -= 1

    def _end(self, running: _Running, outcome: Outcome) -> None:
        """Write down how a job ended; a store that is away for a while does not lose it."""
        job = running.job
        status: Status = "done"
        if outcome.problem is not None:
            status = "failed"
        elif running.cancel.is_set():
            status = "cancelled"
        figures = outcome.figures if outcome.result is not None else running.figures
        while not self._stopping.is_set():
            try:
                self._write_news(running)
                self._store.jobs.end(job.id, End(status, outcome.result, outcome.problem, figures))
                break
            except DBAPIError:
                log.exception("the end of a job cannot be written", extra={"job": job.id})
                self._stopping.wait(RETRY_SECONDS)
        self._on_news(job.id)
        seconds = time.time() - (job.started or job.created)
        JOBS_ENDED.labels(job.kind, status).inc()
        JOB_SECONDS.labels(job.kind).observe(seconds)
        more = {"problem": outcome.problem["detail"]} if outcome.problem else {}
        log.info("job ended", extra={"job": job.id, "status": status, "seconds": round(seconds, 3), **more})

    def _end_waiting(self, id_: str, status: Status, problem: dict[str, Any] | None) -> bool:
        ended = self._store.jobs.end(id_, End(status, None, problem, Figures()), before="queued")
        if ended:
            self._on_news(id_)
        return ended

    # -- beside it -------------------------------------------------------------------------------------------------

    def _record(self) -> None:
        """Write down what running searches say."""
        while not self._stopping.wait(RECORD_SECONDS):
            for running in list(self._running.values()):
                try:
                    self._write_news(running)
                except DBAPIError:
                    log.exception("progress cannot be written", extra={"job": running.job.id})

    def _write_news(self, running: _Running) -> None:
        events = running.news()
        if events:
            self._store.jobs.record(running.job.id, events, running.figures)
            self._on_news(running.job.id)

    def _tidy(self) -> None:
        """Forget what is older than it is to be kept."""
        while True:
            try:
                now = time.time()
                jobs = self._store.jobs.forget(now - self._settings.keep_days * DAY)
                self._store.audit.forget(now - AUDIT_DAYS * DAY)
                if jobs:
                    log.info("jobs forgotten", extra={"count": jobs})
            except DBAPIError:
                log.exception("old jobs cannot be deleted")
            if self._stopping.wait(TIDY_SECONDS):
                return
