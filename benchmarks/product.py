"""Measurements of the whole command: the tutorial from start to printed plan, and a real export."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import parameters as p
from benchmarks import spring_xd

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "api.cli"]


def tutorial() -> float:
    """Median wall time of the whole command on the tutorial."""
    scenario = str(ROOT / "scenarios" / "tutorial" / "scenario.yaml")
    seconds = []
    for _ in range(p.TUTORIAL_RUNS + 1):
        begun = time.perf_counter()
        subprocess.run([*COMMAND, "plan", scenario], cwd=ROOT, check=True, capture_output=True)
        seconds.append(time.perf_counter() - begun)
    counted = seconds[1:]  # the first fills the disk cache
    median = statistics.median(counted)
    print(f"tutorial, start to printed plan: median {median:.2f}, worst {max(counted):.2f} s\n", flush=True)
    return median


def whole_export(export: Path) -> dict[str, float | str]:
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
