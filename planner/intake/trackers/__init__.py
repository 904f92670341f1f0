"""Tracker exports to a scenario that plans at once: ``import_export``."""

from __future__ import annotations

from pathlib import Path

from planner.errors import InputError
from planner.intake.trackers.assemble import backlog
from planner.intake.trackers.detect import TRACKERS, read_export
from planner.intake.trackers.issue import Entry, Findings
from planner.intake.trackers.nesting import Epics
from planner.intake.trackers.report import ImportReport
from planner.intake.trackers.writing import write

__all__ = ["TRACKERS", "Entry", "Epics", "ImportReport", "import_export"]


def import_export(
    path: Path,
    *,
    tracker: str | None = None,
    team: int | None = None,
    strict_links: bool = False,
    epics: Epics = "theme",
    out: Path,
) -> ImportReport:
    """Turn a tracker's export into ``out/scenario.yaml``, ``out/backlog.csv`` and ``out/import-report.md``.

    Parameters
    ----------
    path
        The export: csv, tsv, xlsx or JSON.
    tracker
        One of :data:`TRACKERS`; None: detected by the columns.
    team
        So many people alike instead of the assignees.
    strict_links
        Keep links that leave the export: their items stay out of any plan.
    epics
        ``theme``: an epic is its issues' theme; ``milestones``: it is an item that waits for them.

    Raises
    ------
    InputError
        If the file cannot be read or is not such an export, or the folder holds another scenario.
    """
    findings = Findings()
    export = read_export(path, tracker, findings)
    draft = backlog(export, team, strict_links, epics, findings)
    if not draft.items:
        cause = f"none of its {export.rows:,} rows is an item: {findings.unused[0].what}: {findings.unused[0].reason}"
        raise InputError(str(path), cause, "Export issues that are still open, too")
    report = ImportReport(
        tracker=export.tracker,
        source=str(path),
        folder=out,
        rows=export.rows,
        items=len(draft.items),
        tasks=draft.tasks,
        unused=tuple(sorted(findings.unused, key=lambda entry: entry.row or 0)),
        links=tuple(findings.links),
        guesses=tuple(findings.guesses),
    )
    write(export, draft, report)
    return report
