"""Figures of what-ifs and portfolios for docs/scale.md: ``python -m benchmarks.portfolio_runs [--short] [SUITE ...]``.

SUITE is whatif, independent, thousand, killed, shared or forty; none: all. ``--short`` takes fewer teams, seeds and
seconds: it shows in some minutes that everything runs, not what the full figures are. Seconds mean something only where
nothing else runs meanwhile.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import multiprocessing
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from itertools import product
from multiprocessing.process import BaseProcess
from pathlib import Path

from benchmarks.portfolios import independent, sharing
from models.scenario import Scenario
from models.team import Busy
from planner.intake.portfolio_file import LoadedPortfolio, load_portfolio
from planner.intake.scenario_file import load_scenario
from planner.portfolio import executors
from planner.portfolio.batch import Progress, run_batch
from planner.portfolio.group import with_shared
from planner.portfolio.store import Store
from planner.workers import Job, local_pool, single, solve

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "api.cli"]
PR_SET_CHILD_SUBREAPER = 36  # from <sys/prctl.h>
GONE_SECONDS = 5.0  # a pool's server is gone by then
PARTS = 12  # of a shared day that a fixed split deals out
DEALT = (0, 1, 2, 3, 4, 6)  # parts that a team may get
SHORT_DEALT = (0, 2, 4)
SHARED_SEEDS = 3
LOOK = {"work_limit": 0.15}  # of each plan while the best split is looked for: half a second, on a busy machine too
SPLIT = {"time_limit": 5.0}  # of each team's plan in the even split and in the best
SHARED_SECONDS = 20.0  # a team, of the coordinated plans: a minute for six teams on two cores
FORTY_SECONDS = 15.0  # a team: five minutes for forty teams on two cores


def head(*columns: str) -> None:
    """Begin a table."""
    print("\n| " + " | ".join(columns) + " |\n|" + "---|" * len(columns), flush=True)


def row(*cells: str) -> None:
    """Add a row to it."""
    print("| " + " | ".join(cells) + " |", flush=True)


def whatif(*, short: bool) -> None:
    """Five variants and twenty points of the marketing sprint, from the shell."""
    del short
    variants = ROOT / "scenarios/marketing/variants.yaml"
    hours = ",".join(f"{4 + 0.2 * step:g}" for step in range(20))
    sweep = ["sweep", str(variants.with_name("scenario.yaml")), "--vary", f"team.Ben.hours_per_day={hours}"]
    head("What-if", "Seconds", "Proven optimal", "Seconds of CPU")
    for name, arguments in {"five variants": ["compare", str(variants)], "twenty points": sweep}.items():
        begun, before = time.perf_counter(), _cpu()
        command = [*COMMAND, *arguments, "--format", "json"]
        answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        seconds = time.perf_counter() - begun
        data = json.loads(answer.stdout)
        plans = data.get("variants") or data["sweeps"][0]["points"]
        proven = sum(one["plan"]["status"] == "optimal" for one in plans)
        row(name, f"{seconds:.1f}", f"{proven} of {len(plans)}", f"{_cpu() - before:.1f}")


def _adopt() -> None:
    """Let processes whose parent has ended become ours, where the system can do it, so that their CPU is counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _cpu() -> float:
    """Seconds of CPU of everything started so far; waits for the pools' own servers, which end a moment later."""
    until = time.monotonic() + GONE_SECONDS
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < until:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.02)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def independent_teams(sizes: tuple[int, ...]) -> None:
    """So many teams on one and on two workers: seconds, CPU in workers, memory of the parent."""
    columns = ("Seconds", "Solving, of the workers' time", "Seconds of CPU", "Gap", "Without a plan")
    head("Teams", "Workers", *columns, "GB in the parent or a worker, at most")
    for teams in sizes:
        for workers in (1, 2):
            with tempfile.TemporaryDirectory() as folder:
                file = independent(Path(folder), teams)
                before = _cpu()
                begun = time.perf_counter()
                command = [*COMMAND, "batch", str(file), "--out", f"{folder}/out", "--workers", str(workers)]
                memory = _peak([*command, "--format", "json"])
                seconds = time.perf_counter() - begun
                told = json.loads(Path(folder, "out/summary.json").read_text(encoding="utf-8"))
            solving = sum(team["seconds"] for team in told["teams"])
            lost = sum(team["value"] is None for team in told["teams"])
            cpu = f"{_cpu() - before:.1f}"
            part = f"{solving / workers / seconds:.0%}"
            gap = f"{told['gap']:.2%}"
            row(str(teams), str(workers), f"{seconds:.1f}", part, cpu, gap, str(lost), f"{memory:.2f}")


def _peak(command: Sequence[str]) -> float:
    """Run a command to its end: GB of the largest of its processes, the system does not tell them apart."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    return used.ru_maxrss / 2**20


def killed(teams: int) -> None:
    """Many teams on both executors, a worker killed in the middle: nothing lost, and what memory the parent takes."""
    head("Teams", "Executor", "Seconds", "Without a plan, one worker killed", "GB in the parent")
    for kind in ("local", "dask"):
        _killed(kind, teams)


def _killed(kind: str, teams: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_portfolio(independent(Path(folder), teams))
        store = Store(Path(folder) / "out", [team.name for team in loaded.portfolio.teams])
        victims: list[int] = []

        def kill(progress: Progress) -> None:
            if progress.done == teams // 2 and not victims:
                workers = [child for child in multiprocessing.active_children() if kind == "local" or _of_dask(child)]
                victims.append(next(child.pid for child in workers if child.pid))
                os.kill(victims[0], signal.SIGKILL)

        begun = time.perf_counter()
        opened = executors.local(2) if kind == "local" else executors.dask(None, 2)
        with executors.local(2) as readers, opened as runner, runner:
            own = runner if kind == "local" else readers  # idle readers are not who is to be killed
            result, _ = run_batch(loaded, store, own, runner, {"time_limit": 1.0}, kill)
    lost = sum(team.value is None for team in result.teams)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    assert victims
    row(str(teams), kind, f"{time.perf_counter() - begun:.0f}", str(lost), f"{memory:.2f}")


def _of_dask(child: BaseProcess) -> bool:
    """Whether a process is a worker of a Dask cluster, not one that read the files."""
    return child.name.startswith("Dask Worker")


def shared(*, short: bool) -> None:
    """Six teams, two shared people: coordinated against an even split and the best fixed split."""
    seeds, seconds, dealt = (1, 5.0, SHORT_DEALT) if short else (SHARED_SEEDS, SHARED_SECONDS, DEALT)
    head("Seed", "Coordinated", "Bound", "Gap", "Even split", "Best fixed split")
    over_even: list[float] = []
    over_best: list[float] = []
    gaps: list[float] = []
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            loaded = load_portfolio(sharing(Path(folder), 6, 2, seed))
            value, bound = _coordinated(loaded, Path(folder), seconds)
            with local_pool(2) as pool:
                teams = [team.name for team in loaded.portfolio.teams]
                looked = {team: list(product(dealt, dealt)) for team in teams}
                seen = _values_of_splits(loaded, pool, looked, LOOK)
                split = {team: [(2, 2), parts] for team, parts in _best_split(seen).items()}
                values = _values_of_splits(loaded, pool, split, SPLIT)
        even, best = (sum(values[team][split[team][place]] for team in teams) for place in (0, 1))
        best = max(best, even)
        over_even.append(value / even - 1)
        over_best.append(value / best - 1)
        gaps.append((bound - value) / bound)
        row(str(seed), f"{value:g}", f"{bound:g}", f"{gaps[-1]:.1%}", f"{even:g}", f"{best:g}")
    median, worst = statistics.median(gaps), max(gaps)
    print(
        f"\nOver the even split: median {statistics.median(over_even):.1%}; over the best: least {min(over_best):.1%}."
    )
    print(f"Gap: median {median:.1%}, worst {worst:.1%}.", flush=True)


def _coordinated(loaded: LoadedPortfolio, folder: Path, seconds: float) -> tuple[float, float]:
    store = Store(folder / "out", [team.name for team in loaded.portfolio.teams])
    with executors.local(2) as runner:
        result, _ = run_batch(loaded, store, runner, runner, {"time_limit": seconds}, lambda _: None)
    assert result.bound is not None
    return result.value, result.bound


def _values_of_splits(
    loaded: LoadedPortfolio, pool: Executor, dealt: Mapping[str, Sequence[tuple[int, int]]], effort: Mapping[str, float]
) -> dict[str, dict[tuple[int, int], float]]:
    """Value of each team for parts of each shared person's day, each planned with so much effort."""
    jobs = {}
    for entry, file in zip(loaded.portfolio.teams, loaded.scenarios, strict=True):
        assert isinstance(file, Path)
        base = load_scenario(file).scenario
        for parts in dealt[entry.name]:
            limits = {"solver": base.solver.model_copy(update=effort)}
            job = Job(single(_dealt(loaded, base, entry.name, parts).model_copy(update=limits)))
            jobs[entry.name, parts] = pool.submit(solve, job)
    values: dict[str, dict[tuple[int, int], float]] = {}
    for (team, parts), future in jobs.items():
        values.setdefault(team, {})[parts] = future.result().value or 0.0
    return values


def _dealt(loaded: LoadedPortfolio, base: Scenario, team: str, parts: tuple[int, ...]) -> Scenario:
    """Give the team so many twelfths of each shared person's day: the rest is promised elsewhere."""
    full = with_shared(base, loaded.portfolio.shared, team)
    people = []
    for person in full.team:
        share = next((p for p, s in zip(parts, loaded.portfolio.shared, strict=True) if s.name == person.name), PARTS)
        if share == 0:
            continue
        if share < PARTS:
            first = base.calendar.start
            assert first is not None
            last = first.replace(year=first.year + 1)
            away = Busy(first=first, last=last, hours=person.hours_per_day * (1 - share / PARTS))
            person = person.model_copy(update={"busy": (*person.busy, away)})  # noqa: PLW2901
        people.append(person)
    return full.model_copy(update={"team": tuple(people)})


def _best_split(values: Mapping[str, Mapping[tuple[int, int], float]]) -> dict[str, tuple[int, int]]:
    """The best way to deal both days out over the teams, over all of them: dynamic programming over parts left."""
    best: dict[tuple[int, int], tuple[float, dict[str, tuple[int, int]]]] = {(PARTS, PARTS): (0.0, {})}
    for team, known in values.items():
        following: dict[tuple[int, int], tuple[float, dict[str, tuple[int, int]]]] = {}
        for (one, other), (so_far, dealt) in best.items():
            for (a, b), value in known.items():
                left = (one - a, other - b)
                if min(left) >= 0 and (left not in following or so_far + value > following[left][0]):
                    following[left] = (so_far + value, {**dealt, team: (a, b)})
        best = following
    return max(best.values(), key=lambda found: found[0])[1]


def forty(*, short: bool) -> None:
    """Forty teams of 25 items, five shared people, five minutes."""
    teams, people, each = (8, 2, 5.0) if short else (40, 5, FORTY_SECONDS)
    head("Teams", "Shared people", "Value", "Bound", "Gap", "Seconds")
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_portfolio(sharing(Path(folder), teams, people, 1))
        begun = time.perf_counter()
        value, bound = _coordinated(loaded, Path(folder), each)
    gap, seconds = (bound - value) / bound, time.perf_counter() - begun
    row(str(teams), str(people), f"{value:g}", f"{bound:g}", f"{gap:.1%}", f"{seconds:.0f}")


def main(arguments: list[str]) -> None:
    """Run the suites that are named."""
    short = "--short" in arguments
    suites: dict[str, Callable[[], None]] = {
        "whatif": lambda: whatif(short=short),
        "independent": lambda: independent_teams((4,) if short else (10, 100)),
        "thousand": lambda: independent_teams((20,) if short else (1000,)),
        "killed": lambda: killed(20 if short else 1000),
        "shared": lambda: shared(short=short),
        "forty": lambda: forty(short=short),
    }
    named = [one for one in arguments if one != "--short"]
    unknown = [one for one in named if one not in suites]
    if unknown:
        sys.exit(f"{unknown[0]!r} is none of {', '.join(suites)}, --short")
    _adopt()
    for name in named or suites:
        suites[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
