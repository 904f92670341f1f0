"""From people's words to integers: what the instance says about limits, items, tasks and rules."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from models.item import Item
from models.scenario import Scenario
from models.team import Specialist
from planner.errors import InputError
from planner.instance import Instance
from planner.instance import Item as InstanceItem
from planner.instance import Task as InstanceTask
from tests.builders import day, instance, item, milestone, pin, scenario, specialist
from tests.strategies import scenarios

ANA = specialist("Ana", "design", {"copy": 0.8})
BEN = specialist("Ben", "legal", "copy", hours=5)


def built(*items: Item, team: list[Specialist] | None = None, **fields: object) -> Instance:
    return instance(scenario(items, team or [ANA, BEN], **fields))


def the(found: Instance, name: str) -> InstanceItem:
    return next(entry for entry in found.items if entry.id == name)


def tasks(found: Instance, name: str) -> list[InstanceTask]:
    return [found.tasks[index] for index in the(found, name).tasks]


def fits(name: str, **fields: object) -> Item:
    return item(name, **{"effort": 2, "skill": "copy", **fields})


# -- specialists -----------------------------------------------------------------------------------------------


def test_limits_are_hours_there_less_the_buffer_half_up() -> None:
    found = built(
        fits("A"), buffer=0.15, team=[ANA, specialist("Ben", hours=5.55, time_off=[{"date": day(1), "half": "am"}])]
    )
    assert [(person.name, person.limit) for person in found.specialists] == [
        ("Ana", 5100),
        ("Ben", 4482),  # 9.5 × 5.55 × 0.85 = 44.81625
    ]
    assert found.capacity == 5100 + 4482


def test_copies_are_people_of_their_own() -> None:
    found = built(fits("A"), team=[specialist("Writer", "copy", count=2)])
    assert [person.name for person in found.specialists] == ["Writer 1", "Writer 2"]
    assert len(tasks(found, "A")[0].choices) == 2


def test_duration_rounds_down_and_cost_half_up() -> None:
    found = built(fits("A", effort=1.07))
    (task,) = tasks(found, "A")
    # Ana: 96 × 1.07 / (6 × 0.8) = 21.4 ticks, 1.07 / 0.8 = 1.3375 hours; Ben: 96 × 1.07 / 5 = 20.544.
    assert [(choice.specialist, choice.duration, choice.cost) for choice in task.choices] == [
        (0, 21, 134),
        (1, 20, 107),
    ]


def test_a_task_takes_a_tick_at_least() -> None:
    found = built(fits("A", effort=0), fits("B", effort=0.01))
    assert {choice.duration for task in found.tasks for choice in task.choices} == {1}
    assert [choice.cost for choice in tasks(found, "A")[0].choices] == [0, 0]


def test_a_task_without_a_skill_can_be_done_by_anyone_at_their_own_pace() -> None:
    (task,) = tasks(built(fits("A", effort=6, skill=None)), "A")
    assert [choice.duration for choice in task.choices] == [96, 115]


def test_points() -> None:
    team = [specialist("Ana", "copy", points_per_sprint=8), specialist("Ben", "copy", points_per_sprint=4)]
    found = instance(
        scenario([fits("A", effort=1)], team, unit="points", holidays={"country": "US"}, company_days=[day(1)])
    )
    assert [person.limit for person in found.specialists] == [720, 360]  # nine days of ten
    assert [choice.duration for choice in tasks(found, "A")[0].choices] == [120, 240]


# -- items -----------------------------------------------------------------------------------------------------


def test_items_stand_in_the_order_of_their_ids() -> None:
    found = built(fits("C"), fits("A"), fits("B", status="done"), milestone("M"))
    assert [entry.id for entry in found.items] == ["A", "C", "M"]
    assert [found.items[task.item].id for task in found.tasks] == ["A", "C"]


def test_the_order_of_the_file_changes_nothing() -> None:
    items = [fits("A", value=3, depends_on=["B"]), fits("B", value=2), fits("C", value=1, any_of=["A", "B"])]
    assert built(*items) == built(*reversed(items))


def test_release_deadline_due() -> None:
    found = the(
        built(fits("A", release=day(2), deadline=day(5), due={"date": day(3), "cost_per_day": 2}, value=1)), "A"
    )
    assert (found.release, found.deadline, found.due_days) == (192, 576, 4)
    assert found.late_cost == 2 * found.value


@pytest.mark.parametrize(("due", "days"), [("2020-01-01", 1), ("2027-02-28", 1), ("2027-03-01", 1), ("2027-03-06", 5)])
def test_a_due_date_before_the_horizon_counts_from_its_first_day(due: str, days: int) -> None:
    assert the(built(fits("A", due=due)), "A").due_days == days


def test_a_due_date_before_a_horizon_that_begins_with_a_holiday() -> None:
    assert the(built(fits("A", due="2020-01-01"), company_days=[day(0)]), "A").due_days == 0


def test_the_deadline_is_never_after_the_sprint() -> None:
    assert the(built(fits("A", deadline="2030-01-01")), "A").deadline == 960


def test_in_progress() -> None:
    entry = fits("A", status="in-progress", remaining=1.5, release=day(3), depends_on=["X"], any_of=["Y"])
    found = the(built(entry), "A")
    assert (found.release, found.requires, found.any_of) == (0, (), None)
    assert (found.effort, found.carried) == (150, 150)
    assert the(built(entry, carry_over="compete"), "A").carried == 0
    assert the(built(fits("A")), "A").carried == 0
    assert the(built(milestone("A", status="in-progress")), "A").carried == 0


def test_dependencies_by_index_with_lags_in_ticks() -> None:
    found = built(fits("A"), fits("B", depends_on=[{"item": "A", "lag_days": 0.5}]), fits("C", any_of=["A", "B"]))
    assert the(found, "B").requires == ((0, 48),)
    assert the(found, "C").any_of == ((0, 0), (1, 0))


def test_must_and_pins_that_put_an_item_in() -> None:
    items = [fits(name) for name in "BCDEF"]
    pins = [pin("B", sprint=1), pin("C", start=day(1)), pin("D", specialist="Ana"), pin("E", task=1, start=day(2))]
    found = built(fits("A", must=True), *items, pins=pins)
    assert [entry.id for entry in found.items if entry.must] == ["A", "B", "C", "E"]


def test_demands_that_no_plan_can_meet() -> None:
    items = [
        fits("A", must=True, skill="video"),
        fits("B", effort=99),
        fits("C", depends_on=["X"]),
        fits("D", skill="video"),
        milestone("M", must=True, release=day(30)),
    ]
    found = built(*items, pins=[pin("B", sprint=1), pin("C", start=day(2))])
    assert found.unmet == (
        ("A", "A must be in the plan"),
        ("B", "B is pinned into sprint 1"),
        ("C", f"C is pinned to start on {day(2)}"),
        ("M", "M must be in the plan"),
    )


def test_a_done_must_asks_nothing() -> None:
    assert built(fits("A", must=True, status="done", skill="video"), fits("B")).unmet == ()


def test_lost_due_cost_of_what_can_never_enter() -> None:
    due = {"date": day(3), "cost_per_day": 2}
    found = built(
        fits("A", skill="video", due=due, value=7), fits("B", due=due, value=1), fits("C", status="done", due=due)
    )
    assert found.scale.to_value(found.lost) == 12  # days 5 to 10


# -- tasks -----------------------------------------------------------------------------------------------------


def test_tasks_refer_to_each_other_by_index() -> None:
    work = [("design", 1, {"id": "a"}), ("copy", 2, {"after": []}), ("legal", 3, {"after": ["a", 2], "not_by": 2})]
    found = built(fits("0"), item("A", work=work))
    first, second, third = tasks(found, "A")
    assert (first.key, second.key, third.key) == ("a", "2", "3")
    assert third.after == (1, 2)
    assert third.not_by == (2,)
    assert second.after == ()
    assert third.effort == 300


def test_pins_on_specialists_hold_for_one_task_or_for_all() -> None:
    work = [("copy", 1), ("copy", 1)]

    def choices(*pins: object) -> list[list[int]]:
        found = built(item("A", work=work), pins=pins)
        return [[choice.specialist for choice in task.choices] for task in tasks(found, "A")]

    assert choices() == [[0, 1], [0, 1]]
    assert choices(pin("A", specialist="Ben")) == [[1], [1]]
    assert choices(pin("A", task=2, specialist="Ben")) == [[0, 1], [1]]
    assert choices(pin("A", task="1", not_specialist="Ben")) == [[0], [0, 1]]


def test_pins_on_a_finished_task_ask_nothing() -> None:
    entry = item("A", work=[("design", 4), ("copy", 2)], status="in-progress", remaining=2)
    found = built(entry, pins=[pin("A", task=1, specialist="Ben"), pin("A", task=1, start=day(5))])
    (task,) = tasks(found, "A")
    assert [choice.specialist for choice in task.choices] == [0, 1]
    assert task.earliest == 0


def test_the_assignee_of_work_in_progress_keeps_what_she_can() -> None:
    work = [("copy", 1), ("legal", 1, {"after": []}), (None, 1, {"after": []})]

    def choices(assignee: str | None, *pins: object, status: str = "in-progress") -> list[list[int]]:
        found = built(item("A", work=work, assignee=assignee, status=status), pins=pins)
        return [[choice.specialist for choice in task.choices] for task in tasks(found, "A")]

    assert choices("Ana") == [[0], [1], [0]]
    assert choices("Ana", pin("A", task=1, not_specialist="Ana")) == [[1], [1], [0]]
    assert choices("Ana", pin("A", task=3, specialist="Ben")) == [[0], [1], [1]]
    assert choices("Cleo") == [[0, 1], [1], [0, 1]]
    assert choices(None) == [[0, 1], [1], [0, 1]]
    assert choices("Ana", status="todo") == [[0, 1], [1], [0, 1]]


def test_a_copy_is_the_assignee_only_by_its_own_name() -> None:
    team = [specialist("Writer", "copy", count=2)]

    def choices(assignee: str) -> list[int]:
        found = built(fits("A", assignee=assignee, status="in-progress"), team=team)
        return [choice.specialist for choice in found.tasks[0].choices]

    assert choices("Writer") == [0, 1]
    assert choices("Writer 2") == [1]


def test_a_todo_item_prefers_its_assignee() -> None:
    work = [("copy", 1), ("legal", 1)]
    assert [task.preferred for task in tasks(built(item("A", work=work, assignee="Ana")), "A")] == [0, None]
    started = item("A", work=work, assignee="Ana", status="in-progress")
    assert [task.preferred for task in tasks(built(started), "A")] == [None, None]


def test_a_pinned_start_day_bounds_the_task() -> None:
    (task,) = tasks(built(fits("A", effort=12, skill="design"), pins=[pin("A", start=day(2))]), "A")
    assert task.earliest == 192
    assert task.choices[0].latest == 192 + 95 + 192


def test_a_pinned_start_of_an_item_with_two_beginnings_bounds_the_item() -> None:
    entry = item("A", work=[("design", 6), ("copy", 1, {"after": []})])
    found = built(entry, pins=[pin("A", start=day(2))])
    assert the(found, "A").start_window == (192, 287)
    assert [task.earliest for task in tasks(found, "A")] == [192, 192]
    assert all(task.latest == 960 for task in tasks(found, "A"))


# -- rules -----------------------------------------------------------------------------------------------------


def test_groups_of_those_that_may_enter() -> None:
    items = [
        fits("A", exclusive="x"),
        fits("B", exclusive="x"),
        fits("C", exclusive="x", skill="video"),
        fits("D", exclusive="alone"),
        fits("E", together="t"),
        fits("F", together="t"),
    ]
    found = built(*items)
    names = [entry.id for entry in found.items]
    assert [[names[index] for index in group] for group in found.exclusive] == [["A", "B"]]
    assert [[names[index] for index in group] for group in found.together] == [["E", "F"]]


def test_shares() -> None:
    items = [
        fits("A", theme="pipeline", value=5),
        fits("B", theme="pipeline", value=0),
        fits("C", theme="brand", value=0, due={"date": day(1), "cost_per_day": 1}, type="experiment"),
        fits("D", type="experiment", value=0, due={"date": day(1), "cost_per_day": 0}),
    ]
    goal = {"themes": ["pipeline", "brand"], "min_share": 0.1, "max_share": 0.5}
    found = built(*items, goal=goal, mix=[{"type": "experiment", "max_share": 0.3}])
    goal_rule, mix_rule = found.shares
    assert (goal_rule.minimum, goal_rule.maximum) == (Fraction(1, 10), Fraction(1, 2))
    assert (goal_rule.members, goal_rule.counted) == ((0, 1, 2), (0, 2))
    assert (mix_rule.name, mix_rule.minimum, mix_rule.maximum) == ("experiment", None, Fraction(3, 10))
    assert (mix_rule.members, mix_rule.counted) == ((2, 3), (2,))


def test_values_are_whole_numbers_of_a_common_unit() -> None:
    found = built(fits("A", value=0.3), fits("B", value=1.25, due={"date": day(1), "cost_per_day": 0.05}))
    assert found.scale.to_value(the(found, "A").value) == Fraction(3, 10)
    assert found.scale.to_value(the(found, "B").value) == Fraction(5, 4)
    assert found.scale.to_value(the(found, "B").late_cost) == Fraction(1, 20)
    assert found.scale.exact


def test_units_of_value_are_as_coarse_as_what_may_enter_allows() -> None:
    never = item("Z", value=0.01, effort=2, skill="magic", due={"date": day(7), "cost_per_day": 7.5})
    found = built(fits("A", value=30), fits("B", value=20, due={"date": day(3), "cost_per_day": 10}), never)
    assert (the(found, "A").value, the(found, "B").value, the(found, "B").late_cost) == (6, 4, 2)
    assert (found.scale.factor, found.lost) == (Fraction(1, 5), 3)  # Z pays 7.5 on each of two days, in any plan


@given(scenarios(without=("scores",)))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_no_number_divides_all_amounts(given_scenario: Scenario) -> None:
    try:
        found = instance(given_scenario)
    except InputError:
        return
    amounts = [found.lost, *(entry.value for entry in found.items), *(entry.late_cost for entry in found.items)]
    assert found.scale.exact
    assert math.gcd(*amounts) <= 1


def test_an_empty_backlog_and_a_sprint_without_days() -> None:
    empty = built()
    assert (empty.items, empty.tasks, empty.excluded) == ((), (), {})
    no_days = built(fits("A"), milestone("M"), sprint_days=1, company_days=[day(0)])
    assert no_days.excluded["A"].code == "too-big"
    assert [entry.id for entry in no_days.items] == ["M"]


def test_together_with_a_done_one_is_a_must() -> None:
    found = built(fits("A", together="t"), fits("B", together="t", status="done"), fits("C"))
    assert the(found, "A").must
    assert not the(found, "C").must
    gone = built(fits("A", together="t", skill="video"), fits("B", together="t", status="done"))
    assert gone.unmet == (("A", "A goes together with B, which is done"),)
