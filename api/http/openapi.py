"""The OpenAPI document: what FastAPI knows of the routes, and the contracts of bodies that we read ourselves."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from api.http.work.kinds import KINDS
from models.scenario import Scenario
from models.service import Problem

EXAMPLE: dict[str, Any] = {
    "name": "Webinar week",
    "calendar": {"start": "2027-03-01", "sprint_days": 5},
    "team": [{"name": "Ana", "skills": ["copywriting"]}, {"name": "Ben", "skills": ["design"]}],
    "backlog": [
        {
            "id": "WEB-1",
            "title": "Landing page",
            "value": 40,
            "work": [{"skill": "copywriting", "effort": 6}, {"skill": "design", "effort": 9}],
        },
        {"id": "MAIL-1", "value": 30, "skill": "copywriting", "effort": 4, "depends_on": ["WEB-1"]},
    ],
}
JOBS: dict[str, dict[str, Any]] = {
    "plan": {"kind": "plan", "scenario": EXAMPLE},
    "compare": {
        "kind": "compare",
        "scenario": EXAMPLE,
        "variants": [
            {"name": "A freelancer", "team": {"add": [{"name": "Cem", "skills": ["design"]}]}},
            {"name": "Ana away", "team": {"change": [{"name": "Ana", "time_off": ["2027-03-01", "2027-03-02"]}]}},
        ],
    },
    "sweep": {
        "kind": "sweep",
        "scenario": EXAMPLE,
        "sweeps": [{"name": "Ben's hours", "vary": {"team.Ben.hours_per_day": [2, 4, 6]}}],
    },
    "batch": {
        "kind": "batch",
        "teams": [
            {"name": "growth", "scenario": EXAMPLE, "weight": 2},
            {
                "name": "brand",
                "scenario": EXAMPLE
                | {
                    "team": [{"name": "Dee", "skills": ["design"]}],
                    "backlog": [{"id": "ADS-1", "value": 20, "skill": "legal", "effort": 3}],
                },
            },
        ],
        "shared": [{"name": "Lena", "skills": ["legal"], "teams": ["brand", "growth"], "hours_per_day": 4}],
    },
    "explain": {"kind": "explain", "scenario": EXAMPLE, "item": "MAIL-1", "time_limit": 5},
}


def describe(app: FastAPI) -> None:
    """Make the application describe itself in full."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(plain())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = whole  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    read = [Scenario, *(kind.request for kind in KINDS.values())]
    written = [Problem, *(kind.result for kind in KINDS.values())]
    for models, mode in ((read, "validation"), (written, "serialization")):
        _, found = models_json_schema(
            [(model, mode) for model in models],  # type: ignore[misc]
            ref_template="#/components/schemas/{model}",
        )
        for name, schema in found["$defs"].items():
            schemas.setdefault(name, schema)
    # Over HTTP there are no files, so the backlog is always the items themselves, the baseline the plan itself.
    backlog = schemas["Scenario"]["properties"]["backlog"]
    options = backlog.pop("anyOf")
    backlog.update(next(option for option in options if option["type"] == "array"))
    baseline = schemas["Scenario"]["properties"]["baseline"]
    baseline["anyOf"] = [option for option in baseline["anyOf"] if option["type"] != "string"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for path in document["paths"].values():
        for operation in path.values():
            _tell_examples(operation)


def _tell_examples(operation: dict[str, Any]) -> None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None:
        if "oneOf" in content["schema"]:
            content["examples"] = {kind: {"value": request} for kind, request in JOBS.items()}
        else:
            content["example"] = EXAMPLE
