"""Jobs: accepted once, run by one server at a time, ended exactly once.

Every change of status names the status it comes from, in the statement itself. So whatever is killed when, a job is
queued, running or ended, its result is there exactly if it ended with one, and it has exactly one last event.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, Row, delete, func, select, update

from api.http.store.audit import Actor, note
from api.http.store.database import Database
from api.http.store.idempotent import Once, made_before, remember
from api.http.store.tables import idempotency, job_events, jobs, results

Status: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")
SYSTEM = "server"


@dataclass(frozen=True)
class Figures:
    """Where a search stands."""

    value: float | None = None
    bound: float | None = None
    gap: float | None = None


@dataclass(frozen=True)
class Job:
    """A job without its request and result."""

    number: int
    id: str
    workspace: str
    kind: str
    status: Status
    created: float
    created_by: str
    started: float | None
    finished: float | None
    attempts: int
    figures: Figures
    problem: dict[str, Any] | None

    @property
    def ended(self) -> bool:
        """Whether nothing about it will change any more."""
        return self.status in ENDED


@dataclass(frozen=True)
class Event:
    """Something that happened to a job; ``number`` counts from 1."""

    number: int
    type: Literal["incumbent", "bound", "progress", "done"]
    data: str


@dataclass(frozen=True)
class End:
    """How a job ended: with a result, with a problem, or (cancelled before it began) with neither."""

    status: Status
    result: str | None
    problem: dict[str, Any] | None
    figures: Figures


class QueueFullError(Exception):
    """There is no room; ``mine`` tells whether the workspace's own share is used up."""

    def __init__(self, waiting: int, *, mine: bool) -> None:
        self.waiting = waiting
        self.mine = mine
        super().__init__(waiting)


_COLUMNS = tuple(column for column in jobs.c if column.name not in {"request", "cancel"})


class Jobs:
    """The jobs of all workspaces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, actor: Actor, kind: str, request: str, room: tuple[int, int], once: Once | None = None) -> str:
        """Queue a job; return its id.

        Parameters
        ----------
        room
            Most jobs that may wait in all, and in one workspace.

        Raises
        ------
        QueueFullError, KeyReusedError
        """
        with self._database.write() as connection:
            before = made_before(connection, actor.workspace, once)
            if before is not None:
                return before
            self._check_room(connection, actor.workspace, room)
            id_ = uuid.uuid4().hex
            connection.execute(
                jobs.insert().values(
                    id=id_,
                    workspace=actor.workspace,
                    kind=kind,
                    status="queued",
                    request=request,
                    created=time.time(),
                    created_by=actor.who,
                )
            )
            remember(connection, actor.workspace, once, id_)
            note(connection, actor, "job.create", id_)
        return id_

    def _check_room(self, connection: Connection, workspace: str, room: tuple[int, int]) -> None:
        queued = select(func.count()).select_from(jobs).where(jobs.c.status == "queued")
        mine = connection.execute(queued.where(jobs.c.workspace == workspace)).scalar() or 0
        if mine >= room[1]:
            raise QueueFullError(mine, mine=True)
        waiting = connection.execute(queued).scalar() or 0
        if waiting >= room[0]:
            raise QueueFullError(waiting, mine=False)

    # -- looking ---------------------------------------------------------------------------------------------------

    def find(self, workspace: str, id_: str) -> Job | None:
        """Look up a job of a workspace."""
        query = select(*_COLUMNS).where(jobs.c.id == id_, jobs.c.workspace == workspace)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _job(row)

    def page(self, workspace: str, status: Status | None, before: int | None, limit: int) -> list[Job]:
        """Jobs of a workspace, the latest first."""
        query = select(*_COLUMNS).where(jobs.c.workspace == workspace).order_by(jobs.c.number.desc()).limit(limit)
        if status is not None:
            query = query.where(jobs.c.status == status)
        if before is not None:
            query = query.where(jobs.c.number < before)
        with self._database.read() as connection:
            return [_job(row) for row in connection.execute(query)]

    def result(self, id_: str) -> str | None:
        """Result of a job, as JSON text."""
        with self._database.read() as connection:
            return connection.execute(select(results.c.content).where(results.c.job == id_)).scalar()

    def request(self, id_: str) -> str | None:
        """Request of a job, as JSON text."""
        with self._database.read() as connection:
            return connection.execute(select(jobs.c.request).where(jobs.c.id == id_)).scalar()

    def events(self, id_: str, after: int) -> list[Event]:
        """Events of a job that came after a number."""
        columns = (job_events.c.number, job_events.c.type, job_events.c.data)
        query = select(*columns).where(job_events.c.job == id_, job_events.c.number > after)
        with self._database.read() as connection:
            return [Event(*row) for row in connection.execute(query.order_by(job_events.c.number))]

    def progress(self, ids: Sequence[str]) -> dict[str, str]:
        """Of each job that has parts, its latest event that tells how many are done."""
        latest = (
            select(job_events.c.job, func.max(job_events.c.number).label("number"))
            .where(job_events.c.job.in_(ids), job_events.c.type == "progress")
            .group_by(job_events.c.job)
            .subquery()
        )
        same = (job_events.c.job == latest.c.job) & (job_events.c.number == latest.c.number)
        with self._database.read() as connection:
            rows = connection.execute(select(job_events.c.job, job_events.c.data).join(latest, same))
            return {row.job: row.data for row in rows}

    def counts(self) -> dict[str, int]:
        """How many jobs there are in each status."""
        with self._database.read() as connection:
            rows = connection.execute(select(jobs.c.status, func.count().label("amount")).group_by(jobs.c.status))
            return {row.status: row.amount for row in rows}

    # -- running ---------------------------------------------------------------------------------------------------

    def waiting(self) -> list[str]:
        """Workspaces that have jobs in the queue, by the age of the oldest."""
        query = select(jobs.c.workspace).where(jobs.c.status == "queued").group_by(jobs.c.workspace)
        with self._database.read() as connection:
            return [row.workspace for row in connection.execute(query.order_by(func.min(jobs.c.number)))]

    def claim(self, workspace: str) -> tuple[Job, str] | None:
        """Take the oldest job of a workspace from the queue; return it with its request."""
        oldest = select(func.min(jobs.c.number)).where(jobs.c.status == "queued", jobs.c.workspace == workspace)
        with self._database.write() as connection:
            row = connection.execute(
                update(jobs)
                .where(jobs.c.number == oldest.scalar_subquery(), jobs.c.status == "queued")
                .values(status="running", started=time.time(), attempts=jobs.c.attempts + 1)
                .returning(*_COLUMNS, jobs.c.request)
            ).one_or_none()
        return None if row is None else (_job(row), row.request)

    def record(self, id_: str, events: Sequence[tuple[str, dict[str, Any]]], figures: Figures) -> None:
        """Add events of a running job and say where its search stands."""
        with self._database.write() as connection:
            running = connection.execute(
                update(jobs).where(jobs.c.id == id_, jobs.c.status == "running").values(**vars(figures))
            )
            if running.rowcount:
                _append(connection, id_, events)

    def end(self, id_: str, end: End, *, before: Status = "running") -> bool:
        """End a job that is in the status named; False if it is not, and then nothing happens."""
        last = {"status": end.status, **vars(end.figures)} | ({"problem": end.problem} if end.problem else {})
        with self._database.write() as connection:
            row = connection.execute(
                update(jobs)
                .where(jobs.c.id == id_, jobs.c.status == before)
                .values(
                    status=end.status,
                    finished=time.time(),
                    problem=None if end.problem is None else json.dumps(end.problem),
                    **vars(end.figures),
                )
                .returning(jobs.c.workspace)
            ).one_or_none()
            if row is None:
                return False
            if end.result is not None:
                connection.execute(results.insert().values(job=id_, content=end.result))
            _append(connection, id_, [("done", last)])
            note(connection, Actor(row.workspace, SYSTEM, ""), f"job.{end.status}", id_)
        return True

    def ask_cancel(self, actor: Actor, id_: str) -> None:
        """Note that a job is to be cancelled: one that runs is told by the server, and not resumed after a crash."""
        with self._database.write() as connection:
            asked = connection.execute(
                update(jobs)
                .where(jobs.c.id == id_, jobs.c.status.in_(("queued", "running")), jobs.c.cancel == 0)
                .values(cancel=1)
            )
            if asked.rowcount:
                note(connection, actor, "job.cancel", id_)

    def cancel_asked(self, id_: str) -> bool:
        """Whether somebody wants a job cancelled."""
        with self._database.read() as connection:
            return bool(connection.execute(select(jobs.c.cancel).where(jobs.c.id == id_)).scalar())

    def requeue(self, id_: str) -> None:
        """Put a running job back: the server stops before it has ended."""
        with self._database.write() as connection:
            connection.execute(
                update(jobs)
                .where(jobs.c.id == id_, jobs.c.status == "running")
                .values(status="queued", started=None, attempts=jobs.c.attempts - 1)
            )

    def requeue_strays(self, known: Sequence[str]) -> int:
        """Put back jobs that count as running and that nobody runs: the store was away just as they were taken."""
        with self._database.write() as connection:
            strays = update(jobs).where(jobs.c.status == "running", jobs.c.id.not_in(known))
            return connection.execute(strays.values(status="queued", started=None)).rowcount

    def recover(self, most_attempts: int) -> tuple[int, list[str], list[str]]:
        """Put back what a server that died was running.

        Returns
        -------
        tuple
            How many jobs went back into the queue; those that were to be cancelled; and those that took the server
            down with them (or just happened to run) so often that they are not tried again. The caller ends the last
            two.
        """
        with self._database.write() as connection:
            rows = connection.execute(
                select(jobs.c.id, jobs.c.cancel, jobs.c.attempts).where(jobs.c.status.in_(("running", "queued")))
            ).all()
            cancelled = [row.id for row in rows if row.cancel]
            worn = [row.id for row in rows if not row.cancel and row.attempts >= most_attempts]
            resumed = connection.execute(
                update(jobs).where(jobs.c.status == "running").values(status="queued", started=None)
            )
        return resumed.rowcount, cancelled, worn

    def forget(self, before: float) -> int:
        """Delete jobs that ended before a moment, with results and events, and old idempotency keys."""
        with self._database.write() as connection:
            connection.execute(delete(idempotency).where(idempotency.c.created < before))
            gone = delete(jobs).where(jobs.c.status.in_(ENDED), jobs.c.finished < before)
            return connection.execute(gone).rowcount


def _append(connection: Connection, id_: str, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
    last = connection.execute(select(func.max(job_events.c.number)).where(job_events.c.job == id_)).scalar() or 0
    rows = [
        {"job": id_, "number": last + place, "type": kind, "data": json.dumps(data)}
        for place, (kind, data) in enumerate(events, start=1)
    ]
    if rows:
        connection.execute(job_events.insert(), rows)


def _job(row: Row[Any]) -> Job:
    return Job(
        number=row.number,
        id=row.id,
        workspace=row.workspace,
        kind=row.kind,
        status=row.status,
        created=row.created,
        created_by=row.created_by,
        started=row.started,
        finished=row.finished,
        attempts=row.attempts,
        figures=Figures(row.value, row.bound, row.gap),
        problem=None if row.problem is None else json.loads(row.problem),
    )
