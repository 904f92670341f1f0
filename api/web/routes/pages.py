"""What visitors look at: their scenarios, each view of one, an item with its reasons."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api.http.access import Here
from api.http.problems import ProblemError
from api.http.routes.common import Identity, moment
from api.web.document import Document
from api.web.edits import Said
from api.web.effect import Effect
from api.web.item import item_context
from api.web.rendering import render
from api.web.routes.answers import PageRoute
from api.web.views import BY_NAME, VIEWS
from api.web.visitor import Looking, Visitor
from planner.report import words

router = APIRouter(route_class=PageRoute)
FIRST_VIEW = "board"
MOST_LISTED = 100


@router.get("/")
async def home(request: Request, here: Here, visitor: Looking) -> Response:
    """List the scenarios of the workspace; if there is none, teach."""

    def context() -> dict[str, Any]:
        found = here.store.scenarios.page(visitor.actor.workspace, None, MOST_LISTED)
        entries = [
            {"version": one, "at": moment(one.created), "job": one.job and here.store.jobs.find(one_workspace, one.job)}
            for one in found
        ]
        return {"visitor": visitor, "entries": entries}

    one_workspace = visitor.actor.workspace
    return render(request, "home.html", await run_in_threadpool(context))


@router.get("/s/{id}")
async def first(id_: Identity) -> Response:
    """Open a scenario at its board."""
    return RedirectResponse(f"/s/{id_}/{FIRST_VIEW}", 303)


@router.get("/s/{id}/version")
async def version(here: Here, visitor: Looking, id_: Identity) -> dict[str, int]:
    """Say which version is the latest: an open page asks now and then."""
    document = await run_in_threadpool(Document.of, here, visitor, id_)
    return {"version": document.version.version}


@router.get("/s/{id}/item")
async def item(request: Request, here: Here, visitor: Looking, id_: Identity, item: str) -> Response:
    """Show an item: why it is in or out, and what can be done about it."""

    def shown() -> Response:
        document = Document.of(here, visitor, id_)
        return render(request, "item.html", {"document": document, **item_context(document, item)})

    return await run_in_threadpool(shown)


@router.get("/s/{id}/{view}")
async def look(request: Request, here: Here, visitor: Looking, id_: Identity, view: str) -> Response:
    """Show a view."""
    return await run_in_threadpool(show, request, here, visitor, id_, view)


def show(request: Request, here: Here, visitor: Visitor, id_: str, name: str) -> Response:
    """Render a view of the latest version."""
    view = BY_NAME.get(name)
    if view is None:
        raise ProblemError(404, "not-found", name[:200], "there is no such view", "Choose one of the tabs")
    document = Document.of(here, visitor, id_)
    context: dict[str, Any] = {
        "visitor": visitor,
        "document": document,
        "plan": document.plan,
        "view": view,
        "views": VIEWS,
        "change": Said.read(document.version.what),
        "effect": effect_of(document),
        **_figures(document),
    }
    if view.plan and document.plan is None:
        return render(request, "views/no-plan.html", context)
    return render(request, view.template, context | dict(view.context(document, request.query_params)))


def effect_of(document: Document) -> Effect | None:
    """What the latest change did to the plan; None while that is not known."""
    if not document.current or document.before is None or document.plan is None:
        return None
    said = Said.read(document.version.what)
    return Effect.between(document.before.plan, document.plan).without(said and said.given.get("item"))


def _figures(document: Document) -> dict[str, Any]:
    """How good the plan is, in the words of every report."""
    if document.plan is None:
        return {}
    return {
        "quality": words.quality(document.plan),
        "totals": words.totals(document.plan),
        "shares": [words.share(use) for use in document.plan.shares],
    }
