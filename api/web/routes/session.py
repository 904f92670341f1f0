"""Sign in with a key, sign out again."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.http.access import Here, admit
from api.http.problems import ProblemError
from api.web.forms import read_form
from api.web.rendering import render
from api.web.routes.answers import PageRoute
from api.web.visitor import KEY_COOKIE, TOKEN_FIELD, check_token, set_cookie, token_of

router = APIRouter(route_class=PageRoute)


@router.get("/sign-in")
async def form(request: Request) -> Response:
    """Ask for a key."""
    return render(request, "sign-in.html", {"problem": None, "token": token_of(request)})


@router.post("/sign-in")
async def sign_in(request: Request, here: Here) -> Response:
    """Take a key, and keep it in the browser as long as its session lasts."""
    fields = await read_form(request)
    check_token(request, fields.get(TOKEN_FIELD, ""))
    key = fields.get("key", "").strip()
    try:
        actor = await admit(here, request.headers, "read", key, valid=bool(key))
    except ProblemError as error:
        context = {"problem": error.problem, "token": token_of(request)}
        return render(request, "sign-in.html", context, error.problem.status)
    request.state.who = actor.who
    response = RedirectResponse("/", 303)
    set_cookie(request, response, KEY_COOKIE, key)
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forget the key."""
    fields = await read_form(request)
    check_token(request, fields.get(TOKEN_FIELD, ""))
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(KEY_COOKIE, path="/")
    return response
