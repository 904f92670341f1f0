"""Points a sprint that people have delivered: from the closed sprints of the export."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from planner.intake.trackers.issue import Issue

_LAST = 5  # older sprints say little about the next one


@dataclass(frozen=True)
class Velocity:
    """What somebody delivered in the last closed sprints in which they delivered anything."""

    points: float
    sprints: int


def closed_sprints(issues: Sequence[Issue], known: frozenset[str] | None) -> list[str]:
    """Return the last closed sprints, oldest first.

    Where the export does not say, a sprint is over when every issue that was in it last is closed and one is done;
    issues that were carried over are in a later sprint. Sprints are in the order of the numbers in their names.
    """
    last: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        if issue.sprints:
            last[issue.sprints[-1]].append(issue)
    over = [
        sprint
        for sprint, members in last.items()
        if any(issue.standing == "done" for issue in members)
        and (sprint in known if known is not None else all(issue.standing in ("done", "dropped") for issue in members))
    ]
    return sorted(over, key=_by_number)[-_LAST:]


def _by_number(sprint: str) -> tuple[list[int], str]:
    return [int(digits[:15]) for digits in re.findall(r"\d+", sprint)], sprint


def velocities(issues: Sequence[Issue], items: Sequence[int], sprints: Sequence[str]) -> dict[str, Velocity]:
    """Return each person's mean points a sprint, by the name the tracker gives them."""
    delivered: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for issue in (issues[index] for index in items):
        if (
            issue.standing == "done"
            and issue.points
            and issue.people
            and issue.sprints
            and issue.sprints[-1] in sprints
        ):
            delivered[issue.people[0]][issue.sprints[-1]] += issue.points
    return {
        who: Velocity(max(0.1, round(sum(points.values()) / len(points), 1)), len(points))
        for who, points in delivered.items()
    }
