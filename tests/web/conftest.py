"""A real browser in front of a real server: Debian's Chromium, where it is installed (CI insists on it)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.http.running import Running, server
from tests.readers import chromium
from tests.web.browsing import watched

expect.set_options(timeout=60_000)  # a machine with other work, too, is no reason to fail


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server without keys that the tests of a run share; each makes sprints of its own."""
    folder = tmp_path_factory.mktemp("page")
    with server(str(folder / "store.db"), folder, "--workers", "1") as running:
        yield running


@pytest.fixture
def context(browser: Browser, served: Running) -> Iterator[BrowserContext]:
    made = browser.new_context(
        base_url=served.url, viewport={"width": 1360, "height": 900}, timezone_id="Europe/Dublin", locale="en-GB"
    )
    made.set_default_timeout(60_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab; whatever its scripts or its policy complain about fails the test."""
    with watched(context.new_page()) as tab:
        yield tab


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where pictures go: SPRINTPLAN_SCREENSHOTS keeps them, for the documents."""
    folder = Path(os.environ.get("SPRINTPLAN_SCREENSHOTS", str(tmp_path)))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
