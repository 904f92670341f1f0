"""A scenario file that somebody starts the server with: it is put on the page once."""

from __future__ import annotations

from pathlib import Path

from api.http.access import LOCAL
from api.http.routes.common import text_of
from api.http.store import Store
from api.http.store.audit import Actor
from api.http.store.scenarios import Change
from api.web.dropped import data_of
from api.web.edits import Said
from api.web.jobs import PLAN
from planner.errors import InputError

_ROOM = 1_000_000  # whoever starts the server need not queue


def opened(store: Store, path: Path) -> str:
    """Put a scenario into the store unless one of its name is there; return the address of its board.

    Raises
    ------
    InputError
        If the file is no scenario, or the page asks for keys: then nobody would see it.
    """
    if store.keys.any():
        cause = "the page asks for a key here, and this scenario would belong to no key's workspace"
        raise InputError(f"--open {path}", cause, "Leave it out, sign in, and drop the file on the page")
    data = data_of(path)
    name = str(data.get("name", "Sprint"))
    for version in store.scenarios.page(LOCAL, None, store.scenarios.MOST):
        if version.name == name:
            return f"/s/{version.id}/board"
    actor = Actor(LOCAL, "command line", "")
    change = Change(Said("open", {"source": path.name}).written())
    id_ = store.scenarios.create(actor, name, text_of(data), change=change)
    request = text_of({"kind": PLAN, "scenario": data})
    store.scenarios.planned_by(id_, 1, store.jobs.create(actor, PLAN, request, (_ROOM, _ROOM)))
    return f"/s/{id_}/board"
