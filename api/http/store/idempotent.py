"""A request that is sent twice with one ``Idempotency-Key`` does its work once."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Connection, select

from api.http.store.tables import idempotency


@dataclass(frozen=True)
class Once:
    """What a client calls a request, and a digest of the request itself."""

    key: str
    fingerprint: str


class KeyReusedError(Exception):
    """The key came before, with another request."""


def made_before(connection: Connection, workspace: str, once: Once | None) -> str | None:
    """Return what the same request made before, None if it is the first.

    Raises
    ------
    KeyReusedError
        If the key stands for another request.
    """
    if once is None:
        return None
    row = connection.execute(
        select(idempotency.c.fingerprint, idempotency.c.resource).where(
            idempotency.c.workspace == workspace, idempotency.c.key == once.key
        )
    ).one_or_none()
    if row is None:
        return None
    if row.fingerprint != once.fingerprint:
        raise KeyReusedError
    return str(row.resource)


def remember(connection: Connection, workspace: str, once: Once | None, resource: str) -> None:
    """Keep what a request made, in the transaction that makes it."""
    if once is not None:
        connection.execute(
            idempotency.insert().values(
                workspace=workspace,
                key=once.key,
                fingerprint=once.fingerprint,
                resource=resource,
                created=time.time(),
            )
        )
