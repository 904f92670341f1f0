"""What a lead does, from a file to a plan that is agreed: in the browser, against the server's own process."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.http.running import Running
from tests.web.browsing import (
    EXPORT,
    MARKETING,
    TUTORIAL,
    bar_of,
    board_of,
    drag,
    drop,
    look_at,
    version,
    wait_for_plan,
    wait_for_version,
    watched,
)


def test_the_real_backlog_is_imported_reported_and_planned(page: Page) -> None:
    drop(page, [EXPORT])
    expect(page).to_have_url(re.compile("/import$"))
    expect(page.locator("main")).to_contain_text("Jira: 149 rows read, 149 items")
    expect(page.locator("main")).to_contain_text("not in the export")
    wait_for_plan(page)
    look_at(page, "Board")
    expect(page.locator(".vis-item.task").first).to_be_visible()
    assert float(page.locator(".figure .big").inner_text()) > 0
    expect(page.locator(".figures")).to_contain_text(re.compile(r"of 1\d\d open items"))


def test_a_file_is_dropped_anywhere_on_the_first_page(page: Page) -> None:
    page.goto("/")
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    files = page.evaluate_handle(
        """(text) => { const files = new DataTransfer();
           files.items.add(new File([text], "board.csv")); return files; }""",
        "ID,Title,Estimate\n1,Write the page,3\n2,Draw the picture,5\n",
    )
    page.dispatch_event("main", "dragover", {"dataTransfer": files})
    expect(page.locator("[data-drop]")).to_have_class(re.compile("over"))
    page.dispatch_event("main", "drop", {"dataTransfer": files})
    page.wait_for_url("**/import")
    expect(page.locator("main")).to_contain_text("2 rows read, 2 items")


def test_times_are_the_readers_own(browser: Browser, served: Running, page: Page) -> None:
    board_of(page, TUTORIAL)
    assert bar_of(page, "WEB-1", "1")[1] == "2027-03-01T09:00:00+00:00"
    context = browser.new_context(base_url=served.url, timezone_id="America/New_York", locale="en-GB")
    with watched(context.new_page()) as far:
        far.goto(page.url)
        far.locator("[data-item=WEB-1]").first.click()
        expect(far.locator(".placing").first).to_contain_text("Mon 1 Mar, 04:00")
        expect(far.locator("footer")).to_contain_text("America/New_York")
    context.close()


def test_an_empty_list_teaches_and_opens_the_example(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Open the example").click()
    page.wait_for_url("**/board")
    wait_for_plan(page)
    expect(page.locator(".figure .big")).to_have_text("110")
    expect(page.get_by_text("proven optimal")).to_be_visible()


def test_a_file_that_is_none_is_refused_in_words(page: Page, tmp_path: Path) -> None:
    wrong = tmp_path / "team.yaml"
    wrong.write_text("team: [{name: Ana}]\nbacklog: [{id: A, efort: 3}]\n", encoding="utf-8")
    page.goto("/")
    page.locator("[data-drop-input]").set_input_files(wrong)
    said = page.locator("#messages")
    expect(said).to_contain_text("team.yaml:2:")
    expect(said).to_contain_text("effort")
    assert "/tmp" not in said.inner_text()


def test_keeping_an_item_says_what_it_costs_and_undo_takes_it_back(page: Page) -> None:
    board_of(page, TUTORIAL)
    page.locator("[data-left-out=BRO-1] button").click()
    page.get_by_role("button", name="Keep in sprint 1").click()
    wait_for_version(page, 2)
    effect = page.locator("#effect")
    # 110 is the tutorial's optimum; with the brochure in, 95 is: design has 30 hours.
    expect(effect).to_contain_text(re.compile(r"Keeping BRO-1 in sprint 1 costs \d+ value: .*leave"))
    expect(effect).to_contain_text("proven")
    cost = float(re.findall(r"costs (\d+)", effect.inner_text())[0])
    assert float(page.locator(".figure .big").inner_text()) == 110 - cost
    page.locator("#undo").click()
    wait_for_version(page, 3)
    expect(page.locator(".figure .big")).to_have_text("110")
    page.locator("#redo").click()
    wait_for_version(page, 4)
    expect(page.locator(".figure .big")).to_have_text(f"{110 - cost:g}")


def test_a_click_on_an_item_proves_why(page: Page) -> None:
    board_of(page, TUTORIAL)
    page.locator("[data-left-out=BRO-1] button").click()
    why = page.locator("#why")
    expect(why).to_contain_text("With it in")
    expect(why.locator(".chip")).to_have_text("proven")
    page.locator("[data-item=WEB-1]").first.click()
    expect(page.locator("[data-panel=WEB-1] #why")).to_contain_text("MAIL-1")


def test_leaving_an_item_out_and_to_the_planner_again(page: Page) -> None:
    board_of(page, TUTORIAL)
    page.locator("[data-item=SOC-1]").first.click()
    page.get_by_role("button", name="Leave out").click()
    wait_for_version(page, 2)
    expect(page.locator("#effect")).to_contain_text("Leaving SOC-1 out costs")
    expect(page.locator("[data-left-out=SOC-1]")).to_be_visible()
    page.get_by_role("button", name="Leave it to the planner").click()
    wait_for_version(page, 3)
    expect(page.locator(".figure .big")).to_have_text("110")


def test_a_bar_dragged_along_starts_on_the_day_it_is_dropped_on(page: Page) -> None:
    board_of(page, TUTORIAL)
    who, start = bar_of(page, "WEB-1", "1")
    drag(page, "WEB-1/1", days=1)
    wait_for_version(page, 2)
    assert bar_of(page, "WEB-1", "1")[0] == who
    assert start[:10] == "2027-03-01"
    assert bar_of(page, "WEB-1", "1")[1][:10] == "2027-03-02"
    expect(page.locator("#effect")).to_contain_text("Starting WEB-1 (task 1) on 2027-03-02")
    expect(page.locator("[data-bar='WEB-1/1']")).to_have_class(re.compile("pinned"))


def test_a_bar_dragged_straight_down_goes_to_somebody_else(page: Page) -> None:
    board_of(page, MARKETING)
    # Chiara can do layouts at half speed; a drag with no movement to the side must be heard (visjs/vis #3003).
    bars = page.evaluate(
        """JSON.parse(document.getElementById("board-data").textContent).tasks
           .filter((t) => t.skill === "design" && t.who === "Ben").map((t) => [t.item, t.task])"""
    )
    item, task = bars[0]
    drag(page, f"{item}/{task}", to="Chiara")
    wait_for_version(page, 2)
    expect(page.locator("#effect")).to_contain_text(f"Giving {item} (task {task}) to Chiara")
    if page.locator(f"[data-bar='{item}/{task}']").count():
        assert bar_of(page, item, task)[0] == "Chiara"


def test_an_item_that_was_clicked_is_dragged_task_by_task(page: Page) -> None:
    board_of(page, TUTORIAL)
    page.locator("[data-bar='WEB-1/1']").click()
    expect(page.locator(".vis-item.chosen")).to_have_count(3)
    expect(page.locator(".arrow.strong").first).to_be_attached()
    page.keyboard.press("Escape")
    drag(page, "WEB-1/1", days=1)
    wait_for_version(page, 2)
    pins = page.request.get(f"/v1/scenarios/{page.url.split('/')[-2]}").json()["scenario"]["pins"]
    assert pins == [{"item": "WEB-1", "task": "1", "start": "2027-03-02"}]


def test_what_is_left_out_is_dragged_up_to_the_board(page: Page) -> None:
    board_of(page, TUTORIAL)
    page.drag_and_drop("[data-left-out=BRO-1]", "#timeline")
    wait_for_version(page, 2)
    expect(page.locator("#effect")).to_contain_text("Keeping BRO-1 in sprint 1 costs")
    expect(page.locator("[data-bar='BRO-1/1']")).to_be_visible()


def test_a_bar_does_not_go_to_somebody_without_the_skill(page: Page) -> None:
    board_of(page, TUTORIAL)
    drag(page, "OPT-1/1", to="Ana")
    expect(page.locator("#messages")).to_contain_text("Ana does not have the skill web")
    assert version(page) == 1


def test_arrows_do_not_take_the_pointer(page: Page) -> None:
    board_of(page, MARKETING)
    expect(page.locator(".arrows .arrow").first).to_be_attached()
    assert page.evaluate(
        """[...document.querySelectorAll(".arrows *")].every((one) => getComputedStyle(one).pointerEvents === "none")"""
    )


def test_every_drag_has_a_control_beside_it(page: Page) -> None:
    board_of(page, MARKETING)
    page.locator("#timeline").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    panel = page.locator(".panel")
    expect(panel).to_be_visible()
    item = panel.get_attribute("data-panel")
    form = panel.locator("form").first
    who = form.get_by_label("Who").locator("option").nth(1).inner_text()
    form.get_by_label("Who").select_option(who)
    form.get_by_label("Starts on").select_option(index=3)
    form.get_by_role("button", name="Apply").focus()
    page.keyboard.press("Enter")
    wait_for_version(page, 2)
    expect(page.locator("#effect, .conflict").first).to_contain_text(str(item))
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    page.keyboard.press("Control+z")
    wait_for_version(page, 3)


def test_what_cannot_hold_is_named_and_undone(page: Page) -> None:
    board_of(page, TUTORIAL)
    page.locator("[data-item=MAIL-1]").first.click()
    page.locator(".panel").get_by_role("button", name="Keep in sprint 1").click()
    wait_for_version(page, 2)
    page.locator(".panel [data-item=WEB-1]").click()
    expect(page.locator("[data-panel=WEB-1]")).to_be_visible()
    page.get_by_role("button", name="Leave out").click()
    expect(page.locator("#page")).to_have_attribute("data-version", "3")
    expect(page.locator(".conflict")).to_contain_text("MAIL-1")
    page.locator("#undo").click()
    wait_for_version(page, 4)
    expect(page.locator(".figure .big")).to_have_text("110")


def test_the_second_of_two_people_is_told_and_nothing_is_overwritten(context: BrowserContext, page: Page) -> None:
    board_of(page, TUTORIAL)
    with watched(context.new_page()) as other:
        other.goto(page.url)
        wait_for_plan(other)
        page.locator("[data-item=SOC-1]").first.click()
        page.get_by_role("button", name="Leave out").click()
        wait_for_version(page, 2)
        other.locator("[data-item=OPT-1]").first.click()
        other.get_by_role("button", name="Leave out").click()
        expect(other.locator("#messages")).to_contain_text("Nothing was overwritten")
        other.get_by_role("button", name="Show the latest").first.click()
        wait_for_version(other, 2)
        expect(other.locator("[data-left-out=SOC-1]")).to_be_visible()
        expect(other.locator("[data-left-out=OPT-1]")).to_have_count(0)


def test_an_open_page_hears_of_a_newer_version(context: BrowserContext, page: Page) -> None:
    board_of(page, TUTORIAL)
    with watched(context.new_page()) as other:
        other.clock.install()
        other.goto(page.url)
        expect(other.locator("body")).to_have_attribute("data-ready", "yes")
        page.locator("[data-item=SOC-1]").first.click()
        page.get_by_role("button", name="Leave out").click()
        wait_for_version(page, 2)
        other.bring_to_front()
        other.clock.fast_forward(11_000)
        expect(other.locator("#messages")).to_contain_text("There is a newer version")
        other.get_by_role("button", name="Show the latest").click()
        wait_for_version(other, 2)


def test_what_a_page_hears_later_does_not_take_the_button_away(context: BrowserContext, page: Page) -> None:
    board_of(page, TUTORIAL)
    with watched(context.new_page()) as other:
        other.clock.install()
        other.goto(page.url)
        expect(other.locator("body")).to_have_attribute("data-ready", "yes")
        page.locator("[data-item=SOC-1]").first.click()
        page.get_by_role("button", name="Leave out").click()
        wait_for_version(page, 2)
        other.locator("[data-item=OPT-1]").first.click()
        other.get_by_role("button", name="Leave out").click()
        expect(other.locator("#messages")).to_contain_text("Nothing was overwritten")
        with other.expect_response(re.compile("/version$")):
            other.clock.fast_forward(11_000)
        other.wait_for_timeout(500)
        expect(other.locator("#messages")).to_contain_text("Nothing was overwritten")


def test_a_cell_of_the_backlog_is_changed_where_it_stands(page: Page) -> None:
    board_of(page, TUTORIAL)
    look_at(page, "Backlog")
    value = page.get_by_label("Value of BRO-1")
    value.fill("500")
    value.press("Enter")
    wait_for_version(page, 2)
    expect(page.locator("#effect")).to_contain_text("Setting value of BRO-1 to “500” gains")
    expect(page.locator("tr", has_text="BRO-1").locator(".chip.good")).to_be_visible()
    page.get_by_label("Value of BRO-1").fill("much")
    page.get_by_label("Value of BRO-1").press("Enter")
    expect(page.locator("#messages")).to_contain_text("'much' is no number")
    assert version(page) == 2


def test_the_backlog_is_filtered(page: Page) -> None:
    board_of(page, MARKETING)
    look_at(page, "Backlog")
    page.get_by_label("Filter").fill("mkt-105")
    expect(page.locator("#backlog-rows tr:visible")).to_have_count(1)
    page.get_by_label("Filter").fill("")
    page.get_by_label("left out").check()
    out = page.locator("#backlog-rows tr:visible").count()
    assert out == page.locator("#backlog-rows tr[data-state=out]").count() > 0


def test_an_absence_costs_what_it_costs(page: Page) -> None:
    board_of(page, TUTORIAL)
    look_at(page, "Team")
    ben = page.get_by_role("region", name="Ben")
    ben.locator("summary").click()
    ben.get_by_label("From").fill("2027-03-01")
    ben.get_by_label("To", exact=True).fill("2027-03-03")
    ben.get_by_role("button", name="Add").click()
    wait_for_version(page, 2)
    expect(page.locator("#effect")).to_contain_text("Ben being away 2027-03-01 – 2027-03-03 costs")
    page.get_by_role("region", name="Ben").get_by_role("button", name="Take back").click()
    wait_for_version(page, 3)
    expect(page.locator(".figure .big")).to_have_text("110")


def test_the_history_lists_changes_and_leads_back(page: Page) -> None:
    board_of(page, TUTORIAL)
    page.locator("[data-item=SOC-1]").first.click()
    page.get_by_role("button", name="Leave out").click()
    wait_for_version(page, 2)
    look_at(page, "History")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Leaving SOC-1 out")
    rows.last.get_by_role("button", name="Go back to this").click()
    wait_for_version(page, 3)
    expect(page.locator(".figure .big")).to_have_text("110")
    expect(page.locator("tbody tr").first).to_contain_text("Going back to version 1")


def test_an_answer_finds_its_place_when_the_button_is_gone(page: Page) -> None:
    board_of(page, TUTORIAL)
    page.locator("[data-item=SOC-1]").first.click()
    expect(page.locator("[data-panel=SOC-1]")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/change/forbid", hold)
    page.get_by_role("button", name="Leave out").click()
    page.locator("[data-item=OPT-1]").first.click()
    expect(page.locator("[data-panel=OPT-1]")).to_be_visible()
    held[0].continue_()
    wait_for_version(page, 2)
    expect(page.locator("#page")).to_have_count(1)
    expect(page.locator("[data-left-out=SOC-1]")).to_be_visible()


def test_a_copy_goes_its_own_way_and_a_sprint_is_deleted(page: Page) -> None:
    board_of(page, TUTORIAL)
    first = page.url
    look_at(page, "History")
    page.get_by_role("button", name="Go on in a copy").click()
    page.wait_for_url(lambda url: url.endswith("/board") and url != first)
    wait_for_plan(page)
    page.locator("[data-item=BRO-1]").first.click()
    page.get_by_role("button", name="Remove from the backlog").click()
    page.keyboard.press("Escape")  # the panel goes while its change is under way
    wait_for_version(page, 2)
    expect(page.locator("#drawer")).to_be_hidden()
    copy = page.url
    page.goto(first)
    wait_for_plan(page)
    assert version(page) == 1
    expect(page.locator("[data-item=BRO-1]").first).to_be_visible()
    page.goto(copy)
    look_at(page, "History")
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Delete this sprint").click()
    page.wait_for_url(re.compile("/$"))
    page.goto(copy)
    expect(page.locator("h1")).to_have_text("Not found")


def test_an_accepted_plan_is_the_baseline(page: Page) -> None:
    board_of(page, TUTORIAL)
    page.locator("#accept").click()
    wait_for_version(page, 2)
    page.locator("[data-item=SOC-1]").first.click()
    page.get_by_role("button", name="Leave out").click()
    wait_for_version(page, 3)
    expect(page.locator("main")).to_contain_text(re.compile(r"Churn \d+ against the baseline: 1 dropped"))


def test_stop_keeps_the_best_plan_so_far(page: Page, tmp_path: Path, screenshots: Path) -> None:
    import json

    from tests.http.running import long

    file = tmp_path / "long.json"
    file.write_text(json.dumps(long(60)), encoding="utf-8")
    drop(page, [file])
    live = page.locator("[data-live]")
    expect(live).to_contain_text("best so far")
    expect(page.locator(".value-line")).to_have_attribute("points", re.compile(r"\d"))
    page.screenshot(path=screenshots / "page-search.png")
    page.locator("#stop").click()
    wait_for_plan(page)
    assert float(page.locator(".figure .big").inner_text()) > 0
    expect(page.locator(".figures")).to_contain_text("below the best possible")


def test_what_does_not_exist_is_said_in_words(page: Page) -> None:
    page.goto(f"/s/{'0' * 32}/board")
    expect(page.locator("h1")).to_have_text("Not found")
    page.get_by_role("link", name="Back to the sprints").click()
    expect(page).to_have_url(re.compile("/$"))
