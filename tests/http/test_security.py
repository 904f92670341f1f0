"""docs/security.md, line by line."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from api.client import ServiceError
from tests.http.running import ROOT, SPRINTPLAN, Running, free_port, long, make_key, server, tiny

ROUTES = [
    ("POST", "/v1/plans"),
    ("POST", "/v1/jobs"),
    ("GET", "/v1/jobs"),
    ("GET", "/v1/jobs/{id}"),
    ("DELETE", "/v1/jobs/{id}"),
    ("GET", "/v1/jobs/{id}/result"),
    ("GET", "/v1/jobs/{id}/events"),
    ("POST", "/v1/scenarios"),
    ("GET", "/v1/scenarios"),
    ("GET", "/v1/scenarios/{id}"),
    ("PUT", "/v1/scenarios/{id}"),
    ("DELETE", "/v1/scenarios/{id}"),
    ("GET", "/v1/scenarios/{id}/versions"),
    ("GET", "/v1/scenarios/{id}/versions/{version}"),
    ("GET", "/v1/audit"),
    ("GET", "/metrics"),
]
POST = b"POST /v1/plans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
OPEN = {("GET", "/healthz"), ("GET", "/readyz")}


@dataclass(frozen=True)
class Guarded:
    """A server with keys."""

    running: Running
    reader: str
    planner: str
    admin: str
    other: str


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    store = str(folder / "store.db")
    reader, planner, admin = (
        make_key(store, "--workspace", "one", "--scope", scope) for scope in ("read", "plan", "admin")
    )
    other = make_key(store, "--workspace", "two", "--scope", "admin")
    with server(store, folder, "--workers", "1", host="0.0.0.0") as running:
        yield Guarded(running, reader, planner, admin, other)


def test_every_line_has_its_test() -> None:
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\| `(test_\w+)` \|", page))
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith(("| Threat", "| ---"))]
    assert all(re.search(r"\| `test_\w+` \|$", row) for row in rows)
    there = {
        name
        for file in (ROOT / "tests/http").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.M)
    }
    assert named <= there, named - there


# Who gets in ----------------------------------------------------------------------------------------------------------


def test_another_address_needs_a_key_first(tmp_path: Path) -> None:
    command = [SPRINTPLAN, "serve", "--host", "0.0.0.0", "--store", str(tmp_path / "s.db"), "--port", str(free_port())]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 2
    assert "other machines could use the service, and there are no keys" in run.stderr


def test_the_list_of_routes_is_whole(guarded: Guarded) -> None:
    with guarded.running.http() as http:
        paths = http.get("/v1/openapi.json").json()["paths"]
    found = {(method.upper(), path) for path, operations in paths.items() for method in operations}
    assert found == {*ROUTES, *OPEN}


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_valid_key_nobody_gets_in(guarded: Guarded, method: str, path: str) -> None:
    wrong = [None, "nonsense", guarded.admin[:-1] + "A", "spk_" + "0" * 16 + "_" + "A" * 43]
    path = path.format(id="0" * 32, version=1)
    for key in wrong:
        with guarded.running.http(key) as http:
            answer = http.request(method, path)
            assert answer.status_code == 401, (key, answer.text)
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.headers["content-type"] == "application/problem+json"


def test_a_revoked_key_is_no_key(guarded: Guarded) -> None:
    key = make_key(guarded.running.store, "--workspace", "one")
    with guarded.running.client(key) as client:
        client.jobs()
        command = [SPRINTPLAN, "keys", "revoke", key.split("_")[1], "--store", guarded.running.store]
        subprocess.run(command, check=True, capture_output=True)
        with pytest.raises(ServiceError, match="no valid key"):
            client.jobs()
        assert subprocess.run(command, check=False, capture_output=True).returncode == 2  # it is ended already


@pytest.mark.parametrize(
    ("scope", "may_read", "may_plan", "may_administrate"),
    [("reader", True, False, False), ("planner", True, True, False), ("admin", True, True, True)],
)
def test_a_key_does_what_its_scope_says(
    guarded: Guarded, scope: str, may_read: bool, may_plan: bool, may_administrate: bool
) -> None:
    with guarded.running.http(getattr(guarded, scope)) as http:
        for method, path in ROUTES:
            answer = http.request(method, path.format(id="0" * 32, version=1))
            administrates = path in {"/v1/audit", "/metrics"}
            changes = method != "GET"
            allowed = may_administrate if administrates else may_plan if changes else may_read
            assert (answer.status_code != 403) == allowed, (method, path, answer.text)


def test_a_key_sees_only_its_workspace(guarded: Guarded) -> None:
    with guarded.running.client(guarded.planner) as mine, guarded.running.client(guarded.other) as theirs:
        job = mine.submit({"kind": "plan", "scenario": tiny()})
        kept = mine.keep(tiny("secret"))
        mine.wait(job.id)
        attempts = [
            lambda: theirs.job(job.id),
            lambda: theirs.cancel(job.id),
            lambda: theirs.table(job.id),
            lambda: list(theirs.events(job.id)),
            lambda: theirs.scenario(kept.id),
            lambda: theirs.versions(kept.id),
            lambda: theirs.change(kept.id, tiny(), seen=1),
            lambda: theirs.delete(kept.id, seen=1),
            lambda: theirs.submit({"kind": "plan", "scenario_id": kept.id}),
            lambda: theirs.submit({"kind": "explain", "scenario_id": kept.id}),
            lambda: theirs.submit({"kind": "batch", "teams": [{"name": "a", "scenario_id": kept.id}]}),
            lambda: theirs.submit({"kind": "compare", "scenario_id": kept.id, "variants": [{"name": "V"}]}),
        ]
        for attempt in attempts:
            with pytest.raises(ServiceError) as refused:
                attempt()
            assert refused.value.problem.status == 404
        assert job.id not in [one.id for one in theirs.jobs().jobs]
        assert kept.id not in [one.id for one in theirs.scenarios().scenarios]
        assert job.id not in [deed.subject for deed in theirs.audit().deeds]
        assert mine.scenario(kept.id).scenario["name"] == "secret"


def test_keys_are_kept_as_digests_and_never_logged(guarded: Guarded) -> None:
    with guarded.running.client(guarded.planner) as client:
        client.jobs()
    with sqlite3.connect(guarded.running.store) as opened:
        dump = "\n".join(opened.iterdump())
    opened.close()
    log = guarded.running.log.read_text(encoding="utf-8")
    listed = subprocess.run(
        [SPRINTPLAN, "keys", "list", "--store", guarded.running.store], check=True, capture_output=True, text=True
    ).stdout
    for key in (guarded.reader, guarded.planner, guarded.admin, guarded.other):
        _, id_, secret = key.split("_", 2)
        assert id_ in dump
        assert id_ in listed
        for text in (dump, log, listed):
            assert secret not in text


def test_once_there_are_keys_everybody_needs_one(tmp_path: Path) -> None:
    store = str(tmp_path / "s.db")
    with server(store, tmp_path) as running, running.client() as client:
        client.jobs()
        make_key(store)
        time.sleep(1.1)
        with pytest.raises(ServiceError, match="a key is needed"):
            client.jobs()


def test_a_web_page_cannot_talk_to_the_service(running: Running) -> None:
    with running.http(Origin="https://evil.example") as http:
        asked = http.options("/v1/plans", headers={"Access-Control-Request-Method": "POST"})
        assert "access-control-allow-origin" not in asked.headers
        assert "access-control-allow-origin" not in http.get("/v1/jobs").headers
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):  # sent without asking
            answer = http.post("/v1/plans", content=b"{}", headers={"Content-Type": kind})
            assert answer.status_code == 415


def test_cors_is_for_the_pages_named(tmp_path: Path) -> None:
    with (
        server(str(tmp_path / "s.db"), tmp_path, "--cors-origin", "https://plan.example") as running,
        running.http() as http,
    ):
        for origin, allowed in (("https://plan.example", "https://plan.example"), ("https://evil.example", None)):
            assert (
                http.get("/v1/jobs", headers={"Origin": origin}).headers.get("access-control-allow-origin") == allowed
            )


def test_a_rebound_name_is_not_this_server(running: Running) -> None:
    with running.http() as http:
        for name in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example:1", ""):
            assert http.get("/v1/jobs", headers={"Host": name}).status_code in {400, 421}, name
        for name in ("localhost", "localhost:9", "127.0.0.1", "[::1]", "[::1]:9"):
            assert http.get("/v1/jobs", headers={"Host": name}).status_code == 200, name


# What is sent in ------------------------------------------------------------------------------------------------------


def test_a_body_that_trickles_in_is_not_waited_for(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port)) as connection:
        connection.sendall(POST + b"Content-Length: 90\r\n\r\n")
        answer = b""
        for _ in range(70):
            connection.sendall(b" ")
            connection.settimeout(0.5)
            try:
                answer = connection.recv(4096)
                break
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("id_", ["1", "../../etc/passwd", "' OR 1=1 --", "%00", "0" * 33, "G" * 32, "0" * 31 + "\n"])
def test_ids_have_a_form(running: Running, id_: str) -> None:
    with running.http() as http:
        for path in ("/v1/jobs/{}", "/v1/scenarios/{}", "/v1/jobs/{}/result"):
            assert http.get(path.format(quote(id_, safe="%"))).status_code in {404, 422}


def test_log_lines_cannot_be_forged(running: Running) -> None:
    with running.http() as http:
        forged = 'x"}\t{"level": "ERROR"'
        assert http.get("/v1/jobs", headers={"X-Request-ID": forged}).headers["x-request-id"] != forged
        assert http.get("/v1/jobs", headers={"X-Request-ID": "mine-1"}).headers["x-request-id"] == "mine-1"
        http.get("/nowhere%0a%7b%22level%22%3a%22forged%22%7d")
    assert "forged" not in [line["level"] for line in running.lines()]
    assert "mine-1" in [line.get("request") for line in running.lines()]


# What it costs --------------------------------------------------------------------------------------------------------


def test_a_client_that_hangs_up_ends_its_search(tmp_path: Path) -> None:
    body = json.dumps(long(300)).encode()
    with server(str(tmp_path / "s.db"), tmp_path, "--plan-seconds", "300") as running:
        with socket.create_connection(("127.0.0.1", running.port)) as connection:
            connection.sendall(POST + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            time.sleep(1)
        with running.client() as client:
            begun = time.monotonic()
            assert client.plan(tiny()).status == "optimal"  # the one process for plans is free again
            assert time.monotonic() - begun < 100


# What comes out -------------------------------------------------------------------------------------------------------


def test_answers_carry_security_headers(running: Running) -> None:
    with running.http() as http:
        for answer in (http.get("/healthz"), http.get("/v1/jobs"), http.get("/nowhere"), http.post("/v1/plans")):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "DENY"
            assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-store"
            assert "server" not in answer.headers


def test_an_unexpected_error_tells_nothing_of_the_inside(tmp_path: Path) -> None:
    """The store's tables vanish under the running service: no route was written for that."""
    with server(str(tmp_path / "s.db"), tmp_path) as running, running.http() as http:
        with sqlite3.connect(tmp_path / "s.db") as opened:
            opened.execute("DROP TABLE scenario_versions")
        opened.close()
        answer = http.get("/v1/scenarios")
    assert [line for line in running.lines() if "no such table" in line.get("exc_info", "")]
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:sprintplan:problem:unexpected"
    assert not re.search(r"sql|table|Traceback|\.py", answer.text, re.I)


def test_the_audit_trail_says_who_did_what(guarded: Guarded) -> None:
    with guarded.running.client(guarded.planner) as client, guarded.running.client(guarded.admin) as admin:
        kept = client.keep(tiny("traced"))
        job = client.submit({"kind": "plan", "scenario_id": kept.id})
        client.wait(job.id)
        client.delete(kept.id, seen=1)
        client.plan(tiny())
        deeds = [(deed.who, deed.action, deed.subject) for deed in admin.audit(limit=200).deeds]
    key = guarded.planner.split("_")[1]
    expected = [
        (key, "plan", ""),
        (key, "scenario.delete", kept.id),
        ("server", "job.done", job.id),
        (key, "job.create", job.id),
        (key, "scenario.create", kept.id),
    ]
    assert [deed for deed in deeds if deed in expected][:5] == expected
    assert ("command line", "key.create", key) in deeds
