"""The HTTP service from the command line: start it, and its keys."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from planner.errors import InputError

if TYPE_CHECKING:
    from api.http.store import Store
    from api.http.store.keys import Scope


def serve(**given: Any) -> None:
    """Serve until somebody stops it; see :class:`api.http.settings.Settings`."""
    _check_installed()
    from api.http.server import serve as run
    from api.http.settings import Settings

    run(Settings(**{name: value for name, value in given.items() if value is not None}))


def create_key(store: str, workspace: str, name: str, scope: Scope) -> str:
    """Make a key; return it."""
    _check_name("--workspace", workspace)
    _check_name("NAME", name)
    opened = _opened(store)
    try:
        return opened.keys.create(workspace, name, scope)[1]
    finally:
        opened.close()


def key_lines(store: str) -> Iterator[str]:
    """Yield a line a key."""
    opened = _opened(store)
    try:
        for key in opened.keys.all():
            made = datetime.datetime.fromtimestamp(key.created, datetime.UTC)
            ended = "  revoked" if key.revoked is not None else ""
            yield f"{key.id}  {key.scope:5}  {key.workspace}  {key.name}  {made:%Y-%m-%d}{ended}"
    finally:
        opened.close()


def revoke_key(store: str, id_: str) -> None:
    """End a key.

    Raises
    ------
    InputError
        If there is no such key in use.
    """
    opened = _opened(store)
    try:
        if not opened.keys.revoke(id_):
            raise InputError("ID", f"no key {id_!r} is in use", "sprintplan keys list shows those there are")
    finally:
        opened.close()


def _opened(store: str) -> Store:
    _check_installed()
    from api.http.store import Store

    return Store(store).open(alone=False)


def _check_installed() -> None:
    if find_spec("fastapi") is None or find_spec("sqlalchemy") is None:
        cause = "the parts that serve over HTTP are not installed"
        raise InputError("sprintplan serve", cause, "pip install 'sprintplan[serve]'")


def _check_name(place: str, name: str) -> None:
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise InputError(place, "a name has 1 to 200 characters that can be printed", "Choose another")
