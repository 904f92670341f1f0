"""Linear, Asana, Azure DevOps, Trello, GitHub and plain tables: what each writes in its own way."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.intake.imported import Imported, imported


def due(found: Imported, name: str) -> datetime.date | None:
    soft = found.items[name].due
    return soft.date if soft else None


# --- Linear ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["linear_wide.csv", "linear_narrow.csv"])
def test_linear_in_both_widths(name: str, tmp_path: Path) -> None:
    found = imported(name, tmp_path)
    wide = name == "linear_wide.csv"
    assert found.report.tracker == "Linear"
    assert found.needs("GRO-1") == (["GRO-2"] if wide else [])
    assert (found.items["GRO-1"].theme, due(found, "GRO-1")) == ("Activation", datetime.date(2026, 5, 15))
    assert found.tasks("GRO-1") == [("GRO-3", "Frontend", 5, ())]
    assert found.items["GRO-2"].title == "=SUM of usage"
    assert found.items["GRO-2"].status == "in-progress"
    assert found.unused == {5: "closed without delivery (Canceled)", 10: "closed without delivery (archived)"}
    assert len(found.report.links) == (2 if wide else 0)


def test_linear_people_by_mail_and_points_of_cycles_that_are_over(tmp_path: Path) -> None:
    """8 and 5 points in the cycles 11 and 12; cycle 13 was running when the export was made."""
    found = imported("linear_wide.csv", tmp_path)
    assert found.team["Ana Perez"].points_per_sprint == 6.5
    assert found.team["Bob"].points_per_sprint == 8
    assert found.items["GRO-1"].assignee == "Ana Perez"
    assert found.scenario.calendar.sprint_days == 10
    assert "from the sprints' dates" in found.text


def test_linear_no_priority_is_low(tmp_path: Path) -> None:
    found = imported("linear_wide.csv", tmp_path)
    assert [found.items[name].priority for name in ("GRO-1", "GRO-2", "GRO-5")] == ["Urgent", "High", "Low"]


# --- Asana -----------------------------------------------------------------------------------------------------------


def test_asana_parents_and_dependencies_by_name(tmp_path: Path) -> None:
    """The name with a comma is one name; of two tasks called Review each is below its own parent."""
    found = imported("asana.csv", tmp_path)
    page, brief, photos = (f"121143000000000{digit}" for digit in "125")
    assert found.needs(page) == [brief, photos]
    assert [task[0] for task in found.tasks(page)] == ["1211430000000003", "1211430000000004"]
    assert found.tasks(page)[0][3] == ("1211430000000004",)  # Review comes after Draft
    assert [task[0] for task in found.tasks("1211430000000006")] == ["1211430000000007", "1211430000000006"]
    assert found.items[photos].status == "done"


def test_asana_hours_beyond_the_subtasks(tmp_path: Path) -> None:
    """6 hours, 1.5 of them estimated: 4.5 for the other; 5 hours, 2 estimated: a task of 3 hours more."""
    found = imported("asana.csv", tmp_path)
    assert [task[2] for task in found.tasks("1211430000000001")] == [1.5, 4.5]
    assert [task[2] for task in found.tasks("1211430000000006")] == [2, 3]


def test_asana_name_of_two_tasks_decides_nothing(tmp_path: Path) -> None:
    found = imported("asana.csv", tmp_path)
    assert found.needs("1211430000000008") == ["1211430000000005"]
    assert found.links() == [(9, "2 have this name: not kept"), (9, "not in the export: not kept")]
    assert found.unused == {10: "not a task"}


def test_asana_spreadsheet_with_an_address_blank_rows_and_spoilt_ids(tmp_path: Path) -> None:
    found = imported("asana_spreadsheet.csv", tmp_path)
    assert list(found.items) == ["row-5", "row-10"]
    assert due(found, "row-5") == datetime.date(2025, 10, 2)  # day-first, as 22/9/2025 shows
    assert found.needs("row-10") == ["row-5"]
    assert found.tasks("row-5") == [("row-8", "research", None, ())]
    assert found.unused == {7: "finished sub-task of an open item: row-5 (Gather requirements)"}


# --- Azure DevOps ----------------------------------------------------------------------------------------------------


def test_azure_tree_across_the_title_columns(tmp_path: Path) -> None:
    """5 points in proportion to 6 and 4 hours of work left; the epic is the theme; order by backlog priority."""
    found = imported("azure_tree.csv", tmp_path)
    assert list(found.items) == ["106", "105", "102", "108"]
    assert found.tasks("102") == [("103", "Web", 3, ()), ("104", "API", 2, ())]
    assert {found.items[name].theme for name in ("102", "105", "106")} == {"Self service"}
    assert found.items["108"].theme is None
    assert found.unused == {2: "an epic, taken as a theme: of 3 items", 8: "closed without delivery (Removed)"}


def test_azure_people_dates_and_states(tmp_path: Path) -> None:
    found = imported("azure_tree.csv", tmp_path)
    assert due(found, "102") == datetime.date(2026, 3, 4)  # month-first, as 6/21/2026 shows
    assert found.items["106"].status == "in-progress"  # resolved is not closed
    assert found.items["102"].priority == "Highest"
    assert {name: person.points_per_sprint for name, person in found.team.items()} == {"Ana Perez": 8, "Bob Stone": 5}


def test_azure_parent_by_number_wherever_it_stands(tmp_path: Path) -> None:
    found = imported("azure_flat.csv", tmp_path)
    assert found.tasks("7") == [("8", None, 8, ())]
    assert found.items["7"].theme == "Exchange"
    assert found.items["9"].assignee == "Bob Stone"


# --- Trello ----------------------------------------------------------------------------------------------------------


def test_trello_board_in_the_order_of_lists_and_cards(tmp_path: Path) -> None:
    found = imported("trello_board.json", tmp_path)
    assert found.scenario.name == "Campaign board"
    assert list(found.items) == ["card-2", "card-1", "card-4"]
    assert (found.items["card-2"].effort, found.items["card-2"].priority) == (5, "Low")
    assert found.items["card-1"].priority == "High"
    assert found.items["card-4"].status == "done"


def test_trello_checklists_are_subtasks(tmp_path: Path) -> None:
    """3 points over three entries in their order, one of them ticked off."""
    found = imported("trello_board.json", tmp_path)
    assert found.items["card-1"].title == "Landing page"
    assert found.tasks("card-1") == [("card-1.2", None, 1, ()), ("card-1.3", None, 1, ())]
    assert found.items["card-1"].status == "in-progress"
    assert sorted(found.report.unused, key=str)[0].reason.startswith("finished sub-task")


def test_trello_links_in_descriptions_and_archived_cards(tmp_path: Path) -> None:
    found = imported("trello_board.json", tmp_path)
    assert found.needs("card-2") == ["card-1"]
    assert found.links() == [(2, "closed without delivery (archived): no longer blocks")]
    assert found.unused[3] == "closed without delivery (archived)"


def test_trello_table(tmp_path: Path) -> None:
    found = imported("trello.csv", tmp_path)
    sizes = {name: (item.title, item.effort, item.skill) for name, item in found.items.items()}
    assert sizes == {
        "card-12": ("Landing page", 3, "Design"),
        "card-13": ("Ad copy", 5, "Copy"),
        "card-15": ("Poll", 2, "Copy"),
        "card-16": ("Flyer", None, "Design"),
    }
    assert found.needs("card-13") == ["card-12"]
    assert [found.items[name].status for name in ("card-13", "card-15")] == ["in-progress", "done"]
    assert set(found.team["Ana Perez"].skills) == {"Design", "Copy"}
    assert [entry.row for entry in found.guessed("the list's name says no status")] == [6]


# --- GitHub ----------------------------------------------------------------------------------------------------------


def test_github_table_without_ids(tmp_path: Path) -> None:
    found = imported("github_project.tsv", tmp_path)
    assert list(found.items) == ["site-17", "site-18", "draft-6", "site-21", "site-22"]
    assert found.needs("site-17") == ["site-18"]
    assert found.tasks("site-17") == [("site-19", "frontend", 5, ())]
    assert (found.items["site-17"].priority, found.items["site-18"].priority) == ("Highest", "Blocker")
    assert found.unused == {5: "a pull request: the work is planned by its issue"}
    assert found.links() == [(6, "not in the export: not kept")]
    assert due(found, "site-17") == datetime.date(2026, 6, 1)


def test_github_project_as_json(tmp_path: Path) -> None:
    found = imported("github_items.json", tmp_path)
    assert found.needs("site-17") == ["site-18"]
    assert found.items["site-17"].theme == "Search"  # tracked by an issue that is labelled epic
    assert (found.items["site-18"].effort, found.items["site-18"].status) == (3, "in-progress")  # size M
    assert found.items["draft-5"].effort == 2
    assert found.scenario.calendar.sprint_days == 10  # 14 days
    assert found.items["site-17"].assignee == "ana"
    assert set(found.team) == {"ana", "bob"}


def test_github_issue_list_as_json(tmp_path: Path) -> None:
    found = imported("github_issues.json", tmp_path)
    assert found.needs("site-17") == ["site-18"]
    assert found.items["site-18"].status == "done"
    assert found.unused == {3: "closed without delivery (closed as not planned)"}
    assert found.items["site-17"].theme == "Spring"
    assert [task[0] for task in found.tasks("site-17")] == ["site-20"]


# --- any table -------------------------------------------------------------------------------------------------------


def test_plain_table(tmp_path: Path) -> None:
    found = imported("generic.csv", tmp_path)
    brief = found.items["1"]
    assert (brief.title, brief.effort, brief.skill, brief.priority) == ("Write the brief", 4.5, "copy", "High")
    assert due(found, "1") == datetime.date(2026, 3, 20)
    assert brief.deadline is None
    assert found.needs("3") == ["1", "2"]
    assert found.needs("row-5") == ["3"]  # by title
    assert found.items["row-5"].effort == 2
    assert found.unused == {6: "not an item"}


def test_plain_table_tells_what_it_could_not_use(tmp_path: Path) -> None:
    found = imported("generic.csv", tmp_path)
    assert found.items["1~2"].effort is None
    told = {(entry.row, entry.what) for entry in found.report.guesses}
    assert {(None, "column 'mood'"), (7, "'-3' as an estimate"), (7, "'soon' as a date")} <= told
    assert (7, "priority 'whatever'") in told


def test_skill_column_that_nobody_covers_is_everybodys(tmp_path: Path) -> None:
    found = imported("generic.csv", tmp_path)
    assert set(found.team["Ana"].skills) == {"copy", "translation"}
    assert set(found.team["Bob"].skills) == {"design", "translation"}
