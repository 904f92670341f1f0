from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from models.plan import Plan
from models.scenario import Scenario
from planner.report import page
from planner.report.words import clean
from tests.readers import chromium
from tests.report.sample import ARABIC, NASTY, assert_golden, no_plan, plan, roadmap, sprint, titled

MARKUP = "</title></td><script>document.title='x'</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}"
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Parsed(HTMLParser):
    """Elements in order, and that each one that is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "action", "data"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_page_is_what_it_was() -> None:
    assert_golden("plan.html", page.text(plan(), sprint()))


@given(title=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_no_title_changes_how_the_page_is_built(title: str) -> None:
    assert Parsed(page.text(titled(title), sprint())).tags == Parsed(page.text(titled("Title"), sprint())).tags


def test_a_page_needs_nothing_but_itself() -> None:
    parsed = Parsed(page.text(titled(MARKUP), sprint()))
    assert parsed.addresses == []
    assert not {"script", "link", "img", "iframe", "form"} & set(parsed.tags)
    assert parsed.open == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def shown(browser: Browser, folder: Path, proposed: Plan, given: Scenario, width: int = 1280, **how: str) -> Page:
    """Open a page from a file, without network or script; whatever it asks for or complains about is an error."""
    file = folder / "plan.html"
    file.write_text(page.text(proposed, given), encoding="utf-8")
    opened = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=False,
        offline=True,
        **how,  # type: ignore[arg-type]
    ).new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: asked.append(message.text))
    opened.goto(file.as_uri())
    assert asked == [file.as_uri()]
    return opened


@pytest.mark.parametrize("title", [MARKUP, NASTY, ARABIC])
def test_a_browser_shows_titles_as_they_are(title: str, browser: Browser, tmp_path: Path) -> None:
    opened = shown(browser, tmp_path, titled(title), sprint())
    assert opened.title() == "Launch week"
    assert opened.locator("section", has_text="In the sprint").locator("tbody tr").first.locator("td").nth(
        2
    ).inner_text() == clean(title)


def test_the_gantt_is_in_it_with_a_name_for_who_cannot_see_it(browser: Browser, tmp_path: Path) -> None:
    opened = shown(browser, tmp_path, plan(), sprint())
    assert opened.get_by_role("img", name="Launch week: who does what when").is_visible()
    assert opened.locator(".gantt .bar").count() == 3
    assert "Film" in opened.get_by_role("table", name="Left out, and why").inner_text()


def test_a_telephone_scrolls_tables_and_never_the_page(browser: Browser, tmp_path: Path) -> None:
    opened = shown(browser, tmp_path, titled("Donaudampfschifffahrtsgesellschaft" * 4), sprint(), width=320)
    root = opened.locator("html").bounding_box()
    assert root is not None
    for part in ("h1", "dl", "section", ".wide"):
        for found in opened.locator(part).all():
            box = found.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 320, part


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dark_mode_turns_paper_and_ink_around(scheme: str, browser: Browser, tmp_path: Path) -> None:
    opened = shown(browser, tmp_path, plan(), sprint(), color_scheme=scheme)
    paper, ink = brightness(opened, "body", "background-color"), brightness(opened, "h1", "color")
    drawn, name = brightness(opened, ".gantt .paper", "fill"), brightness(opened, ".gantt .name", "fill")
    assert (paper > ink, drawn > name) == ((True, True) if scheme == "light" else (False, False))
    assert abs(paper - ink) > 150
    assert drawn == paper


def brightness(opened: Page, where: str, what: str) -> int:
    style = opened.locator(where).first.evaluate(f"element => getComputedStyle(element)['{what}']")
    return sum(int(part) for part in re.findall(r"\d+", style)[:3]) // 3


def test_a_roadmap_shows_its_sprints(browser: Browser, tmp_path: Path) -> None:
    scenario, proposed = roadmap()
    opened = shown(browser, tmp_path, proposed, scenario)
    assert opened.get_by_role("table", name="Sprints").locator("tbody tr").count() == 3
    assert "All done" in opened.get_by_role("table", name="Epics").inner_text()


def test_where_there_is_no_plan_the_page_says_why(browser: Browser, tmp_path: Path) -> None:
    opened = shown(browser, tmp_path, no_plan(), sprint())
    told = opened.locator(".conflict").inner_text()
    assert "MKT-4 must be in the plan" in told
    assert "Let MKT-4 stay out" in told
    assert opened.locator("svg").count() == 0
