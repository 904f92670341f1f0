"""How value is counted and what rules a plan keeps."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.base import Amount, Model, Name, Share

PRIORITIES: dict[str, float] = {
    "blocker": 16,
    "critical": 8,
    "highest": 8,
    "urgent": 8,
    "high": 4,
    "major": 4,
    "medium": 2,
    "low": 1,
    "minor": 1,
    "lowest": 0.5,
    "trivial": 0.5,
}
MOSCOW: dict[str, float] = {"must": 8, "should": 4, "could": 2, "won't": 0}

Score = Literal["value", "weighted", "wsjf", "rice", "ice", "moscow", "priority", "order"]


class _ShareRule(Model):
    min_share: Share | None = Field(None, description="At least this share of the sprint's hours: a goal, not a rule.")
    max_share: Share | None = Field(None, description="At most this share of the sprint's hours: a hard rule.")

    @model_validator(mode="after")
    def _possible(self) -> _ShareRule:
        if self.min_share is None and self.max_share is None:
            raise PydanticCustomError("share", "give `min_share`, `max_share` or both")
        if self.min_share is not None and self.max_share is not None and self.min_share > self.max_share:
            raise PydanticCustomError("share", "`min_share` is above `max_share`")
        return self


class Goal(_ShareRule):
    """The sprint goal: themes that should get a share of the sprint."""

    themes: tuple[Name, ...] = Field(
        strict=False, min_length=1, max_length=1000, description="Themes of the goal.", examples=[["pipeline"]]
    )


class MixRule(_ShareRule):
    """A share for one type of item."""

    type: Name = Field(description="The item type.", examples=["experiment"])


class Policy(Model):
    """Scoring, shares and limits (design.md section 4, "Value" and "Policy")."""

    score: Score | None = Field(
        None,
        description="How value is counted. Absent: the first of value, scores (weighted), priority, order "
        "that the backlog has.",
    )
    scale: float = Field(10, gt=0, le=1e6, description="Highest score people give; weighted scores are parts of it.")
    weights: dict[Name, Amount] = Field(
        default_factory=dict,
        description="Weight of each score in `weighted`; 1 where not named. Risk and complexity count negative.",
        examples=[{"business": 3, "customer": 2}],
    )
    priorities: dict[Name, Amount] = Field(
        default_factory=dict,
        description="Factor of a priority word; adds to or replaces the default words, upper and lower case alike.",
        examples=[{"Blocker": 16}],
    )
    moscow: dict[Name, Amount] = Field(
        default_factory=dict, description="Factor of a MoSCoW word; adds to or replaces must 8, should 4, could 2."
    )
    discount_per_sprint: Annotated[float, Field(ge=0, lt=1)] = Field(
        0, description="Part of the value lost for each sprint an item comes later."
    )
    buffer: Annotated[float, Field(ge=0, lt=1)] = Field(
        0, description="Part of each specialist's hours kept free in a sprint.", examples=[0.1]
    )
    max_parallel: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        None, description="Most items under way at the same time."
    )
    goal: Goal | None = Field(None, description="The sprint goal.")
    mix: tuple[MixRule, ...] = Field((), strict=False, max_length=100, description="Shares by item type.")
    ready_only: bool = Field(False, description="Plan only items that are ready.")
    unknown_dependency: Literal["block", "ignore", "error"] = Field(
        "block", description="What an unknown id in depends_on does: keeps the item out, nothing, or stops the run."
    )
    carry_over: Literal["keep", "compete"] = Field(
        "keep", description="Work in progress comes before anything new, or competes with it."
    )
    churn_tolerance: Share = Field(
        0.01, description="With a baseline: part of the best value that may be given up for less churn."
    )
    churn_weight: Amount | None = Field(
        None, description="With a baseline: value that a unit of churn costs, instead of the tolerance."
    )
    freeze_days: int = Field(
        0, ge=0, le=1000, description="With a baseline: what it starts in so many first working days stays as it is."
    )

    @model_validator(mode="after")
    def _one_rule_a_type(self) -> Policy:
        types = [rule.type for rule in self.mix]
        if len(set(types)) != len(types):
            raise PydanticCustomError("mix", "`mix` names a type twice; give it one rule")
        return self
