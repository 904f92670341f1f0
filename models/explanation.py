"""An explanation of a plan: why each item is in or out, what is short, what cannot hold together (design.md section 6).

All figures are values of whole plans or differences between two of them, in value units. Where ``proven`` is false the
time ended first: the figure is the best found, and the sentence beside it says what is known.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from models.base import Date, Model
from models.plan import Moment, Reason, Status

RemedyKind = Literal["days", "hours", "rule", "pin", "must", "several"]


class WhyOut(Model):
    """Why an item is out, and what having it in would take."""

    id: str
    title: str
    reason: Reason = Field(description="Its code as in the plan; the text says what having it in would cost.")
    forced_value: float | None = Field(
        description="The best total with this item in; null where it cannot be in, or where no such plan was found."
    )
    forced_bound: float | None = Field(description="Proven: no plan with this item in is worth more.")
    displaced: tuple[str, ...] = Field(strict=False, description="Items of the plan that are out in that best plan.")
    taken_in: tuple[str, ...] = Field(strict=False, description="Other items that come in with it.")
    proven: bool = Field(description="forced_value is that of the best such plan; or: there is no such plan.")


class Price(Model):
    """What something else instead of the plan's choice would cost."""

    text: str
    value: float | None = Field(description="The best total then; null where it is impossible, or not known.")
    bound: float | None = Field(description="Proven: no plan is worth more then.")
    possible: bool | None = Field(description="Whether there is such a plan; null where that is not known.")
    proven: bool


class OtherPerson(Price):
    """A task done by anybody but the one who does it in the plan."""

    task: str
    specialist: str = Field(description="Who does it in the plan.")
    instead: tuple[str, ...] = Field(strict=False, description="Who could do it, with everything else left out.")


class Link(Model):
    """A step of the chain that fixes an item's dates, and what it waits for."""

    item: str
    task: str | None = Field(description="None: the milestone itself.")
    specialist: str | None
    start: Moment
    finish: Moment
    because: str = Field(description="Why it does not start earlier.")


class WhyIn(Model):
    """What an item contributes, and what its date and its people are worth."""

    id: str
    title: str
    text: str = Field(description="All of it in sentences.")
    benefit: float = Field(description="What it brings: value less due cost.")
    unlocks: tuple[str, ...] = Field(strict=False, description="Items of the plan that need it.")
    unlocked: float = Field(description="What those bring together.")
    without: Price | None = Field(description="The best plan without it; null where it has to be in.")
    later: Price | None = Field(description="Starting on a later day; null for milestones and work in progress.")
    others: tuple[OtherPerson, ...] = Field(strict=False)
    chain: tuple[Link, ...] = Field(strict=False, description="What fixes its finish, the last step first.")


class Marginal(Model):
    """What so many more hours (or points) bring."""

    hours: float
    value: float = Field(description="The best total then, less the best total now.")
    proven: bool


class CapacityPrice(Model):
    """The price of a specialist's or a skill's hours in a sprint."""

    specialist: str | None = Field(description="Null: the row is a skill's.")
    skill: str | None = Field(description="Null: the row is a specialist's.")
    sprint: int
    hours: float = Field(description="Available, after the buffer.")
    marginal: tuple[Marginal, ...] = Field(strict=False)
    pays_until: float | None = Field(description="Hours beyond which none of the steps brings more; null: not known.")
    text: str


class AbsencePrice(Price):
    """What the plan would be worth if somebody were away for the whole sprint."""

    specialist: str
    sprint: int


class DeadlinePrice(Price):
    """What an item's deadline costs, and what a day more would bring."""

    id: str
    deadline: Date
    later: Date | None = Field(description="The next working day after it.")
    gain: float | None = Field(description="What that day brings; null where it is not known.")


class Remedy(Model):
    """The least change that mends a conflict by itself: anything less of it does not."""

    text: str
    kind: RemedyKind = Field(description="What is changed; several: no single change is enough.")
    amount: float | None = Field(description="Working days, or hours (points); null where something is given up whole.")


class WhyNone(Model):
    """A smallest set of demands that cannot hold together, and what would mend it, the smallest change first."""

    demands: tuple[str, ...] = Field(strict=False)
    remedies: tuple[Remedy, ...] = Field(strict=False)


class Explanation(Model):
    """Everything that is said about one plan."""

    scenario: str
    status: Status = Field(description="Of the plan that is explained.")
    value: float | None = Field(description="Of the plan that is explained.")
    bound: float | None
    unit: str
    left_out: tuple[WhyOut, ...] = Field(strict=False)
    selected: tuple[WhyIn, ...] = Field(strict=False)
    capacity: tuple[CapacityPrice, ...] = Field(strict=False)
    absences: tuple[AbsencePrice, ...] = Field(strict=False, description="The one that hurts most first.")
    deadlines: tuple[DeadlinePrice, ...] = Field(strict=False, description="The dearest first; those that cost.")
    conflicts: tuple[WhyNone, ...] = Field(strict=False)
    notes: tuple[str, ...] = Field(strict=False)
