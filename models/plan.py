"""A plan: what was chosen, who does what when, how good it is (design.md section 6)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from models.base import Date, Model


def _moment(text: object) -> object:
    import datetime

    return datetime.datetime.fromisoformat(text) if isinstance(text, str) else text


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
Status = Literal["optimal", "feasible", "infeasible", "unknown"]
ReasonCode = Literal[
    "done",
    "pinned-out",
    "not-ready",
    "skill",
    "dependency",
    "release",
    "deadline",
    "too-big",
    "policy",
    "no-value",
    "capacity",
    "outranked",
    "not-reached",
]


class PlannedTask(Model):
    """A task with its specialist and times."""

    id: str = Field(description="The task's id, or its 1-based position in the item.")
    skill: str | None
    specialist: str
    effort: float = Field(description="Hours or points, before proficiency.")
    start: Moment | None
    finish: Moment | None
    start_tick: int | None = Field(description="Team ticks since the horizon's start, 96 a working day.")
    finish_tick: int | None
    sprint: int | None = Field(None, description="Where its item spans several sprints: the one this work is in.")


class PlannedItem(Model):
    """An item that is in the plan."""

    id: str
    title: str
    value: float = Field(description="Raw value.")
    benefit: float = Field(description="Value net of discount and due cost.")
    estimate: Literal["given", "guessed"]
    sprint: int
    rank: int = Field(description="1-based: by sprint, start, value, id.")
    start: Moment | None
    finish: Moment | None = Field(description="Latest task finish, waits included.")
    tasks: tuple[PlannedTask, ...] = Field(strict=False)


class Reason(Model):
    """Why an item is out."""

    code: ReasonCode
    text: str
    proven: bool = Field(description="The data imply it, or a solve showed it.")


class LeftOutItem(Model):
    """An item that is not in the plan."""

    id: str
    title: str
    value: float
    benefit: float = Field(le=0, description="Due cost of leaving it out, as a negative number.")
    reason: Reason


class CapacityUse(Model):
    """Hours of one specialist in one sprint."""

    specialist: str
    sprint: int
    available: float = Field(description="After buffer.")
    planned: float
    utilisation: float = Field(description="planned / available; 0 where nothing is available.")


class ShareUse(Model):
    """A goal or mix rule and what the plan gives it."""

    sprint: int
    name: str
    min: float | None
    max: float | None
    share: float
    shortfall: float = Field(description="Whole percent below the minimum, rounded up, as a part of 1.")


class ObjectiveTerm(Model):
    """One term of the objective and whether its value is proven best."""

    term: Literal["carried_over", "shortfall", "value", "churn", "early", "peak", "effort", "assignee"]
    value: float
    proven: bool


class Conflict(Model):
    """A smallest set of demands that cannot hold together."""

    demands: tuple[str, ...] = Field(strict=False)
    remedies: tuple[str, ...] = Field(strict=False)


class Moved(Model):
    """An item that both plans have, but not alike."""

    id: str
    sprint: int | None = Field(None, description="Sprint in the baseline, if it changed; counted as in this plan.")
    reassigned: tuple[str, ...] = Field((), strict=False, description="Tasks that somebody else does now.")
    shifted: tuple[str, ...] = Field((), strict=False, description="Tasks that start a working day or more apart.")


class Comparison(Model):
    """The plan against its baseline, by id and calendar date."""

    value: float | None = Field(description="The baseline's value as it said.")
    churn: int = Field(
        description="3 per item dropped or added, 2 per change of sprint, 1 per task done by somebody "
        "else, 1 per task start moved by a working day or more in an unchanged sprint."
    )
    kept: tuple[str, ...] = Field(strict=False, description="Items that stay as they were.")
    added: tuple[str, ...] = Field(strict=False, description="Items that the baseline left out or did not know.")
    dropped: tuple[str, ...] = Field(strict=False, description="Open items of the baseline that are out now.")
    moved: tuple[Moved, ...] = Field(strict=False)


class Plan(Model):
    """A proposed sprint."""

    scenario: str = Field(description="The scenario's name.")
    created: Moment
    start: Date = Field(description="First day of the horizon.")
    unit: Literal["hours", "points"]
    timezone: str
    status: Status
    value: float | None
    best_value: float | None = Field(description="Best value found before churn was traded.")
    bound: float | None = Field(description="Proven: no plan is worth more.")
    gap: float | None = Field(description="(bound - value) / |bound|.")
    solve_seconds: float
    seed: int
    selected: tuple[PlannedItem, ...] = Field(strict=False)
    left_out: tuple[LeftOutItem, ...] = Field(strict=False)
    capacity: tuple[CapacityUse, ...] = Field(strict=False)
    shares: tuple[ShareUse, ...] = Field(strict=False)
    objective: tuple[ObjectiveTerm, ...] = Field(strict=False)
    baseline: Comparison | None = None
    conflict: Conflict | None
    greedy_value: float | None = Field(description="Value of plain list scheduling, null where it breaks a hard rule.")
    notes: tuple[str, ...] = Field(strict=False)
