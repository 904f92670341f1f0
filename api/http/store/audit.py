"""Who did what when. Written in the transaction of the deed itself: neither is there without the other."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from api.http.store.database import Database
from api.http.store.tables import audit


@dataclass(frozen=True)
class Actor:
    """Somebody who does something: the workspace, the key (or ``local``) and the request it came with."""

    workspace: str
    who: str
    request: str


@dataclass(frozen=True)
class Deed:
    """A line of the audit trail."""

    number: int
    at: float
    who: str
    action: str
    subject: str
    request: str


def note(connection: Connection, actor: Actor, action: str, subject: str) -> None:
    """Add a line."""
    connection.execute(
        audit.insert().values(
            at=time.time(),
            workspace=actor.workspace,
            who=actor.who,
            action=action,
            subject=subject,
            request=actor.request,
        )
    )


class Audit:
    """The audit trail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, actor: Actor, action: str, subject: str) -> None:
        """Add a line about what leaves no other trace in the store."""
        with self._database.write() as connection:
            note(connection, actor, action, subject)

    def page(self, workspace: str, before: int | None, limit: int) -> list[Deed]:
        """Return lines of a workspace, the latest first."""
        columns = (audit.c.number, audit.c.at, audit.c.who, audit.c.action, audit.c.subject, audit.c.request)
        query = select(*columns).where(audit.c.workspace == workspace).order_by(audit.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.number < before)
        with self._database.read() as connection:
            return [Deed(*row) for row in connection.execute(query)]

    def forget(self, before: float) -> int:
        """Delete lines older than a moment; say how many."""
        with self._database.write() as connection:
            return connection.execute(delete(audit).where(audit.c.at < before)).rowcount
