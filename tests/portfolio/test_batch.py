"""Many teams in one run: one plan each, going on where one fails, taken up where a run was interrupted."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.portfolios import independent
from models.portfolio import PortfolioResult
from planner.errors import InputError
from planner.intake.plan_file import load_plan
from planner.intake.portfolio_file import load_portfolio
from planner.intake.scenario_file import load_scenario
from planner.portfolio import executors
from planner.portfolio.batch import Progress, run_batch
from planner.portfolio.runner import Runner
from planner.portfolio.store import Store, file_names
from planner.verify import violations

SMALL = """\
calendar: {start: 2027-03-01, sprint_days: 2}
team: [{name: Ana, skills: [design], hours_per_day: 6}]
backlog: [{id: A, value: 5, effort: 5, skill: design}, {id: B, value: %d, effort: 5, skill: design}]
"""


@pytest.fixture(scope="module")
def pool() -> Iterator[Runner]:
    with executors.local(2) as opened:
        yield opened


def portfolio(folder: Path, teams: int = 3, **more: Any) -> Path:
    entries = []
    for number in range(teams):
        (folder / f"t{number}.yaml").write_text(SMALL % (number + 1), encoding="utf-8")
        entries.append({"name": f"team {number}", "scenario": f"t{number}.yaml", "weight": 1 + number})
    file = folder / "portfolio.json"
    file.write_text(json.dumps({"teams": entries, **more}), encoding="utf-8")
    return file


def batch(
    file: Path,
    pool: Runner,
    told: Callable[[Progress], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    **limits: Any,
) -> PortfolioResult:
    loaded = load_portfolio(file)
    store = Store(file.parent / "out", [team.name for team in loaded.portfolio.teams])
    return run_batch(loaded, store, pool, pool, limits, told, stopped)[0]


def test_every_team_gets_a_plan_and_weighted_values_add_up(tmp_path: Path, pool: Runner) -> None:
    result = batch(portfolio(tmp_path), pool)
    assert [team.status for team in result.teams] == ["optimal"] * 3
    assert (result.value, result.bound, result.gap) == (6 + 2 * 7 + 3 * 8, 44, 0)
    for number, team in enumerate(result.teams):
        assert team.plan is not None
        scenario = load_scenario(tmp_path / f"t{number}.yaml").scenario
        assert violations(scenario, load_plan(tmp_path / "out" / team.plan)) == []


def test_a_second_run_keeps_what_is_current(tmp_path: Path, pool: Runner) -> None:
    file = portfolio(tmp_path)
    first = batch(file, pool)
    again = batch(file, pool)
    assert all(team.reused for team in again.teams)
    assert again.value == first.value


CHANGES: dict[str, Callable[[Path], object]] = {
    "scenario": lambda folder: (folder / "t1.yaml").write_text(SMALL % 50, encoding="utf-8"),
    "plan": lambda folder: (folder / "out/plans/team_1.json").write_text("{}", encoding="utf-8"),
    "plan gone": lambda folder: (folder / "out/plans/team_1.json").unlink(),
    "record cut off": lambda folder: (folder / "out/.state/team_1.json").write_text('{"key": "', encoding="utf-8"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_planned_again_and_nothing_else(tmp_path: Path, pool: Runner, change: str) -> None:
    file = portfolio(tmp_path)
    batch(file, pool)
    CHANGES[change](tmp_path)
    assert [team.reused for team in batch(file, pool).teams] == [True, False, True]


def test_other_limits_make_other_plans(tmp_path: Path, pool: Runner) -> None:
    file = portfolio(tmp_path)
    batch(file, pool)
    assert not any(team.reused for team in batch(file, pool, seed=7).teams)


def test_an_interrupted_run_goes_on_from_where_it_was(tmp_path: Path, pool: Runner) -> None:
    file = portfolio(tmp_path, teams=8)
    seen: list[int] = []
    first = batch(file, pool, told=lambda p: seen.append(p.done), stopped=lambda: len(seen) >= 3)
    made = [team.team for team in first.teams if team.value is not None]
    assert 3 <= len(made) < 8
    assert {team.status for team in first.teams} == {"optimal", "not planned"}
    second = batch(file, pool)
    assert [team.team for team in second.teams if team.reused] == made
    assert all(team.value is not None for team in second.teams)


def test_a_team_that_fails_is_named_and_the_others_go_on(tmp_path: Path, pool: Runner) -> None:
    file = portfolio(tmp_path)
    batch(file, pool)
    (tmp_path / "t0.yaml").write_text("team: [", encoding="utf-8")
    impossible = (SMALL % 3).replace("effort: 5, skill: design}]", "effort: 50, skill: design, must: true}]")
    (tmp_path / "t1.yaml").write_text(impossible, encoding="utf-8")
    result = batch(file, pool)
    assert [team.status for team in result.teams] == ["failed", "infeasible", "optimal"]
    assert "t0.yaml:1" in (result.teams[0].error or "")
    assert "B must be in the plan" in (result.teams[1].error or "")
    assert not (tmp_path / "out/plans/team_0.json").exists()
    assert result.bound is None


def test_progress_counts_teams_value_and_gap(tmp_path: Path, pool: Runner) -> None:
    states: list[tuple[int, float, float | None]] = []
    batch(portfolio(tmp_path), pool, told=lambda p: states.append((p.done, p.value, p.gap)))
    assert [done for done, _, _ in states] == [1, 2, 3]
    assert states[-1][1:] == (44, 0)


@pytest.mark.parametrize("key", ["start: 2027-03-02", "sprint_days: 3", "weekend: [fri]", "day_hours: 7"])
def test_calendars_that_differ_are_refused_by_the_teams_name(tmp_path: Path, pool: Runner, key: str) -> None:
    file = portfolio(tmp_path)
    name = key.split(":", maxsplit=1)[0]
    text = (SMALL % 3).replace("{start: 2027-03-01, sprint_days: 2}", "{start: 2027-03-01, sprint_days: 2, X}")
    kept = {"start": "sprint_days: 2, ", "sprint_days": "start: 2027-03-01, "}.get(
        name, "start: 2027-03-01, sprint_days: 2, "
    )
    text = (SMALL % 3).replace("{start: 2027-03-01, sprint_days: 2}", "{" + kept + key + "}")
    (tmp_path / "t2.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"calendar of team 'team 2' has {name}"):
        batch(file, pool)


def test_names_that_give_one_file_are_refused() -> None:
    assert file_names(["a b", "c/d"]) == {"a b": "a_b", "c/d": "c_d"}
    with pytest.raises(InputError, match="same file"):
        file_names(["a b", "A/B"])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"shared": [{"name": "Lena", "teams": ["team 9"]}]}, "no team 'team 9'. Did you mean 'team"),
        ({"teems": []}, "unknown key 'teems'"),
        (
            {"shared": [{"name": "L", "teams": ["team 0"]}, {"name": "L", "teams": ["team 1"]}]},
            "two shared specialists",
        ),
    ],
)
def test_a_portfolio_that_is_wrong_is_refused_with_its_place(tmp_path: Path, more: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        load_portfolio(portfolio(tmp_path, **more))
    assert words in str(caught.value)
    assert "portfolio.json:1:" in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
@pytest.mark.parametrize("kind", ["local", "dask"])
def test_a_worker_killed_in_the_middle_loses_no_team(tmp_path: Path, kind: str) -> None:
    file = independent(tmp_path, 8, items=12, specialists=4)
    killed: list[int] = []

    def kill_once(progress: Progress) -> None:
        # With Dask, those that read the files are still there, idle: killing one of them would show nothing.
        children = multiprocessing.active_children()
        workers = [child.pid for child in children if kind == "local" or child.name.startswith("Dask Worker")]
        if progress.done == 3 and not killed and workers[-1] is not None:
            killed.append(workers[-1])
            os.kill(workers[-1], signal.SIGKILL)

    loaded = load_portfolio(file)
    store = Store(tmp_path / "out", [team.name for team in loaded.portfolio.teams])
    opened = executors.local(2) if kind == "local" else executors.dask(None, 2)
    with executors.local(1) as readers, opened as runner, runner:
        result, _ = run_batch(loaded, store, runner if kind == "local" else readers, runner, {}, kill_once)
    assert killed
    assert [team.status for team in result.teams].count("failed") == 0
    assert all(team.value is not None for team in result.teams)
