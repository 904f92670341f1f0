"""WCAG 2.2 AA as axe sees it, on every view, light and dark, on a desk and on a phone; and pages that fit a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.web.views import BY_NAME
from tests.http.running import Running
from tests.web.browsing import EXPORT, MARKETING, board_of, drop, wait_for_plan, watched

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
VIEWS = tuple(BY_NAME)
SIZES = {"desk": {"width": 1360, "height": 900}, "phone": {"width": 390, "height": 844}}


PICTURES = {"desk-light": "", "desk-dark": "-dark", "phone-light": "-phone"}


@pytest.fixture(scope="module")
def sprint(browser: Browser, served: Running) -> str:
    """Path of a sprint with a plan and a change."""
    context = browser.new_context(base_url=served.url)
    page = context.new_page()
    board_of(page, MARKETING)
    page.locator("[data-left-out]").first.locator("button").click()
    page.get_by_role("button", name="Keep in sprint 1").click()
    expect(page.locator("#effect")).to_be_visible(timeout=60_000)
    path = page.url.removeprefix(served.url).rpartition("/")[0]
    context.close()
    return path


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids="-".join)
def seen(request: pytest.FixtureRequest, browser: Browser, served: Running) -> Iterator[tuple[str, BrowserContext]]:
    size, scheme = request.param
    context = browser.new_context(
        base_url=served.url, viewport=SIZES[size], color_scheme=scheme, timezone_id="Europe/Dublin", locale="en-GB"
    )
    yield f"{size}-{scheme}", context
    context.close()


def check_accessible(page: Page, what: str) -> None:
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    told = [(one["id"], [node["target"] for node in one["nodes"]][:4], one["help"]) for one in found["violations"]]
    assert told == [], what
    assert len(found["passes"]) > 10


def check_fits(page: Page, what: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, what


def test_every_view(seen: tuple[str, BrowserContext], sprint: str, screenshots: Path) -> None:
    name, context = seen
    with watched(context.new_page()) as page:
        for view in VIEWS:
            page.goto(f"{sprint}/{view}")
            wait_for_plan(page)
            expect(page.locator("body")).to_have_attribute("data-ready", "yes")
            if view == "board":
                expect(page.locator(".vis-item.task").first).to_be_visible()
            check_fits(page, view)
            check_accessible(page, view)
            if name in PICTURES and (name == "desk-light" or view == "board"):
                page.screenshot(path=screenshots / f"page-{view}{PICTURES[name]}.png")


def test_the_panel_of_an_item(seen: tuple[str, BrowserContext], sprint: str, screenshots: Path) -> None:
    name, context = seen
    with watched(context.new_page()) as page:
        page.goto(f"{sprint}/board")
        page.locator(".list [data-item]").first.click()
        expect(page.locator(".panel")).to_be_visible()
        expect(page.locator("#why p:not(.quiet)")).to_be_visible(timeout=60_000)
        check_accessible(page, "panel")
        if name == "desk-light":
            page.screenshot(path=screenshots / "page-item.png")


@pytest.mark.usefixtures("sprint")
def test_the_first_page_the_form_for_a_key_and_a_page_that_is_none(seen: tuple[str, BrowserContext]) -> None:
    _, context = seen
    with watched(context.new_page()) as page:
        for path in ("/", "/sign-in", "/s/nothing/board"):
            page.goto(path)
            check_fits(page, path)
            check_accessible(page, path)


def test_an_import_and_its_report(page: Page, screenshots: Path) -> None:
    drop(page, [EXPORT])
    wait_for_plan(page)
    check_accessible(page, "import")
    page.screenshot(path=screenshots / "page-import.png")


def test_a_printed_board_has_no_buttons(browser: Browser, served: Running, sprint: str) -> None:
    context = browser.new_context(base_url=served.url)
    page = context.new_page()
    page.goto(f"{sprint}/board")
    expect(page.locator("#plan")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#plan")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    context.close()
