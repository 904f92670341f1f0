"""The command line: parse, call the planner, present."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Annotated, Literal

import typer

from api import batch, exporting, planning, serving, whatif
from api.messages import NO_PLAN, Commands, say
from api.output import check_target, emit
from api.scenario import load
from api.shape import Out, ScenarioFile, console, examples

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


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that go with every command."""


planning.register(app)


@app.command(
    epilog=examples(
        "sprintplan check scenario.yaml",
    )
)
def check(scenario: ScenarioFile) -> None:
    """Look at a scenario without planning it.

    The file, the dependencies, readiness, what is asked of each skill, what can never fit. Exit code 1: no plan could
    be made, and why.
    """
    read = load(scenario)

    from planner.check import check as look
    from planner.report import findings

    found = look(read)
    emit(findings.text(found, console()), None)
    if found.possible is False:
        raise typer.Exit(NO_PLAN)


@app.command(
    epilog=examples(
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
    read = load(scenario)

    from api import explaining, live

    begun = monotonic()
    explained_plan = explaining.plan_of(read, plan_file, time_limit)
    explained = live.explain(read, explained_plan, item, time_limit - (monotonic() - begun))
    emit(explaining.text(explained, form or explaining.form_of(out), console(out)), out)
    if explained.value is None:
        raise typer.Exit(NO_PLAN)


@app.command(
    epilog=examples(
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
    read = load(scenario)

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
    epilog=examples(
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
    epilog=examples(
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


batch.register(app)
exporting.register(app)
serving.register(app)
whatif.register(app)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
