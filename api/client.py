"""A typed client of the HTTP service.

with Client("http://127.0.0.1:8750") as client:
    plan = client.plan(scenario)

    job = client.submit({"kind": "plan", "scenario": scenario})
    for event in client.events(job.id):
        print(event.type, event.data["value"])
    plan = client.result(job.id)
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx

from models.plan import Plan
from models.service import (
    RESULTS,
    AuditPage,
    JobPage,
    JobStatus,
    JobView,
    Problem,
    ScenarioPage,
    ScenarioVersions,
    StoredScenario,
)

ENDED = ("done", "failed", "cancelled")
PATIENCE = 60  # seconds without a sign of life, heartbeats included, after which a stream counts as cut off


class ServiceError(Exception):
    """The service refused: ``problem`` says why, in the words of the command line.

    Attributes
    ----------
    retry_after
        Seconds after which it is worth trying again, where the service says so.
    """

    def __init__(self, problem: Problem, retry_after: float | None) -> None:
        self.problem = problem
        self.retry_after = retry_after
        super().__init__(problem.detail)


@dataclass(frozen=True)
class Event:
    """Something that happened to a job."""

    id: int
    type: str
    data: Mapping[str, Any]


class Client:
    """A connection to a service.

    Parameters
    ----------
    url
        Where it is, without ``/v1``.
    key
        What ``sprintplan keys create`` printed; none is needed for a service on this machine that has no keys.
    timeout
        Seconds to wait for an answer.
    """

    def __init__(self, url: str, key: str | None = None, timeout: float = 60) -> None:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()

    # -- plans and jobs --------------------------------------------------------------------------------------------

    def plan(self, scenario: Mapping[str, Any]) -> Plan:
        """Plan a small scenario and wait for it."""
        return Plan.model_validate(self._json("POST", "/v1/plans", json=scenario))

    def submit(self, request: Mapping[str, Any], idempotency_key: str | None = None) -> JobView:
        """Queue a job: ``{"kind": "plan", "scenario": {...}}``, or another kind with what it takes."""
        return JobView.model_validate(self._json("POST", "/v1/jobs", json=request, headers=_once(idempotency_key)))

    def jobs(self, *, status: JobStatus | None = None, before: int | None = None, limit: int = 50) -> JobPage:
        """List jobs, the latest first."""
        query = {"status": status, "before": before, "limit": limit}
        return JobPage.model_validate(self._json("GET", "/v1/jobs", params=_given(query)))

    def job(self, id_: str) -> JobView:
        """Say where a job stands."""
        return JobView.model_validate(self._json("GET", f"/v1/jobs/{id_}"))

    def cancel(self, id_: str) -> JobView:
        """Cancel a job; its best result so far stays."""
        return JobView.model_validate(self._json("DELETE", f"/v1/jobs/{id_}"))

    def result(self, id_: str) -> Any:
        """Result of a job that has ended: for jobs of kind plan a :class:`Plan`, else what ``RESULTS`` names."""
        content = self._json("GET", f"/v1/jobs/{id_}/result")
        return RESULTS[self.job(id_).kind].model_validate(content)

    def table(self, id_: str, form: str = "csv") -> str:
        """Plan of a job as csv or md."""
        return self.export(id_, form).decode("utf-8-sig")

    def export(self, id_: str, form: str, *, specialist: str | None = None, picture: str | None = None) -> bytes:
        """Plan of a job as a file: ``xlsx``, ``ics`` (perhaps of one specialist), ``html``, ``svg`` and so on."""
        query = _given({"format": form, "specialist": specialist, "picture": picture})
        return self._answer("GET", f"/v1/jobs/{id_}/result", params=query).content

    def events(self, id_: str, after: int = 0) -> Iterator[Event]:
        """Follow a job to its end; a connection that breaks is taken up again where it broke."""
        while True:
            try:
                for event in self._stream(id_, after):
                    after = event.id
                    yield event
                    if event.type == "done":
                        return
                if self.job(id_).status in ENDED:  # a server that stops ends the stream, and does not answer this
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.5)

    def wait(self, id_: str) -> JobView:
        """Wait until a job has ended."""
        for _ in self.events(id_):
            pass
        return self.job(id_)

    def _stream(self, id_: str, after: int) -> Iterator[Event]:
        headers = {"Last-Event-ID": str(after)} if after else {}
        with self._http.stream("GET", f"/v1/jobs/{id_}/events", headers=headers, timeout=PATIENCE) as answer:
            if answer.status_code >= 400:
                answer.read()
                raise _error(answer)
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if line == "" and "data" in fields:
                    yield Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
                    fields = {}
                elif name:
                    fields[name] = value

    # -- scenarios -------------------------------------------------------------------------------------------------

    def keep(self, scenario: Mapping[str, Any], idempotency_key: str | None = None) -> StoredScenario:
        """Keep a scenario."""
        answer = self._json("POST", "/v1/scenarios", json=scenario, headers=_once(idempotency_key))
        return StoredScenario.model_validate(answer)

    def change(self, id_: str, scenario: Mapping[str, Any], seen: int) -> StoredScenario:
        """Keep a new version of a scenario, made from the version that was seen."""
        answer = self._json("PUT", f"/v1/scenarios/{id_}", json=scenario, headers={"If-Match": f'"{seen}"'})
        return StoredScenario.model_validate(answer)

    def scenario(self, id_: str, version: int | None = None) -> StoredScenario:
        """Read a scenario, the latest version if none is named."""
        path = f"/v1/scenarios/{id_}" if version is None else f"/v1/scenarios/{id_}/versions/{version}"
        return StoredScenario.model_validate(self._json("GET", path))

    def scenarios(self, *, before: int | None = None, limit: int = 50) -> ScenarioPage:
        """List scenarios, the newest first."""
        query = {"before": before, "limit": limit}
        return ScenarioPage.model_validate(self._json("GET", "/v1/scenarios", params=_given(query)))

    def versions(self, id_: str) -> ScenarioVersions:
        """List the versions of a scenario."""
        return ScenarioVersions.model_validate(self._json("GET", f"/v1/scenarios/{id_}/versions"))

    def delete(self, id_: str, seen: int) -> None:
        """Delete a scenario."""
        self._answer("DELETE", f"/v1/scenarios/{id_}", headers={"If-Match": f'"{seen}"'})

    def audit(self, *, before: int | None = None, limit: int = 50) -> AuditPage:
        """Read who did what when."""
        query = {"before": before, "limit": limit}
        return AuditPage.model_validate(self._json("GET", "/v1/audit", params=_given(query)))

    # -- the wire --------------------------------------------------------------------------------------------------

    def _json(self, method: str, path: str, **more: Any) -> Any:
        return self._answer(method, path, **more).json()

    def _answer(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self._http.request(method, path, **more)
        if answer.status_code >= 400:
            raise _error(answer)
        return answer


def _once(key: str | None) -> dict[str, str]:
    return {} if key is None else {"Idempotency-Key": key}


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _error(answer: httpx.Response) -> ServiceError:
    after = answer.headers.get("retry-after")
    try:
        problem = Problem.model_validate(answer.json())
    except ValueError:  # not ours: a proxy between us and the service
        text = answer.text[:300] or answer.reason_phrase
        problem = Problem(type="about:blank", title=answer.reason_phrase, status=answer.status_code, detail=text)
    return ServiceError(problem, float(after) if after is not None and after.isdigit() else None)
