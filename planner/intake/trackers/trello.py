"""Trello's board JSON and CSV: points in the names, checklists as sub-tasks, archived cards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.intake.rows import Row, Rows
from planner.intake.trackers.issue import Export, Findings, Issue, Standing
from planner.intake.trackers.json_source import Json, entries_of, text_of
from planner.intake.trackers.table import Table, column_name
from planner.intake.trackers.text_links import TextLinks, text_links
from planner.intake.trackers.values import MAX_EFFORT, Dates, clean, hours, listed, number, person
from planner.intake.trackers.words import standing_of_column

if TYPE_CHECKING:
    import datetime

_POINTS_IN_NAME = re.compile(r"^\s*[(\[](\d{1,4}(?:[.,]\d{1,2})?)[)\]]\s*|\s*[(\[](\d{1,4}(?:[.,]\d{1,2})?)[)\]]\s*$")
_POINT_FIELDS = ("story points", "points", "estimate", "sp", "size", "effort")
_HOUR_FIELDS = ("hours", "estimated hours", "time estimate", "estimated time", "estimate (hours)")
_COLOUR = re.compile(
    r"\s*\((?:green|yellow|orange|red|purple|blue|sky|lime|pink|black)(?:[ _](?:light|dark))?\)$", re.I
)
_CARD_URL = re.compile(r"trello\.com/c/(\w+)(?:/(\d+)-)?")


def title_and_points(name: str) -> tuple[str, float | None]:
    """Split ``(3) Landing page`` or ``Landing page [5]`` into the title and its points."""
    found = _POINTS_IN_NAME.search(name)
    if not found:
        return clean(name, 500), None
    title = clean(name[: found.start()] + name[found.end() :], 500)
    return title or clean(name, 500), number(found[1] or found[2])


# --- board JSON ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Board:
    """What the cards of a board refer to by id."""

    lists: Mapping[str, dict[str, Json]]
    people: Mapping[str, str]
    labels: Mapping[str, str]
    checklists: Mapping[str, list[dict[str, Json]]]
    fields: Mapping[str, tuple[str, Mapping[str, str]]]  # name, and the texts of its options


def _board(content: Json) -> _Board:
    checklists: dict[str, list[dict[str, Json]]] = {}
    for checklist in entries_of(content, "checklists"):
        checklists.setdefault(text_of(checklist, "idCard"), []).append(checklist)
    return _Board(
        lists={text_of(one, "id"): one for one in entries_of(content, "lists")},
        people={
            text_of(one, "id"): text_of(one, "fullName") or text_of(one, "username")
            for one in entries_of(content, "members")
        },
        labels={text_of(one, "id"): text_of(one, "name") for one in entries_of(content, "labels")},
        checklists=checklists,
        fields={
            text_of(one, "id"): (
                column_name(text_of(one, "name")),
                {text_of(option, "id"): text_of(option, "value", "text") for option in entries_of(one, "options")},
            )
            for one in entries_of(content, "customFields")
        },
    )


def read_board(content: Json, findings: Findings) -> Export:
    """Read the cards of a board, list by list, and the entries of their checklists."""
    board = _board(content)
    places = {name: place for place, name in enumerate(_by_position(board))}
    cards = entries_of(content, "cards")
    shortened = {text_of(card, "shortLink"): _key(card) for card in cards}
    issues: list[Issue] = []
    rows = 0
    for row, card in enumerate(cards, start=1):
        rows += 1
        rank = (places.get(text_of(card, "idList"), len(places)), number(text_of(card, "pos")) or 0.0)
        issue = _card(row, card, board, shortened, findings, f"{rank[0]:06}/{rank[1]:020.4f}")
        if issue is None:
            continue
        issues.append(issue)
        parts = list(_checklist_entries(row, card, board, issue.key))
        rows += len(parts)
        issues += parts
    return Export("Trello", tuple(issues), rows, text_of(content, "name"))


def _by_position(board: _Board) -> list[str]:
    return sorted(board.lists, key=lambda name: (number(text_of(board.lists[name], "pos")) or 0.0, name))


def _key(card: dict[str, Json]) -> str:
    return f"card-{text_of(card, 'idShort')}" if text_of(card, "idShort") else text_of(card, "shortLink", "id")


def _card(
    row: int, card: dict[str, Json], board: _Board, shortened: Mapping[str, str], findings: Findings, rank: str
) -> Issue | None:
    title, in_name = title_and_points(text_of(card, "name"))
    if not title:
        findings.not_used(row, "a card without a name", "not a card we can plan")
        return None
    column = board.lists.get(text_of(card, "idList"), {})
    archived = card.get("closed") is True or column.get("closed") is True
    standing, ended = _standing(row, text_of(column, "name"), archived, card.get("dueComplete") is True, findings)
    fields = _fields(card, board)
    links = _linked(text_links(text_of(card, "desc")), shortened)
    members = card.get("idMembers")
    labels = [text_of(one, "name") for one in entries_of(card, "labels")] or [
        board.labels.get(str(one), "") for one in _plain_list(card.get("idLabels"))
    ]
    points = next((fields[name] for name in _POINT_FIELDS if name in fields), "")
    worked = next((fields[name] for name in _HOUR_FIELDS if name in fields), "")
    return Issue(
        row=row,
        key=_key(card) or f"card-at-{row}",
        title=title,
        standing=standing,
        ended=ended,
        aliases=tuple(filter(None, (text_of(card, "id"), text_of(card, "shortLink"), f"#{text_of(card, 'idShort')}"))),
        waits_for=links.waits_for,
        holds_up=links.holds_up,
        points=_usable(row, points, number(points), findings) if points else in_name,
        hours=_usable(row, worked, hours(worked, "h"), findings) if worked else None,
        priority=fields.get("priority", ""),
        people=tuple(filter(None, (person(board.people.get(str(one), "")) for one in _plain_list(members)))),
        skill=clean(fields.get("skill", "") or fields.get("discipline", ""), 100),
        labels=tuple(filter(None, labels)),
        due=_due(text_of(card, "due")),
        rank=rank,
    )


def _plain_list(entry: Json) -> list[Json]:
    return entry if isinstance(entry, list) else []


def _due(text: str) -> datetime.date | None:
    return Dates(()).read(text) if text else None


def _usable(row: int, text: str, amount: float | None, findings: Findings) -> float | None:
    if amount is not None and 0 <= amount <= MAX_EFFORT:
        return amount
    findings.guess(row, f"{text[:40]!r} as an estimate", "not a usable amount: taken as no estimate")
    return None


def _fields(card: dict[str, Json], board: _Board) -> dict[str, str]:
    """Return the card's custom fields by name; a chosen option by its text."""
    filled = {}
    for entry in entries_of(card, "customFieldItems"):
        name, options = board.fields.get(text_of(entry, "idCustomField"), ("", {}))
        value = entry.get("value")
        text = options.get(text_of(entry, "idValue"), "") or (
            next(filter(None, (text_of(value, kind) for kind in ("number", "text", "date"))), "")
        )
        if name and text:
            filled[name] = text
    return filled


def _linked(links: TextLinks, shortened: Mapping[str, str]) -> TextLinks:
    """Card addresses in a description lead to the card's key."""

    def key(reference: str) -> str:
        found = _CARD_URL.search(reference)
        return shortened.get(found[1], reference) if found else reference

    return TextLinks(tuple(map(key, links.waits_for)), tuple(map(key, links.holds_up)), "")


def _checklist_entries(row: int, card: dict[str, Json], board: _Board, parent: str) -> Iterator[Issue]:
    """Every entry of a card's checklists is a part of the card."""
    entries = [
        entry
        for checklist in board.checklists.get(text_of(card, "id"), [])
        for entry in sorted(entries_of(checklist, "checkItems"), key=lambda one: number(text_of(one, "pos")) or 0.0)
    ]
    for count, entry in enumerate(entries, start=1):
        title, points = title_and_points(text_of(entry, "name"))
        who = person(board.people.get(text_of(entry, "idMember"), ""))
        yield Issue(
            row=row,
            key=f"{parent}.{count}",
            title=title or f"entry {count}",
            standing="done" if text_of(entry, "state") == "complete" else "todo",
            subtask=True,
            parent=parent,
            points=points,
            people=(who,) if who else (),
        )


def _standing(row: int, column: str, archived: bool, due_complete: bool, findings: Findings) -> tuple[Standing, str]:
    """Where a card stands: by its list, or its due date ticked off; archived without either it was dropped."""
    by_list = standing_of_column(column) if column else None
    if due_complete or by_list == "done":
        return "done", ""
    if archived or by_list == "dropped":
        return "dropped", "archived" if archived else column
    if by_list is None and column:
        findings.guess(row, f"list {column[:40]!r}", "the list's name says no status: taken as not started")
    return by_list or "todo", ""


# --- CSV -------------------------------------------------------------------------------------------------------------


def read(rows: Rows, findings: Findings) -> Export:
    """Read the cards of a CSV export, which has no checklists."""
    table = Table(rows, findings)
    issues = [issue for row in table if (issue := _card_row(table, row, findings))]
    boards = {table.cell(row, "board name") for row in table} - {""}
    return Export("Trello", tuple(issues), len(rows.rows), boards.pop() if len(boards) == 1 else "")


def _card_row(table: Table, row: Row, findings: Findings) -> Issue | None:
    title, in_name = title_and_points(table.cell(row, "card name", "title"))
    if not title:
        findings.not_used(row.number, "a card without a name", "not a card we can plan")
        return None
    archived = table.cell(row, "archived").casefold() in ("true", "yes", "1")
    complete = table.cell(row, "due complete").casefold() in ("true", "yes", "1")
    standing, ended = _standing(row.number, table.cell(row, "list name", "list"), archived, complete, findings)
    address = _CARD_URL.search(table.cell(row, "card url", "url"))
    number_on_board = (address[2] if address else "") or table.cell(row, "card #")
    links = text_links(table.cell(row, "card description", "description"))
    labels = (_COLOUR.sub("", label) for label in listed(table.cell(row, "labels")))
    return Issue(
        row=row.number,
        key=f"card-{number_on_board}" if number_on_board else table.cell(row, "card id") or f"row-{row.number}",
        title=title,
        standing=standing,
        ended=ended,
        aliases=tuple(filter(None, (table.cell(row, "card id"), table.cell(row, "card url", "url")))),
        waits_for=links.waits_for,
        holds_up=links.holds_up,
        points=table.points(row, *_POINT_FIELDS) if table.cell(row, *_POINT_FIELDS) else in_name,
        hours=table.hours(row, "h", *_HOUR_FIELDS),
        priority=table.cell(row, "priority"),
        people=table.people(row, "members"),
        labels=tuple(labels),
        due=table.date(row, "due date"),
    )
