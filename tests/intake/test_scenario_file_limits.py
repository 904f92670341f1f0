"""Files made to do harm, or merely huge, cost nothing: they are refused at once."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from planner.errors import InputError
from planner.intake import rows as rows_module
from planner.intake.plan_file import load_plan
from planner.intake.rows import read_rows
from planner.intake.scenario_file import load_scenario

TEAM = "team: [{name: Ana}]\n"


@pytest.fixture(autouse=True)
def _at_once() -> object:
    """Each refusal takes a moment, not minutes."""
    start = time.process_time()
    yield
    assert time.process_time() - start < 5


def check_refused(path: Path, *parts: str) -> None:
    with pytest.raises(InputError) as error:
        load_scenario(path)
    for part in parts:
        assert part in str(error.value)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["scenario.yaml", "scenario.json"])
def test_two_gigabytes(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    check_refused(path, "larger than 100 MB")


@pytest.mark.parametrize("name", ["backlog.csv", "backlog.tsv", "backlog.xlsx", "backlog.json"])
def test_two_gigabytes_of_backlog(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(2_000_000_000)
    check_refused(written(tmp_path, "scenario.yaml", f"{TEAM}backlog: {name}\n"), name, "larger than")


def test_two_gigabytes_of_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(InputError, match="larger than 200 MB"):
        load_plan(path)


def test_yaml_too_long_to_parse(tmp_path: Path) -> None:
    path = written(tmp_path, "scenario.yaml", "# long\n" * 2_000_000 + TEAM)
    check_refused(path, "10 MB", "csv or json")


def test_billion_laughs(tmp_path: Path) -> None:
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    check_refused(written(tmp_path, "scenario.yaml", "\n".join(lines)), "scenario.yaml:2:10", "stands for another part")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_yaml(tmp_path: Path, opening: str) -> None:
    check_refused(written(tmp_path, "scenario.yaml", f"team: {TEAM[6:]}x:\n  " + opening * 100_000), "40 levels")


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_json(tmp_path: Path, opening: str) -> None:
    check_refused(written(tmp_path, "scenario.json", opening * 200_000), "hundreds of levels")


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e400", "-.inf", ".NaN", "9" * 5_000])
def test_numbers_beyond_reason_in_yaml(tmp_path: Path, number: str) -> None:
    path = written(tmp_path, "scenario.yaml", f"{TEAM}backlog:\n- id: A\n  effort: {number}\n")
    check_refused(path, "scenario.yaml:4:11", "backlog.A.effort")


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e400", "-Infinity", "NaN", "9" * 5_000])
def test_numbers_beyond_reason_in_json(tmp_path: Path, number: str) -> None:
    text = f'{{"team": [{{"name": "Ana"}}],\n"backlog": [{{"id": "A", "effort": {number}}}]}}'
    check_refused(written(tmp_path, "scenario.json", text), "scenario.json:2:35", "backlog.A.effort")


@pytest.mark.parametrize("cell", ["1" + "0" * 400, "1e400", "inf", "NaN", "9" * 5_000])
def test_numbers_beyond_reason_in_a_table(tmp_path: Path, cell: str) -> None:
    written(tmp_path, "backlog.csv", f"id,title,effort\nA,Launch,{cell}\n")
    check_refused(
        written(tmp_path, "scenario.yaml", f"{TEAM}backlog: backlog.csv\n"), "backlog.csv, row 2, column effort"
    )


def test_zip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "backlog.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(30_000_000))
    with pytest.raises(InputError, match="unpacks to 30 MB"):
        read_rows(path)


def test_zip_that_holds_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "backlog.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match="the workbook is damaged"):
        read_rows(path)


def test_sheet_that_claims_a_million_columns(tmp_path: Path) -> None:
    path = tmp_path / "backlog.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in range(1, 4):
        sheet.cell(row=row, column=16_000, value="far away")
    workbook.save(path)
    with pytest.raises(InputError, match="row 1: the table has more than 2,000 columns"):
        read_rows(path)


def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MAX_ROWS", 100)
    path = written(tmp_path, "backlog.csv", "id,title\n" + "A,x\n" * 101)
    with pytest.raises(InputError, match="row 102: the table has more than 100 rows"):
        read_rows(path)
    assert len(read_rows(written(tmp_path, "backlog.csv", "id,title\n" + "A,x\n" * 100)).rows) == 100


def test_a_cell_of_a_megabyte(tmp_path: Path) -> None:
    path = written(tmp_path, "backlog.csv", f"id,title\nA,{'x' * 1_000_001}\n")
    with pytest.raises(InputError, match="row 2: a cell has more than 1,000,000 characters"):
        read_rows(path)


def test_a_folder_and_a_name_that_is_none(tmp_path: Path) -> None:
    check_refused(tmp_path, "this is a folder")
    check_refused(tmp_path / "scenaro.yaml", "there is no such file")
    check_refused(tmp_path / ("x" * 5_000), "cannot be read")
    written(tmp_path, "scenario.yaml", TEAM)
    check_refused(tmp_path / "scenaro.yaml", "Did you mean 'scenario.yaml'?")
