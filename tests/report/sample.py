"""A small sprint written out by hand, so that no report's test hangs on what the solver finds."""

from __future__ import annotations

import datetime
import functools
import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import planner
from models.plan import Plan
from models.scenario import Scenario
from tests.builders import item, scenario, specialist

BERLIN = ZoneInfo("Europe/Berlin")
GOLDEN = Path(__file__).parent / "golden"
NASTY = "a|b *bold* `code` <b>x</b> [link](http://x) \x1b[31mred\x1b[0m \u202eevil\u202c\nsecond line \\ end"
ARABIC = "مراجعة قانونية للحملة"


def moment(day: int, clock: str) -> datetime.datetime:
    return datetime.datetime.combine(datetime.date(2027, 3, day), datetime.time.fromisoformat(clock), BERLIN)


def sprint() -> Scenario:
    """Two people, five days; Ana is away on Thursday, Ben on Monday morning."""
    return scenario(
        [
            item("MKT-1", title="Landing page", value=40, work=[("copy", 6), ("design", 6)], theme="launch"),
            item(
                "MKT-2", title="Posts", value=20, effort=3, skill="copy", due={"date": "2027-03-02", "cost_per_day": 2}
            ),
            item("MKT-10", title="Launch ready", value=5, milestone=True, depends_on=["MKT-1"]),
            item("MKT-3", title="Brochure", value=25, effort=20, skill="design"),
            item("MKT-4", title="Film", value=30, effort=8, skill="video"),
            item("MKT-5", title="Newsletter", status="done"),
        ],
        [
            specialist("Ana", "copy", time_off=["2027-03-04"]),
            specialist("Ben Jo", "design", time_off=[{"date": "2027-03-01", "half": "am"}]),
        ],
        name="Launch week",
        sprint_days=5,
        timezone="Europe/Berlin",
        goal={"themes": ["launch"], "min_share": 0.5},
        mix=[{"type": "experiment", "max_share": 0.2}],
    )


def _task(
    key: str, skill: str, who: str, effort: float, span: tuple[int, int], start: Any, finish: Any
) -> dict[str, Any]:
    return {
        "id": key,
        "skill": skill,
        "specialist": who,
        "effort": effort,
        "start": start,
        "finish": finish,
        "start_tick": span[0],
        "finish_tick": span[1],
    }


def _selected() -> list[dict[str, Any]]:
    page = [
        _task("1", "copy", "Ana", 6, (0, 96), moment(1, "09:00"), moment(1, "17:00")),
        _task("draft", "design", "Ben Jo", 6, (96, 192), moment(2, "09:00"), moment(2, "17:00")),
    ]
    posts = [_task("1", "copy", "Ana", 3, (192, 240), moment(3, "09:00"), moment(3, "13:00"))]
    base = {"sprint": 1, "estimate": "given"}
    return [
        base
        | {"id": "MKT-1", "title": "Landing page", "value": 40, "benefit": 40, "rank": 1, "tasks": page}
        | {"start": page[0]["start"], "finish": page[1]["finish"]},
        base
        | {"id": "MKT-10", "title": "Launch ready", "value": 5, "benefit": 5, "rank": 2, "tasks": []}
        | {"start": moment(2, "17:00"), "finish": moment(2, "17:00")},
        base
        | {"id": "MKT-2", "title": "Posts", "value": 20, "benefit": 18, "rank": 3, "tasks": posts}
        | {"start": posts[0]["start"], "finish": posts[0]["finish"], "estimate": "guessed"},
    ]


def _out(name: str, title: str, value: float, code: str, text: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": title,
        "value": value,
        "benefit": 0,
        "reason": {"code": code, "text": text, "proven": True},
    }


def plan(**changes: Any) -> Plan:
    """A plan of :func:`sprint`; ``changes`` replace its fields."""
    fields: dict[str, Any] = {
        "scenario": "Launch week",
        "created": moment(1, "08:00"),
        "start": "2027-03-01",
        "unit": "hours",
        "timezone": "Europe/Berlin",
        "status": "feasible",
        "value": 63,
        "best_value": 63,
        "bound": 65,
        "gap": 2 / 65,
        "solve_seconds": 0.25,
        "seed": 7,
        "selected": _selected(),
        "left_out": [
            _out("MKT-3", "Brochure", 25, "outranked", "It enters only if others go."),
            _out("MKT-4", "Film", 30, "skill", "Nobody in the team has the skill video."),
            _out("MKT-5", "Newsletter", 0, "done", "It is done."),
        ],
        "capacity": [
            {"specialist": "Ana", "sprint": 1, "available": 24, "planned": 9, "utilisation": 0.375},
            {"specialist": "Ben Jo", "sprint": 1, "available": 27, "planned": 6, "utilisation": 6 / 27},
        ],
        "shares": [
            {"sprint": 1, "name": "goal", "min": 0.5, "max": None, "share": 12 / 51, "shortfall": 0.27},
            {"sprint": 1, "name": "experiment", "min": None, "max": 0.2, "share": 0, "shortfall": 0},
        ],
        "objective": [{"term": "value", "value": 63, "proven": False}],
        "conflict": None,
        "greedy_value": 45,
        "notes": ["1 item without a full estimate got the median effort of their type: MKT-2."],
    }
    return Plan.model_validate(fields | changes)


def no_plan(status: str = "infeasible") -> Plan:
    """No plan: demands that cannot hold together, or a search that found nothing."""
    conflict = {"demands": ["MKT-4 must be in the plan"], "remedies": ["Let MKT-4 stay out (must: false)."]}
    nothing = dict.fromkeys(["value", "best_value", "bound", "gap", "greedy_value"])
    return plan(
        **nothing,
        status=status,
        selected=[],
        shares=[],
        objective=[],
        notes=[],
        conflict=conflict if status == "infeasible" else None,
    )


def titled(title: str) -> Plan:
    """The plan with another title on its first item, and on one that is left out."""
    given = plan()
    first = given.selected[0].model_copy(update={"title": title})
    out = given.left_out[0].model_copy(update={"title": title})
    return given.model_copy(update={"selected": (first, *given.selected[1:]), "left_out": (out, *given.left_out[1:])})


def assert_golden(name: str, text: str) -> None:
    """Compare with the file under golden/; SPRINTPLAN_GOLDEN=write writes it anew, for a person to look at."""
    path = GOLDEN / name
    if os.environ.get("SPRINTPLAN_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode("utf-8")


@functools.cache
def roadmap() -> tuple[Scenario, Plan]:
    """Three sprints of a week, only the first to the tick; solved, since the figures of such a plan hang together."""
    given = scenario(
        [
            *(
                item(f"R-{number}", title=f"Part {number}", value=20 - number, effort=20, theme="web")
                for number in range(6)
            ),
            item("R-END", title="All done", milestone=True, value=3, depends_on=["R-0", "R-1"]),
            item("R-BIG", title="Too big", value=50, effort=90),
        ],
        [specialist("Ana", hours=6), specialist("Ben", hours=6)],
        name="Quarter",
        sprint_days=5,
        sprints=3,
        detailed_sprints=1,
        solver={"time_limit": 10},
    )
    return given, planner.plan(given)
