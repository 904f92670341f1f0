"""Issues to a backlog: ids, nesting, links, estimates, skills, team and items, one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from models.item import Dependency, Due, Item, Task
from planner.intake.trackers.directory import Directory, unique_ids
from planner.intake.trackers.efforts import Unit, estimate, remaining, split, unit_of
from planner.intake.trackers.issue import Export, Findings, Issue
from planner.intake.trackers.links import Linker, Order
from planner.intake.trackers.nesting import Epics, Tree, nest
from planner.intake.trackers.people import Team, assignees, people_alike, team_size
from planner.intake.trackers.skills import Skills, skills_of
from planner.intake.trackers.values import clean
from planner.intake.trackers.velocity import closed_sprints
from planner.intake.trackers.words import priority_of

NO_PRIORITY = "Low"


@dataclass(frozen=True)
class Draft:
    """A backlog and a team that plan at once.

    Attributes
    ----------
    items
        In backlog order.
    tasks
        How many issues are tasks of an item.
    unit, unit_reason
        Hours or points, and why.
    team, skills
        Who is here, and where the skills come from.
    """

    items: Sequence[Item]
    tasks: int
    unit: Unit
    unit_reason: str
    team: Team
    skills: Skills


def backlog(export: Export, team: int | None, strict: bool, epics: Epics, findings: Findings) -> Draft:
    """Make a backlog of an export's issues."""
    issues = export.issues
    ids = unique_ids(issues, findings)
    directory = Directory(issues)
    tree = nest(issues, directory, epics, findings)
    order = Linker(issues, directory, tree, epics, strict, findings).order()
    items = [index for index, item in enumerate(tree.owner) if item == index]
    parts: dict[int, list[int]] = defaultdict(list)
    for index, item in enumerate(tree.owner):
        if item is not None and item != index:
            parts[item].append(index)
    works = [issues[index] for index in items if not issues[index].container]
    unit, reason = unit_of(works, [issues[index] for own in parts.values() for index in own])
    size = team_size(team, issues, findings)
    skills = skills_of(issues, tree.owner, size is None, findings)
    sprints = closed_sprints(issues, export.closed_sprints)
    people = (
        assignees(issues, tree.owner, skills, unit, sprints, findings)
        if size is None
        else people_alike(size, skills, unit)
    )
    writer = _Writer(issues, ids, tree, order, parts, unit, skills, people, findings)
    written = [writer.item(index) for index in _backlog_order(issues, items)]
    return Draft(written, sum(map(len, parts.values())), unit, reason, people, skills)


def _backlog_order(issues: Sequence[Issue], items: list[int]) -> list[int]:
    """By the tracker's rank where every open item has one of the same kind, else as the file has them."""
    ranked = [index for index in items if issues[index].standing != "done"]
    for kind in (str, float):
        if ranked and all(isinstance(issues[index].rank, kind) for index in ranked):
            ranked.sort(key=lambda index: (issues[index].rank, index))
            return ranked + [index for index in items if issues[index].standing == "done"]
    return items


class _Writer:
    """Writes one item after the other from what was found out about all of them."""

    def __init__(
        self,
        issues: Sequence[Issue],
        ids: Sequence[str],
        tree: Tree,
        order: Order,
        parts: Mapping[int, list[int]],
        unit: Unit,
        skills: Skills,
        team: Team,
        findings: Findings,
    ) -> None:
        self.issues = issues
        self.ids = ids
        self.tree = tree
        self.order = order
        self.parts = parts
        self.unit = unit
        self.skills = skills
        self.team = team
        self.findings = findings
        self.any_priority = any(
            priority_of(issues[index].priority) for index, item in enumerate(tree.owner) if item == index
        )
        self.largest = max((person.points_per_sprint or 0 for person in team.members), default=0)

    def item(self, index: int) -> Item:
        """Write one item."""
        issue = self.issues[index]
        parts = [self.issues[part] for part in self.parts.get(index, ())]
        standing = self._standing(index, parts)
        due = issue.due or max((part.due for part in parts if part.due), default=None)
        epic = self.tree.epic[index]
        theme = clean(self.issues[epic].title if epic is not None else issue.theme, 200) or None
        return Item.model_validate(
            {
                "id": self.ids[index],
                "title": issue.title,
                "type": clean(issue.kind, 200) or None,
                "value": issue.value,
                "priority": None if issue.container else self._priority(issue),
                "depends_on": self._needs(index),
                "due": None if due is None else Due(date=due),
                "theme": theme,
                "status": standing,
                "assignee": self._assignee(issue, parts),
                "milestone": issue.container,
                **({} if issue.container else self._work(index, parts, standing)),
            }
        )

    def _standing(self, index: int, parts: Sequence[Issue]) -> Literal["todo", "in-progress", "done"]:
        """Open items are under way as soon as one of their sub-tasks is, or is finished."""
        issue = self.issues[index]
        if issue.container and issue.standing != "done":
            return "todo"  # a milestone is never half done
        begun = bool(self.tree.finished.get(index)) or any(part.standing == "in-progress" for part in parts)
        if issue.standing == "todo" and begun:
            self.findings.guess(issue.row, issue.name, "a sub-task has been started: taken as in progress")
            return "in-progress"
        return "todo" if issue.standing == "dropped" else issue.standing

    def _needs(self, index: int) -> list[Dependency]:
        firsts = [self.ids[first] for first in self.order.needs.get(index, ())]
        return [Dependency(item=name) for name in dict.fromkeys([*firsts, *self.order.outside.get(index, ())])]

    def _priority(self, issue: Issue) -> str | None:
        """Return the contract's word; where others have one, an issue without counts as low, or it would count 0."""
        word = priority_of(issue.priority)
        if word is None:
            self.findings.guess(issue.row, f"priority {issue.priority[:40]!r}", "unknown word: taken as no priority")
        if not word and self.any_priority and issue.standing != "done":
            self.findings.guess(issue.row, issue.name, f"no priority: taken as {NO_PRIORITY}")
            return NO_PRIORITY
        return word or None

    def _assignee(self, issue: Issue, parts: Sequence[Issue]) -> str | None:
        """Keep the assignee only if they are in the team and the sub-tasks are theirs too."""
        who = issue.people[0] if issue.people else ""
        doers = {part.people[0] for part in parts if part.people}
        if len(doers) > 1 or (doers and who and doers != {who}):
            self.findings.guess(issue.row, issue.name, "its sub-tasks are with different people: no assignee kept")
            return None
        who = who or next(iter(doers), "")
        if who and who not in self.team.names and issue.standing == "in-progress" and self.team.names:
            self.findings.guess(issue.row, issue.name, f"assignee not in the team: {who}, not kept")
        return self.team.names.get(who)

    def _work(self, index: int, parts: Sequence[Issue], standing: str) -> dict[str, object]:
        """Effort and skill of an item without sub-tasks, else its tasks."""
        issue = self.issues[index]
        if parts:
            return {"work": self._tasks(index, parts)}
        effort, left = estimate(issue, self.unit), remaining(issue, self.unit)
        if self.tree.finished.get(index):
            left = 0.0
            self.findings.guess(issue.row, issue.name, "all its sub-tasks are done, it is not: nothing remains")
        if standing != "done":
            self._doubts(issue, effort)
        single: dict[str, object] = {"effort": effort, "skill": self.skills.of[index]}
        if left is not None and standing == "in-progress":
            single |= {"remaining": left, "effort": effort if effort is None else max(effort, left)}
        return single

    def _tasks(self, index: int, parts: Sequence[Issue]) -> list[Task]:
        """Sub-tasks wait for none of the others, except where a link between them says so."""
        issue, own = self.issues[index], self.parts[index]
        finished = [self.issues[part] for part in self.tree.finished.get(index, ())]
        shares = split(issue, parts, finished, self.unit, self.findings)
        tasks = [
            Task(
                id=self.ids[part],
                skill=self.skills.of[part],
                effort=effort,
                after=tuple(self.ids[first] for first in self.order.after.get(part, ())),
            )
            for part, effort in zip(own, shares.efforts, strict=True)
        ]
        if shares.rest is not None:
            tasks.append(Task(id=self.ids[index], skill=self.skills.of[index], effort=shares.rest, after=()))
        if issue.standing != "done":
            for part, effort in zip(parts, shares.efforts, strict=True):
                self._doubts(part, effort)
        return tasks

    def _doubts(self, issue: Issue, effort: float | None) -> None:
        """Note an estimate that is missing, or that no specialist can do in a sprint."""
        if effort is None:
            known = issue.hours if self.unit == "points" else issue.points
            extra = " (its other estimate is in another unit)" if known is not None else ""
            reason = f"no estimate{extra}: planning takes the median of its type"
            self.findings.guess(issue.row, issue.name, reason)
        elif self.unit == "points" and effort > self.largest:
            reason = f"more than anybody does in a sprint: {self.largest:g} points; kept as it is, it cannot fit"
            self.findings.guess(issue.row, f"{issue.name}: {effort:g} points", reason)
