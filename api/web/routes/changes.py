"""What visitors change: each change is a new version, made from the one they saw, and planned anew at once."""

from __future__ import annotations

import copy
import re
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.http.access import Here
from api.http.problems import ProblemError
from api.http.routes.common import Identity
from api.http.store.scenarios import Change, FullError, StaleError, Version
from api.web.document import Document, changed_since
from api.web.edits import PINNING, Edit, Said
from api.web.forms import read_form
from api.web.jobs import plan_version
from api.web.routes.answers import PageRoute
from api.web.routes.pages import FIRST_VIEW, show
from api.web.tables import TABLES
from api.web.visitor import Changing

router = APIRouter(route_class=PageRoute)
EDITS: dict[str, Edit] = {**PINNING, **TABLES}
IfMatch = Annotated[str | None, Header(pattern=r'^"\d{1,7}"$')]


@router.post("/s/{id}/change/{edit}")
async def change(
    request: Request, here: Here, visitor: Changing, id_: Identity, edit: str, if_match: IfMatch = None
) -> Response:
    """Change something and plan again around it."""
    form = await read_form(request)
    if edit not in EDITS:
        raise ProblemError(404, "not-found", edit[:200], "there is no such change", "Load the page again")

    def changed() -> Response:
        document = Document.of(here, visitor, id_)
        document.check_seen(seen(if_match))
        data = copy.deepcopy(document.data)
        said = EDITS[edit](data, form)
        number = document.write(data, Change(said.written()))
        plan_version(here, visitor.actor, id_, number, data, before=document.planning)
        return show(request, here, visitor, id_, form.get("view", FIRST_VIEW))

    return await run_in_threadpool(changed)


@router.post("/s/{id}/{step}-step")
async def step(
    request: Request, here: Here, visitor: Changing, id_: Identity, step: str, if_match: IfMatch = None
) -> Response:
    """Undo, redo, or go back to a version: a new version with what an older one said, and with its plan."""
    form = await read_form(request)

    def stepped() -> Response:
        document = Document.of(here, visitor, id_)
        document.check_seen(seen(if_match))
        wanted = {"undo": document.steps.undo, "redo": document.steps.redo}.get(step, _number(form.get("to", "")))
        source = None if wanted is None else here.store.scenarios.find(visitor.actor.workspace, id_, wanted)
        if source is None:
            raise ProblemError(409, "not-ready", step[:200], "there is nothing to go to", "Load the page again")
        data = Document(here, visitor, source, ()).data
        name = step if step in {"undo", "redo"} else "restore"
        said = Said(name, {"version": source.version, "change": _undone(document, source, name)})
        number = document.write(data, Change(said.written(), source.version))
        if source.job is not None:
            here.store.scenarios.planned_by(id_, number, source.job)
        else:
            plan_version(here, visitor.actor, id_, number, data, before=document.planning)
        return show(request, here, visitor, id_, form.get("view", FIRST_VIEW))

    return await run_in_threadpool(stepped)


@router.post("/s/{id}/accept")
async def accept(request: Request, here: Here, visitor: Changing, id_: Identity, if_match: IfMatch = None) -> Response:
    """Make the plan that is shown the baseline: what is planned from now on changes little against it."""
    form = await read_form(request)

    def accepted() -> Response:
        document = Document.of(here, visitor, id_)
        document.check_seen(seen(if_match))
        if document.plan is None or not document.current:
            raise ProblemError(409, "not-ready", "plan", "there is no plan of this version yet", "Wait for it")
        data = copy.deepcopy(document.data)
        data["baseline"] = document.plan.model_dump(mode="json", by_alias=True)
        number = document.write(data, Change(Said("accept").written()))
        plan_version(here, visitor.actor, id_, number, data, before=document.planning)
        return show(request, here, visitor, id_, form.get("view", FIRST_VIEW))

    return await run_in_threadpool(accepted)


@router.post("/s/{id}/delete")
async def delete(here: Here, visitor: Changing, id_: Identity, if_match: IfMatch = None) -> Response:
    """Delete a sprint with all its versions."""

    def deleted() -> Response:
        document = Document.of(here, visitor, id_)
        document.check_seen(seen(if_match))
        try:
            here.store.scenarios.delete(visitor.actor, id_, document.version.version)
        except StaleError:
            raise changed_since(Document.of(here, visitor, id_).version) from None
        return Response(status_code=204, headers={"HX-Redirect": "/"})

    return await run_in_threadpool(deleted)


@router.post("/s/{id}/copy")
async def copied(here: Here, visitor: Changing, id_: Identity) -> Response:
    """Go on in a copy of the latest version, with its plan: the old sprint stays as it is."""

    def made() -> Response:
        version = Document.of(here, visitor, id_).version
        change = Change(Said("copy", {"name": version.name}).written())
        try:
            new = here.store.scenarios.create(visitor.actor, version.name, version.content, change=change)
        except FullError:
            cause = f"there are {here.store.scenarios.MOST:,} sprints already"
            raise ProblemError(422, "size", "sprints", cause, "Delete some") from None
        if version.job is not None:
            here.store.scenarios.planned_by(new, 1, version.job)
        return Response(status_code=204, headers={"HX-Redirect": f"/s/{new}/{FIRST_VIEW}"})

    return await run_in_threadpool(made)


def seen(if_match: str | None) -> int:
    """The version that a change was made from.

    Raises
    ------
    ProblemError
        If the page did not say.
    """
    if if_match is None:
        raise ProblemError(428, "precondition", "If-Match", "it is missing", "Load the page again")
    return int(re.sub(r"\D", "", if_match))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 8 else None


def _undone(document: Document, source: Version, name: str) -> str | None:
    """The change that is taken back or done again: of the version whose content was there, or is there now."""
    if name == "redo":
        return source.what
    shown = document.version.restores or document.version.version
    return next((version.what for version in document.versions if version.version == shown), None)
