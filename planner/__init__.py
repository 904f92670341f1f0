"""The planning engine: a scenario in, a proven plan out.

``planner.plan(scenario)`` is the whole product in one call; see ``planner.pipeline`` for its steps.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.plan import Plan
    from models.scenario import Scenario
    from planner.progress import ProgressHook

__all__ = ["plan"]


def plan(scenario: Scenario, *, cancel: threading.Event | None = None, on_progress: ProgressHook | None = None) -> Plan:
    """Propose the sprint of highest value that really fits; see :func:`planner.pipeline.plan`."""
    from planner.pipeline import plan as propose  # the solver's libraries load only when something is planned

    return propose(scenario, cancel=cancel, on_progress=on_progress)
