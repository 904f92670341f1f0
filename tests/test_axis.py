"""A specialist's own axis against a plain list of the ticks when they are there."""

from __future__ import annotations

from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from planner.axis import Axis


def _presence(cuts: list[int], offset: int) -> list[tuple[int, int]]:
    """Alternate absence and presence, each at least one tick long."""
    ends = [offset]
    for cut in cuts:
        ends.append(ends[-1] + cut)
    return list(zip(ends[0::2], ends[1::2], strict=False))


presences = st.builds(_presence, st.lists(st.integers(1, 5), min_size=2, max_size=9), st.integers(0, 4))


@given(presences)
def test_the_axis_is_the_list_of_ticks_there(presence: list[tuple[int, int]]) -> None:
    axis = Axis.of(presence)
    there = [tick for start, end in presence for tick in range(start, end)]
    assert axis.length == len(there)
    for own, tick in enumerate(there):
        assert axis.start_tick(own) == tick
        assert axis.finish_tick(own + 1) == tick + 1
    for tick in range(presence[-1][1] + 5):
        assert axis.before(tick) == bisect_left(there, tick)


@given(presences)
def test_a_start_comes_after_the_pause_and_a_finish_before_it(presence: list[tuple[int, int]]) -> None:
    axis = Axis.of(presence)
    passed = 0
    for own, away in axis.pauses:
        passed += away
        assert axis.start_tick(own) == own + passed
        if own:
            assert axis.finish_tick(own) == own + passed - away
    assert all(0 <= own < axis.length for own, _ in axis.pauses)


def test_pauses_by_hand() -> None:
    axis = Axis.of([(10, 20), (30, 35)])
    assert axis.length == 15
    assert axis.pauses == ((0, 10), (10, 10))
    assert (axis.start_tick(10), axis.finish_tick(10)) == (30, 20)
    assert [axis.before(tick) for tick in (0, 10, 15, 20, 25, 30, 33, 35, 99)] == [0, 0, 5, 10, 10, 10, 13, 15, 15]


def test_nobody_is_ever_there() -> None:
    axis = Axis.of([])
    assert (axis.length, axis.pauses) == (0, ())
    assert axis.before(50) == 0
