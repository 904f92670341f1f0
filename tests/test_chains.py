"""Long chains and what an item unlocks."""

from __future__ import annotations

from fractions import Fraction

from models.item import Item
from planner.chains import criticality, unlocks
from planner.graph import ItemGraph
from planner.work import open_items
from tests.builders import item, scenario


def graph(*items: Item, **fields: object) -> ItemGraph:
    given_ = scenario(items, **fields)
    return ItemGraph.of(given_, open_items(given_))


def on(name: str, *before: object, **fields: object) -> Item:
    return item(name, effort=1, depends_on=before, **fields)


CHAIN = (on("A"), on("B", {"item": "A", "lag_days": 0.5}), on("C", "B"), on("D"))
LENGTHS = {"A": 10, "B": 20, "C": 30, "D": 40}


def test_criticality_is_the_longest_chain_through_an_item() -> None:
    own = graph(*CHAIN, on("E", "A"))
    assert criticality(own, LENGTHS | {"E": 100}) == {
        "A": 10 + 100,  # over E; over B and C it is 10 + 48 + 20 + 30 = 108
        "B": 108,
        "C": 108,
        "D": 40,
        "E": 110,
    }


def test_criticality_of_items_that_never_enter() -> None:
    own = graph(on("A", "X"), on("B", "A"), on("C"))
    assert criticality(own, {"A": 1, "B": 2, "C": 4}) == {"A": 3, "B": 3, "C": 4}


def test_an_item_unlocks_its_descendants() -> None:
    own = graph(on("A"), on("B", "A"), on("C", "B"), on("D", "A", "E"), on("E"))
    values = {name: Fraction(number) for number, name in enumerate("ABCDE", 1)}
    found = unlocks(own, values, "AECD")
    assert found["A"].items == ("B", "C", "D")
    assert found["A"].value == 2 + 3 + 4
    assert found["E"].items == ("D",)
    assert found["C"].items == ()
    assert found["D"].value == 0
