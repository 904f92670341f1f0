"""What a scenario may contain: limits, kinds, strictness, and what is refused by name (design.md section 6)."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.base import Model, exact, hundredths
from models.calendar import Calendar
from models.item import Item, Task
from models.plan import Plan
from models.policy import Policy
from models.scenario import Pin, Scenario, Solver
from models.team import Busy, Specialist, TimeOff
from planner import pipeline
from tests.builders import day, item, scenario, specialist

MINIMAL: dict[str, Any] = {"team": [{"name": "Ana"}], "backlog": [{"id": "A"}]}


def check_refused(model: type[Model], says: str, **fields: Any) -> None:
    with pytest.raises(ValidationError, match=says):
        model.model_validate(fields)


# -- a scenario as in the contract -----------------------------------------------------------------------------


def test_team_and_backlog_are_enough_and_the_rest_has_the_contract_s_defaults() -> None:
    given_ = Scenario.model_validate(MINIMAL)
    assert (given_.unit, given_.pins, given_.done) == ("hours", (), ())
    own = given_.calendar
    assert (own.start, own.sprint_days, own.sprints, own.weekend) == (None, 10, 1, ("sat", "sun"))
    assert (own.holidays, own.company_days, own.timezone) == (None, (), "UTC")
    assert (own.day_start, own.day_hours, own.detailed_sprints) == ("09:00", 8, 1)
    policy = given_.policy
    assert (policy.score, policy.scale, policy.buffer, policy.discount_per_sprint) == (None, 10, 0, 0)
    assert (policy.unknown_dependency, policy.carry_over, policy.ready_only) == ("block", "keep", False)
    assert (policy.max_parallel, policy.goal, policy.mix) == (None, None, ())
    assert (given_.solver.time_limit, given_.solver.work_limit) == (10, None)
    assert (given_.solver.workers, given_.solver.seed) == (0, 0)
    assert given_.team[0].hours_per_day == 6
    assert given_.backlog[0].status == "todo"


def test_the_contract_s_example() -> None:
    given_ = Scenario.model_validate(
        {
            "name": "Spring launch",
            "unit": "hours",
            "calendar": {
                "start": datetime.date(2027, 3, 1),
                "sprint_days": 10,
                "sprints": 1,
                "detailed_sprints": 1,
                "weekend": ["sat", "sun"],
                "holidays": {"country": "US"},
                "company_days": ["2027-03-12"],
                "day_start": "09:00",
                "day_hours": 8,
                "timezone": "America/New_York",
            },
            "team": [
                {
                    "name": "Ana",
                    "skills": {"copywriting": 1.0, "seo": 0.8},
                    "hours_per_day": 6,
                    "workdays": ["mon", "tue", "wed", "thu"],
                    "time_off": [
                        "2027-03-04",
                        {"date": "2027-03-05", "half": "am"},
                        {"from": "2027-03-08", "to": "2027-03-09"},
                    ],
                    "busy": [{"from": "2027-03-01", "to": "2027-03-02", "hours": 2}],
                },
                {"name": "Ben", "skills": ["design", "video"], "cost_per_hour": 60},
            ],
            "backlog": [
                {
                    "id": "MKT-1",
                    "title": "Nurture sequence for the product trial",
                    "type": "campaign-task",
                    "value": 40,
                    "work": [
                        {"skill": "copywriting", "effort": 8},
                        {"skill": "design", "effort": 6},
                        {"id": "legal", "skill": "legal", "effort": 2, "after": [1], "wait_days": 2, "not_by": [1]},
                    ],
                    "depends_on": ["MKT-4", {"item": "MKT-9", "lag_days": 1}],
                    "any_of": ["MKT-5", "MKT-6"],
                    "release": "2027-03-02",
                    "deadline": "2027-03-10",
                    "due": {"date": "2027-03-08", "cost_per_day": 2},
                    "must": False,
                    "theme": "pipeline",
                    "exclusive": "hero-video-idea",
                    "status": "todo",
                    "acceptance": ["Sequence is live"],
                }
            ],
            "policy": {
                "score": "weighted",
                "scale": 10,
                "weights": {"business": 3, "customer": 2},
                "priorities": {"Blocker": 16},
                "discount_per_sprint": 0.03,
                "buffer": 0.1,
                "max_parallel": 8,
                "goal": {"themes": ["pipeline"], "min_share": 0.5},
                "mix": [{"type": "experiment", "min_share": 0.2}, {"type": "business-as-usual", "max_share": 0.3}],
                "ready_only": False,
            },
            "pins": [
                {"item": "MKT-12", "sprint": 1},
                {"item": "MKT-9", "out": True},
                {"item": "MKT-7", "task": 1, "specialist": "Ana", "start": "2027-03-03"},
                {"item": "MKT-7", "task": 2, "not_specialist": "Ben"},
            ],
            "done": ["MKT-2"],
            "solver": {"time_limit": 10, "work_limit": None, "workers": 0, "seed": 0},
        }
    )
    assert [one.name for one in given_.team] == ["Ana", "Ben"]
    assert [task.after for task in given_.backlog[0].work] == [None, None, (1,)]
    assert [pin.item for pin in given_.pins] == ["MKT-12", "MKT-9", "MKT-7", "MKT-7"]
    assert given_.backlog[0].due is not None
    assert given_.backlog[0].due.cost_per_day == 2
    assert given_.calendar.company_days == (datetime.date(2027, 3, 12),)


# -- strict and closed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Scenario, Calendar, Specialist, Item, Task, Policy, Pin, Solver, TimeOff, Busy])
def test_unknown_keys_are_refused(model: type[Model]) -> None:
    check_refused(model, r"efort\s+Extra inputs are not permitted", efort=1)


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Item, {"id": "A", "value": "40"}),
        (Item, {"id": "A", "must": "yes"}),
        (Item, {"id": "A", "must": 1}),
        (Item, {"id": True}),
        (Item, {"id": None}),
        (Item, {"id": ["A"]}),
        (Task, {"effort": "6"}),
        (Calendar, {"sprint_days": 10.5}),
        (Calendar, {"sprint_days": True}),
        (Calendar, {"day_start": 900}),
        (Specialist, {"name": "Ana", "skills": "design"}),
        (Specialist, {"name": "Ana", "skills": {"design": "good"}}),
        (Policy, {"max_parallel": "8"}),
        (Pin, {"item": "A", "out": False}),
        (Solver, {"seed": 1.5}),
    ],
)
def test_nothing_is_guessed_from_another_kind(model: type[Model], fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(fields)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), -1, 1e10, 10**400])
def test_numbers_have_limits(number: float) -> None:
    for model, fields in (
        (Item, {"id": "A", "value": number}),
        (Item, {"id": "A", "effort": number}),
        (Item, {"id": "A", "scores": {"business": number}}),
        (Task, {"wait_days": number}),
        (Item, {"id": "A", "depends_on": [{"item": "B", "lag_days": number}]}),
        (Item, {"id": "A", "due": {"date": "2027-03-01", "cost_per_day": number}}),
        (Specialist, {"name": "Ana", "hours_per_day": number}),
        (Specialist, {"name": "Ana", "skills": {"x": number}}),
        (Policy, {"buffer": number}),
        (Policy, {"weights": {"business": number}}),
        (Solver, {"time_limit": number}),
        (Calendar, {"day_hours": number}),
        (Calendar, {"sprint_days": number}),
    ):
        with pytest.raises(ValidationError):
            model.model_validate(fields)


def test_models_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        item("A").value = 3  # type: ignore[misc]


# -- names, dates, texts ---------------------------------------------------------------------------------------


def test_numbers_may_be_names() -> None:
    assert Item.model_validate({"id": 17, "depends_on": [18, "MKT-9"]}).id == "17"
    assert Item.model_validate({"id": 17, "depends_on": [18]}).depends_on[0].item == "18"
    assert Pin.model_validate({"item": 17, "out": True}).item == "17"


def test_names_lose_their_blanks_and_are_not_empty() -> None:
    assert item("  A ").id == "A"
    check_refused(Item, "at least 1", id="  ")
    check_refused(Item, "at most 200", id="x" * 201)
    check_refused(Item, "control characters", id="A\x00B")


@pytest.mark.parametrize("text", ["2027-3-1", "01.03.2027", "2027-03-01T09:00", "20270301", "tomorrow", ""])
def test_dates_are_iso(text: str) -> None:
    check_refused(Item, "write the date as YEAR-MONTH-DAY", id="A", release=text)


def test_dates_exist_and_lie_in_a_possible_year() -> None:
    check_refused(Item, "no such day", id="A", release="2027-02-29")
    check_refused(Item, "between 1970 and 2200", id="A", release="0001-01-01")
    check_refused(Item, "between 1970 and 2200", id="A", release=datetime.date(2201, 1, 1))
    check_refused(Item, "without a time of day", id="A", release=datetime.datetime(2027, 3, 1, 9))
    assert item("A", release=" 2028-02-29 ").release == datetime.date(2028, 2, 29)


# -- the calendar ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "/etc/localtime", "a\x00b", "x" * 65])
def test_an_unknown_time_zone(zone: str) -> None:
    with pytest.raises(ValidationError):
        Calendar.model_validate({"timezone": zone})


@pytest.mark.parametrize("text", ["9:00", "24:00", "09:60", "09.00", "9", "09:00:00", "０9:00"])
def test_a_time_of_day(text: str) -> None:
    check_refused(Calendar, "HH:MM", day_start=text)


def test_a_day_ends_by_midnight() -> None:
    assert Calendar.model_validate({"day_start": "16:00", "day_hours": 8}).day_hours == 8
    check_refused(Calendar, "past midnight", day_start="16:01", day_hours=8)


def test_a_week_has_a_working_day() -> None:
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    with pytest.raises(ValidationError):
        Calendar.model_validate({"weekend": week})
    check_refused(Calendar, "Input should be 'mon'", weekend=["monday"])


def test_no_more_sprints_in_detail_than_there_are_and_no_horizon_beyond_reason() -> None:
    assert Calendar(sprints=3, detailed_sprints=0).sprints == 3
    check_refused(Calendar, "more than `sprints`", detailed_sprints=2)
    check_refused(Calendar, "more than 6000 days", sprints=520, sprint_days=20)


# -- the team --------------------------------------------------------------------------------------------------


def test_a_list_of_skills_means_full_proficiency() -> None:
    assert Specialist.model_validate({"name": "A", "skills": ["x", "y"]}).skills == {"x": 1.0, "y": 1.0}
    check_refused(Specialist, "named twice", name="A", skills=["x", "x"])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "give either `date`"),
        ({"date": "2027-03-01", "from": "2027-03-01", "to": "2027-03-02"}, "give either `date`"),
        ({"from": "2027-03-01"}, "both `from` and `to`"),
        ({"to": "2027-03-01"}, "both `from` and `to`"),
        ({"from": "2027-03-01", "to": "2027-03-02", "half": "am"}, "`half` goes with `date`"),
        ({"from": "2027-03-02", "to": "2027-03-01"}, "swap them"),
        ({"date": "2027-03-01", "half": "noon"}, "'am' or 'pm'"),
    ],
)
def test_time_off(fields: dict[str, Any], says: str) -> None:
    check_refused(TimeOff, says, **fields)


def test_busy_lies_forward() -> None:
    check_refused(Busy, "swap them", **{"from": "2027-03-02", "to": "2027-03-01", "hours": 1})


# -- items -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"work": [], "effort": 1}, "not both"),
        ({"work": [{"effort": 1}], "skill": "x"}, "not both"),
        ({"milestone": True, "effort": 1}, "a milestone has no work"),
        ({"milestone": True, "work": [{"effort": 1}]}, "a milestone has no work"),
        ({"remaining": 1}, "goes with `status: in-progress`"),
        ({"remaining": 1, "status": "done"}, "goes with `status: in-progress`"),
        ({"status": "doing"}, "'todo', 'in-progress' or 'done'"),
    ],
)
def test_items_that_contradict_themselves(fields: dict[str, Any], says: str) -> None:
    check_refused(Item, says, id="A", **fields)


def test_short_forms() -> None:
    entry = Item.model_validate(
        {"id": "A", "due": "2027-03-08", "acceptance": "live", "work": [{"effort": 1}, {"not_by": 1, "same_as": "1"}]}
    )
    assert entry.due is not None
    assert (entry.due.date, entry.due.cost_per_day) == (day(5), 0)
    assert entry.acceptance == ("live",)
    assert entry.work is not None
    assert (entry.work[1].not_by, entry.work[1].same_as) == ((1,), ("1",))
    assert entry.work[1].after is None


def test_a_milestone_may_say_so_and_have_an_empty_list_of_work() -> None:
    assert item("A", milestone=True, work=[]).milestone


# -- policy, pins, scenario ------------------------------------------------------------------------------------


def test_a_baseline_is_a_plan() -> None:
    check_refused(Policy, "less than or equal to 1", churn_tolerance=5)
    with pytest.raises(ValidationError, match="baseline"):
        Scenario.model_validate({**MINIMAL, "baseline": "last-plan.json"})


def test_shares() -> None:
    check_refused(Policy, "give `min_share`, `max_share` or both", goal={"themes": ["x"]})
    check_refused(Policy, "is above", mix=[{"type": "x", "min_share": 0.5, "max_share": 0.4}])
    check_refused(Policy, "names a type twice", mix=[{"type": "x", "min_share": 0.1}, {"type": "x", "max_share": 0.4}])
    check_refused(Policy, "at least 1 item", goal={"themes": [], "min_share": 0.5})


def test_a_pin_says_something() -> None:
    check_refused(Pin, "a pin needs one of", item="A", task=1)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"team": []}, "at least 1 item"),
        ({"team": [{"name": "Ana"}, {"name": " Ana "}]}, "the specialist Ana is in the team twice"),
        ({"backlog": [{"id": "A"}, {"id": "A"}]}, "the item id A is used twice"),
        ({"backlog": [{"id": 1}, {"id": "1"}]}, "the item id 1 is used twice"),
        ({"unit": "points"}, r"needs points_per_sprint for each specialist \(Ana has none\)"),
        ({"team": [{"name": "Ana", "points_per_sprint": 5}]}, "go with `unit: points`"),
        ({"team_velocity": 5}, "go with `unit: points`"),
        ({"unit": "points", "team": [{"name": "A", "points_per_sprint": 5}], "team_velocity": 5}, "not both"),
        ({"unit": "days"}, "'hours' or 'points'"),
    ],
)
def test_scenarios_that_contradict_themselves(fields: dict[str, Any], says: str) -> None:
    check_refused(Scenario, says, **{**MINIMAL, **fields})


# -- numbers ---------------------------------------------------------------------------------------------------


def test_a_number_means_what_was_written() -> None:
    assert exact(0.1) == Fraction(1, 10)
    assert exact(1e-7) == Fraction(1, 10**7)
    assert exact(3) == 3


@given(st.integers(0, 10**7))
def test_hundredths_half_up(thousandths: int) -> None:
    assert hundredths(Fraction(thousandths, 1000)) == (thousandths + 5) // 10


@given(st.decimals(0, 1000, places=2))
def test_an_effort_keeps_its_hundredths(effort: Any) -> None:
    assert exact(Task(effort=float(effort)).effort or 0.0) == Fraction(effort)


# -- the plan --------------------------------------------------------------------------------------------------


def test_a_plan_survives_json_with_its_offsets() -> None:
    given_ = scenario([item("A", effort=3, value=1)], [specialist("Ana")], timezone="America/New_York")
    plan = pipeline.plan(given_)
    text = plan.model_dump_json()
    assert '"start":"2027-03-01T09:00:00-05:00"' in text
    assert Plan.model_validate_json(text) == plan
    assert Plan.model_validate_json(text).model_dump_json() == text


def test_a_left_out_item_never_has_a_benefit() -> None:
    plan = pipeline.plan(scenario([item("A", effort=3, value=1, status="done")]))
    dumped = plan.model_dump(mode="json")
    dumped["left_out"][0]["benefit"] = 1
    with pytest.raises(ValidationError, match="less than or equal to 0"):
        Plan.model_validate(dumped)
