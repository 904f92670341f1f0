"""The calendar of a scenario: sprints, weekends, holidays, the working day."""

from __future__ import annotations

import datetime
import re
import zoneinfo
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from models.base import Date, Model, Weekday


def _known_timezone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError(
            "timezone", "unknown time zone; use a name such as Europe/Berlin, America/New_York or UTC"
        ) from None
    return name


def _time_of_day(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise PydanticCustomError("time_of_day", 'write the time of day as "HH:MM", in quotes, such as "09:00"')
    return text


class Holidays(Model):
    """The public holidays that carry no working time."""

    country: str = Field(
        description="Country whose public holidays are days off: ISO 3166 code.",
        examples=["US", "DE"],
        pattern="^[A-Z]{2,3}$",
    )


class Calendar(Model):
    """When the team works and how long a sprint is (design.md section 4, "Clock")."""

    start: Date | None = Field(
        None, description="First day of the first sprint. Absent: the next working day.", examples=["2027-03-01"]
    )
    sprint_days: int = Field(
        10, ge=1, le=120, description="Length of a sprint in consecutive non-weekend days; holidays do not extend it."
    )
    sprints: int = Field(1, ge=1, le=520, description="How many sprints to plan.")
    detailed_sprints: int = Field(
        1, ge=0, le=520, description="How many of them, from the first on, are scheduled to the tick; 0: none."
    )
    weekend: tuple[Weekday, ...] = Field(
        ("sat", "sun"),
        strict=False,
        max_length=6,
        description="Days of the week nobody works.",
        examples=[["fri", "sat"]],
    )
    holidays: Holidays | None = Field(None, description="Public holidays, by country.")
    company_days: tuple[Date, ...] = Field(
        (), strict=False, max_length=1000, description="Days off for the whole company.", examples=[["2027-03-12"]]
    )
    day_start: Annotated[str, AfterValidator(_time_of_day)] = Field(
        "09:00", description="When the working day starts, local time, in quotes."
    )
    day_hours: float = Field(8, gt=0, le=24, description="Length of the working day in hours; a tick is 1/96 of it.")
    timezone: Annotated[str, AfterValidator(_known_timezone)] = Field(
        "UTC", max_length=64, description="IANA time zone.", examples=["Europe/Berlin"]
    )

    @model_validator(mode="after")
    def _day_ends_before_midnight(self) -> Calendar:
        start = datetime.time.fromisoformat(self.day_start)
        if start.hour + start.minute / 60 + self.day_hours > 24:
            raise PydanticCustomError("day_too_long", "day_start + day_hours runs past midnight; start earlier")
        if self.detailed_sprints > max(1, self.sprints):
            raise PydanticCustomError("detailed", "`detailed_sprints` is more than `sprints`; lower it")
        if self.sprint_days * self.sprints > 6000:
            raise PydanticCustomError("horizon", "`sprints` × `sprint_days` is more than 6000 days; plan fewer sprints")
        if set(self.weekend) == {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}:
            raise PydanticCustomError("no_working_day", "weekend leaves no working day")
        return self
