"""The result of a job in the forms that people hand on."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic.json_schema import SkipJsonSchema

from api.http.problems import ProblemError
from api.http.service import Service
from models.plan import Plan
from models.scenario import Scenario
from planner.report import forms
from planner.report.pictures.curve import Step

FormName = Annotated[
    Literal["json", "csv", "md", "html", "xlsx", "ics", "jira-csv", "svg", "png"],
    Query(alias="format", description="All but json are for plans.", examples=["xlsx"]),
]
SpecialistName = Annotated[
    str | SkipJsonSchema[None],
    Query(min_length=1, max_length=200, description="With ics: only this one's work.", examples=["Ana"]),
]
PictureName = Annotated[
    Literal["gantt", "capacity", "quadrant", "dependencies", "curve"] | SkipJsonSchema[None],
    Query(description="With svg and png: which picture; curve is value and bound over the search. Absent: gantt."),
]
_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
CONTENT: dict[str, Any] = {
    form.media_type.partition(";")[0]: _FILE if form.binary else {"schema": {"type": "string"}}
    for name, form in forms.FORMS.items()
    if name != "json"
}


def answer(here: Service, id_: str, result: str, form: str, specialist: str | None, picture: str | None) -> Response:
    """Answer with a plan as a file.

    Raises
    ------
    InputError, ProblemError
        If there is no such specialist, or the form does not go with what else is asked.
    """
    if specialist is not None and form != "ics":
        cause = f"{form} is about the whole team"
        raise ProblemError(422, "input", "specialist", cause, "Ask for ics, or leave it out")
    if picture is not None and form not in {"svg", "png"}:
        raise ProblemError(422, "input", "picture", f"{form} is no picture", "Ask for svg or png, or leave it out")
    plan = Plan.model_validate(json.loads(result))
    if picture == "curve":
        content = forms.pixels(curve(here, id_, plan)) if form == "png" else curve(here, id_, plan).encode("utf-8")
    else:
        request = json.loads(here.store.jobs.request(id_) or "{}")
        scenario = Scenario.model_validate(request["scenario"])
        drawn = "gantt" if picture is None else picture
        content = forms.content(form, plan, scenario, specialist=specialist, picture=drawn)  # type: ignore[arg-type]
    # As a file, whatever it is: a page from the service's own address could act for who opens it.
    headers = {"Content-Disposition": f'attachment; filename="{_name(plan.scenario, specialist, picture, form)}"'}
    return Response(content, media_type=forms.FORMS[form].media_type, headers=headers)


def _name(scenario: str, specialist: str | None, picture: str | None, form: str) -> str:
    """File name that says what is in it, of letters that every system and every header takes."""
    said = " ".join(filter(None, [scenario or "plan", specialist, picture, "jira" if form == "jira-csv" else None]))
    letters = re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-")[:80]
    return f"{letters or 'plan'}{forms.FORMS[form].ending or '.csv'}"


def curve(here: Service, id_: str, plan: Plan) -> str:
    """Draw how value and bound came to each other."""
    from planner.report.pictures import curve as drawing

    told = [json.loads(event.data) for event in here.store.jobs.events(id_, 0) if event.type != "done"]
    steps = [Step(one["seconds"], one["value"], one["bound"]) for one in told]
    return drawing.text(plan.scenario, [*steps, Step(plan.solve_seconds, plan.value, plan.bound)])
