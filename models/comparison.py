"""What ``compare`` and ``sweep`` answer: a plan a variant, and how it differs from the base's (design.md section 8)."""

from __future__ import annotations

from pydantic import Field, JsonValue

from models.base import Model
from models.plan import Plan


class Delta(Model):
    """What a variant changes against the base's plan."""

    value: float | None = Field(description="Value more than the base's; null where one of the two has no plan.")
    added: tuple[str, ...] = Field(strict=False, description="Ids in the variant's plan and not in the base's.")
    dropped: tuple[str, ...] = Field(strict=False, description="Ids in the base's plan and not in the variant's.")
    moved: tuple[str, ...] = Field(
        strict=False, description="Ids in both whose sprint, specialists or start day of a task changed."
    )
    churn: int = Field(
        description="3 an item added or dropped, 2 a change of sprint, 1 a task with somebody else, 1 a task moved."
    )
    hours: float = Field(description="Hours (or points) of the team more than in the base, before the buffer.")
    cost: float | None = Field(description="Cost of the team's hours more than the base's; null without any rate.")
    value_per_cost: float | None = Field(description="Value more for each unit of cost more; null unless cost is more.")
    break_even_rate: float | None = Field(
        description="Cost of an added hour up to which the variant gives as much value for money as the base's plan; "
        "null unless everybody in the base has a rate and hours are more."
    )


class Compared(Model):
    """One variant or point of a sweep."""

    name: str
    plan: Plan
    delta: Delta
    proven: bool = Field(
        description="Its place by value among the base and all others here is certain, bounds considered."
    )


class Pareto(Model):
    """Names (the base is called base) that no other beats in both respects."""

    value_and_cost: tuple[str, ...] | None = Field(strict=False, description="Most value, least cost; null: no rates.")
    value_and_churn: tuple[str, ...] = Field(strict=False, description="Most value, least churn.")


class VariantComparison(Model):
    """All variants of a file beside the base."""

    base: Plan
    base_cost: float | None = Field(description="Cost of the base team's hours; null without any rate.")
    variants: tuple[Compared, ...] = Field(strict=False)
    pareto: Pareto
    not_planned: tuple[str, ...] = Field((), strict=False, description="Variants whose turn did not come: stopped.")


class SweepPoint(Compared):
    """A point of a sweep with the values it stands for."""

    values: dict[str, JsonValue]


class SweepResult(Model):
    """All points of a sweep, in the order of its values."""

    name: str
    points: tuple[SweepPoint, ...] = Field(strict=False)
    pareto: Pareto
    not_planned: tuple[str, ...] = Field((), strict=False, description="Points whose turn did not come: stopped.")


class SweepComparison(Model):
    """The sweeps of a file beside the base."""

    base: Plan
    base_cost: float | None = Field(description="Cost of the base team's hours; null without any rate.")
    sweeps: tuple[SweepResult, ...] = Field(strict=False)
