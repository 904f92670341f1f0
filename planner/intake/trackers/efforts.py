"""Estimates: the unit of the backlog, and how an item's estimate is spread over its sub-tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from planner.intake.trackers.issue import Findings, Issue

Unit = Literal["hours", "points"]


def unit_of(items: Sequence[Issue], parts: Sequence[Issue]) -> tuple[Unit, str]:
    """Choose the unit, and say why: points if an item has story points, else hours."""
    if any(issue.points is not None for issue in items):
        return "points", "the items have story points"
    if any(estimate(issue, "hours") is not None for issue in (*items, *parts)):
        return "hours", "there are time estimates and no story points"
    if any(issue.points is not None for issue in parts):
        return "points", "the sub-tasks have story points"
    return "hours", "there are no estimates at all"


def estimate(issue: Issue, unit: Unit) -> float | None:
    """Return what the tracker gives; in hours, what remains where the original is not said.

    Nothing left of an issue that was never estimated is no estimate: logging time on it makes Jira write a 0.
    """
    if unit == "points":
        return issue.points
    return issue.hours if issue.hours is not None else issue.hours_left or None


def remaining(issue: Issue, unit: Unit) -> float | None:
    """Return the hours left of an issue under way; points say nothing about progress."""
    told = unit == "hours" and issue.standing == "in-progress" and estimate(issue, unit) is not None
    return issue.hours_left if told else None


@dataclass(frozen=True)
class Split:
    """Efforts of the parts that are left, and what the item's own estimate leaves beyond them."""

    efforts: list[float | None]
    rest: float | None = None


def split(item: Issue, left: Sequence[Issue], finished: Sequence[Issue], unit: Unit, findings: Findings) -> Split:
    """Spread an item's estimate over its parts; without one, the parts' own estimates stand.

    In points the item's estimate is the whole: the parts get shares of it, in proportion to their own points or hours
    (equal shares if some have none), finished parts included; parts whose points add up to more keep them. In hours
    parts keep their own estimates, and what the item's exceeds them by is shared by the parts without one, or is left
    over as work of its own.
    """
    whole = estimate(item, unit)
    if unit == "points":
        if whole is None or _add_up([*left, *finished], whole):
            return Split([part.points for part in left])
        weights = _weights([*left, *finished])
        efforts = [whole * weight / sum(weights) for weight in weights[: len(left)]]
        findings.guess(item.row, item.name, f"points shared out over its sub-tasks: {whole:g} over {len(weights)}")
        return Split([*efforts])
    own = [_hours_left(part) for part in left]
    beyond = (whole or 0) - sum(estimate(part, unit) or 0 for part in [*left, *finished])
    unknown = own.count(None)
    if beyond <= 0.005:
        return Split(own)
    if unknown:
        findings.guess(item.row, item.name, f"hours shared out over its sub-tasks without an estimate: {beyond:g}")
        return Split([beyond / unknown if hours is None else hours for hours in own])
    findings.guess(item.row, item.name, f"its estimate exceeds its sub-tasks: {beyond:g} hours are a task of its own")
    return Split(own, beyond)


def _add_up(parts: Sequence[Issue], whole: float) -> bool:
    """Whether every part has points and together they are the item's, or more."""
    known = [part.points for part in parts if part.points is not None]
    return len(known) == len(parts) and sum(known) >= whole


def _hours_left(part: Issue) -> float | None:
    left = remaining(part, "hours")
    return left if left is not None else estimate(part, "hours")


def _weights(parts: Sequence[Issue]) -> list[float]:
    """Return shares by points, else by hours, else equal."""
    for amounts in ([part.points for part in parts], [estimate(part, "hours") for part in parts]):
        known = [amount for amount in amounts if amount is not None]
        if len(known) == len(parts) and sum(known) > 0:
            return known
    return [1.0] * len(parts)
