"""Plan a portfolio: every team, side by side, going on where one fails and where an earlier run was interrupted."""

from __future__ import annotations

import datetime
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from models.base import exact
from models.calendar import Calendar
from models.portfolio import Coordination, PortfolioResult, TeamResult
from planner.errors import InputError
from planner.intake.portfolio_file import LoadedPortfolio
from planner.portfolio.links import components
from planner.portfolio.runner import Runner
from planner.portfolio.store import Keeper, key_of
from planner.portfolio.texts import ReadJob, SolveJob, TeamText, read_team, reason, solve_team

ONE_CALENDAR = ("start", "sprint_days", "weekend", "day_hours")  # of all teams
LINKED_CALENDAR = ("holidays", "company_days", "day_start", "timezone")  # of those that share people or wait


@dataclass
class Progress:
    """How far a run is; the same object is told again and again."""

    teams: int
    done: int = 0
    failed: int = 0
    value: float = 0.0
    bound: float = 0.0
    planned: int = 0
    seconds: float = 0.0

    @property
    def gap(self) -> float | None:
        """Gap of all values so far."""
        return (self.bound - self.value) / abs(self.bound) if self.bound else None

    @property
    def left(self) -> float | None:
        """Seconds that are left, by what the teams planned so far took."""
        return self.seconds / self.planned * (self.teams - self.done) if self.planned else None


Told = Callable[[Progress], None]


@dataclass
class _Run:
    """The state of one run."""

    loaded: LoadedPortfolio
    store: Keeper
    readers: Runner
    runner: Runner
    limits: dict[str, Any]
    told: Told
    stopped: Callable[[], bool]
    results: dict[str, TeamResult] = field(default_factory=dict)
    coordinated: list[Coordination] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.progress = Progress(len(self.loaded.portfolio.teams))
        self.weights = {team.name: team.weight for team in self.loaded.portfolio.teams}

    def take(self, result: TeamResult) -> None:
        """Keep what became of a team, and tell."""
        result = result.model_copy(update={"weight": self.weights[result.team]})
        self.results[result.team] = result
        progress = self.progress
        progress.done += 1
        progress.planned += not result.reused and result.status != "failed"
        progress.failed += result.value is None
        if result.value is not None:
            progress.value += result.weight * result.value
            progress.bound += result.weight * (result.value if result.bound is None else result.bound)
        progress.seconds = time.monotonic() - self.begun
        self.told(progress)


def run_batch(
    loaded: LoadedPortfolio,
    store: Keeper,
    readers: Runner,
    runner: Runner,
    limits: dict[str, Any],
    told: Told,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[PortfolioResult, list[str]]:
    """Plan all teams of a portfolio; return the summary and what has to be said about the teams' files.

    Parameters
    ----------
    readers, runner
        Where files are read (on this machine) and where plans are made.
    limits
        Solver limits that come before the portfolio's and the teams' own.
    told
        Told how far it is, after every team.
    stopped
        Asked again and again: whether to stop. What is under way then is not kept where a later run would go on.

    Raises
    ------
    InputError
        If the portfolio as a whole is wrong: calendars that differ, shared people nobody can place.
    """
    run = _Run(loaded, store, readers, runner, limits, told, stopped)
    texts = _read(run)
    _one_calendar(loaded, texts, ONE_CALENDAR)
    groups = components(loaded, texts)
    for group in groups:
        _one_calendar(loaded, {team: texts[team] for team in group.teams}, LINKED_CALENDAR)
    run.begun = time.monotonic()
    together = {team for group in groups for team in group.teams}
    _alone(run, [text for team, text in texts.items() if team not in together])
    if groups and not stopped():
        from planner.portfolio.together import plan_together

        for group in groups:
            done = plan_together(run.loaded, group, texts, run.runner, run.store, run.stopped)
            for result in done.results:
                run.take(result)
            run.coordinated += [done.coordination] if done.coordination is not None else []
    return _summary(run), run.notes


def _read(run: _Run) -> dict[str, TeamText]:
    """Read all teams' files; a file that is wrong is that team's failure."""
    portfolio = run.loaded.portfolio
    solver = portfolio.solver
    limits = ({key: getattr(solver, key) for key in solver.model_fields_set} if solver else {}) | run.limits
    now = datetime.datetime.now(datetime.UTC)
    scenarios = zip(portfolio.teams, run.loaded.scenarios, strict=True)
    jobs = [ReadJob(team.name, scenario, limits, now) for team, scenario in scenarios]
    texts: dict[str, TeamText] = {}
    for finished in run.readers.run(read_team, jobs, run.stopped):
        team = finished.job.team
        if finished.result is not None:
            texts[team] = finished.result
            run.notes += [f"{team}: {note}" for note in finished.result.notes]
        elif finished.error is not None:
            run.store.forget(team)
            run.take(TeamResult(team=team, status="failed", error=reason(finished.error)))
    return {team.name: texts[team.name] for team in portfolio.teams if team.name in texts}


def _one_calendar(loaded: LoadedPortfolio, texts: dict[str, TeamText], keys: Sequence[str]) -> None:
    """Refuse teams whose calendars differ where they must not."""
    first: tuple[str, Calendar] | None = None
    for index, entry in enumerate(loaded.portfolio.teams):
        if entry.name not in texts:
            continue
        calendar = texts[entry.name].calendar
        if first is None:
            first = (entry.name, calendar)
        for key in keys:
            theirs, ours = getattr(calendar, key), getattr(first[1], key)
            if set(theirs) != set(ours) if isinstance(theirs, tuple) and isinstance(ours, tuple) else theirs != ours:
                cause = (
                    f"the calendar of team {entry.name!r} has {key} {_said(theirs)}, that of {first[0]!r} {_said(ours)}"
                )
                linked = " that share people or wait for each other" if keys is LINKED_CALENDAR else ""
                remedy = f"Teams of one portfolio{linked} need the same {key}"
                raise InputError(loaded.place_of(index), cause, remedy)


def _said(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(str, value))}]"
    return str(getattr(value, "country", value))


def _alone(run: _Run, texts: Sequence[TeamText]) -> None:
    """Plan the teams that have nothing to do with others."""
    keys = {text.team: key_of([text.packed]) for text in texts}
    jobs: list[SolveJob] = []
    for text in texts:
        if (kept := run.store.current(text.team, keys[text.team])) is not None:
            run.take(kept)
        else:
            jobs.append(SolveJob(text.team, text.packed))
    for finished in run.runner.run(solve_team, jobs, run.stopped):
        team = finished.job.team
        if run.stopped() and run.store.lasting:
            continue
        if finished.result is not None:
            packed, result = finished.result
            run.take(run.store.save(team, keys[team], zlib.decompress(packed).decode("utf-8"), result))
        elif finished.error is not None:
            run.store.forget(team)
            run.take(TeamResult(team=team, status="failed", error=reason(finished.error)))


def _summary(run: _Run) -> PortfolioResult:
    """Put the results into the order of the file and add them up."""
    teams = [
        run.results.get(team.name) or TeamResult(team=team.name, status="not planned", weight=team.weight)
        for team in run.loaded.portfolio.teams
    ]
    with_plan = [result for result in teams if result.value is not None]
    value = sum((exact(r.weight) * exact(r.value or 0) for r in with_plan), Fraction(0))
    bound = _bound(run, teams)
    gap = None
    if bound is not None:
        gap = 0.0 if bound == value else float((bound - value) / abs(bound)) if bound else None
    return PortfolioResult(
        teams=tuple(teams),
        coordinated=tuple(run.coordinated),
        value=float(value),
        bound=None if bound is None else float(bound),
        gap=gap,
        seconds=round(time.monotonic() - run.begun, 3),
    )


def _bound(run: _Run, teams: Sequence[TeamResult]) -> Fraction | None:
    """Bound of the weighted sum: of teams planned together what was proven of them together."""
    total = Fraction(0)
    within = {team for group in run.coordinated for team in group.teams}
    for result in teams:
        if result.team in within:
            continue
        if result.bound is None:
            return None
        total += exact(result.weight) * exact(result.bound)
    return total + sum((exact(group.bound) for group in run.coordinated), Fraction(0))
