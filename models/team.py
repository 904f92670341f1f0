"""The specialists of a team: skills, working time, absences."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from models.base import Amount, Date, Model, Name, Weekday


def _span(first: Date, last: Date) -> None:
    if last < first:
        raise PydanticCustomError("span", "`to` lies before `from`; swap them")


class TimeOff(Model):
    """A day, half a day or a run of days when a specialist is away."""

    date: Date | None = Field(None, description="One day away.", examples=["2027-03-05"])
    half: Literal["am", "pm"] | None = Field(None, description="Only this half of `date`.")
    first: Date | None = Field(None, alias="from", description="First day away.", examples=["2027-03-08"])
    last: Date | None = Field(None, alias="to", description="Last day away.", examples=["2027-03-09"])

    @model_validator(mode="after")
    def _day_or_run(self) -> TimeOff:
        if (self.date is None) == (self.first is None) or (self.first is None) != (self.last is None):
            raise PydanticCustomError("time_off", "give either `date` (and perhaps `half`) or both `from` and `to`")
        if self.half and self.date is None:
            raise PydanticCustomError("time_off", "`half` goes with `date`, not with `from` and `to`")
        if self.first is not None and self.last is not None:
            _span(self.first, self.last)
        return self


class Busy(Model):
    """Time promised elsewhere: it takes the day's last hours, each working day from `from` to `to`."""

    first: Date = Field(alias="from", description="First day.", examples=["2027-03-01"])
    last: Date = Field(alias="to", description="Last day.", examples=["2027-03-02"])
    hours: float = Field(gt=0, le=1000, description="Each day, in the scenario's unit (hours, or points).")

    @model_validator(mode="after")
    def _forward(self) -> Busy:
        _span(self.first, self.last)
        return self


def _plain_day(entry: object) -> object:
    return entry if isinstance(entry, (dict, TimeOff)) else {"date": entry}


def _proficiencies(skills: object) -> object:
    if not isinstance(skills, (list, tuple)):
        return skills
    if not all(isinstance(skill, (str, int)) for skill in skills):
        raise PydanticCustomError("skills", "write skills as [design, video] or as {design: 1.0, video: 0.5}")
    if len(set(skills)) != len(skills):
        raise PydanticCustomError("skills", "a skill is named twice")
    return dict.fromkeys(skills, 1.0)


class Specialist(Model):
    """Somebody who does tasks."""

    name: Name = Field(description="Unique in the team.", examples=["Ana"])
    skills: Annotated[
        dict[Name, Annotated[float, Field(ge=0.05, le=20)]],
        BeforeValidator(_proficiencies, json_schema_input_type=dict[str, float] | list[Name]),
    ] = Field(
        default_factory=dict,
        description="Skills with a proficiency: work takes effort / proficiency. A plain list means 1.0 each. "
        "None: does only what asks for no skill.",
        examples=[{"copywriting": 1.0, "seo": 0.8}, ["design", "video"]],
    )
    hours_per_day: float = Field(6, gt=0, le=24, description="Focused work a working day, in hours (unit hours).")
    points_per_sprint: float | None = Field(None, gt=0, le=10_000, description="Points a full sprint (unit points).")
    workdays: tuple[Weekday, ...] | None = Field(
        None,
        strict=False,
        min_length=1,
        max_length=7,
        description="Days of the week they work. Absent: every day of the team.",
        examples=[["mon", "tue", "wed", "thu"]],
    )
    time_off: tuple[Annotated[TimeOff, BeforeValidator(_plain_day, json_schema_input_type=TimeOff | Date)], ...] = (
        Field((), strict=False, max_length=1000, description="Days and half days away.")
    )
    busy: tuple[Busy, ...] = Field(
        (), strict=False, max_length=1000, description="Time promised elsewhere; entries of one day add up."
    )
    cost_per_hour: Amount | None = Field(None, description="Cost of an hour, any currency; used in comparisons.")
    count: int = Field(1, ge=1, le=100, description="Stands for so many alike: `Writer` becomes `Writer 1`, ...")
