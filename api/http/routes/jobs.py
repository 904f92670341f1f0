"""Jobs: queued at once, watched while they run, kept when they have ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from pydantic.json_schema import SkipJsonSchema

from api.http.access import Here, Planner, Reader
from api.http.bodies import parse, read_body
from api.http.problems import ProblemError
from api.http.routes import exported
from api.http.routes.common import (
    BODY,
    Before,
    IdempotencyKey,
    Identity,
    PageSize,
    answers,
    moment,
    not_found,
    once,
    reused,
    text_of,
)
from api.http.routes.requests import job_request
from api.http.service import Service
from api.http.settings import HEARTBEAT_SECONDS, MOST_STREAMS
from api.http.store.idempotent import KeyReusedError
from api.http.store.jobs import Job, QueueFullError
from api.http.work.kinds import KINDS
from models.plan import Plan
from models.service import JobPage, JobProgress, JobStatus, JobView

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
_REQUESTS = [{"$ref": f"#/components/schemas/{kind.request.__name__}"} for kind in KINDS.values()]
_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"oneOf": _REQUESTS}}}}
}
_EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["event", "data", "id"],
    "properties": {
        "event": {"enum": ["incumbent", "bound", "progress", "done"]},
        "data": {
            "type": "string",
            "description": "JSON with value, bound, gap and seconds; in `progress` how many parts (plans, teams, "
            "questions) are `done` of how many in `total`; in `done` the status.",
        },
        "id": {"type": "string"},
    },
}
_PLACE: dict[str, Any] = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}


@router.post(
    "",
    status_code=202,
    openapi_extra=_BODY,
    responses=answers(*BODY, 404, 429, own={202: {"headers": _PLACE}}),
)
async def create(
    request: Request, response: Response, here: Here, actor: Planner, idempotency_key: IdempotencyKey = None
) -> JobView:
    """Queue a job."""
    content = await read_body(request, here.settings.max_body)

    def queued() -> JobView:
        kind, data = job_request(here, actor.workspace, parse(content))
        room = (here.settings.queue, max(1, here.settings.queue // 2))
        try:
            id_ = here.store.jobs.create(actor, kind, text_of(data), room, once(idempotency_key, "jobs", content))
        except KeyReusedError:
            raise reused() from None
        except QueueFullError as error:
            raise _full(error) from None
        return _view(here, _found(here, actor.workspace, id_))

    job = await run_in_threadpool(queued)
    here.dispatcher.wake()
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return job


@router.get("", responses=answers(422))
def page(
    here: Here,
    actor: Reader,
    status: Annotated[JobStatus | SkipJsonSchema[None], Query(description="Only jobs in this status.")] = None,
    before: Before = None,
    limit: PageSize = 50,
) -> JobPage:
    """List jobs."""
    found = here.store.jobs.page(actor.workspace, status, before, limit + 1)
    shown_ = found[:limit]
    return JobPage(jobs=_views(here, shown_), next=shown_[-1].number if len(found) > limit else None)


@router.get("/{id}", responses=answers(404, 422))
def read(here: Here, actor: Reader, id_: Identity) -> JobView:
    """Say where a job stands: value, bound and gap so far, and how many parts are done."""
    return _view(here, _found(here, actor.workspace, id_))


@router.delete("/{id}", status_code=202, responses=answers(404, 422))
def cancel(here: Here, actor: Planner, id_: Identity) -> JobView:
    """Cancel a job. One that runs stops within a second and keeps its best result so far; one that has ended stays."""
    job = _found(here, actor.workspace, id_)
    if not job.ended:
        here.store.jobs.ask_cancel(actor, id_)
        here.dispatcher.cancel(id_)
    return _view(here, _found(here, actor.workspace, id_))


@router.get(
    "/{id}/result",
    response_class=Response,
    responses=answers(
        404,
        409,
        422,
        own={
            200: {
                "description": "The plan, or what else the kind of job makes.",
                "content": {
                    "application/json": {
                        "schema": {
                            "anyOf": [
                                {"$ref": f"#/components/schemas/{kind.result.__name__}"} for kind in KINDS.values()
                            ]
                        }
                    },
                    **exported.CONTENT,
                },
            }
        },
    ),
)
def result(
    here: Here,
    actor: Reader,
    id_: Identity,
    form: exported.FormName = "json",
    specialist: exported.SpecialistName = None,
    picture: exported.PictureName = None,
) -> Response:
    """Return the result of a job that has ended: of a cancelled one, the best so far.

    A plan comes in every form of the command line, with the same bytes as `--out`.
    """
    job = _found(here, actor.workspace, id_)
    content = here.store.jobs.result(id_)
    if content is None:
        raise _no_result(job)
    if form == "json":
        return Response(content, media_type="application/json")
    if KINDS[job.kind].result is not Plan:
        raise ProblemError(422, "input", "format", f"a result of {job.kind} has no form {form!r}", "Ask for json")
    return exported.answer(here, id_, content, form, specialist, picture)


@router.get(
    "/{id}/events",
    response_class=Response,  # not EventSourceResponse: the framework would take the route for a generator
    responses=answers(
        404,
        422,
        429,
        own={
            200: {
                "description": "Events `incumbent`, `bound`, `progress` and, last, `done`, each with its number as id.",
                "content": {"text/event-stream": {"itemSchema": _EVENT}},
            },
            204: {"description": "You have seen its last event."},
        },
    ),
)
async def events(
    here: Here,
    actor: Reader,
    id_: Identity,
    last_event_id: Annotated[
        str | SkipJsonSchema[None], Header(pattern=r"^\d{1,9}$", description="Go on after this event.", examples=["7"])
    ] = None,
) -> Response:
    """Follow a job: every better value and bound, from its beginning or from where one left off."""
    job = await run_in_threadpool(_found, here, actor.workspace, id_)
    after = int(last_event_id or 0)
    if job.ended and not await run_in_threadpool(here.store.jobs.events, id_, after):
        return Response(status_code=204)  # tells an EventSource not to come back
    if here.hub.open >= MOST_STREAMS:
        cause = f"{here.hub.open} streams are open already"
        raise ProblemError(429, "busy", "events", cause, "Come back soon, or ask now and then", {"Retry-After": "10"})
    return EventSourceResponse(_stream(here, id_, after), headers={"X-Accel-Buffering": "no"})


async def _stream(here: Service, id_: str, after: int) -> AsyncIterator[bytes]:
    with here.hub.watch(id_) as news:
        while not here.hub.closing:
            news.clear()
            for event in await run_in_threadpool(here.store.jobs.events, id_, after):
                after = event.number
                yield format_sse_event(data_str=event.data, event=event.type, id=str(after))
                if event.type == "done":
                    return
            try:
                await asyncio.wait_for(news.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield KEEPALIVE_COMMENT


def _found(here: Service, workspace: str, id_: str) -> Job:
    job = here.store.jobs.find(workspace, id_)
    if job is None:
        raise not_found("job", id_)
    return job


def _full(error: QueueFullError) -> ProblemError:
    whose = "of yours " if error.mine else ""
    cause = f"{error.waiting:,} jobs {whose}are waiting already"
    return ProblemError(429, "busy", "/v1/jobs", cause, "Come back when some have ended", {"Retry-After": "30"})


def _no_result(job: Job) -> ProblemError:
    if not job.ended:
        remedy = "Follow its events, or ask GET /v1/jobs/{id} until it has ended"
        return ProblemError(409, "not-ready", job.id, f"the job is {job.status}", remedy)
    return ProblemError(
        404, "not-found", job.id, f"the job {job.status} without a result", "GET /v1/jobs/{id} says why"
    )


def _view(here: Service, job: Job) -> JobView:
    return _views(here, [job])[0]


def _views(here: Service, shown: Sequence[Job]) -> tuple[JobView, ...]:
    told = here.store.jobs.progress([job.id for job in shown])
    return tuple(_with_progress(job, told.get(job.id)) for job in shown)


def _with_progress(job: Job, told: str | None) -> JobView:
    parts = None if told is None else json.loads(told)
    return JobView(
        id=job.id,
        kind=job.kind,
        status=job.status,
        created=moment(job.created),
        created_by=job.created_by,
        started=None if job.started is None else moment(job.started),
        finished=None if job.finished is None else moment(job.finished),
        value=job.figures.value,
        bound=job.figures.bound,
        gap=job.figures.gap,
        progress=None if parts is None else JobProgress(done=parts["done"], total=parts["total"]),
        problem=job.problem,
    )
