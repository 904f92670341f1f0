"""The judge takes any plan the form allows: it finds what is wrong and never falls over."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import Model
from models.plan import Plan
from planner.verify import violations
from tests.verify.good import IMPOSSIBLE, POINTS, SCENARIO, good, plan_of

IDS = [entry.id for entry in SCENARIO.backlog] + ["", "nobody", "A" * 200]
TIME = datetime.datetime(2027, 3, 28, 2, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
STRANGE: dict[str, st.SearchStrategy[Any]] = {
    "id": st.sampled_from([*IDS, "1", "2", "draft", "0"]),
    "title": st.text(max_size=3),
    "specialist": st.sampled_from(["Ana", "Ben", "Cleo", "Writer", "Writer 1", "", "Zoe"]),
    "skill": st.sampled_from([None, "copy", "design", "web", ""]),
    "estimate": st.sampled_from(["given", "guessed"]),
    "sprint": st.sampled_from([1, 0, -1, 2, 10**30]),
    "rank": st.integers(-2, 30),
    "start_tick": st.none() | st.integers(-5, 1000) | st.sampled_from([10**30, -(10**30)]),
    "finish_tick": st.none() | st.integers(-5, 1000) | st.sampled_from([10**30]),
    "start": st.sampled_from([None, TIME, datetime.datetime.min.replace(tzinfo=datetime.UTC)]),
    "finish": st.sampled_from([None, TIME, datetime.datetime.max.replace(tzinfo=datetime.UTC)]),
    "code": st.sampled_from(
        ["done", "skill", "dependency", "policy", "capacity", "outranked", "not-reached", "no-value"]
    ),
    "proven": st.booleans(),
    "term": st.sampled_from(["carried_over", "value", "churn", "peak"]),
    "name": st.sampled_from(["goal", "experiment", ""]),
}
NUMBERS = st.sampled_from([0.0, -1.0, 1e308, -1e308, 1e-308, 0.1, 144.0])
PLAN_FIELDS = {
    "status": st.sampled_from(["optimal", "feasible", "infeasible", "unknown"]),
    "start": st.dates(datetime.date(1970, 1, 1), datetime.date(2200, 12, 31)),
    "value": st.none() | NUMBERS,
    "best_value": st.none() | NUMBERS,
    "bound": st.none() | NUMBERS,
    "gap": st.none() | NUMBERS,
    "greedy_value": st.none() | NUMBERS,
}
LISTS = ("selected", "left_out", "capacity", "shares", "objective")


def _spoiled(data: st.DataObject, thing: Model) -> Model:
    """Change one field, perhaps far inside."""
    fields = [name for name in type(thing).model_fields if name != "text"]
    name = data.draw(st.sampled_from(sorted(fields)))
    value = getattr(thing, name)
    if isinstance(value, tuple):
        return thing.model_copy(update={name: _shuffled(data, value)})
    if isinstance(value, Model):
        return thing.model_copy(update={name: _spoiled(data, value)})
    return thing.model_copy(update={name: data.draw(STRANGE.get(name, NUMBERS))})


def _shuffled(data: st.DataObject, rows: tuple[Any, ...]) -> tuple[Any, ...]:
    """Drop a row, double it, move it to the end or change it."""
    if not rows:
        return rows
    place = data.draw(st.integers(0, len(rows) - 1))
    before, one, after = rows[:place], rows[place], rows[place + 1 :]
    how = data.draw(st.sampled_from(["change", "change", "change", "drop", "double", "last"]))
    if how == "change":
        return (*before, _spoiled(data, one), *after)
    return {"drop": (*before, *after), "double": (*rows, one), "last": (*before, *after, one)}[how]


def _strange(data: st.DataObject, plan: Plan) -> Plan:
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from([*LISTS, *LISTS, *PLAN_FIELDS]))
        new = data.draw(PLAN_FIELDS[name]) if name in PLAN_FIELDS else _shuffled(data, getattr(plan, name))
        plan = plan.model_copy(update={name: new})
    return plan


@settings(max_examples=400)
@given(st.data())
def test_a_spoiled_plan_never_makes_the_judge_fall_over(data: st.DataObject) -> None:
    given_, plan = data.draw(
        st.sampled_from([(SCENARIO, good()), (POINTS, plan_of("points")), (IMPOSSIBLE, plan_of("impossible"))])
    )
    strange = _strange(data, plan)
    found = violations(given_, strange)
    assert all(isinstance(sentence, str) and sentence for sentence in found)
    assert found == violations(given_, strange)


@settings(max_examples=150)
@given(st.data())
def test_one_changed_tick_or_person_is_always_found(data: st.DataObject) -> None:
    """Whatever is changed of what is done by whom and when, times or figures no longer agree with it."""
    plan = good()
    item = data.draw(st.sampled_from([entry for entry in plan.selected if entry.tasks]))
    task = data.draw(st.sampled_from(item.tasks))
    name = data.draw(st.sampled_from(["start_tick", "finish_tick", "specialist", "effort", "skill", "id"]))
    value = data.draw(NUMBERS if name == "effort" else STRANGE[name])
    if value == getattr(task, name):
        return
    tasks = tuple(one.model_copy(update={name: value}) if one is task else one for one in item.tasks)
    selected = tuple(one.model_copy(update={"tasks": tasks}) if one is item else one for one in plan.selected)
    assert violations(SCENARIO, plan.model_copy(update={"selected": selected}))


@settings(max_examples=60)
@given(st.data())
def test_a_plan_of_another_scenario_is_judged_all_the_same(data: st.DataObject) -> None:
    given_, plan = data.draw(st.sampled_from([(POINTS, good()), (SCENARIO, plan_of("points")), (IMPOSSIBLE, good())]))
    assert violations(given_, _strange(data, plan))


def test_the_judge_reads_a_plan_that_went_through_json() -> None:
    again = Plan.model_validate_json(good().model_dump_json())
    assert again == good()
    assert violations(SCENARIO, again) == []
