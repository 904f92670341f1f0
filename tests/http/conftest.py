"""Stores and servers: SQLite always, PostgreSQL where it is installed (CI insists on it)."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.http.running import Running, postgresql, postgresql_programs, server

_databases = itertools.count()


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    programs = postgresql_programs()
    if programs is None:
        if os.environ.get("SPRINTPLAN_TEST_POSTGRESQL") == "required":
            pytest.fail("PostgreSQL is not installed here, and this run is to have it")
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with postgresql(programs) as url:
        yield url


def new_database(database_server: str) -> str:
    name = f"test{next(_databases)}"
    with psycopg.connect(f"{database_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{database_server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address of an empty store, of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    return new_database(request.getfixturevalue("database_server"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server without keys that the tests of a module share."""
    folder = tmp_path_factory.mktemp("server")
    store = str(folder / "store.db")
    if request.param == "postgresql":
        store = new_database(request.getfixturevalue("database_server"))
    with server(store, folder, "--workers", "2") as started:
        yield started
