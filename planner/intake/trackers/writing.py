"""The files of an import: a scenario with comments where a person should look, the backlog, the report."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from models.team import Specialist
from planner.errors import InputError
from planner.intake.table_writer import write_table
from planner.intake.trackers.assemble import Draft
from planner.intake.trackers.issue import Export
from planner.intake.trackers.report import ImportReport

SCENARIO, BACKLOG, REPORT = "scenario.yaml", "backlog.csv", "import-report.md"
_PLAIN = re.compile(r"[A-Za-z][\w./-]*(?: [\w./-]+)*")
_RESERVED = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def write(export: Export, draft: Draft, report: ImportReport) -> None:
    """Write the three files beside their places, then move them there; a scenario that differs is not overwritten.

    Raises
    ------
    InputError
        If the folder holds another scenario or backlog, or cannot be written to.
    """
    folder = report.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".import-", dir=folder))
    except OSError as error:
        raise InputError(str(folder), f"cannot be written to: {error.strerror}", "Choose another --out") from None
    try:
        (beside / SCENARIO).write_text("\n".join([*_scenario(export, draft, report), ""]), encoding="utf-8")
        write_table(draft.items, beside / BACKLOG)
        (beside / REPORT).write_text(report.markdown(), encoding="utf-8")
        for name in (SCENARIO, BACKLOG):
            _refuse_other(folder / name, (beside / name).read_bytes())
        for name in (REPORT, BACKLOG, SCENARIO):
            (beside / name).replace(folder / name)
    except OSError as error:
        raise InputError(str(folder), f"cannot be written to: {error.strerror}", "Choose another --out") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _refuse_other(path: Path, content: bytes) -> None:
    """A file that somebody may have edited is never lost; the same content may be written again."""
    if path.exists() and path.read_bytes() != content:
        remedy = "Choose another --out, or move the old files away"
        raise InputError(str(path), "exists already and differs; it may hold somebody's changes", remedy)


def scalar(text: str) -> str:
    """Write a text as YAML: as it is where that is safe, else in double quotes."""
    plain = _PLAIN.fullmatch(text) and text.casefold() not in _RESERVED
    return text if plain else json.dumps(text, ensure_ascii=False)


def _scenario(export: Export, draft: Draft, report: ImportReport) -> Iterator[str]:
    source = Path(report.source)
    yield f"# Made by `sprintplan import` from {_comment(source.name)} ({export.tracker}): {report.items} items."
    yield f"# LOOK marks what the export did not say; {REPORT} lists every guess and every row not used."
    yield f"name: {scalar(_comment(export.title or source.stem))}"
    yield f"unit: {draft.unit}  # {draft.unit_reason}"
    yield from _calendar(export)
    yield from _team(draft)
    yield f"backlog: {BACKLOG}"
    yield from _policy(draft)


def _calendar(export: Export) -> Iterator[str]:
    yield "calendar:"
    if export.sprint_days is None:
        yield "  sprint_days: 10  # LOOK: made up, in working days"
    else:
        yield f"  sprint_days: {export.sprint_days}  # working days, from the sprints' dates"
    yield "  # start: 2027-03-01        # LOOK: absent, the sprint starts on the next working day"
    yield "  # holidays: {country: US}  # LOOK: public holidays and company days carry no work"


def _team(draft: Draft) -> Iterator[str]:
    yield from _skill_map(draft)
    capacity = "points a sprint" if draft.unit == "points" else "hours of focused work a day"
    yield f"team:  # LOOK: skills, {capacity}, and time_off: [2027-03-04, {{from: 2027-03-08, to: 2027-03-09}}]"
    for person, note in zip(draft.team.members, draft.team.notes, strict=True):
        yield f"  - {{{', '.join(_member(person, draft.unit))}}}" + (f"  # {_comment(note)}" if note else "")


def _member(person: Specialist, unit: str) -> Iterator[str]:
    yield f"name: {scalar(person.name)}"
    if person.skills:
        yield f"skills: [{', '.join(map(scalar, person.skills))}]"
    if unit == "points":
        yield f"points_per_sprint: {person.points_per_sprint:g}"
    else:
        yield f"hours_per_day: {person.hours_per_day:g}"


def _skill_map(draft: Draft) -> Iterator[str]:
    """Show which skill comes from what, as comments."""
    if not draft.skills.source:
        yield "# LOOK: the export has no components or labels that recur: anyone does anything."
        return
    yield f"# Skills, by {draft.skills.source}; people have the skills of the issues they were given (numbers: issues):"
    for skill, count in draft.skills.issues.items():
        yield f"#   {_comment(skill)}: {count}"


def _policy(draft: Draft) -> Iterator[str]:
    open_items = [item for item in draft.items if item.status != "done"]
    if any(item.value is not None for item in open_items):
        yield "policy: {score: value}"
    elif any(item.priority for item in open_items):
        yield "policy: {score: priority}  # LOOK: value is effort × the priority's factor, until items have a value"
    else:
        yield "policy: {score: order}  # LOOK: no values, no priorities: earlier rows count more"


def _comment(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
