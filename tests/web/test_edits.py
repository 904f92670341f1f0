"""What the page's changes do to a scenario's data, without a browser."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from api.http.bodies import parse
from api.http.routes.common import text_of
from api.web.edits import PINNING, Said
from api.web.tables import TABLES
from models.scenario import Scenario
from planner.errors import InputError
from planner.intake.scenario_file import inline_scenario

BASE: dict[str, Any] = {
    "calendar": {"start": "2027-03-01", "sprint_days": 5},
    "team": [{"name": "Ana", "skills": ["copy"]}, {"name": "Ben", "workdays": ["mon", "tue"]}],
    "backlog": [
        {"id": "A", "value": 3, "work": [{"id": "draft", "effort": 6}, {"effort": 2}]},
        {"id": 17, "value": 2, "effort": 5},
    ],
}


def changed(edit: str, data: dict[str, Any] | None = None, **form: str) -> tuple[dict[str, Any], Said]:
    """The data after a change; whatever comes out is a scenario."""
    after = copy.deepcopy(BASE if data is None else data)
    said = {**PINNING, **TABLES}[edit](after, {key.rstrip("_"): text for key, text in form.items()})
    scenario = inline_scenario(parse(text_of(after).encode()))
    assert isinstance(scenario, Scenario)
    assert Said.read(said.written()) == said
    return after, said


def pins(data: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data["pins"]
    return found


def test_keep_and_forbid_replace_each_other() -> None:
    kept, said = changed("keep", item="A", sprint="1")
    assert pins(kept) == [{"item": "A", "sprint": 1}]
    assert (said.name, dict(said.given)) == ("keep", {"item": "A", "sprint": 1})
    out, _ = changed("forbid", kept, item="A")
    assert pins(out) == [{"item": "A", "out": True}]
    again, _ = changed("keep", out, item="A", sprint="1")
    assert pins(again) == [{"item": "A", "sprint": 1}]


def test_pins_of_other_items_stay() -> None:
    data, _ = changed("forbid", item="17")
    data, _ = changed("keep", data, item="A", sprint="1")
    data, _ = changed("release", data, item="A")
    assert pins(data) == [{"item": 17, "out": True}]


def test_a_place_replaces_what_was_said_of_the_same_task_and_no_more() -> None:
    data, _ = changed("place", item="A", task="draft", specialist="Ana", start="2027-03-02")
    data, _ = changed("place", data, item="A", task="2", specialist="Ben")
    data, said = changed("place", data, item="A", task="draft", start="2027-03-03")
    assert pins(data) == [
        {"item": "A", "task": "draft", "specialist": "Ana"},
        {"item": "A", "task": "2", "specialist": "Ben"},
        {"item": "A", "task": "draft", "start": "2027-03-03"},
    ]
    assert said.name == "move"
    data, said = changed("place", data, item="A", task="draft", specialist="Ben")
    assert {"item": "A", "task": "draft", "specialist": "Ana"} not in pins(data)
    assert said.name == "assign"


def test_leaving_out_takes_back_starts_that_would_put_it_in() -> None:
    data, _ = changed("place", item="A", task="draft", start="2027-03-02")
    data, _ = changed("forbid", data, item="A")
    assert pins(data) == [{"item": "A", "out": True}]
    data, _ = changed("place", data, item="A", task="draft", specialist="Ana")
    assert pins(data) == [{"item": "A", "task": "draft", "specialist": "Ana"}]


@pytest.mark.parametrize(
    ("edit", "form", "cause"),
    [
        ("keep", {"item": "B"}, "there is no item 'B'"),
        ("place", {"item": "A", "task": "1"}, "nothing was chosen"),
        ("keep", {"item": "A", "sprint": "soon"}, "'soon' is no sprint"),
        ("place", {"item": "A", "task": "1", "start": "tomorrow"}, "Write the date"),
        ("item-cell", {"item": "A", "cell": "value", "content": "a lot"}, "'a lot' is no number"),
        ("item-cell", {"item": "A", "cell": "id", "content": "B"}, "'id' cannot be changed here"),
        ("item-cell", {"item": "A", "cell": "value", "content": "inf"}, "finite number"),
        ("item-cell", {"item": "A", "cell": "value", "content": "1e400"}, "finite number"),
        ("task-cell", {"item": "A", "place": "7", "cell": "effort", "content": "1"}, "no such task"),
        ("setting", {"cell": "sprint_days", "content": "ten"}, "no number of days"),
        ("setting", {"cell": "buffer", "content": "100"}, "less than 1"),
        ("setting", {"cell": "team", "content": "x"}, "cannot be changed here"),
        ("add-item", {"id": "A", "title": "again"}, "also in line"),
        ("add-item", {"id": "", "title": "nameless"}, "must not be empty"),
        ("add-person", {"name": "Ana"}, "also in line"),
        ("away", {"name": "Ana", "from": "2027-03-03", "to": "2027-03-01"}, "before `from`"),
        ("away", {"name": "Ana"}, "no day was chosen"),
        ("back", {"name": "Ana", "place": "0"}, "no such absence"),
        ("person-cell", {"name": "Eve", "cell": "skills", "content": "x"}, "nobody named 'Eve'"),
        ("person-cell", {"name": "Ana", "cell": "hours_per_day", "content": "25"}, "24"),
    ],
)
def test_what_cannot_be_is_refused_in_words(edit: str, form: dict[str, str], cause: str) -> None:
    with pytest.raises(InputError) as refused:
        changed(edit, **{f"{key}_": text for key, text in form.items()})
    assert cause in str(refused.value)


def test_cells_are_set_and_taken_away() -> None:
    data, said = changed("item-cell", item="17", cell="value", content="2,5")
    assert data["backlog"][1]["value"] == 2.5
    assert said.given["content"] == "2,5"
    data, _ = changed("item-cell", data, item="17", cell="value", content=" ")
    assert "value" not in data["backlog"][1]
    data, _ = changed("item-cell", data, item="17", cell="depends_on", content="A")
    assert data["backlog"][1]["depends_on"] == ["A"]
    data, _ = changed("item-cell", data, item="17", cell="must", content="true")
    data, _ = changed("task-cell", data, item="A", place="1", cell="effort", content="4")
    assert data["backlog"][0]["work"][1]["effort"] == 4
    assert data["backlog"][1]["must"] is True


def test_remaining_goes_with_work_in_progress() -> None:
    data = copy.deepcopy(BASE)
    data["backlog"][0] |= {"status": "in-progress", "remaining": 2}
    data, _ = changed("item-cell", data, item="A", cell="status", content="todo")
    assert "remaining" not in data["backlog"][0]


def test_items_come_and_go_with_their_pins() -> None:
    data, _ = changed("add-item", id="B", title="New", value="7", effort="3", skill="copy", type="experiment")
    assert data["backlog"][-1] == {
        "id": "B",
        "title": "New",
        "value": 7,
        "effort": 3,
        "skill": "copy",
        "type": "experiment",
    }
    data, _ = changed("keep", data, item="B", sprint="1")
    data, _ = changed("remove-item", data, item="B")
    assert [item["id"] for item in data["backlog"]] == ["A", 17]
    assert pins(data) == []


def test_the_team_changes() -> None:
    data, _ = changed("person-cell", name="Ana", cell="skills", content="copy, seo 0.8; web: 1.5")
    assert data["team"][0]["skills"] == {"copy": 1.0, "seo": 0.8, "web": 1.5}
    data, _ = changed("workday", data, name="Ben", day="wed", content="true", every="mon tue wed thu fri")
    assert data["team"][1]["workdays"] == ["mon", "tue", "wed"]
    data, _ = changed("workday", data, name="Ana", day="fri", content="", every="mon tue wed thu fri")
    assert data["team"][0]["workdays"] == ["mon", "tue", "wed", "thu"]
    data, _ = changed("away", data, name="Ana", from_="2027-03-02")
    data, _ = changed("away", data, name="Ana", from_="2027-03-03", to="2027-03-04", half="am")
    data, _ = changed("away", data, name="Ana", from_="2027-03-05", half="pm")
    assert data["team"][0]["time_off"] == [
        {"date": "2027-03-02"},
        {"from": "2027-03-03", "to": "2027-03-04"},
        {"date": "2027-03-05", "half": "pm"},
    ]
    data, _ = changed("back", data, name="Ana", place="1")
    assert len(data["team"][0]["time_off"]) == 2
    data, _ = changed("add-person", data, name="Cleo", skills="web", hours_per_day="4")
    assert data["team"][-1] == {"name": "Cleo", "skills": {"web": 1.0}, "hours_per_day": 4}
    data, _ = changed("remove-person", data, name="Ben")
    assert [person["name"] for person in data["team"]] == ["Ana", "Cleo"]


def test_what_holds_for_the_whole_sprint() -> None:
    data, _ = changed("setting", cell="name", content="Next sprint")
    data, _ = changed("setting", data, cell="start", content="2027-03-08")
    data, _ = changed("setting", data, cell="sprint_days", content="15")
    data, _ = changed("setting", data, cell="buffer", content="12.5 %")
    data, said = changed("setting", data, cell="time_limit", content="30")
    assert data["name"] == "Next sprint"
    assert data["calendar"] == {"start": "2027-03-08", "sprint_days": 15}
    assert data["policy"] == {"buffer": 0.125}
    assert data["solver"] == {"time_limit": 30}
    assert said.given == {"cell": "time_limit", "content": "30"}
    data, _ = changed("setting", data, cell="start", content="")
    assert data["calendar"] == {"sprint_days": 15}
