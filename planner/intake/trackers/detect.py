"""Which tracker a file comes from, and the way to its reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from planner.errors import InputError
from planner.intake.rows import TABLE_SUFFIXES, Rows, read_rows
from planner.intake.trackers import asana, azure, generic, github, jira, linear, trello
from planner.intake.trackers.issue import Export, Findings
from planner.intake.trackers.json_source import MAX_ENTRIES, Json, read_json
from planner.intake.trackers.table import column_name

TRACKERS = ("jira", "asana", "trello", "linear", "github", "azure", "generic")

_READERS: dict[str, Callable[[Rows, Findings], Export]] = {
    "jira": jira.read,
    "asana": asana.read,
    "trello": trello.read,
    "linear": linear.read,
    "github": github.read,
    "azure": azure.read,
    "generic": generic.read,
}
_WANTED = {
    "jira": "Summary and Issue key",
    "asana": "Name and Section/Column",
    "trello": "Card Name",
    "linear": "ID, Team, Title and Status",
    "github": "Title and URL",
    "azure": "ID, Work Item Type and Title",
    "generic": "a title (Title, Summary, Name or the like)",
}


def read_export(path: Path, tracker: str | None, findings: Findings) -> Export:
    """Read an export; the tracker is detected by the columns if it is not said.

    Raises
    ------
    InputError
        If the file is not an export of the tracker, of none we know, or empty.
    """
    if tracker is not None and tracker not in TRACKERS:
        raise InputError("--from", f"{tracker!r} is not a tracker we know", f"Use one of {', '.join(TRACKERS)}")
    export = _from_json(path, tracker, findings) if _is_json(path) else _from_table(path, tracker, findings)
    if not export.issues:
        raise InputError(str(path), f"there are no issues in this {export.tracker} export", "Export some and try again")
    return export


def _is_json(path: Path) -> bool:
    if path.suffix.lower() not in (*TABLE_SUFFIXES, ".json"):
        endings = ", ".join((*TABLE_SUFFIXES, ".json"))
        raise InputError(str(path), "an export with this ending cannot be read", f"Use one of {endings}")
    return path.suffix.lower() == ".json"


def _from_table(path: Path, tracker: str | None, findings: Findings) -> Export:
    rows = read_rows(path)
    names = {column_name(header) for header in rows.header}
    found = tracker or next((name for name in TRACKERS if _fits(name, names, rows)), None)
    if found is None or not _fits(found, names, rows):
        shown = ", ".join(header[:40] for header in rows.header[:8])
        wanted = f"a {found} export has the columns {_WANTED[found]}" if found else f"it needs {_WANTED['generic']}"
        cause = f"this is not an export of {found}" if found else "no column tells what the items are called"
        raise InputError(str(path), f"{cause}: the columns are {shown}", f"{wanted[0].upper()}{wanted[1:]}")
    if not rows.rows:
        raise InputError(str(path), "there is a header, but no rows below it", "Export some issues and try again")
    longer = sum(any(row.cells[len(rows.header) :]) for row in rows.rows)
    if longer:
        findings.guess(None, f"{longer} rows longer than the header", "the cells beyond it have no name: not used")
    return _READERS[found](rows, findings)


def _fits(tracker: str, names: set[str], rows: Rows) -> bool:
    """Whether the columns could be this tracker's; checked from the most to the least telling."""

    def any_of(options: tuple[str, ...]) -> bool:
        return not names.isdisjoint(options)

    if tracker == "jira":
        return any_of(jira.SUMMARY) and any_of(jira.KEY) and not names >= {"work item type", "title"}
    if tracker == "asana":
        return "name" in names and any_of(("section/column", "task id", "completed at"))
    if tracker == "trello":
        return "card name" in names
    if tracker == "linear":
        return names >= {"id", "team", "title", "status"}
    if tracker == "azure":
        return names >= {"id", "work item type"} and any_of(("title", "title 1"))
    if tracker == "github":
        return names >= {"title", "url"} and any_of(("assignees", "status", "labels", "repository"))
    return any_of(generic.TITLE) and bool(rows.header)


def _from_json(path: Path, tracker: str | None, findings: Findings) -> Export:
    content = read_json(path)
    found = _json_tracker(content)
    if found is None:
        remedy = "Use the JSON of a Trello board, or of `gh project item-list` or `gh issue list`; else a table"
        raise InputError(str(path), "this JSON is no export we know", remedy)
    if tracker not in (None, found):
        raise InputError(str(path), f"this is not an export of {tracker}, but of {found}", f"Use --from {found}")
    entries = content.get("cards" if found == "trello" else "items") if isinstance(content, dict) else content
    if isinstance(entries, list) and len(entries) > MAX_ENTRIES:
        raise InputError(str(path), f"there are more than {MAX_ENTRIES:,} entries", "Leave out what is long finished")
    if found == "trello":
        return trello.read_board(content, findings)
    return github.read_items(content, str(path), findings)


def _json_tracker(content: Json) -> str | None:
    if isinstance(content, dict) and isinstance(content.get("cards"), list) and isinstance(content.get("lists"), list):
        return "trello"
    items = content.get("items") if isinstance(content, dict) else content
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        titled = [item for item in items if isinstance(item, dict) and ("title" in item or "content" in item)]
        return "github" if titled or not items else None
    return None
