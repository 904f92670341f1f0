"""Whatever an export links, nests and repeats: the backlog loads, has no circle, and nothing is lost in silence."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.scenario import Scenario
from models.team import Specialist
from planner.graph import ItemGraph
from planner.intake.scenario_file import load_scenario
from planner.intake.trackers.assemble import Draft, backlog
from planner.intake.trackers.issue import Export, Findings, Issue
from planner.intake.trackers.nesting import Epics
from planner.intake.trackers.report import ImportReport
from planner.intake.trackers.writing import write
from planner.work import open_items

KEYS = [f"K-{number}" for number in range(8)]
references = st.lists(st.sampled_from([*KEYS, "EXT-1"]), max_size=3).map(tuple)


@st.composite
def issues(draw: st.DrawFn) -> tuple[Issue, ...]:
    """Issues with repeated keys, circles of parents and links, epics below tasks, closed ones anywhere."""
    count = draw(st.integers(1, 10))
    return tuple(
        Issue(
            row=row,
            key=draw(st.sampled_from(KEYS)),
            title=draw(st.sampled_from(["Title", "a; b, c", "=1+1", "x: y > z (1)"])),
            standing=draw(st.sampled_from(["todo", "todo", "in-progress", "done", "dropped"])),
            container=draw(st.sampled_from([False, False, False, True])),
            parent=draw(st.sampled_from(["", "", *KEYS])),
            waits_for=draw(references),
            holds_up=draw(references),
            points=draw(st.sampled_from([None, 0, 1, 3.5])),
            hours=draw(st.sampled_from([None, 2])),
            hours_left=draw(st.sampled_from([None, 0, 1])),
            people=draw(st.sampled_from([(), ("Ana",), ("Bob", "Ana")])),
            labels=draw(st.sampled_from([(), ("web",), ("mail, post", "web"), ("x > 2",)])),
        )
        for row in range(2, count + 2)
    )


def made(rows: tuple[Issue, ...], strict: bool, epics: Epics) -> tuple[Draft, Findings]:
    findings = Findings()
    return backlog(Export("Jira", rows, len(rows)), None, strict, epics, findings), findings


@given(issues(), st.booleans(), st.sampled_from(["theme", "milestones"]))
def test_no_circle_and_every_row_once(rows: tuple[Issue, ...], strict: bool, epics: Epics) -> None:
    draft, findings = made(rows, strict, epics)
    scenario = Scenario(
        unit=draft.unit, team=tuple(draft.team.members) or (Specialist(name="Ana"),), backlog=tuple(draft.items)
    )
    ItemGraph.of(scenario, open_items(scenario))  # raises at a circle
    assert len(rows) == len(draft.items) + draft.tasks + len(findings.unused)
    reported = Counter(entry.row for entry in findings.unused)
    assert max(reported.values(), default=0) <= 1
    written = Counter(item.title for item in draft.items)
    assert sum(written.values()) == len(draft.items)


@given(issues(), st.booleans(), st.sampled_from(["theme", "milestones"]))
def test_files_load_to_the_same_backlog(rows: tuple[Issue, ...], strict: bool, epics: Epics) -> None:
    draft, _ = made(rows, strict, epics)
    if not draft.items:
        return
    with tempfile.TemporaryDirectory() as folder:
        report = ImportReport("Jira", "x.csv", Path(folder), len(rows), len(draft.items), draft.tasks, (), (), ())
        write(Export("Jira", rows, len(rows), "Title: 'odd' #1"), draft, report)
        scenario = load_scenario(Path(folder) / "scenario.yaml").scenario
    assert scenario.backlog == tuple(draft.items)
    assert scenario.team == tuple(draft.team.members)
    assert scenario.name == "Title: 'odd' #1"


@given(
    st.lists(
        st.tuples(st.sampled_from(["todo", "done", "dropped"]), references, references), min_size=len(KEYS), max_size=8
    )
)
def test_every_link_of_an_open_issue_is_kept_or_told(drawn: list[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> None:
    rows = tuple(
        Issue(row, key, key, standing=standing, waits_for=waits, holds_up=holds)  # type: ignore[arg-type]
        for row, (key, (standing, waits, holds)) in enumerate(zip(KEYS, drawn, strict=True), start=2)
    )
    draft, findings = made(rows, strict=False, epics="theme")
    status = {row.key: row.standing for row in rows}
    asked = {(row.key, first) for row in rows for first in row.waits_for}
    asked |= {(waiter, row.key) for row in rows for waiter in row.holds_up}
    kept = {(item.id, link.item) for item in draft.items for link in item.depends_on}
    told = Counter((entry.what.split(" waits for ")[0], entry.what.split(" waits for ")[1]) for entry in findings.links)
    open_ends = {(waiter, first) for waiter, first in asked if status.get(waiter, status.get(first)) == "todo"}
    assert kept.isdisjoint(told)
    assert kept | set(told) == open_ends
    assert max(told.values(), default=1) == 1 or any("EXT-1" in pair for pair in told)


def test_a_long_circle_is_cut_once() -> None:
    count = 3_000
    rows = tuple(
        Issue(number + 2, f"K-{number}", "t", waits_for=(f"K-{(number + 1) % count}",)) for number in range(count)
    )
    draft, findings = made(rows, strict=False, epics="theme")
    assert sum(len(item.depends_on) for item in draft.items) == count - 1
    assert [entry.row for entry in findings.links] == [count + 1]
    assert len(findings.links[0].reason) < 300


@pytest.mark.parametrize("epics", ["theme", "milestones"])
def test_links_of_epics(epics: Epics) -> None:
    rows = (
        Issue(2, "E-1", "First", container=True),
        Issue(3, "K-1", "One", parent="E-1"),
        Issue(4, "E-2", "Second", container=True, waits_for=("E-1",)),
        Issue(5, "K-2", "Two", parent="E-2", waits_for=("E-1",)),
    )
    draft, findings = made(rows, strict=False, epics=epics)
    needs = {item.id: [link.item for link in item.depends_on] for item in draft.items}
    if epics == "milestones":
        assert needs == {"E-1": ["K-1"], "K-1": [], "E-2": ["E-1", "K-2"], "K-2": ["E-1"]}
        assert findings.links == []
    else:
        assert needs == {"K-1": [], "K-2": []}
        assert [entry.row for entry in findings.links] == [4, 5]


def test_what_happens_to_subtasks_of_closed_items() -> None:
    rows = (
        Issue(2, "K-1", "Done", standing="done", points=3),
        Issue(3, "K-2", "Left open", parent="K-1"),
        Issue(4, "K-3", "Done too", parent="K-1", standing="done"),
        Issue(5, "K-4", "Dropped", standing="dropped", ended="Won't Do"),
        Issue(6, "K-5", "Under it", parent="K-4"),
        Issue(7, "K-6", "Nearly done", points=5),
        Issue(8, "K-7", "All of it", parent="K-6", standing="done"),
    )
    draft, findings = made(rows, strict=False, epics="theme")
    items = {item.id: item for item in draft.items}
    assert [task.id for task in items["K-1"].work or ()] == ["K-3"]
    assert (items["K-6"].status, items["K-6"].effort, items["K-6"].remaining) == ("in-progress", 5, 0)
    assert {entry.row: entry.reason for entry in findings.unused} == {
        3: "sub-task of a done item: K-1 (Done)",
        5: "closed without delivery (Won't Do)",
        6: "sub-task of an item closed without delivery: K-4 (Dropped)",
        8: "finished sub-task of an open item: K-6 (Nearly done)",
    }


def test_subtasks_that_add_up_to_more_keep_their_points() -> None:
    rows = (
        Issue(2, "K-1", "Item", points=3),
        Issue(3, "K-2", "Part", parent="K-1", points=3),
        Issue(4, "K-3", "Part", parent="K-2", points=2),
    )
    draft, _ = made(rows, strict=False, epics="theme")
    assert [task.effort for task in draft.items[0].work or ()] == [3, 2]


def test_skill_is_the_commonest_recurring_label_somebody_has_done() -> None:
    rows = (
        Issue(2, "K-1", "a", labels=("web", "bug"), people=("Ana",)),
        Issue(3, "K-2", "b", labels=("Mail", "web"), people=("Bob",)),
        Issue(4, "K-3", "c", labels=("web", "print")),
        Issue(5, "K-4", "d", labels=("mail",)),
        Issue(6, "K-5", "e", labels=("print", "once")),
        Issue(7, "K-6", "f", labels=("bug",)),
    )
    draft, findings = made(rows, strict=False, epics="theme")
    assert [item.skill for item in draft.items] == ["web", "web", "web", "Mail", None, None]
    assert {person.name: list(person.skills) for person in draft.team.members} == {
        "Ana": ["web"],
        "Bob": ["Mail", "web"],
    }
    assert "label 'print', 2 issues" in [entry.what for entry in findings.guesses]


def test_repeated_ids_stay_apart_from_ids_that_look_like_them() -> None:
    rows = tuple(Issue(row, key, "t") for row, key in enumerate(["K", "K~2", "K", "k", "K", "K~2"], start=2))
    draft, _ = made(rows, strict=False, epics="theme")
    assert [item.id for item in draft.items] == ["K", "K~2", "K~3", "k", "K~4", "K~2~2"]


def test_many_repeated_ids_are_no_trap() -> None:
    rows = tuple(Issue(row, "K", "t") for row in range(2, 30_002))
    started = time.process_time()
    draft, _ = made(rows, strict=False, epics="theme")
    assert time.process_time() - started < 10
    assert draft.items[-1].id == "K~30000"


def test_time_logged_without_an_estimate_is_no_estimate() -> None:
    rows = (
        Issue(2, "K-1", "Logged only", hours_left=0),
        Issue(3, "K-2", "Under way, logged only", hours_left=0, standing="in-progress"),
        Issue(4, "K-3", "Under way", hours=8, hours_left=0, standing="in-progress"),
        Issue(5, "K-4", "Only what is left", hours_left=3),
    )
    draft, _ = made(rows, strict=False, epics="theme")
    assert draft.unit == "hours"
    assert [(item.effort, item.remaining) for item in draft.items] == [(None, None), (None, None), (8, 0), (3, None)]
