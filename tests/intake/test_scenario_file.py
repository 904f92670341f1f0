"""Scenario files: what is written comes back, from YAML and JSON, with the backlog in the file or beside it."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from ruamel.yaml import YAML

from models.scenario import Scenario
from planner.errors import InputError
from planner.intake.json_source import parse_json
from planner.intake.scenario_file import load_scenario
from planner.intake.yaml_source import parse_yaml, resolved
from tests.strategies import scenarios

TEAM = "team: [{name: Ana}]\n"


def load(folder: Path, text: str, name: str = "scenario.yaml") -> Scenario:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_scenario(path).scenario


def dumped(scenario: Scenario) -> Any:
    return scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)


def as_yaml(data: Any, *, flow: bool) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    yaml.allow_unicode = True
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


@given(scenarios())
def test_a_scenario_survives_yaml_and_json(tmp_path_factory: pytest.TempPathFactory, scenario: Scenario) -> None:
    folder = tmp_path_factory.mktemp("trip")
    data = dumped(scenario)
    assert load(folder, as_yaml(data, flow=False)) == scenario
    assert load(folder, as_yaml(data, flow=True)) == scenario
    assert load(folder, json.dumps(data), "scenario.json") == scenario
    assert load(folder, json.dumps(data, indent=1)) == scenario  # JSON is YAML too


@given(scenarios())
def test_a_backlog_beside_it_is_the_same(tmp_path_factory: pytest.TempPathFactory, scenario: Scenario) -> None:
    folder = tmp_path_factory.mktemp("beside")
    data = dumped(scenario)
    items = data["backlog"]
    (folder / "b.json").write_text(json.dumps(items), encoding="utf-8")
    (folder / "b.yaml").write_text(as_yaml({"items": items}, flow=False), encoding="utf-8")
    for name in ("b.json", "b.yaml"):
        assert load(folder, as_yaml(data | {"backlog": name}, flow=False)) == scenario


def test_yaml_means_what_people_mean(tmp_path: Path) -> None:
    scenario = load(
        tmp_path,
        TEAM + "backlog:\n"
        "- {id: 007, title: 2027-03-01, value: 1e2, deadline: 2027-03-10, type: no, theme: '12'}\n"
        "- {id: 17, depends_on: [007], must: true, due: 2027-03-08}\n"
        "- {id: Σ-1, title: 'Ünïcode 🎉', priority: null}\n",
    )
    first, second, third = scenario.backlog
    assert (first.id, first.title, first.value, first.type, first.theme) == ("007", "2027-03-01", 100, "no", "12")
    assert first.deadline == datetime.date(2027, 3, 10)
    assert (second.id, second.depends_on[0].item, second.must) == ("17", "007", True)
    assert second.due is not None
    assert (third.id, third.title, third.priority) == ("Σ-1", "Ünïcode 🎉", None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("0", 0),
        ("-12", -12),
        ("0x1F", 31),
        ("0o17", 15),
        ("010", "010"),
        (".5", 0.5),
        ("2.", 2.0),
        ("1_000", "1_000"),
        ("1.2.3", "1.2.3"),
        ("12:30", "12:30"),
        ("-", "-"),
        ("+1d", "+1d"),
    ],
)
def test_plain_scalars(text: str, value: object) -> None:
    found = resolved(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_bytes(f"name: Frühjahr für Zoë\n{TEAM}backlog: []\n".encode(encoding))
    assert load_scenario(path).scenario.name == "Frühjahr für Zoë"


def test_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_bytes(b"team:\r\n  - name: Ana\r\nbacklog:\r\n  - id: A\r\n    effort: 3\r\n")
    assert load_scenario(path).scenario.backlog[0].effort == 3


def test_positions_of_keys_and_values() -> None:
    yaml = parse_yaml("a:\n  b:\n    - {c: 1, d: 2}\n", "x")
    text = parse_json('{"a":\n {"b": [\n  {"c": 1, "d": 2}]}}', "x")
    path = ("a", "b", 0, "d")
    assert (yaml.where(path), yaml.where(path, key=True)) == ("x:3:17", "x:3:14")
    assert (text.where(path), text.where(path, key=True)) == ("x:3:17", "x:3:12")


@pytest.mark.parametrize("text", ["# later\n", "---\n", "\ufeff\n", "%YAML 1.2\n---\n...\n"])
def test_nothing_in_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        load(tmp_path, text)


def test_a_key_twice_above_a_broken_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"scenario.json:2:6: a value is missing"):
        load(tmp_path, '{"a": {"b": 1, "b": 2},\n"c": }', "scenario.json")


def test_a_table_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is a table, not a scenario"):
        load(tmp_path, "id,effort\nA,3\n", "backlog.csv")


def test_a_backlog_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "backlog.csv").write_text("id,effort\nA,3\n", encoding="utf-8")
    (tmp_path / "deep" / "scenario.yaml").write_text(f"{TEAM}backlog: ../backlog.csv\n", encoding="utf-8")
    assert load_scenario(tmp_path / "deep" / "scenario.yaml").scenario.backlog[0].id == "A"
    absolute = f"{TEAM}backlog: {json.dumps(str(tmp_path / 'backlog.csv'))}\n"
    assert load(tmp_path, absolute).backlog[0].id == "A"
