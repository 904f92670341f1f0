"""Schemathesis over the whole OpenAPI document, against a real server; and bodies no schema would think of."""

from __future__ import annotations

import json
import random
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.http.running import Running, make_key, server, tiny, tutorial

CASES = 5_000
HERE = Path(__file__).parent


def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    """Every check on every route: what fits the schema is taken, what does not is refused, nothing is a 500."""
    store = str(tmp_path / "s.db")
    key = make_key(store, "--scope", "admin")
    with server(store, tmp_path, "--workers", "1", "--queue", "100000") as running:
        run = subprocess.run(
            [
                str(Path(sys.executable).parent / "schemathesis"),
                *("--config-file", str(HERE / "schemathesis.toml")),
                *("run", f"{running.url}/v1/openapi.json"),
                *("--header", f"Authorization: Bearer {key}"),
                *("--max-examples", "60", "--generation-deterministic", "--no-color"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        shown = "\n".join(line[:300] for line in run.stdout.splitlines())
        assert run.returncode == 0, shown[-8000:]
        generated = re.search(r"([\d,]+) generated", shown)
        assert generated is not None, shown[-2000:]
        assert int(generated[1].replace(",", "")) >= CASES
        assert not [line for line in running.lines() if line["level"] == "ERROR"]


def broken_bodies() -> Iterator[bytes]:
    """200 bodies: cut off, twisted, deep, huge, in strange encodings, with half characters."""
    good = json.dumps(tutorial()).encode()
    made = random.Random(8)
    for _ in range(60):
        yield good[: made.randrange(len(good))]
    for _ in range(60):
        place = made.randrange(len(good))
        yield good[:place] + bytes([made.randrange(256)]) * made.randrange(1, 4) + good[place + 1 :] + b"}"
    for depth in (21, 100, 10_000, 2_000_000):
        yield b"[" * depth
        yield b'{"a":' * depth + b"1" + b"}" * depth
        yield b'{"team":' + b"[" * depth + b"]" * depth + b"}"
    yield from (b"", b" ", b"null", b"true", b"1", b'"text"', b"[]", b"{}", b"\xff\xfe{}", b"\x00" * 1000)
    for text in ("1e999", "-1e999", "NaN", "Infinity", "9" * 100_000, "-" + "9" * 5000, "0x10", "1_000", "01"):
        yield json.dumps(tiny()).replace("30", text, 1).encode()
    for text in ("\\ud800", "\\udfff\\ud800", "\\u0000", "\\x41", "\x00", "\x1b[31m"):
        yield json.dumps(tiny()).replace("Tiny", text, 1).encode() + b"]"
    for encoding in ("utf-16", "utf-32", "utf-8-sig", "cp1252"):
        yield json.dumps(tiny("Größe"), ensure_ascii=False)[:-1].encode(encoding)
    yield b'"' + b'\\"' * 2_000_000
    yield b'{"backlog":[' + b"{}," * 1_500_000
    yield b'{"team":[' + b'{"name":"A"},' * 300_000 + b'{"name":"A"}],"backlog":[]}'
    yield json.dumps(tiny() | {"team": [{"name": f"P{place}", "count": 101} for place in range(1000)]}).encode()
    yield json.dumps(tiny() | {"backlog": "/etc/passwd"}).encode()
    yield json.dumps(tiny() | {"baseline": "../../plan.json"}).encode()
    yield json.dumps(tiny() | {"name": "x" * 200_000}).encode()
    yield json.dumps(tiny() | {"calendar": {"start": "9999-12-31"}}).encode()
    yield json.dumps(tiny() | {"solver": {"time_limit": 1e9}}).encode()
    yield json.dumps(tiny() | {"solver": {"workers": 65}}).encode()
    yield b"x" * 4_900_000
    yield b"[" + b"1," * 2_400_000 + b"1]"
    while True:
        yield bytes(made.randrange(256) for _ in range(made.randrange(1, 3000)))


def test_broken_bodies_are_refused_and_leave_no_memory_behind(running: Running) -> None:
    assert running.process is not None
    process = psutil.Process(running.process.pid)
    bodies = broken_bodies()
    first = 0
    with running.http() as client:
        for number, content in zip(range(200), bodies, strict=False):
            for path in ("/v1/plans", "/v1/jobs", "/v1/scenarios"):
                answer = client.post(path, content=content, headers={"Content-Type": "application/json"})
                assert 400 <= answer.status_code < 500, (content[:200], answer.text)
                assert answer.headers["content-type"] == "application/problem+json"
                problem = answer.json()
                assert problem["status"] == answer.status_code
                assert problem["detail"]
                assert len(answer.content) < 10_000
            if number == 20:
                first = process.memory_info().rss
        for _ in range(3):  # the heaviest ones once more: what is freed may be kept by the process, but does not grow
            for content in (b'"' + b'\\"' * 2_000_000, b'{"backlog":[' + b"{}," * 1_500_000):
                client.post("/v1/plans", content=content, headers={"Content-Type": "application/json"})
    assert process.memory_info().rss < first + 250_000_000
    assert not [line for line in running.lines() if line["level"] == "ERROR"]


def test_a_body_is_measured_before_it_is_read(running: Running) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            yield b" " * 1_000_000

    with socket.create_connection(("127.0.0.1", running.port)) as connection:
        head = f"POST /v1/plans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {'9' * 18}\r\n"
        connection.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")
    with running.http() as client:
        try:
            unannounced = client.post("/v1/plans", content=endless(), headers={"Content-Type": "application/json"})
        except httpx.TransportError:
            return  # the server hung up while we were still sending
        assert unannounced.status_code == 413


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
        ({"Content-Type": "application/json", "X-Large": "x" * 2_000_000}, 400),
    ],
)
def test_headers_are_limited(running: Running, headers: dict[str, str], status: int) -> None:
    with running.http() as client:
        assert client.post("/v1/plans", content=b"{}", headers=headers).status_code == status
