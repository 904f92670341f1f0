"""Run migration steps on the connection that was handed over."""

from __future__ import annotations

from alembic import context

from api.http.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller's transaction is the only one
)
context.run_migrations()
