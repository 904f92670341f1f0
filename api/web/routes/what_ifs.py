"""Have what-ifs compared, and stop that."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.http.access import Here
from api.http.routes.common import Identity
from api.web.document import Document
from api.web.forms import read_form
from api.web.jobs import stop
from api.web.routes.answers import PageRoute
from api.web.views.what_if import job_of
from api.web.visitor import Changing
from api.web.what_ifs import ask

router = APIRouter(route_class=PageRoute)


@router.post("/s/{id}/what-if/compare")
async def compare(request: Request, here: Here, visitor: Changing, id_: Identity) -> Response:
    """Queue a comparison and lead to where it is shown."""
    form = await read_form(request)

    def queued() -> Response:
        job = ask(Document.of(here, visitor, id_), form.get("variants", ""))
        return Response(status_code=204, headers={"HX-Redirect": f"/s/{id_}/what-if?job={job}"})

    return await run_in_threadpool(queued)


@router.post("/s/{id}/what-if/stop")
async def halt(request: Request, here: Here, visitor: Changing, id_: Identity) -> Response:
    """Stop a comparison; what is planned by then is shown."""
    form = await read_form(request)

    def halted() -> Response:
        job = job_of(Document.of(here, visitor, id_), form.get("job", ""))
        if job is not None:
            stop(here, visitor.actor, job)
        return Response(status_code=204)

    return await run_in_threadpool(halted)
