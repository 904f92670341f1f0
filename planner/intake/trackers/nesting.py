"""Which issues are items, which are tasks of an item, and which epic an item belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from planner.intake.trackers.directory import Directory
from planner.intake.trackers.issue import Findings, Issue

Epics = Literal["theme", "milestones"]


@dataclass(frozen=True)
class Tree:
    """The place of every issue, by its index.

    Attributes
    ----------
    owner
        The item the issue is (its own index) or is a task of; None: neither, and reported.
    epic
        The nearest epic above, whether or not it is an item itself.
    finished
        Finished parts of items that are not done: gone from the work, but part of the estimate.
    """

    owner: Sequence[int | None]
    epic: Sequence[int | None]
    finished: dict[int, list[int]]


def nest(issues: Sequence[Issue], directory: Directory, epics: Epics, findings: Findings) -> Tree:
    """Sort issues into items, tasks and epics; report those that are none."""
    parents = _parents(issues, directory, findings)
    epic = [_nearest_epic(index, issues, parents) for index in range(len(issues))]
    owner: list[int | None] = [None] * len(issues)
    finished: dict[int, list[int]] = {}
    for index, issue in enumerate(issues):
        if issue.standing == "dropped":
            findings.not_used(issue.row, issue.name, _without_delivery(issue))
        elif not issue.container:
            owner[index] = _owner(index, issues, parents, finished, findings)
    for index, below in _items_below(issues, owner, epic).items():
        if below and epics == "milestones":
            owner[index] = index
        else:
            words = f"an epic, taken as a theme: of {below} items" if below else "an epic without issues to plan"
            findings.not_used(issues[index].row, issues[index].name, words)
    return Tree(owner, epic, finished)


def _without_delivery(issue: Issue) -> str:
    return f"closed without delivery ({issue.ended})" if issue.ended else "closed without delivery"


def _parents(issues: Sequence[Issue], directory: Directory, findings: Findings) -> list[int | None]:
    """Resolve the parents; one that would close a circle is cut."""
    parents = [directory.parent(index, issue.parent) if issue.parent else None for index, issue in enumerate(issues)]
    settled: set[int] = set()
    for start in range(len(issues)):
        path: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in settled:
            if at in path:
                last = next(reversed(path))
                findings.link(issues[last].row, f"{issues[last].name} is below {issues[at].name}", "a circle: cut")
                parents[last] = None
                break
            path[at] = None
            at = parents[at]
        settled.update(path)
    return parents


def _nearest_epic(index: int, issues: Sequence[Issue], parents: Sequence[int | None]) -> int | None:
    at = parents[index]
    while at is not None and not issues[at].container:
        at = parents[at]
    return at


def _owner(
    index: int,
    issues: Sequence[Issue],
    parents: Sequence[int | None],
    finished: dict[int, list[int]],
    findings: Findings,
) -> int | None:
    """Find the item that an issue is or belongs to: the highest issue above it that is no epic."""
    issue, top, above = issues[index], index, parents[index]
    while above is not None and not issues[above].container:
        top, above = above, parents[above]
        if issues[top].standing == "dropped":
            findings.not_used(issue.row, issue.name, f"sub-task of an item closed without delivery: {issues[top].name}")
            return None
    if top == index:
        if issue.subtask and parents[index] is None and issue.parent:
            findings.guess(
                issue.row, issue.name, f"its parent is not in the export: {issue.parent[:60]}, so an item of its own"
            )
        return index
    item = issues[top]
    if item.standing == "done" and issue.standing != "done":
        findings.not_used(issue.row, issue.name, f"sub-task of a done item: {item.name}")
        return None
    if item.standing != "done" and issue.standing == "done":
        findings.not_used(issue.row, issue.name, f"finished sub-task of an open item: {item.name}")
        finished.setdefault(top, []).append(index)
        return None
    return top


def _items_below(issues: Sequence[Issue], owner: Sequence[int | None], epic: Sequence[int | None]) -> dict[int, int]:
    """Count the items below each epic that is not dropped, at any depth."""
    below = {index: 0 for index, issue in enumerate(issues) if issue.container and issue.standing != "dropped"}
    for index, item in enumerate(owner):
        at = epic[index] if item == index else None
        while at is not None:
            if at in below:
                below[at] += 1
            at = epic[at]
    return below
