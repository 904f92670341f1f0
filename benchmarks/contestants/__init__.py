"""Who is compared: one module each, with one function ``contest(scenario, seconds) -> Entry``.

The modules are loaded by name, each in the process that runs it, so that nobody's libraries count in another's memory.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from models.plan import Plan
from models.scenario import Scenario

OURS = "ours"
BY_WORK = "ours_by_work"  # ours again, for machines that do other work, too; only where it is named
# Their search does not depend on its limit, so that one run has the figures of all shorter ones.
ANYTIME = ("cpsat", "pyjobshop")
NAMES = ("list", *ANYTIME, OURS)


@dataclass
class Trace:
    """What a search has shown when: (seconds since the scenario was handed over, figure), each better than the last."""

    values: list[tuple[float, float]] = field(default_factory=list)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    _begun: float = field(default_factory=time.perf_counter)

    @property
    def used(self) -> float:
        """Seconds since the scenario was handed over."""
        return time.perf_counter() - self._begun

    def value(self, value: float) -> None:
        """Note a plan, if it is better than the last one."""
        if not self.values or value > self.values[-1][1]:
            self.values.append((self.used, value))

    def bound(self, bound: float) -> None:
        """Note a bound, if it is tighter than the last one."""
        if not self.bounds or bound < self.bounds[-1][1]:
            self.bounds.append((self.used, bound))


@dataclass(frozen=True)
class Entry:
    """What a contestant hands in.

    Attributes
    ----------
    plan
        None where none was found.
    bound
        Proven by the contestant: no plan is worth more. None where it proves nothing.
    trace
        Value and bound over time, as the contestant counts them; only the plan is judged.
    """

    plan: Plan | None
    bound: float | None
    trace: Trace


def contestant(name: str) -> Callable[[Scenario, float], Entry]:
    """Load a contestant, its libraries included: loading is nobody's planning time."""
    module = importlib.import_module(f"benchmarks.contestants.{name}")
    contest: Callable[[Scenario, float], Entry] = module.contest
    return contest
