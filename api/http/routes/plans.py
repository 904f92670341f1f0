"""A small scenario, planned while one waits."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.http.access import Here, Planner
from api.http.bodies import parse, read_body
from api.http.problems import MEDIA_TYPE, ProblemError
from api.http.routes.common import BODY, answers, text_of
from api.http.service import Service
from api.http.settings import MOST_PLANS_WAITING
from api.http.store.audit import Actor
from api.http.work.checks import Allowance, checked_scenario
from api.http.work.outcome import ClosedError, Outcome, Task
from models.plan import Plan
from planner.progress import ignore

router = APIRouter(prefix="/v1/plans", tags=["plans"])
_LOOK_SECONDS = 0.5  # how often we look whether the client is still there
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Scenario"}}},
    }
}


@router.post("", response_model=Plan, openapi_extra=_BODY, responses=answers(*BODY, 429))
async def plan(request: Request, here: Here, actor: Planner) -> Response:
    """Plan a small scenario and answer with the plan.

    Larger ones, and searches of more seconds than this server gives here, go to `POST /v1/jobs`. The plan says itself
    if there is none (`status` infeasible, with the conflict).
    """
    content = await read_body(request, here.settings.max_body)
    task = await run_in_threadpool(_task, here, content)
    outcome = await _solved(request, here, task)
    await run_in_threadpool(here.store.audit.note, actor, "plan", "")
    if outcome.problem is not None:
        return _refused(outcome, actor)
    return Response(outcome.result, media_type="application/json")


def _task(here: Service, content: bytes) -> Task:
    source = parse(content)
    settings = here.settings
    scenario = checked_scenario(source, Allowance(settings.plan_seconds, settings.threads))
    if len(scenario.backlog) > settings.plan_items:
        cause = f"{len(scenario.backlog):,} items are too many to wait for; {settings.plan_items:,} are planned at once"
        raise ProblemError(413, "size", source.where(("backlog",)), cause, "Send them to POST /v1/jobs")
    return Task("plan", text_of({"kind": "plan", "scenario": source.data}), settings.threads, settings.plan_seconds)


async def _solved(request: Request, here: Service, task: Task) -> Outcome:
    """Solve in the process that is kept for it; a client that hangs up ends the search."""
    if here.plans_waiting >= MOST_PLANS_WAITING:
        cause = f"{here.plans_waiting} plans are waiting already"
        raise ProblemError(
            429, "busy", "/v1/plans", cause, "Come back soon, or use POST /v1/jobs", {"Retry-After": "5"}
        )
    cancel = threading.Event()
    here.plans_waiting += 1
    try:
        running = asyncio.get_running_loop().run_in_executor(
            here.planner_thread, here.planner.run, task, cancel, ignore
        )
        while not (await asyncio.wait([running], timeout=_LOOK_SECONDS))[0]:
            if await request.is_disconnected():
                cancel.set()
        return running.result()
    except ClosedError:
        raise ProblemError(503, "busy", "/v1/plans", "the server is stopping", "Try again soon") from None
    finally:
        cancel.set()
        here.plans_waiting -= 1


def _refused(outcome: Outcome, actor: Actor) -> Response:
    from models.service import Problem

    problem = Problem.model_validate({**(outcome.problem or {}), "request": actor.request})
    return Response(problem.model_dump_json(exclude_none=True), problem.status, media_type=MEDIA_TYPE)
