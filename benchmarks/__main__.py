"""Print the figures of docs/benchmarks.md, all from one run (``make bench``); ``out/benchmarks.json`` keeps them.

``python -m benchmarks [EXPORT.csv]``: with the whole export of the Spring XD tracker that backlog is measured as well.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import planner
from benchmarks import parameters as p
from benchmarks import spring_xd
from benchmarks.generator import generate
from benchmarks.list_schedule import list_schedule
from benchmarks.parameters import SUITES, Suite
from models.scenario import Scenario
from planner.intake.table_writer import write_whole

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "api.cli"]


@dataclass(frozen=True)
class Run:
    """One plan: how good, how soon, and how much better than list scheduling."""

    suite: str
    seed: int
    demand: float
    limit: float
    status: str
    value: float
    gap: float
    seconds: float
    over_list: float | None


def main(arguments: Sequence[str]) -> None:
    """Measure everything, one thing after the other."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    runs: list[Run] = []
    for name, suite in SUITES.items():
        for limit in (*suite.checkpoints, suite.time_limit):
            now = list(_suite(name, suite, limit))
            runs += now
            _show(name, suite, limit, now)
    figures: dict[str, object] = {"runs": [asdict(run) for run in runs], "tutorial_seconds": _tutorial()}
    if arguments:
        figures["spring_xd"] = _whole_export(Path(arguments[0]))
    else:
        print("Spring XD: not measured; name its whole export: make bench EXPORT=spring_xd_jira_export.csv")
    (ROOT / "out").mkdir(exist_ok=True)
    write_whole(ROOT / "out" / "benchmarks.json", json.dumps(figures, indent=2) + "\n")


def _suite(name: str, suite: Suite, limit: float) -> Iterator[Run]:
    """Plan each seed's backlog; the judge looks at every plan on the way."""
    for index in range(suite.seeds):
        demand = suite.demands[index % len(suite.demands)]
        scenario = generate(suite.items, suite.specialists, index + 1, demand)
        plan = planner.plan(_limited(scenario, limit))
        assert plan.value is not None
        assert plan.gap is not None
        listed = float(list_schedule(scenario).value)
        yield Run(
            suite=name,
            seed=index + 1,
            demand=demand,
            limit=limit,
            status=plan.status,
            value=plan.value,
            gap=plan.gap,
            seconds=plan.solve_seconds,
            over_list=plan.value / listed - 1 if listed > 0 else None,
        )


def _limited(scenario: Scenario, seconds: float) -> Scenario:
    return scenario.model_copy(update={"solver": scenario.solver.model_copy(update={"time_limit": seconds})})


def _show(name: str, suite: Suite, limit: float, runs: Sequence[Run]) -> None:
    """Median and worst of each figure."""
    proven = sum(run.status == "optimal" for run in runs)
    print(f"{name}: {suite.items} items, {suite.specialists} specialists, {suite.seeds} seeds, at most {limit:g} s")
    print(f"  proven optimal  {proven} of {len(runs)}")
    print(f"  solve seconds   {_two([run.seconds for run in runs], '.2f', worst=max)}")
    print(f"  gap             {_two([run.gap for run in runs], '.1%', worst=max)}")
    over = [run.over_list for run in runs if run.over_list is not None]
    print(f"  over list sched {_two(over, '.0%', worst=min)}\n", flush=True)


def _two(figures: Sequence[float], form: str, worst: object) -> str:
    least = min(figures) if worst is min else max(figures)
    return f"median {statistics.median(figures):{form}}, worst {least:{form}}"


def _tutorial() -> float:
    """Median wall time of the whole command on the tutorial."""
    scenario = str(ROOT / "scenarios" / "tutorial" / "scenario.yaml")
    seconds = []
    for _ in range(p.TUTORIAL_RUNS + 1):
        begun = time.perf_counter()
        subprocess.run([*COMMAND, "plan", scenario], cwd=ROOT, check=True, capture_output=True)
        seconds.append(time.perf_counter() - begun)
    counted = seconds[1:]  # the first fills the disk cache
    print(f"tutorial, start to printed plan: {_two(counted, '.2f', worst=max)} s\n", flush=True)
    return statistics.median(counted)


def _whole_export(export: Path) -> dict[str, float | str]:
    """Import the whole export, make values, skills and team up as for the small one, plan one sprint."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        arguments = ["import", str(export.resolve()), "--team", "7", "--out", folder]
        subprocess.run([*COMMAND, *arguments], cwd=ROOT, check=True, capture_output=True)
        imported = time.perf_counter() - begun
        spring_xd.fill(Path(folder))
        plan_file = Path(folder) / "plan.json"
        begun = time.perf_counter()
        arguments = ["plan", f"{folder}/scenario.yaml", "--out", str(plan_file)]
        arguments += ["--time-limit", str(p.SPRING_XD_SECONDS)]
        subprocess.run([*COMMAND, *arguments], cwd=ROOT, check=True, capture_output=True)
        seconds = time.perf_counter() - begun
        plan = json.loads(plan_file.read_text(encoding="utf-8"))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20  # kilobytes here
    print(f"Spring XD, the whole export: import {imported:.2f} s, plan {seconds:.1f} s in all")
    print(f"  {plan['status']}, value {plan['value']:g}, gap {plan['gap']:.1%}, at most {memory:.2f} GB\n", flush=True)
    return {
        "import_seconds": imported,
        "seconds": seconds,
        "status": plan["status"],
        "value": plan["value"],
        "gap": plan["gap"],
        "memory_gb": memory,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
