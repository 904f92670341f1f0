"""Contestants over many sprints: each is run, and where all prove the optimum it is the same."""

from __future__ import annotations

import pytest

from benchmarks.roadmap_generator import roadmap
from benchmarks.roadmaps import CONTESTANTS


@pytest.mark.parametrize("name", ["highs", "cpsat"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_others_find_the_optimum_that_ours_proves(name: str, seed: int) -> None:
    scenario = roadmap(14, 2, 4, seed)
    value, bound = CONTESTANTS["ours"](scenario, 20)
    other, their_bound = CONTESTANTS[name](scenario, 20)
    assert value is not None
    assert bound == pytest.approx(value, rel=1e-5)
    assert other == pytest.approx(value, rel=1e-4)
    assert their_bound is not None
    assert their_bound >= value * (1 - 1e-6)
