"""Who may do what: keys with a workspace and a scope; without keys, only this machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers

from api.http.logs import request_id
from api.http.problems import ProblemError
from api.http.service import Service, service
from api.http.store.audit import Actor
from api.http.store.keys import SCOPES, Scope

LOCAL = "local"
_OWN_NAMES = {"localhost", "127.0.0.1", "[::1]"}

_bearer = HTTPBearer(auto_error=False, description="A key that `sprintplan keys create` made.")


def allowed(scope: Scope) -> Callable[..., Awaitable[Actor]]:
    """Make the dependency that lets only those in who may do what ``scope`` names."""

    async def check(
        request: Request, here: Annotated[Service, Depends(service)], _: Annotated[object, Depends(_bearer)]
    ) -> Actor:
        method, _, text = request.headers.get("authorization", "").partition(" ")
        actor = await admit(here, request.headers, scope, text.strip(), valid=method.lower() == "bearer")
        request.state.who = actor.who
        return actor

    return check


async def admit(here: Service, headers: Headers, scope: Scope, text: str, *, valid: bool = True) -> Actor:
    """Let in whoever brings a key that may do what ``scope`` names; without keys, this machine.

    Parameters
    ----------
    text
        The key, empty if there is none.
    valid
        Whether it came in a form that keys come in.

    Raises
    ------
    ProblemError
    """
    if not text and not await here.asks_for_keys():
        _check_host(headers.get("host", ""))
        return Actor(LOCAL, LOCAL, request_id.get())
    key = await run_in_threadpool(here.store.keys.find, text) if valid else None
    if key is None:
        cause = "this is no valid key" if text else "a key is needed"
        raise ProblemError(
            401, "key", "Authorization", cause, "Send `Authorization: Bearer KEY`", {"WWW-Authenticate": "Bearer"}
        )
    if SCOPES.index(key.scope) < SCOPES.index(scope):
        cause = f"the key may {key.scope}, and this takes {scope}"
        raise ProblemError(403, "scope", "Authorization", cause, "Use another key")
    return Actor(key.workspace, key.id, request_id.get())


def _check_host(host: str) -> None:
    """A web page whose name was made to point to this machine (DNS rebinding) gives itself away by that name."""
    name = host if host.startswith("[") and host.endswith("]") else host.rpartition(":")[0] or host
    if name.lower() not in _OWN_NAMES:
        raise ProblemError(421, "host", "Host", f"{host[:200]!r} is not this server", "Use localhost, or a key")


Reader = Annotated[Actor, Depends(allowed("read"))]
Planner = Annotated[Actor, Depends(allowed("plan"))]
Admin = Annotated[Actor, Depends(allowed("admin"))]
Here = Annotated[Service, Depends(service)]
