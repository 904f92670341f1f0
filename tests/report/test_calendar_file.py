from __future__ import annotations

import datetime
import uuid
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

import planner
from models.plan import Plan
from models.scenario import Scenario
from planner.report import calendar_file
from planner.report.words import clean
from tests.builders import item, milestone, scenario, specialist
from tests.report.sample import ARABIC, NASTY, no_plan, plan, roadmap, sprint, titled

UTC, BERLIN = datetime.UTC, ZoneInfo("Europe/Berlin")


def entries(proposed: Plan, given: Scenario, who: str | None = None) -> list[Event]:
    calendar = Calendar.from_ical(calendar_file.content(proposed, given, who))
    assert isinstance(calendar, Calendar)
    return list(calendar.events)


def local(event: Event) -> tuple[str, str]:
    start, end = event.start, event.end
    assert isinstance(start, datetime.datetime)
    assert isinstance(end, datetime.datetime)
    assert start.tzinfo is not None
    assert start.utcoffset() == datetime.timedelta(0)
    return f"{start.astimezone(BERLIN):%a %H:%M}", f"{end.astimezone(BERLIN):%a %H:%M}"


def broken_up() -> tuple[Scenario, Plan]:
    """One task of 16 hours over two weekends' distance: Ana works mornings on Friday, is away on Monday."""
    given = scenario(
        [
            item("A", title="Film", value=5, effort=16, skill="video", release="2027-03-04", deadline="2027-03-11"),
            item("B", title="Posts", value=4, effort=3, skill="copy", due={"date": "2027-03-02", "cost_per_day": 1}),
            milestone("C", title="Ready", value=1, depends_on=["A"]),
        ],
        [
            specialist("Ana", "video", time_off=[{"date": "2027-03-05", "half": "pm"}, "2027-03-08"]),
            specialist("Ben", "copy"),
        ],
        name="Launch",
        timezone="Europe/Berlin",
    )
    return given, planner.plan(given)


def test_a_task_is_in_the_calendar_when_it_is_worked_on_and_not_between() -> None:
    given, proposed = broken_up()
    mine = [event for event in entries(proposed, given, "Ana") if isinstance(event.start, datetime.datetime)]
    assert [local(event) for event in mine] == [
        ("Thu 09:00", "Thu 17:00"),
        ("Fri 09:00", "Fri 13:00"),
        ("Tue 09:00", "Tue 17:00"),
        ("Wed 09:00", "Wed 10:20"),
    ]
    assert [event["description"] for event in mine][1] == "video: 16 h, part 2 of 4."
    assert {str(event["summary"]) for event in mine} == {"A Film"}
    assert {str(event["transp"]) for event in mine} == {"OPAQUE"}


def test_deadlines_due_dates_and_milestones_are_all_day_and_make_nobody_busy() -> None:
    given, proposed = broken_up()
    days = [event for event in entries(proposed, given) if not isinstance(event.start, datetime.datetime)]
    assert [(str(event["summary"]), event.start, event.end) for event in days] == [
        ("Due: B Posts", datetime.date(2027, 3, 2), datetime.date(2027, 3, 3)),
        ("Deadline: A Film", datetime.date(2027, 3, 11), datetime.date(2027, 3, 12)),
        ("Milestone: C Ready", datetime.date(2027, 3, 10), datetime.date(2027, 3, 11)),
    ]
    assert {str(event["transp"]) for event in days} == {"TRANSPARENT"}


def test_everybody_gets_their_own_work_and_dates_and_the_team_gets_all_with_names() -> None:
    given, proposed = broken_up()
    assert {str(event["summary"]) for event in entries(proposed, given, "Ben")} == {"B Posts", "Due: B Posts"}
    team = {str(event["summary"]) for event in entries(proposed, given)}
    assert team >= {"Ana: A Film", "Ben: B Posts", "Milestone: C Ready"}
    ids = [str(event["uid"]) for event in entries(proposed, given)]
    assert len(set(ids)) == len(ids)
    assert set(ids) > {str(event["uid"]) for event in entries(proposed, given, "Ana")}


def test_a_newer_plan_moves_the_entries_there_are() -> None:
    older = entries(plan(), sprint())
    moved = plan(created="2027-03-02T08:00:00+01:00")
    task = moved.selected[0].tasks[0]
    assert task.start is not None
    later = task.model_copy(update={"start_tick": 96, "finish_tick": 192, "specialist": "Ben Jo"})
    first = moved.selected[0].model_copy(update={"tasks": (later, *moved.selected[0].tasks[1:])})
    newer = entries(moved.model_copy(update={"selected": (first, *moved.selected[1:])}), sprint())
    assert [event["uid"] for event in older] == [event["uid"] for event in newer]
    assert newer[0].start == older[0].start + datetime.timedelta(days=1)
    assert newer[0].DTSTAMP > older[0].DTSTAMP


def test_ids_belong_to_the_scenario() -> None:
    other = plan(scenario="Another team")
    assert not {event["uid"] for event in entries(plan(), sprint())} & {
        event["uid"] for event in entries(other, sprint())
    }
    for event in entries(plan(), sprint()):
        assert uuid.UUID(str(event["uid"]).removesuffix("@sprintplan")).version == 5


def test_work_that_a_sprint_only_has_room_for_lasts_all_of_it_and_leaves_people_free() -> None:
    given, proposed = roadmap()
    later = next(entry for entry in proposed.selected if entry.sprint == 2 and entry.tasks)
    found = [event for event in entries(proposed, given) if later.id in str(event["summary"])]
    assert {(event.start, event.end) for event in found} == {(datetime.date(2027, 3, 8), datetime.date(2027, 3, 13))}
    assert {str(event["transp"]) for event in found} == {"TRANSPARENT"}
    assert str(found[0]["description"]).endswith("some time in sprint 2.")


def test_daylight_saving_moves_the_moment_not_the_hour_on_the_wall() -> None:
    given = scenario(
        [item("A", value=5, effort=12)],
        [specialist("Ana")],
        start="2027-03-26",
        sprint_days=2,
        timezone="Europe/Berlin",  # summer time begins on the Sunday between
    )
    friday, monday = entries(planner.plan(given), given)
    assert local(friday) == ("Fri 09:00", "Fri 17:00")
    assert local(monday) == ("Mon 09:00", "Mon 17:00")
    assert friday.start == datetime.datetime(2027, 3, 26, 8, tzinfo=UTC)
    assert monday.start == datetime.datetime(2027, 3, 29, 7, tzinfo=UTC)


def test_a_file_follows_the_rules_of_its_kind() -> None:
    content = calendar_file.content(titled("ä" * 200), sprint())
    assert content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.count(b"\n") == content.count(b"\r\n")
    assert calendar_file.content(titled("ä" * 200), sprint()) == content


@pytest.mark.parametrize("title", [NASTY, ARABIC, "a;b,c\\d:e", "END:VEVENT\r\nBEGIN:VALARM"])
def test_no_title_breaks_out_of_its_entry(title: str) -> None:
    first = entries(titled(title), sprint())[0]
    assert str(first["summary"]) == f"Ana: MKT-1 {clean(title)}"
    assert not first.alarms.times


@given(title=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_title_reads_back(title: str) -> None:
    assert str(entries(titled(title), sprint())[0]["summary"]) == f"Ana: MKT-1 {clean(title)}".rstrip()


def test_without_a_plan_the_calendar_is_empty() -> None:
    assert entries(no_plan(), sprint()) == []
