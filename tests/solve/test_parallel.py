from __future__ import annotations

from planner.solve.parallel import add_max_parallel
from tests.builders import instance, item, milestone, scenario, specialist
from tests.solve.asking import forbidden_by, item_of, possible, task_of

TEAM = [specialist("Ana", "copy"), specialist("Ben", "design")]
PAIR = [item("A", skill="copy", effort=3, must=True), item("B", skill="design", effort=3, must=True)]


def test_one_after_the_other() -> None:
    given = instance(scenario(PAIR, TEAM, sprint_days=1, max_parallel=1))
    one, other = task_of(given, "A"), task_of(given, "B")

    def apart(ticks: int):  # type: ignore[no-untyped-def]
        return lambda model, variables: model.add(variables.start[other] == variables.start[one] + ticks)

    assert possible(given, apart(48))
    assert forbidden_by(add_max_parallel, given, apart(47))


def test_no_time_for_one_after_the_other() -> None:
    longer = [entry.model_copy(update={"effort": 3.1}) for entry in PAIR]
    assert possible(instance(scenario(longer, TEAM, sprint_days=1, max_parallel=2)))
    assert not possible(instance(scenario(longer, TEAM, sprint_days=1, max_parallel=1)))


def test_an_item_that_waits_is_under_way() -> None:
    waiting = [item("A", work=[("copy", 3, {"wait_days": 0.25})], must=True), PAIR[1]]
    assert possible(instance(scenario(waiting, TEAM, sprint_days=2, max_parallel=1)))
    assert not possible(instance(scenario(waiting, TEAM, sprint_days=1, max_parallel=1)))


def test_milestones_are_not_under_way() -> None:
    given = instance(scenario([*PAIR, milestone("M", depends_on=["A"])], TEAM, sprint_days=1, max_parallel=1))
    moment, other = item_of(given, "M"), item_of(given, "B")
    assert possible(
        given, lambda model, variables: model.add(variables.item_finish[moment] < variables.item_finish[other])
    )
