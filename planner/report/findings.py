"""What `sprintplan check` found, for people: the verdict last, where the eye comes to rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from models.plan import ReasonCode
from planner.check import Findings, SkillLoad
from planner.report import health_of_backlog, words
from planner.report.console import BAD, FAINT, GOOD, WARN, bullet, pairs, printed, section

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

SHOWN = 10


def text(findings: Findings, console: Console) -> str:
    """Write findings for people; see :func:`planner.report.table.text`."""
    return printed(console, _parts(findings))


def _parts(findings: Findings) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(words.clean(findings.prepared.scenario.name) or "Sprint", "bold")
    yield ""
    yield pairs(_figures(findings))
    if findings.skills:
        yield from ("", section("What is asked of each skill"))
        yield _skills(findings)
    if findings.chain or findings.unlocking:
        yield from ("", section("Dependencies"))
        yield from _dependencies(findings)
    if findings.unready:
        yield from ("", section("Not ready"))
        yield from _unready(findings)
    yield from health_of_backlog.parts(findings)
    if findings.never:
        yield from ("", section("Can never enter this sprint"))
        yield from _never(findings)
    if findings.prepared.notes:
        yield from ("", section("Notes"))
        yield from (_point(note) for note in findings.prepared.notes)
    yield ""
    yield from _verdict(findings)


def _point(said: str, style: str = "") -> Table:
    from rich.text import Text

    return bullet(Text(words.clean(said), style))


def _unit(findings: Findings) -> str:
    return "h" if findings.prepared.scenario.unit == "hours" else "points"


def _figures(findings: Findings) -> Iterator[tuple[str, RenderableType]]:
    """Say how much work there is, and how much time."""
    prepared = findings.prepared
    started = sum(entry.item.status == "in-progress" for entry in prepared.items)
    milestones = sum(entry.milestone for entry in prepared.items)
    parts = [words.counted(len(prepared.items), "open item")]
    parts += [f"{started} in progress"] if started else []
    parts += [words.counted(milestones, "milestone")] if milestones else []
    done = len(prepared.scenario.backlog) - len(prepared.items)
    parts += [f"{done} done"] if done else []
    yield "Backlog", ", ".join(parts)
    days = prepared.clock.days
    if days:
        working = words.counted(len(days), "working day")
        yield "Sprint", f"{words.day(days[0])} – {words.day(days[-1])} {days[-1].year}, {working}"
    unit = _unit(findings)
    asked, there = words.number(float(findings.effort)), words.number(float(findings.capacity))
    ratio = f" ({words.percent(float(findings.effort / findings.capacity))})" if findings.capacity else ""
    yield "Work", f"{asked} {unit} open for {there} {unit} of the team{ratio}"
    yield "Value", f"scored by {prepared.scores.scheme}"


def _skills(findings: Findings) -> Table:
    """Demand against the hours of those who have the skill, the scarcest first."""
    from rich.table import Table
    from rich.text import Text

    unit = _unit(findings)
    table = Table(box=None, header_style=FAINT, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("Skill")
    table.add_column("Asked", justify="right", no_wrap=True)
    table.add_column("There", justify="right", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("Who has it")
    for load in findings.skills:
        asked, there = words.number(float(load.asked)), words.number(float(load.available))
        who = words.clean(", ".join(load.people)) if load.skill is not None else "everyone"
        name = words.clean(load.skill) if load.skill is not None else "(any)"
        table.add_row(Text(name), f"{asked} {unit}", f"{there} {unit}", _pressure(load), Text(who or "nobody"))
    return table


def _pressure(load: SkillLoad) -> RenderableType:
    from rich.text import Text

    if not load.available:
        return Text("no hours", WARN if load.asked else "")
    return Text(words.percent(float(load.asked / load.available)), WARN if load.asked > load.available else "")


def _dependencies(findings: Findings) -> Iterator[RenderableType]:
    load = findings.prepared.graph.dependency_load
    yield _point(f"{words.percent(float(load))} of the open items wait for another one.")
    if findings.chain is not None:
        days = words.number(float(findings.chain.days))
        yield _point(f"Longest chain: {' → '.join(findings.chain.items)}, {days} working days at the least.")
    for name, unlocked in findings.unlocking[:SHOWN]:
        value = words.number(float(unlocked.value))
        yield _point(f"{name} unlocks {_named(unlocked.items)}, value {value}.")
    yield from _more(findings.unlocking, "item that others wait for", "items that others wait for")


def _unready(findings: Findings) -> Iterator[RenderableType]:
    only = findings.prepared.scenario.policy.ready_only
    rule = "and only ready items are planned" if only else "which policy.ready_only would keep out"
    yield _point(f"{words.counted(len(findings.unready), 'item')} with gaps, {rule}.")
    by_gap: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, fields in findings.unready.items():
        by_gap[fields].append(name)
    groups = sorted(by_gap.items(), key=lambda group: (-len(group[1]), group[0]))
    for fields, names in groups[:SHOWN]:
        missing = "said to be not ready" if fields == ("ready",) else f"without {', '.join(fields)}"
        yield _point(f"{_named(names)}: {missing}.")
    yield from _more(groups, "combination of gaps", "combinations of gaps")


def _never(findings: Findings) -> Iterator[RenderableType]:
    """Reasons in the order of the contract, each with its items."""
    by_code: defaultdict[ReasonCode, list[str]] = defaultdict(list)
    for name, reason in findings.never.items():
        by_code[reason.code].append(name)
    from rich.text import Text

    for code, heading in words.REASONS.items():
        names = by_code.get(code, [])
        if names:
            yield Text(f"{heading}: {words.counted(len(names), 'item')}", "bold")
            yield from (_point(f"{name}: {findings.never[name].text}") for name in names[:SHOWN])
            yield from _more(names, "item", "items")


def _verdict(findings: Findings) -> Iterator[RenderableType]:
    from rich.text import Text

    if findings.possible:
        yield Text("A plan can be made.", f"bold {GOOD}")
    elif findings.possible is None:
        yield Text("Whether a plan can be made was not clear in the time given; nothing speaks against it.", WARN)
    else:
        yield Text("No plan exists: these demands cannot hold together.", BAD)
        if findings.conflict is not None:
            yield from (_point(demand) for demand in findings.conflict.demands)
            yield from (_point(remedy.text, GOOD) for remedy in findings.conflict.remedies)


def _named(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _more(entries: Sequence[object], one: str, many: str) -> Iterator[RenderableType]:
    rest = len(entries) - SHOWN
    if rest > 0:
        yield _point(f"and {rest} more {one if rest == 1 else many}", FAINT)
