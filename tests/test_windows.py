"""Windows never cut off a placement that keeps all rules: every placement of small items is tried."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from models.item import Item
from models.scenario import Pin, Scenario
from models.team import Specialist
from planner.instance import Instance
from tests.builders import day, instance, item, pin, scenario, specialist

# 9.6 hours a day make a tick a tenth of an hour. Five ticks a day are left of Ana's, four of Ben's afternoon.
_LAST = {"from": day(0), "to": day(4)}
ANA = specialist("Ana", "x", {"y": 2}, hours=9.6, busy=[{**_LAST, "hours": 9.1}])
BEN = specialist(
    "Ben",
    "y",
    {"x": 0.5},
    hours=9.6,
    busy=[{**_LAST, "hours": 4.4}],
    time_off=[{"date": day(0), "half": "am"}, {"date": day(1), "half": "am"}],
)
THERE = {"Ana": [*range(5), *range(96, 101)], "Ben": [*range(48, 52), *range(144, 148)]}
LEVEL = {("Ana", "x"): 1.0, ("Ana", "y"): 2.0, ("Ben", "y"): 1.0, ("Ben", "x"): 0.5, ("Ana", None): 1, ("Ben", None): 1}
Way = tuple[str, int, int]  # who, own start, own end


def test_the_brute_force_knows_who_is_there() -> None:
    built = instance(_small([item("A", effort=0.1, skill="x")]))
    for person in built.specialists:
        assert [person.axis.start_tick(own) for own in range(person.axis.length)] == THERE[person.name]


def _small(items: list[Item], team: list[Specialist] | None = None, **fields: object) -> Scenario:
    return scenario(items, team or [ANA, BEN], sprint_days=2, **fields)


def _placements(entry: Item, pins: list[Pin]) -> Iterator[list[Way]]:
    """Every way to do the tasks that keeps release, deadline, order, waits and pins (tasks may overlap)."""
    parts = entry.work or ()
    first = 96 if entry.release == day(1) else 0
    end = 96 if entry.deadline == day(0) else 192
    ways: list[list[Way]] = []
    for place, part in enumerate(parts, 1):
        options = []
        for who, there in THERE.items():
            ticks = max(1, int(round(10 * (part.effort or 0)) / LEVEL[who, part.skill] + 1e-9))
            options += [
                (who, own, own + ticks)
                for own in range(len(there) - ticks + 1)
                if _pinned(place, who, there[own], pins)
            ]
        ways.append(options)
    for chosen in itertools.product(*ways):
        starts = [THERE[who][own] for who, own, _ in chosen]
        ends = [
            THERE[who][stop - 1] + 1 + round(96 * part.wait_days)
            for (who, _, stop), part in zip(chosen, parts, strict=True)
        ]
        ordered = all(
            starts[place] >= ends[int(before) - 1] for place, part in enumerate(parts) for before in part.after or ()
        )
        if ordered and min(starts) >= first and max(ends) <= end and _item_pinned(min(starts), pins):
            yield list(chosen)


def _pinned(place: int, who: str, start: int, pins: list[Pin]) -> bool:
    mine = [one for one in pins if one.task in (None, place)]
    return all(
        one.specialist in (None, who)
        and one.not_specialist != who
        and (one.task is None or one.start is None or one.start == day(start // 96))
        for one in mine
    )


def _item_pinned(start: int, pins: list[Pin]) -> bool:
    return all(one.start == day(start // 96) for one in pins if one.task is None and one.start is not None)


def _assert_inside(built: Instance, chosen: list[Way]) -> None:
    names = [person.name for person in built.specialists]
    finish = 0
    for task, (who, start, stop) in zip(built.tasks, chosen, strict=True):
        (choice,) = [choice for choice in task.choices if choice.specialist == names.index(who)]
        assert choice.duration == stop - start
        assert choice.earliest <= start
        assert stop <= choice.latest
        assert task.earliest <= THERE[who][start]
        assert THERE[who][stop - 1] + 1 <= task.latest
        finish = max(finish, THERE[who][stop - 1] + 1 + task.wait)
    assert built.items[0].earliest_finish <= finish


works = st.lists(
    st.tuples(
        st.sampled_from(["x", "y", None]),
        st.integers(1, 4),
        st.sampled_from([0, 0, 1 / 96, 0.5, 1]),
        st.sets(st.integers(1, 2), max_size=2),
    ),
    min_size=1,
    max_size=3,
)
pin_lists = st.lists(
    st.fixed_dictionaries(
        {"task": st.none() | st.integers(1, 3)},
        optional={
            "start": st.sampled_from([day(0), day(1)]),
            "specialist": st.sampled_from(["Ana", "Ben"]),
            "not_specialist": st.sampled_from(["Ana", "Ben"]),
        },
    ).filter(lambda fields: len(fields) > 1),
    max_size=2,
)


@settings(max_examples=150)
@given(works, st.sampled_from([None, day(1)]), st.sampled_from([None, day(0)]), pin_lists)
def test_every_placement_lies_within_the_windows(
    work: list[tuple[str | None, int, float, set[int]]],
    release: object,
    deadline: object,
    pins: list[dict[str, object]],
) -> None:
    parts = [
        (
            skill,
            ticks / 10,
            {"wait_days": round(wait, 6), "after": sorted(one for one in after if one <= place)},
        )
        for place, (skill, ticks, wait, after) in enumerate(work)
    ]
    entry = item("A", work=parts, release=release, deadline=deadline)
    pinned = [pin("A", **fields) for fields in pins if fields["task"] is None or fields["task"] <= len(work)]
    built = instance(_small([entry], pins=pinned))
    found = False
    for chosen in _placements(entry, pinned):
        found = True
        assert built.items, built.excluded
        _assert_inside(built, chosen)
    if not found and len(work) == 1:
        assert not built.items  # a single task has exact windows


def test_windows_by_hand() -> None:
    entry = item("A", work=[("x", 0.2), ("y", 0.3, {"wait_days": 0.5})], deadline=day(1))
    built = instance(_small([entry], [ANA]))
    first, second = built.tasks
    # Twice as quick at y: 0.3 hours are floor(1.5) = 1 tick. It must be over by tick 144; all of Ana's ticks are.
    assert (second.choices[0].duration, second.choices[0].cost) == (1, 15)
    assert (second.choices[0].earliest, second.choices[0].latest) == (2, 10)
    assert (first.choices[0].earliest, first.choices[0].latest) == (0, 9)
    assert built.items[0].earliest_finish == 3 + 48
    assert (second.earliest, second.latest) == (2, 101)


def test_somebody_too_slow_is_no_choice() -> None:
    built = instance(_small([item("A", work=[("x", 0.5)])]))
    assert [choice.specialist for choice in built.tasks[0].choices] == [0]  # Ben needs 10 ticks and has 8


def test_what_costs_more_than_the_limit_is_no_choice() -> None:
    # Ana has 10 ticks of 0.1 hours; 1.04 hours take floor(10.4) = 10 ticks but cost more than 1 hour.
    assert not instance(_small([item("A", work=[("x", 1.04)])], [ANA])).items
    assert instance(_small([item("A", work=[("x", 1)])], [ANA])).items


def test_waits_are_taken_off_both_ends() -> None:
    day_long = specialist("Ana", "x")
    work = [("x", 1, {"wait_days": 0.5}), ("x", 2, {"wait_days": 0.25})]
    built = instance(scenario([item("A", work=work, deadline=day(1))], [day_long]))
    first, second = built.tasks
    # 16 + 48 + 32 + 24 ticks of the 192 up to the deadline.
    assert (first.earliest, second.earliest, built.items[0].earliest_finish) == (0, 64, 120)
    assert (second.latest, first.latest) == (192 - 24, 192 - 24 - 32 - 48)
    assert (first.choices[0].latest, second.choices[0].latest) == (88, 168)
    assert not instance(scenario([item("A", work=work, deadline=day(0))], [day_long])).items  # 120 ticks, 96 there


def test_a_pinned_start_day_is_a_window_of_its_own() -> None:
    pins = [pin("A", task=2, start=day(1))]
    built = instance(scenario([item("A", work=[("x", 1), ("x", 2)])], [specialist("Ana", "x")], pins=pins))
    first, second = built.tasks
    assert (second.earliest, second.choices[0].latest) == (96, 191 + 32)
    assert first.latest == 191
