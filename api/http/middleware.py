"""Around every request: an id, a log line, figures, headers that browsers obey, and no traceback on the way out."""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.logs import request_id
from api.http.metrics import REQUEST_SECONDS, REQUESTS

log = logging.getLogger("sprintplan.requests")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Asked every few seconds by machines, and by pages that are open: nobody wants to read that.
QUIET = {"/healthz", "/readyz", "/metrics", "/s/{id}/version"}

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Around:
    """Wraps the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        id_ = given if _ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(id_)
        begun = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = id_
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            log.exception("a request failed")
            if status == 0:
                await _tell(problems.of(error).model_copy(update={"request": id_}), answer)
        finally:
            self._note(scope, status, time.perf_counter() - begun)
            request_id.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        path = str(getattr(route, "path", "unknown"))
        REQUESTS.labels(scope["method"] if route is not None else "-", path, str(status)).inc()
        REQUEST_SECONDS.labels(path).observe(seconds)
        if path in QUIET:
            return
        who = scope.get("state", {}).get("who", "")
        log.info(
            "request",
            extra={
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "seconds": round(seconds, 4),
                "who": who,
            },
        )


async def _tell(problem: Any, send: Send) -> None:
    content = problem.model_dump_json(exclude_none=True).encode()
    headers = [(b"content-type", problems.MEDIA_TYPE.encode()), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
