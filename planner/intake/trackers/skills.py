"""Skills by a map: components, else labels, that recur; people have the skills of the issues they were given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.intake.trackers.issue import Findings, Issue
from planner.intake.trackers.values import clean
from planner.intake.trackers.words import says_nothing_of_skill

_MOST = 12
_RECURS = 2
_SOURCES = ("skill column", "component", "label")


@dataclass(frozen=True)
class Skills:
    """The map.

    Attributes
    ----------
    source
        ``skill column``, ``component`` or ``label``; empty if the export has no skills.
    of
        The skill of each issue, by index; None: anyone can do it.
    shown
        All skills that an issue's components or labels name, and so whoever was given it has.
    issues
        How many issues ask for each skill, commonest first.
    """

    source: str
    of: Sequence[str | None]
    shown: Sequence[Sequence[str]]
    issues: Mapping[str, int]


def skills_of(issues: Sequence[Issue], owner: Sequence[int | None], held: bool, findings: Findings) -> Skills:
    """Find the skill that each item and task asks for.

    Parameters
    ----------
    owner
        The item of each issue; issues that are not used have none. A sub-task without a skill has its item's.
    held
        Take a component or label as a skill only if somebody was given an issue of it: nobody else is known to have it.
    """
    for source in _SOURCES:
        tags = {index: _tags(issues[index], source) for index, item in enumerate(owner) if item is not None}
        chosen = _chosen(tags, source, issues, held, findings)
        if chosen:
            own = [_named(tags.get(index, {}), chosen) for index in range(len(issues))]
            shown = [named or (own[item] if item is not None else ()) for named, item in zip(own, owner, strict=True)]
            of = [named[0] if named else None for named in shown]
            counts = Counter(of[index] for index in tags)
            return Skills(source, of, shown, {skill: counts[skill] for skill in chosen.values()})
    return Skills("", [None] * len(issues), [()] * len(issues), {})


def _tags(issue: Issue, source: str) -> dict[str, str]:
    """Return what could be skills of an issue, by spelling without case."""
    if source == "skill column":
        words: Sequence[str] = (issue.skill,)
    elif source == "component":
        words = issue.components
    else:
        words = [label for label in issue.labels if not says_nothing_of_skill(label)]
    return {word.casefold(): word for word in (clean(word, 100) for word in words) if word}


def _chosen(
    tags: Mapping[int, Mapping[str, str]], source: str, issues: Sequence[Issue], held: bool, findings: Findings
) -> dict[str, str]:
    """Choose the skills: what the skill column says, else the commonest of what recurs and somebody has done."""
    counts = Counter(tag for own in tags.values() for tag in own)
    spelling: dict[str, str] = {}
    for own in tags.values():
        for tag, word in own.items():
            spelling.setdefault(tag, word)
    ordered = sorted(counts, key=lambda tag: (-counts[tag], tag))
    if source == "skill column":
        return {tag: spelling[tag] for tag in ordered}
    recurring = [tag for tag in ordered if counts[tag] >= _RECURS]
    done_by_somebody = {tag for index, own in tags.items() if issues[index].people for tag in own}
    known = [tag for tag in recurring if not held or tag in done_by_somebody]
    for tag in recurring:
        if tag not in known[:_MOST]:
            why = f"only the {_MOST} commonest are taken" if tag in known else "nobody was given an issue of it"
            findings.guess(None, f"{source} {spelling[tag]!r}, {counts[tag]} issues", f"not taken as a skill: {why}")
    return {tag: spelling[tag] for tag in known[:_MOST]}


def _named(own: Mapping[str, str], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Return the skills that an issue names, the one that most issues name first: ``chosen`` is in that order."""
    return tuple(skill for tag, skill in chosen.items() if tag in own)
