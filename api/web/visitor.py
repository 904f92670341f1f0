"""Who looks at the page: the key of a cookie, the scopes and workspaces of the service, and no strange page's wishes.

A browser sends cookies along whoever asked for it, so a change also takes a token that only our own pages can read
(a double-submit cookie, SameSite=Strict).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from api.http.access import Here, admit
from api.http.problems import ProblemError
from api.http.store.audit import Actor
from api.http.store.keys import SCOPES, Scope

KEY_COOKIE = "sprintplan_key"
TOKEN_COOKIE = "sprintplan_token"
TOKEN_HEADER = "X-Page-Token"
TOKEN_FIELD = "token"


@dataclass(frozen=True)
class Visitor:
    """Somebody at the page, and whether they may change and plan."""

    actor: Actor
    may_plan: bool
    signed_in: bool
    token: str


def visiting(scope: Scope) -> Callable[..., Awaitable[Visitor]]:
    """Make the dependency that lets in who may do what ``scope`` names."""

    async def check(request: Request, here: Here) -> Visitor:
        text = request.cookies.get(KEY_COOKIE, "")
        actor = await admit(here, request.headers, scope, text)
        request.state.who = actor.who
        if scope != "read":
            check_token(request, request.headers.get(TOKEN_HEADER, ""))
        may_plan = not text or await _may_plan(request, here, text)
        return Visitor(actor, may_plan, bool(text), token_of(request))

    return check


async def _may_plan(request: Request, here: Here, text: str) -> bool:
    try:
        await admit(here, request.headers, SCOPES[1], text)
    except ProblemError:
        return False
    return True


def token_of(request: Request) -> str:
    """The token of this browser; a new one for a new visitor, kept by :func:`keep_token`."""
    known = request.cookies.get(TOKEN_COOKIE, "")
    if not known and not hasattr(request.state, "token"):
        request.state.token = secrets.token_urlsafe(24)
    return known or str(request.state.token)


def keep_token(request: Request, response: Response) -> None:
    """Give a new visitor's browser its token."""
    if TOKEN_COOKIE not in request.cookies:
        set_cookie(request, response, TOKEN_COOKIE, token_of(request))


def check_token(request: Request, sent: str) -> None:
    """Refuse what our own pages did not send.

    Raises
    ------
    ProblemError
    """
    known = request.cookies.get(TOKEN_COOKIE, "")
    strange = request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    if strange or not known or not hmac.compare_digest(known.encode(), sent.encode()):
        cause = "this did not come from a page of this server that is open here"
        raise ProblemError(403, "page", TOKEN_HEADER, cause, "Load the page again")


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Set a cookie for this browser session that no script and no other site can use."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, httponly=True, samesite="strict", secure=secure, path="/")


Looking = Annotated[Visitor, Depends(visiting("read"))]
Changing = Annotated[Visitor, Depends(visiting("plan"))]
