"""Bring a store to the tables that this version needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.http.store.database import Database, reachable

if TYPE_CHECKING:
    from alembic.config import Config


def config() -> Config:
    """Alembic's settings: where the steps stand."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", "api.http.store:migrations")
    return made


def migrate(database: Database) -> None:
    """Run the steps that the store has not seen yet, all of them or none.

    Raises
    ------
    InputError
        If the store cannot be reached, or comes from a later version.
    """
    from alembic import command
    from alembic.util import CommandError

    from planner.errors import InputError

    with reachable(database), database.write() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        try:
            command.upgrade(settings, "head")
        except CommandError as error:
            cause = f"the store was made by a later version ({error})"
            raise InputError(f"--store {database.shown}", cause, "Use that version, or another store") from None
