"""Made-up roadmaps are what the docs say of them."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.generator import hours_available
from benchmarks.roadmap_generator import roadmap
from planner.horizon.prepare import prepare


@pytest.mark.parametrize(("items", "sprints"), [(200, 6), (300, 8), (400, 6)])
def test_what_some_sprint_could_take_is_two_and_a_half_times_the_hours(items: int, sprints: int) -> None:
    scenario = roadmap(items, sprints, 10, 1)
    horizon = prepare(scenario).horizon
    asked = sum(
        task.effort or 0 for item in scenario.backlog if item.id in horizon.position for task in item.work or ()
    )
    assert asked / float(hours_available(scenario)) == pytest.approx(2.5, rel=0.03)
    assert len(horizon.items) > 0.85 * items
    assert "too-big" not in {reason.code for reason in horizon.excluded.values()}


def test_efforts_do_not_pile_up_at_a_limit() -> None:
    efforts = Counter(task.effort for item in roadmap(200, 6, 10, 1).backlog for task in item.work or ())
    assert max(efforts.values()) < 0.08 * efforts.total()


def test_the_same_seed_gives_the_same_roadmap() -> None:
    assert roadmap(60, 4, 10, 3) == roadmap(60, 4, 10, 3) != roadmap(60, 4, 10, 4)
