from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.instance import Choice
from planner.solve.energy import add_energy, least_inside, windows
from tests.builders import instance, item, scenario, specialist
from tests.solve.asking import FAMILIES, possible

SPAN = 60


def choice(earliest: int, duration: int, latest: int) -> Choice:
    return Choice(specialist=0, duration=duration, cost=0, earliest=earliest, latest=latest)


CHOICES = st.builds(
    lambda earliest, duration, slack: choice(earliest, duration, earliest + duration + slack),
    *(st.integers(0, SPAN), st.integers(1, 12), st.integers(0, 20)),
)


@st.composite
def placed(draw: st.DrawFn) -> tuple[list[Choice], list[int]]:
    """Draw tasks that somebody does one after the other inside their windows, and others that they do not do."""
    choices: list[Choice] = []
    tick = 0
    for _ in range(draw(st.integers(0, 6))):
        tick += draw(st.integers(0, 5))
        duration = draw(st.integers(1, 12))
        earliest = max(0, tick - draw(st.integers(0, 15)))
        choices.append(choice(earliest, duration, tick + duration + draw(st.integers(0, 15))))
        tick += duration
    done = len(choices)
    choices += draw(st.lists(CHOICES, max_size=4))
    order = draw(st.permutations(range(len(choices))))
    return [choices[index] for index in order], [place for place, index in enumerate(order) if index < done]


@given(placed())
def test_no_row_cuts_off_what_can_be_done(drawn: tuple[list[Choice], list[int]]) -> None:
    choices, done = drawn
    for terms, length in windows(choices):
        assert sum(ticks for index, ticks in terms if index in done) <= length


@given(CHOICES, st.integers(0, SPAN), st.integers(1, SPAN))
def test_least_inside_is_the_smallest_overlap_of_all_placements(one: Choice, start: int, length: int) -> None:
    overlaps = [
        max(0, min(begin + one.duration, start + length) - max(begin, start))
        for begin in range(one.earliest, one.latest - one.duration + 1)
    ]
    assert max(0, least_inside(one, start, start + length)) == min(overlaps)


def test_two_tasks_that_each_fill_the_window() -> None:
    ((terms, length),) = windows([choice(0, 10, 15), choice(0, 10, 15)])
    assert (terms, length) == (((0, 10), (1, 10)), 15)
    assert windows([choice(0, 7, 15), choice(0, 8, 15)]) == []


def test_the_rows_alone_refuse_what_cannot_be_done_in_time() -> None:
    """Nothing but the rows looks at time here: who is free when is left out."""
    backlog = [item(name, effort=4, deadline="2027-03-01", must=True) for name in "AB"]
    given_instance = instance(scenario(backlog, [specialist("Ana")], sprint_days=2))
    others = tuple(family for family in FAMILIES if family.__name__ in ("add_one_at_a_time", "add_team_clock"))
    assert not possible(given_instance, without=others)
    assert possible(given_instance, without=(*others, add_energy))
