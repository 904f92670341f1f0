"""What docs/operate.md and docs/http.md say, carried out; and what containers are made of."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ruamel.yaml import YAML

from api.http.settings import Settings
from api.http.store import Store
from api.http.store.tables import metadata
from tests.http.conftest import new_database
from tests.http.running import ROOT, Running, long, make_key, postgresql_programs, server, tiny

OPERATE = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^<!-- (?P<name>[^>]+) -->\n```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)


def blocks(page: str) -> list[tuple[str, str]]:
    return [(found["name"], found["text"]) for found in BLOCK.finditer(page)]


def carry_out(name: str, folder: Path, store: str) -> None:
    """Run a block of the page as it stands there, in a folder that holds the store."""
    programs = postgresql_programs()
    path = f"{Path(sys.executable).parent}:{programs}:{os.environ['PATH']}"
    command = dict(blocks(OPERATE))[name]
    run = subprocess.run(
        ["bash", "-euc", command],
        cwd=folder,
        env=os.environ | {"STORE": store, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_backup_and_restore(tmp_path: Path, store: str) -> None:
    kind = "postgresql" if "://" in store else "sqlite"
    if kind == "sqlite":
        store = str(tmp_path / "plans.db")
    with server(store, tmp_path, "--workers", "1") as running:
        with running.client() as client:
            done = client.submit({"kind": "plan", "scenario": tiny()})
            client.wait(done.id)
            plan = client.result(done.id)
            kept = client.keep(tiny("kept"))
            runs = client.submit({"kind": "plan", "scenario": long(3)})
            carry_out(f"backup {kind}", tmp_path, store)  # while it runs
            client.delete(kept.id, seen=1)
            client.keep(tiny("after the backup"))
        running.stop()
        carry_out(f"restore {kind}", tmp_path, store)
        running.start()
        with running.client() as client:
            assert client.result(done.id) == plan
            assert client.scenario(kept.id).scenario == tiny("kept")
            assert [one.name for one in client.scenarios().scenarios] == ["kept"]
            assert client.wait(runs.id).status == "done"


def test_the_migrations_make_the_tables_that_the_code_knows(store: str) -> None:
    opened = Store(store).open(alone=True)
    with opened.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    opened.open(alone=True)  # once more changes nothing
    opened.close()


def test_every_option_is_described() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "api.cli", "serve", "--help"],
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    options = set(re.findall(r"--[a-z-]+", shown)) - {"--help"}
    assert options == set(re.findall(r"`(--[a-z-]+)`", OPERATE)) | set(re.findall(r", `(--[a-z-]+)`", OPERATE))
    defaults = Settings()
    for said, value in (("3600", defaults.job_seconds), ("4096", defaults.job_memory), ("1000", defaults.queue)):
        assert float(said) == value
        assert said in OPERATE


def test_the_examples_of_the_http_page_run(tmp_path: Path) -> None:
    page = (ROOT / "docs/http.md").read_text(encoding="utf-8")
    with server(str(tmp_path / "s.db"), tmp_path) as running:
        for name, text in blocks(page):
            command = text.replace("http://127.0.0.1:8750", running.url)
            if name.startswith("file: "):
                (tmp_path / name.removeprefix("file: ")).write_text(text, encoding="utf-8")
            elif name == "with a server":
                run = subprocess.run(
                    ["bash", "-euc", command], cwd=tmp_path, capture_output=True, text=True, check=True
                )
                assert '"urn:sprintplan' not in run.stdout
                assert '"status"' in run.stdout
            else:
                run = subprocess.run(
                    [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
                )
                assert run.stdout.splitlines()[0] == "5.0"
                assert run.stdout.splitlines()[-1] == "optimal"


def test_health_readiness_metrics_and_logs(running: Running) -> None:
    with running.http() as http, running.client() as client:
        job = client.wait(client.submit({"kind": "plan", "scenario": tiny()}).id)
        assert http.get("/healthz").json() == {"status": "ok"}
        assert http.get("/readyz").json() == {"status": "ok"}
        figures = http.get("/metrics").text
        asked = http.get(f"/v1/jobs/{job.id}", headers={"X-Request-ID": "look-for-me"})
        assert asked.headers["x-request-id"] == "look-for-me"
    done = re.search(r'^sprintplan_jobs\{status="done"\} (\d+)', figures, re.M)
    assert done is not None
    assert int(done[1]) >= 1
    assert 'sprintplan_requests_total{method="POST",route="/v1/jobs",status="202"}' in figures
    assert "sprintplan_job_seconds_bucket" in figures
    assert [line["path"] for line in _logged(running, "request", "look-for-me", 1)] == [f"/v1/jobs/{job.id}"]
    assert [line["message"] for line in _logged(running, "job", job.id, 2)] == ["job started", "job ended"]


def _logged(running: Running, key: str, value: str, number: int) -> list[dict[str, Any]]:
    """Lines with this entry, as soon as there are so many: one is written when its answer has already gone out."""
    until = time.monotonic() + 20
    while True:
        lines = [line for line in running.lines() if line.get(key) == value]
        if len(lines) >= number or time.monotonic() > until:
            return lines
        time.sleep(0.05)


def test_a_server_that_cannot_reach_its_store_is_not_ready(database_server: str, tmp_path: Path) -> None:
    """Nor does it forget what it was doing: once the database is back, the work goes on."""
    store = new_database(database_server)
    name = store.rpartition("/")[2]
    with server(store, tmp_path, "--workers", "1") as running, running.http() as http, running.client() as client:
        job = client.submit({"kind": "plan", "scenario": long(2)})
        with psycopg.connect(f"{database_server}/postgres", autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            time.sleep(4)
            assert http.get("/readyz").status_code == 503
            assert http.get("/healthz").status_code == 200
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert http.get("/readyz").status_code == 200
        until = time.monotonic() + 120
        while client.job(job.id).status != "done":
            assert time.monotonic() < until
            time.sleep(0.1)


# Containers: there is no registry to build from here, so everything but the base images is tried. ---------------------


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]  # type: ignore[misc]


def test_the_image_is_made_of_what_is_there() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name, rest in instructions():
        if name == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in ignored, source
    names = [name for name, _ in instructions()]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert dict(instructions())["USER"] == "sprintplan"


def test_the_image_has_the_versions_of_the_lock(tmp_path: Path) -> None:
    """pip takes no hashes beside a folder, nor extras in constraints: what is left is one version a library."""
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    command = next(rest for name, rest in instructions() if rest.startswith("sed"))
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    made = (tmp_path / "versions.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line in made if not line.lstrip().startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+-]+( ; .+)?", line) for line in lines if line), lines
    locked = re.findall(r"^[\w.-]+==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert len([line for line in lines if line]) == len(locked) > 50
    used = [rest for name, rest in instructions() if "pip install" in rest]
    assert used
    assert all(rest.count("pip install") == rest.count("--constraint versions.txt") for rest in used)


def test_the_image_starts_the_service_and_its_health_check_works(tmp_path: Path) -> None:
    """ENTRYPOINT, CMD, ENV and HEALTHCHECK as they stand there, without the container around them."""
    store = str(tmp_path / "sprintplan.db")
    make_key(store)
    with server(store, tmp_path, host="0.0.0.0") as running:
        check = next(rest for name, rest in instructions() if name == "HEALTHCHECK")
        code = re.search(r'"-c", "(.*)"\]', check)
        assert code is not None
        command = code[1].replace("8750", str(running.port))
        subprocess.run([sys.executable, "-c", command], check=True)
    assert subprocess.run([sys.executable, "-c", command], check=False, capture_output=True).returncode != 0


def test_the_compose_file_fits_the_service() -> None:
    compose: dict[str, Any] = YAML(typ="safe").load(ROOT / "compose.yaml")
    service, db = compose["services"]["sprintplan"], compose["services"]["db"]
    address = service["environment"]["SPRINTPLAN_STORE"]
    environment = db["environment"]
    secret = environment["POSTGRES_PASSWORD"]
    assert address == f"postgresql://{environment['POSTGRES_USER']}:{secret}@db/{environment['POSTGRES_DB']}"
    assert secret.startswith("${POSTGRES_PASSWORD:?")  # no default password
    assert service["ports"] == [f"127.0.0.1:{Settings().port}:{Settings().port}"]
    assert set(service["depends_on"]) == {"db"}
    assert {volume.split(":")[0] for volume in db["volumes"]} == set(compose["volumes"])
