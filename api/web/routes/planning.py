"""Plan now, watch value and bound close on each other, stop and keep the best."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.http.access import Here
from api.http.routes import jobs as service_jobs
from api.http.routes.common import Identity
from api.web.document import Document
from api.web.forms import read_form
from api.web.jobs import plan_version, stop
from api.web.rendering import render
from api.web.routes.answers import PageRoute
from api.web.routes.pages import FIRST_VIEW, show
from api.web.visitor import Changing, Looking
from api.web.why import ask, find

router = APIRouter(route_class=PageRoute)


@router.post("/s/{id}/plan")
async def plan(request: Request, here: Here, visitor: Changing, id_: Identity) -> Response:
    """Plan the latest version (again)."""
    form = await read_form(request)

    def queued() -> Response:
        document = Document.of(here, visitor, id_)
        plan_version(here, visitor.actor, id_, document.version.version, document.data, before=document.planning)
        return show(request, here, visitor, id_, form.get("view", FIRST_VIEW))

    return await run_in_threadpool(queued)


@router.post("/s/{id}/stop")
async def halt(request: Request, here: Here, visitor: Changing, id_: Identity) -> Response:
    """Stop planning; the best plan so far is kept."""
    await read_form(request)

    def halted() -> Response:
        document = Document.of(here, visitor, id_)
        if document.planning is not None:
            stop(here, visitor.actor, document.planning)
        return Response(status_code=204)

    return await run_in_threadpool(halted)


@router.post("/s/{id}/why")
async def prove(request: Request, here: Here, visitor: Changing, id_: Identity) -> Response:
    """Have an item of the plan explained."""
    form = await read_form(request)

    def asked() -> Response:
        document = Document.of(here, visitor, id_)
        item = form.get("item", "")
        return render(request, "why.html", {"document": document, "item": item, "why": ask(document, item)})

    return await run_in_threadpool(asked)


@router.get("/s/{id}/why")
async def why(request: Request, here: Here, visitor: Looking, id_: Identity, item: str) -> Response:
    """Say what is known of an item by now."""

    def known() -> Response:
        document = Document.of(here, visitor, id_)
        return render(request, "why.html", {"document": document, "item": item, "why": find(document, item)})

    return await run_in_threadpool(known)


@router.get("/jobs/{id}/events")
async def events(
    here: Here,
    visitor: Looking,
    id_: Identity,
    last_event_id: Annotated[str | None, Header(pattern=r"^\d{1,9}$")] = None,
) -> Response:
    """Follow a job, as ``/v1/jobs/{id}/events`` does, with the page's cookie."""
    return await service_jobs.events(here, visitor.actor, id_, last_event_id)
