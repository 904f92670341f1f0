"""What-ifs on the command line: `compare` and `sweep`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.messages import NO_PLAN, say
from api.output import check_target, emit, emit_bytes
from api.scenario import limited, limits_given, load
from api.shape import Out, Seed, console, examples, form_option
from planner.errors import InputError

if TYPE_CHECKING:
    from models.comparison import SweepComparison, VariantComparison
    from models.scenario import Scenario
    from models.variants import Variants
    from planner.intake.source import Source
    from planner.whatif.side_by_side import Hands

FORMATS = {
    "table": "",
    "json": ".json",
    "csv": ".csv",
    "md": ".md",
    "png": ".png",
    "svg": ".svg",
    "html": ".html",
}
BESIDE = "variants.yaml"


First = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="Scenario file, or a file of what-ifs that names its base.")
]
Second = Annotated[
    Path | None,
    typer.Argument(metavar="VARIANTS", help=f"File of what-ifs. Default: {BESIDE} beside the scenario."),
]
Form = Annotated[str | None, form_option(FORMATS, "comparison")]
TimeLimit = Annotated[
    float | None,
    typer.Option(min=0.01, max=86_400, metavar="S", help="Seconds of search for each plan."),
]
WorkLimit = Annotated[
    float | None,
    typer.Option(
        min=0.001, max=1e6, metavar="W", help="Deterministic work for each plan instead of seconds: repeats exactly."
    ),
]
Workers = Annotated[
    int, typer.Option(min=0, max=256, metavar="N", help="How many plans are made side by side; 0: one a core.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog=examples(
            "sprintplan compare scenario.yaml variants.yaml",
            "sprintplan compare variants.yaml --out comparison.md",
            "sprintplan compare scenario.yaml variants.yaml --out comparison.png",
        )
    )(compare)
    app.command(
        epilog=examples(
            "sprintplan sweep scenario.yaml variants.yaml",
            "sprintplan sweep scenario.yaml --vary team.Ana.hours_per_day=3,4,5,6",
            "sprintplan sweep scenario.yaml --vary policy.buffer=0,0.1,0.2 --out buffer.svg",
        )
    )(sweep)


def compare(
    scenario: First,
    variants: Second = None,
    form: Form = None,
    out: Out = None,
    time_limit: TimeLimit = None,
    work_limit: WorkLimit = None,
    seed: Seed = None,
    workers: Workers = 0,
) -> None:
    """Set what-ifs side by side: with a freelancer, without Ana, with legal two days slower.

    Every variant is planned from the plan of the base. Exit code 1: the base has no plan.
    """
    from planner.workers import get_ready

    check_target(out)
    get_ready()
    base, asked, source = _read(scenario, variants)
    if not asked.variants:
        raise InputError(str(source.name), "there is no variant in it", "Add `variants:`, or use `sprintplan sweep`")

    from planner.whatif.compare import compare as planned
    from planner.whatif.compare import fixed, laid_over
    from planner.whatif.overlay import Place

    base = fixed(limited(base, limits_given(time_limit, work_limit, seed)))
    named = laid_over(base, asked.variants, Place(source, ("variants",)))
    _present(_side_by_side(lambda hands: planned(base, named, hands), workers), form, out)


def sweep(
    scenario: First,
    variants: Second = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=V1,V2,…", help="A key and its values, instead of a file; several: combinations."),
    ] = None,
    form: Form = None,
    out: Out = None,
    time_limit: TimeLimit = None,
    work_limit: WorkLimit = None,
    seed: Seed = None,
    workers: Workers = 0,
) -> None:
    """Let one key go through several values, such as how many hours a day Ana is here.

    Every point is planned from the plan of the base. Exit code 1: the base has no plan.
    """
    from planner.workers import get_ready

    check_target(out)
    get_ready()
    base, asked, source = _read(scenario, variants) if not vary else _typed(scenario, vary)
    if not asked.sweeps:
        raise InputError(str(source.name), "there is no sweep in it", "Add `sweeps:`, or use --vary")

    from planner.whatif.compare import compare_sweeps, fixed, swept
    from planner.whatif.overlay import Place

    base = fixed(limited(base, limits_given(time_limit, work_limit, seed)))
    made = swept(base, asked.sweeps, Place(source, ("sweeps",)))
    _present(_side_by_side(lambda hands: compare_sweeps(base, asked.sweeps, made, hands), workers), form, out)


def _read(first: Path, second: Path | None) -> tuple[Scenario, Variants, Source]:
    """Find the base and the what-ifs: two files, or one that names or stands beside the other."""
    from planner.intake.variants_file import holds_variants, load_variants

    if second is None and not holds_variants(first):
        second = first.parent / BESIDE
        if not second.is_file():
            raise InputError(str(first), f"no file of what-ifs is named, and there is no {second}", "Name one")
    loaded = load_variants(first if second is None else second)
    base = first if second is not None else loaded.base
    if base is None:
        raise InputError(loaded.source.name, "it does not say what its what-ifs are laid over", "Add `base: FILE`")
    return load(base), loaded.variants, loaded.source


def _typed(scenario: Path, vary: list[str]) -> tuple[Scenario, Variants, Source]:
    """Read a sweep from the command line."""
    from models.variants import Sweep, Variants

    values: dict[str, list[Any]] = {}
    for text in vary:
        path, equals, listed = text.partition("=")
        if not (path.strip() and equals and listed.strip()):
            raise InputError("--vary", f"{text!r} names no values", "Write team.Ana.hours_per_day=3,4,5")
        values[path.strip()] = _values(listed)
    sweep = Sweep(name=", ".join(values), vary={path: tuple(given) for path, given in values.items()})
    asked = Variants(sweeps=(sweep,))
    return load(scenario), asked, _CommandLine("--vary", {"sweeps": [{"vary": values}]})


def _values(listed: str) -> list[Any]:
    """Read values as YAML does: 3 is a number, true a truth value, Ana a text."""
    from planner.intake.yaml_source import parse_yaml

    values = parse_yaml(f"[{listed}]", "--vary").data
    assert isinstance(values, list)
    return values


def _CommandLine(name: str, data: Any) -> Source:  # noqa: N802  (reads as the source it stands for)
    from planner.intake.source import DataPath, Source

    class Positions:
        def find(self, path: DataPath, *, key: bool) -> tuple[int, int]:  # noqa: ARG002
            return 1, 1

    class CommandLine(Source):
        def where(self, path: DataPath, *, key: bool = False) -> str:  # noqa: ARG002
            return name

    return CommandLine(name, data, Positions())


def _side_by_side(work: Callable[[Hands], Any], workers: int) -> Any:
    """Run a comparison on a pool, under a live line; Ctrl-C stops the searches and keeps what they have."""
    from api import live
    from planner.whatif.side_by_side import Hands
    from planner.workers import cancel_event, cores, local_pool

    cancel = cancel_event()
    line = live.Count(cancel, "plans")
    width = workers or cores()
    with local_pool(width, cancel) as pool:
        hands = Hands(pool, line.update, cancel.is_set, width)
        return live.watched(lambda: work(hands), cancel, line)


def _present(comparison: VariantComparison | SweepComparison, form: str | None, out: Path | None) -> None:
    from planner.report import comparison as report

    ending = out.suffix.lower() if out is not None else ""
    form = form or next((name for name, own in FORMATS.items() if own and own == ending), "table")
    if form in ("png", "svg", "html"):
        from planner.report.comparison_picture import picture

        emit_bytes(picture(comparison, form), out)  # type: ignore[arg-type]
    elif form == "csv":
        emit(report.as_csv(comparison), out, mark="\ufeff")
    elif form == "table":
        emit(report.text(comparison, console(out)), out)
    else:
        emit((report.as_json if form == "json" else report.as_markdown)(comparison), out)
    if comparison.base.value is None:
        say("The base has no plan: `sprintplan plan` says why.")
        raise typer.Exit(NO_PLAN)
