"""The compiled inner loop (``moves.py``, ``ruin.py``), made ready beside the search.

From its cache it is there in a moment. The first time on a machine it has to be compiled, which takes some fifteen
seconds: a search goes on without it until then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Loop:
    """A compiled loop of this process.

    Parameters
    ----------
    make
        Compiles it, or takes it from its cache, by using it once.
    """

    def __init__(self, make: Callable[[], None]) -> None:
        self._make = make
        self._ready = threading.Event()
        self._begun = threading.Lock()

    def prepare(self) -> None:
        """Begin to make it ready, unless somebody has."""
        if self._begun.acquire(blocking=False):
            threading.Thread(target=self._make_ready, name="compile", daemon=True).start()

    def ready(self) -> bool:
        """Whether it can be used without waiting."""
        return self._ready.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it can be used; False if it cannot yet."""
        return self._ready.wait(seconds)

    def _make_ready(self) -> None:
        try:
            self._make()
        finally:  # what went wrong shows where it is used
            self._ready.set()


def _compile_all() -> None:
    import numpy as np

    from planner.solve import moves, rows, ruin, ways

    # A search of a sprint without anything in it has all the types.
    clocks, data = np.zeros((3, 1, 1), dtype=np.int64), np.zeros((rows.DUE_DAYS + 1, 3), dtype=np.int64)
    state = np.full((rows.STATE_ROWS, 1), -1, dtype=np.int64)
    none, one = np.zeros(0), np.ones(1, dtype=np.int64)
    moves.time_all(clocks, data, state)
    moves.take_room(data, state, 0, 1)
    moves.remove(clocks, data, state, np.zeros(0, dtype=np.int64))
    levels = np.array([0.0, ruin.level(clocks, data, state, none)])
    ruin.anneal(clocks, data, state, state.copy(), state.copy(), none, none, none, none, levels, one, 1, 1.0, 1.0)
    nowhere = np.zeros(0, dtype=np.int64)
    ways.costs(np.zeros((1, 4), dtype=np.int64), none, nowhere, nowhere, none, none, none, none, none, none, none)


_sprint = Loop(_compile_all)
prepare, ready, wait = _sprint.prepare, _sprint.ready, _sprint.wait
