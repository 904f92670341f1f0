"""For those who run the service: is it there, can it work, what is it doing, who did what."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.http.access import Admin, Here, allowed
from api.http.metrics import JOBS, REGISTRY, STREAMS
from api.http.problems import ProblemError
from api.http.routes.common import Before, PageSize, answers, moment
from api.http.service import Service
from models.service import AuditPage, DeedView, Health

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz() -> Health:
    """Say that the process is there and answers."""
    return Health()


@router.get("/readyz", responses=answers(503))
async def readyz(here: Here) -> Health:
    """Say whether jobs can be taken: the store answers, and the server is not stopping."""
    if here.stopping.is_set() or not await run_in_threadpool(_reachable, here):
        raise ProblemError(503, "busy", "store", "it does not answer, or the server is stopping", "Try again soon")
    return Health()


def _reachable(here: Service) -> bool:
    try:
        with here.store.database.read() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


@router.get("/metrics", response_class=Response, responses=answers(own={200: {"content": {"text/plain": {}}}}))
async def metrics(request: Request, here: Here) -> Response:
    """Figures for Prometheus; with an admin key where keys are asked for."""
    if await here.asks_for_keys():
        await allowed("admin")(request, here, None)
    counts = await run_in_threadpool(here.store.jobs.counts)
    for status in ("queued", "running", "done", "failed", "cancelled"):
        JOBS.labels(status).set(counts.get(status, 0))
    STREAMS.set(here.hub.open)
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/audit", responses=answers(422))
def audit(here: Here, actor: Admin, before: Before = None, limit: PageSize = 50) -> AuditPage:
    """Who did what when in this workspace."""
    found = here.store.audit.page(actor.workspace, before, limit + 1)
    page = found[:limit]
    return AuditPage(
        deeds=tuple(
            DeedView(at=moment(deed.at), who=deed.who, action=deed.action, subject=deed.subject, request=deed.request)
            for deed in page
        ),
        next=page[-1].number if len(found) > limit else None,
    )
