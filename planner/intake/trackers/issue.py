"""What every tracker's export is read into before it becomes a backlog: issues, and what was found on the way."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

Standing = Literal["todo", "in-progress", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One row or card as the tracker meant it; references are still the tracker's own words.

    Attributes
    ----------
    row
        Row of the file as a spreadsheet shows it; position in a JSON file.
    key
        The tracker's id, or one made from what identifies the issue.
    ended
        How it was closed without delivery ("Won't Do"); empty otherwise.
    container
        An epic, feature or initiative: it groups issues and has no work of its own.
    subtask
        The tracker calls it a part of another issue.
    aliases
        Other words by which issues of the same export refer to this one (Issue id, URL, name).
    theme
        Epic, project or milestone by name, where the parent's own row does not say it.
    waits_for, holds_up
        References to issues that come before and after this one.
    hours, hours_left
        Estimate and what remains of it, in hours.
    people
        Assignees, the first is the one who answers for it.
    skill
        The skill where the table has a column for it; components and labels are only hints.
    sprints
        Sprints it was in, the last one last.
    rank
        Place in the tracker's own backlog order, where the export has one.
    """

    row: int
    key: str
    title: str
    kind: str = ""
    standing: Standing = "todo"
    ended: str = ""
    container: bool = False
    subtask: bool = False
    parent: str = ""
    aliases: tuple[str, ...] = ()
    theme: str = ""
    waits_for: tuple[str, ...] = ()
    holds_up: tuple[str, ...] = ()
    points: float | None = None
    hours: float | None = None
    hours_left: float | None = None
    value: float | None = None
    priority: str = ""
    people: tuple[str, ...] = ()
    skill: str = ""
    components: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    sprints: tuple[str, ...] = ()
    due: datetime.date | None = None
    rank: str | float | None = None

    @property
    def name(self) -> str:
        """Key and title, for messages."""
        title = self.title if len(self.title) <= 60 else self.title[:59] + "…"
        return f"{self.key} ({title})" if title and title != self.key else self.key


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the import report: the row it is about (None: the whole file), what, and why."""

    row: int | None
    what: str
    reason: str


@dataclass
class Findings:
    """What an import guessed, could not use or changed; filled while it runs, in the order of the work."""

    unused: list[Entry] = field(default_factory=list)
    links: list[Entry] = field(default_factory=list)
    guesses: list[Entry] = field(default_factory=list)

    def not_used(self, row: int, what: str, reason: str) -> None:
        """Note a row that is neither an item nor a task; once for each such row."""
        self.unused.append(Entry(row, what, reason))

    def link(self, row: int, what: str, reason: str) -> None:
        """Note a link that does not order the backlog."""
        self.links.append(Entry(row, what, reason))

    def guess(self, row: int | None, what: str, reason: str) -> None:
        """Note something the export did not say, or said in words that had to be interpreted."""
        self.guesses.append(Entry(row, what, reason))


@dataclass(frozen=True)
class Export:
    """The issues of one export, in its order.

    Attributes
    ----------
    tracker
        Its name for people: ``Jira``.
    title
        What to call the scenario, empty if the export does not say.
    rows
        Rows, cards and checklist entries read: each becomes an item or a task, or is reported.
    closed_sprints
        Sprints known to be over; None: to be concluded from the issues.
    sprint_days
        Working days of a sprint, where the export has its dates.
    """

    tracker: str
    issues: tuple[Issue, ...]
    rows: int
    title: str = ""
    closed_sprints: frozenset[str] | None = None
    sprint_days: int | None = None
