"""Files dropped on the page: a tracker's export, or a scenario with what it names, becomes a stored scenario."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from api.http.access import Here
from api.http.bodies import read_body
from api.http.problems import ProblemError
from api.http.routes.common import text_of
from api.http.store.scenarios import Change, FullError
from api.web.dropped import MOST_FILES, File, example, scenario_of
from api.web.jobs import plan_version
from api.web.routes.answers import PageRoute
from api.web.visitor import Changing

router = APIRouter(route_class=PageRoute)


@router.post("/import")
async def drop(request: Request, here: Here, visitor: Changing) -> dict[str, str]:
    """Take files in; the answer says where the scenario is."""
    content = await read_body(request, here.settings.max_body * 4 // 3)

    def kept() -> dict[str, str]:
        made = example() if content.strip() == b'"example"' else scenario_of(_files(content))
        return {"location": f"/s/{_keep(here, visitor, made.data, made.said.written())}/{made.view}"}

    return await run_in_threadpool(kept)


def _keep(here: Any, visitor: Any, data: dict[str, Any], what: str) -> str:
    try:
        id_: str = here.store.scenarios.create(
            visitor.actor, str(data.get("name", "Sprint")), text_of(data), change=Change(what)
        )
    except FullError:
        cause = f"there are {here.store.scenarios.MOST:,} scenarios already"
        raise ProblemError(422, "size", "scenarios", cause, "Delete some") from None
    plan_version(here, visitor.actor, id_, 1, data)
    return id_


def _files(content: bytes) -> list[File]:
    """The files of a drop: ``{"files": [{"name": ..., "content": BASE64}]}``."""
    try:
        sent = json.loads(content)
        files = [File(str(one["name"]), base64.b64decode(one["content"], validate=True)) for one in sent["files"]]
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise ProblemError(400, "body", "files", "what was sent cannot be read", "Drop the files again") from None
    if not 1 <= len(files) <= MOST_FILES:
        remedy = "Drop one export, or a scenario with the files it names"
        raise ProblemError(422, "input", "files", f"{len(files)} files cannot be taken at once", remedy)
    return files
