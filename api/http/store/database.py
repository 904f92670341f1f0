"""One connection pool for SQLite or PostgreSQL, with the same promises for both: a commit that returned is kept."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from planner.errors import InputError

BUSY_SECONDS = 15
LOCK_NUMBER = 0x5B1A17  # any number: the name of the lock that one server at a time holds in a PostgreSQL database


class Database:
    """A store's engine and how it is written to.

    Writers queue on a lock of this process, the only server on the store: SQLite takes one at a time anyway, and nobody
    comes between "is there one already?" and "then add it".
    """

    def __init__(self, url: str) -> None:
        self.url = _checked(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.sqlite else _postgresql(self.url)
        self._writing = threading.Lock()
        self._held: Any = None

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Look things up."""
        with self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Change things, all or nothing."""
        with self._writing, self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def claim(self) -> None:
        """Make sure that this is the only server on the store; the claim ends with the process, however it ends.

        Raises
        ------
        InputError
            If another server is running on it.
        """
        if self._held is not None:
            return
        self._held = self._claim_file() if self.sqlite else self._claim_database()
        if self._held is None:
            cause = "another server is using this store"
            raise InputError(f"--store {self.shown}", cause, "Stop it first, or give this one a store of its own")

    def _claim_file(self) -> Any:
        # A transaction on a file beside the store: the operating system releases it even after SIGKILL.
        beside = sqlite3.connect(f"{self.url.database}.lock", timeout=0, isolation_level=None, check_same_thread=False)
        try:
            beside.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            beside.close()
            return None
        return beside

    def _claim_database(self) -> Any:
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": LOCK_NUMBER}).scalar():
            connection.close()
            return None
        return connection

    @property
    def shown(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Let everything go."""
        if self._held is not None:
            self._held.close()
            self._held = None
        self.engine.dispose()


@contextlib.contextmanager
def reachable(database: Database) -> Iterator[None]:
    """Turn what the database says at the start into words.

    Raises
    ------
    InputError
        If the store cannot be used.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", error)).strip().splitlines()
        cause = f"the store cannot be used: {said[0] if said else type(error).__name__}"
        raise InputError(
            f"--store {database.shown}", cause, "Check that the address is right and may be used"
        ) from None


def _checked(address: str) -> URL:
    if "://" not in address:
        address = f"sqlite:///{Path(address).expanduser()}"
    place = "--store"
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        remedy = "Write a file such as sprintplan.db, or postgresql://user:password@host/database"
        raise InputError(place, "this is no address of a store", remedy) from None
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername != "sqlite":
        cause = f"{url.drivername!r} is no store that is supported"
        raise InputError(place, cause, "Use a SQLite file or postgresql://...")
    if not url.database or url.database == ":memory:":
        raise InputError(place, "a store in memory would be lost with the server", "Name a file")
    if not Path(url.database).absolute().parent.is_dir():
        raise InputError(place, f"there is no folder {Path(url.database).parent}", "Make it first")
    return url


def _postgresql(url: URL) -> Engine:
    return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, connect_args={"connect_timeout": 5})


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url, pool_size=10, max_overflow=20, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, __: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        # A writer takes its place at once; one that reads first and writes later could find itself overtaken.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
