"""The dependency graph: an item stands right of all that it waits for; the longest chain is marked."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from models.plan import Plan
from models.scenario import Scenario
from planner.report import words
from planner.report.network import Node, network
from planner.report.pictures.drawing import (
    AWAY,
    FAINT,
    INK,
    LATE,
    PAPER,
    box,
    cut,
    drawing,
    finished,
    shape,
    written,
)

WIDTH, HEIGHT, ACROSS, DOWN, EDGE = 172, 38, 64, 12, 12  # pixels of a box, between columns and rows, and around all
IN = "#dcebdf"


def text(plan: Plan | None, scenario: Scenario) -> str:
    """Draw all items that wait or are waited for; without a plan nothing is filled."""
    found = network(scenario, plan)
    columns = max((node.layer for node in found.nodes), default=0) + 1
    rows = max((node.place for node in found.nodes), default=0) + 1
    width = 2 * EDGE + columns * WIDTH + (columns - 1) * ACROSS
    height = 2 * EDGE + rows * HEIGHT + (rows - 1) * DOWN
    alone = f", {words.counted(found.alone, 'more item')} that nothing waits for" if found.alone else ""
    said = f"{words.counted(len(found.nodes), 'item')} in {words.counted(columns, 'layer')}{alone}"
    name = words.clean(scenario.name if plan is None else plan.scenario)
    title = f"{name or 'Sprint'}: what waits for what"
    root = drawing("dependencies", width, height, title, said)
    if not found.nodes:
        written(root, "name", EDGE, EDGE + 24, "Nothing waits for anything", INK)
    nodes = found.by_id()
    ordinary = [
        (nodes[name], node, node.alternatives) for node in found.nodes for name in (*node.before, *node.alternatives)
    ]
    for first, then, alternatives in sorted(ordinary, key=lambda arc: arc[0].critical and arc[1].critical):
        _arrow(root, first, then, dashed=first.id in alternatives)
    for node in found.nodes:
        _box(root, node)
    return finished(root)


def _at(node: Node) -> tuple[float, float]:
    return EDGE + node.layer * (WIDTH + ACROSS), EDGE + node.place * (HEIGHT + DOWN)


def _arrow(root: ET.Element, first: Node, then: Node, *, dashed: bool) -> None:
    """From the right of one box to the left of the other; dashed: one of several is enough."""
    (x1, y1), (x2, y2) = _at(first), _at(then)
    x1, y1, x2, y2 = x1 + WIDTH, y1 + HEIGHT / 2, x2 - 7, y2 + HEIGHT / 2
    critical = first.critical and then.critical and not dashed
    middle = (x1 + x2) / 2 if x2 > x1 else x1 + ACROSS / 2
    kind, stroke = ("arc critical", LATE) if critical else ("arc", FAINT)
    more = {"stroke-dasharray": "5 4"} if dashed else {}
    path = f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"
    look = {"fill": "none", "stroke": stroke, "stroke-width": "2.2" if critical else "1.2"}
    ET.SubElement(root, "path", {"class": kind, "d": path, **look, **more})
    shape(root, f"M{x2 + 7:g} {y2:g} l-8 -4 v8 z", stroke, "head critical" if critical else "head")


def _box(root: ET.Element, node: Node) -> None:
    x, y = _at(node)
    kind = "node critical" if node.critical else "node"
    group = ET.SubElement(root, "g", {"class": kind, "data-item": node.id})
    ET.SubElement(group, "title").text = f"{words.clean(node.id)} {node.title}: {_state(node)}"
    fill, kind = {True: (IN, "in"), False: (AWAY, "out"), None: (PAPER, "open")}[node.inside]
    shape_ = box(group, kind, x, y, WIDTH, HEIGHT, fill)
    shape_.set("rx", "5")
    shape_.set("stroke", LATE if node.critical else FAINT)
    shape_.set("stroke-width", "2" if node.critical else "1")
    written(group, "label", x + 9, y + 16, cut(words.clean(node.id), WIDTH - 16), INK)
    written(group, "sub", x + 9, y + 31, cut(node.title, WIDTH - 14), FAINT)


def _state(node: Node) -> str:
    chain = f"longest chain through it {words.number(node.days)} days"
    if node.inside is None:
        return chain
    return f"{'in the plan' if node.inside else 'left out'}, {chain}"
