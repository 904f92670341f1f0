"""What `import` writes plans at once, and the judge finds nothing wrong with the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import plan
from planner.verify import violations
from tests.intake.imported import EXPORTS, imported


@pytest.mark.parametrize("name", sorted(path.name for path in EXPORTS.iterdir()))
def test_every_export_plans(name: str, tmp_path: Path) -> None:
    scenario = imported(name, tmp_path).scenario
    proposal = plan(scenario)
    assert proposal.status == "optimal"
    assert proposal.selected
    assert violations(scenario, proposal) == []
