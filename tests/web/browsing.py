"""What people do in the browser, in their words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.http.running import ROOT

EXPORT = ROOT / "scenarios/spring-xd/export.csv"
MARKETING = [ROOT / "scenarios/marketing/scenario.yaml", ROOT / "scenarios/marketing/backlog.yaml"]
TUTORIAL = [ROOT / "scenarios/tutorial/scenario.yaml"]


@contextmanager
def watched(page: Page) -> Iterator[Page]:
    """A tab whose scripts are to run without a complaint; answers of 4xx are the test's own business."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not re.search(r"status of 4|Status Error Code 4", message.text):
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def drop(page: Page, files: list[Path]) -> None:
    """Choose files on the first page; wait until the sprint is open."""
    page.goto("/")
    page.locator("[data-drop-input]").set_input_files(files)
    page.wait_for_url("**/s/**")


def wait_for_plan(page: Page) -> None:
    """Wait until nothing is being planned, and the plan is of the version that is shown."""
    expect(page.locator("#plan")).to_be_visible(timeout=60_000)
    expect(page.locator(".figure .big")).to_be_visible()


def look_at(page: Page, view: str) -> None:
    """Go to a view by its tab; wait until its scripts are there."""
    page.get_by_role("navigation").get_by_role("link", name=view, exact=True).click()
    expect(page.locator("[aria-current=page]")).to_have_text(view)
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")


def board_of(page: Page, files: list[Path]) -> None:
    """Open files and look at the board."""
    drop(page, files)
    look_at(page, "Board")
    wait_for_plan(page)
    expect(page.locator(".vis-item.task").first).to_be_visible()


def version(page: Page) -> int:
    return int(page.locator("#page").get_attribute("data-version") or 0)


def wait_for_version(page: Page, number: int) -> None:
    expect(page.locator("#page")).to_have_attribute("data-version", str(number))
    wait_for_plan(page)


def drag(page: Page, bar: str, *, days: float = 0, to: str | None = None) -> None:
    """Drag a bar by working days, or to the row of somebody."""
    place = page.locator(f"[data-bar='{bar}']")
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    aim_x, aim_y = x + days * day_width(page), y
    if to is not None:
        row = page.locator(".vis-label", has_text=to).bounding_box()
        assert row is not None
        aim_y = row["y"] + row["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x + (aim_x - x) * step / 8, y + (aim_y - y) * step / 8)
    page.mouse.up()


def day_width(page: Page) -> float:
    """Pixels of a working day: from one label of the axis to the next."""
    labels = page.locator(".vis-time-axis.vis-foreground .vis-text.vis-minor:not(.vis-measure)")
    lefts = sorted(box["x"] for one in labels.all() if (box := one.bounding_box()) is not None)
    return min(after - before for before, after in itertools.pairwise(lefts) if after - before > 5)


def bar_of(page: Page, item: str, task: str) -> tuple[str, str]:
    """Row and start of a task, as the board's data say."""
    found = page.evaluate(
        """([item, task]) => { const one = JSON.parse(document.getElementById("board-data").textContent)
           .tasks.find((t) => t.item === item && t.task === task); return [one.who, one.startTime]; }""",
        [item, task],
    )
    return str(found[0]), str(found[1])
