"""How quick the page is: python -m benchmarks.page (needs Chromium).

25 items: a bar is dragged a day along or to somebody else; the time from letting go to the new plan on the screen, and
of it the solve. 200 items and 25 specialists: first paint, the board drawn, and the longest task that keeps the browser
from answering, while it loads and while one scrolls and zooms.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.generator import generate
from models.scenario import Scenario
from tests.http.running import Running
from tests.readers import chromium
from tests.web.browsing import MARKETING, board_of, version, wait_for_version

SEEDS = range(1, 9)
DRAGS = 3  # of each backlog
LONG_TASKS = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
}).observe({ type: "longtask", buffered: true });
"""
PICK = """
(turn) => {
  const data = JSON.parse(document.getElementById("board-data").textContent);
  const able = (task) => data.people.filter((one) => one.name !== task.who && one.skills.includes(task.skill));
  const tasks = data.tasks.filter((task) => task.start < (data.days.length - 3) * data.ticksPerDay);
  const task = tasks[(turn * 7) % tasks.length];
  return { item: task.item, task: task.task, to: turn % 2 ? (able(task)[0]?.name ?? "") : "",
           day: data.days[Math.floor(task.start / data.ticksPerDay) + 1].date };
}
"""
# What letting a bar go does, timed in the page itself up to the frame in which the new plan is painted.
CHANGE = """
async ({ item, task, to, day }) => {
  const page = document.getElementById("page");
  const version = Number(page.dataset.version);
  const begun = performance.now();
  htmx.ajax("POST", `/s/${page.dataset.document}/change/place`, { source: page, target: "#page", select: "#page",
    swap: "outerHTML", values: { item, task, specialist: to, start: to ? "" : day } });
  await new Promise((done) => {
    const look = () => {
      const now = document.getElementById("page");
      const planned = Number(now.dataset.version) > version && !now.dataset.job;
      planned ? requestAnimationFrame(() => setTimeout(done)) : requestAnimationFrame(look);
    };
    look();
  });
  return performance.now() - begun;
}
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        running = Running(str(folder / "s.db"), folder / "log").start()
        try:
            small(browser, running, folder)
            large(browser, running, folder)
        finally:
            running.stop()


def small(browser: Browser, running: Running, folder: Path) -> None:
    """From letting go to the new plan on the screen."""
    files = {f"seed {seed}": [_written(folder, generate(25, 6, seed))] for seed in SEEDS}
    every: list[float] = []
    for name, paths in {**files, "marketing": MARKETING}.items():
        page = browser.new_page(base_url=running.url, viewport={"width": 1360, "height": 900})
        board_of(page, list(paths))
        took, solves = [], []
        for turn in range(DRAGS):
            took.append(page.evaluate(CHANGE, page.evaluate(PICK, turn)) / 1000)
            job = running.http().get("/v1/jobs?limit=1").json()["jobs"][0]
            solves.append(running.http().get(f"/v1/jobs/{job['id']}/result").json()["solve_seconds"])
            before = version(page)
            page.click("#undo")  # each drop is made from the same plan
            wait_for_version(page, before + 1)
        page.close()
        every += took
        solve = statistics.median(solves)
        print(f"25 items, {name}: {statistics.median(took):.2f} s from drop to plan, the solve {solve:.2f} s")
    worst = sorted(every)[int(0.9 * len(every))]
    print(f"25 items: median {statistics.median(every):.2f} s, 90th percentile {worst:.2f} s of {len(every)} drops")


def large(browser: Browser, running: Running, folder: Path) -> None:
    """The board of 200 items and 25 specialists."""
    scenario = generate(200, 25, 1)
    scenario = scenario.model_copy(update={"solver": scenario.solver.model_copy(update={"time_limit": 20.0})})
    page = browser.new_page(base_url=running.url, viewport={"width": 1360, "height": 900})
    page.set_default_timeout(180_000)
    page.add_init_script(LONG_TASKS)
    board_of(page, [_written(folder, scenario)])
    for turn in range(3):
        begun = time.perf_counter()
        page.reload(wait_until="commit")
        page.wait_for_selector(".vis-item.task")
        drawn = time.perf_counter() - begun
        page.wait_for_timeout(1000)
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        loading = page.evaluate("window.longest")
        scrolling = _scrolled(page)
        bars = page.evaluate("JSON.parse(document.getElementById('board-data').textContent).tasks.length")
        print(
            f"200 items, load {turn + 1}: first paint {paint / 1000:.2f} s, board of {bars} bars after {drawn:.2f} s, "
            f"longest task {loading:.0f} ms while loading, {scrolling:.0f} ms while scrolling and zooming"
        )
    page.close()


def _scrolled(page: Page) -> float:
    """Scroll and zoom the board; return the longest task meanwhile, in milliseconds."""
    page.evaluate("window.longest = 0")
    box: Any = page.locator("#timeline").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for step in range(10):
        page.mouse.wheel(0, 120 if step < 5 else -120)
        page.wait_for_timeout(60)
    for button in ("in", "in", "out", "fit"):
        page.click(f"[data-zoom={button}]")
        page.wait_for_timeout(120)
    page.wait_for_timeout(300)
    return float(page.evaluate("window.longest"))


def _written(folder: Path, scenario: Scenario) -> Path:
    path = folder / f"{scenario.name}-{len(list(folder.iterdir()))}.json"
    path.write_text(json.dumps(scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
