"""GitHub Projects' tab-separated export, and the JSON of the command line (``project item-list``, ``issue list``)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from planner.intake.rows import Row, Rows
from planner.intake.trackers.calendar import working_days
from planner.intake.trackers.issue import Export, Findings, Issue, Standing
from planner.intake.trackers.json_source import Json, entries_of, text_of, texts_of
from planner.intake.trackers.table import Table, column_name
from planner.intake.trackers.text_links import TextLinks, references, text_links
from planner.intake.trackers.values import Dates, clean
from planner.intake.trackers.words import is_container

_ADDRESS = re.compile(r"https?://[^/]+/([\w.-]+)/([\w.-]+)/(issues|pull)/(\d+)")
_SIZES = {
    "xxs": 1,
    "xs": 1,
    "s": 2,
    "small": 2,
    "m": 3,
    "medium": 3,
    "l": 5,
    "large": 5,
    "xl": 8,
    "x-large": 8,
    "xxl": 13,
}
_POINTS = ("estimate", "story points", "points", "effort", "sp")
_HOURS = ("hours", "estimate (hours)", "estimated hours", "time estimate")
_COLUMNS = ("title", "url", "assignees", "status", "labels", "milestone", "priority", "iteration", "sprint", "type")
_PLAIN_KINDS = ("issue", "draftissue", "draft issue")  # what every item is
_WAITS, _HOLDS_UP = ("blocked by", "depends on"), ("blocking", "blocks")
_PARENT = ("parent issue", "parent", "tracked by")


def read(rows: Rows, findings: Findings) -> Export:
    """Read the items of a project's table."""
    table = Table(rows, findings)
    one_place = _one_repository(table.cell(row, "url") for row in table)
    issues = [issue for row in table if (issue := _issue(table, row, one_place, findings))]
    return Export("GitHub", tuple(issues), len(rows.rows), one_place.partition("/")[2])


def _one_repository(addresses: Iterable[str]) -> str:
    """Return the repository that all addresses are in, as owner/name; empty if there are several."""
    places = {f"{found[1]}/{found[2]}" for text in addresses if (found := _ADDRESS.match(text))}
    return places.pop() if len(places) == 1 else ""


def _issue(table: Table, row: Row, one_place: str, findings: Findings) -> Issue | None:
    title, address = clean(table.cell(row, "title"), 500), table.cell(row, "url")
    found = _ADDRESS.match(address)
    if not title and not found:
        findings.not_used(row.number, "a row without title and URL", "not an item of a project")
        return None
    kind = table.cell(row, "type", "issue type")
    if (found and found[3] == "pull") or kind.casefold() in ("pullrequest", "pull request"):
        findings.not_used(row.number, title or address, "a pull request: the work is planned by its issue")
        return None
    labels = table.lists(row, "labels")
    in_text = text_links(table.cell(row, "body", "description"))
    in_text = _absolute(in_text, found, one_place)
    standing, ended = _standing(table, row)
    sprint = table.cell(row, "iteration", "sprint")
    return Issue(
        row=row.number,
        key=_key(found, row.number),
        title=title or address,
        kind="" if kind.casefold() in _PLAIN_KINDS else kind,
        standing=standing,
        ended=ended,
        container=is_container(kind) or any(map(is_container, labels)),
        parent=next(iter(_field(table, row, found, one_place, *_PARENT)), "") or in_text.parent,
        aliases=_aliases(address, found, one_place),
        theme=table.cell(row, "epic", "theme", "milestone"),
        waits_for=_field(table, row, found, one_place, *_WAITS) + in_text.waits_for,
        holds_up=_field(table, row, found, one_place, *_HOLDS_UP) + in_text.holds_up,
        points=_points(table, row, findings),
        hours=table.hours(row, "h", *_HOURS),
        priority=table.cell(row, "priority"),
        people=table.people(row, "assignees", "assignee"),
        skill=clean(table.cell(row, "skill", "discipline"), 100),
        components=table.lists(row, "component", "area"),
        labels=labels,
        sprints=(sprint,) if sprint else (),
        due=table.date(row, "due date", "due", "target date", "end date"),
    )


def _key(found: re.Match[str] | None, row: int) -> str:
    return f"{found[2]}-{found[4]}" if found else f"draft-{row}"


def _aliases(address: str, found: re.Match[str] | None, one_place: str) -> tuple[str, ...]:
    if not found:
        return ()
    return (address, f"{found[1]}/{found[2]}#{found[4]}", *([f"#{found[4]}"] if one_place else []))


def _field(table: Table, row: Row, found: re.Match[str] | None, one_place: str, *names: str) -> tuple[str, ...]:
    cells = table.cells(row, *names)
    named = TextLinks(tuple(one for cell in cells for one in (references(cell) or (cell,))), (), "")
    return _absolute(named, found, one_place).waits_for


def _absolute(links: TextLinks, found: re.Match[str] | None, one_place: str) -> TextLinks:
    """``#12`` means the repository of the issue that says so."""
    home = f"{found[1]}/{found[2]}" if found else one_place

    def full(reference: str) -> str:
        address = _ADDRESS.match(reference)
        if address:
            return f"{address[1]}/{address[2]}#{address[4]}"
        return f"{home}{reference}" if home and reference.startswith("#") else reference

    return TextLinks(tuple(map(full, links.waits_for)), tuple(map(full, links.holds_up)), full(links.parent))


def _points(table: Table, row: Row, findings: Findings) -> float | None:
    """Story points; a T-shirt size stands for points of the same order."""
    if table.cell(row, *_POINTS):
        return table.points(row, *_POINTS)
    size = table.cell(row, "size").strip("🐇🐋🐂🦑🐻 ").casefold()
    if size in _SIZES:
        findings.guess(row.number, f"size {size.upper()}", f"a size taken as points: {_SIZES[size]}")
        return float(_SIZES[size])
    return table.points(row, "size")


def _standing(table: Table, row: Row) -> tuple[Standing, str]:
    """Where it stands: closed on the site is surer than the project's column."""
    reason = table.cell(row, "state reason").casefold().replace("_", " ")
    if reason in ("not planned", "duplicate"):
        return "dropped", f"closed as {reason}"
    status = table.cell(row, "status")
    if table.cell(row, "state").casefold() == "closed":
        return "done", ""
    if not status:
        return "todo", ""
    standing = table.standing(row, status)
    return standing, status if standing == "dropped" else ""


# --- JSON ------------------------------------------------------------------------------------------------------------


def read_items(content: Json, name: str, findings: Findings) -> Export:
    """Read what the command line prints as JSON: turned into the same table, one row per item."""
    items = entries_of({"items": content} if isinstance(content, list) else content, "items")
    cells = [_cells(item) for item in items]
    header = tuple(dict.fromkeys([*_COLUMNS, *(column for filled in cells for column in filled)]))
    rows = tuple(
        Row(number, tuple(filled.get(column, "") for column in header)) for number, filled in enumerate(cells, start=1)
    )
    export = read(Rows(header, rows, name), findings)
    return Export(export.tracker, export.issues, export.rows, export.title, None, _iteration_days(items))


def _cells(item: dict[str, Json]) -> dict[str, str]:
    """Flatten an item: its own fields, and those of the issue it stands for."""
    content = item.get("content")
    merged = {**(content if isinstance(content, dict) else {}), **item}
    filled = {}
    for key, value in merged.items():
        words = column_name(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key))
        issue = words in (*_PARENT, *_WAITS, *_HOLDS_UP)  # an issue is known by its address, not by its title
        parts = texts_of(value, *(("url", "title") if issue else ("login", "name", "title", "url")))
        filled[words] = ", ".join(parts) if parts else text_of(merged, key)
    return {column: text for column, text in filled.items() if text and column not in ("id", "content")}


def _iteration_days(items: Iterable[dict[str, Json]]) -> int | None:
    import datetime

    spans = []
    for item in items:
        for key in ("iteration", "sprint"):
            first = Dates(()).read(text_of(item, key, "startDate"))
            length = text_of(item, key, "duration")
            if first and length.isdecimal() and 0 < int(length[:4]) <= 200:
                spans.append((first, first + datetime.timedelta(int(length[:4]))))
    return working_days(spans)
