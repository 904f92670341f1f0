"""Dependencies of the open items: circles, unknown and done ones, alternatives (design.md section 4, "Item")."""

from __future__ import annotations

from fractions import Fraction

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.item import Item
from planner.errors import InputError
from planner.graph import ItemGraph
from planner.work import open_items
from tests.builders import item, milestone, pin, scenario


def graph(*items: Item, **fields: object) -> ItemGraph:
    given_ = scenario(items, **fields)
    return ItemGraph.of(given_, open_items(given_))


def on(name: str, *before: object, **fields: object) -> Item:
    return item(name, effort=1, depends_on=before, **fields)


def one_of(name: str, *before: object, **fields: object) -> Item:
    return item(name, effort=1, any_of=before, **fields)


# -- circles ---------------------------------------------------------------------------------------------------


def test_a_circle_is_shown_as_its_path() -> None:
    with pytest.raises(InputError, match=r"wait for each other: A → B → C → A"):
        graph(on("A", "B"), on("B", "C"), on("C", "A"), on("D", "A"), on("E"))


def test_an_item_that_depends_on_itself() -> None:
    with pytest.raises(InputError, match=r"it depends on itself"):
        graph(on("A", "A"))


def test_a_circle_through_any_of_only_if_every_alternative_is_on_it() -> None:
    with pytest.raises(InputError, match=r"A → B → A"):
        graph(one_of("A", "B"), on("B", "A"))
    with pytest.raises(InputError, match=r"→"):
        graph(one_of("A", "B", "C"), on("B", "A"), on("C", "A"))
    assert graph(one_of("A", "B", "C"), on("B", "A"), on("C")).order == ("C", "A", "B")


def test_an_unknown_alternative_may_still_be_delivered_so_it_breaks_a_circle() -> None:
    own = graph(one_of("A", "B", "X"), on("B", "A"))
    assert set(own.blocked) == {"A", "B"}


def test_items_in_progress_and_done_ones_break_a_circle() -> None:
    assert graph(on("A", "B", status="in-progress"), on("B", "A")).order == ("A", "B")
    assert graph(on("A", "B", status="done"), on("B", "A")).order == ("B",)
    assert graph(on("A", "B"), on("B", "A"), done=["A"]).order == ("B",)


def test_milestones_may_not_wait_for_each_other_either() -> None:
    with pytest.raises(InputError, match=r"M → N → M"):
        graph(milestone("M", depends_on=["N"]), milestone("N", depends_on=["M"]))


# -- what binds ------------------------------------------------------------------------------------------------


def test_done_prerequisites_hold() -> None:
    own = graph(on("A", "D", "Z", "B"), on("B"), on("D", status="done"), done=["Z"])
    assert own.requires["A"] == (("B", 0),)
    assert own.blocked == {}


def test_lags_in_ticks_and_of_two_the_longer() -> None:
    own = graph(on("A", {"item": "B", "lag_days": 0.5}, "B", {"item": "B", "lag_days": 2}), on("B"))
    assert own.requires["A"] == (("B", 192),)


def test_a_lag_after_a_done_item_is_over() -> None:
    assert graph(on("A", {"item": "B", "lag_days": 5}), done=["B"]).requires["A"] == ()


def test_of_one_alternative_named_twice_the_shorter_lag_is_enough() -> None:
    own = graph(one_of("A", {"item": "B", "lag_days": 2}, {"item": "B", "lag_days": 1}, "C"), on("B"), on("C"))
    assert own.any_of["A"] == (("B", 96), ("C", 0))


def test_a_done_alternative_is_enough_for_all() -> None:
    own = graph(one_of("A", "B", "D"), on("B"), on("D", status="done"))
    assert own.any_of["A"] is None
    assert own.requires["A"] == ()


def test_an_empty_any_of_asks_nothing() -> None:
    assert graph(one_of("A")).any_of["A"] is None


def test_a_single_alternative_is_required() -> None:
    own = graph(one_of("A", {"item": "B", "lag_days": 1}), on("B"))
    assert own.any_of["A"] is None
    assert own.requires["A"] == (("B", 96),)


def test_a_single_possible_alternative_is_required() -> None:
    own = graph(one_of("A", "B", "C", "X"), on("B"), on("C", "Y"))
    assert own.any_of["A"] is None
    assert own.requires["A"] == (("B", 0),)


def test_an_alternative_that_needs_the_item_itself_cannot_help() -> None:
    own = graph(one_of("A", "B", "C", "D"), on("B", "A"), on("C"), on("D"))
    assert own.any_of["A"] == (("C", 0), ("D", 0))


def test_an_item_in_progress_asks_nothing() -> None:
    own = graph(on("A", "B", "X", any_of=["Y"], status="in-progress"), on("B"))
    assert own.requires["A"] == ()
    assert own.any_of["A"] is None
    assert own.blocked == {}


# -- unknown ones ----------------------------------------------------------------------------------------------


def test_an_unknown_dependency_keeps_the_item_out_and_says_how_to_mend_it() -> None:
    own = graph(on("A", "mkt 9"), on("MKT-9"), on("B", "A"), on("C"))
    assert set(own.blocked) == {"A", "B"}
    assert "mkt 9, which is not in the backlog (but MKT-9 is)" in own.blocked["A"]
    assert "unknown_dependency: ignore" in own.blocked["A"]
    assert own.blocked["B"] == "It depends on A, which cannot be in the plan."
    assert own.order[-2:] == ("A", "B")


def test_an_unknown_alternative_keeps_nothing_out_while_another_is_left() -> None:
    own = graph(one_of("A", "X", "B", "C"), on("B"), on("C"))
    assert own.blocked == {}
    assert own.any_of["A"] == (("B", 0), ("C", 0))
    assert set(graph(one_of("A", "X"), on("B")).blocked) == {"A"}


def test_unknown_ones_ignored() -> None:
    own = graph(on("A", "X", any_of=["Y"]), one_of("B", "Y", "C", "D"), on("C"), on("D"), unknown_dependency="ignore")
    assert own.blocked == {}
    assert own.requires["A"] == ()
    assert own.any_of["A"] is None
    assert own.any_of["B"] == (("C", 0), ("D", 0))


@pytest.mark.parametrize("key", ["depends_on", "any_of"])
def test_unknown_ones_refused(key: str) -> None:
    with pytest.raises(InputError, match=r"item A: it depends on 'MKT-8'.*Did you mean 'MKT-9'"):
        graph(item("A", effort=1, **{key: ["MKT-8"]}), on("MKT-9"), unknown_dependency="error")


def test_unknown_ones_of_items_that_ask_nothing_are_not_refused() -> None:
    asks_nothing = [on("A", "X", status="in-progress"), on("B", "X", status="done"), one_of("C", "X", "B")]
    assert set(graph(*asks_nothing, unknown_dependency="error").order) == {"A", "C"}


def test_pinned_out_ones_keep_their_followers_out() -> None:
    own = graph(on("A"), on("B", "A"), one_of("C", "A", "B"), one_of("D", "A", "E"), on("E"), pins=[pin("A", out=True)])
    assert own.pinned_out == {"A"}
    assert set(own.blocked) == {"B", "C"}
    assert own.requires["D"] == (("E", 0),)


# -- shape -----------------------------------------------------------------------------------------------------


def test_arcs_that_follow_from_others_are_left_out() -> None:
    own = graph(on("A"), on("B", "A"), on("C", "A", "B"), on("D", "A", "C", {"item": "B", "lag_days": 1}))
    assert own.requires["C"] == (("B", 0),)
    assert own.requires["D"] == (("B", 96), ("C", 0))


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_the_reduction_is_networkx_s_where_there_are_no_lags(arcs: set[tuple[int, int]]) -> None:
    forward = sorted({(min(arc), max(arc)) for arc in arcs if arc[0] != arc[1]})
    own = graph(*(on(f"N{b}", *(f"N{a}" for a, other in forward if other == b)) for b in range(8)))
    full: nx.DiGraph[str] = nx.DiGraph()
    full.add_nodes_from(f"N{number}" for number in range(8))
    full.add_edges_from((f"N{a}", f"N{b}") for a, b in forward)
    assert set(own.digraph.edges) == set(nx.transitive_reduction(full).edges)
    assert list(own.order) == list(nx.lexicographical_topological_sort(full))


def test_the_order_puts_prerequisites_first_then_ids() -> None:
    assert graph(on("C"), on("A", "C"), on("B")).order == ("B", "C", "A")


def test_the_order_of_the_file_does_not_matter() -> None:
    items = [on("A", "B", "C"), on("B"), one_of("C", "B", "D"), on("D", "X"), one_of("E", "C", "A")]
    assert graph(*items) == graph(*reversed(items))


def test_milestones_that_could_hold_one_another_up() -> None:
    items = [milestone("M", any_of=["N", "A"]), milestone("N", any_of=["M", "A"]), on("A")]
    assert graph(*items).loops == (("M", "N"),)
    lagged = [milestone("M", any_of=[{"item": "N", "lag_days": 1}, "A"]), *items[1:]]
    assert graph(*lagged).loops == ()
    assert graph(milestone("M", depends_on=["A"]), on("A")).loops == ()


def test_dependency_load() -> None:
    assert graph().dependency_load == 0
    assert graph(on("A"), on("B", "A"), on("C", "X"), one_of("D", "A", "B")).dependency_load == Fraction(2, 4)
