"""Orders, circles and shortcuts, against brute force."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import ordering
from planner.ordering import arrivals, circle, needs, reduced

Asks = dict[str, list[str]]
Options = dict[str, list[str] | None]

NAMES = "abcdefg"
names = st.sampled_from(NAMES)
asks = st.fixed_dictionaries({name: st.lists(names, max_size=3, unique=True) for name in NAMES})
options = st.fixed_dictionaries(
    {name: st.none() | st.lists(names, min_size=1, max_size=3, unique=True) for name in NAMES}
)


def _reachable(requires: Asks, any_of: Options) -> set[str]:
    """Add whoever can come, until nobody can any more."""
    found: set[str] = set()
    while True:
        more = {
            name
            for name in requires
            if name not in found
            and found.issuperset(requires[name])
            and (any_of[name] is None or found.intersection(any_of[name] or ()))
        }
        if not more:
            return found
        found |= more


@given(asks, options)
def test_arrivals_are_the_least_set_that_carries_itself_in_order(requires: Asks, any_of: Options) -> None:
    order = arrivals(requires, any_of)
    assert len(set(order)) == len(order)
    assert set(order) == _reachable(requires, any_of)
    for place, name in enumerate(order):
        before = set(order[:place])
        assert before.issuperset(requires[name])
        assert any_of[name] is None or before.intersection(any_of[name] or ())


@given(asks, options)
def test_what_never_arrives_is_shown_as_a_circle(requires: Asks, any_of: Options) -> None:
    stuck = set(requires) - set(arrivals(requires, any_of))
    if not stuck:
        return
    shown = circle({name: requires[name] for name in stuck}, {name: any_of[name] for name in stuck})
    assert shown[0] == shown[-1] == min(shown)
    assert len(set(shown)) == len(shown) - 1
    for name, before in itertools.pairwise(shown):
        assert before in requires[name] or before in (any_of[name] or ())


def test_the_lowest_id_comes_first_and_all_alternatives_where_possible() -> None:
    assert arrivals({"a": [], "b": [], "c": []}, dict.fromkeys("abc")) == ["a", "b", "c"]
    assert arrivals({"a": ["c"], "b": [], "c": []}, dict.fromkeys("abc")) == ["b", "c", "a"]
    assert arrivals({"a": [], "b": [], "c": [], "z": ["c"]}, {"a": ["b", "z"], "b": None, "c": None, "z": None}) == [
        "b",
        "c",
        "z",
        "a",
    ]


def test_alternatives_that_wait_for_each_other() -> None:
    # a can come once c has; b and a wait for each other only through the choice.
    assert arrivals({"a": [], "b": ["a"], "c": []}, {"a": ["b", "c"], "b": None, "c": None}) == ["c", "a", "b"]
    assert arrivals({"a": [], "b": ["a"]}, {"a": ["b"], "b": None}) == []


@given(st.sets(st.tuples(names, names), max_size=14), names, names)
def test_needs_is_reachability(arcs: set[tuple[str, str]], one: str, other: str) -> None:
    requires = {name: sorted(a for a, b in arcs if b == name and a < name) for name in NAMES}
    position = {name: index for index, name in enumerate(NAMES)}
    seen = {one}
    while more := {before for name in seen for before in requires[name]} - seen:
        seen |= more
    assert needs(one, other, requires, position) == (other in seen)


def _longest(requires: dict[str, tuple[tuple[str, int], ...]]) -> dict[tuple[str, str], int]:
    """Longest lag between any two items that a path joins."""
    longest: dict[tuple[str, str], int] = {}
    for name in sorted(requires):
        for before, lag in requires[name]:
            longest[before, name] = max(longest.get((before, name), 0), lag)
            for (first, middle), earlier in list(longest.items()):
                if middle == before:
                    longest[first, name] = max(longest.get((first, name), 0), earlier + lag)
    return longest


@given(st.dictionaries(st.tuples(names, names), st.integers(0, 3), max_size=18))
def test_reduction_keeps_every_longest_lag_and_no_arc_that_follows(arcs: dict[tuple[str, str], int]) -> None:
    requires = {
        name: tuple((before, lag) for (before, after), lag in sorted(arcs.items()) if after == name and before < name)
        for name in NAMES
    }
    kept = reduced(requires, NAMES)
    longest = _longest(requires)
    assert _longest(kept) == longest
    for name, links in kept.items():
        for arc in links:
            without = kept | {name: tuple(other for other in links if other != arc)}
            assert _longest(without) != longest


def test_without_lags_the_reduction_is_the_transitive_one() -> None:
    chain = {name: tuple((before, 0) for before in NAMES[:index]) for index, name in enumerate(NAMES)}
    assert reduced(chain, NAMES) == {
        name: ((NAMES[index - 1], 0),) if index else () for index, name in enumerate(NAMES)
    }


def test_beyond_its_budget_the_reduction_leaves_arcs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    names_ = [f"n{number:03}" for number in range(60)]
    full = {name: tuple((before, 0) for before in names_[:index]) for index, name in enumerate(names_)}
    monkeypatch.setattr(ordering, "REDUCTION_STEPS", 500)
    kept = reduced(full, names_)
    reach: dict[str, set[str]] = {}
    for name in names_:
        reach[name] = {before for before, _ in kept[name]}.union(*(reach[before] for before, _ in kept[name]))
    assert all(reach[name] == set(names_[:index]) for index, name in enumerate(names_))
    assert sum(map(len, kept.values())) > len(names_) - 1


def test_a_chain_of_a_hundred_thousand_is_no_matter_of_depth() -> None:
    long = [f"n{number:06}" for number in range(100_000)]
    requires = {name: [long[index - 1]] if index else [] for index, name in enumerate(long)}
    assert arrivals(requires, dict.fromkeys(long)) == long
    requires[long[0]] = [long[-1]]
    assert arrivals(requires, dict.fromkeys(long)) == []
    assert len(circle(requires, dict.fromkeys(long))) == 100_001
