from __future__ import annotations

from planner.solve.assignment import add_assignment, add_not_by, add_same_as
from tests.builders import instance, item, scenario, specialist
from tests.solve.asking import forbidden_by, possible, task_of, who

TEAM = [specialist("Ana", "copy"), specialist("Ben", "copy")]


def test_a_task_is_done_by_one_specialist_never_by_two() -> None:
    given = instance(scenario([item("A", skill="copy", effort=1)], TEAM))
    first, second = (option for option in range(2))
    assert forbidden_by(
        add_assignment,
        given,
        lambda model, variables: model.add_bool_and(
            variables.options[0][first].assigned, variables.options[0][second].assigned
        ),
    )


def test_a_task_of_a_chosen_item_is_not_left_to_nobody() -> None:
    given = instance(scenario([item("A", skill="copy", effort=1, must=True)], TEAM))
    assert forbidden_by(
        add_assignment,
        given,
        lambda model, variables: model.add_bool_and(~option.assigned for option in variables.options[0]),
    )


def test_nobody_checks_their_own_work() -> None:
    checked = item("A", work=[("copy", 1), ("copy", 1, {"not_by": [1]})], must=True)
    given = instance(scenario([checked], TEAM))

    def alone(model, variables):  # type: ignore[no-untyped-def]
        for place in range(2):
            model.add(variables.assigned(task_of(given, "A", place), who(given, "Ana")) == 1)

    assert forbidden_by(add_not_by, given, alone)


def test_three_pairs_of_eyes_need_three_people() -> None:
    work = [("copy", 1), ("copy", 1, {"not_by": [1]}), ("copy", 1, {"not_by": [1, 2]})]
    backlog = [item("A", work=work, must=True)]
    assert not possible(instance(scenario(backlog, TEAM)))
    assert possible(instance(scenario(backlog, [*TEAM, specialist("Cyd", "copy")])))


def test_the_same_hands_do_both() -> None:
    kept = item("A", work=[("copy", 1), ("copy", 1, {"same_as": [1]})], must=True)
    given = instance(scenario([kept], TEAM))

    def apart(model, variables):  # type: ignore[no-untyped-def]
        model.add(variables.assigned(task_of(given, "A", 0), who(given, "Ana")) == 1)
        model.add(variables.assigned(task_of(given, "A", 1), who(given, "Ben")) == 1)

    assert forbidden_by(add_same_as, given, apart)


def test_the_same_hands_for_skills_that_no_one_person_has() -> None:
    team = [specialist("Ana", "copy", "ops"), specialist("Ben", "copy", "seo"), specialist("Cyd", "seo", "ops")]
    work = [("copy", 1), ("seo", 1, {"same_as": [1]}), ("ops", 1, {"same_as": [2]})]
    assert not possible(instance(scenario([item("A", work=work, must=True)], team)))
    assert possible(instance(scenario([item("A", work=work[:2], must=True)], team)))
