from __future__ import annotations

from planner import plan
from planner.solve.milestones import add_milestones, exact_finishes
from tests.builders import day, instance, item, milestone, pin, scenario, specialist
from tests.solve.asking import forbidden_by, item_of, possible

WORK = item("A", value=1, effort=3, must=True)
EPIC = milestone("M", value=1, depends_on=["A"])


def test_a_milestone_is_in_when_what_it_depends_on_is() -> None:
    given = instance(scenario([WORK, EPIC], sprint_days=1))
    epic = item_of(given, "M")
    assert forbidden_by(add_milestones, given, lambda model, variables: model.add(variables.chosen[epic] == 0))


def test_a_milestone_is_out_when_what_it_depends_on_is() -> None:
    given = instance(scenario([WORK.model_copy(update={"must": False}), EPIC], sprint_days=1))
    work, epic = item_of(given, "A"), item_of(given, "M")
    assert forbidden_by(
        add_milestones,
        given,
        lambda model, variables: model.add_bool_and(variables.chosen[epic], ~variables.chosen[work]),
    )


def test_a_milestone_comes_neither_earlier_nor_later_than_it_can() -> None:
    given = instance(scenario([WORK, EPIC], sprint_days=1))
    work, epic = item_of(given, "A"), item_of(given, "M")
    for difference in (-1, 1):
        assert forbidden_by(
            add_milestones,
            given,
            lambda model, variables, difference=difference: model.add(
                variables.item_finish[epic] == variables.item_finish[work] + difference
            ),
        )


def test_what_a_milestone_waits_for_is_finished_exactly_with_its_last_task() -> None:
    given = instance(scenario([WORK, EPIC], sprint_days=1))
    work = item_of(given, "A")
    assert forbidden_by(
        exact_finishes,
        given,
        lambda model, variables: model.add(variables.item_finish[work] > variables.finish[0]),
    )


def test_a_milestone_with_a_deadline_is_out_when_its_moment_is_too_late() -> None:
    epic = EPIC.model_copy(update={"deadline": day(0)})
    given = instance(scenario([WORK, epic], sprint_days=2))
    work, index = item_of(given, "A"), item_of(given, "M")
    assert possible(given, lambda model, variables: model.add(variables.chosen[index] == 0))
    assert not possible(
        given,
        lambda model, variables: (
            model.add(variables.chosen[index] == 0),
            model.add(variables.item_finish[work] <= 96),
        ),
    )


def test_a_must_do_milestone_that_comes_too_late() -> None:
    epic = milestone("M", must=True, depends_on=[{"item": "A", "lag_days": 1}])
    assert plan(scenario([WORK, epic], sprint_days=1)).status == "infeasible"
    assert plan(scenario([WORK, epic], sprint_days=2)).status == "optimal"


def test_of_two_exclusive_milestones_one_is_in() -> None:
    backlog = [WORK, *(milestone(name, value=1, depends_on=["A"], exclusive="either") for name in "MN")]
    proposed = plan(scenario(backlog, sprint_days=1))
    assert proposed.value == 2


def test_a_pinned_milestone_draws_the_work_to_its_day() -> None:
    proposed = plan(scenario([WORK, EPIC], sprint_days=3, pins=[pin("M", start=day(2))]))
    (task,) = next(entry for entry in proposed.selected if entry.id == "A").tasks
    assert task.finish_tick == 193  # as early as Wednesday allows: a finish on the border would be Tuesday's


def test_milestones_cannot_carry_one_another() -> None:
    """M and N each could hold because of the other; only the work that carries them says when."""
    backlog = [
        WORK,
        milestone("M", value=1, any_of=["N", "A"]),
        milestone("N", value=1, any_of=["M", {"item": "A", "lag_days": 1}]),
    ]
    proposed = plan(scenario(backlog, [specialist("Ana")], sprint_days=2))
    work, *milestones = sorted(proposed.selected, key=lambda entry: entry.id)
    assert [entry.finish for entry in milestones] == [work.finish, work.finish]
    optional = [WORK.model_copy(update={"must": False, "value": 0.0, "effort": 90.0}), *backlog[1:]]
    assert plan(scenario(optional, [specialist("Ana")], sprint_days=2)).selected == ()
