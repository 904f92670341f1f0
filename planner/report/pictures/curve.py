"""Value and bound over the seconds of a search: how they close on each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from planner.report import words
from planner.report.pictures.drawing import INK, Scale, axes, drawing, finished, written

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 320, 72, 28, 90, 44  # pixels; the last four are margins
VALUE, BOUND = "#2f7d4f", "#5b7083"


@dataclass(frozen=True)
class Step:
    """What was known after so many seconds; None: nothing yet."""

    seconds: float
    value: float | None
    bound: float | None


def text(name: str, steps: Sequence[Step]) -> str:
    """Draw a search; the last step is its end.

    Parameters
    ----------
    name
        Of the scenario.
    """
    values = [(step.seconds, step.value) for step in steps if step.value is not None]
    bounds = [(step.seconds, step.bound) for step in steps if step.bound is not None]
    end = max((step.seconds for step in steps), default=0.0)
    title = f"{words.clean(name) or 'Sprint'}: value and bound"
    root = drawing("curve", WIDTH, HEIGHT, title, _said(values, bounds, end))
    if not values:
        written(root, "name", LEFT, HEIGHT / 2, "No plan was found", INK)
        return finished(root)
    low, end_of_search = min(figure for _, figure in values), (bounds or values)[-1][1]
    room = max(end_of_search - low, abs(end_of_search) / 5, 1)  # a first bound may lie anywhere above
    top = min(max(figure for _, figure in (*bounds, *values)), end_of_search + room)
    across = Scale.over(0, max(end, 0.01), LEFT, WIDTH - RIGHT)
    up = Scale.over(low, top, HEIGHT - BOTTOM, TOP)
    axes(root, across, up, "Seconds")
    _steps(root, "bound", bounds, end, (across, up), BOUND, "bound")
    _steps(root, "value", values, end, (across, up), VALUE, "value")
    return finished(root)


def _said(values: Sequence[tuple[float, float]], bounds: Sequence[tuple[float, float]], end: float) -> str:
    if not values:
        return "No plan was found"
    bound = f", bound {words.number(bounds[-1][1])}" if bounds else ""
    return f"Value {words.number(values[-1][1])}{bound} after {words.number(end)} seconds"


def _steps(
    root: ET.Element,
    kind: str,
    points: Sequence[tuple[float, float]],
    end: float,
    scales: tuple[Scale, Scale],
    stroke: str,
    label: str,
) -> None:
    """A line that keeps its height until the next point; above the picture it runs along its edge."""
    if not points:
        return
    across, up = scales
    places = [(across.at(seconds), up.at(min(figure, up.high))) for seconds, figure in points]
    path = (
        f"M{places[0][0]:g} {places[0][1]:g}" + "".join(f"H{x:g}V{y:g}" for x, y in places[1:]) + f"H{across.at(end):g}"
    )
    ET.SubElement(root, "path", {"class": kind, "d": path, "fill": "none", "stroke": stroke, "stroke-width": "2"})
    y = places[-1][1] + (14 if kind == "value" else -6)
    written(root, "name", across.at(end) + 6, y, f"{label} {words.number(points[-1][1])}", stroke)
