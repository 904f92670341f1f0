"""`sprintplan serve --open`: a scenario is on the page, once, and planned."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from tests.http.running import ROOT, SPRINTPLAN, make_key, server

MARKETING = ROOT / "scenarios/marketing/scenario.yaml"


def test_a_scenario_is_opened_once_and_planned(tmp_path: Path) -> None:
    store = str(tmp_path / "store.db")
    for _ in range(2):
        with server(store, tmp_path, "--open", str(MARKETING), DISPLAY="", WAYLAND_DISPLAY="") as running:
            with running.client() as client:
                kept = client.scenarios().scenarios
                assert [(one.name, one.version) for one in kept] == [("Sprint 6 - Harbour Time launch", 1)]
                job = client.jobs().jobs[0]
                until = time.monotonic() + 120
                while (ended := client.job(job.id)).finished is None and time.monotonic() < until:
                    time.sleep(0.2)
                assert (ended.kind, ended.status) == ("plan", "done")
                assert len(client.jobs().jobs) == 1
            said = f"the page is at {running.url}/s/{kept[0].id}/board"
            assert said in running.log.read_text(encoding="utf-8")


def test_a_file_that_is_no_scenario_ends_the_start(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("team: []\n", encoding="utf-8")
    check_refused(tmp_path, wrong, "wrong.yaml:1:")


def test_with_keys_a_file_would_be_seen_by_nobody(tmp_path: Path) -> None:
    make_key(str(tmp_path / "store.db"))
    check_refused(tmp_path, MARKETING, "drop the file on the page")


def check_refused(folder: Path, scenario: Path, said: str) -> None:
    command = [SPRINTPLAN, "serve", "--store", str(folder / "store.db"), "--port", "0", "--open", str(scenario)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr
