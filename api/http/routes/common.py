"""What several routes share."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header, Path, Query
from pydantic.json_schema import SkipJsonSchema

from api.http.problems import ProblemError
from api.http.store.idempotent import Once

Identity = Annotated[
    str, Path(alias="id", pattern=r"^[0-9a-f]{32}$", description="Id.", examples=["9f1c0d3a5b7e4f2a8c6d1e0b3a5f7c9d"])
]
Before = Annotated[
    int | SkipJsonSchema[None],
    Query(ge=1, le=2**53, description="Go on after the last page: its `next`.", examples=[120]),
]
PageSize = Annotated[int, Query(ge=1, le=200, description="Entries of a page.")]
IdempotencyKey = Annotated[
    str | SkipJsonSchema[None],
    Header(
        pattern=r"^[!-~]{1,255}$",
        description="Any text of your own. The same request sent twice with it does its work once.",
    ),
]


def moment(seconds: float) -> datetime.datetime:
    """Seconds since 1970 as a moment."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def once(key: str | None, where: str, content: bytes) -> Once | None:
    """What an idempotency key stands for."""
    return None if key is None else Once(key, hashlib.sha256(where.encode() + b"\n" + content).hexdigest())


def reused() -> ProblemError:
    """Refuse a key that stands for another request."""
    cause = "this key came before, with another request"
    return ProblemError(422, "idempotency", "Idempotency-Key", cause, "Choose a new one for a new request")


def not_found(what: str, id_: str) -> ProblemError:
    """Say that there is no such thing, or that it belongs to somebody else: the two look alike."""
    return ProblemError(404, "not-found", id_, f"there is no such {what}", f"GET /v1/{what}s lists those there are")


def text_of(data: Any) -> str:
    """Write data as JSON, as small as it gets."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


_PROBLEMS = {
    400: "The body cannot be read.",
    401: "No valid key.",
    403: "The key may not do this.",
    404: "There is no such thing.",
    408: "The body took too long.",
    409: "Not possible in this state.",
    412: "Somebody else changed it.",
    413: "Too much at once.",
    415: "The body is not JSON.",
    421: "Not the name of this server.",
    422: "The input is wrong.",
    428: "If-Match is missing.",
    429: "Too busy; Retry-After says when to come back.",
    503: "Not ready.",
}


def answers(*statuses: int, own: Mapping[int | str, dict[str, Any]] | None = None) -> dict[int | str, dict[str, Any]]:
    """Describe what a route answers: with what is its own, and the problems, those of keys included."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told = {status: {"description": _PROBLEMS[status], "content": content} for status in {401, 403, 421, *statuses}}
    return {**(own or {}), **dict(sorted(told.items()))}


BODY = (400, 408, 413, 415, 422)
