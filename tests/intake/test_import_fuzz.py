"""Exports with cells that nobody expects: an import or one message, never a traceback, and what is written loads."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.intake.scenario_file import load_scenario
from planner.intake.trackers import import_export
from tests.intake.imported import EXPORTS

TABLES = sorted(path.name for path in EXPORTS.iterdir() if path.suffix != ".json")
BOARDS = sorted(path.name for path in EXPORTS.iterdir() if path.suffix == ".json")
NASTY = [
    "",
    "1e999",
    "-5",
    "NaN",
    "∞",
    "9" * 400,
    "=1+1",
    "'",
    '"',
    "a,b;c",
    "#",
    "a: {b}",
    "x" * 3000,
    "\u202e\u0000a",
]
NASTY += [
    "SHOP-1",
    "SHOP-2",
    "Review",
    "0/0/0",
    "31/12/9999",
    "<x@y>",
    "true",
    "null",
    "- 1",
    "%",
    "\ud7ff",
    "🔥",
    "`|`",
]
cells = st.one_of(st.sampled_from(NASTY), st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))


def check_survives(path: Path, folder: Path, options: dict[str, Any]) -> None:
    try:
        report = import_export(path, out=folder / "out", **options)
    except InputError:
        assert not list((folder / "out").glob("*")) if (folder / "out").exists() else True
        return
    scenario = load_scenario(folder / "out" / "scenario.yaml").scenario
    assert len(scenario.backlog) == report.items
    assert report.rows == report.items + report.tasks + len(report.unused)


options = st.fixed_dictionaries(
    {}, optional={"strict_links": st.booleans(), "team": st.just(2), "epics": st.sampled_from(["theme", "milestones"])}
)


@pytest.mark.parametrize("name", TABLES)
@given(changes=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40), cells), max_size=8), chosen=options)
def test_tables(name: str, changes: list[tuple[int, int, str]], chosen: dict[str, Any]) -> None:
    separator = {"generic.csv": ";", "jira_server_german.csv": ";", "github_project.tsv": "\t"}.get(name, ",")
    encoding = "cp1252" if "german" in name else "utf-8-sig"
    with (EXPORTS / name).open(encoding=encoding, newline="") as file:
        records = list(csv.reader(file, delimiter=separator))
    for row, column, text in changes:
        record = records[1 + row % (len(records) - 1)]
        if record:
            record[column % len(record)] = text.replace("\0", "")
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(records)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(out.getvalue(), encoding="utf-8", newline="")
        check_survives(path, Path(folder), chosen)


leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), cells)
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(cells, inner, max_size=2))


def changed(content: Any, place: int, value: Any) -> Any:
    """Put the value in the place of one node, counted in the order of the file."""
    nodes: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            nodes.append((node, key))
            walk(inner)

    walk(content)
    parent, key = nodes[place % len(nodes)]
    parent[key] = value
    return content


@pytest.mark.parametrize("name", BOARDS)
@given(changes=st.lists(st.tuples(st.integers(0, 300), values), max_size=4), chosen=options)
def test_json(name: str, changes: list[tuple[int, Any]], chosen: dict[str, Any]) -> None:
    content = json.loads((EXPORTS / name).read_text(encoding="utf-8"))
    for place, value in changes:
        content = changed(content, place, value)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(json.dumps(content), encoding="utf-8")
        check_survives(path, Path(folder), chosen)
