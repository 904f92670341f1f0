"""Teams that share people or wait for each other: nothing twice, nothing too early, and the bound is one."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from models.item import Item
from models.plan import Plan
from models.portfolio import PortfolioResult, SharedSpecialist
from models.scenario import Scenario
from models.team import Specialist
from planner import plan
from planner.errors import InputError
from planner.intake.plan_file import load_plan
from planner.intake.portfolio_file import load_portfolio
from planner.intake.scenario_file import load_scenario
from planner.pipeline import prepare
from planner.portfolio import coordinate, executors, searches
from planner.portfolio.batch import run_batch
from planner.portfolio.coordinate import Coordinator
from planner.portfolio.group import Group, build_group, split_dependencies, with_shared
from planner.portfolio.master import Column, Master, paid
from planner.portfolio.model import BUCKETS, Prices, TeamsModel, effort
from planner.portfolio.relaxed import PricedRelaxation
from planner.portfolio.runner import Runner
from planner.portfolio.store import Store
from planner.solve.list_schedule import warm_start
from planner.verify import violations
from planner.verify.portfolio import violations_between
from tests.builders import item, milestone, scenario, specialist

LENA = {"name": "Lena", "skills": ["legal"], "hours_per_day": 3}


@pytest.fixture(scope="module")
def pool() -> Iterator[Runner]:
    with executors.local(2) as opened:
        yield opened


def shared(*teams: str, **more: Any) -> SharedSpecialist:
    return SharedSpecialist.model_validate({**LENA, "teams": teams, **more})


def small(seed: int, teams: int = 3, days: int = 4) -> dict[str, Scenario]:
    """Make up teams of five items whose legal work is too much for the one lawyer."""
    random = Random(seed)
    made = {}
    for number in range(teams):
        items = [
            item(
                f"I{index}",
                value=random.randint(3, 12),
                work=[
                    ("copy", random.choice([1, 2, 3.5, 5])),
                    ("legal", random.choice([0.5, 1, 2, 3]), {"wait_days": random.choice([0, 0.5])}),
                ][: random.choice([1, 2, 2])],
                deadline=random.choice([None, None, "2027-03-03"]),
                due={"date": "2027-03-02", "cost_per_day": 1} if random.random() < 0.3 else None,
            )
            for index in range(5)
        ]
        team = [specialist(f"Ana {number}", "copy", hours=random.choice([4, 6]))]
        made[f"t{number}"] = scenario(items, team, sprint_days=days)
    return made


def group_of(
    teams: Mapping[str, Scenario], *people: SharedSpecialist, weights: Mapping[str, float] | None = None
) -> Group:
    full = {team: with_shared(given, people, team) for team, given in teams.items()}
    own, foreign = split_dependencies(full)
    prepared = {team: prepare(given) for team, given in own.items()}
    return build_group(prepared, people, foreign, weights or dict.fromkeys(teams, 1.0))


def optimum(group: Group) -> int:
    """The best of all teams together, by the joint model to the end."""
    everybody = range(len(group.teams))
    found = TeamsModel(group, everybody).best(effort(60), {}, lambda: False)
    assert found.plans is not None
    worth = sum(group.teams[index].worth(plan) for index, plan in found.plans.items())
    assert found.bound == worth
    return worth


@pytest.mark.parametrize("seed", range(6))
def test_prices_come_near_the_best_and_never_pass_it(seed: int, pool: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    teams = small(seed)
    group = group_of(teams, shared(*teams))
    best = optimum(group)
    monkeypatch.setattr(coordinate, "JOINT_TASKS", 0)
    near = 0.97 * best

    def near_enough() -> bool:  # so the time is only what a busy machine may take
        return coordinator.beside.worth(coordinator.beside.best) >= near

    coordinator = Coordinator(group, pool, 120.0, seed, near_enough)
    outcome = coordinator.run()
    worth = sum(group.teams[index].worth(plan) for index, plan in outcome.plans.items())
    assert outcome.method == "prices"
    assert set(outcome.plans) == set(range(len(teams)))
    assert coordinator.beside.fit(outcome.plans)
    assert worth <= best <= outcome.bound
    assert worth >= near


@pytest.mark.parametrize("seed", range(4))
def test_a_small_group_is_settled_by_one_model(seed: int, pool: Runner) -> None:
    teams = small(seed)
    group = group_of(teams, shared(*teams))
    outcome = Coordinator(group, pool, 10.0, seed).run()
    worth = sum(group.teams[index].worth(plan) for index, plan in outcome.plans.items())
    assert outcome.method == "joint"
    assert worth == outcome.bound == optimum(group)


@pytest.mark.parametrize("seed", range(4))
def test_what_a_plan_pays_is_what_its_model_counts(seed: int) -> None:
    """Hours, ticks by bucket, arcs: the master's columns and the model's objective agree to the unit."""
    random = Random(seed)
    teams = small(seed, teams=1)
    group = group_of(teams, shared(*teams))
    prices = Prices((random.randint(0, 9),), (tuple(random.randint(0, 30) for _ in range(BUCKETS)),), ())
    model = TeamsModel(group, [0])
    found = model.best(effort(20), {0: warm_start(group.teams[0].instance)}, lambda: False, prices)
    assert found.plans is not None
    left = group.teams[0].worth(found.plans[0]) - paid(group, 0, found.plans[0], prices)
    assert found.bound == left
    bound = PricedRelaxation(group, 0).bound(prices, 10, lambda: False)
    assert bound is not None
    assert bound >= left
    takes = Column.of(group, 0, found.plans[0]).takes
    assert sum(takes[1 : 1 + BUCKETS]) == sum(length for _, length in group.teams[0].busy(found.plans[0])[0])


@pytest.mark.parametrize("quick", [0.0, 0.1])
def test_a_team_that_a_quick_search_does_not_settle_is_settled_at_length(
    quick: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "QUICK_WORK", quick)
    teams = small(1, teams=1)
    group = group_of(teams, shared(*teams))
    prices = Prices((3,), ((7,) * BUCKETS,), ())
    start = {0: warm_start(group.teams[0].instance)}
    best = TeamsModel(group, [0]).best(effort(60), start, lambda: False, prices)
    found = searches.search(searches.Task(pickle.dumps(group), f"{quick}", (0,), start, 60.0, prices=prices))
    assert found.settled
    assert found.bound == best.bound


def test_prices_stay_in_reach_of_the_best_so_far() -> None:
    teams = small(2)
    group = group_of(teams, shared(*teams))
    master = Master(group)
    for index, team in enumerate(group.teams):
        master.add(index, warm_start(team.instance))
    centre = Prices((0,), ((40, 40, 0, 5, 40),), ())
    reach = [0, 10, 10, 10, 10, 0]
    found = master.prices_near(centre, reach, 10.0)
    assert found is not None
    moved = [abs(price - before) for price, before in zip(found[0].rows, centre.rows, strict=True)]
    assert all(far <= most for far, most in zip(moved, reach, strict=True))
    assert any(moved)
    assert found[1] <= master_bound(master, centre)


def master_bound(master: Master, prices: Prices) -> int:
    """What the known plans leave at these prices, and what everything costs: no better prices can be worse."""
    teams = range(len(master.group.teams))
    dear = sum(price * most for price, most in zip(prices.rows, master.most, strict=True))
    return dear + sum(master.best_left(index, prices) for index in teams) + 1


def written(folder: Path, teams: Mapping[str, Scenario], people: list[dict[str, Any]], **weights: float) -> Path:
    entries = []
    for team, given in teams.items():
        text = given.model_dump_json(exclude_defaults=True, by_alias=True)
        (folder / f"{team}.json").write_text(text, encoding="utf-8")
        entries.append({"name": team, "scenario": f"{team}.json", "weight": weights.get(team, 1)})
    file = folder / "portfolio.json"
    file.write_text(json.dumps({"teams": entries, "shared": people}), encoding="utf-8")
    return file


def batch(file: Path, pool: Runner) -> PortfolioResult:
    loaded = load_portfolio(file)
    store = Store(file.parent / "out", [team.name for team in loaded.portfolio.teams])
    return run_batch(loaded, store, pool, pool, {}, lambda _: None)[0]


def plans(folder: Path, result: PortfolioResult) -> dict[str, tuple[Scenario, Plan]]:
    out = folder / "out"
    return {
        team.team: (load_scenario(out / "scenarios" / f"{team.team}.json").scenario, load_plan(out / (team.plan or "")))
        for team in result.teams
    }


def lag(team: str) -> list[dict[str, Any]]:
    return [{"item": f"{team}:PAGE", "lag_days": 0.5}]


def waiting() -> dict[str, Scenario]:
    first = scenario(
        [item("PAGE", value=5, effort=6, skill="copy"), item("BIG", value=9, effort=12, skill="copy")],
        [specialist("Ana", "copy")],
        sprint_days=2,
    )
    second = scenario(
        [item("MAIL", value=9, effort=3, skill="copy", depends_on=lag("one"))],
        [specialist("Ben", "copy")],
        sprint_days=2,
    )
    return {"one": first, "two": second}


def test_an_item_waits_for_another_teams_item_and_pulls_it_in(tmp_path: Path, pool: Runner) -> None:
    """Alone team one would do BIG; together PAGE is worth more, since MAIL of team two hangs on it."""
    assert plan(waiting()["one"]).value == 9
    result = batch(written(tmp_path, waiting(), []), pool)
    assert (result.value, result.bound) == (14, 14)
    found = plans(tmp_path, result)
    page, mail = found["one"][1].selected[0], found["two"][1].selected[0]
    assert (page.id, mail.id) == ("PAGE", "MAIL")
    assert page.tasks[0].finish_tick == 96
    assert mail.tasks[0].start_tick == 96 + 48
    assert violations(*found["two"]) == []


def test_what_another_team_does_not_deliver_keeps_an_item_out(tmp_path: Path, pool: Runner) -> None:
    result = batch(written(tmp_path, waiting(), [], one=10), pool)
    mail = plans(tmp_path, result)["two"][1].left_out[0]
    assert mail.reason.code == "dependency"


def test_weights_count(tmp_path: Path, pool: Runner) -> None:
    result = batch(written(tmp_path, waiting(), [], one=10), pool)
    assert (result.value, result.bound) == (90, 90)


@pytest.mark.parametrize("seed", range(3))
def test_plans_of_a_group_keep_every_rule_and_are_kept_the_next_time(tmp_path: Path, seed: int, pool: Runner) -> None:
    teams = small(seed)
    file = written(tmp_path, teams, [{**LENA, "teams": list(teams)}], t1=2.5)
    result = batch(file, pool)
    found = plans(tmp_path, result)
    for scenario_, made in found.values():
        assert violations(scenario_, made) == []
    assert violations_between(found, [shared(*teams)], teams) == []
    (group,) = result.coordinated
    assert group.bound >= group.value == pytest.approx(result.value)
    again = batch(file, pool)
    assert all(team.reused for team in again.teams)
    assert again.coordinated == result.coordinated


def test_work_in_progress_comes_before_value_over_all_teams(tmp_path: Path, pool: Runner) -> None:
    begun = item("OLD", value=1, effort=3, skill="legal", status="in-progress")
    teams = {
        "one": scenario([begun], [specialist("Ana", "copy")], sprint_days=1),
        "two": scenario([item("NEW", value=50, effort=3, skill="legal")], [specialist("Ben", "copy")], sprint_days=1),
    }
    result = batch(written(tmp_path, teams, [{**LENA, "teams": ["one", "two"]}]), pool)
    assert [team.value for team in result.teams] == [1, 0]
    assert result.bound == 1


def test_must_dos_that_clash_over_a_shared_person_are_named(tmp_path: Path, pool: Runner) -> None:
    def must(who: str) -> Scenario:
        return scenario(
            [item("M", value=1, effort=3, skill="legal", must=True)], [specialist(who, "copy")], sprint_days=1
        )

    teams = {
        "one": must("Ana"),
        "two": must("Ben"),
        "three": scenario([item("X", value=4, effort=1)], [specialist("Cy")], sprint_days=1),
    }
    result = batch(written(tmp_path, teams, [{**LENA, "teams": ["one", "two", "three"]}]), pool)
    by_team = {team.team: team for team in result.teams}
    assert sorted(by_team[team].status for team in ("one", "two")) != ["optimal", "optimal"]
    assert by_team["three"].value == 4
    assert "shared people" in " ".join(team.error or "" for team in result.teams)


def spoilt(found: dict[str, tuple[Scenario, Plan]], team: str, change: Any) -> dict[str, tuple[Scenario, Plan]]:
    scenario_, made = found[team]
    data = made.model_dump(mode="json")
    change(data)
    return {**found, team: (scenario_, Plan.model_validate(data))}


def shared_task(data: dict[str, Any]) -> dict[str, Any]:
    tasks = [task for entry in data["selected"] for task in entry["tasks"] if task["specialist"] == "Lena"]
    found: dict[str, Any] = tasks[0]
    return found


def test_the_judge_names_what_lies_between_teams(tmp_path: Path, pool: Runner) -> None:
    teams = {
        name: scenario(
            [item("L", value=5, effort=3, skill="legal")], [specialist(f"Ana {name}", "copy")], sprint_days=2
        )
        for name in ("one", "two")
    }
    found = plans(tmp_path, batch(written(tmp_path, teams, [{**LENA, "teams": ["one", "two"]}]), pool))
    people = [shared("one", "two")]
    assert violations_between(found, people, teams) == []
    starts = {name: shared_task(made.model_dump(mode="json"))["start_tick"] for name, (_, made) in found.items()}

    def same_time(data: dict[str, Any]) -> None:
        other = starts["one"]
        shared_task(data).update(start_tick=other, finish_tick=other + 96)

    assert any("overlap" in told for told in violations_between(spoilt(found, "two", same_time), people, teams))
    less = [
        scenario_.model_copy(update={"policy": scenario_.policy.model_copy(update={"buffer": 0.4})})
        for scenario_, _ in found.values()
    ]
    tight = {name: (given, made) for given, (name, (_, made)) in zip(less, found.items(), strict=True)}
    assert any("over capacity" in told for told in violations_between(tight, people, teams))


def test_the_judge_names_an_item_that_does_not_wait(tmp_path: Path, pool: Runner) -> None:
    teams = waiting()
    found = plans(tmp_path, batch(written(tmp_path, teams, []), pool))
    early = spoilt(found, "two", lambda data: data["selected"][0]["tasks"][0].update(start_tick=0, finish_tick=48))
    assert any("before one:PAGE" in told for told in violations_between(early, [], teams))
    gone = spoilt(found, "one", lambda data: data.update(selected=[]))
    assert any("one:PAGE, which it depends on, is not" in told for told in violations_between(gone, [], teams))


def two(*items: Item, **fields: Any) -> Scenario:
    return scenario(items, [specialist("Ana", "copy")], sprint_days=2, **fields)


WRONG: dict[str, tuple[dict[str, Scenario], list[dict[str, Any]], str]] = {
    "circle": (
        {
            "one": two(item("A", effort=1, depends_on=["two:B"])),
            "two": two(item("B", effort=1, depends_on=["one:A"])),
        },
        [],
        "wait for each other",
    ),
    "milestone": (
        {"one": two(milestone("M", depends_on=["two:B"])), "two": two(item("B", effort=1))},
        [],
        "milestone 'M' waits for another team's item",
    ),
    "name twice": (
        {"one": two(item("A", effort=1)), "two": two(item("B", effort=1))},
        [{**LENA, "name": "Ana", "teams": ["one", "two"]}],
        "has a specialist 'Ana' of its own",
    ),
    "points": (
        {
            "one": scenario([item("A", effort=1)], [Specialist(name="Ana", points_per_sprint=5)], unit="points"),
            "two": scenario([item("B", effort=1)], [specialist("Ben")]),
        },
        [{**LENA, "teams": ["one", "two"]}],
        "counts points",
    ),
    "holidays": (
        {"one": two(item("A", effort=1)), "two": two(item("B", effort=1), holidays={"country": "IE"})},
        [{**LENA, "teams": ["one", "two"]}],
        "has holidays IE",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_planned_together_is_refused(tmp_path: Path, pool: Runner, case: str) -> None:
    teams, people, words = WRONG[case]
    with pytest.raises(InputError, match=words):
        batch(written(tmp_path, teams, people), pool)


def test_an_unknown_item_of_another_team_blocks_as_any_unknown_does(tmp_path: Path, pool: Runner) -> None:
    teams = {"one": two(item("A", effort=1, depends_on=["two:NOPE"])), "two": two(item("B", value=2, effort=1))}
    result = batch(written(tmp_path, teams, [{**LENA, "teams": ["one", "two"]}]), pool)
    left = plans(tmp_path, result)["one"][1].left_out[0]
    assert left.reason.code == "dependency"


def test_a_done_item_of_another_team_asks_nothing(tmp_path: Path, pool: Runner) -> None:
    teams = {
        "one": two(item("A", value=3, effort=1, depends_on=["two:B"])),
        "two": two(item("B", effort=1, status="done")),
    }
    result = batch(written(tmp_path, teams, [{**LENA, "teams": ["one", "two"]}]), pool)
    assert [team.value for team in result.teams] == [3, 0]
