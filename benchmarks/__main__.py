"""Print the figures of docs/benchmarks.md, all from one run (``make bench``); ``out/benchmarks.json`` keeps them.

Everything takes hours; a part of it::

    python -m benchmarks --suite sprint60 --seeds 1-3 --contestants ours,list --seconds 10
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks import product
from benchmarks.backlogs import Backlog, backlogs
from benchmarks.best_known import BestKnown, ContradictionError
from benchmarks.contestants import ANYTIME, BY_WORK, NAMES, OURS
from benchmarks.parameters import SUITES
from benchmarks.runs import Run, run
from benchmarks.tables import LEGEND, Compared, compare, table
from planner.intake.table_writer import write_whole

CONTESTANTS = (
    f"of {', '.join(NAMES)} (all of these if absent) and {BY_WORK}: ours with as many units of deterministic work as "
    "others have seconds, so that a busy machine finds the same"
)
OUT = product.ROOT / "out" / "benchmarks.json"


def main(arguments: Sequence[str], known: BestKnown | None = None, out: Path = OUT) -> int:
    """Measure what is asked for, one thing after the other; exit code 1 if a run went wrong."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    todo = {suite: list(backlogs(suite, asked.seeds)) for suite in asked.suite or SUITES}
    if not all(todo.values()):
        parser.error(f"no such seeds in {', '.join(suite for suite, found in todo.items() if not found)}")
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}, OR-Tools {version('ortools')}, PyJobShop {version('pyjobshop')}\n", flush=True)
    figures: dict[str, object] = {"machine": machine}
    if asked.suite is None:
        figures |= _whole_command(asked.export)
    bench = _Bench(asked.contestants, asked.seconds, known or BestKnown())
    out.parent.mkdir(parents=True, exist_ok=True)
    for suite, found in todo.items():
        for backlog in found:
            bench.contest(backlog)
            figures["runs"] = [one.as_json() for one in bench.compared]
            write_whole(out, json.dumps(figures, indent=1) + "\n")  # after each: hours of runs may be cut short
        members = [one for one in bench.compared if one.run.suite == suite]
        size = f"{SUITES[suite].items} items, {SUITES[suite].specialists} specialists"
        print(f"{suite}: {size}, {len(found)} backlogs\n{table(members)}\n", flush=True)
    print(LEGEND)
    return 1 if bench.problems else 0


def _whole_command(export: Path | None) -> dict[str, object]:
    """Come before all contests: the export's memory is the most that any process started so far has taken."""
    figures: dict[str, object] = {}
    if export is not None:
        figures["spring_xd"] = product.whole_export(export)
    else:
        print("Spring XD: not measured; name its whole export: make bench EXPORT=spring_xd_jira_export.csv")
    figures["tutorial_seconds"] = product.tutorial()
    return figures


class _Bench:
    """Contests so far, and what went wrong in them."""

    def __init__(self, contestants: Sequence[str], seconds: float | None, known: BestKnown) -> None:
        self.compared: list[Compared] = []
        self.problems: list[str] = []
        self._contestants = contestants
        self._seconds = seconds
        self._known = known

    def contest(self, backlog: Backlog) -> None:
        """Let all contestants plan one backlog; then compare, as only now the best known value is known."""
        runs = [one for name in self._contestants for one in self._runs(backlog, name)]
        best = self._known.of(backlog, runs[0].fingerprint)
        self._known.save()
        self.compared += compare(runs, best)

    def _runs(self, backlog: Backlog, name: str) -> Iterator[Run]:
        """Our planner makes a plan within each limit; of the others' one run the shorter ones are read off."""
        limits = SUITES[backlog.suite].limits if self._seconds is None else (self._seconds,)
        for limit in limits if name in (OURS, BY_WORK) else limits[-1:]:
            done = run(backlog, name, limit)
            self._report(done)
            self._improve(done)
            if name in ANYTIME:
                yield from (done.at(shorter) for shorter in limits[:-1])
            yield done

    def _improve(self, done: Run) -> None:
        try:
            self._known.improve(done)
        except ContradictionError as error:
            self._wrong(str(error))
        for problem in done.problems:
            self._wrong(f"{done.suite} {done.backlog.label} {done.contestant}: {problem}")

    def _wrong(self, problem: str) -> None:
        self.problems.append(problem)
        print(f"WRONG: {problem}", file=sys.stderr, flush=True)

    def _report(self, done: Run) -> None:
        value = "no plan" if done.value is None else f"value {done.value:g}"
        bound = "" if done.bound is None else f", bound {done.bound:g}"
        gap = "" if done.gap is None else f", gap {done.gap:.1%}"
        crashed = f", {done.crashes} processes crashed before" if done.crashes else ""
        print(
            f"{done.suite} {done.backlog.label}, {done.contestant}, at most {done.allowed}: {value}{bound}{gap}, "
            f"{done.seconds:.1f} s, {done.cpu_seconds:.1f} s of processor time, {done.memory_gb:.2f} GB{crashed}",
            file=sys.stderr,
            flush=True,
        )


# -- the command line ------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("export", nargs="?", type=Path, help="the whole export of the Spring XD tracker, measured too")
    parser.add_argument("--suite", type=_listed(SUITES), help=f"of {', '.join(SUITES)}; nothing but these is measured")
    parser.add_argument("--seeds", type=_seeds, help="such as 1-3,7; all of them if absent")
    parser.add_argument("--contestants", type=_listed((*NAMES, BY_WORK)), default=NAMES, help=CONTESTANTS)
    parser.add_argument("--seconds", type=_seconds, help="one limit instead of the suite's")
    return parser


def _listed(known: Sequence[str] | dict[str, object]) -> object:
    def read(text: str) -> tuple[str, ...]:
        chosen = tuple(text.split(","))
        unknown = [name for name in chosen if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not one of {', '.join(known)}")
        return chosen

    return read


def _seeds(text: str) -> frozenset[int]:
    try:
        spans = [[int(end) for end in part.split("-")] for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: seeds are written as 1-3,7") from None
    return frozenset(seed for span in spans for seed in range(span[0], span[-1] + 1))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text}: not a number of seconds between 0 and 86400")
    return seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
