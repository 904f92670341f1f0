"""Real servers for the tests: the command line's own process, on a store of its own."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from api.client import Client
from planner.intake.source import read_source

ROOT = Path(__file__).parents[2]
SPRINTPLAN = str(Path(sys.executable).parent / "sprintplan")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Running:
    """A server process; it can be killed and started again on the same store and port."""

    def __init__(self, store: str, log: Path, *options: str, host: str = "127.0.0.1", **env: str) -> None:
        self.store = store
        self.log = log
        self.options = options
        self.host = host
        self.env = env
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Running:
        command = [SPRINTPLAN, "serve", "--store", self.store, "--host", self.host, "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.options], stdout=log, stderr=log, env=os.environ | self.env, cwd=self.log.parent
            )
        until = time.monotonic() + 180
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")[-3000:]
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def client(self, key: str | None = None) -> Client:
        return Client(self.url, key)

    def http(self, key: str | None = None, **headers: str) -> httpx.Client:
        headers |= {} if key is None else {"Authorization": f"Bearer {key}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def kill(self) -> None:
        """End the server the hard way."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End the server the polite way; return its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def lines(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]


@contextmanager
def server(store: str, folder: Path, *options: str, **more: str) -> Iterator[Running]:
    running = Running(store, folder / "server.log", *options, **more)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def make_key(store: str, *options: str) -> str:
    made = subprocess.run(
        [SPRINTPLAN, "keys", "create", "test", "--store", store, *options], check=True, capture_output=True, text=True
    )
    return made.stdout.strip()


# Scenarios ------------------------------------------------------------------------------------------------------------


def tutorial() -> dict[str, Any]:
    data: dict[str, Any] = read_source(ROOT / "scenarios/tutorial/scenario.yaml").data
    return data


def tiny(name: str = "Tiny", **solver: Any) -> dict[str, Any]:
    """Solved and proven at once."""
    return {
        "name": name,
        "calendar": {"start": "2027-03-01", "sprint_days": 5},
        "team": [{"name": "Ana"}],
        "backlog": [{"id": "A", "value": 3, "effort": 6}, {"id": "B", "value": 2, "effort": 30}],
        "solver": {"workers": 1, **solver},
    }


def long(seconds: float = 60, items: int = 60) -> dict[str, Any]:
    """Searched to the last second: far more than fits, chained and by many skills."""
    skills = ["copy", "design", "web", "legal"]
    backlog: list[Mapping[str, Any]] = []
    for number in range(items):
        work = [{"skill": skills[(number + step) % 4], "effort": 2 + (number * 7 + step * 5) % 9} for step in range(3)]
        entry: dict[str, Any] = {"id": f"I{number}", "value": 5 + (number * 13) % 29, "work": work}
        if number % 3 == 2:
            entry["depends_on"] = [f"I{number - 2}"]
        backlog.append(entry)
    team = [
        {"name": f"P{place}", "skills": [skill, skills[(place + 1 + place // 4) % 4]]}
        for place, skill in enumerate(skills * 2)
    ]
    return {
        "name": "Long",
        "calendar": {"start": "2027-03-01"},
        "team": team,
        "backlog": backlog,
        "solver": {"time_limit": seconds, "workers": 1},
    }


# PostgreSQL -----------------------------------------------------------------------------------------------------------


def postgresql_programs() -> Path | None:
    """Folder of initdb and pg_ctl, the latest version's."""
    found = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "pg_ctl").exists()]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("pg_ctl")
    return Path(on_path).resolve().parent if on_path and shutil.which("initdb") else None


@contextmanager
def postgresql(programs: Path) -> Iterator[str]:
    """A database server of our own; it refuses to run as root, so its own user runs it then."""
    folder = Path(tempfile.mkdtemp(prefix="sprintplan-pg-"))
    user: dict[str, Any] = {}
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    port = free_port()
    data = folder / "data"

    def run(*command: str) -> None:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **user)
        assert done.returncode == 0, done.stdout + done.stderr

    run(str(programs / "initdb"), "-D", str(data), "-U", "planner", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    run(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-w", "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://planner@127.0.0.1:{port}"
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)
