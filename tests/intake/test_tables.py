"""Backlog tables: everything people write in one, and the way back."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.item import Dependency, Due, Item, Task
from planner.errors import InputError
from planner.intake.cells import CellError, date, number
from planner.intake.rows import read_rows
from planner.intake.table_items import table_items
from planner.intake.table_writer import protected, unprotected, write_table
from planner.intake.work_text import read_work, work_text


def read(folder: Path, text: str | bytes, name: str = "backlog.csv") -> tuple[Item, ...]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return table_items(read_rows(path)).items


def test_all_columns(tmp_path: Path) -> None:
    (item,) = read(
        tmp_path,
        "ID\tTitle\tType\tValue\tScore:novelty\tTime criticality\tpriority\tEffort:design\teffort:Legal review\t"
        "Depends on\tAny of\tRelease\tDEADLINE\tdue-date\tdue cost\tMust\ttheme\texclusive\ttogether\tStatus\t"
        "Remaining\tassignee\tacceptance\tready\tNotes\n"
        "A\tLaunch; soon\texperiment\t1.250,5\t3\t2,5\tHigh\t8,5\t2\tB, C +1d; D +0.5 days\tE\t1.3.2027\t13/3/2027\t"
        "12 Mar 2027\t2\tx\tspring\thero\tduo\tIn Progress\t4\tAna\tIs live, and seen; is fast\tno\twhatever\n",
    )
    assert item == Item(
        id="A",
        title="Launch; soon",
        type="experiment",
        value=1250.5,
        scores={"novelty": 3.0, "time_criticality": 2.5},
        priority="High",
        work=(Task(skill="design", effort=8.5), Task(skill="Legal review", effort=2)),
        depends_on=(Dependency(item="B"), Dependency(item="C", lag_days=1), Dependency(item="D", lag_days=0.5)),
        any_of=(Dependency(item="E"),),
        release=datetime.date(2027, 3, 1),
        deadline=datetime.date(2027, 3, 13),
        due=Due(date=datetime.date(2027, 3, 12), cost_per_day=2),
        must=True,
        theme="spring",
        exclusive="hero",
        together="duo",
        status="in-progress",
        remaining=4,
        assignee="Ana",
        acceptance=("Is live, and seen", "is fast"),
        ready=False,
    )


def test_unused_columns_are_told(tmp_path: Path) -> None:
    path = tmp_path / "backlog.csv"
    path.write_text("id,Reporter,effort,Sprint board\nA,Carla,3,7\n", encoding="utf-8")
    assert table_items(read_rows(path)).notes == (f"{path}: columns not used: Reporter, Sprint board",)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("3,5", 3.5), ("3.5", 3.5), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1e3", 1000), ("0.125", 0.125)],
)
def test_numbers(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["1,250", "1.250.000", "3h", "", "--3", "٣", "1,2,3", "0x10", "1_000", "nan"])
def test_no_numbers(text: str) -> None:
    with pytest.raises(CellError):
        number(text)


@pytest.mark.parametrize(
    "text",
    ["2027-03-05", "2027/3/5", "5.3.2027", "2027-03-05T00:00:00", "5 Mar 2027", "March 5, 2027", "05-Mar-2027"],
)
def test_dates(text: str) -> None:
    assert date(text) == datetime.date(2027, 3, 5)


def test_dates_by_the_only_possible_order() -> None:
    assert date("13/3/2027") == date("3/13/2027") == datetime.date(2027, 3, 13)
    assert date("3/3/2027") == datetime.date(2027, 3, 3)


@pytest.mark.parametrize("text", ["3/4/2027", "31.2.2027", "46447", "2027-03-05T12:30:00", "5/3/27", "tomorrow", "0"])
def test_no_dates(text: str) -> None:
    with pytest.raises(CellError):
        date(text)


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("copywriting 8 > design 6 > legal 2", [("copywriting", 8), ("design", 6), ("legal", 2)]),
        ("copy editing 2,5>design", [("copy editing", 2.5), ("design", None)]),
        ("8", [(None, 8)]),
        ("?", [(None, None)]),
        ('"web 2" 3', [("web 2", 3)]),
    ],
)
def test_work(text: str, tasks: list[tuple[str | None, float | None]]) -> None:
    assert [Task.model_validate(task) for task in read_work(text)] == [
        Task(skill=skill, effort=effort) for skill, effort in tasks
    ]


def test_work_with_options() -> None:
    tasks = read_work("draft: copy 8 > design 6 (after none) > legal 2 (after draft, 2, wait 2 days, not by draft)")
    assert tasks == [
        {"id": "draft", "skill": "copy", "effort": 8},
        {"skill": "design", "effort": 6, "after": []},
        {"skill": "legal", "effort": 2, "after": ["draft", 2], "wait_days": 2, "not_by": ["draft"]},
    ]
    assert read_work("none") == []


@pytest.mark.parametrize(
    "text", ["6h copy", ">", "a >", '"a', "a (b", "a (soon)", "a (wait long)", "a: b: c", '"a" "b" 3', "()"]
)
def test_work_that_is_none(text: str) -> None:
    with pytest.raises(CellError):
        read_work(text)


# The way back ---------------------------------------------------------------------------------------------------------

_AWKWARD = st.sampled_from(
    [
        *(
            "=cmd|' /C calc'!A0",
            "+1d",
            "A +1d",
            "@ana",
            "-",
            "'=x",
            "''",
            'say "hi"',
            "a, b; c",
            "none",
            "?",
            "web 2",
            "8",
        ),
        *(
            "x (after 1)",
            "after that",
            "a > b",
            "draft: two",
            "line\nbreak",
            "Σ–1 🎉",
            "'",
            '"',
            "wait 2",
            "1,5",
            "a  b",
        ),
    ]
)
_NAMES = st.one_of(_AWKWARD, st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)).filter(
    lambda text: text == text.strip()
)
_AMOUNTS = st.floats(0, 1e9)
_EFFORTS = st.floats(0, 100_000).map(lambda effort: round(effort, 2))
_DATES = st.dates(datetime.date(1970, 1, 1), datetime.date(2200, 12, 31))
_REFS = st.lists(st.one_of(st.integers(1, 1000), _NAMES), max_size=3).map(tuple)
_TASKS = st.builds(
    Task,
    id=st.none() | _NAMES,
    skill=st.none() | _NAMES,
    effort=st.none() | _EFFORTS,
    after=st.none() | _REFS,
    wait_days=st.sampled_from([0, 2, 0.5, 2.25]),
    not_by=_REFS,
    same_as=_REFS,
)
_LINKS = st.lists(st.builds(Dependency, item=_NAMES, lag_days=st.sampled_from([0, 1, 0.5])), max_size=3).map(tuple)
_OPTIONAL = st.none() | _NAMES


@st.composite
def items(draw: st.DrawFn) -> Item:
    status = draw(st.sampled_from(["todo", "in-progress", "done"]))
    work = draw(st.none() | st.lists(_TASKS, max_size=3).map(tuple))
    return Item(
        id=draw(_NAMES),
        title=draw(st.just("") | _NAMES),
        type=draw(_OPTIONAL),
        value=draw(st.none() | _AMOUNTS),
        scores=draw(st.dictionaries(st.sampled_from(["business", "reach", "Wow: effect"]), _AMOUNTS, max_size=2)),
        priority=draw(_OPTIONAL),
        work=work,
        effort=None if work is not None else draw(st.none() | _EFFORTS),
        skill=None if work is not None else draw(_OPTIONAL),
        milestone=work == () and draw(st.booleans()),
        depends_on=draw(_LINKS),
        any_of=draw(_LINKS),
        release=draw(st.none() | _DATES),
        deadline=draw(st.none() | _DATES),
        due=draw(st.none() | st.builds(Due, date=_DATES, cost_per_day=_AMOUNTS)),
        must=draw(st.booleans()),
        theme=draw(_OPTIONAL),
        exclusive=draw(_OPTIONAL),
        together=draw(_OPTIONAL),
        status=status,
        remaining=draw(st.none() | _EFFORTS) if status == "in-progress" else None,
        assignee=draw(_OPTIONAL),
        objective=draw(_OPTIONAL),
        audience=draw(_OPTIONAL),
        owner=draw(_OPTIONAL),
        acceptance=tuple(draw(st.lists(_NAMES, max_size=3))),
        measurement=draw(_OPTIONAL),
        ready=draw(st.none() | st.booleans()),
    )


@given(st.lists(items(), max_size=5, unique_by=lambda item: item.id))
def test_what_is_written_reads_back_equal(tmp_path_factory: pytest.TempPathFactory, backlog: list[Item]) -> None:
    path = tmp_path_factory.mktemp("table") / "backlog.csv"
    write_table(backlog, path)
    assert table_items(read_rows(path)).items == tuple(backlog)


@given(st.lists(_TASKS, max_size=4))
def test_work_reads_back_equal(tasks: list[Task]) -> None:
    assert [Task.model_validate(task) for task in read_work(work_text(tasks))] == tasks


@given(st.text())
def test_formulas_are_kept_apart(text: str) -> None:
    assert unprotected(protected(text)) == text
    assert protected(text)[:1] not in {"=", "+", "-", "@"} or not text


def test_a_formula_is_text(tmp_path: Path) -> None:
    (item,) = read(tmp_path, "id,title\nA,\"=cmd|' /C calc'!A0\"\n")
    assert item.title == "=cmd|' /C calc'!A0"
    write_table([item], tmp_path / "out.csv")
    assert "\nA,'=cmd|" in (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_the_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_table([Item(id="A")], tmp_path / "nowhere" / "backlog.csv")
    (tmp_path / "backlog.csv").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_table([Item(id="A")], tmp_path / "backlog.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["backlog.csv"]


# Files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path: Path, separator: str, end: str) -> None:
    lines = [["id", "title", "effort"], ["A", '"Launch, now; or | never"', "3"], [], ["B", '"two\nlines"', "2"]]
    table = end.join(separator.join(line) for line in lines)
    first, second = read(tmp_path, table)
    assert (first.title, first.effort, second.title) == ("Launch, now; or | never", 3, "two\nlines")


@pytest.mark.parametrize(
    "table",
    [
        "id;effort;value;title\nA;1,5;2,5;Launch\n",
        "sep=;\nid;effort;value;title\nA;1,5;2,5;Launch\n",
        "Backlog of the web team, Berlin\n\nid;effort;value;title\nA;1,5;2,5;Launch\n",
        "\ufeffid;effort;value;title\n;;;\nA;1,5;2,5;Launch\n\n",
    ],
)
def test_separator_against_decimal_commas_and_titles(tmp_path: Path, table: str) -> None:
    (item,) = read(tmp_path, table)
    assert (item.effort, item.value, item.title) == (1.5, 2.5, "Launch")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (item,) = read(tmp_path, "id;title\nA;Grüße aus Köln für 5\n".encode(encoding))
    assert item.title == "Grüße aus Köln für 5"


def test_tabs_without_quotes(tmp_path: Path) -> None:
    (item,) = read(tmp_path, 'id\ttitle\nA\t"Launch" page\n', "backlog.tsv")
    assert item.title == '"Launch" page'


def test_row_numbers_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "backlog.csv"
    path.write_text('Our backlog\n\nid,title\nA,"two\nlines"\n\nB,x,y,z\n', encoding="utf-8")
    rows = read_rows(path)
    assert rows.header == ("id", "title")
    assert [(row.number, row.cells) for row in rows.rows] == [(4, ("A", "two\nlines")), (6, ("B", "x", "y", "z"))]


def test_workbook(tmp_path: Path) -> None:
    path = tmp_path / "backlog.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.create_sheet("Backlog")
    for row in (
        ["Marketing"],
        [],
        ["id", "title", "effort", "deadline", "must", "value"],
        [17, "Launch", 3.0, datetime.date(2027, 3, 5), True, 0.1 + 0.2],
        [18, None, 2.5, datetime.datetime(2027, 3, 8), False, None],
    ):
        sheet.append(row)
    workbook.save(path)
    first, second = table_items(read_rows(path)).items
    assert (first.id, first.effort, first.deadline, first.must, first.value) == (
        *("17", 3, datetime.date(2027, 3, 5), True),
        0.3,
    )
    assert (second.id, second.effort, second.deadline, second.title) == ("18", 2.5, datetime.date(2027, 3, 8), "")


def test_an_empty_backlog_is_one(tmp_path: Path) -> None:
    assert read(tmp_path, "id,title,effort\n") == ()
