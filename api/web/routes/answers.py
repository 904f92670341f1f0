"""What pages answer when something is wrong: a page to whoever follows a link, a problem document to our scripts."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from api.http import problems
from api.http.problems import ProblemError
from api.web.rendering import render
from planner.errors import InputError


class PageRoute(APIRoute):
    """A route for people: without a key they are sent to sign in, and what goes wrong is a page, too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except (ProblemError, InputError) as error:
                if not _wants_page(request):
                    raise
                return _told(request, problems.of(error))
            except RequestValidationError:
                if not _wants_page(request):
                    raise
                cause = "there is nothing at this address"
                return _told(request, ProblemError(404, "not-found", request.url.path[:200], cause).problem)

        return shown


def _wants_page(request: Request) -> bool:
    """Whether a browser shows the answer as a page; our scripts ask for something else."""
    return "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers


def _told(request: Request, problem: Any) -> Response:
    if problem.status == 401:
        return RedirectResponse("/sign-in", 303)
    return render(request, "problem.html", {"problem": problem}, problem.status)
