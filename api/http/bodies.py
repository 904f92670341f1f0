"""Bodies of requests: limited before anything is read, parsed or checked, then read like files."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from fastapi import Request

from api.http.problems import ProblemError
from api.http.settings import BODY_SECONDS, MAX_DEPTH
from planner.intake.json_source import parse_json
from planner.intake.source import Source

NAME = "body"  # stands where the command line names the file
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)', re.DOTALL)  # possessive: takes linear time on any bytes
_NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))
_HALF_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")


async def read_body(request: Request, limit: int, accepted: str = "application/json") -> bytes:
    """Read a body of at most ``limit`` bytes and of the type that is accepted.

    Raises
    ------
    ProblemError
        If it is of another type, too large, or comes in too slowly.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != accepted:
        cause = f"the body is {kind[:80]!r}" if kind else "the header does not say what the body is"
        raise ProblemError(415, "body", "Content-Type", cause, f"Send {accepted}")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise ProblemError(415, "body", "Content-Encoding", "the body is compressed", "Send it as it is")
    if _length(request) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _collected(request, limit)
    except TimeoutError:
        remedy = "Send it faster, or send less"
        raise ProblemError(408, "body", NAME, f"it took longer than {BODY_SECONDS} seconds", remedy) from None


def _length(request: Request) -> int:
    announced = request.headers.get("content-length", "0")
    return int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 20 else 0


async def _collected(request: Request, limit: int) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > limit:
            raise _too_large(limit)
    return bytes(content)


def _too_large(limit: int) -> ProblemError:
    return ProblemError(413, "size", NAME, f"it has more than {limit:,} bytes", "Send less")


def parse(content: bytes) -> Source:
    """Turn a JSON body into plain data that knows where everything stands.

    Raises
    ------
    InputError, ProblemError
        With line and column.
    """
    if not content.strip():
        raise ProblemError(400, "body", NAME, "there is none", "Send JSON")
    _check_depth(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError(400, "body", NAME, "it is not UTF-8", "Encode it as UTF-8") from None
    source = parse_json(text.removeprefix("\ufeff"), NAME)
    if _HALF_PAIR.search(content):
        _check_characters(source.data)
    return source


def _check_depth(content: bytes) -> None:
    """Refuse what is nested too deeply, before a parser follows it."""
    depth = 0
    for bracket in _STRING.sub(b"", content).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            cause = f"it is nested more than {MAX_DEPTH} levels deep"
            raise ProblemError(400, "body", NAME, cause, "No key needs that")


def _check_characters(data: Any) -> None:
    """Half of a surrogate pair is no character: nothing could be kept or shown of it."""
    try:
        json.dumps(data, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        remedy = "Write both halves, or the character itself"
        raise ProblemError(400, "body", NAME, "half of a \\u surrogate pair stands alone", remedy) from None
