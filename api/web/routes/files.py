"""Files to hand on: the plan that is shown, in every form, with the bytes of the command line."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.http.access import Here
from api.http.problems import ProblemError
from api.http.routes import exported
from api.http.routes.common import Identity
from api.web.document import Document
from api.web.routes.answers import PageRoute
from api.web.visitor import Looking

router = APIRouter(route_class=PageRoute)


@router.get("/s/{id}/file")
async def file(
    here: Here,
    visitor: Looking,
    id_: Identity,
    form: exported.FormName,
    specialist: exported.SpecialistName = None,
    picture: exported.PictureName = None,
) -> Response:
    """Send the plan as a file."""

    def written() -> Response:
        document = Document.of(here, visitor, id_)
        job = None if document.latest is None else document.latest.version.job
        result = None if job is None else here.store.jobs.result(job)
        if job is None or result is None:
            raise ProblemError(409, "not-ready", "plan", "there is no plan yet", "Press Plan, then come back")
        return exported.answer(here, job, result, form, specialist, picture)

    return await run_in_threadpool(written)
