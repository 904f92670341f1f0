"""Forms that the page sends: small, UTF-8, each field once."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import Request

from api.http.bodies import read_body
from api.http.problems import ProblemError

MAX_BYTES = 100_000
MAX_FIELDS = 200


async def read_form(request: Request) -> dict[str, str]:
    """Read the fields of a form.

    Raises
    ------
    ProblemError
        If it is no form, or too large.
    """
    content = await read_body(request, MAX_BYTES, "application/x-www-form-urlencoded")
    try:
        pairs = parse_qsl(content.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise ProblemError(400, "body", "form", "its fields cannot be read", "Load the page again") from None
    return {name: text.replace("\r\n", "\n") for name, text in pairs}
