"""Variants (what-ifs) and sweeps: what may be laid over a scenario (design.md section 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from models.base import Model, Name
from models.item import Item
from models.scenario import twice
from models.team import Specialist

MOST_VARIANTS = 1000
Change = Annotated[dict[str, Any], Field(min_length=1, max_length=200)]


class TeamOverlay(Model):
    """What a variant does to the team."""

    add: tuple[Specialist, ...] = Field((), strict=False, max_length=1000, description="Specialists who join.")
    change: tuple[Change, ...] = Field(
        (),
        strict=False,
        max_length=1000,
        description="`name` and the keys to replace; `time_off` and `busy` add to the base's, [] clears them.",
        examples=[[{"name": "Ana", "hours_per_day": 8}]],
    )
    remove: tuple[Name, ...] = Field((), strict=False, max_length=1000, description="Names of those who are away.")


class ItemsOverlay(Model):
    """What a variant does to the backlog."""

    add: tuple[Item, ...] = Field((), strict=False, max_length=200_000, description="Items that come in.")
    change: tuple[Change, ...] = Field(
        (),
        strict=False,
        max_length=200_000,
        description="`id` and the keys to replace; lists are replaced whole.",
        examples=[[{"id": "MKT-9", "value": 50}]],
    )
    remove: tuple[Name, ...] = Field((), strict=False, max_length=200_000, description="Ids of items that go.")


class Variant(Model):
    """A what-if: a scenario with some keys replaced."""

    name: Name = Field(description="What the comparison calls it.", examples=["Freelance designer"])
    team: TeamOverlay | None = Field(None, description="Who joins, changes, is away.")
    team_velocity: float | None = Field(None, gt=0, le=1e6, description="Replaces the base's.")
    items: ItemsOverlay | None = Field(None, description="Items that come in, change, go.")
    policy: dict[str, Any] = Field(default_factory=dict, max_length=100, description="Keys of `policy` to replace.")
    calendar: dict[str, Any] = Field(default_factory=dict, max_length=100, description="Keys of `calendar` to replace.")


class Sweep(Model):
    """The same scenario with one key going through several values; with several keys, every combination."""

    name: Name = Field(description="What the comparison calls it.", examples=["Ana's hours"])
    vary: dict[Name, Annotated[tuple[JsonValue, ...], Field(strict=False, min_length=1, max_length=1000)]] = Field(
        min_length=1,
        max_length=10,
        description="Where (team.NAME.KEY, items.ID.KEY, policy.KEY, calendar.KEY, team_velocity) and which values.",
        examples=[{"team.Ana.hours_per_day": [3, 4, 5, 6]}],
    )


class Variants(Model):
    """A file of variants and sweeps over one base."""

    base: Annotated[str, Field(min_length=1, max_length=4096)] | None = Field(
        None, description="The scenario file they are laid over, beside this file; the command line may name another."
    )
    variants: tuple[Variant, ...] = Field((), strict=False, max_length=MOST_VARIANTS, description="What-ifs.")
    sweeps: tuple[Sweep, ...] = Field((), strict=False, max_length=100, description="Keys that go through values.")

    @model_validator(mode="after")
    def _names_are_unique(self) -> Variants:
        refuse_namesakes("variant", self.variants)
        refuse_namesakes("sweep", self.sweeps)
        return self


def refuse_namesakes(kind: str, entries: Sequence[Variant] | Sequence[Sweep]) -> None:
    """Raise what a validator raises, if two are called the same: a comparison could not tell them apart."""
    if (name := twice(entry.name for entry in entries)) is not None:
        raise PydanticCustomError("twice", "two {kind}s are called {name}", {"kind": kind, "name": name})
