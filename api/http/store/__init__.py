"""What outlives the process: scenarios with versions, jobs, results, keys, and who did what when.

SQLite by default, PostgreSQL by URL; the same tables and the same code for both. :class:`Store` is the way in.
"""

from __future__ import annotations

from api.http.store.store import Store

__all__ = ["Store"]
