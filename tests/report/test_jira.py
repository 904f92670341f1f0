from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from models.plan import Plan
from planner.intake.scenario_file import load_scenario
from planner.intake.trackers import import_export
from planner.report import jira
from planner.report.words import clean
from tests.report.sample import ARABIC, NASTY, assert_golden, no_plan, plan, roadmap, sprint, titled


def rows(proposed: Plan) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(jira.text(proposed, sprint()), newline="")))


def test_what_goes_back_to_jira() -> None:
    assert_golden("jira.csv", jira.text(plan(), sprint()))


def test_an_issue_has_the_assignee_who_does_most_of_it() -> None:
    first = plan().selected[0]
    more = first.tasks[1].model_copy(update={"effort": 6.5})
    changed = first.model_copy(update={"tasks": (first.tasks[0], more)})
    assert rows(plan())[0]["Assignee"] == "Ana"
    assert rows(plan(selected=[changed, *plan().selected[1:]]))[0]["Assignee"] == "Ben Jo"


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1"])
def test_no_cell_is_a_formula_and_jira_gets_the_title_back(title: str) -> None:
    cell = rows(titled(title))[0]["Summary"]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.strip() == clean(title)


def test_an_issue_without_a_title_keeps_its_key_as_one() -> None:
    assert rows(titled(""))[0]["Summary"] == "MKT-1"


def test_sprints_that_are_planned_to_capacity_give_their_days() -> None:
    scenario, proposed = roadmap()
    later = next(item for item in proposed.selected if item.sprint == 2 and item.tasks)
    row = next(row for row in csv.reader(jira.text(proposed, scenario).splitlines()) if row[0] == later.id)
    assert row[2:] == ["Sprint 2", later.tasks[0].specialist, "2027-03-08", "2027-03-12"]


@pytest.mark.parametrize("title", ["Landing page", NASTY, ARABIC, "-10 % for members"])
def test_a_jira_reader_takes_it(title: str, tmp_path: Path) -> None:
    """Our own importer, which reads what Jira writes, finds every issue with its people and dates."""
    file = tmp_path / "back.csv"
    file.write_text(jira.text(titled(title), sprint()), encoding="utf-8", newline="")
    import_export(file, tracker="jira", out=tmp_path / "again")
    again = {item.id: item for item in load_scenario(tmp_path / "again/scenario.yaml").scenario.backlog}
    assert set(again) == {"MKT-1", "MKT-2", "MKT-10"}
    assert again["MKT-1"].title == clean(title)
    assert str(again["MKT-2"].due and again["MKT-2"].due.date) == "2027-03-03"


def test_without_a_plan_there_is_only_the_head() -> None:
    assert jira.text(no_plan(), sprint()) == ",".join(jira.COLUMNS) + "\r\n"
