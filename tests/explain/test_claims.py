"""Every claim of an explanation against exhaustive search, on scenarios with every feature."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.scenario import Pin, Scenario
from planner.explain import out
from planner.explain.capacity import CapacityQuestions, one_by_one, with_more
from planner.explain.explanation import _clash
from planner.explain.inside import InQuestion
from planner.explain.out import OutQuestion, never
from planner.explain.prices import AbsenceQuestion, DeadlineQuestion, with_deadline, without
from planner.explain.questions import outside
from tests.explain.asking import explained, item_with, pinned, same, settled, value
from tests.strategies import scenarios

CROWDED = (
    (),
    ("must", "exclusive", "together"),
    ("depends_on", "any_of", "milestone", "lag"),
    ("deadline", "due", "wait", "release"),
    ("in_progress", "remaining", "assignee", "goal"),
    ("pin_in", "pin_start", "pin_who", "max_parallel"),
)


def many(examples: int) -> settings:
    return settings(
        max_examples=examples,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )


@pytest.mark.parametrize("always", CROWDED, ids=lambda features: " ".join(features) or "any")
@many(60)
@given(data=st.data())
def test_what_having_an_item_in_would_cost(always: tuple[str, ...], data: st.DataObject) -> None:
    scenario: Scenario = data.draw(scenarios(always=always))
    proposed, case = explained(scenario)
    for entry in proposed.left_out:
        if entry.reason.code == "done":
            continue
        if entry.id in case.index:
            question = OutQuestion(case, entry, _clash)
            settled(question.settle)
            why = question.answer()
        else:
            why = never(case, entry)
        assert why.proven
        forced = item_with(scenario, entry.id, must=True)
        assert same(why.forced_value, value(forced)), why
        if why.forced_value is not None:
            gone = [Pin(item=name, out=True) for name in why.displaced]
            assert same(why.forced_value, value(pinned(forced, *gone))), why


@pytest.mark.parametrize("always", CROWDED, ids=lambda features: " ".join(features) or "any")
@many(20)
@given(data=st.data())
def test_the_way_for_large_sprints_says_the_same(always: tuple[str, ...], data: st.DataObject) -> None:
    """Bounds by linear programming hold, a first plan from the chosen items is one, and the answer stays the same."""
    scenario: Scenario = data.draw(scenarios(always=always))
    proposed, case = explained(scenario)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out, "LARGE_TASKS", -1)
        patch.setattr(OutQuestion, "_nearly_best", lambda _: True)
        for entry in proposed.left_out:
            if entry.id in case.index:
                question = OutQuestion(case, entry, _clash)
                settled(question.settle)
                assert same(question.answer().forced_value, value(item_with(scenario, entry.id, must=True)))
    for planned in proposed.selected:
        index = case.index[planned.id]
        bound = case.questions.relaxed(index, inside=False, seconds=30)
        without_it = case.questions.ask(outside(index))
        if without_it.value is not None and bound is not None and case.worse(without_it) is None:
            assert bound >= without_it.value


@pytest.mark.parametrize("always", CROWDED, ids=lambda features: " ".join(features) or "any")
@many(25)
@given(data=st.data())
def test_what_another_choice_would_cost(always: tuple[str, ...], data: st.DataObject) -> None:
    scenario: Scenario = data.draw(scenarios(always=always))
    proposed, case = explained(scenario)
    for planned in proposed.selected:
        question = InQuestion(case, planned)
        for job in question.jobs():
            settled(job)
        why = question.answer()
        forced = item_with(scenario, planned.id, must=True)
        if why.without is not None:
            out = pinned(scenario, Pin(item=planned.id, out=True))
            assert same(why.without.value, value(out)), why
        if why.later is not None:
            assert planned.start is not None
            next_day = next((day for day in case.prepared.clock.days if day > planned.start.date()), None)
            after = next_day or case.prepared.clock.days[-1] + datetime.timedelta(days=1)
            own = scenario.backlog[[item.id for item in scenario.backlog].index(planned.id)].release
            later = item_with(forced, planned.id, release=max(after, own) if own else after)
            assert same(why.later.value, value(later)), why
        for other in why.others:
            pin = Pin(item=planned.id, task=other.task, not_specialist=other.specialist)
            assert same(other.value, value(pinned(forced, pin))), (why, other)


@many(100)
@given(data=st.data())
def test_what_more_hours_bring(data: st.DataObject) -> None:
    scenario: Scenario = data.draw(scenarios())
    _, case = explained(scenario)
    questions = CapacityQuestions(case)
    questions.run(1.0)
    rows = [row for row in questions.answers() if row.specialist is not None and row.marginal]
    if not rows:
        return
    row = data.draw(st.sampled_from(rows))
    step = data.draw(st.sampled_from(row.marginal))
    assert row.specialist is not None
    there = next(one.axis.length for one in case.prepared.instance.specialists if one.name == row.specialist)
    more = with_more(one_by_one(case.prepared.scenario), there, row.specialist, Fraction(step.hours))
    assert more is not None
    best = value(more)
    assert best is not None
    assert same(step.value, best - case.worth), (row, step)


@many(100)
@given(data=st.data())
def test_what_absences_cost(data: st.DataObject) -> None:
    scenario: Scenario = data.draw(scenarios())
    _, case = explained(scenario)
    for person in case.prepared.people:
        question = AbsenceQuestion.of(case, person.name)
        settled(question.change.settle)
        price = question.answer()
        assert price.proven
        assert same(price.value, value(without(case, person.name))), price


@many(100)
@given(data=st.data())
def test_what_deadlines_cost(data: st.DataObject) -> None:
    scenario: Scenario = data.draw(scenarios(always=("deadline",)))
    _, case = explained(scenario)
    for entry in case.prepared.items:
        if entry.item.deadline is None:
            continue
        question = DeadlineQuestion.of(case, entry.item)
        settled(question.dropped.settle)
        for job in question.second():
            settled(job)
        price = question.answer()
        free = value(with_deadline(scenario, entry.item.id, None))
        assert same(float(case.worth) if price is None else price.value, free), price
        if question.next_day is not None:
            best = value(with_deadline(scenario, entry.item.id, question.next_day))
            gain = 0.0 if price is None else price.gain
            assert same(gain, None if best is None else best - case.worth), price
