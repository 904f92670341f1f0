"""Windows, long chains and what an item unlocks."""

from __future__ import annotations

import itertools
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from models.item import Item
from planner.chains import Window, criticality, unlocks, windows
from planner.graph import ItemGraph
from planner.work import open_items
from tests.builders import item, pin, scenario


def graph(*items: Item, **fields: object) -> ItemGraph:
    given_ = scenario(items, **fields)
    return ItemGraph.of(given_, open_items(given_))


def on(name: str, *before: object, **fields: object) -> Item:
    return item(name, effort=1, depends_on=before, **fields)


CHAIN = (on("A"), on("B", {"item": "A", "lag_days": 0.5}), on("C", "B"), on("D"))
LENGTHS = {"A": 10, "B": 20, "C": 30, "D": 40}


def test_windows_go_forward_along_the_chain() -> None:
    found = windows(graph(*CHAIN), LENGTHS, {"A": 5}, {"D": 50}, 200)
    assert found["A"] == Window(5, 15, 190, 200)
    assert found["B"] == Window(63, 83, 180, 200)
    assert found["C"] == Window(83, 113, 170, 200)
    assert found["D"] == Window(0, 40, 10, 50)


def test_only_must_dos_bound_what_comes_before_them() -> None:
    found = windows(graph(*CHAIN), LENGTHS, {}, {"C": 150}, 200, must=["C"])
    assert found["C"].latest_start == 120
    assert found["B"].latest_finish == 120
    assert found["A"].latest_finish == 120 - 20 - 48
    assert found["D"].latest_finish == 200


def test_the_earliest_alternative_counts() -> None:
    own = graph(on("A"), on("B"), item("C", effort=1, any_of=["B", {"item": "A", "lag_days": 1}]))
    assert windows(own, {"A": 10, "B": 200, "C": 1}, {}, {}, 480)["C"].earliest_start == 106


def test_a_window_without_room_shows() -> None:
    found = windows(graph(*CHAIN), LENGTHS, {}, {"C": 90}, 200)
    assert found["C"].earliest_start > found["C"].latest_start


def test_what_can_never_enter_has_no_window() -> None:
    own = graph(on("A", "X"), on("B"), on("C"), pins=[pin("B", out=True)])
    assert windows(own, dict.fromkeys("ABC", 1), {}, {}, 96).keys() == {"C"}


@given(
    arcs=st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 3)), st.sampled_from([0, 1 / 96, 2 / 96]), max_size=4
    ),
    lengths=st.lists(st.integers(1, 3), min_size=4, max_size=4),
    release=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    deadline=st.lists(st.integers(5, 9), min_size=4, max_size=4),
    options=st.lists(st.integers(0, 2), max_size=2, unique=True),
)
def test_no_feasible_times_lie_outside_the_windows(
    arcs: dict[tuple[int, int], float],
    lengths: list[int],
    release: list[int],
    deadline: list[int],
    options: list[int],
) -> None:
    """All start times of four items, tried one by one."""
    forward = {(a, b): round(96 * lag) for (a, b), lag in arcs.items() if a < b}
    items = [
        item(
            f"N{b}",
            effort=1,
            depends_on=[
                {"item": f"N{a}", "lag_days": round(lag / 96, 6)} for (a, other), lag in forward.items() if other == b
            ],
            any_of=[f"N{a}" for a in options] if b == 3 else (),
        )
        for b in range(4)
    ]
    horizon = 8
    found = windows(
        graph(*items),
        {f"N{n}": lengths[n] for n in range(4)},
        {f"N{n}": release[n] for n in range(4)},
        {f"N{n}": deadline[n] for n in range(4)},
        horizon,
        must=["N3"],
    )
    for starts in itertools.product(range(horizon), repeat=4):
        ends = [start + length for start, length in zip(starts, lengths, strict=True)]
        fits = (
            all(starts[n] >= release[n] and ends[n] <= min(deadline[n], horizon) for n in range(4))
            and all(starts[b] >= ends[a] + lag for (a, b), lag in forward.items())
            and (not options or any(starts[3] >= ends[a] for a in options))
        )
        if fits:
            for n in range(4):
                window = found[f"N{n}"]
                assert window.earliest_start <= starts[n] <= window.latest_start
                assert window.earliest_finish <= ends[n] <= window.latest_finish


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
