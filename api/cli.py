"""The command line: parse, call the planner, present."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api import batch, serving, whatif
from api.messages import NO_PLAN, Commands, say
from api.output import check_target, emit
from api.shape import Out
from api.shape import console as _console
from api.shape import examples as _examples

if TYPE_CHECKING:
    from models.plan import Plan
    from models.scenario import Scenario

FORMATS = {"table": "", "json": ".json", "csv": ".csv", "md": ".md"}
FORMATS_NOT_YET = ("html", "xlsx", "ics")

app = typer.Typer(
    name="sprintplan",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Proposes the sprint of highest value that really fits, and proves how good it is.",
    epilog="Exit codes: 0 done · 1 no plan exists, or a check failed · 2 the input or the command line is wrong.",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"sprintplan {version('sprintplan')}")
        raise typer.Exit


def _format(name: str | None) -> str | None:
    if name in FORMATS_NOT_YET:
        raise typer.BadParameter(f"{name} is not supported yet; use one of {', '.join(FORMATS)}")
    if name is not None and name not in FORMATS:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(FORMATS)}")
    return name


ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file, YAML or JSON.")]


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that go with every command."""


@app.command(
    epilog=_examples(
        "sprintplan plan scenario.yaml",
        "sprintplan plan scenario.yaml --time-limit 60 --out plan.json",
        "sprintplan plan scenario.yaml --format csv > plan.csv",
        "sprintplan plan scenario.yaml --format md --out sprint.md",
    )
)
def plan(
    scenario: ScenarioFile,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="|".join(FORMATS),
            callback=_format,
            autocompletion=lambda: list(FORMATS),
            help="Form of the plan. Default: what the ending of --out says, else table.",
            show_default=False,
        ),
    ] = None,
    out: Out = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            min=0.01, max=86_400, metavar="S", help="Seconds of search. Default: what the scenario says, else 10."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**31 - 1, metavar="N", help="Random seed of the search.")
    ] = None,
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
    form = form or _format_of(out)
    limits = {"time_limit": time_limit, "seed": seed, "workers": workers, "work_limit": work_limit}
    given: dict[str, float | None] = {name: limit for name, limit in limits.items() if limit is not None}
    if "time_limit" in given:
        given.setdefault("work_limit", None)  # seconds on the command line outrank work in the file
    read = _load(scenario)
    read = read.model_copy(update={"solver": read.solver.model_copy(update=given)})

    from api import live

    proposed = live.solve(read)
    _present(read, proposed, form, out)
    if proposed.value is None:
        if form != "table" or out is not None:
            _say_no_plan(proposed)
        raise typer.Exit(NO_PLAN)


@app.command(
    epilog=_examples(
        "sprintplan replan scenario.yaml --baseline last-plan.json",
        "sprintplan replan scenario.yaml --baseline last-plan.json --progress progress.csv --out plan.json",
        "sprintplan replan scenario.yaml --baseline last-plan.json --trade-off",
    )
)
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
    form: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", metavar="|".join(FORMATS), callback=_format, help="As `plan`.", show_default=False
        ),
    ] = None,
    out: Out = None,
    time_limit: Annotated[float | None, typer.Option(min=0.01, max=86_400, metavar="S", help="As `plan`.")] = None,
) -> None:
    """Plan anew with little change against the last plan, and say what changed.

    How much value may be given up for it: policy.churn_tolerance. Exit code 1: no plan exists, and why.
    """
    check_target(out)
    form = form or _format_of(out)
    read = _load(scenario)
    if baseline is not None:
        from planner.intake.plan_file import load_plan

        read = read.model_copy(update={"baseline": load_plan(baseline)})
    if read.baseline is None:
        raise typer.BadParameter("name the last plan, here or as `baseline` in the scenario", param_hint="--baseline")
    agreed = read.baseline
    if progress is not None:
        from planner.intake.progress_table import with_progress

        read = with_progress(read, progress)
    if time_limit is not None:
        given = {"time_limit": time_limit, "work_limit": None}
        read = read.model_copy(update={"solver": read.solver.model_copy(update=given)})
    if trade_off:
        _present_trade_off(read, form, out)
        return

    from api import live
    from planner.report import difference

    proposed = live.solve(read)
    told = "".join(f"{line}\n" for line in difference.lines(agreed, proposed))
    if form == "table":
        emit(told + "\n", None)
    elif told:
        say(told.rstrip())
    _present(read, proposed, form, out)
    if proposed.value is None:
        if form != "table" or out is not None:
            _say_no_plan(proposed)
        raise typer.Exit(NO_PLAN)


@app.command(
    epilog=_examples(
        "sprintplan check scenario.yaml",
    )
)
def check(scenario: ScenarioFile) -> None:
    """Look at a scenario without planning it.

    The file, the dependencies, readiness, what is asked of each skill, what can never fit. Exit code 1: no plan could
    be made, and why.
    """
    read = _load(scenario)

    from planner.check import check as look
    from planner.report import findings

    found = look(read)
    emit(findings.text(found, _console()), None)
    if found.possible is False:
        raise typer.Exit(NO_PLAN)


@app.command(
    epilog=_examples(
        "sprintplan explain scenario.yaml",
        "sprintplan explain scenario.yaml MKT-17",
        "sprintplan explain scenario.yaml --plan plan.json --format md --out why.md",
    )
)
def explain(
    scenario: ScenarioFile,
    item: Annotated[
        str | None, typer.Argument(metavar="[ITEM]", help="Id of the one item to explain.", show_default=False)
    ] = None,
    plan_file: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            metavar="PLAN.json",
            help="The plan to explain, as `plan --format json` wrote it. Default: the one that `plan` proposes.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        Literal["table", "json", "md"] | None,
        typer.Option(
            "--format", "-f", help="Form. Default: what the ending of --out says, else table.", show_default=False
        ),
    ] = None,
    out: Out = None,
    time_limit: Annotated[
        float,
        typer.Option(min=0.01, max=86_400, metavar="S", help="Seconds in all; planning takes a third of it at most."),
    ] = 30,
) -> None:
    """Say why the plan is as it is: each item's reason, every shortage's price, a conflict's smallest cause.

    Items are put in or taken out and the plan is made again, so that a sentence with "(proven)" holds for all plans.
    Ctrl-C keeps what is known so far. Exit code 1: there is no plan, and why.
    """
    check_target(out)
    read = _load(scenario)

    from api import explaining, live

    begun = monotonic()
    explained_plan = explaining.plan_of(read, plan_file, time_limit)
    explained = live.explain(read, explained_plan, item, time_limit - (monotonic() - begun))
    emit(explaining.text(explained, form or explaining.form_of(out), _console(out)), out)
    if explained.value is None:
        raise typer.Exit(NO_PLAN)


@app.command(
    epilog=_examples(
        "sprintplan verify scenario.yaml plan.json",
    )
)
def verify(
    scenario: ScenarioFile,
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A plan that `plan --format json` wrote.")],
) -> None:
    """Judge a plan: every rule it breaks, in words.

    The judge shares no code with the solver. Exit code 1: the plan breaks a rule.
    """
    read = _load(scenario)

    from planner.intake.plan_file import load_plan
    from planner.verify import violations

    broken = violations(read, load_plan(plan_file))
    if broken:
        emit("".join(f"{violation}\n" for violation in broken), None)
        say(f"{plan_file} breaks {len(broken)} {'rule' if len(broken) == 1 else 'rules'} of {scenario}")
        raise typer.Exit(NO_PLAN)
    emit(f"{plan_file} keeps every rule of {scenario}.\n", None)


@app.command(
    "import",
    epilog=_examples(
        "sprintplan import jira.csv --out sprint",
        "sprintplan import board.json --from trello --team 6 --out sprint",
        "sprintplan plan sprint/scenario.yaml",
    ),
)
def import_(
    export: Annotated[Path, typer.Argument(metavar="EXPORT", help="The tracker's export: csv, tsv, xlsx or json.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for scenario.yaml and backlog.csv.")],
    tracker: Annotated[
        Literal["jira", "asana", "trello", "linear", "github", "azure", "generic"] | None,
        typer.Option("--from", help="Where the export comes from. Default: found by its columns.", show_default=False),
    ] = None,
    team: Annotated[
        int | None,
        typer.Option(min=1, max=1000, metavar="N", help="So many people alike, instead of the assignees."),
    ] = None,
    strict_links: Annotated[
        bool, typer.Option("--strict-links", help="Keep links to items that are not in the export: they block.")
    ] = False,
    epics: Annotated[
        Literal["theme", "milestones"],
        typer.Option(help="What an epic becomes: its children's theme, or a milestone that waits for them."),
    ] = "theme",
) -> None:
    """Turn a tracker's export into a scenario that plans at once.

    Every guess, and every row that was not used, is reported.
    """
    from planner.intake.trackers import import_export

    report = import_export(export, tracker=tracker, team=team, strict_links=strict_links, epics=epics, out=out)
    emit("".join(f"{line}\n" for line in report.lines()), None)
    say(f"next: sprintplan plan {out / 'scenario.yaml'}")


@app.command(
    epilog=_examples(
        "sprintplan schema --out scenario.schema.json",
    )
)
def schema(out: Out = None) -> None:
    """Print the JSON Schema of scenario files, for editors that check and complete while one types."""
    import json

    from models.scenario import Scenario

    check_target(out)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    emit(json.dumps(head | Scenario.model_json_schema(), indent=2, ensure_ascii=False) + "\n", out)


def _format_of(out: Path | None) -> str:
    """Form that the ending of a file asks for; anything unknown is a table."""
    ending = out.suffix.lower() if out is not None else ""
    if ending.removeprefix(".") in FORMATS_NOT_YET:
        raise typer.BadParameter(
            f"{ending} files are not supported yet; use one of .json, .csv, .md", param_hint="--out"
        )
    return next((form for form, own in FORMATS.items() if own and own == ending), "table")


def _load(path: Path) -> Scenario:
    from planner.intake.scenario_file import load_scenario

    loaded = load_scenario(path)
    for note in loaded.notes:
        say(f"note: {note}")
    return loaded.scenario


def _present(scenario: Scenario, proposed: Plan, form: str, out: Path | None) -> None:
    from planner.report import csv_report, json_report, markdown, table

    if form == "table":
        emit(table.text(scenario, proposed, _console(out)), out)
    elif form == "csv":
        emit(csv_report.text(proposed), out, mark="\ufeff")
    else:
        emit(json_report.text(proposed) if form == "json" else markdown.text(proposed, scenario), out)


def _present_trade_off(read: Scenario, form: str, out: Path | None) -> None:
    """Show value against churn: a line a point, or JSON."""
    import json
    from dataclasses import asdict

    from planner.report.words import number
    from planner.trade_off import trade_off

    points = trade_off(read)
    if not points:
        say("There is no plan to trade value of; sprintplan plan says why.")
        raise typer.Exit(NO_PLAN)
    if form == "json":
        emit(json.dumps([asdict(point) for point in points], indent=2) + "\n", out)
        return
    lines = [f"{'churn':>6}  {'value':>10}"]
    for point in points:
        known = "proven" if point.proven else f"at most {number(point.bound)}"
        lines.append(f"{point.churn:>6}  {number(point.value):>10}  {known}")
    emit("\n".join(lines) + "\n", out)


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


batch.register(app)
serving.register(app)
whatif.register(app)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
