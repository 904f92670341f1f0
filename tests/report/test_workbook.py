from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from models.plan import Plan
from planner.report import workbook
from planner.report.words import clean
from tests.readers import opened_by_libreoffice
from tests.report.sample import ARABIC, NASTY, no_plan, plan, roadmap, sprint, titled

INJECTIONS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "=HYPERLINK(1)", "'=1+1", "\x00=1+1", "\ufffe=1"]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def opened(proposed: Plan) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.content(proposed, sprint())))


def rows(book: Workbook, sheet: str) -> list[dict[str, object]]:
    head, *body = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in body]


def test_what_is_in_the_sprint_has_its_own_types() -> None:
    page, milestone, posts = rows(opened(plan()), "Sprint")
    assert page["Item"] == "MKT-1"
    assert page["Value"] == 40
    assert page["Effort"] == 12
    assert page["Who"] == "Ana, Ben Jo"
    assert page["Theme"] == "launch"
    assert page["Start"] == datetime.datetime(2027, 3, 1, 9)
    assert page["Finish"] == datetime.datetime(2027, 3, 2, 17)
    assert milestone["Who"] == "nobody (milestone)"
    assert posts["Due"] == datetime.datetime(2027, 3, 2)
    assert (posts["Benefit"], posts["Estimate"]) == (18, "guessed")


def test_tasks_capacity_and_reasons_have_sheets_of_their_own() -> None:
    book = opened(plan())
    assert book.sheetnames == ["Sprint", "Tasks", "Capacity", "Left out", "About"]
    assert [(row["Task"], row["Specialist"], row["Effort"]) for row in rows(book, "Tasks")] == [
        ("1", "Ana", 6),
        ("draft", "Ben Jo", 6),
        ("1", "Ana", 3),
    ]
    assert rows(book, "Capacity")[0] == {
        "Specialist": "Ana",
        "Sprint": 1,
        "Available": 24,
        "Planned": 9,
        "Free": 15,
        "Used": 0.375,
    }
    assert [(row["Item"], row["Reason"], row["Why"], row["Proven"]) for row in rows(book, "Left out")][1] == (
        "MKT-4",
        "skill",
        "Nobody in the team has the skill video.",
        "yes",
    )


def test_cells_are_shown_as_dates_and_percentages_and_heads_stay_in_view() -> None:
    book = opened(plan())
    assert book["Capacity"]["F2"].number_format == "0 %"
    assert book["Sprint"]["L2"].number_format == "yyyy-mm-dd hh:mm"
    assert book["Sprint"]["N4"].number_format == "yyyy-mm-dd"
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(sheet.column_dimensions[cell.column_letter].width >= 5 for cell in sheet[1])


@pytest.mark.parametrize("title", INJECTIONS)
def test_no_cell_is_a_formula(title: str) -> None:
    book = opened(titled(title))
    for sheet in book:
        for cell in (cell for row in sheet for cell in row):
            assert cell.data_type != "f", (sheet.title, cell.coordinate)
    first = book["Sprint"]["C2"]
    assert (first.value, first.quotePrefix) == (clean(title) or None, clean(title)[:1] in "=+-@'")


@given(title=texts)
def test_any_text_reads_back_on_one_line(title: str) -> None:
    assert (opened(titled(title))["Sprint"]["C2"].value or "") == clean(title)


def test_a_text_that_is_too_long_for_a_cell_is_cut_and_says_so() -> None:
    cell = opened(titled("x" * 40_000))["Sprint"]["C2"].value
    assert (len(cell), cell[-1]) == (32_767, "…")


def test_the_same_plan_gives_the_same_bytes_whenever_it_is_written() -> None:
    written = workbook.content(plan(), sprint())
    assert workbook.content(plan(), sprint()) == written
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2027-03-01T07:00:00Z") == 2  # created and modified


def test_where_there_is_no_plan_the_workbook_says_why() -> None:
    book = opened(no_plan())
    said = [(row["What"], row["Content"]) for row in rows(book, "About")]
    assert ("Status", "No plan exists") in said
    assert ("Demand", "MKT-4 must be in the plan") in said
    assert rows(book, "Sprint") == []
    assert ("Status", "No plan was found in the time given") in [
        (row["What"], row["Content"]) for row in rows(opened(no_plan("unknown")), "About")
    ]


def test_a_roadmap_has_a_sheet_of_its_sprints() -> None:
    scenario, proposed = roadmap()
    book = openpyxl.load_workbook(io.BytesIO(workbook.content(proposed, scenario)))
    sprints = rows(book, "Sprints")
    assert [row["Sprint"] for row in sprints] == [1, 2, 3]
    assert sprints[1]["From"] == datetime.datetime(2027, 3, 8)
    assert sum(float(str(row["Benefit"])) for row in sprints) == pytest.approx(proposed.value)


@pytest.mark.parametrize("title", ["=1+1", "@SUM(A1)", NASTY, ARABIC])
def test_libreoffice_opens_it_and_shows_what_is_in_it(title: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.xlsx"
    file.write_bytes(workbook.content(titled(title), sprint()))
    sheets = opened_by_libreoffice(file)
    assert list(sheets) == ["About", "Capacity", "Left out", "Sprint", "Tasks"]
    first = dict(zip(sheets["Sprint"][0], sheets["Sprint"][1], strict=True))
    assert first["Title"] == clean(title)
    assert (first["Start"][:16], first["Value"], first["Theme"]) == ("2027-03-01 09:00", "40", "launch")
    assert sheets["Capacity"][1] == ["Ana", "1", "24", "9", "15", "37.5%"]
    assert sheets["Left out"][2][-2:] == ["Nobody in the team has the skill video.", "yes"]
