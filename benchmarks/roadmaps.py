"""Figures of roadmaps for docs/benchmarks.md: ``python -m benchmarks.roadmaps [--suite 200x6] [--seeds 2] ...``.

Ours beside HiGHS and CP-SAT, each alone on our whole program with default parameters: the same rules, the same columns
and rows, no neighbourhoods and no prices of our own. Everybody gets the same seconds and two threads, building the
program counts, and each run is a process of its own, whose peak is the memory shown.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ortools.linear_solver.python import model_builder

import planner
from benchmarks.generator import generate
from benchmarks.roadmap_generator import next_release, roadmap
from models.scenario import Scenario, Solver
from models.team import TimeOff
from planner.clock import Clock
from planner.horizon.part import whole_part
from planner.horizon.placement import Placement
from planner.horizon.prepare import prepare
from planner.horizon.program import Program
from planner.horizon.search import Search
from planner.solve.limits import Limits

THREADS = 2
KB_PER_GB = 2**20
REPLANNED = 25, 6, 1.5  # items, specialists, demand over capacity
LONGEST = 120.0  # seconds for a new plan: the figure is when it is proven


@dataclass(frozen=True)
class Suite:
    """A size: items, sprints and specialists of a roadmap, or requirements and customers of a next release."""

    items: int
    sprints: int
    people: int
    seconds: float
    detailed: int = 0
    next_release: bool = False

    def scenario(self, seed: int) -> Scenario:
        """Make one up."""
        if self.next_release:
            return next_release(self.items, self.people, seed)
        return roadmap(self.items, self.sprints, self.people, seed, detailed=self.detailed)


SUITES = {
    "200x6": Suite(200, 6, 10, 20),
    "200x6-tick": Suite(200, 6, 10, 20, detailed=1),
    "1000x13": Suite(1_000, 13, 10, 60),
    "1000x13-tick": Suite(1_000, 13, 10, 60, detailed=1),
    "5000x130": Suite(5_000, 130, 10, 300),
    "nrp3250": Suite(3_250, 1, 500, 60, next_release=True),
    "nrp10000": Suite(10_000, 1, 1_500, 60, next_release=True),
}


@dataclass(frozen=True)
class Run:
    """What a contestant reached: value None without a plan that keeps every rule."""

    value: float | None
    bound: float | None
    seconds: float
    cpu: float
    memory_gb: float

    @property
    def gap(self) -> float | None:
        """(bound - value) / |bound|."""
        if self.value is None or self.bound is None or not self.bound:
            return None
        return max(0.0, self.bound - self.value) / abs(self.bound)


def ours(scenario: Scenario, seconds: float) -> tuple[float | None, float | None]:
    """Plan as anybody would."""
    limited = scenario.model_copy(update={"solver": Solver(time_limit=seconds, workers=THREADS)})
    found = planner.plan(limited)
    return found.best_value, found.bound


class _Whole:
    """Our whole program of a scenario for one of the others, and their answer as a plan to capacity."""

    def __init__(self, scenario: Scenario, seconds: float) -> None:
        self._begun = time.monotonic()
        self._seconds = seconds
        horizon = self.horizon = prepare(scenario).horizon
        limits = Limits(float("inf"), None, THREADS, 0, threading.Event())
        self._search = Search(horizon, limits, lambda *_: None)
        self.program = Program(horizon, self._search.stretches, whole_part(horizon))
        self.form = self.program.placed_form()
        self.nothing = float(horizon.fixed_loss) + sum(item.left_out for item in horizon.items)

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.1, self._seconds - (time.monotonic() - self._begun))

    def value(self, columns: Sequence[float]) -> float | None:
        """Value of an answer, None if it breaks a rule."""
        found = self.program.read(self.form.done(np.array(columns)))
        at = [found.get(index) for index in range(len(self.horizon.items))]
        if not self._search.keeps_all(at) or not self._search.can_be_shared(at):
            return None
        return Placement(self.horizon, at).gain + self.nothing


def highs(scenario: Scenario, seconds: float) -> tuple[float | None, float | None]:
    """HiGHS alone."""
    import highspy

    whole = _Whole(scenario, seconds)
    solver = whole.form.program.to_highs(whole=True)
    solver.setOptionValue("threads", THREADS)
    solver.setOptionValue("time_limit", whole.left)
    # HiGHS refuses to run with another number of threads than before: ours, which look at the answer, use one.
    solver.resetGlobalScheduler(True)
    solver.run()
    solver.resetGlobalScheduler(True)
    info = solver.getInfo()
    bound = info.mip_dual_bound + whole.nothing if np.isfinite(info.mip_dual_bound) else None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None, bound
    return whole.value(solver.getSolution().col_value), bound


def cpsat(scenario: Scenario, seconds: float) -> tuple[float | None, float | None]:
    """CP-SAT alone, hours in steps of its own choice."""
    whole = _Whole(scenario, seconds)
    model = model_builder.Model()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "program.mps"
        whole.form.program.to_highs(whole=True).writeModel(str(file))
        model.import_from_mps_file(str(file))
    solver = model_builder.Solver("sat")
    solver.set_time_limit_in_seconds(whole.left)
    solver.set_solver_specific_parameters(f"num_workers:{THREADS}")
    status = solver.solve(model)
    names = {model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE}
    sign = -1.0 if model.helper.maximize() is False else 1.0
    bound = sign * solver.best_objective_bound + whole.nothing
    if status not in names:
        return None, bound if np.isfinite(bound) else None
    columns = [solver.value(model.var_from_index(index)) for index in range(whole.program.size[0])]
    return whole.value(columns), bound


CONTESTANTS = {"ours": ours, "highs": highs, "cpsat": cpsat}


def contest(suite: str, seed: int, name: str) -> Run:
    """Let a contestant plan in this process."""
    size = SUITES[suite]
    scenario = size.scenario(seed)
    begun, before = time.monotonic(), _user()
    value, bound = CONTESTANTS[name](scenario, size.seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_GB
    return Run(value, bound, time.monotonic() - begun, _user() - before, peak)


def _user() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def replan(seed: int) -> tuple[float, float, float, bool]:
    """Plan a sprint, let whoever has most to do be away on its third day, plan again with least churn at equal value.

    Returns
    -------
    tuple
        Seconds and processor seconds of the new plan, its churn, whether value and churn are proven.
    """
    items, people, demand = REPLANNED
    scenario = generate(items, people, seed, demand).model_copy(update={"solver": Solver(time_limit=LONGEST)})
    agreed = planner.plan(scenario)
    busiest = max(agreed.capacity, key=lambda row: (row.planned, row.specialist)).specialist
    third = Clock.of(scenario.calendar).days[2]
    team = tuple(
        person.model_copy(update={"time_off": (*person.time_off, TimeOff(date=third))})
        if person.name == busiest
        else person
        for person in scenario.team
    )
    policy = scenario.policy.model_copy(update={"churn_tolerance": 0.0})
    changed = scenario.model_copy(update={"team": team, "baseline": agreed, "policy": policy})
    begun, before = time.monotonic(), _user()
    found = planner.plan(changed)
    churn = next(term for term in found.objective if term.term == "churn")
    return time.monotonic() - begun, _user() - before, churn.value, found.status == "optimal" and churn.proven


def main(arguments: Sequence[str]) -> None:
    """Measure what is asked for, one run after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roadmaps", description=__doc__.partition("\n")[0])
    parser.add_argument("--suite", default=",".join([*SUITES, "replan"]), help="some of them, with commas")
    parser.add_argument("--seeds", type=int, default=5, help="so many, from 1 on")
    parser.add_argument("--contestants", default=",".join(CONTESTANTS), help="some of them, with commas")
    asked = parser.parse_args(arguments)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start", flush=True)
    for suite in asked.suite.split(","):
        if suite == "replan":
            _replan(asked.seeds)
            continue
        for name in asked.contestants.split(","):
            runs = [_run(suite, seed, name) for seed in range(1, asked.seeds + 1)]
            gaps = [run.gap for run in runs if run.gap is not None]
            if gaps:
                print(f"{suite} {name}: median gap {statistics.median(gaps):.2%} of {len(gaps)} runs", flush=True)


def _run(suite: str, seed: int, name: str) -> Run:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        run = pool.submit(contest, suite, seed, name).result()
    value, bound = ("none" if one is None else f"{one:.6g}" for one in (run.value, run.bound))
    gap = "" if run.gap is None else f", gap {run.gap:.2%}"
    effort = f"{run.seconds:.1f} s, {run.cpu:.1f} s of CPU, {run.memory_gb:.2f} GB"
    print(f"{suite} seed {seed}, {name}: value {value}, bound {bound}{gap}, {effort}", flush=True)
    return run


def _replan(seeds: int) -> None:
    runs = [replan(seed) for seed in range(1, seeds + 1)]
    for seed, (seconds, cpu, churn, proven) in enumerate(runs, 1):
        print(f"replan seed {seed}: {seconds:.2f} s, {cpu:.2f} s of CPU, churn {churn:g}, proven {proven}", flush=True)
    print(f"replan: median {statistics.median(run[0] for run in runs):.2f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
