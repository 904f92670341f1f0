"""The further views, looked at and used as a lead does."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.web.browsing import MARKETING, TUTORIAL, board_of, drop, wait_for_plan

VIEWS = ("capacity", "roadmap", "dependencies", "worth", "hand-on")


def open_view(page: Page, name: str) -> None:
    page.goto(f"{page.url.rsplit('/', 1)[0]}/{name}")


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).click()
    page.wait_for_load_state()  # its scripts hear clicks from then on


def test_the_heat_map_says_how_full_everybody_is(page: Page) -> None:
    board_of(page, TUTORIAL)
    open_tab(page, "Capacity")
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
    open_tab(page, "Roadmap")
    expect(page.locator(".lane")).to_have_count(3)
    expect(page.locator(".lane").first).to_contain_text("1 Mar")
    expect(page.get_by_role("region", name="Roadmap")).to_contain_text("R-END")
    expect(page.locator("table", has_text="2027 Q1")).to_be_visible()
    page.locator(".lane [data-item=R-0]").click()
    expect(page.locator("#drawer")).to_contain_text("Part 0")


def test_the_graph_marks_the_longest_chain_and_its_items_say_why(page: Page) -> None:
    board_of(page, MARKETING)
    open_tab(page, "Dependencies")
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
    open_tab(page, "Worth")
    picture = page.get_by_role("img", name="value against effort")
    assert picture.locator(".point.in").count() > 0
    assert picture.locator(".point.out").count() > 0
    page.get_by_text("The same as a table").click()
    expect(page.locator("details tbody tr")).to_have_count(picture.locator(".point").count())


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
