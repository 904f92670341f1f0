"""What the page has worked out, as jobs of the service: it never solves anything itself."""

from __future__ import annotations

from typing import Any

from api.http.bodies import parse
from api.http.problems import ProblemError
from api.http.routes.common import text_of
from api.http.routes.requests import job_request
from api.http.service import Service
from api.http.store.audit import Actor
from api.http.store.jobs import Job, QueueFullError

PLAN = "plan"


def plan_version(
    here: Service, actor: Actor, id_: str, version: int, data: dict[str, Any], *, before: Job | None = None
) -> str:
    """Queue the plan of a version; return the job's id.

    Parameters
    ----------
    before
        A job that still plans what nobody wants any more: it is ended.

    Raises
    ------
    InputError
        If the scenario asks for more than this server allows.
    ProblemError
        If the queue is full.
    """
    if before is not None:
        stop(here, actor, before)
    explaining = here.explaining.pop(id_, None)  # a change waits for no explanation of the plan before
    if explaining is not None and (job := here.store.jobs.find(actor.workspace, explaining)) is not None:
        stop(here, actor, job)
    job_id = queue(here, actor, {"kind": PLAN, "scenario": limited(here, data)})
    here.store.scenarios.planned_by(id_, version, job_id)
    return job_id


def queue(here: Service, actor: Actor, request: dict[str, Any]) -> str:
    """Queue a job; return its id.

    Raises
    ------
    InputError, ProblemError
    """
    kind, data = job_request(here, actor.workspace, parse(text_of(request).encode()))
    room = (here.settings.queue, max(1, here.settings.queue // 2))
    try:
        id_ = here.store.jobs.create(actor, kind, text_of(data), room)
    except QueueFullError as error:
        cause = f"{error.waiting:,} jobs are waiting already; what you changed is kept"
        raise ProblemError(429, "busy", kind, cause, "Press Plan when some have ended", {"Retry-After": "30"}) from None
    here.dispatcher.wake()
    return id_


def stop(here: Service, actor: Actor, job: Job) -> None:
    """End a job; its best result so far is kept."""
    if not job.ended:
        here.store.jobs.ask_cancel(actor, job.id)
        here.dispatcher.cancel(job.id)


def limited(here: Service, data: dict[str, Any]) -> dict[str, Any]:
    """Cut what a scenario asks for down to what this server gives: whoever opened it did not write it."""
    solver = data.get("solver")
    if not isinstance(solver, dict):
        return data
    settings = here.settings
    solver = dict(solver)
    for key, most in (
        ("time_limit", settings.job_seconds),
        ("work_limit", settings.job_seconds),
        ("workers", settings.threads),
    ):
        if isinstance(solver.get(key), (int, float)) and solver[key] > most:
            solver[key] = most
    return {**data, "solver": solver}
