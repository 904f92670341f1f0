"""The store's one way in: a database at this version's tables, and what is kept in it, by subject."""

from __future__ import annotations

from api.http.store.audit import Audit
from api.http.store.database import Database, reachable
from api.http.store.jobs import Jobs
from api.http.store.keys import Keys
from api.http.store.migrate import migrate
from api.http.store.scenarios import Scenarios


class Store:
    """Everything that is kept.

    Parameters
    ----------
    address
        A file (SQLite) or ``postgresql://user:password@host/database``.
    """

    def __init__(self, address: str) -> None:
        self.database = Database(address)
        self.audit = Audit(self.database)
        self.jobs = Jobs(self.database)
        self.keys = Keys(self.database)
        self.scenarios = Scenarios(self.database)

    def open(self, *, alone: bool) -> Store:
        """Reach the database and bring its tables up to date.

        Parameters
        ----------
        alone
            For a server: no other one may use the store at the same time.

        Raises
        ------
        InputError
            If the database cannot be reached, is in use, or comes from a later version.
        """
        with reachable(self.database):
            if alone:
                self.database.claim()
            migrate(self.database)
        return self

    def close(self) -> None:
        """Let the database go."""
        self.database.close()
