"""The compiled inner loop (``kernel.py``), made ready beside the search.

From its cache it is there in a moment. The first time on a machine it has to be compiled, which takes some fifteen
seconds: a search goes on without it until then.
"""

from __future__ import annotations

import threading

_ready = threading.Event()
_begun = threading.Lock()


def prepare() -> None:
    """Begin to make it ready, unless somebody has."""
    if _begun.acquire(blocking=False):
        threading.Thread(target=_make_ready, name="compile", daemon=True).start()


def ready() -> bool:
    """Whether it can be used without waiting."""
    return _ready.is_set()


def wait(seconds: float | None = None) -> bool:
    """Wait until it can be used; False if it cannot yet."""
    return _ready.wait(seconds)


def _make_ready() -> None:
    from planner.solve import kernel

    kernel.compile_all()
    _ready.set()
