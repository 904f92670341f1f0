"""Plans of versions, as jobs of the service: the page never solves anything itself."""

from __future__ import annotations

from typing import Any

from api.http.bodies import parse
from api.http.problems import ProblemError
from api.http.routes.common import text_of
from api.http.routes.requests import job_request
from api.http.service import Service
from api.http.store.audit import Actor
from api.http.store.jobs import Job, QueueFullError

KIND = "plan"


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
    request = {"kind": KIND, "scenario": _limited(data, here.settings.job_seconds, here.settings.threads)}
    job_request(here, actor.workspace, parse(text_of(request).encode()))
    if before is not None:
        stop(here, actor, before)
    room = (here.settings.queue, max(1, here.settings.queue // 2))
    try:
        job = here.store.jobs.create(actor, KIND, text_of(request), room)
    except QueueFullError as error:
        cause = f"{error.waiting:,} jobs are waiting already; the change is kept"
        raise ProblemError(
            429, "busy", "plan", cause, "Press Plan when some have ended", {"Retry-After": "30"}
        ) from None
    here.store.scenarios.planned_by(id_, version, job)
    here.dispatcher.wake()
    return job


def stop(here: Service, actor: Actor, job: Job) -> None:
    """End a job; its best plan so far is kept."""
    if not job.ended:
        here.store.jobs.ask_cancel(actor, job.id)
        here.dispatcher.cancel(job.id)


def _limited(data: dict[str, Any], seconds: float, threads: int) -> dict[str, Any]:
    """Cut what a scenario asks for down to what this server gives: whoever opened it did not write it."""
    solver = data.get("solver")
    if not isinstance(solver, dict):
        return data
    solver = dict(solver)
    for key, most in (("time_limit", seconds), ("work_limit", seconds), ("workers", threads)):
        if isinstance(solver.get(key), (int, float)) and solver[key] > most:
            solver[key] = most
    return {**data, "solver": solver}
