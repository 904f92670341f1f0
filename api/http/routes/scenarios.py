"""The store of scenarios: every change is a new version, made from the one that was seen (ETag, If-Match)."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic.json_schema import SkipJsonSchema

from api.http.access import Here, Planner, Reader
from api.http.bodies import parse, read_body
from api.http.problems import ProblemError
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
from api.http.service import Service
from api.http.store.idempotent import KeyReusedError
from api.http.store.scenarios import FullError, StaleError, Version
from models.service import ScenarioEntry, ScenarioPage, ScenarioVersions, StoredScenario
from planner.intake.scenario_file import inline_scenario

router = APIRouter(prefix="/v1/scenarios", tags=["scenarios"])
IfMatch = Annotated[
    str | SkipJsonSchema[None],
    Header(pattern=r"^[ -~]{1,100}$", description="The ETag of the version you saw.", examples=['"1"']),
]
IfNoneMatch = Annotated[str | None, Header(pattern=r"^[ -~]{1,1000}$", description="ETags you have.", examples=['"1"'])]
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Scenario"}}},
    }
}
_ETAG: dict[str, Any] = {"ETag": {"description": "Names this version.", "schema": {"type": "string"}}}
_PLACE: dict[str, Any] = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}


@router.post("", status_code=201, openapi_extra=_BODY, responses=answers(*BODY, own={201: {"headers": _PLACE | _ETAG}}))
async def create(
    request: Request, response: Response, here: Here, actor: Planner, idempotency_key: IdempotencyKey = None
) -> StoredScenario:
    """Keep a scenario."""
    content = await read_body(request, here.settings.max_body)

    def kept() -> StoredScenario:
        name, text = _checked(content)
        try:
            id_ = here.store.scenarios.create(actor, name, text, once(idempotency_key, "scenarios", content))
        except KeyReusedError:
            raise reused() from None
        except FullError:
            raise _full(f"{here.store.scenarios.MOST:,} scenarios", "Delete some") from None
        return _stored(_found(here, actor.workspace, id_))

    made = await run_in_threadpool(kept)
    response.headers["Location"] = f"/v1/scenarios/{made.id}"
    response.headers["ETag"] = _etag(made.version)
    return made


@router.get("", responses=answers(422))
def page(here: Here, actor: Reader, before: Before = None, limit: PageSize = 50) -> ScenarioPage:
    """List scenarios."""
    found = here.store.scenarios.page(actor.workspace, before, limit + 1)
    shown = found[:limit]
    return ScenarioPage(scenarios=tuple(map(_entry, shown)), next=shown[-1].number if len(found) > limit else None)


@router.get(
    "/{id}",
    response_model=StoredScenario,
    responses=answers(404, 422, own={200: {"headers": _ETAG}, 304: {"description": "You have it already."}}),
)
def read(here: Here, actor: Reader, id_: Identity, if_none_match: IfNoneMatch = None) -> Any:
    """Read the latest version of a scenario."""
    return _answer(_found(here, actor.workspace, id_), if_none_match)


@router.put(
    "/{id}",
    openapi_extra=_BODY,
    responses=answers(*BODY, 404, 412, 428, own={200: {"headers": _ETAG}}),
)
async def change(
    request: Request, response: Response, here: Here, actor: Planner, id_: Identity, if_match: IfMatch = None
) -> StoredScenario:
    """Keep a new version of a scenario, made from the version that `If-Match` names."""
    content = await read_body(request, here.settings.max_body)

    def changed() -> StoredScenario:
        seen = _seen(if_match, _found(here, actor.workspace, id_).version)
        name, text = _checked(content)
        try:
            version = here.store.scenarios.change(actor, id_, seen, name, text)
        except StaleError as error:
            raise _stale(error.version) from None
        except FullError:
            raise _full(f"{here.store.scenarios.MOST_VERSIONS:,} versions", "Keep it as a new scenario") from None
        if version is None:
            raise not_found("scenario", id_)
        return _stored(_found(here, actor.workspace, id_, version))

    made = await run_in_threadpool(changed)
    response.headers["ETag"] = _etag(made.version)
    return made


@router.delete("/{id}", status_code=204, responses=answers(404, 412, 422, 428))
def delete(here: Here, actor: Planner, id_: Identity, if_match: IfMatch = None) -> None:
    """Delete a scenario with all its versions; jobs and plans made from it stay."""
    seen = _seen(if_match, _found(here, actor.workspace, id_).version)
    try:
        deleted = here.store.scenarios.delete(actor, id_, seen)
    except StaleError as error:
        raise _stale(error.version) from None
    if not deleted:
        raise not_found("scenario", id_)


@router.get("/{id}/versions", responses=answers(404, 422))
def versions(here: Here, actor: Reader, id_: Identity) -> ScenarioVersions:
    """List the versions of a scenario."""
    found = here.store.scenarios.versions(actor.workspace, id_)
    if not found:
        raise not_found("scenario", id_)
    return ScenarioVersions(versions=tuple(map(_entry, found)))


@router.get(
    "/{id}/versions/{version}",
    response_model=StoredScenario,
    responses=answers(404, 422, own={200: {"headers": _ETAG}, 304: {"description": "You have it already."}}),
)
def read_version(
    here: Here,
    actor: Reader,
    id_: Identity,
    version: Annotated[int, Path(ge=1, le=1_000_000, description="Its number.", examples=[1])],
    if_none_match: IfNoneMatch = None,
) -> Any:
    """Read a version of a scenario."""
    return _answer(_found(here, actor.workspace, id_, version), if_none_match)


def _checked(content: bytes) -> tuple[str, str]:
    """Name and JSON text of a scenario that was sent, once it is known to be one."""
    source = parse(content)
    return inline_scenario(source).name, text_of(source.data)


def _found(here: Service, workspace: str, id_: str, version: int | None = None) -> Version:
    found = here.store.scenarios.find(workspace, id_, version)
    if found is None:
        raise not_found("scenario", id_)
    return found


def _answer(version: Version, have: str | None) -> StoredScenario | Response:
    etag = _etag(version.version)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if have is not None and (have.strip() == "*" or etag in re.findall(r'"[^"]*"', have)):
        return Response(status_code=304, headers=headers)
    content = _stored(version).model_dump_json().encode()
    return Response(content, media_type="application/json", headers=headers)


def _etag(version: int) -> str:
    return f'"{version}"'


def _seen(if_match: str | None, current: int) -> int:
    """The version that If-Match names."""
    if if_match is None:
        remedy = f"Send the ETag of the version you saw, such as If-Match: {_etag(current)}"
        raise ProblemError(428, "precondition", "If-Match", "it is missing", remedy)
    if if_match.strip() == "*":
        return current
    if _etag(current) not in re.findall(r'"[^"]*"', if_match):
        raise _stale(current)
    return current


def _stale(current: int) -> ProblemError:
    cause = f"the version there is now is {current}"
    return ProblemError(412, "changed", "If-Match", cause, "Read it, and make your change from there")


def _full(most: str, remedy: str) -> ProblemError:
    return ProblemError(422, "size", "body", f"there are {most} already", remedy)


def _entry(version: Version) -> ScenarioEntry:
    return ScenarioEntry(
        id=version.id,
        version=version.version,
        name=version.name,
        created=moment(version.created),
        created_by=version.created_by,
    )


def _stored(version: Version) -> StoredScenario:
    return StoredScenario(**_entry(version).model_dump(), scenario=json.loads(version.content))
