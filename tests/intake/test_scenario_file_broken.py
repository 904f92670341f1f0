"""Every broken file of ``tests/broken`` gets exactly the message that ``expected.yaml`` says."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from planner.errors import InputError
from planner.graph import ItemGraph
from planner.intake.plan_file import load_plan
from planner.intake.scenario_file import load_scenario
from planner.references import check_references
from planner.work import open_items

BROKEN = Path(__file__).parent.parent / "broken"
EXPECTED: dict[str, str] = YAML(typ="safe", pure=True).load((BROKEN / "expected.yaml").read_text(encoding="utf-8"))
INFEASIBLE = sorted((BROKEN / "infeasible").glob("*.yaml"))


def _read(path: Path) -> None:
    if path.name.startswith("plan-"):
        load_plan(path)
        return
    scenario = load_scenario(path).scenario
    check_references(scenario)
    ItemGraph.of(scenario, open_items(scenario))


@pytest.mark.parametrize("name", EXPECTED)
def test_message(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    with pytest.raises(InputError) as refused:
        _read(Path(name))
    assert str(refused.value) == EXPECTED[name]


def test_no_message_speaks_of_the_machinery() -> None:
    jargon = ("input should", "pydantic", "validat", "tuple", "dictionary", "traceback", "<block", "str ", "int ")
    for name, message in EXPECTED.items():
        words = message.removeprefix(name).lower().split("'")
        assert not [word for word in jargon for plain in words[::2] if f" {word}" in plain], message


def test_every_file_is_expected_or_belongs_to_one() -> None:
    named = {path.name for path in BROKEN.iterdir() if path.suffix in {".yaml", ".json"}} - {"expected.yaml"}
    assert named - set(EXPECTED) == {"json-backlog-keys.json", "json-backlog-item.json", "yaml-backlog-items.yaml"}
    assert len(EXPECTED) >= 40


@pytest.mark.parametrize("path", INFEASIBLE, ids=lambda path: path.stem)
def test_what_cannot_all_hold_is_no_broken_file(path: Path) -> None:
    """These are for the solver, which names the conflict (exit code 1)."""
    _read(path)
    assert path.read_text(encoding="utf-8").startswith("# ")
