"""Templates to pages: texts in the reader's language, headers that allow a browser nothing but our own files."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from api.web import FOLDER
from api.web.texts import chosen, texts
from api.web.visitor import keep_token
from planner.report.words import number, percent

# Scripts and styles are files of ours; what is in a page between script tags is data, which no browser runs.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}


class Texts:
    """The texts of one reader; called with a name and what stands in its braces."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = texts(language)

    def __call__(self, name: str, /, **given: object) -> str:
        """Say a text."""
        return self._texts[name].format(**given)

    def counted(self, name: str, count: int) -> str:
        """Say a text that has a form for one and a form for many."""
        return self(f"{name}.{'one' if count == 1 else 'many'}", count=f"{count:,}")

    def under(self, head: str) -> dict[str, str]:
        """Texts whose name begins with a head, without it; for the scripts."""
        return {name.removeprefix(head): text for name, text in self._texts.items() if name.startswith(head)}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"number": number, "percent": percent, "moment": _moment, "day": _day}
    made.globals["asset"] = asset
    return made


def _moment(when: Any, form: str = "day") -> Markup:
    """A moment that the browser shows in the reader's own zone; without scripts as it is."""
    return Markup('<time datetime="{}" data-form="{}">{}</time>').format(
        when.isoformat(), form, when.strftime("%a %d %b, %H:%M")
    )


def _day(day: datetime.date) -> Markup:
    """A day of the calendar, as the reader's language writes it."""
    return Markup('<time datetime="{0}" data-form="calendar">{0}</time>').format(day)


@cache
def asset(name: str) -> str:
    """Address of one of our files, with what it contains in it: browsers may keep it for good."""
    digest = hashlib.sha256((FOLDER / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"


def render(request: Request, template: str, context: Mapping[str, Any], status: int = 200) -> Response:
    """Write a page."""
    say = texts_of(request)
    content = _environment().get_template(template).render(t=say, request=request, **context)
    response = HTMLResponse(content, status, headers=HEADERS)
    keep_token(request, response)
    return response


def texts_of(request: Request) -> Texts:
    """Texts in the language the reader's browser asks for."""
    return Texts(chosen(request.headers.get("accept-language", "")))
