"""API keys: shown once, kept as a digest, bound to a workspace and a scope.

A key is ``spk_ID_SECRET``. The secret has 256 random bits, so a plain SHA-256 is enough: slow password hashes help
against guessing short secrets, and would cost every request a tenth of a second.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from sqlalchemy import func, select, update

from api.http.store.audit import Actor, note
from api.http.store.database import Database
from api.http.store.tables import api_keys

Scope: TypeAlias = Literal["read", "plan", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "plan", "admin")  # each may do what the ones before it may
_FORM = re.compile(r"spk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Key:
    """A key as it is kept; the secret is not."""

    id: str
    workspace: str
    name: str
    scope: Scope
    created: float
    revoked: float | None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Keys:
    """The keys of all workspaces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, workspace: str, name: str, scope: Scope) -> tuple[Key, str]:
        """Make a key; the text that is returned with it is the only copy there will ever be."""
        key = Key(secrets.token_hex(8), workspace, name, scope, time.time(), None)
        secret = secrets.token_urlsafe(32)
        row = {"id": key.id, "workspace": workspace, "name": name, "scope": scope, "created": key.created}
        with self._database.write() as connection:
            connection.execute(api_keys.insert().values(digest=_digest(secret), **row))
            note(connection, Actor(workspace, "command line", ""), "key.create", key.id)
        return key, f"spk_{key.id}_{secret}"

    def find(self, text: str) -> Key | None:
        """Return the key that a text is; None if it is none, or is revoked."""
        parts = _FORM.fullmatch(text)
        if parts is None:
            return None
        with self._database.read() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == parts[1])).one_or_none()
        if row is None or not hmac.compare_digest(row.digest, _digest(parts[2])) or row.revoked is not None:
            return None
        return Key(row.id, row.workspace, row.name, cast(Scope, row.scope), row.created, None)

    def any(self) -> bool:
        """Whether a key was ever made, revoked ones included: revoking the last one does not open the door."""
        with self._database.read() as connection:
            return bool(connection.execute(select(func.count()).select_from(api_keys)).scalar())

    def all(self) -> list[Key]:
        """Every key, the oldest first."""
        columns = [getattr(api_keys.c, name) for name in ("id", "workspace", "name", "scope", "created", "revoked")]
        with self._database.read() as connection:
            return [Key(*row) for row in connection.execute(select(*columns).order_by(api_keys.c.created))]

    def revoke(self, id_: str) -> bool:
        """End a key at once; False if there is no such key in use."""
        with self._database.write() as connection:
            row = connection.execute(
                update(api_keys)
                .where(api_keys.c.id == id_, api_keys.c.revoked.is_(None))
                .values(revoked=time.time())
                .returning(api_keys.c.workspace)
            ).one_or_none()
            if row is not None:
                note(connection, Actor(row.workspace, "command line", ""), "key.revoke", id_)
        return row is not None
