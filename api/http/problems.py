"""Everything that goes wrong becomes a problem document with the words of the command line (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from models.service import Problem
from planner.errors import DefectError, InputError

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """A request that is answered with a problem.

    Parameters
    ----------
    status
        HTTP status.
    kind
        Last part of the problem's type.
    place, cause, remedy
        As in :class:`planner.errors.InputError`.
    headers
        Of the answer.
    """

    def __init__(
        self, status: int, kind: str, place: str, cause: str, remedy: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        self.problem = _written(status, kind, InputError(place, cause, remedy))
        self.headers = dict(headers or {})
        super().__init__(self.problem.detail)


_TITLES = {
    "input": "The input is wrong",
    "defect": "A defect of sprintplan",
    "memory": "Not enough memory",
    "time": "Not enough time",
    "unexpected": "Something unexpected happened",
    "stopped": "The solver process ended",
    "body": "The body cannot be read",
    "size": "Too much at once",
    "busy": "Too busy",
    "key": "No valid key",
    "scope": "The key may not do this",
    "host": "Not the name of this server",
    "not-found": "Not found",
    "not-ready": "Not there yet",
    "kind": "No such kind of job",
    "changed": "Somebody else changed it",
    "precondition": "A condition is missing",
    "idempotency": "The Idempotency-Key was used before",
    "http": "The request is wrong",
}


def _written(status: int, kind: str, error: InputError) -> Problem:
    return Problem(
        type=f"urn:sprintplan:problem:{kind}",
        title=_TITLES.get(kind) or HTTPStatus(status).phrase,
        status=status,
        detail=str(error),
        place=error.place,
        cause=error.cause,
        remedy=error.remedy or None,
    )


def of(error: BaseException) -> Problem:
    """Say what an error means to whoever sent the request; nothing of the inside of the server leaves it."""
    if isinstance(error, ProblemError):
        return error.problem
    if isinstance(error, InputError):
        return _written(422, "input", error)
    if isinstance(error, DefectError):
        return plain(500, "defect", f"{error}")
    if isinstance(error, MemoryError):
        return plain(422, "memory", "There is not enough memory for this. Plan fewer items at once.")
    if isinstance(error, RecursionError):
        return plain(422, "input", "The input is nested too deeply. Make it flatter.")
    return plain(500, "unexpected", "Something unexpected happened. The server's log says more.")


def plain(status: int, kind: str, detail: str) -> Problem:
    """Write a problem that has no place."""
    return Problem(type=f"urn:sprintplan:problem:{kind}", title=_TITLES[kind], status=status, detail=detail)
