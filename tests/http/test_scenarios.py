"""The store of scenarios: versions, and nobody overwrites what they have not seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.client import Client, ServiceError
from tests.http.running import Running, tiny


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    with running.client() as opened:
        yield opened


def test_a_scenario_comes_back_as_it_was_sent(client: Client) -> None:
    sent = tiny("Größe 測試 \U0001f600")
    kept = client.keep(sent)
    assert (kept.version, kept.name, kept.created_by) == (1, sent["name"], "local")
    assert client.scenario(kept.id).scenario == sent


def test_every_change_is_a_version(client: Client) -> None:
    kept = client.keep(tiny("one"))
    assert client.change(kept.id, tiny("two"), seen=1).version == 2
    assert client.change(kept.id, tiny("three"), seen=2).version == 3
    assert [version.name for version in client.versions(kept.id).versions] == ["three", "two", "one"]
    assert client.scenario(kept.id, version=1).scenario["name"] == "one"
    assert client.scenario(kept.id).scenario["name"] == "three"
    assert next(one for one in client.scenarios().scenarios if one.id == kept.id).name == "three"


def test_nobody_overwrites_what_they_have_not_seen(client: Client) -> None:
    kept = client.keep(tiny("one"))
    client.change(kept.id, tiny("by somebody else"), seen=1)
    with pytest.raises(ServiceError, match="the version there is now is 2") as refused:
        client.change(kept.id, tiny("mine"), seen=1)
    assert refused.value.problem.status == 412
    with pytest.raises(ServiceError):
        client.delete(kept.id, seen=1)
    assert client.scenario(kept.id).scenario["name"] == "by somebody else"


def test_a_change_says_what_it_was_made_from(running: Running) -> None:
    with running.http() as http:
        made = http.post("/v1/scenarios", json=tiny())
        place, etag = made.headers["location"], made.headers["etag"]
        assert http.put(place, json=tiny()).status_code == 428
        assert http.delete(place).status_code == 428
        assert http.get(place, headers={"If-None-Match": etag}).status_code == 304
        assert http.get(place, headers={"If-None-Match": '"7", W/"8"'}).status_code == 200
        changed = http.put(place, json=tiny("two"), headers={"If-Match": etag})
        assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
        assert http.get(place, headers={"If-None-Match": etag}).status_code == 200
        assert http.put(place, json=tiny(), headers={"If-Match": "*"}).status_code == 200


def test_a_deleted_scenario_is_gone_with_its_versions(client: Client) -> None:
    kept = client.keep(tiny())
    job = client.submit({"kind": "plan", "scenario_id": kept.id})
    client.delete(kept.id, seen=1)
    for ask in (client.scenario, client.versions):
        with pytest.raises(ServiceError, match="there is no such scenario"):
            ask(kept.id)
    assert client.wait(job.id).status == "done"  # it had what it needs


def test_keeping_once_under_a_key(client: Client) -> None:
    first = client.keep(tiny("once"), idempotency_key="k1")
    assert client.keep(tiny("once"), idempotency_key="k1").id == first.id
    with pytest.raises(ServiceError, match="came before, with another request"):
        client.keep(tiny("twice"), idempotency_key="k1")
    client.delete(first.id, seen=1)
    assert client.keep(tiny("once"), idempotency_key="k1").id != first.id


def test_pages(client: Client) -> None:
    made = [client.keep(tiny(f"page {number}")).id for number in range(5)]
    first = client.scenarios(limit=3)
    second = client.scenarios(limit=2, before=first.next)
    assert [one.id for one in (*first.scenarios, *second.scenarios)] == made[::-1]
