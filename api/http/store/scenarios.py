"""Scenarios with their versions: nothing is ever overwritten, and nobody overwrites what they have not seen."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from api.http.store.audit import Actor, note
from api.http.store.database import Database
from api.http.store.idempotent import Once, made_before, remember
from api.http.store.tables import idempotency, scenario_versions, scenarios


@dataclass(frozen=True)
class Version:
    """One version of a scenario; ``content`` is its JSON text, empty in lists.

    Attributes
    ----------
    what
        The change in words, where the page made it.
    restores
        The version whose content this one brings back.
    job
        The last job that planned it.
    """

    number: int
    id: str
    version: int
    name: str
    created: float
    created_by: str
    what: str | None
    restores: int | None
    job: str | None
    content: str


@dataclass(frozen=True)
class Change:
    """What a new version is, in words, and which earlier one it brings back."""

    what: str | None = None
    restores: int | None = None


class StaleError(Exception):
    """Somebody else has changed it since; ``version`` is the one there is now."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(version)


class FullError(Exception):
    """The workspace has as many as it may have."""


_PLAIN = Change()
_LISTED = (
    scenarios.c.number,
    scenarios.c.id,
    scenario_versions.c.version,
    scenario_versions.c.name,
    scenario_versions.c.created,
    scenario_versions.c.created_by,
    scenario_versions.c.what,
    scenario_versions.c.restores,
    scenario_versions.c.job,
)


class Scenarios:
    """The scenarios of all workspaces."""

    MOST = 10_000  # of one workspace
    MOST_VERSIONS = 1_000  # of one scenario

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, actor: Actor, name: str, content: str, once: Once | None = None, change: Change = _PLAIN) -> str:
        """Keep a new scenario; return its id.

        Raises
        ------
        FullError, KeyReusedError
        """
        with self._database.write() as connection:
            before = made_before(connection, actor.workspace, once)
            if before is not None:
                return before
            self._check_room(connection, scenarios.c.workspace == actor.workspace, self.MOST)
            id_ = uuid.uuid4().hex
            connection.execute(scenarios.insert().values(id=id_, workspace=actor.workspace, version=1))
            self._add(connection, actor, id_, 1, name, content, change)
            remember(connection, actor.workspace, once, id_)
            note(connection, actor, "scenario.create", id_)
        return id_

    def change(self, actor: Actor, id_: str, seen: int, name: str, content: str, change: Change = _PLAIN) -> int | None:
        """Add a version after the one that was seen; None if there is no such scenario.

        Raises
        ------
        StaleError, FullError
        """
        with self._database.write() as connection:
            current = self._current(connection, actor.workspace, id_)
            if current is None:
                return None
            if seen >= self.MOST_VERSIONS:
                raise FullError
            changed = connection.execute(
                update(scenarios).where(scenarios.c.id == id_, scenarios.c.version == seen).values(version=seen + 1)
            )
            if changed.rowcount == 0:
                raise StaleError(current)
            self._add(connection, actor, id_, seen + 1, name, content, change)
            note(connection, actor, "scenario.change", id_)
        return seen + 1

    def delete(self, actor: Actor, id_: str, seen: int) -> bool:
        """Delete a scenario with all versions; False if there is none.

        Raises
        ------
        StaleError
        """
        with self._database.write() as connection:
            current = self._current(connection, actor.workspace, id_)
            if current is None:
                return False
            if current != seen:
                raise StaleError(current)
            connection.execute(delete(scenarios).where(scenarios.c.id == id_))
            connection.execute(delete(idempotency).where(idempotency.c.resource == id_))
            note(connection, actor, "scenario.delete", id_)
        return True

    def find(self, workspace: str, id_: str, version: int | None = None) -> Version | None:
        """Look up a version, the latest if none is named."""
        wanted = scenarios.c.version if version is None else version
        query = (
            select(*_LISTED, scenario_versions.c.content)
            .join(scenario_versions, scenario_versions.c.scenario == scenarios.c.id)
            .where(scenarios.c.workspace == workspace, scenarios.c.id == id_, scenario_versions.c.version == wanted)
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Version(**row._mapping)

    def page(self, workspace: str, before: int | None, limit: int) -> list[Version]:
        """Latest versions of a workspace's scenarios, the newest scenario first."""
        latest = (scenario_versions.c.scenario == scenarios.c.id) & (scenario_versions.c.version == scenarios.c.version)
        query = select(*_LISTED).join(scenario_versions, latest).where(scenarios.c.workspace == workspace)
        query = query.order_by(scenarios.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(scenarios.c.number < before)
        with self._database.read() as connection:
            return [Version(*row, content="") for row in connection.execute(query)]

    def versions(self, workspace: str, id_: str) -> list[Version]:
        """Every version of a scenario, the latest first; none if there is no such scenario."""
        query = (
            select(*_LISTED)
            .join(scenario_versions, scenario_versions.c.scenario == scenarios.c.id)
            .where(scenarios.c.workspace == workspace, scenarios.c.id == id_)
            .order_by(scenario_versions.c.version.desc())
        )
        with self._database.read() as connection:
            return [Version(*row, content="") for row in connection.execute(query)]

    def planned_by(self, id_: str, version: int, job: str) -> None:
        """Note which job plans a version."""
        where = (scenario_versions.c.scenario == id_) & (scenario_versions.c.version == version)
        with self._database.write() as connection:
            connection.execute(update(scenario_versions).where(where).values(job=job))

    def _current(self, connection: Connection, workspace: str, id_: str) -> int | None:
        query = select(scenarios.c.version).where(scenarios.c.workspace == workspace, scenarios.c.id == id_)
        return connection.execute(query).scalar()

    def _check_room(self, connection: Connection, mine: object, most: int) -> None:
        count = connection.execute(select(func.count()).select_from(scenarios).where(mine)).scalar()  # type: ignore[arg-type]
        if (count or 0) >= most:
            raise FullError

    def _add(
        self, connection: Connection, actor: Actor, id_: str, version: int, name: str, content: str, change: Change
    ) -> None:
        connection.execute(
            scenario_versions.insert().values(
                scenario=id_,
                version=version,
                name=name,
                content=content,
                created=time.time(),
                created_by=actor.who,
                what=change.what,
                restores=change.restores,
            )
        )
