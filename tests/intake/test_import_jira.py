"""Jira: link directions, repeated columns, parents by number, resolutions, estimates in seconds, a German site."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.intake.imported import Imported, imported


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return imported("jira_cloud.csv", tmp_path_factory.mktemp("jira"))


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return imported("jira_server_german.csv", tmp_path_factory.mktemp("jira"))


def test_tracker_and_unit_are_found(cloud: Imported) -> None:
    assert cloud.report.tracker == "Jira"
    assert (cloud.scenario.name, cloud.scenario.unit) == ("Web shop", "points")


def test_backlog_order_is_the_rank_with_done_issues_last(cloud: Imported) -> None:
    ids = list(cloud.items)
    assert ids[:4] == ["SHOP-9", "SHOP-3", "SHOP-2", "SHOP-5"]
    assert ids[-3:] == ["SHOP-10", "SHOP-11", "SHOP-12"]


def test_fields_of_one_issue(cloud: Imported) -> None:
    item = cloud.items["SHOP-2"]
    assert (item.title, item.type, item.priority, item.effort) == ("Card form", "Story", "High", 5)
    assert (item.skill, item.theme, item.assignee) == ("Frontend", "Checkout", "Ana Perez")
    assert item.due is not None
    assert item.due.date == datetime.date(2026, 9, 30)
    assert item.deadline is None


def test_inward_blocks_and_outward_blocks_are_one_link(cloud: Imported) -> None:
    """SHOP-2 is blocked by SHOP-3, said at both ends; its other blocker was never delivered."""
    assert cloud.needs("SHOP-2") == ["SHOP-3"]
    assert cloud.needs("SHOP-3") == []
    assert (3, "closed without delivery (Won't Do): no longer blocks") in cloud.links()


def test_depends_points_the_other_way_round(cloud: Imported) -> None:
    assert cloud.needs("SHOP-5") == ["SHOP-3"]  # outward: this issue depends on the other
    assert cloud.needs("SHOP-9") == ["SHOP-5"]  # inward: the other depends on this one


def test_relates_orders_nothing(cloud: Imported) -> None:
    assert "SHOP-2" not in cloud.needs("SHOP-5")


def test_circle_is_cut_and_told(cloud: Imported) -> None:
    assert cloud.needs("SHOP-16") == ["SHOP-9~2", "SHOP-17"]
    assert cloud.needs("SHOP-17") == []
    assert (18, "closes a circle (SHOP-16 → SHOP-17 → SHOP-16): cut") in cloud.links()


def test_second_issue_with_an_id_is_renamed(cloud: Imported) -> None:
    assert (cloud.items["SHOP-9"].title, cloud.items["SHOP-9~2"].title) == ("Invoice archive", "Refund")
    assert [entry.row for entry in cloud.guessed("id used twice")] == [16]


def test_links_that_leave_the_export_are_told(cloud: Imported, tmp_path: Path) -> None:
    assert cloud.needs("SHOP-8") == []
    assert (9, "not in the export: not kept") in cloud.links()
    strict = imported("jira_cloud.csv", tmp_path, strict_links=True)
    assert strict.needs("SHOP-8") == ["EXT-5"]
    assert strict.needs("SHOP-2") == ["SHOP-3"]  # closed without delivery blocks nothing, even then


def test_subtasks_are_tasks_and_a_link_between_them_orders_them(cloud: Imported) -> None:
    """Six points over three sub-tasks, one of which is finished."""
    assert cloud.tasks("SHOP-8") == [("SHOP-7", "Mail", 2, ()), ("SHOP-13", "Mail", 2, ("SHOP-7",))]
    assert cloud.items["SHOP-8"].status == "in-progress"
    assert cloud.unused[7] == "finished sub-task of an open item: SHOP-8 (Newsletter)"


def test_subtask_without_its_parent_is_an_item(cloud: Imported) -> None:
    assert cloud.items["SHOP-18"].effort == 2
    assert [entry.row for entry in cloud.guessed("its parent is not in the export: 99999")] == [19]


def test_epics_are_themes_or_milestones(cloud: Imported, tmp_path: Path) -> None:
    assert "SHOP-1" not in cloud.items
    assert cloud.unused[2] == "an epic, taken as a theme: of 2 items"
    assert cloud.unused[15] == "an epic without issues to plan"
    assert cloud.items["SHOP-8"].theme == "MKT-77"  # an epic that is not in the export
    milestones = imported("jira_cloud.csv", tmp_path, epics="milestones")
    assert milestones.items["SHOP-1"].milestone
    assert milestones.needs("SHOP-1") == ["SHOP-2", "SHOP-3"]
    assert milestones.items["SHOP-2"].theme == "Checkout"


def test_absurd_points_are_kept_and_told(cloud: Imported) -> None:
    assert cloud.items["SHOP-9"].effort == 40
    assert [entry.row for entry in cloud.guessed("more than anybody does in a sprint")] == [10]


def test_points_that_are_none_are_told_once(cloud: Imported) -> None:
    assert cloud.items["SHOP-17"].effort is None
    assert [entry.what for entry in cloud.guessed("not a usable amount")] == ["'one' as an estimate"]


def test_team_has_skills_of_its_issues_and_points_of_closed_sprints(cloud: Imported) -> None:
    """Sprint 1: Ana 5; sprint 2: Ana 2, Bob 8; sprint 3 is still open."""
    people = {name: (list(person.skills), person.points_per_sprint) for name, person in cloud.team.items()}
    assert people == {"Ana Perez": (["Frontend"], 3.5), "Bob Stone": (["Backend"], 8), "Cleo Brandt": (["Mail"], 8)}
    assert [entry.what for entry in cloud.guessed("points a sprint are made up")] == ["Cleo Brandt"]


def test_missing_priority_is_low_where_others_have_one(cloud: Imported) -> None:
    assert cloud.items["SHOP-5"].priority == "Low"
    assert [entry.row for entry in cloud.guessed("no priority")] == [6]


def test_row_longer_than_the_header_is_read(cloud: Imported) -> None:
    assert cloud.items["SHOP-3"].title == "Payment service"
    assert [entry.what for entry in cloud.report.guesses if "beyond it" in entry.reason] == [
        "1 rows longer than the header"
    ]


def test_team_of_people_alike(tmp_path: Path) -> None:
    alike = imported("jira_cloud.csv", tmp_path, team=2)
    assert list(alike.team) == ["Specialist 1", "Specialist 2"]
    assert all(set(person.skills) == {"Mail", "Backend", "Frontend"} for person in alike.team.values())
    assert alike.items["SHOP-2"].assignee is None


def test_german_site_with_semicolons_and_estimates_in_seconds(german: Imported) -> None:
    """8 hours, 2 of them a sub-task's of which 1 is left: 6 for the sub-task without an estimate."""
    assert german.scenario.unit == "hours"
    assert german.tasks("WEB-1") == [("WEB-2", "Design", 1, ()), ("WEB-3", "Design", 6, ())]
    assert german.items["WEB-1"].priority == "High"
    assert german.items["WEB-1"].due is not None
    assert german.items["WEB-1"].due.date == datetime.date(2026, 5, 30)
    assert list(german.team) == ["Lena Öz", "Jürgen Groß"]


def test_hours_left_and_gantt_links(german: Imported) -> None:
    item = german.items["WEB-4"]
    assert (item.status, item.effort, item.remaining, item.assignee) == ("in-progress", 38, 10, "Lena Öz")
    assert german.needs("WEB-1") == ["WEB-4"]  # WEB-4 ends before WEB-1 starts
    assert german.unused[6] == "closed without delivery (Duplikat)"
    assert german.items["WEB-6"].status == "done"


def test_sum_columns_are_not_the_estimate(tmp_path: Path) -> None:
    table = "Summary,Issue key,Σ Original Estimate,Original Estimate\nA,X-1,36000,7200\nB,X-2,3600,\n"
    (tmp_path / "sums.csv").write_text(table, encoding="utf-8")
    found = imported(tmp_path / "sums.csv", tmp_path)
    assert (found.items["X-1"].effort, found.items["X-2"].effort) == (2, None)
