"""Jira's CSV exports, server and cloud: one column per value, links by type and direction, estimates in seconds."""

from __future__ import annotations

import re

from planner.intake.rows import Row, Rows
from planner.intake.trackers.issue import Export, Findings, Issue, Standing
from planner.intake.trackers.table import Table
from planner.intake.trackers.values import clean, number
from planner.intake.trackers.words import is_container, is_subtask, standing_of

KEY = ("issue key", "work item key", "vorgangsschlüssel", "clé du ticket", "clave de incidencia", "chave do item")
NUMBER = ("issue id", "work item id", "vorgangs-id", "id du ticket", "id de la incidencia")
SUMMARY = ("summary", "zusammenfassung", "résumé", "resumen", "resumo", "riepilogo")
KIND = ("issue type", "work type", "work item type", "vorgangstyp", "type de ticket", "tipo de incidencia")
STATUS = ("status", "statut", "estado")
CATEGORY = ("status category", "statuskategorie", "catégorie d'état", "categoría de estado")
RESOLUTION = ("resolution", "lösung", "résolution", "resolución")
PRIORITY = ("priority", "priorität", "priorité", "prioridad")
ASSIGNEE = ("assignee", "bearbeiter", "zugewiesene person", "responsable", "persona asignada", "attribution")
DUE = ("due date", "fälligkeitsdatum", "date d'échéance", "fecha de vencimiento")
COMPONENTS = ("components", "component/s", "komponenten", "komponente/n", "composants", "componentes")
LABELS = ("labels", "stichwörter", "étiquettes", "etiquetas")
POINTS = ("story points", "story point estimate", "story-points")
ORIGINAL = ("original estimate", "ursprüngliche schätzung", "estimation originale")
REMAINING = ("remaining estimate", "verbleibende schätzung", "estimation restante")

_LINK = re.compile(r"(inward|outward) (?:issue|work item) link \((.*)\)")
_WAITS = re.compile(r"depend|requir|follow|prerequisite|needs", re.I)  # outward: this issue waits for the other
_HOLDS_UP = re.compile(r"block|preced|gantt|finish[- ]to[- ]start|end[- ]to[- ]start|before", re.I)  # outward: it waits
_NO_ORDER = re.compile(r"start[- ]to[- ]start|(finish|end)[- ]to[- ](finish|end)|start[- ]to[- ](finish|end)", re.I)


def read(rows: Rows, findings: Findings) -> Export:
    """Read the issues of an export."""
    table = Table(rows, findings)
    links = _link_columns(table)
    issues = [issue for row in table if (issue := _issue(table, row, links, findings))]
    projects = {table.cell(row, "project name") for row in table}
    title = projects.pop() if len(projects) == 1 else ""
    return Export("Jira", tuple(issues), len(rows.rows), title)


def _link_columns(table: Table) -> dict[str, tuple[str, ...]]:
    """Sort the link columns by who waits for whom; the direction is seen from this row's issue.

    ``Outward issue link (Depends)`` names what this issue depends on, ``Outward issue link (Blocks)`` what it blocks;
    ``Inward`` turns each around. Types that order nothing (Relates, Duplicate, Cloners) are left out.
    """
    waits: list[str] = []
    holds_up: list[str] = []
    for name in table.names:
        found = _LINK.fullmatch(name)
        if not found or _NO_ORDER.search(found[2]):
            continue
        outward = found[1] == "outward"
        if _WAITS.search(found[2]):
            (waits if outward else holds_up).append(name)
        elif _HOLDS_UP.search(found[2]):
            (holds_up if outward else waits).append(name)
    return {"waits": tuple(waits), "holds_up": tuple(holds_up)}


def _issue(table: Table, row: Row, links: dict[str, tuple[str, ...]], findings: Findings) -> Issue | None:
    key = table.cell(row, *KEY)
    title = clean(table.cell(row, *SUMMARY), 500)
    if not key and not title:
        findings.not_used(row.number, "a row without key and summary", "not an issue")
        return None
    kind = table.cell(row, *KIND)
    standing, ended = _standing(table, row)
    identity = table.cell(row, *NUMBER)
    epic = table.cell(row, "epic link")
    return Issue(
        row=row.number,
        key=key or f"row-{row.number}",
        title=title or key,
        kind=kind,
        standing=standing,
        ended=ended,
        container=is_container(kind),
        subtask=is_subtask(kind),
        parent=table.cell(row, "parent key", "parent id", "parent", "übergeordnet", "parent link") or epic,
        aliases=(identity,) if identity else (),
        theme=table.cell(row, "parent summary", "epic link summary", "epic name") or epic,
        waits_for=table.lists(row, *links["waits"]),
        holds_up=table.lists(row, *links["holds_up"]),
        points=table.points(row, *POINTS),
        hours=table.hours(row, "s", *ORIGINAL),
        hours_left=table.hours(row, "s", *REMAINING),
        value=_value(table, row),
        priority=table.cell(row, *PRIORITY),
        people=table.people(row, *ASSIGNEE),
        components=table.lists(row, *COMPONENTS),
        labels=table.lists(row, *LABELS),
        sprints=table.cells(row, "sprint"),
        due=table.date(row, *DUE),
        rank=table.cell(row, "rank") or None,
    )


def _value(table: Table, row: Row) -> float | None:
    amount = number(table.cell(row, "business value"))
    return amount if amount is not None and 0 <= amount <= 1e9 else None


def _standing(table: Table, row: Row) -> tuple[Standing, str]:
    """Where it stands: closed without delivery by resolution or status; else by category, else by status."""
    resolution, status = table.cell(row, *RESOLUTION), table.cell(row, *STATUS)
    for word in (resolution, status):
        if word and standing_of(word) == "dropped":
            return "dropped", word
    category = table.cell(row, *CATEGORY)
    by_category = standing_of(category) if category else None
    return by_category or table.standing(row, status), ""
