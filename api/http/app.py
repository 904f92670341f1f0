"""The application: routes, what surrounds them, and how it starts and stops."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import compile_path

from api.http import problems
from api.http.logs import request_id
from api.http.middleware import Around
from api.http.openapi import describe
from api.http.problems import MEDIA_TYPE, ProblemError
from api.http.routes import jobs, operation, plans, scenarios
from api.http.service import Service
from api.http.settings import Settings
from api.http.store import Store
from api.web import mount as mount_page
from planner.errors import InputError
from planner.intake.cells import shown


def create_app(settings: Settings, store: Store) -> FastAPI:
    """Make the application on a store that is open."""

    @contextlib.asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        here: Service = app.state.service
        here.hub.attach(asyncio.get_running_loop())
        await run_in_threadpool(here.start)
        try:
            yield
        finally:
            await run_in_threadpool(here.stop)

    app = FastAPI(
        title="sprintplan",
        version=version("sprintplan"),
        description="Proposes the sprint of highest value that really fits, and proves how good it is.",
        lifespan=running,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # its scripts would come from another server
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = Service(settings, store)
    for router in (plans.router, jobs.router, scenarios.router, operation.router):
        app.include_router(router)
    mount_page(app)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(InputError, _problem)
    app.add_exception_handler(RequestValidationError, _parameter)
    app.add_exception_handler(HTTPException, _http)
    if settings.cors:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key"],
            expose_headers=["ETag", "Location", "Retry-After", "X-Request-ID"],
        )
    app.add_middleware(Around)
    describe(app)
    return app


def _answer(problem: Any, headers: dict[str, str] | None = None) -> JSONResponse:
    told = problem.model_copy(update={"request": request_id.get() or None})
    return JSONResponse(told.model_dump(exclude_none=True), problem.status, headers, MEDIA_TYPE)


async def _problem(_: Request, error: Exception) -> JSONResponse:
    return _answer(problems.of(error), getattr(error, "headers", None))


async def _parameter(_: Request, error: Exception) -> JSONResponse:
    """Refuse a parameter of the path, the query or a header."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    cause = f"{shown(str(first['input']))} cannot be taken"
    return _answer(ProblemError(422, "input", place, cause, str(first["msg"])[:300]).problem)


def _methods(request: Request) -> set[str]:
    """Every method of a path: the framework names only those of the first route that fits."""
    methods: set[str] = set()
    for path, operations in request.app.openapi()["paths"].items():
        if compile_path(path)[0].match(request.url.path):
            methods |= {method.upper() for method in operations}
    return methods


async def _http(request: Request, error: Exception) -> JSONResponse:
    """What the framework itself refuses: paths and methods that do not exist."""
    assert isinstance(error, HTTPException)
    kind = "not-found" if error.status_code == 404 else "http"
    place = f"{request.method} {request.url.path}"[:200]
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return _answer(ProblemError(error.status_code, kind, place, str(error.detail)).problem, headers)
