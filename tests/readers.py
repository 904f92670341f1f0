"""The programs people open our files with: LibreOffice and Chromium, where they are installed (CI insists on both)."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def program(variable: str, package: str, *names: str) -> str:
    """Path of an installed program; a test that needs it is skipped, or fails where the variable says required."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and os.environ.get(variable) == "required":
        pytest.fail(f"{package} is not installed here, and this run is to have it")
    if found is None:
        pytest.skip(f"{package} is not installed (apt-get install {package})")
    return found


def opened_by_libreoffice(file: Path) -> dict[str, list[list[str]]]:
    """Open a workbook and read what every sheet shows."""
    office = program("SPRINTPLAN_TEST_LIBREOFFICE", "libreoffice-calc-nogui", "soffice", "libreoffice")
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", _EVERY_SHEET, "--outdir", folder, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
        sheets = sorted(Path(folder).glob("*.csv"))
        assert sheets, done.stdout + done.stderr
        return {
            sheet.stem.removeprefix(f"{file.stem}-"): list(csv.reader(sheet.read_text("utf-8").splitlines()))
            for sheet in sheets
        }


@contextmanager
def chromium() -> Iterator[Browser]:
    path = program("SPRINTPLAN_TEST_CHROMIUM", "chromium", "chromium", "chromium-browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
