"""Planning on the command line: `plan` and `replan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.exporting import Form, form_of, present
from api.messages import NO_PLAN, say
from api.output import check_target, emit
from api.scenario import limited, limits_given, load
from api.shape import Out, ScenarioFile, Seed, examples

if TYPE_CHECKING:
    from models.plan import Plan
    from models.scenario import Scenario

TimeLimit = Annotated[
    float | None,
    typer.Option(
        min=0.01, max=86_400, metavar="S", help="Seconds of search. Default: what the scenario says, else 10."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog=examples(
            "sprintplan plan scenario.yaml",
            "sprintplan plan scenario.yaml --time-limit 60 --out plan.json",
            "sprintplan plan scenario.yaml --format csv > plan.csv",
            "sprintplan plan scenario.yaml --format md --out sprint.md",
            "sprintplan plan scenario.yaml --out sprint.xlsx",
        )
    )(plan)
    app.command(
        epilog=examples(
            "sprintplan replan scenario.yaml --baseline last-plan.json",
            "sprintplan replan scenario.yaml --baseline last-plan.json --progress progress.csv --out plan.json",
            "sprintplan replan scenario.yaml --baseline last-plan.json --trade-off",
        )
    )(replan)


def plan(
    scenario: ScenarioFile,
    form: Form = None,
    out: Out = None,
    time_limit: TimeLimit = None,
    seed: Seed = None,
    workers: Annotated[
        int | None, typer.Option(min=0, max=64, metavar="N", help="Search threads; 0: all cores.")
    ] = None,
    work_limit: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            max=1e6,
            metavar="W",
            help="Deterministic work instead of seconds: unproven plans repeat exactly, too.",
        ),
    ] = None,
) -> None:
    """Propose the sprint of highest value that really fits.

    Ctrl-C ends the search and returns the best plan so far. Exit code 1: no plan exists, and why.
    """
    check_target(out)
    form = form_of(form, out)
    read = limited(load(scenario), limits_given(time_limit, work_limit, seed, workers))

    from api import live

    _hand_over(read, live.solve(read), form, out)


def replan(
    scenario: ScenarioFile,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="PLAN.json", help="The last agreed plan. Default: what the scenario names."),
    ] = None,
    progress: Annotated[
        Path | None,
        typer.Option(metavar="TABLE", help="What is finished, what remains, who is away: item, status, remaining, ..."),
    ] = None,
    trade_off: Annotated[
        bool, typer.Option("--trade-off", help="Show what value each point of churn saved costs, proven.")
    ] = False,
    form: Form = None,
    out: Out = None,
    time_limit: TimeLimit = None,
) -> None:
    """Plan anew with little change against the last plan, and say what changed.

    How much value may be given up for it: policy.churn_tolerance. Exit code 1: no plan exists, and why.
    """
    check_target(out)
    form = form_of(form, out)
    read = limited(load(scenario), limits_given(time_limit))
    if baseline is not None:
        from planner.intake.plan_file import load_plan

        read = read.model_copy(update={"baseline": load_plan(baseline)})
    if read.baseline is None:
        raise typer.BadParameter("name the last plan, here or as `baseline` in the scenario", param_hint="--baseline")
    agreed = read.baseline
    if progress is not None:
        from planner.intake.progress_table import with_progress

        read = with_progress(read, progress)

    from api import live
    from planner.report import difference
    from planner.report import trade_off as curve_report

    if trade_off:
        curve = live.trade_off(read)
        if not curve.points:
            say("There is no plan to trade value of; sprintplan plan says why.")
            raise typer.Exit(NO_PLAN)
        emit(curve_report.as_json(curve) if form == "json" else curve_report.text(curve), out)
        if not curve.complete:
            say("The curve may have more points than these: not everything could be looked at; try --time-limit.")
        return
    proposed = live.solve(read)
    told = "".join(f"{line}\n" for line in difference.lines(agreed, proposed))
    if form == "table":
        emit(told + "\n", None)
    elif told:
        say(told.rstrip())
    _hand_over(read, proposed, form, out)


def _hand_over(scenario: Scenario, proposed: Plan, form: str, out: Path | None) -> None:
    """Write the plan; exit code 1 where there is none."""
    present(scenario, proposed, form, out)
    if proposed.value is None:
        if form != "table" or out is not None:
            _say_no_plan(proposed)
        raise typer.Exit(NO_PLAN)


def _say_no_plan(proposed: Plan) -> None:
    """Tell the one who does not look at the file that there is no plan."""
    if proposed.conflict is None:
        say("No plan was found in the time given; try --time-limit.")
        return
    say("No plan exists: these demands cannot hold together.")
    for demand in proposed.conflict.demands:
        say(f"  {demand}")
    for remedy in proposed.conflict.remedies:
        say(f"  remedy: {remedy}")
