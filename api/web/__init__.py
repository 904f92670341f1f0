"""The lead's page: see the sprint, move things, know what it costs.

Server-rendered (Jinja2, HTMX); the document of the page is a stored scenario, every change of it a new version, and
solving happens in the service's jobs. ``views`` lists what can be looked at, ``edits`` what can be changed.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent


def mount(app: FastAPI) -> None:
    """Add the page to the service."""
    from api.web.routes import changes, files, imports, pages, planning, session, what_ifs

    for part in (session, changes, planning, imports, files, what_ifs, pages):  # views last: they are whatever is left
        app.include_router(part.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
