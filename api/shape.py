"""What commands have in common: examples in their help, the console they print for, where output goes."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 100  # where no terminal says how wide it is
Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to this file instead of the terminal.")
]

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file, YAML or JSON.")]
Seed = Annotated[int | None, typer.Option(min=0, max=2**31 - 1, metavar="N", help="Random seed of the search.")]


def form_option(formats: Collection[str], thing: str) -> Any:
    """Make the option of the form that something is written in; another form than these is refused."""

    def check(name: str | None) -> str | None:
        if name is not None and name not in formats:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(formats)}")
        return name

    return typer.Option(
        "--format",
        "-f",
        metavar="|".join(formats),
        callback=check,
        autocompletion=lambda: list(formats),
        help=f"Form of the {thing}. Default: what the ending of --out says, else table.",
        show_default=False,
    )


def examples(*commands: str) -> str:
    """Show how a command is called, a line each."""
    return "\n".join(["[bold]Examples[/bold]", *commands])


def console(out: Path | None = None) -> Console:
    """Console to lay text out for: as wide as the terminal it goes to."""
    import io

    from rich.console import Console

    if out is not None:
        return Console(file=io.StringIO(), width=WIDTH)
    return Console() if sys.stdout.isatty() else Console(width=WIDTH)
