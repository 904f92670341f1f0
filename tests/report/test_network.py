from __future__ import annotations

from xml.etree import ElementTree as ET

from benchmarks.generator import generate
from planner.report.network import Node, network
from planner.report.pictures import dependencies
from tests.builders import item, milestone, scenario, specialist
from tests.report.sample import plan, sprint

SVG = "{http://www.w3.org/2000/svg}"
CHAINS = scenario(
    [
        item("A", value=1, effort=6),
        item("B", value=1, effort=12, depends_on=["A"]),
        item("C", value=1, effort=3, depends_on=["A"]),
        milestone("D", value=1, depends_on=["B"], any_of=["C", "E"]),
        item("E", value=1, effort=3),
        item("X", value=1, work=[("copy", 3, {"wait_days": 2}), ("copy", 3, {"after": []})]),
        item("Y", value=1, effort=6, depends_on=["X"]),
        item("Z", value=1, effort=6),
        item("DONE", status="done"),
        item("AFTER", value=1, effort=6, depends_on=["DONE"]),
    ],
    [specialist("Ana", "copy", hours=6)],
)


def nodes() -> dict[str, Node]:
    return dict(network(CHAINS, None).by_id())


def test_items_stand_behind_all_they_wait_for_and_those_alone_are_counted() -> None:
    found = network(CHAINS, None)
    assert {node.id: node.layer for node in found.nodes} == {"A": 0, "E": 0, "B": 1, "C": 1, "D": 2, "X": 0, "Y": 1}
    assert found.alone == 2  # Z, and what only waited for something done


def test_the_longest_chain_is_marked_and_measured_in_days() -> None:
    found = nodes()
    assert {name for name, node in found.items() if node.critical} == {"X", "Y"}
    assert found["X"].days == 3.5  # half a day and two of waiting, then one; the second task lies beside the first
    assert found["B"].days == 3
    assert found["C"].days == 1.5


def test_alternatives_are_told_from_what_is_all_needed() -> None:
    node = nodes()["D"]
    assert (node.before, node.alternatives) == (("B",), ("C", "E"))
    root = ET.fromstring(dependencies.text(None, CHAINS))
    arcs = [path for path in root.iter(f"{SVG}path") if path.get("class", "").startswith("arc")]
    assert len(arcs) == 6
    assert sum(path.get("stroke-dasharray") is not None for path in arcs) == 2


def test_groups_lie_together_and_nobody_on_top_of_another() -> None:
    given = generate(items=80, specialists=8, seed=3, demand=2.0)
    found = network(given, None)
    places = [(node.layer, node.place) for node in found.nodes]
    assert len(set(places)) == len(places)
    by_layer: dict[int, list[float]] = {}
    for layer, place in sorted(places):
        assert all(place - other >= 1 for other in by_layer.get(layer, []))
        by_layer.setdefault(layer, []).append(place)
    at = found.by_id()
    for node in found.nodes:
        assert all(at[before].layer < node.layer for before in node.before)
    assert network(given, None) == found


def test_what_is_in_the_plan_is_filled() -> None:
    root = ET.fromstring(dependencies.text(plan(), sprint()))
    boxes = {group.get("data-item"): group.find(f"{SVG}rect") for group in root.iter(f"{SVG}g")}
    assert {name: None if box is None else box.get("class") for name, box in boxes.items()} == {
        "MKT-1": "in",
        "MKT-10": "in",
    }


def test_without_dependencies_the_picture_says_so() -> None:
    alone = scenario([item("A", value=1, effort=3)])
    assert "Nothing waits for anything" in dependencies.text(None, alone)
