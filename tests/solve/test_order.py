from __future__ import annotations

from planner.solve.order import add_item_finish, add_start_windows, add_task_order
from tests.builders import day, instance, item, pin, scenario
from tests.solve.asking import forbidden_by, item_of, possible, task_of

CHAIN = item("A", work=[("copy", 1), ("copy", 1)], must=True)
WAITING = item("A", work=[("copy", 1, {"wait_days": 0.5}), ("copy", 1)], must=True)


def test_a_task_starts_after_the_one_before_it() -> None:
    given = instance(scenario([CHAIN], sprint_days=1))
    first, second = task_of(given, "A", 0), task_of(given, "A", 1)
    assert forbidden_by(
        add_task_order, given, lambda model, variables: model.add(variables.start[second] < variables.start[first])
    )


def test_a_task_waits_for_the_reply() -> None:
    given = instance(scenario([WAITING], sprint_days=2))
    first, second = task_of(given, "A", 0), task_of(given, "A", 1)

    def apart(ticks: int):  # type: ignore[no-untyped-def]
        return lambda model, variables: model.add(variables.start[second] == variables.finish[first] + ticks)

    assert possible(given, apart(48))
    assert forbidden_by(add_task_order, given, apart(47))


def test_tasks_after_none_come_in_any_order() -> None:
    free = item("A", work=[("copy", 1), ("copy", 1, {"after": []})], must=True)
    given = instance(scenario([free], sprint_days=1))
    first, second = task_of(given, "A", 0), task_of(given, "A", 1)
    assert possible(given, lambda model, variables: model.add(variables.start[second] < variables.start[first]))


def test_an_item_is_finished_with_its_last_task_waits_included() -> None:
    printed = item("A", work=[("copy", 1, {"wait_days": 0.5}), ("copy", 1, {"after": []})], must=True)
    given = instance(scenario([printed], sprint_days=1))
    index, first = item_of(given, "A"), task_of(given, "A", 0)
    assert forbidden_by(
        add_item_finish,
        given,
        lambda model, variables: model.add(variables.item_finish[index] < variables.finish[first] + 48),
    )


def test_an_item_pinned_to_a_day_starts_on_it() -> None:
    """Two tasks that may both be first, so that the pin is the item's, not a task's."""
    free = item("A", work=[("copy", 1), ("copy", 1, {"after": []})])
    given = instance(scenario([free], sprint_days=3, pins=[pin("A", start=day(1))]))
    first, second = task_of(given, "A", 0), task_of(given, "A", 1)

    def starts(tick: int):  # type: ignore[no-untyped-def]
        def twist(model, variables):  # type: ignore[no-untyped-def]
            model.add(variables.start[first] == tick)
            model.add(variables.start[second] == tick + 16)

        return twist

    assert possible(given, starts(96))
    assert possible(given, starts(191))
    assert not possible(given, starts(95))
    assert forbidden_by(add_start_windows, given, starts(192))


def test_a_task_pinned_to_a_day_starts_on_it_and_may_end_on_the_next() -> None:
    given = instance(scenario([item("A", effort=6)], sprint_days=3, pins=[pin("A", task=1, start=day(1))]))
    task = task_of(given, "A")

    def starts(tick: int) -> bool:
        return possible(given, lambda model, variables: model.add(variables.start[task] == tick))

    assert [starts(tick) for tick in (95, 96, 191, 192)] == [False, True, True, False]
