"""What a running solve tells its watchers: progress bars, event streams and tests hang on the same hook."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Progress(NamedTuple):
    """The state of a search: seconds since its start, best value, proven bound, relative gap.

    Work of many parts (plans, teams, questions) also says how many are ``done`` of how many in ``total``.
    """

    seconds: float
    value: float | None
    bound: float | None
    gap: float | None
    done: int | None = None
    total: int | None = None


ProgressHook = Callable[[Progress], None]


def ignore(_: Progress) -> None:
    """Tell nobody."""
