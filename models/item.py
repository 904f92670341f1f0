"""A backlog item and its tasks."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from models.base import Amount, Date, Effort, Model, Name, Text, one_or_many

TaskRef: TypeAlias = Annotated[int, Field(ge=1, le=1000)] | Annotated[str, Field(min_length=1, max_length=200)]
Days = Annotated[float, Field(ge=0, le=3650)]


class Task(Model):
    """A piece of an item's work, done by exactly one specialist."""

    id: Name | None = Field(None, description="Name other tasks refer to. Absent: its 1-based position.")
    skill: Name | None = Field(None, description="The skill it needs. Absent: anyone can do it.", examples=["design"])
    effort: Effort | None = Field(
        None, description="Focused work, hours or points, kept to 0.01. Absent: guessed and reported.", examples=[6]
    )
    after: Annotated[tuple[TaskRef, ...], one_or_many(TaskRef)] | None = Field(
        None,
        max_length=200,
        description="Tasks of this item that come first (ids or 1-based positions). Absent: the task before; []: none.",
        examples=[[1], ["draft"]],
    )
    wait_days: Days = Field(
        0, description="Team working days after the work that occupy nobody (a legal reply, a print run)."
    )
    not_by: Annotated[tuple[TaskRef, ...], one_or_many(TaskRef)] = Field(
        (), max_length=200, description="Tasks whose specialist must be somebody else (a second pair of eyes)."
    )
    same_as: Annotated[tuple[TaskRef, ...], one_or_many(TaskRef)] = Field(
        (), max_length=200, description="Tasks whose specialist must be the same."
    )


class Dependency(Model):
    """Another item that must be finished first, with an optional lag."""

    item: Name = Field(description="Id of the item that comes first.", examples=["MKT-4"])
    lag_days: Days = Field(0, description="Team working days between its finish and this item's start.")


class Due(Model):
    """A soft date: each working day late costs."""

    date: Date = Field(description="The last day that is not late.", examples=["2027-03-08"])
    cost_per_day: Amount = Field(0, description="Value lost per working day late.", examples=[2])


def _plain_id(entry: object) -> object:
    return entry if isinstance(entry, (dict, Dependency)) else {"item": entry}


def _plain_due(entry: object) -> object:
    return entry if entry is None or isinstance(entry, (dict, Due)) else {"date": entry}


def _plain_list(entry: object) -> object:
    return (entry,) if isinstance(entry, str) else entry


Dependencies = tuple[Annotated[Dependency, BeforeValidator(_plain_id, json_schema_input_type=Dependency | Name)], ...]


class Item(Model):
    """A backlog item: all or nothing (design.md section 4, "Item")."""

    id: Name = Field(description="Unique in the backlog.", examples=["MKT-1"])
    title: Text = Field("", description="What people call it.", examples=["Nurture sequence for the product trial"])
    type: Name | None = Field(
        None,
        description="strategic-initiative, campaign-task, optimization, experiment, business-as-usual or your own.",
        examples=["campaign-task"],
    )
    value: Amount | None = Field(None, description="What delivering it is worth, any unit.", examples=[40])
    scores: dict[Name, Amount] = Field(
        default_factory=dict,
        description="Scores for policy.score: business, customer, urgency, risk, complexity, strategic_fit, unlocks, "
        "time_criticality, risk_reduction, reach, impact, confidence, your own.",
        examples=[{"business": 8, "customer": 5}],
    )
    priority: Name | None = Field(
        None, description="Priority word, or MoSCoW word with score: moscow.", examples=["High", "Must"]
    )
    work: tuple[Task, ...] | None = Field(
        None,
        strict=False,
        max_length=200,
        description="The tasks. []: an epic or milestone. Absent, and no effort: guessed and reported.",
    )
    effort: Effort | None = Field(None, description="Short for one task: its effort, hours or points.", examples=[6])
    skill: Name | None = Field(None, description="Short for one task: its skill.", examples=["design"])
    milestone: bool = Field(False, description="An epic or milestone: no work, done when its dependencies are.")
    depends_on: Dependencies = Field((), strict=False, max_length=5000, description="Items that must all come first.")
    any_of: Dependencies = Field(
        (), strict=False, max_length=5000, description="Items of which at least one must come first; [] asks nothing."
    )
    release: Date | None = Field(None, description="Not before this day.", examples=["2027-03-02"])
    deadline: Date | None = Field(None, description="Finished by the end of this day, or not in the plan.")
    due: Annotated[Due, BeforeValidator(_plain_due, json_schema_input_type=Due | Date)] | None = Field(
        None, description="Soft date, with the value lost per working day late."
    )
    must: bool = Field(False, description="Must be in the plan; if it cannot be, there is no plan.")
    theme: Name | None = Field(None, description="Theme or epic, for the sprint goal.", examples=["pipeline"])
    exclusive: Name | None = Field(None, description="Alternatives: at most one item with this name is planned.")
    together: Name | None = Field(None, description="All items with this name are planned, or none.")
    may_span: bool = Field(False, description="May be cut at the ends of sprints planned to capacity.")
    status: Literal["todo", "in-progress", "done"] = Field("todo", description="Where it stands.")
    remaining: Effort | None = Field(None, description="In progress: effort left, at the end of the task order.")
    assignee: Name | None = Field(None, description="In progress: keeps the tasks they have the skill for.")
    objective: Text | None = Field(None, description="Readiness: what it is for.")
    audience: Text | None = Field(None, description="Readiness: for whom.")
    owner: Text | None = Field(None, description="Readiness: who answers for it.")
    acceptance: Annotated[
        tuple[Text, ...],
        BeforeValidator(_plain_list, json_schema_input_type=Text | Annotated[tuple[Text, ...], Field(max_length=200)]),
    ] = Field((), strict=False, max_length=200, description="Readiness: acceptance criteria.")
    measurement: Text | None = Field(None, description="Readiness: how success is measured.")
    ready: bool | None = Field(None, description="Overrides the readiness computed from the fields above.")

    @model_validator(mode="after")
    def _one_kind_of_work(self) -> Item:
        if self.work is not None and (self.effort is not None or self.skill is not None):
            raise PydanticCustomError("work", "give either `work` or `effort` and `skill`, not both")
        if self.milestone and (self.work or self.effort):
            raise PydanticCustomError("milestone", "a milestone has no work of its own; drop `milestone` or the work")
        if self.remaining is not None and self.status != "in-progress":
            raise PydanticCustomError("remaining", "`remaining` goes with `status: in-progress`")
        return self
