"""Many teams on the command line: `batch`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.messages import NO_PLAN, say
from api.output import emit
from api.scenario import limits_given
from api.shape import Seed, console, examples
from planner.errors import InputError

if TYPE_CHECKING:
    from rich.text import Text

    from models.portfolio import PortfolioResult
    from planner.portfolio.batch import Progress
    from planner.portfolio.runner import Runner

SUMMARY = "summary"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            "sprintplan batch portfolio.yaml --out plans",
            "sprintplan batch portfolio.yaml --out plans --time-limit 30 --workers 8",
            "sprintplan batch portfolio.yaml --out plans --executor dask --scheduler tcp://cluster:8786",
        )
    )(batch)


def batch(
    portfolio: Annotated[Path, typer.Argument(metavar="PORTFOLIO", help="Portfolio file, YAML or JSON.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder for plans and summary. Default: PORTFOLIO-plans."),
    ] = None,
    form: Annotated[
        Literal["table", "json", "csv", "md"], typer.Option("--format", "-f", help="Form of the summary on stdout.")
    ] = "table",
    time_limit: Annotated[
        float | None, typer.Option(min=0.01, max=86_400, metavar="S", help="Seconds of search for each team.")
    ] = None,
    work_limit: Annotated[
        float | None,
        typer.Option(min=0.001, max=1e6, metavar="W", help="Deterministic work for each team instead of seconds."),
    ] = None,
    seed: Seed = None,
    workers: Annotated[
        int, typer.Option(min=0, max=256, metavar="N", help="How many plans are made side by side; 0: one a core.")
    ] = 0,
    executor: Annotated[
        Literal["local", "dask"], typer.Option(help="Where plans are made: on this machine, or on a Dask cluster.")
    ] = "local",
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The Dask cluster's scheduler. Default: one of our own.")
    ] = None,
) -> None:
    """Plan many teams: one plan a team, and a summary.

    A run that was interrupted takes up where it was: what is current on disk is kept. People that teams share are never
    in two places at once. Exit code 1: a team has no plan, and why.
    """
    if scheduler is not None and executor != "dask":
        raise InputError("--scheduler", "it goes with --executor dask", "Add --executor dask")
    from planner.workers import get_ready

    get_ready()
    from api import live
    from planner.intake.portfolio_file import load_portfolio
    from planner.portfolio import executors
    from planner.portfolio.batch import run_batch
    from planner.portfolio.store import Store
    from planner.workers import cancel_event

    loaded = load_portfolio(portfolio)
    folder = out or Path(f"{portfolio.stem}-plans")
    store = Store(folder, [team.name for team in loaded.portfolio.teams])
    cancel = cancel_event()
    line = _Line(cancel)
    limits = limits_given(time_limit, work_limit, seed)
    with executors.local(workers, cancel) as readers, _runner(executor, scheduler, workers, readers) as runner:
        result, notes = live.watched(
            lambda: run_batch(loaded, store, readers, runner, limits, line.update, cancel.is_set), cancel, line
        )
    for note in notes:
        say(f"note: {note}")
    _present(result, form, folder)
    missing = [team.team for team in result.teams if team.value is None]
    if cancel.is_set() and missing:
        say(f"interrupted with {len(missing)} teams to go; the same command goes on from here")
    if missing:
        raise typer.Exit(NO_PLAN)


@contextlib.contextmanager
def _runner(executor: str, scheduler: str | None, workers: int, readers: Runner) -> Iterator[Runner]:
    from planner.portfolio import executors

    if executor == "local":
        yield readers
        return
    with executors.dask(scheduler, workers) as runner, runner:
        yield runner


def _present(result: PortfolioResult, form: str, folder: Path) -> None:
    """Print the summary, and keep it beside the plans."""
    from planner.intake.table_writer import write_whole
    from planner.report import portfolio as report

    write_whole(folder / f"{SUMMARY}.csv", "\ufeff" + report.as_csv(result))
    write_whole(folder / f"{SUMMARY}.json", report.as_json(result))
    if form == "table":
        emit(report.text(result, console()), None)
    else:
        emit({"json": report.as_json, "csv": report.as_csv, "md": report.as_markdown}[form](result), None)
    say(f"wrote {folder}")
    if form != "table":
        for problem in report.problems(result):
            say(problem)


class _Line:
    """Teams done, value, gap and time left of a run."""

    def __init__(self, cancel: Event) -> None:
        self._cancel = cancel
        self._begin = monotonic()
        self._progress: Progress | None = None

    def update(self, progress: Progress) -> None:
        """Keep the news for the next time the line is drawn."""
        self._progress = progress

    def text(self) -> Text:
        """Say how far it is."""
        from rich.text import Text

        from planner.report.words import number, percent_up

        told = self._progress
        parts = [f"{monotonic() - self._begin:.0f} s"]
        if told is None:
            parts.append("reading the teams")
        else:
            parts += [f"{told.done} of {told.teams} teams", f"value {number(told.value)}"]
            parts += [f"gap {percent_up(max(0.0, told.gap))}"] if told.gap is not None else []
            parts += [f"{told.failed} without a plan"] if told.failed else []
            parts += [f"about {told.left:.0f} s left"] if told.left is not None else []
        parts += ["stopping"] if self._cancel.is_set() else ["Ctrl-C keeps the plans made so far"]
        return Text(" · ".join(parts), style="bright_black", no_wrap=True, overflow="ellipsis")
