"""The team: the assignees of the export, or so many people alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.team import Specialist
from planner.errors import InputError
from planner.intake.trackers.efforts import Unit
from planner.intake.trackers.issue import Findings, Issue
from planner.intake.trackers.skills import Skills
from planner.intake.trackers.values import readable
from planner.intake.trackers.velocity import Velocity, velocities

POINTS_A_SPRINT = 8.0
HOURS_A_DAY = 6.0
NOBODY_KNOWN = 5  # people alike, where the export names nobody


@dataclass(frozen=True)
class Team:
    """Who is here, and what to look at.

    Attributes
    ----------
    members
        The specialists, most issues first.
    notes
        For each of them, where skills and capacity come from.
    names
        The specialist of each assignee that is in the team, by the tracker's name.
    """

    members: Sequence[Specialist]
    notes: Sequence[str]
    names: Mapping[str, str]


def team_size(wanted: int | None, issues: Sequence[Issue], findings: Findings) -> int | None:
    """Return how many people alike to make up; None: the team is the assignees.

    Raises
    ------
    InputError
        If the number wanted is no size of a team.
    """
    if wanted is not None:
        if not 1 <= wanted <= 1000:
            raise InputError("--team", f"{wanted} is no size of a team", "Give a number from 1 to 1000")
        findings.guess(None, f"a team of {wanted}", "people alike, as asked for")
        return wanted
    if any(issue.people for issue in issues):
        return None
    findings.guess(None, f"a team of {NOBODY_KNOWN}", "people alike, as no issue has an assignee: give --team N")
    return NOBODY_KNOWN


def people_alike(count: int, skills: Skills, unit: Unit) -> Team:
    """Make up a team in which everybody can do everything."""
    members = [_specialist(f"Specialist {place}", list(skills.issues), unit, None) for place in range(1, count + 1)]
    return Team(members, ["made up"] * count, {})


def assignees(
    issues: Sequence[Issue],
    owner: Sequence[int | None],
    skills: Skills,
    unit: Unit,
    sprints: Sequence[str],
    findings: Findings,
) -> Team:
    """Make the team of those who have open issues or delivered in the last closed sprints.

    Without any sprints, everybody who was ever given an issue is in it.
    """
    items = [index for index, item in enumerate(owner) if item == index]
    speeds = velocities(issues, items, sprints) if unit == "points" else {}
    given = Counter(who for issue in issues for who in issue.people)
    recent = {who for issue in issues if _recent(issue, sprints) for who in issue.people}
    here = sorted(recent or given, key=lambda who: (-given[who], who))[:1000]
    names = readable(here)
    for who in sorted(set(given).difference(here)):
        findings.guess(
            None, who, f"not in the team: none of {given[who]} issues is open or from the last closed sprints"
        )
    done: dict[str, Counter[str]] = {who: Counter() for who in here}
    for issue, shown, item in zip(issues, skills.shown, owner, strict=True):
        for who in issue.people if item is not None else ():
            if who in done:
                done[who].update(shown)
    orphans = [skill for skill in skills.issues if not any(skill in own for own in done.values())]
    for skill in orphans:
        findings.guess(None, f"skill {skill!r}", "nobody in the team was given an issue of it: everybody has it")
    members, notes = [], []
    for who in here:
        own = [skill for skill, _ in sorted(done[who].items(), key=lambda entry: (-entry[1], entry[0]))]
        members.append(_specialist(names[who], own + orphans, unit, speeds.get(who)))
        notes.append(_note(names[who], done[who], speeds.get(who), unit, findings))
    return Team(members, notes, names)


def _recent(issue: Issue, sprints: Sequence[str]) -> bool:
    if issue.standing in ("todo", "in-progress"):
        return True
    return issue.standing == "done" and (not sprints or bool(issue.sprints and issue.sprints[-1] in sprints))


def _specialist(name: str, skills: Sequence[str], unit: Unit, speed: Velocity | None) -> Specialist:
    own = dict.fromkeys(skills, 1.0)
    if unit == "hours":
        return Specialist(name=name, skills=own, hours_per_day=HOURS_A_DAY)
    return Specialist(name=name, skills=own, points_per_sprint=speed.points if speed else POINTS_A_SPRINT)


def _note(name: str, done: Mapping[str, int], speed: Velocity | None, unit: Unit, findings: Findings) -> str:
    """Say where skills and capacity come from; what is made up goes to the report too."""
    words = [f"{skill} {count}" for skill, count in sorted(done.items(), key=lambda entry: (-entry[1], entry[0]))]
    if unit == "hours":
        findings.guess(None, name, f"hours a day are made up: {HOURS_A_DAY:g}")
    elif speed is None:
        findings.guess(None, name, f"points a sprint are made up: {POINTS_A_SPRINT:g}, no closed sprint tells")
        words.append(f"{POINTS_A_SPRINT:g} points are made up")
    else:
        findings.guess(
            None, name, f"points a sprint from closed sprints: {speed.points:g}, the mean of {speed.sprints}"
        )
        words.append(f"points from {speed.sprints} closed sprints")
    return "; ".join(words)
