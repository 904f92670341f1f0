"""The solver's own data: integers and indices, checked once and trusted afterwards.

Strings and dates never pass this border: ticks for time, hundredths of an hour or point for effort, whole units of
value scaled as ``scale`` says. Items that can never enter are not here; they are in ``excluded`` with their reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from models.plan import Reason
from planner.axis import Axis
from planner.baseline import Churn
from planner.scoring import Scale


@dataclass(frozen=True)
class Specialist:
    """Somebody with an own time axis and a limit of hours (hundredths) in the sprint."""

    name: str
    axis: Axis
    limit: int


@dataclass(frozen=True)
class Choice:
    """One way to do a task: who, how long on their own axis, and between which own ticks.

    Attributes
    ----------
    specialist
        Index into ``Instance.specialists``.
    duration
        Ticks on the specialist's own axis.
    cost
        Effort / proficiency in hundredths, charged to the specialist's limit.
    earliest, latest
        Own ticks between which the work must lie.
    """

    specialist: int
    duration: int
    cost: int
    earliest: int
    latest: int


@dataclass(frozen=True)
class Task:
    """A task of an item; ``after``, ``not_by``, ``same_as`` are indices into ``Instance.tasks``.

    ``earliest`` and ``latest`` bound start and finish on the team's clock; ``preferred`` is the specialist
    who would keep it, if possible (term 6).
    """

    item: int
    key: str
    effort: int
    wait: int
    after: tuple[int, ...]
    not_by: tuple[int, ...]
    same_as: tuple[int, ...]
    choices: tuple[Choice, ...]
    earliest: int
    latest: int
    preferred: int | None


@dataclass(frozen=True)
class Item:
    """An item that may enter the plan.

    Attributes
    ----------
    value
        Scaled value; ``late_cost`` is scaled too, per working day after day ``due_days`` of the horizon.
    requires, any_of
        (item index, lag ticks); ``any_of`` None asks nothing.
    release, deadline
        Ticks; both within the horizon.
    earliest_finish
        No plan finishes it before this tick.
    start_window
        First and last tick of the day on which a pin wants its earliest task to start (a milestone: its finish).
    carried
        Remaining effort in hundredths if it is carried over before anything new, else 0.
    """

    id: str
    milestone: bool
    tasks: tuple[int, ...]
    value: int
    late_cost: int
    due_days: int
    requires: tuple[tuple[int, int], ...]
    any_of: tuple[tuple[int, int], ...] | None
    release: int
    deadline: int
    earliest_finish: int
    must: bool
    start_window: tuple[int, int] | None
    effort: int
    carried: int


@dataclass(frozen=True)
class ShareRule:
    """A goal or mix rule: ``members`` count for the maximum, ``counted`` (those with a benefit) for the minimum."""

    name: str
    minimum: Fraction | None
    maximum: Fraction | None
    members: tuple[int, ...]
    counted: tuple[int, ...]


@dataclass(frozen=True)
class Instance:
    """One sprint to the tick, as integers.

    Attributes
    ----------
    horizon
        Ticks of the sprint.
    exclusive, together
        Groups of item indices: at most one of them; all of them or none.
    loops
        Milestones that could carry one another over ``any_of`` with no time between.
    carries_over
        Work in progress comes before anything new, and there is some (perhaps none that can enter).
    lost
        Scaled due cost that items outside the instance pay in every plan.
    excluded
        Id to reason, for open items that can never enter.
    kept
        Items (indices) whose assignee keeps tasks.
    unmet
        (id, demand in words) of excluded items that must be in: if there are any, no plan exists.
    churn
        The baseline and how value is traded for staying near it; None without one.
    """

    horizon: int
    specialists: tuple[Specialist, ...]
    items: tuple[Item, ...]
    tasks: tuple[Task, ...]
    exclusive: tuple[tuple[int, ...], ...]
    together: tuple[tuple[int, ...], ...]
    loops: tuple[tuple[int, ...], ...]
    max_parallel: int | None
    carries_over: bool
    shares: tuple[ShareRule, ...]
    scale: Scale
    lost: int
    excluded: Mapping[str, Reason]
    kept: tuple[int, ...]
    unmet: tuple[tuple[str, str], ...]
    churn: Churn | None = None

    @property
    def capacity(self) -> int:
        """Hundredths of an hour or point that all specialists have together."""
        return sum(person.limit for person in self.specialists)

    def days(self) -> int:
        """Working days of the horizon."""
        return self.horizon // 96

    def tasks_that_end(self, item: Item) -> Iterator[int]:
        """Indices of the tasks that can be the last of an item: nothing follows, or a wait may outlast what does."""
        followed = {before for index in item.tasks for before in self.tasks[index].after}
        return (index for index in item.tasks if index not in followed or self.tasks[index].wait)
