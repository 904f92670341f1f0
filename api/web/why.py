"""Why an item is in or out, proven: an explanation of the plan that is shown, made when somebody opens the item."""

from __future__ import annotations

from dataclasses import dataclass

from api.http.store.jobs import Job
from api.web.document import Document
from api.web.jobs import limited, queue, stop
from models.explanation import Explanation, WhyIn, WhyOut

SECONDS = 20.0  # of one explanation: somebody waits for it
MOST_KEPT = 5_000  # explanations that are found again


@dataclass(frozen=True)
class Why:
    """Where the explanation of an item stands.

    Attributes
    ----------
    job
        The job that works it out; None where nobody asked.
    open
        Whether it can be asked for.
    told
        What it found, once it has ended.
    """

    job: Job | None
    open: bool
    told: WhyIn | WhyOut | None

    @property
    def waiting(self) -> bool:
        """Whether it is being worked out."""
        return self.job is not None and not self.job.ended


def find(document: Document, item: str) -> Why:
    """Look up what is known of an item in the plan that is shown."""
    here, workspace = document.here, document.visitor.actor.workspace
    id_ = here.explained.get(_key(document, item))
    job = None if id_ is None else here.store.jobs.find(workspace, id_)
    text = here.store.jobs.result(job.id) if job is not None and job.ended else None
    if text is None:
        return Why(job, can_ask(document), None)
    told = Explanation.model_validate_json(text)
    entries: list[WhyIn | WhyOut] = [*told.left_out, *told.selected]
    return Why(job, False, next((one for one in entries if one.id == item), None))


def can_ask(document: Document) -> bool:
    """Whether there is a plan of the present version that can be explained: of one sprint to the tick, so far."""
    calendar = document.scenario.calendar
    planned = document.current and document.plan is not None and document.plan.value is not None
    return planned and document.visitor.may_plan and calendar.sprints == calendar.detailed_sprints == 1


def ask(document: Document, item: str) -> Why:
    """Have an item explained, unless that is under way or done; one explanation at a time of a sprint."""
    known = find(document, item)
    if known.job is not None or document.plan is None or not can_ask(document):
        return known
    here, actor = document.here, document.visitor.actor
    before = here.explaining.pop(document.id, None)
    if before is not None and (job := here.store.jobs.find(actor.workspace, before)) is not None:
        stop(here, actor, job)
    request = {
        "kind": "explain",
        "scenario": limited(here, document.data),
        "plan": document.plan.model_dump(mode="json", by_alias=True),
        "item": item,
        "time_limit": min(SECONDS, here.settings.job_seconds),
    }
    id_ = queue(here, actor, request)
    here.explaining[document.id] = id_
    here.explained[_key(document, item)] = id_
    while len(here.explained) > MOST_KEPT:
        here.explained.pop(next(iter(here.explained)))
    return find(document, item)


def _key(document: Document, item: str) -> tuple[str, str]:
    job = document.latest.version.job if document.latest is not None else None
    return (job or "", item)
