"""The further views, looked at and used as a lead does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import MARKETING, TUTORIAL, board_of, drop, look_at, version, wait_for_plan
from tests.web.test_accessible import SIZES, check_accessible, check_fits

VIEWS = ("capacity", "roadmap", "dependencies", "worth", "hand-on")


def open_view(page: Page, name: str) -> None:
    page.goto(f"{page.url.rsplit('/', 1)[0]}/{name}")


def test_the_heat_map_says_how_full_everybody_is(page: Page) -> None:
    board_of(page, TUTORIAL)
    look_at(page, "Capacity")
    table = page.locator(".heat-map")
    expect(table.locator("tbody tr")).to_have_count(3)
    expect(table.locator("thead th")).to_have_count(7)  # five days, between the names and what it is in all
    expect(table.locator("tbody tr").first).to_contain_text("%")
    expect(table.locator(".heat-5").first).to_be_visible()


def test_the_roadmap_has_a_lane_a_sprint_and_its_items_say_why(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(
        "name: Quarter\nteam: [{name: Ana}]\n"
        "calendar: {start: 2027-03-01, sprint_days: 5, sprints: 3, detailed_sprints: 0}\nbacklog:\n"
        + "".join(
            f"  - {{id: R-{number}, title: Part {number}, value: {9 - number}, effort: 20}}\n" for number in range(4)
        )
        + "  - {id: R-END, title: All done, milestone: true, value: 3, depends_on: [R-0, R-1]}\n",
        encoding="utf-8",
    )
    drop(page, [file])
    wait_for_plan(page)
    look_at(page, "Roadmap")
    expect(page.locator(".lane")).to_have_count(3)
    expect(page.locator(".lane").first).to_contain_text("1 Mar")
    expect(page.get_by_role("region", name="Roadmap")).to_contain_text("R-END")
    expect(page.locator("table", has_text="2027 Q1")).to_be_visible()
    page.locator(".lane [data-item=R-0]").click()
    expect(page.locator("#drawer")).to_contain_text("Part 0")


def test_the_graph_marks_the_longest_chain_and_its_items_say_why(page: Page) -> None:
    board_of(page, MARKETING)
    look_at(page, "Dependencies")
    graph = page.get_by_role("img", name="what waits for what")
    expect(graph.locator(".node")).to_have_count(11)
    expect(graph.locator(".node.critical")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("15 more items wait for nothing")
    graph.locator("[data-item=MKT-112]").click()
    expect(page.locator("#drawer")).to_contain_text("Launch kit complete")
    page.keyboard.press("Escape")
    page.get_by_text("The same as a table").click()
    row = page.get_by_role("row", name="MKT-112 Launch kit complete")
    expect(row).to_contain_text("one of MKT-105, MKT-106")
    row.get_by_role("button").press("Enter")  # the table is the way of the keyboard
    expect(page.locator("#drawer")).to_contain_text("Launch kit complete")


def test_value_against_effort_fills_what_is_in_the_sprint(page: Page) -> None:
    board_of(page, TUTORIAL)
    inside = page.locator(".columns [data-item^=WEB], .columns [data-item]").count()
    assert inside > 0
    look_at(page, "Worth")
    picture = page.get_by_role("img", name="value against effort")
    assert picture.locator(".point.in").count() > 0
    assert picture.locator(".point.out").count() > 0
    page.get_by_text("The same as a table").click()
    expect(page.locator("details tbody tr")).to_have_count(picture.locator(".point").count())


def test_what_ifs_stand_side_by_side(page: Page) -> None:
    board_of(page, TUTORIAL)
    look_at(page, "What if")
    page.get_by_label("What-ifs").fill("")
    away = page.get_by_role("group", name="Somebody away")
    away.get_by_label("Who").select_option("Ana")
    away.get_by_label("To").fill("2027-03-05")
    away.get_by_role("button").click()
    more = page.get_by_role("group", name="Somebody more")
    more.get_by_label("Skill").select_option("design")
    more.get_by_role("button").press("Enter")
    more.get_by_role("button").press("Enter")
    expect(page.get_by_label("What-ifs")).to_have_value(re.compile(r'name: "One more for design \(2\)"'))
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/what-if?job=*")
    table = page.get_by_role("region", name="Side by side").get_by_role("table")
    expect(table.locator("tbody tr")).to_have_count(4, timeout=60_000)
    values = [float(cell) for cell in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    assert values[0] == 110
    assert values[1] < 110 < values[2] == values[3]
    expect(table.locator("tbody tr").nth(1)).to_contain_text(f"−{110 - values[1]:g}")
    expect(page.get_by_role("region", name="Items that come or go")).to_contain_text("left out")
    expect(page.get_by_role("region", name="How full everybody is")).to_contain_text("design +1")
    expect(page.get_by_label("What-ifs")).to_have_value(re.compile("Ana away"))
    assert version(page) == 1  # the sprint itself is as it was
    for size in SIZES.values():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        check_fits(page, "compared")
        check_accessible(page, "compared")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("variants:\n  - {name: A, team: {remove: [Nobody]}}", "what-ifs:2"),
        ("variants:\n  - {nam: A}", "Did you mean"),
        ("- a", "Begin with `variants:`"),
        ("variants: []", "there is no what-if in it"),
        ("variants: [", "what-ifs:1"),
        ("", "nothing but comments"),
    ],
)
def test_what_ifs_that_cannot_be_read_are_refused_with_their_line(page: Page, typed: str, said: str) -> None:
    board_of(page, TUTORIAL)
    look_at(page, "What if")
    page.get_by_label("What-ifs").fill(typed)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#messages")).to_contain_text(said)
    assert page.url.endswith("/what-if")


def test_a_comparison_of_somebody_else_is_not_there(page: Page) -> None:
    board_of(page, TUTORIAL)
    base = page.url.rsplit("/", 1)[0]
    plan_job = page.request.get("/v1/jobs?limit=1").json()["jobs"][0]["id"]
    for job in ("0" * 32, plan_job, "x"):
        assert page.request.get(f"{base}/what-if?job={job}").status == 404


def test_files_are_those_of_the_service(page: Page) -> None:
    board_of(page, TUTORIAL)
    document = page.url.rsplit("/", 2)[1]
    jobs = page.request.get("/v1/jobs?limit=200").json()["jobs"]
    page.get_by_role("link", name="More ways").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Workbook").click()
    assert started.value.suggested_filename == "webinar-week.xlsx"
    content = Path(started.value.path()).read_bytes()
    answers = [page.request.get(f"/v1/jobs/{job['id']}/result?format=xlsx") for job in jobs if job["value"] == 110]
    assert content in [answer.body() for answer in answers]
    with page.expect_download() as started:
        page.get_by_role("link", name="Ana", exact=True).click()
    assert started.value.suggested_filename == "webinar-week-ana.ics"
    assert page.request.get(f"/s/{document}/file?format=png&picture=curve").body().startswith(b"\x89PNG")
    assert page.request.get(f"/s/{document}/file?format=docx").status == 422


def test_without_a_plan_there_is_no_file_and_the_views_teach(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(
        "team: [{name: Ana, hours_per_day: 6}]\ncalendar: {start: 2027-03-01, sprint_days: 1}\nbacklog:\n"
        "  - {id: A, value: 5, effort: 5, must: true}\n  - {id: B, value: 5, effort: 5, must: true}\n",
        encoding="utf-8",
    )
    drop(page, [file])
    expect(page.locator(".conflict").first).to_be_visible(timeout=60_000)
    for name in VIEWS:
        open_view(page, name)
        expect(page.locator(".conflict").first).to_contain_text("A must be in the plan")
