"""The tables. Moments are seconds since 1970 (UTC); documents are JSON texts.

A change here needs a step in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

NAME = 200
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
COUNTER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only in a column of type INTEGER

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("workspace", String(NAME), nullable=False),
    Column("name", String(NAME), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("created", Double, nullable=False),
    Column("revoked", Double),
    CheckConstraint("scope IN ('read', 'plan', 'admin')", name="scope"),
)

scenarios = Table(
    "scenarios",
    metadata,
    Column("number", COUNTER, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("workspace", String(NAME), nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "workspace", "number"),
)

scenario_versions = Table(
    "scenario_versions",
    metadata,
    Column("scenario", String(32), ForeignKey("scenarios.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("created_by", String(NAME), nullable=False),
    Column("what", Text),  # the change in words, where the page made it
    Column("restores", Integer),  # the version whose content this one brings back (undo, redo)
    Column("job", String(32)),  # the last job that planned it; it may be forgotten by now
)

jobs = Table(
    "jobs",
    metadata,
    Column("number", COUNTER, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("workspace", String(NAME), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("request", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("created_by", String(NAME), nullable=False),
    Column("started", Double),
    Column("finished", Double),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("cancel", Integer, nullable=False, default=0, server_default="0"),
    Column("value", Double),
    Column("bound", Double),
    Column("gap", Double),
    Column("problem", Text),
    CheckConstraint("status IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="status"),
    Index(None, "status", "workspace", "number"),
    Index(None, "workspace", "number"),
)

results = Table(
    "results",
    metadata,
    Column("job", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("content", Text, nullable=False),
)

job_events = Table(
    "job_events",
    metadata,
    Column("job", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("type", String(16), nullable=False),
    Column("data", Text, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("workspace", String(NAME), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("resource", String(64), nullable=False),
    Column("created", Double, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", COUNTER, primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False),
    Column("workspace", String(NAME), nullable=False),
    Column("who", String(NAME), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("request", String(64), nullable=False),
    Index(None, "workspace", "number"),
)
