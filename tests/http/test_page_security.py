"""The page's lines of docs/security.md: who gets in with a cookie, and what strange pages cannot do."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from tests.http.running import Running, make_key, server, tiny


@dataclass(frozen=True)
class Guarded:
    """A server with keys."""

    running: Running
    reader: str
    planner: str
    other: str


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded-page")
    store = str(folder / "store.db")
    reader, planner = (make_key(store, "--workspace", "one", "--scope", scope) for scope in ("read", "plan"))
    other = make_key(store, "--workspace", "two", "--scope", "plan")
    with server(store, folder, "--workers", "1", host="0.0.0.0") as running:
        yield Guarded(running, reader, planner, other)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Running]:
    """A server without keys."""
    with server(str(tmp_path / "store.db"), tmp_path, "--workers", "1") as running:
        yield running


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Every browser of a test is closed."""
    yield
    while Visitor.opened:
        Visitor.opened.pop().close()


class Visitor:
    """A browser as the server sees it: cookies, and the token of the page it has open."""

    opened: ClassVar[list[httpx.Client]] = []

    def __init__(self, running: Running, key: str | None = None) -> None:
        self.http = httpx.Client(base_url=running.url, timeout=60, headers={"Accept": "text/html"})
        self.opened.append(self.http)
        page = self.http.get("/sign-in")
        self.token = re.findall(r'name="token" value="([^"]+)"', page.text)[0]
        if key is not None:
            answer = self.http.post("/sign-in", data={"token": self.token, "key": key})
            assert answer.status_code == 303, answer.text

    def change(self, path: str, form: dict[str, str], version: int = 1, **headers: str) -> httpx.Response:
        sent = {"X-Page-Token": self.token, "If-Match": f'"{version}"', "HX-Request": "true"} | headers
        return self.http.post(path, data=form, headers=sent)

    def drop(self, scenario: dict[str, object]) -> httpx.Response:
        content = base64.b64encode(json.dumps(scenario).encode()).decode()
        return self.http.post(
            "/import",
            json={"files": [{"name": "scenario.json", "content": content}]},
            headers={"X-Page-Token": self.token, "Accept": "application/json"},
        )


def test_the_page_asks_for_a_key_and_takes_it_in_a_cookie(guarded: Guarded) -> None:
    visitor = Visitor(guarded.running)
    for path in ("/", f"/s/{'0' * 32}/board"):
        answer = visitor.http.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    wrong = visitor.http.post("/sign-in", data={"token": visitor.token, "key": "spk_no"})
    assert wrong.status_code == 401
    assert "this is no valid key" in wrong.text
    right = visitor.http.post("/sign-in", data={"token": visitor.token, "key": guarded.planner})
    cookie = next(line for line in right.headers.get_list("set-cookie") if line.startswith("sprintplan_key="))
    for said in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert said in cookie
    assert "Max-Age" not in cookie
    assert "expires" not in cookie.lower()
    assert visitor.http.get("/").status_code == 200
    assert guarded.planner not in visitor.http.get("/").text
    out = visitor.http.post("/sign-out", data={"token": visitor.token})
    assert out.status_code == 303
    assert visitor.http.get("/").status_code == 303


def test_a_visitor_does_what_the_key_may_do_in_its_workspace(guarded: Guarded) -> None:
    planner, reader, other = (Visitor(guarded.running, key) for key in (guarded.planner, guarded.reader, guarded.other))
    path = planner.drop(tiny("of one")).json()["location"].rpartition("/")[0]
    assert reader.http.get(f"{path}/backlog").status_code == 200
    assert "change/" not in reader.http.get(f"{path}/backlog").text
    refused = reader.change(f"{path}/change/forbid", {"item": "A"})
    assert refused.status_code == 403
    assert "this takes plan" in refused.json()["detail"]
    assert reader.drop(tiny()).status_code == 403
    assert reader.http.post(f"{path}/plan", headers={"X-Page-Token": reader.token}).status_code == 403
    for strange in (f"{path}/board", f"{path}/version", f"{path}/item?item=A"):
        assert other.http.get(strange).status_code == 404
    assert other.change(f"{path}/change/forbid", {"item": "A"}).status_code == 404
    assert "of one" not in other.http.get("/").text
    with guarded.running.http(guarded.planner) as plain:
        job = plain.get("/v1/jobs?limit=1").json()["jobs"][0]["id"]
    assert other.http.get(f"/jobs/{job}/events").status_code == 404
    assert reader.http.get(f"/jobs/{job}/events").status_code == 200
    assert planner.change(f"{path}/change/forbid", {"item": "A"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Page-Token": ""},
        {"X-Page-Token": "guessed"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_strange_page_changes_nothing(guarded: Guarded, alone: Running, headers: dict[str, str]) -> None:
    for visitor in (Visitor(guarded.running, guarded.planner), Visitor(alone)):
        path = visitor.drop(tiny()).json()["location"].rpartition("/")[0]
        for action in ("change/forbid", "undo-step", "accept", "plan", "stop", "why", "copy", "delete"):
            answer = visitor.change(f"{path}/{action}", {"item": "A"}, **headers)
            assert answer.status_code == 403, action
        assert visitor.http.get(f"{path}/version").json() == {"version": 1}


def test_a_strange_page_signs_nobody_in_or_out(guarded: Guarded) -> None:
    visitor = Visitor(guarded.running, guarded.planner)
    for path in ("/sign-in", "/sign-out"):
        answer = visitor.http.post(path, data={"token": "guessed", "key": guarded.other})
        assert answer.status_code == 403
    assert visitor.http.get("/").status_code == 200


def check_no_code(text: str) -> None:
    """Neither scripts nor styles nor handlers stand in a page itself; scripts are files, what else is there is data."""
    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    Reader().feed(text)
    assert len(tags) > 20
    for tag, attributes in tags:
        assert not any(name == "style" or name.startswith(("on", "hx-on")) for name in attributes), (tag, attributes)
        assert tag != "style"
        if tag == "script":
            assert "src" in attributes or attributes["type"] == "application/json"


def test_pages_run_only_our_own_files(alone: Running) -> None:
    visitor = Visitor(alone)
    attack = tiny("</script><script>alert(1)</script>")
    attack["backlog"][0]["title"] = "</script><img src=x onerror=alert(1)>"
    path = visitor.drop(attack).json()["location"].rpartition("/")[0]
    for view in ("board", "backlog", "team", "history", "import"):
        answer = visitor.http.get(f"{path}/{view}")
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        check_no_code(answer.text)


def test_dropped_files_are_limited_and_stay_where_they_belong(alone: Running, tmp_path: Path) -> None:
    visitor = Visitor(alone)

    def sent(*files: tuple[str, bytes]) -> httpx.Response:
        content = {"files": [{"name": name, "content": base64.b64encode(data).decode()} for name, data in files]}
        return visitor.http.post("/import", json=content, headers={"X-Page-Token": visitor.token, "Accept": "*/*"})

    for name in ("../escape.csv", "a/b.csv", "..", ""):
        answer = sent((name, b"id,title\n1,x\n"))
        assert answer.status_code == 422, name
    assert not list(tmp_path.rglob("escape*"))
    secret = tmp_path / "secret.csv"
    secret.write_text("id,title\n1,secret\n", encoding="utf-8")
    for key in ("backlog", "baseline"):
        for name in (str(secret), "../secret.csv", "/etc/passwd"):
            text = f"team: [{{name: Ana}}]\nbacklog: []\n{key}: {name}\n"
            answer = sent(("scenario.yaml", text.replace("backlog: []\nbacklog", "backlog").encode()))
            assert answer.status_code == 422
            assert "not dropped with it" in answer.json()["detail"]
    assert "secret" not in visitor.http.get("/").text
    assert sent(*[(f"{one}.csv", b"id,title\n1,x\n") for one in range(9)]).status_code == 422
    assert sent(("huge.csv", b"x" * 8_000_000)).status_code == 413
    assert visitor.http.post(
        "/import", content=b"[" * 100_000, headers={"X-Page-Token": visitor.token, "Content-Type": "application/json"}
    ).status_code in {400, 422}


def test_a_change_names_the_version_it_was_made_from(alone: Running) -> None:
    visitor = Visitor(alone)
    path = visitor.drop(tiny()).json()["location"].rpartition("/")[0]
    assert visitor.change(f"{path}/change/forbid", {"item": "A"}, 1).status_code == 200
    late = visitor.change(f"{path}/change/forbid", {"item": "B"}, 1)
    assert late.status_code == 412
    assert "Nothing was overwritten" in late.json()["detail"]
    missing = visitor.http.post(
        f"{path}/change/forbid", data={"item": "B"}, headers={"X-Page-Token": visitor.token, "HX-Request": "true"}
    )
    assert missing.status_code == 428
    assert visitor.http.get(f"{path}/version").json() == {"version": 2}


def test_what_a_visitor_does_is_in_the_audit_trail(alone: Running) -> None:
    visitor = Visitor(alone)
    path = visitor.drop(tiny()).json()["location"].rpartition("/")[0]
    visitor.change(f"{path}/change/forbid", {"item": "A"})
    with alone.http() as plain:
        deeds = plain.get("/v1/audit").json()["deeds"]
    assert {"scenario.create", "scenario.change", "job.create"} <= {deed["action"] for deed in deeds}
