"""Value against effort: what is cheap and worth much stands top left; what is in the plan is filled."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from models.plan import Plan
from models.scenario import Scenario
from planner.report import words
from planner.report.figures import Quadrants, Worth, quadrants
from planner.report.gantt import short_ids
from planner.report.pictures.drawing import FAINT, INK, LETTER, PAPER, Scale, axes, drawing, finished, line, written

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 860, 520, 64, 28, 20, 48  # pixels; the last four are margins
IN, OUT = "#2f6fb3", "#8a939c"
CORNERS = ("Quick wins", "Big bets", "Fill-ins", "Think twice")
MOST_LABELS = 60


def text(plan: Plan, scenario: Scenario) -> str:
    """Draw all open items; the lines in the middle are the medians."""
    found = quadrants(plan, scenario)
    unit = "h" if plan.unit == "hours" else "points"
    inside = sum(item.inside for item in found.items)
    name = words.clean(plan.scenario) or "Sprint"
    said = f"{words.counted(len(found.items), 'item')} by value and effort, {inside} of them in the plan (filled)"
    root = drawing("quadrant", WIDTH, HEIGHT, f"{name}: value against effort", said)
    across = Scale.over(0, max((item.effort for item in found.items), default=1), LEFT, WIDTH - RIGHT)
    up = Scale.over(0, max((item.value for item in found.items), default=1), HEIGHT - BOTTOM, TOP)
    axes(root, across, up, f"Effort ({unit})")
    written(root, "name", 8, TOP - 12, "Value", INK)
    _middle(root, found, across, up)
    for item in sorted(found.items, key=lambda item: item.inside):
        _point(root, item, across, up)
    _labels(root, found, across, up)
    return finished(root)


def _middle(root: ET.Element, found: Quadrants, across: Scale, up: Scale) -> None:
    x, y = across.at(found.effort), up.at(found.value)
    line(root, "middle", (x, TOP, x, HEIGHT - BOTTOM), 1.5, FAINT)
    line(root, "middle", (LEFT, y, WIDTH - RIGHT, y), 1.5, FAINT)
    right = WIDTH - RIGHT - 6
    ends = [right - LETTER * len(corner) for corner in CORNERS]
    for corner, (left, top) in zip(
        CORNERS,
        ((LEFT + 6, TOP + 16), (ends[1], TOP + 16), (LEFT + 6, HEIGHT - BOTTOM - 8), (ends[3], HEIGHT - BOTTOM - 8)),
        strict=True,
    ):
        written(root, "corner", left, top, corner, FAINT)


def _point(root: ET.Element, item: Worth, across: Scale, up: Scale) -> None:
    group = ET.SubElement(
        root, "g", {"class": "point in" if item.inside else "point out", "data-item": words.clean(item.id)}
    )
    title = f"{words.clean(item.id)} {words.clean(item.title)}".rstrip()
    figures = f"value {words.number(item.value)}, effort {words.number(item.effort)}"
    ET.SubElement(group, "title").text = f"{title}: {figures}; {words.clean(item.why)}"
    place = {"cx": f"{across.at(item.effort):g}", "cy": f"{up.at(item.value):g}", "r": "5.5"}
    fill = IN if item.inside else PAPER
    ET.SubElement(group, "circle", place | {"fill": fill, "stroke": IN if item.inside else OUT, "stroke-width": "1.5"})


def _labels(root: ET.Element, found: Quadrants, across: Scale, up: Scale) -> None:
    """Name the points, the most valuable first, as far as names do not lie on each other."""
    names = short_ids([item.id for item in found.items])
    taken: list[tuple[float, float, float, float]] = []
    for item in sorted(found.items, key=lambda item: (not item.inside, -item.value, item.id))[:MOST_LABELS]:
        x, y = across.at(item.effort) + 9, up.at(item.value) + 4
        place = (x, y - 11, x + LETTER * len(names[item.id]), y + 2)
        if place[2] <= WIDTH - RIGHT and not any(_overlap(place, other) for other in taken):
            taken.append(place)
            written(root, "day", x, y, names[item.id], INK if item.inside else FAINT)


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
