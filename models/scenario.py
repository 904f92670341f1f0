"""A scenario: everything one planning run needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from models.base import Date, Model, Name, Text
from models.calendar import Calendar
from models.item import Item, TaskRef
from models.plan import Plan
from models.policy import Policy
from models.team import Specialist


class Pin(Model):
    """A person's decision that the solver keeps (design.md section 4, "Item")."""

    item: Name = Field(description="The item it is about.", examples=["MKT-12"])
    task: TaskRef | None = Field(None, description="Its task: id or 1-based position. Absent: all of them.")
    sprint: int | None = Field(None, ge=1, le=520, description="In the plan, in this sprint.")
    start: Date | None = Field(None, description="In the plan; the task (or the item) starts on this day.")
    out: Literal[True] | None = Field(None, description="Not in the plan.")
    specialist: Name | None = Field(None, description="Done by this specialist, if the item is in.")
    not_specialist: Name | None = Field(None, description="Not done by this specialist, if the item is in.")

    @model_validator(mode="after")
    def _says_something(self) -> Pin:
        decisions = (self.sprint, self.start, self.out, self.specialist, self.not_specialist)
        if all(decision is None for decision in decisions):
            raise PydanticCustomError("pin", "a pin needs one of sprint, start, out, specialist, not_specialist")
        return self


class Solver(Model):
    """Limits and seed of the search."""

    time_limit: float = Field(10, gt=0, le=86_400, description="Seconds of search.")
    work_limit: float | None = Field(
        None, gt=0, le=1e6, description="Deterministic work instead of seconds: unproven plans repeat exactly."
    )
    workers: int = Field(0, ge=0, le=64, description="Search threads; 0: all cores.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Random seed.")


class _FileOrItems:
    """In a file, `backlog` may also name a table beside it; the reader puts its items here."""

    @staticmethod
    def __get_pydantic_json_schema__(core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        items = handler(core)
        path = {"type": "string", "description": "A csv, tsv, xlsx, json or yaml file beside the scenario."}
        return {"anyOf": [path, items]}


class _FileOrPlan:
    """In a file, `baseline` names a plan's JSON file beside it; the reader puts the plan here."""

    @staticmethod
    def __get_pydantic_json_schema__(core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        del core, handler
        # The plan itself has a schema of its own; here it is enough to tell it from a file's name.
        kinds = [{"type": "string"}, {"type": "object"}, {"type": "null"}]
        return {"anyOf": kinds, "description": "A plan's JSON file beside the scenario, or the plan itself."}


def twice(names: Iterable[str]) -> str | None:
    """Return a name that is there more than once."""
    return next((name for name, times in Counter(names).items() if times > 1), None)


class Scenario(Model):
    """A backlog, a team, a calendar and the rules to plan by."""

    name: Text = Field("Sprint", description="Title of the plan.", examples=["Spring launch"])
    unit: Literal["hours", "points"] = Field("hours", description="Unit of every effort and capacity.")
    calendar: Calendar = Field(default_factory=Calendar, description="Sprints and working days.")
    team: tuple[Specialist, ...] = Field(strict=False, min_length=1, max_length=1000, description="Who is here.")
    team_velocity: float | None = Field(
        None, gt=0, le=1e6, description="Points a sprint of the whole team, shared out by workdays (unit points)."
    )
    backlog: Annotated[tuple[Item, ...], _FileOrItems] = Field(
        strict=False, max_length=200_000, description="The items, or a file beside the scenario."
    )
    policy: Policy = Field(default_factory=Policy, description="Scoring and rules.")
    pins: tuple[Pin, ...] = Field((), strict=False, max_length=100_000, description="Decisions the solver keeps.")
    done: tuple[Name, ...] = Field(
        (), strict=False, max_length=1_000_000, description="Ids that are finished, in the backlog or not."
    )
    baseline: Annotated[Plan | None, _FileOrPlan()] = Field(
        None, description="The last agreed plan, for replanning with little churn."
    )
    solver: Solver = Field(default_factory=Solver, description="Limits of the search.")

    @model_validator(mode="after")
    def _unit_has_capacity(self) -> Scenario:
        with_points = [person.points_per_sprint is not None for person in self.team]
        if self.unit == "hours" and (any(with_points) or self.team_velocity is not None):
            raise PydanticCustomError(
                "unit", "points_per_sprint and team_velocity go with `unit: points`; say so, or give hours_per_day"
            )
        if self.unit == "points" and self.team_velocity is not None and any(with_points):
            raise PydanticCustomError("unit", "give points_per_sprint for everyone or team_velocity, not both")
        if self.unit == "points" and self.team_velocity is None and not all(with_points):
            who = next(person.name for person in self.team if person.points_per_sprint is None)
            raise PydanticCustomError(
                "unit",
                "`unit: points` needs points_per_sprint for each specialist ({who} has none) or team_velocity",
                {"who": who},
            )
        return self

    @model_validator(mode="after")
    def _names_are_unique(self) -> Scenario:
        if (person := twice(person.name for person in self.team)) is not None:
            raise PydanticCustomError("twice", "the specialist {name} is in the team twice", {"name": person})
        if (item := twice(item.id for item in self.backlog)) is not None:
            raise PydanticCustomError("twice", "the item id {name} is used twice; ids must differ", {"name": item})
        return self
