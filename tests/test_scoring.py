"""What items are worth, each scheme by values worked out by hand (docs/semantics.md, "Value")."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.item import Item
from planner.scoring import LARGEST_SUM, Scale, Scores, integer_scale, named, raw_values, word_factors
from planner.work import open_items
from tests.builders import item, milestone, scenario


def scored(*items: Item, **policy: object) -> Scores:
    given_ = scenario(items, **policy)
    return raw_values(given_, open_items(given_))


def value(entry: Item, **policy: object) -> Fraction:
    return scored(entry, **policy).values[entry.id]


# -- each scheme -----------------------------------------------------------------------------------------------


def test_value_is_the_number_given_exactly() -> None:
    assert value(item("A", value=0.1)) == Fraction(1, 10)
    assert value(item("A", value=1e9)) == 10**9


def test_weighted_is_the_sum_of_weighted_scores_over_the_scale() -> None:
    scores = {"business": 8, "customer": 5, "urgency": 3, "risk": 2, "complexity": 4, "own": 1}
    entry = item("A", scores=scores)
    # (3×8 + 2×5 + 1×3 - 2×2 - 0.5×4 + 1×1) / 10
    weights = {"business": 3, "customer": 2, "risk": 2, "complexity": 0.5}
    assert value(entry, score="weighted", weights=weights) == Fraction(32, 10)
    assert value(entry, score="weighted", weights=weights, scale=5) == Fraction(32, 5)
    assert value(entry) == Fraction(8 + 5 + 3 - 2 - 4 + 1, 10)


def test_weighted_never_falls_below_zero() -> None:
    assert value(item("A", scores={"risk": 9, "business": 1})) == 0


def test_a_weight_of_zero_takes_a_score_out() -> None:
    assert value(item("A", scores={"business": 4, "risk": 3}), weights={"risk": 0}) == Fraction(4, 10)


def test_wsjf_gives_its_cost_of_delay_and_shows_the_ratio() -> None:
    entry = item("A", effort=4, scores={"business": 8, "time_criticality": 5, "risk_reduction": 1, "customer": 9})
    found = scored(entry, score="wsjf")
    assert found.values["A"] == 14
    assert found.ratio["A"] == Fraction(14, 4)


def test_wsjf_needs_one_of_its_three() -> None:
    assert value(item("A", scores={"time_criticality": 5}), score="wsjf") == 5
    found = scored(item("A", scores={"customer": 5}), score="wsjf")
    assert found.values["A"] == 0
    assert any("none of the scores business, time_criticality and risk_reduction" in note for note in found.notes)


@pytest.mark.parametrize(
    ("confidence", "expected"), [(0.8, "160"), (80, "160"), (1, "200"), (100, "200"), (1.5, "3"), (0, "0")]
)
def test_rice_takes_a_confidence_above_1_for_a_percentage(confidence: float, expected: str) -> None:
    entry = item("A", scores={"reach": 100, "impact": 2, "confidence": confidence})
    assert value(entry, score="rice") == Fraction(expected)


@pytest.mark.parametrize("missing", ["reach", "impact", "confidence"])
def test_rice_needs_all_three(missing: str) -> None:
    scores = {"reach": 100, "impact": 2, "confidence": 0.5}
    del scores[missing]
    found = scored(item("A", scores=scores), score="rice")
    assert found.values["A"] == 0
    assert any("not all of the scores reach, impact and confidence" in note for note in found.notes)


def test_ice_is_impact_times_confidence_as_scored() -> None:
    assert value(item("A", scores={"impact": 7, "confidence": 8, "ease": 3}), score="ice") == 56
    assert value(item("A", scores={"impact": 7}), score="ice") == 0


@pytest.mark.parametrize(
    ("word", "factor"),
    [
        ("blocker", 16),
        ("Critical", 8),
        ("HIGHEST", 8),
        ("urgent", 8),
        ("High", 4),
        ("major", 4),
        ("Medium", 2),
        ("low", 1),
        ("minor", 1),
        ("Lowest", 0.5),
        ("trivial", 0.5),
    ],
)
def test_a_priority_word_is_a_factor_of_the_effort(word: str, factor: float) -> None:
    assert value(item("A", effort=3, priority=word)) == 3 * Fraction(factor)


@pytest.mark.parametrize(
    ("word", "factor"), [("must", 8), ("Should", 4), ("could", 2), ("won't", 0), ("Won’t", 0), ("WON'T", 0)]
)
def test_a_moscow_word_is_a_factor_of_the_effort(word: str, factor: int) -> None:
    found = scored(item("A", effort=2.5, priority=word), score="moscow")
    assert found.values["A"] == Fraction(5, 2) * factor
    assert found.notes == ()


def test_own_words_replace_and_add() -> None:
    policy = {"priorities": {"high": 5, "P1": 7}}
    assert value(item("A", effort=1, priority="HIGH"), **policy) == 5
    assert value(item("A", effort=1, priority="p1"), **policy) == 7
    assert value(item("A", effort=1, priority="low"), **policy) == 1
    factors = word_factors(scenario([], moscow={"Won’t": 0.5}).policy, "moscow")
    assert factors["won't"] == Fraction(1, 2)


def test_words_weigh_the_total_effort_not_what_remains() -> None:
    entry = item("A", effort=8, priority="high", status="in-progress", remaining=1)
    assert value(entry) == 32


def test_words_weigh_a_guessed_effort() -> None:
    found = scored(item("A", effort=3, priority="low"), item("B", priority="high"))
    assert found.values["B"] == 12


def test_backlog_order_falls_from_2_to_1_over_the_open_items() -> None:
    found = scored(item("A", effort=1), item("X", effort=9, status="done"), item("B", effort=4), item("C", effort=5))
    assert found.scheme == "order"
    assert found.values == {"A": 2, "X": 0, "B": 6, "C": 5}
    assert "THE ORDER OF THE BACKLOG COUNTS AS VALUE" in found.notes[0]


def test_a_single_item_in_backlog_order_counts_double() -> None:
    assert value(item("A", effort=3)) == 6


# -- which scheme ----------------------------------------------------------------------------------------------


def test_the_first_of_value_scores_priority_order_that_the_backlog_has() -> None:
    plain, words = item("A", effort=1), item("B", effort=1, priority="high")
    scores, given_value = item("C", effort=1, scores={"business": 5}), item("D", effort=1, value=3)
    assert scored(plain).scheme == "order"
    assert scored(plain, words).scheme == "priority"
    assert scored(plain, words, scores).scheme == "weighted"
    assert scored(plain, words, scores, given_value).scheme == "value"
    assert scored(plain, words, scores, given_value, score="wsjf").scheme == "wsjf"


def test_a_value_of_zero_is_a_value() -> None:
    assert scored(item("A", effort=1, value=0), item("B", effort=1)).scheme == "value"


def test_a_done_item_s_value_counts_for_the_choice() -> None:
    assert scored(item("A", effort=1, value=5, status="done"), item("B", effort=1)).scheme == "value"


# -- notes -----------------------------------------------------------------------------------------------------


def test_items_without_a_value_count_0_and_are_named() -> None:
    found = scored(item("A", value=5), item("B"), item("C", status="done"), milestone("M"))
    assert found.values["B"] == 0
    assert "1 item has no `value` (score: value) and counts 0: B." in found.notes
    many = scored(item("A", value=5), *(item(f"B{number}") for number in range(7)))
    assert "7 items have no `value` (score: value) and count 0: B0, B1, B2, B3, B4 and 2 more." in many.notes


def test_an_unknown_word_is_named_with_the_known_ones() -> None:
    found = scored(item("A", effort=1, priority="asap"), item("B", effort=1, priority="high"), item("C", effort=1))
    assert found.values["A"] == 0
    assert any("'asap' (A) is unknown" in note and "blocker" in note for note in found.notes)
    assert any("1 item has no `priority`" in note and note.endswith(": C.") for note in found.notes)


def test_a_weight_that_nothing_is_scored_by_is_pointed_out() -> None:
    found = scored(item("A", scores={"business": 1}), weights={"busines": 2, "business": 1})
    assert any("busines," in note for note in found.notes)


def test_guesses_are_named() -> None:
    found = scored(item("A", value=5), item("B", value=5, effort=3))
    assert any("1 item without a full estimate" in note and note.endswith(": A.") for note in found.notes)


def test_ratio_is_value_per_effort_and_none_without_effort() -> None:
    found = scored(item("A", value=5, effort=2), item("B", value=5, effort=0), milestone("M", value=1))
    assert found.ratio == {"A": Fraction(5, 2), "B": None, "M": None}


def test_naming_a_few() -> None:
    assert named(["A"]) == "A"
    assert named(list("ABCDE")) == "A, B, C, D, E"
    assert named(list("ABCDEF")) == "A, B, C, D, E and 1 more"


# -- integers --------------------------------------------------------------------------------------------------


def test_the_smallest_scale_on_which_all_are_whole() -> None:
    assert integer_scale([Fraction(1, 2), Fraction(1, 3)]).factor == 6
    assert integer_scale([Fraction(20), Fraction(50)]).factor == Fraction(1, 10)
    assert integer_scale([]).factor == 1
    assert integer_scale([Fraction(0)]).exact


def test_rounding_half_up_on_both_sides_of_zero() -> None:
    scale = Scale(Fraction(1), exact=False)
    assert [scale.to_int(Fraction(n, 2)) for n in (-3, -1, 0, 1, 3)] == [-1, 0, 0, 1, 2]


@given(st.lists(st.fractions(0, 10**6, max_denominator=1000), max_size=30))
def test_an_exact_scale_goes_both_ways(amounts: list[Fraction]) -> None:
    scale = integer_scale(amounts)
    units = [scale.to_int(amount) for amount in amounts]
    assert sum(units) <= LARGEST_SUM + len(units)
    if scale.exact:
        assert [scale.to_value(unit) for unit in units] == amounts
        assert scale.error(10**6) == 0


@given(st.lists(st.floats(1e-9, 1e9), min_size=2, max_size=40))
def test_a_rounded_scale_is_off_by_no_more_than_it_says(numbers: list[float]) -> None:
    amounts = [Fraction(number) for number in numbers]
    scale = integer_scale(amounts)
    off = abs(sum(scale.to_value(scale.to_int(amount)) for amount in amounts) - sum(amounts))
    assert off <= scale.error(len(amounts))
    assert scale.error(len(amounts)) <= sum(amounts) / 2**40
    assert sum(map(scale.to_int, amounts)) <= LARGEST_SUM + len(amounts)


def test_values_that_share_no_fine_scale_keep_their_order_where_a_lead_would_see_it() -> None:
    primes = [Fraction(1000, prime) for prime in (7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53)]
    scale = integer_scale(primes)
    assert not scale.exact
    assert sorted(primes, key=scale.to_int) == sorted(primes)


def test_a_larger_sum_than_every_amount_once_can_be_asked_for() -> None:
    fine = integer_scale([Fraction(1, 3**20)], largest_sum=Fraction(10**9))
    assert not fine.exact
    assert fine.to_int(Fraction(10**9)) <= LARGEST_SUM
