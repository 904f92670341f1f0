"""The README's picture: a real plan as the terminal shows it, drawn as SVG.

``python -m benchmarks.picture [SCENARIO] [SVG]``
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

import planner
from planner.intake.scenario_file import load_scenario
from planner.report import table

WIDTH = 110
ROOT = Path(__file__).resolve().parent.parent
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def draw(scenario: Path, target: Path) -> None:
    """Plan a scenario and draw the plan."""
    loaded = load_scenario(scenario).scenario
    terminal = Console(width=WIDTH, force_terminal=True, color_system="truecolor", no_color=False)
    printed = table.text(loaded, planner.plan(loaded), terminal)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        paper = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True, color_system="truecolor")
        paper.print(Text.from_ansi(f"$ sprintplan plan {scenario.relative_to(ROOT)}\n\n{printed}"))
        drawn = _with_fonts_of_the_reader(paper.export_svg(title="sprintplan", theme=DIMMED_MONOKAI))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(drawn, encoding="utf-8")


def _with_fonts_of_the_reader(svg: str) -> str:
    """Load no font: a picture in a page must not fetch anything from elsewhere."""
    without = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return without.replace("Fira Code, monospace", FONTS)


if __name__ == "__main__":
    arguments = [Path(argument).resolve() for argument in sys.argv[1:]]
    defaults = [ROOT / "scenarios/marketing/scenario.yaml", ROOT / "docs/images/plan.svg"]
    draw(*[*arguments, *defaults[len(arguments) :]])
