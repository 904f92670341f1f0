"""Every worked example loads, plans and is found right by the judge; each shows what its page says it shows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from benchmarks import roadmap_generator
from models.plan import Plan
from models.scenario import Scenario, Solver
from models.team import Specialist
from planner import plan
from planner.intake.scenario_file import load_scenario
from planner.report import roadmap
from planner.verify import violations

SCENARIOS = Path(__file__).parents[1] / "scenarios"
EXAMPLES = sorted(path.parent.name for path in SCENARIOS.glob("*/scenario.yaml"))


@cache
def example(name: str) -> Scenario:
    return load_scenario(SCENARIOS / name / "scenario.yaml").scenario


@cache
def planned(name: str) -> Plan:
    return plan(example(name))


def test_no_example_is_missed() -> None:
    assert {"marketing", "spring-xd", "tutorial", "two-quarters"} <= set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_plans_and_the_judge_agrees(name: str) -> None:
    proposal = planned(name)
    assert proposal.status in {"optimal", "feasible"}
    assert violations(example(name), proposal) == []
    assert proposal.selected
    assert proposal.left_out


def reasons(name: str) -> dict[str, str]:
    return {item.id: item.reason.code for item in planned(name).left_out}


def test_two_quarters_show_epics_quarters_and_work_that_lies_in_several_sprints() -> None:
    proposal, scenario = planned("two-quarters"), example("two-quarters")
    assert proposal.gap is not None
    cut = {item.id for item in proposal.selected if len({task.sprint for task in item.tasks}) > 1}
    assert cut
    assert cut <= {item.id for item in scenario.backlog if item.may_span}
    assert {item.id for item in proposal.selected if item.sprint == 1 and item.start is not None}
    assert [period.name for period in roadmap.quarters(scenario, proposal)] == ["2027 Q2", "2027 Q3", "2027 Q4"]
    assert {epic.id for epic in roadmap.epics(scenario, proposal)} == {"E-1", "E-2", "E-3", "E-4"}
    must = {item.id for item in scenario.backlog if item.must}
    assert must <= {item.id for item in proposal.selected}


def test_five_years_in_a_short_form(tmp_path: Path) -> None:
    file = tmp_path / "five-years.json"
    roadmap_generator.main(["--items", "300", "--sprints", "8", "--seed", "1", "--out", str(file)])
    scenario = load_scenario(file).scenario
    short = scenario.model_copy(update={"solver": Solver(work_limit=4)})
    proposal = plan(short)
    assert violations(short, proposal) == []
    assert {item.sprint for item in proposal.selected} == set(range(1, 9))
    assert proposal.bound is not None
    assert proposal.value is not None
    assert proposal.value <= proposal.bound


def test_tutorial_shows_dependency_deadline_day_off_and_an_item_left_out() -> None:
    proposal = planned("tutorial")
    assert proposal.status == "optimal"
    assert proposal.value == 110
    assert reasons("tutorial") == {"BRO-1": "capacity"}
    chosen = {item.id: item for item in proposal.selected}
    page, mail = chosen["WEB-1"], chosen["MAIL-1"]
    assert page.finish is not None
    assert mail.start is not None
    assert mail.finish is not None
    assert page.finish <= mail.start
    assert mail.start.date().isoformat() == "2027-03-05"  # Ana is away on Thursday, and Friday is the deadline
    assert mail.finish.date().isoformat() == "2027-03-05"


def test_marketing_backlog_is_what_its_page_says() -> None:
    scenario = example("marketing")
    assert len(scenario.backlog) == 27
    assert {item.type for item in scenario.backlog} == {
        "strategic-initiative",
        "campaign-task",
        "optimization",
        "experiment",
        "business-as-usual",
    }
    demand = sum(
        item.remaining if item.remaining is not None else sum(task.effort or 0 for task in item.work or ())
        for item in scenario.backlog
        if item.status != "done"
    )
    available = sum(row.available for row in planned("marketing").capacity)
    assert 1.5 <= demand / available <= 2


def test_marketing_is_proven_and_leaves_out_for_the_reasons_told() -> None:
    assert planned("marketing").status == "optimal"
    told = {"MKT-101": "done", "MKT-144": "not-ready", "MKT-145": "dependency", "MKT-105": "policy"}
    assert reasons("marketing").items() >= told.items()
    chosen = {item.id for item in planned("marketing").selected}
    assert {"MKT-102", "MKT-143", "MKT-142", "MKT-132", "MKT-112", "MKT-106"} <= chosen
    assert len({"MKT-109", "MKT-110"} & chosen) != 1


def test_marketing_keeps_a_second_pair_of_eyes() -> None:
    for item in planned("marketing").selected:
        who = {task.id: task.specialist for task in item.tasks}
        if "proof" in who:
            assert who["proof"] != who[next(name for name in ("copy", "draft") if name in who)]


def test_holiday_carries_no_work() -> None:
    for item in planned("marketing").selected:
        for task in item.tasks:
            assert task.start is not None
            assert task.start.date().isoformat() != "2027-03-17"


@pytest.mark.parametrize(("skill", "value"), [("copywriting", 775.5), ("design", 795)])
def test_marketing_with_one_more_freelancer_is_worth_what_the_page_says(skill: str, value: float) -> None:
    scenario = example("marketing")
    freelancer = Specialist.model_validate({"name": "Freelancer", "skills": [skill]})
    proposal = plan(scenario.model_copy(update={"team": (*scenario.team, freelancer)}))
    assert proposal.status == "optimal"
    assert proposal.value == value
    assert "MKT-107" in {item.id for item in proposal.selected}
    assert f"{value:g}" in (SCENARIOS / "marketing/README.md").read_text(encoding="utf-8")
