"""The shared base of every contract and the kinds of numbers, names and dates they are made of."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """Frozen, strict and closed: an unknown key or a number in quotes is an error, never a guess."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True, allow_inf_nan=False
    )


def exact(number: float) -> Fraction:
    """Take the number as a person wrote it: 0.1 is one tenth, not the nearest binary fraction."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def hundredths(amount: Fraction) -> int:
    """Round half up to 0.01 and count the hundredths (design.md section 4, "capacity")."""
    scaled = amount * 100
    return (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)


def _name(text: object) -> object:
    """Ids and names may be written as plain numbers (GitHub's 17): they are names all the same."""
    if isinstance(text, int) and not isinstance(text, bool):
        return str(text) if abs(text) < 10**30 else text
    return text.strip() if isinstance(text, str) else text


def _printable(text: str) -> str:
    if any(ord(sign) < 32 and sign not in "\t\n\r" for sign in text):
        raise PydanticCustomError("control_character", "control characters are not allowed in a text")
    return text


def _date(text: object) -> object:
    """ISO dates as YAML's own dates or as strings (JSON has no dates); a time of day is refused."""
    if isinstance(text, datetime.datetime):
        raise PydanticCustomError("date_only", "give a date without a time of day, such as 2027-03-01")
    if isinstance(text, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            raise PydanticCustomError("date_form", "write the date as YEAR-MONTH-DAY, such as 2027-03-01")
        try:
            return datetime.date.fromisoformat(text.strip())
        except ValueError:
            raise PydanticCustomError("date_form", "there is no such day in the calendar") from None
    return text


def _possible_year(day: datetime.date) -> datetime.date:
    if not 1970 <= day.year <= 2200:
        raise PydanticCustomError("date_range", "the year must lie between 1970 and 2200")
    return day


def _rounded(effort: float) -> float:
    return float(Decimal(repr(effort)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def one_or_many(kind: Any) -> BeforeValidator:
    """Accept a single entry where a list of a kind is meant (``not_by: draft``)."""

    def listed(entry: object) -> object:
        return tuple(entry) if isinstance(entry, (list, tuple)) else (entry,)

    many = Annotated[tuple[kind, ...], Field(max_length=200)]  # the schema shows this limit, the field holds it
    return BeforeValidator(listed, json_schema_input_type=kind | many)


def _refuse(_: object) -> None:
    raise PydanticCustomError("not_yet", "this key is not supported yet")


_ShortText = Annotated[str, Field(min_length=1, max_length=200)]
_LongText = Annotated[str, Field(max_length=100_000)]
Name = Annotated[
    _ShortText, BeforeValidator(_name, json_schema_input_type=_ShortText | int), AfterValidator(_printable)
]
Text = Annotated[_LongText, BeforeValidator(_name, json_schema_input_type=_LongText | int)]
Date = Annotated[datetime.date, BeforeValidator(_date), AfterValidator(_possible_year)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0, le=1e9)]
Effort = Annotated[float, Field(ge=0, le=100_000), AfterValidator(_rounded)]
NotYet = Annotated[None, BeforeValidator(_refuse), WithJsonSchema({"not": {}, "description": "Not supported yet."})]
