"""A variant laid over a scenario: what it replaces, what it adds, and what is refused by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.scenario import Scenario
from planner.errors import InputError
from planner.intake.variants_file import load_variants
from planner.whatif.overlay import Place, overlay
from planner.whatif.sweep import points
from tests.builders import item, scenario, specialist


def base() -> Scenario:
    return scenario(
        [item("A", value=5, effort=6, skill="design"), item("B", value=4, work=[("design", 2), ("legal", 1)])],
        [specialist("Ana", "design", time_off=["2027-03-02"]), specialist("Ben", "legal", cost_per_hour=50)],
        buffer=0.1,
        max_parallel=3,
    )


def laid_over(tmp_path: Path, variant: str) -> Scenario:
    file = tmp_path / "variants.yaml"
    file.write_text(f"variants:\n  - {variant}\n", encoding="utf-8")
    loaded = load_variants(file)
    return overlay(base(), loaded.variants.variants[0], Place(loaded.source, ("variants", 0)))


def test_change_replaces_the_keys_it_names_and_keeps_the_others(tmp_path: Path) -> None:
    made = laid_over(tmp_path, "{name: V, team: {change: [{name: Ben, hours_per_day: 4}]}, policy: {buffer: 0}}")
    ben = made.team[1]
    assert (ben.hours_per_day, ben.cost_per_hour, dict(ben.skills)) == (4, 50, {"legal": 1.0})
    assert (made.policy.buffer, made.policy.max_parallel) == (0, 3)
    assert made.team[0] == base().team[0]


def test_absences_are_added_and_an_empty_list_clears_them(tmp_path: Path) -> None:
    more = laid_over(tmp_path, "{name: V, team: {change: [{name: Ana, time_off: [2027-03-04]}]}}")
    assert [str(entry.date) for entry in more.team[0].time_off] == ["2027-03-02", "2027-03-04"]
    none = laid_over(tmp_path, "{name: V, team: {change: [{name: Ana, time_off: []}]}}")
    assert none.team[0].time_off == ()


def test_people_and_items_come_and_go(tmp_path: Path) -> None:
    made = laid_over(
        tmp_path,
        "{name: V, team: {add: [{name: Cy, skills: [design]}], remove: [Ben]}, "
        "items: {add: [{id: C, effort: 3}], remove: [A]}, calendar: {sprint_days: 5}}",
    )
    assert [person.name for person in made.team] == ["Ana", "Cy"]
    assert [entry.id for entry in made.backlog] == ["B", "C"]
    assert made.calendar.sprint_days == 5


@pytest.mark.parametrize(
    ("change", "work"), [("work: [{skill: design, effort: 9}]", [9.0]), ("effort: 7", [7.0])], ids=["work", "effort"]
)
def test_naming_one_form_of_work_drops_the_other(tmp_path: Path, change: str, work: list[float]) -> None:
    name = "A" if "work" in change else "B"
    made = laid_over(tmp_path, f"{{name: V, items: {{change: [{{id: {name}, {change}}}]}}}}")
    changed = next(entry for entry in made.backlog if entry.id == name)
    assert [task.effort for task in changed.work or ()] + ([changed.effort] if changed.effort else []) == work


def test_the_base_is_never_changed(tmp_path: Path) -> None:
    before = base().model_dump()
    laid_over(tmp_path, "{name: V, team: {change: [{name: Ana, hours_per_day: 1}]}}")
    assert base().model_dump() == before


REFUSED = {
    "unknown person": ("team: {remove: [Bne]}", "3", "the base has no specialist 'Bne'. Did you mean 'Ben'?"),
    "unknown item": ("items: {change: [{id: AA, value: 1}]}", "3", "the base has no item 'AA'"),
    "unknown key": ("team: {change: [{name: Ana, hour_per_day: 3}]}", "3", "Did you mean 'hours_per_day'?"),
    "bad value": ("policy: {buffer: 2}", "3", "buffer is 2"),
    "no name": ("team: {change: [{hours_per_day: 3}]}", "3", "a change has no `name`"),
    "twice": ("items: {change: [{id: A, value: 1}, {id: A, value: 2}]}", "3", "changed twice"),
    "there already": ("team: {add: [{name: Ana}]}", "3", "'Ana' is there already"),
    "nobody left": ("team: {remove: [Ana, Ben]}", "2", "team"),
    "wrong unit": ("team: {change: [{name: Ana, points_per_sprint: 3}]}", "2", "points_per_sprint"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_by_the_variants_name_and_place(tmp_path: Path, case: str) -> None:
    keys, line, words = REFUSED[case]
    with pytest.raises(InputError) as caught:
        laid_over(tmp_path, f"{{name: V,\n     {keys}}}")
    assert f"variants.yaml:{line}:" in str(caught.value)
    assert "variant 'V'" in str(caught.value)
    assert words in str(caught.value)


def swept(tmp_path: Path, vary: str) -> list[tuple[str, dict[str, Any], Scenario]]:
    file = tmp_path / "variants.yaml"
    file.write_text(f"sweeps:\n  - {{name: S, vary: {{{vary}}}}}\n", encoding="utf-8")
    loaded = load_variants(file)
    found = points(base(), loaded.variants.sweeps[0], Place(loaded.source, ("sweeps", 0)))
    return [(point.name, point.values, point.scenario) for point in found]


def test_a_sweep_goes_through_its_values(tmp_path: Path) -> None:
    found = swept(tmp_path, "team.Ana.hours_per_day: [3, 4.5]")
    assert [(name, made.team[0].hours_per_day) for name, _, made in found] == [("3", 3), ("4.5", 4.5)]


def test_several_keys_make_every_combination(tmp_path: Path) -> None:
    found = swept(tmp_path, "items.A.value: [1, 2], policy.buffer: [0, 0.1]")
    assert [(made.backlog[0].value, made.policy.buffer) for _, _, made in found] == [(1, 0), (1, 0.1), (2, 0), (2, 0.1)]
    assert found[1][0] == "value 1, buffer 0.1"


@pytest.mark.parametrize("path", ["tem.Ana.hours_per_day", "team.Ana", "policy", "team_velocity.x", "policy.a.b"])
def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(InputError, match="cannot vary"):
        swept(tmp_path, f"{path}: [1]")


def test_a_value_that_does_not_fit_names_sweep_and_point(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"sweep 'S', point '99': hours_per_day is 99"):
        swept(tmp_path, "team.Ana.hours_per_day: [3, 99]")


def test_too_many_combinations_are_refused(tmp_path: Path) -> None:
    values = ", ".join(map(str, range(40)))
    with pytest.raises(InputError, match="1,600 combinations"):
        swept(tmp_path, f"items.A.value: [{values}], items.B.value: [{values}]")
