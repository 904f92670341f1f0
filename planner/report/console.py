"""What a console prints, as a text: without blanks at line ends, and without signs it cannot show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.rule import Rule
    from rich.table import Table
    from rich.text import Text

GOOD, WARN, BAD, FAINT = "green", "yellow", "bold red", "bright_black"
_PLAIN = str.maketrans({"–": "-", "—": "-", "·": "-", "■": "*", "…": ".", "→": ">", "×": "x", "\u00a0": " "})


def printed(console: Console, parts: Iterable[RenderableType]) -> str:
    """Render with the console's width, colours and signs."""
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    text = "\n".join(line.rstrip() for line in capture.get().split("\n"))
    if console.options.ascii_only:
        return text.translate(_PLAIN).encode("ascii", "replace").decode("ascii")
    return text


def section(name: str) -> Rule:
    """Head a section."""
    from rich.rule import Rule
    from rich.text import Text

    return Rule(Text(name, "bold"), align="left", style=FAINT)


def pairs(rows: Iterable[tuple[str, RenderableType]]) -> Table:
    """Set labels beside what they stand for."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style=FAINT, min_width=7, no_wrap=True)
    grid.add_column()
    for label, text in rows:
        grid.add_row(label, text)
    return grid


def bullet(text: Text) -> Table:
    """One point of a list; its further lines are indented."""
    from rich.table import Table
    from rich.text import Text

    row = Table.grid(padding=(0, 1))
    row.add_row(Text("·", FAINT), text)
    return row
