from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python.cp_model import CpModel, CpSolver

from planner.clock import Clock
from planner.solve.pauses import add_one_at_a_time, add_team_clock
from planner.solve.variables import Variables
from planner.verify.people import people
from tests.builders import day, instance, item, scenario, specialist
from tests.solve.asking import forbidden_by, possible, task_of


def test_one_task_at_a_time() -> None:
    given_instance = instance(scenario([item(name, effort=2, must=True) for name in "AB"], sprint_days=1))
    one, other = task_of(given_instance, "A"), task_of(given_instance, "B")
    assert forbidden_by(
        add_one_at_a_time,
        given_instance,
        lambda model, variables: model.add(variables.start[one] == variables.start[other]),
    )


def test_two_tasks_that_both_must_be_done_on_monday() -> None:
    backlog = [item(name, effort=4, deadline=day(0), must=True) for name in "AB"]
    assert not possible(instance(scenario(backlog, [specialist("Ana")], sprint_days=2)))
    assert possible(instance(scenario(backlog, [specialist("Ana"), specialist("Ben")], sprint_days=2)))


def test_work_goes_on_after_an_absence_not_through_it() -> None:
    ana = specialist("Ana", time_off=[{"date": day(0), "half": "pm"}])
    given_instance = instance(scenario([item("A", effort=6, must=True)], [ana], sprint_days=2))
    task = task_of(given_instance, "A")

    def ends(tick: int) -> bool:
        return possible(given_instance, lambda model, variables: model.add(variables.finish[task] == tick))

    assert ends(144)  # half of Monday, half of Tuesday
    assert forbidden_by(
        add_team_clock, given_instance, lambda model, variables: model.add(variables.finish[task] == 100)
    )


DAYS_OFF = st.lists(
    st.builds(
        lambda number, half: {"date": day(number), "half": half}, st.integers(0, 3), st.sampled_from(["am", "pm"])
    ),
    max_size=4,
)


@given(
    time_off=DAYS_OFF,
    busy=st.sampled_from([0, 1, 2.5]),
    effort=st.sampled_from([0.1, 1, 3, 4.5, 6]),
    part=st.floats(0, 1),
)
def test_the_team_clock_agrees_with_ticks_counted_one_by_one(
    time_off: list[dict[str, object]], busy: float, effort: float, part: float
) -> None:
    """Wherever the work starts on the specialist's own axis, start and finish are the ticks it really takes."""
    extra = {"busy": [{"from": day(0), "to": day(2), "hours": busy}]} if busy else {}
    ana = specialist("Ana", time_off=time_off, **extra)
    asked = scenario([item("A", effort=effort)], [ana], sprint_days=4)
    given_instance = instance(asked)
    if not given_instance.items:
        return
    there = next(people(asked, Clock.of(asked.calendar))).there
    choice = given_instance.tasks[0].choices[0]
    own = choice.earliest + round(part * (choice.latest - choice.duration - choice.earliest))
    model = CpModel()
    variables = Variables(model, given_instance)
    add_team_clock(model, given_instance, variables)
    option = variables.options[0][0]
    start = there[own]
    model.add(variables.chosen[0] == 1)
    model.add(option.own_start == (own if option.own_start is not variables.start[0] else start))
    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.solve(model)
    assert solver.value(variables.start[0]) == start
    assert solver.value(variables.finish[0]) == there[own + choice.duration - 1] + 1
