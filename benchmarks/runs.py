"""One contestant on one backlog, in a process of its own, its plan judged before it counts."""

from __future__ import annotations

import multiprocessing
import resource
from bisect import bisect_right
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

from benchmarks.backlogs import Backlog, fingerprint
from benchmarks.contestants import ANYTIME, BY_WORK, Entry, contestant
from planner.verify import violations

Figures = Sequence[tuple[float, float]]  # (seconds, figure)
KB_PER_GB = 2**20
SAME = 1e-6
ATTEMPTS = 5


@dataclass(frozen=True)
class Run:
    """What came of it.

    Attributes
    ----------
    limit
        Seconds allowed, from the moment the scenario is handed over; building models counts. Of ``ours_by_work`` units
        of the solver's work.
    value
        Of the plan, None without one or where it breaks a rule.
    bound
        Proven by the contestant.
    seconds, cpu_seconds, memory_gb
        Taken by the whole contest: wall clock, user time of all cores, the process's peak.
    values, bounds
        (seconds, figure) of each improvement, as the contestant counts them.
    problems
        Rules that the plan breaks, or how the process failed; empty if all is well.
    crashes
        Processes of the solver that ended by themselves before this one, none of ours.
    """

    suite: str
    seed: int
    off: str | None
    demand: float
    fingerprint: str
    contestant: str
    limit: float
    value: float | None
    bound: float | None
    seconds: float
    cpu_seconds: float
    memory_gb: float
    values: Figures
    bounds: Figures
    problems: Sequence[str] = ()
    crashes: int = 0

    @property
    def backlog(self) -> Backlog:
        """What was planned."""
        return Backlog(self.suite, self.seed, self.off)

    @property
    def allowed(self) -> str:
        """The limit as people read it."""
        return f"{self.limit:g} {'units' if self.contestant == BY_WORK else 's'}"

    @property
    def gap(self) -> float | None:
        """(bound - value) / |bound|; 0 where equal, None where one is missing or only the bound is 0."""
        if self.value is None or self.bound is None:
            return None
        if self.bound - self.value <= SAME:
            return 0.0
        return (self.bound - self.value) / abs(self.bound) if self.bound else None

    @property
    def proven(self) -> bool:
        """Whether value and bound meet."""
        return self.gap == 0

    def within(self, part: float, best: float) -> float | None:
        """Seconds until the plan was worth at most this part less than the best known, None if it never was."""
        if self.value is None:
            return None
        return next((when for when, value in self.values if value >= best - part * abs(best) - SAME), None)

    def at(self, limit: float) -> Run:
        """Figures of a shorter run of a search that does not depend on its limit; read off, so nothing is judged."""
        value = _last(self.values, limit) if self.value is not None else None
        return replace(
            self,
            limit=limit,
            value=value,
            bound=_last(self.bounds, limit),
            seconds=min(self.seconds, limit),
            values=[entry for entry in self.values if entry[0] <= limit],
            bounds=[entry for entry in self.bounds if entry[0] <= limit],
        )


def _last(figures: Figures, limit: float) -> float | None:
    place = bisect_right([when for when, _ in figures], limit)
    return figures[place - 1][1] if place else None


def run(backlog: Backlog, name: str, limit: float) -> Run:
    """Let a contestant plan a backlog in a process of its own, so that its memory is its own too.

    CP-SAT 9.15 ends its process now and then while it presolves a neighbourhood (google/or-tools#5091; 2 of 142 runs of
    PyJobShop's models): who has no say in that may try again, we may not. What goes wrong for good, whatever
    the reason, is a run without a plan: hours of other runs must not be lost with it.
    """
    for attempt in range(ATTEMPTS if name in ANYTIME else 1):
        try:
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
                done = pool.submit(contest, backlog, name, limit).result()
            return replace(done, crashes=attempt)
        except BrokenProcessPool as error:
            problem = f"failed: {error}"
        except Exception as error:
            problem = f"failed: {type(error).__name__}: {error}"
            break
    return _failed(backlog, name, limit, problem)


def _failed(backlog: Backlog, name: str, limit: float, problem: str) -> Run:
    return Run(
        suite=backlog.suite,
        seed=backlog.seed,
        off=backlog.off,
        demand=backlog.demand,
        fingerprint=fingerprint(backlog.scenario()),
        contestant=name,
        limit=limit,
        value=None,
        bound=None,
        seconds=0,
        cpu_seconds=0,
        memory_gb=0,
        values=(),
        bounds=(),
        problems=(problem,),
    )


def contest(backlog: Backlog, name: str, limit: float) -> Run:
    """Let a contestant plan a backlog in this process and judge its plan.

    The peak of memory is this process's since it began (a parent's counts too until then, so the runner stays small).
    """
    plan_with = contestant(name)
    scenario = backlog.scenario()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    entry: Entry = plan_with(scenario, limit)
    seconds, after = entry.trace.used, resource.getrusage(resource.RUSAGE_SELF)
    problems = [] if entry.plan is None else violations(scenario, entry.plan)
    return Run(
        suite=backlog.suite,
        seed=backlog.seed,
        off=backlog.off,
        demand=backlog.demand,
        fingerprint=fingerprint(scenario),
        contestant=name,
        limit=limit,
        value=None if entry.plan is None or problems else entry.plan.value,
        bound=None if problems else entry.bound,
        seconds=seconds,
        cpu_seconds=after.ru_utime - before,
        memory_gb=after.ru_maxrss / KB_PER_GB,
        values=entry.trace.values,
        bounds=entry.trace.bounds,
        problems=problems,
    )
