"""Files of an import: which tracker, what is refused, what is written, and that nothing of a person's is lost."""

from __future__ import annotations

import csv
import json
import os
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from planner.errors import InputError
from planner.intake.trackers import import_export
from tests.intake.imported import EXPORTS, imported

ROOT = Path(__file__).parents[2]
SPRING_XD = ROOT / "scenarios" / "spring-xd"
TRACKER_OF = {
    "jira_cloud.csv": "jira",
    "jira_server_german.csv": "jira",
    "linear_wide.csv": "linear",
    "linear_narrow.csv": "linear",
    "asana.csv": "asana",
    "asana_spreadsheet.csv": "asana",
    "azure_tree.csv": "azure",
    "azure_flat.csv": "azure",
    "trello_board.json": "trello",
    "trello.csv": "trello",
    "github_project.tsv": "github",
    "github_items.json": "github",
    "github_issues.json": "github",
    "generic.csv": "generic",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def refused(path: Path, out: Path, **options: object) -> str:
    with pytest.raises(InputError) as error:
        import_export(path, out=out, **options)  # type: ignore[arg-type]
    assert not out.exists() or not any(out.iterdir())
    return str(error.value)


@pytest.mark.parametrize("name", sorted(TRACKER_OF))
def test_tracker_said_and_tracker_found_give_the_same_files(name: str, tmp_path: Path) -> None:
    import_export(EXPORTS / name, out=tmp_path / "found")
    import_export(EXPORTS / name, tracker=TRACKER_OF[name], out=tmp_path / "said")
    assert contents(tmp_path / "found") == contents(tmp_path / "said")
    assert list(contents(tmp_path / "found")) == ["backlog.csv", "import-report.md", "scenario.yaml"]


def test_every_export_is_tried() -> None:
    assert {path.name for path in EXPORTS.iterdir()} == set(TRACKER_OF)


@pytest.mark.parametrize("name", sorted(TRACKER_OF))
@pytest.mark.parametrize("tracker", ["jira", "linear", "azure", "asana"])
def test_another_trackers_export_is_refused(name: str, tracker: str, tmp_path: Path) -> None:
    if tracker != TRACKER_OF[name]:
        message = refused(EXPORTS / name, tmp_path / "out", tracker=tracker)
        assert message.startswith(f"{EXPORTS / name}: this is not an export of {tracker}")


def test_any_table_can_be_read_as_a_plain_one(tmp_path: Path) -> None:
    found = imported("linear_wide.csv", tmp_path, tracker="generic")
    assert found.report.tracker == "table"
    assert found.needs("GRO-1") == ["GRO-2"]


def test_no_column_for_titles(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("colour,shape\nred,round\n", encoding="utf-8")
    message = refused(tmp_path / "x.csv", tmp_path / "out")
    assert "no column tells what the items are called: the columns are colour, shape" in message


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.csv", "Summary,Issue key\n", "there is a header, but no rows below it"),
        ("x.csv", "Summary,Issue key,Status\n,,Done\n", "there are no issues in this Jira export"),
        (
            "x.csv",
            "Summary,Issue key,Status\nA,X-1,Won't Do\n",
            "none of its 1 rows is an item: X-1 (A): closed without",
        ),
        ("x.csv", "", "empty"),
        ("x.pdf", "%PDF-1.4", "an export with this ending cannot be read"),
        ("x.json", "{", "x.json:1:2: this is not JSON"),
        ("x.json", '{"a": NaN}', "NaN is not a number"),
        ("x.json", '{"items": ' + "9" * 5000 + "}", "a number cannot be read"),
        ("x.json", "[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ("x.json", '{"a": 1}', "this JSON is no export we know"),
        ("x.json", "[]", "there are no issues in this GitHub export"),
        ("x.json", '[1, "two"]', "this JSON is no export we know"),
        ("x.json", '{"cards": [1, null], "lists": [{"id": 3}, []]}', "there are no issues in this Trello export"),
    ],
)
def test_what_is_no_export(name: str, text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert message in refused(tmp_path / name, tmp_path / "out")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "there is no such file" in refused(tmp_path / "none.csv", tmp_path / "out")
    assert "there is no such file" in refused(tmp_path / "none.json", tmp_path / "out")
    (tmp_path / "folder.csv").mkdir()
    assert "folder" in refused(tmp_path / "folder.csv", tmp_path / "out")


def test_huge_json_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "big.json").open("wb") as file:
        file.truncate(2_000_000_000)
    started = time.monotonic()
    assert "larger than 200 MB" in refused(tmp_path / "big.json", tmp_path / "out")
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("size", [0, -1, 1001])
def test_size_of_the_team(size: int, tmp_path: Path) -> None:
    assert "is no size of a team" in refused(EXPORTS / "jira_cloud.csv", tmp_path / "out", team=size)


def test_unknown_tracker(tmp_path: Path) -> None:
    assert "'redmine' is not a tracker we know" in refused(EXPORTS / "generic.csv", tmp_path / "out", tracker="redmine")


def test_board_with_fields_of_the_wrong_kind_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    board = {
        "name": 7,
        "lists": [{"id": "l", "name": None, "pos": "bottom"}],
        "labels": {"x": 1},
        "checklists": [{"idCard": "c", "checkItems": "none"}, 4],
        "cards": [
            {"id": "c", "name": "Fine", "idList": ["l"], "idMembers": "m", "idLabels": [{}], "due": 5, "closed": "no"},
            {"id": "d", "name": ["x"]},
        ],
    }
    (tmp_path / "board.json").write_text(json.dumps(board), encoding="utf-8")
    found = imported(tmp_path / "board.json", tmp_path)
    assert [item.title for item in found.scenario.backlog] == ["Fine"]
    assert found.unused == {2: "not a card we can plan"}


def test_workbook(tmp_path: Path) -> None:
    book = Workbook()
    with (EXPORTS / "asana.csv").open(encoding="utf-8", newline="") as file:
        for record in csv.reader(file):
            book.active.append(record)  # type: ignore[union-attr]
    book.save(tmp_path / "asana.xlsx")
    import_export(tmp_path / "asana.xlsx", out=tmp_path / "book")
    import_export(EXPORTS / "asana.csv", out=tmp_path / "text")
    assert contents(tmp_path / "book")["backlog.csv"] == contents(tmp_path / "text")["backlog.csv"]


# --- writing ---------------------------------------------------------------------------------------------------------


def test_the_same_export_may_be_imported_again(tmp_path: Path) -> None:
    import_export(EXPORTS / "trello.csv", out=tmp_path / "out")
    first = contents(tmp_path / "out")
    import_export(EXPORTS / "trello.csv", out=tmp_path / "out")
    assert contents(tmp_path / "out") == first


@pytest.mark.parametrize("name", ["scenario.yaml", "backlog.csv"])
def test_an_edited_file_is_never_overwritten(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    import_export(EXPORTS / "trello.csv", out=out)
    with (out / name).open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    before = contents(out)
    with pytest.raises(InputError, match="exists already and differs"):
        import_export(EXPORTS / "trello.csv", out=out)
    assert contents(out) == before


def test_out_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written to"):
        import_export(EXPORTS / "trello.csv", out=tmp_path / "out")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_out_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    assert "cannot be written to" in refused(EXPORTS / "trello.csv", tmp_path / "out")


def test_formulas_in_titles_do_nothing_in_a_spreadsheet_or_a_scenario(tmp_path: Path) -> None:
    lines = ["Title,Assignee,Labels", '"=cmd|\' /C calc\'!A0","Eve: {x}, # y",web', '@SUM(1),"Eve: {x}, # y",web']
    (tmp_path / "x.csv").write_text("\n".join(lines), encoding="utf-8")
    found = imported(tmp_path / "x.csv", tmp_path)
    assert [item.title for item in found.scenario.backlog] == ["=cmd|' /C calc'!A0", "@SUM(1)"]
    assert set(found.team) == {"Eve: {x}", "# y"}
    written = (tmp_path / "out" / "backlog.csv").read_text(encoding="utf-8")
    assert ",=" not in written
    assert ",@" not in written


# --- what it says ----------------------------------------------------------------------------------------------------


def test_lines_for_people(tmp_path: Path) -> None:
    report = import_export(EXPORTS / "jira_cloud.csv", out=tmp_path / "out")
    lines = report.lines()
    assert lines[0] == "Jira: 18 rows read, 12 items with 2 sub-tasks"
    assert lines[1] == "4 rows not used:"
    assert "  1 × closed without delivery" in lines
    assert lines[-1].startswith(f"Wrote {tmp_path / 'out' / 'scenario.yaml'}")


def test_the_report_has_a_line_for_every_entry(tmp_path: Path) -> None:
    report = import_export(EXPORTS / "jira_cloud.csv", out=tmp_path / "out")
    page = (tmp_path / "out" / "import-report.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|") and not line.startswith(("| row", "|---"))]
    assert len(rows) == len(report.unused) + len(report.links) + len(report.guesses)
    assert "| 5 | SHOP-4 (Old gateway) | closed without delivery (Won't Do) |" in rows


def test_places_to_look_at_are_marked(tmp_path: Path) -> None:
    text = imported("jira_cloud.csv", tmp_path).text
    assert "sprint_days: 10  # LOOK: made up" in text
    assert "#   Mail: 4" in text
    assert "{name: Cleo Brandt, skills: [Mail], points_per_sprint: 8}  # Mail 3; 8 points are made up" in text


# --- the real backlog ------------------------------------------------------------------------------------------------


def test_real_backlog_comes_from_its_export(tmp_path: Path) -> None:
    """What `import` reads from export.csv stands in the scenario; only skill and value were added."""
    found = imported(SPRING_XD / "export.csv", tmp_path, team=7)
    assert len(found.items) == 149
    with (SPRING_XD / "backlog.csv").open(encoding="utf-8", newline="") as file:
        kept = [(row["id"], float(row["effort"]), row["depends_on"]) for row in csv.DictReader(file)]
    assert kept == [(item.id, item.effort, ", ".join(found.needs(item.id))) for item in found.scenario.backlog]


def test_thousands_of_issues_take_seconds(tmp_path: Path) -> None:
    """23 copies of the real export, 3,427 issues, with repeated ids: well under three seconds."""
    with (SPRING_XD / "export.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    with (tmp_path / "large.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows * 23])
    started = time.process_time()
    report = import_export(tmp_path / "large.csv", out=tmp_path / "out")
    assert time.process_time() - started < 3
    assert report.items == report.rows == 149 * 23
