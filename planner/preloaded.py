"""What a worker needs, loaded once by the server that workers start from; imported nowhere else.

Everything loaded here stays as long as the process does. So the garbage collector need not look at it: not while it is
loaded, and never again in any worker, which then also goes on sharing its memory with the others.
"""

from __future__ import annotations

import gc
from importlib import import_module

# Some of these are loaded where they are first used: holidays alone take a tenth of a second.
MODULES = ("planner.pipeline", "networkx", "highspy", "holidays")


def _load() -> None:
    gc.disable()
    for name in MODULES:
        import_module(name)
    gc.freeze()
    gc.enable()


_load()
