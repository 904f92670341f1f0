"""Cells as trackers write them: dates, durations, numbers, people, words, references in texts."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.intake.trackers.calendar import working_days
from planner.intake.trackers.directory import Directory
from planner.intake.trackers.issue import Issue
from planner.intake.trackers.text_links import text_links
from planner.intake.trackers.trello import title_and_points
from planner.intake.trackers.values import Dates, clean, clean_id, hours, number, person, readable
from planner.intake.trackers.words import priority_of, standing_of, standing_of_column

DAYS = [
    ("12/Mar/24 3:04 PM", (2024, 3, 12)),
    ("30/Sep/26 12:00 AM", (2026, 9, 30)),
    ("6/21/2025 16:14", (2025, 6, 21)),
    ("21.06.2025", (2025, 6, 21)),
    ("2026-05-15T23:59:59.000Z", (2026, 5, 15)),
    ("2026/07/01", (2026, 7, 1)),
    ("3/Mai/26 9:00 AM", (2026, 5, 3)),
    ("14/Dez/24", (2024, 12, 14)),
    ("01. Oktober 2026", (2026, 10, 1)),
    ("5 févr. 2026", (2026, 2, 5)),
    ("07/août/26 10:00", (2026, 8, 7)),
    ("12 de marzo de 2024", (2024, 3, 12)),
    ("9/ene/25", (2025, 1, 9)),
    ("9/dic/25 8:15 AM", (2025, 12, 9)),
    ("1 maggio 2026", (2026, 5, 1)),
    ("2/out/26", (2026, 10, 2)),
    ("3 mrt 2026", (2026, 3, 3)),
    ("Mon Jan 08 2024 16:25:54 GMT+0000 (GMT)", (2024, 1, 8)),
    ("Jan 8, 2024", (2024, 1, 8)),
    ("1/Jan/69", (2069, 1, 1)),
    ("1/Jan/99", (1999, 1, 1)),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_dates(text: str, day: tuple[int, int, int]) -> None:
    assert Dates(()).read(text) == datetime.date(*day)


@pytest.mark.parametrize(
    "text", ["", "soon", "March 2024", "32/1/2024", "2024-02-30", "5", "Friday", "12/Foo/24", "9" * 90]
)
def test_what_is_no_date(text: str) -> None:
    assert Dates(()).read(text) is None


@given(st.text(max_size=100))
def test_any_text_is_a_date_or_none(text: str) -> None:
    day = Dates(()).read(text)
    assert day is None or 1970 <= day.year <= 2200


@pytest.mark.parametrize(
    ("samples", "day", "ambiguous"),
    [
        (["22/9/2025", "2/10/2025"], (2025, 10, 2), False),
        (["6/21/2026 4:14:00 PM", "2/10/2025"], (2025, 2, 10), False),
        (["2/10/2025"], (2025, 10, 2), True),
        (["2/10/2025 6:55:03 PM"], (2025, 2, 10), True),
    ],
)
def test_the_file_decides_which_number_is_the_month(
    samples: list[str], day: tuple[int, int, int], ambiguous: bool
) -> None:
    dates = Dates(samples)
    assert dates.read(samples[-1]) == datetime.date(*day)
    assert dates.ambiguous(samples[-1]) is ambiguous


@pytest.mark.parametrize(
    ("text", "bare", "amount"),
    [
        ("28800", "s", 8),
        ("38h", "s", 38),
        ("1d 4h", "s", 12),
        ("1w 2d", "s", 56),
        ("2 hours, 30 minutes", "s", 2.5),
        ("4,5", "h", 4.5),
        ("1.5h", "h", 1.5),
        ("90", "m", 1.5),
        ("h", "h", None),
        ("3 apples", "h", None),
        ("about 3h", "h", None),
    ],
)
def test_durations(text: str, bare: str, amount: float | None) -> None:
    assert hours(text, bare) == (None if amount is None else pytest.approx(amount))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("3", 3), ("3.0", 3), ("0,5", 0.5), ("-1", -1), ("", None), ("nan", None), ("1e400", None), ("9" * 400, None)],
)
def test_numbers(text: str, amount: float | None) -> None:
    assert number(text) == amount


def test_people() -> None:
    assert person("Ana Perez <ana@example.com>") == "Ana Perez"
    assert person("<ana@example.com>") == "ana@example.com"
    assert person("Unassigned") == ""
    names = readable(["ana.perez@example.com", "bob@example.com", "bob@example.org", "Cleo"])
    assert names == {
        "ana.perez@example.com": "Ana Perez",
        "bob@example.com": "bob@example.com",  # two Bobs stay apart
        "bob@example.org": "bob@example.org",
        "Cleo": "Cleo",
    }


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("To Do", "todo"),
        ("✅ Done", "done"),
        ("In\u00a0Progress", "in-progress"),
        ("Won\u2019t Do", "dropped"),
        ("Terminé(e)", "done"),
        ("Erledigt", "done"),
        ("Abgebrochen", "dropped"),
        ("Concluído", "done"),
        ("Frobnicated", None),
    ],
)
def test_status_words(word: str, standing: str | None) -> None:
    assert standing_of(word) == standing


@pytest.mark.parametrize(
    ("word", "priority"),
    [
        ("🔥 Urgent", "Urgent"),
        ("P1", "Highest"),
        ("1 - Critical", "Critical"),
        ("P2 (High)", "High"),
        ("4", "Low"),
        ("No priority", ""),
        ("Hoch", "High"),
        ("Must have", "Critical"),
        ("purple", None),
    ],
)
def test_priority_words(word: str, priority: str | None) -> None:
    assert priority_of(word) == priority


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("(3) Landing page", ("Landing page", 3)),
        ("Landing page [5]", ("Landing page", 5)),
        ("Landing page (0.5)", ("Landing page", 0.5)),
        ("Call (2 people) back", ("Call (2 people) back", None)),
        ("Version 2 (beta)", ("Version 2 (beta)", None)),
        ("(8)", ("(8)", 8)),
    ],
)
def test_points_in_a_card_name(name: str, split: tuple[str, float | None]) -> None:
    assert title_and_points(name) == split


def test_links_in_a_text() -> None:
    links = text_links("Blocked by #12, acme/site#3 and WEB-7.\nBlocks: https://example.com/x/9. Part of #4; see #99")
    assert links.waits_for == ("#12", "acme/site#3", "WEB-7")
    assert links.holds_up == ("https://example.com/x/9",)
    assert links.parent == "#4"


def test_names_with_commas_are_split_only_where_they_must_be() -> None:
    directory = Directory([Issue(row, f"k{row}", name, aliases=(name,)) for row, name in enumerate(["a, b", "b", "c"])])
    assert directory.split("a, b") == ["a, b"]
    assert directory.split("c, a, b, d") == ["c", "a, b", "d"]
    assert directory.split(",".join("x" * 5000)) == ["x"] * 5000


def test_working_days_of_a_sprint() -> None:
    def span(first: str, last: str) -> tuple[datetime.date, datetime.date]:
        return datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)

    two_weeks, one_week = span("2026-03-02", "2026-03-16"), span("2026-03-16", "2026-03-23")
    assert working_days([two_weeks, one_week, two_weeks]) == 10
    assert working_days([one_week]) == 5
    assert working_days([span("2026-03-07", "2026-03-08"), span("2026-03-07", "2028-03-08")]) is None


def test_texts_are_one_line_and_ids_can_stand_in_a_list() -> None:
    assert clean("a\x07b\n c\u2028d", 10) == "a b c d"
    assert clean("x" * 20, 10) == "x" * 9 + "…"
    assert clean_id(" A 1; B,2 ") == "A-1-B-2"


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("Doing (max 3)", "in-progress"),
        ("Done ✅ March", "done"),
        ("Done - Sprint 12", "done"),
        ("To Do: design", "todo"),
        ("In Review / QA", "in-progress"),
        ("Closed beta", None),
        ("Parking lot", None),
    ],
)
def test_columns_of_a_board(name: str, standing: str | None) -> None:
    assert standing_of_column(name) == standing
