"""Open work: guesses, remaining effort, references, readiness (docs/semantics.md, "Items")."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.item import Item
from planner.errors import InputError
from planner.work import (
    OpenItem,
    done_ids,
    estimates,
    missing_readiness,
    open_items,
    task_index,
    ticks,
)
from tests.builders import item, milestone, scenario, task


def opened(*items: Item, **fields: object) -> dict[str, OpenItem]:
    return {entry.item.id: entry for entry in open_items(scenario(items, **fields))}


def one(entry: Item) -> OpenItem:
    return opened(entry)[entry.id]


# -- what is open ----------------------------------------------------------------------------------------------


def test_done_items_are_not_open_and_need_not_be_in_the_backlog() -> None:
    given_ = scenario([item("A", status="done"), item("B"), item("C")], done=["C", "Z"])
    assert done_ids(given_) == {"A", "C", "Z"}
    assert [entry.item.id for entry in open_items(given_)] == ["B"]


def test_open_items_stand_in_the_order_of_the_file() -> None:
    assert list(opened(item("Z"), item("A"), item("M"))) == ["Z", "A", "M"]


def test_milestones_have_no_tasks() -> None:
    for entry in (milestone("M"), item("M", work=[])):
        assert one(entry).milestone
        assert one(entry).tasks == ()
        assert not one(entry).guessed
        assert one(entry).total_effort == 0


def test_an_item_without_any_work_written_is_no_milestone() -> None:
    assert not one(item("A")).milestone
    assert one(item("A")).guessed


def test_the_short_form_is_one_task() -> None:
    (only,) = one(item("A", effort=2.5, skill="seo")).tasks
    assert (only.key, only.position, only.skill, only.effort) == ("1", 1, "seo", Fraction(5, 2))


def test_efforts_are_kept_to_a_hundredth_half_up() -> None:
    assert one(item("A", effort=0.125)).total_effort == Fraction(13, 100)
    assert one(item("A", effort=0.005)).total_effort == Fraction(1, 100)
    assert one(item("A", effort=0.004)).total_effort == 0
    assert one(item("A", effort=1.115)).total_effort == Fraction(112, 100)  # in binary it is a little less


@pytest.mark.parametrize(
    ("days", "expected"), [(0, 0), (1, 96), (0.5, 48), (0.005, 0), (0.0052084, 1), (2.3, 221), (3650, 350400)]
)
def test_waits_and_lags_in_ticks_half_up(days: float, expected: int) -> None:
    assert ticks(days) == expected


# -- guesses ---------------------------------------------------------------------------------------------------


def test_a_guess_is_the_median_of_its_type() -> None:
    backlog = [
        item("A", type="x", effort=4),
        item("B", type="x", effort=10),
        item("C", type="x", effort=5),
        item("D", type="y", effort=100),
        item("E", type="x"),
    ]
    assert opened(*backlog)["E"].total_effort == 5
    assert opened(*backlog)["E"].guessed
    assert not opened(*backlog)["A"].guessed


def test_an_even_count_takes_the_mean_of_the_middle_two_half_up() -> None:
    backlog = [item("A", effort=1), item("B", effort=1.01), item("C"), item("D", effort=0.5), item("E", effort=9)]
    assert opened(*backlog)["C"].total_effort == Fraction("1.01")  # 1.005 rounded half up


def test_done_items_count_for_the_median_and_milestones_do_not() -> None:
    backlog = [item("A", effort=8, status="done"), milestone("M"), item("N", work=[]), item("B")]
    assert opened(*backlog)["B"].total_effort == 8


def test_without_an_estimate_of_its_type_all_items_count() -> None:
    backlog = [item("A", type="x", effort=3), item("B", type="y"), item("C"), item("D", effort=7), item("E", effort=4)]
    assert opened(*backlog)["B"].total_effort == 4
    assert opened(*backlog)["C"].total_effort == 4


def test_an_item_without_a_type_gets_the_median_of_all_not_of_the_untyped() -> None:
    backlog = [item("A", type="x", effort=3), item("B", type="x", effort=5), item("C", effort=100), item("D")]
    assert opened(*backlog)["D"].total_effort == 5


def test_with_no_estimate_anywhere_six_hours_or_one_point() -> None:
    assert opened(item("A"))["A"].total_effort == 6
    points = scenario([item("A")], unit="points", team_velocity=20)
    assert open_items(points)[0].total_effort == 1


def test_each_task_without_effort_gets_its_part_of_the_median() -> None:
    backlog = [item("A", effort=10), item("B", work=[("x", None), ("y", 4), ("z", None)])]
    guessed = opened(*backlog)["B"]
    assert [part.effort for part in guessed.tasks] == [Fraction("3.33"), 4, Fraction("3.33")]
    assert guessed.guessed
    assert guessed.total_effort == Fraction("10.66")


def test_partly_estimated_items_do_not_count_for_the_median() -> None:
    backlog = [item("A", work=[("x", 90), ("y", None)]), item("B", effort=2), item("C")]
    assert opened(*backlog)["C"].total_effort == 2


def test_an_effort_of_zero_is_an_estimate() -> None:
    backlog = [item("A", effort=0), item("B")]
    assert not opened(*backlog)["A"].guessed
    assert opened(*backlog)["B"].total_effort == 0


def test_estimates_know_done_items_too() -> None:
    given_ = scenario([item("A", effort=3, status="done"), item("B")])
    assert {name: estimate.total for name, estimate in estimates(given_).items()} == {"A": 3, "B": 3}


# -- order and references --------------------------------------------------------------------------------------


def test_a_task_comes_after_the_one_before_unless_said() -> None:
    parts = one(item("A", work=[("x", 1), ("y", 1), ("z", 1, {"after": []}), ("w", 1, {"after": [1, 2]})])).tasks
    assert [part.after for part in parts] == [(), (0,), (), (0, 1)]


def test_references_are_ids_or_positions() -> None:
    work = [
        ("x", 1, {"id": "draft"}),
        ("y", 1, {"id": "7"}),
        ("z", 1, {"after": ["draft", "7", 1], "not_by": "2", "same_as": ["draft"]}),
    ]
    last = one(item("A", work=work)).tasks[2]
    assert last.after == (0, 1)
    assert last.not_by == (1,)  # "2" is no task's id here, so a position
    assert last.same_as == (0,)


def test_an_id_goes_before_a_position() -> None:
    entry = item("A", work=[("x", 1), ("y", 1, {"id": "1", "after": []})])
    with pytest.raises(InputError, match="two of its tasks are called '1'"):
        one(entry)
    entry = item("A", work=[("x", 1, {"id": "2"}), ("y", 1, {"id": "b"}), ("z", 1, {"after": ["2"]})])
    assert one(entry).tasks[2].after == (0,)
    assert task_index(entry, 2) == 1
    assert task_index(entry, "2") == 0


@pytest.mark.parametrize("ref", [3, "draft", "0", "٣", "-1", "1.0"])
def test_an_unknown_task_is_refused_with_what_there_is(ref: int | str) -> None:
    entry = item("A", work=[("x", 1, {"id": "first"}), ("y", 1)])
    with pytest.raises(InputError, match=r"item A: there is no task .*Use first or a position from 1 to 2"):
        task_index(entry, ref)
    for key in ("after", "not_by", "same_as"):
        with pytest.raises(InputError, match=r"item A: there is no task"):
            one(item("A", work=[("x", 1), ("y", 1, {key: [ref]})]))


def test_a_milestone_has_no_task_to_name() -> None:
    with pytest.raises(InputError, match="It has no tasks"):
        task_index(milestone("M"), 1)


def test_a_circle_of_tasks_is_shown_as_its_path() -> None:
    work = [("x", 1, {"id": "a"}), ("y", 1, {"id": "b", "after": ["d"]}), ("z", 1), ("w", 1, {"id": "d"})]
    with pytest.raises(InputError, match=r"wait for each other: b → d → 3 → b"):
        one(item("A", work=work))
    with pytest.raises(InputError, match=r"1 → 1"):
        one(item("A", work=[("x", 1, {"after": [1]})]))


def test_a_done_item_s_tasks_are_not_looked_at() -> None:
    assert opened(item("A", status="done", work=[("x", 1, {"after": [1]})]), item("B")).keys() == {"B"}


# -- in progress -----------------------------------------------------------------------------------------------


def _left(entry: Item) -> dict[str, Fraction]:
    return {part.key: part.effort for part in one(entry).tasks}


def started(remaining: float | None, *work: tuple[object, ...]) -> Item:
    return item("A", status="in-progress", remaining=remaining, work=work)


def test_what_remains_lies_at_the_end() -> None:
    work = [("x", 4), ("y", 3), ("z", 2)]
    assert _left(started(4, *work)) == {"2": 2, "3": 2}
    assert _left(started(5, *work)) == {"2": 3, "3": 2}
    assert _left(started(9, *work)) == {"1": 4, "2": 3, "3": 2}
    assert _left(started(None, *work)) == {"1": 4, "2": 3, "3": 2}


def test_what_remains_goes_along_the_order_of_work_not_of_the_list() -> None:
    work = [("x", 4, {"after": [3]}), ("y", 3, {"after": []}), ("z", 2, {"after": [2]})]
    assert _left(started(5, *work)) == {"1": 4, "3": 1}


def test_among_free_tasks_the_lowest_position_comes_first() -> None:
    work = [("x", 4, {"after": []}), ("y", 3, {"after": []}), ("z", 2, {"after": []})]
    assert _left(started(4, *work)) == {"2": 2, "3": 2}


def test_a_surplus_goes_to_the_first_task_of_the_order() -> None:
    assert _left(started(10, ("x", 4, {"after": [2]}), ("y", 3, {"after": []}))) == {"1": 4, "2": 6}


def test_the_last_task_stays_even_with_nothing_left() -> None:
    assert _left(started(0, ("x", 4), ("y", 3))) == {"2": 0}
    assert _left(started(0, ("x", 4), ("y", 0))) == {"2": 0}


def test_a_task_of_no_effort_before_what_remains_is_finished() -> None:
    assert _left(started(3, ("x", 4), ("y", 0), ("z", 3))) == {"3": 3}
    assert _left(started(4, ("x", 4), ("y", 0), ("z", 3))) == {"1": 1, "2": 0, "3": 3}


def test_references_to_finished_tasks_ask_nothing() -> None:
    work = [
        ("x", 4, {"id": "a"}),
        ("y", 3, {"not_by": "a", "same_as": "a"}),
        ("z", 2, {"not_by": [1, 2], "same_as": 2}),
    ]
    left = one(started(5, *work)).tasks
    assert [part.key for part in left] == ["2", "3"]
    assert [part.position for part in left] == [2, 3]
    assert (left[0].after, left[0].not_by, left[0].same_as) == ((), (), ())
    assert (left[1].after, left[1].not_by, left[1].same_as) == ((0,), (0,), (0,))


def test_what_comes_before_over_a_finished_task_is_finished_too() -> None:
    work = [("a", 1), ("b", 1), ("c", 1, {"after": [1]}), ("d", 1, {"after": [2, 3]})]
    for remaining in (1, 2, 3):
        left = one(started(remaining, *work)).tasks
        assert len(left) == remaining
        for index, part in enumerate(left):
            assert set(part.after) <= set(range(index))


def test_total_effort_ignores_what_remains() -> None:
    assert one(started(2, ("x", 4), ("y", 3))).total_effort == 7
    assert one(started(2, ("x", 4), ("y", 3))).remaining_effort == 2


def test_remaining_of_a_guessed_item() -> None:
    backlog = [item("A", effort=8), item("B", status="in-progress", remaining=3)]
    assert opened(*backlog)["B"].total_effort == 8
    assert opened(*backlog)["B"].remaining_effort == 3
    assert opened(*backlog)["B"].guessed


@given(
    efforts=st.lists(st.integers(0, 9), min_size=1, max_size=6),
    edges=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8),
    remaining=st.integers(0, 60),
)
def test_what_remains_is_all_there_and_finished_tasks_are_a_beginning(
    efforts: list[int], edges: list[tuple[int, int]], remaining: int
) -> None:
    count = len(efforts)
    after = [sorted({a + 1 for a, b in edges if b == index and a < index}) for index in range(count)]
    work = [("x", effort, {"after": before}) for effort, before in zip(efforts, after, strict=True)]
    left = one(started(remaining, *work))
    assert left.remaining_effort == remaining
    kept = {part.position for part in left.tasks}
    assert kept
    for index in range(count):
        if any(before in kept for before in after[index]):
            assert index + 1 in kept  # nothing is finished before what it comes after


# -- readiness -------------------------------------------------------------------------------------------------


def test_an_item_is_ready_when_it_fills_every_field_in_use() -> None:
    given_ = scenario(
        [
            item("A", objective="leads", owner="Ana"),
            item("B", objective="leads"),
            item("C", ready=True),
            item("D", ready=False, objective="leads", owner="Ana"),
            item("E", ready=False),
        ]
    )
    assert missing_readiness(given_) == {"B": ("owner",), "D": ("ready",), "E": ("objective", "owner")}


def test_where_no_field_is_in_use_everything_is_ready() -> None:
    assert missing_readiness(scenario([item("A"), milestone("M")])) == {}


def test_done_items_set_the_fields_in_use_too() -> None:
    given_ = scenario([item("A", status="done", acceptance=["works"]), item("B")])
    assert missing_readiness(given_) == {"B": ("acceptance",)}


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_blank_text_fills_nothing(blank: str) -> None:
    given_ = scenario([item("A", objective="leads"), item("B", objective=blank)])
    assert missing_readiness(given_) == {"B": ("objective",)}
    given_ = scenario([item("A", acceptance=["works"]), item("B", acceptance=[blank])])
    assert missing_readiness(given_) == {"B": ("acceptance",)}


def test_building_a_task_by_itself() -> None:
    assert one(item("A", work=[task("x", 1, wait_days=0.5)])).tasks[0].wait_ticks == 48
