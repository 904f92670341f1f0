"""What all pictures are drawn with: SVG, so that they can be turned into pixels and stand in a page.

Colours are written on every shape, so that a picture looks right anywhere; a page overrules them by class (dark mode).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from xml.etree import ElementTree as ET

LETTER = 6.6  # about the width of a letter of the labels, in pixels
INK, FAINT, LINE, AWAY, PAPER, LATE = "#1b1b1b", "#5b6570", "#d5dae0", "#e9ecf0", "#ffffff", "#b3261e"
FONT = "system-ui, 'Segoe UI', 'Liberation Sans', Arial, sans-serif"


def drawing(kind: str, width: float, height: float, title: str, said: str) -> ET.Element:
    """Begin a picture, with a title and a description for who cannot see it."""
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": f"picture {kind}",
            "role": "img",
            "viewBox": f"0 0 {width:g} {height:g}",
            "width": f"{width:g}",
            "height": f"{height:g}",
            "font-family": FONT,
            "font-size": "12",
        },
    )
    ET.SubElement(root, "title").text = title
    ET.SubElement(root, "desc").text = said
    box(root, "paper", 0, 0, width, height, PAPER)
    return root


def finished(root: ET.Element) -> str:
    """Write a picture; every text in it is escaped."""
    return ET.tostring(root, encoding="unicode") + "\n"


@dataclass(frozen=True)
class Scale:
    """The way from figures to pixels along one side, with the round figures to write there."""

    low: float
    high: float
    start: float
    end: float
    marks: tuple[float, ...]

    @classmethod
    def over(cls, low: float, high: float, start: float, end: float) -> Scale:
        """Lay a scale over figures so that it begins and ends at round ones."""
        step = _step(high - low)
        first, last = math.floor(low / step), math.ceil(high / step)
        last = max(last, first + 1)
        marks = tuple(round(count * step, 10) for count in range(first, last + 1))
        return cls(marks[0], marks[-1], start, end, marks)

    def at(self, figure: float) -> float:
        """Pixel of a figure."""
        part = (figure - self.low) / (self.high - self.low)
        return round(self.start + part * (self.end - self.start), 2)


def _step(span: float) -> float:
    """1, 2 or 5 times a power of ten, so that about five marks fit."""
    if span < 1e-6:  # all figures alike
        return 1
    power = 10.0 ** math.floor(math.log10(span / 5))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= span / 5 * 0.999)


def cut(label: str, width: float) -> str:
    """As much of a label as fits; nothing of one that would be a sign or two."""
    signs = int(width // LETTER)
    if len(label) <= signs:
        return label
    return label[: signs - 1] + "…" if signs > 2 else ""


def box(parent: ET.Element, kind: str, x: float, y: float, width: float, height: float, fill: str) -> ET.Element:
    """Draw a rectangle."""
    place = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:g}", "height": f"{height:g}"}
    return ET.SubElement(parent, "rect", {"class": kind, **place, "fill": fill})


def line(
    parent: ET.Element, kind: str, ends: tuple[float, float, float, float], width: float, stroke: str = LINE
) -> None:
    """Draw a line from (x1, y1) to (x2, y2)."""
    place = dict(zip(("x1", "y1", "x2", "y2"), (f"{end:g}" for end in ends), strict=True))
    ET.SubElement(parent, "line", {"class": kind, **place, "stroke": stroke, "stroke-width": f"{width:g}"})


def shape(parent: ET.Element, path: str, fill: str, kind: str = "mark") -> None:
    """Draw a filled path."""
    ET.SubElement(parent, "path", {"class": kind, "d": path, "fill": fill})


def written(parent: ET.Element, kind: str, x: float, y: float, said: str, fill: str) -> None:
    """Write a text from here to the right; nothing where there is none."""
    if said:
        ET.SubElement(parent, "text", {"class": kind, "x": f"{x:g}", "y": f"{y:g}", "fill": fill}).text = said


def axes(root: ET.Element, across: Scale, up: Scale, below: str) -> None:
    """Draw a grid with its round figures, and say what runs across."""
    for mark in across.marks:
        x, figure = across.at(mark), f"{mark:g}"
        line(root, "grid", (x, up.start, x, up.end), 1)
        written(root, "day", x - LETTER * len(figure) / 2, up.start + 18, figure, FAINT)
    for mark in up.marks:
        y, figure = up.at(mark), f"{mark:g}"
        line(root, "grid", (across.start, y, across.end, y), 1)
        written(root, "day", across.start - 8 - LETTER * len(figure), y + 4, figure, FAINT)
    middle = (across.start + across.end - LETTER * len(below)) / 2
    written(root, "name", middle, up.start + 38, below, INK)
