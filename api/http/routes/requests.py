"""What is sent as a job: checked before it is queued, with the scenarios of the store in their places."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from api.http.problems import ProblemError
from api.http.routes.common import not_found
from api.http.service import Service
from api.http.work.checks import Allowance, checked_scenario, scenarios_of
from api.http.work.kinds import KINDS, Kind
from planner.errors import InputError
from planner.intake.cells import nearest, shown
from planner.intake.messages import refusal
from planner.intake.scenario_file import part, refuse_file
from planner.intake.source import DataPath, Source, follow, value_at

_STORED = ("scenario_id", "version")


def job_request(here: Service, workspace: str, source: Source) -> tuple[str, dict[str, Any]]:
    """Return kind and request of a job, the scenarios it is about in it.

    Raises
    ------
    InputError, ProblemError
        For whatever is wrong or more than this server allows.
    """
    name, kind = _kind(source)
    allowed = Allowance(here.settings.job_seconds, here.settings.threads)
    for path in scenarios_of(source.data):
        if "scenario" in value_at(source.data, path):
            checked_scenario(part(source, (*path, "scenario")), allowed)
    if "plan" in source.data:
        refuse_file(part(source, ("plan",)), "plan")
    asked = _valid(kind, source)
    filled = _with_stored(here, workspace, source)
    if filled is not source:
        asked = _valid(kind, filled)
    kind.check(asked, filled, allowed)
    return name, filled.data


def _valid(kind: Kind, source: Source) -> Any:
    try:
        return kind.request.model_validate(source.data)
    except ValidationError as error:
        raise refusal(error, source, kind.request) from None


def _kind(source: Source) -> tuple[str, Kind]:
    known = f"Kinds are {', '.join(KINDS)}"
    if not isinstance(source.data, dict):
        raise InputError(source.where(()), "a job consists of keys such as `kind` and `scenario`, this does not", known)
    if "kind" not in source.data:
        raise InputError(source.where(()), "it has no `kind`", known)
    name = source.data["kind"]
    if isinstance(name, str) and name in KINDS:
        return name, KINDS[name]
    meant = nearest(name, list(KINDS)) if isinstance(name, str) else None
    cause = f"{shown(name) if isinstance(name, str) else 'this'} is no kind of job"
    raise ProblemError(422, "kind", source.where(("kind",)), cause, f"Did you mean {meant!r}?" if meant else known)


@dataclass(frozen=True)
class _Sent:
    """Positions in what was sent, for data that has more in it than was sent."""

    source: Source

    def find(self, path: DataPath, *, key: bool) -> tuple[int, int]:
        known = follow(self.source.data, path)
        return self.source.positions.find(known, key=key and len(known) == len(path))


def _with_stored(here: Service, workspace: str, source: Source) -> Source:
    """Put the scenarios of the store where a request names them; all of them together are limited, too."""
    paths = [path for path in scenarios_of(source.data) if "scenario_id" in value_at(source.data, path)]
    if not paths:
        return source
    data = source.data | ({"teams": list(source.data["teams"])} if "teams" in source.data else {})
    room = 4 * here.settings.max_body
    for path in paths:
        entry = value_at(source.data, path)
        stored = here.store.scenarios.find(workspace, entry["scenario_id"], entry.get("version"))
        if stored is None:
            raise not_found("scenario", entry["scenario_id"])
        room -= len(stored.content)
        if room < 0:
            raise ProblemError(
                413, "size", source.where(path), "these scenarios are too large for one job", "Split it into several"
            )
        filled = {key: value for key, value in entry.items() if key not in _STORED}
        filled["scenario"] = json.loads(stored.content)
        if path:
            data["teams"][path[-1]] = filled
        else:
            data = filled
    return Source(source.name, data, _Sent(source))
