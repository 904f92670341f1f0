from __future__ import annotations

import datetime

import pytest

from models.plan import Plan, ShareUse
from planner.report import words
from tests.report.sample import moment, plan


@pytest.mark.parametrize(
    ("amount", "said"),
    [(12.0, "12"), (12.5, "12.5"), (0.005, "0.01"), (-0.001, "0"), (1e9, "1000000000"), (-3.0, "-3")],
)
def test_numbers_say_no_more_than_they_must(amount: float, said: str) -> None:
    assert words.number(amount) == said


@pytest.mark.parametrize(
    ("part", "said"), [(0.03201, "3.3 %"), (0.032, "3.2 %"), (0, "0 %"), (1e-9, "0.1 %"), (2, "200 %")]
)
def test_a_promised_percentage_is_rounded_up(part: float, said: str) -> None:
    assert words.percent_up(part) == said


def test_a_share_missed_by_little_does_not_look_reached() -> None:
    missed = ShareUse(sprint=2, name="goal", min=0.3, max=None, share=0.2999, shortfall=0.01)
    assert (
        words.shares_by_sprint([missed]) == "at least 30 % of a sprint, reached in 0 of 1, missed in sprint 2 (29.9 %)"
    )


@pytest.mark.parametrize(("part", "said"), [(0.125, "13 %"), (0.005, "1 %"), (0.0049, "0 %"), (0.995, "100 %")])
def test_a_shown_percentage_is_rounded_half_up(part: float, said: str) -> None:
    assert words.percent(part) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "optimal", "bound": 63, "gap": 0}, "proven optimal"),
        ({"bound": None, "gap": None}, "how far from the best is not known"),
        ({"bound": 0, "gap": None, "value": -4}, "no plan is worth more than 0"),
        ({"bound": 63, "gap": 0}, "proven to be the highest value; the order of equal plans is not"),
        ({}, "at most 3.1 % below the best possible (65)"),
    ],
)
def test_quality_in_words(changes: dict[str, object], said: str) -> None:
    assert words.quality(plan(**changes)) == said


@pytest.mark.parametrize(
    ("greedy", "said"),
    [
        (None, ""),
        (63, "plain list scheduling reaches 63"),
        (-5, "plain list scheduling reaches -5"),
        (45, "40 % above plain list scheduling (45)"),
    ],
)
def test_comparison_with_list_scheduling(greedy: float | None, said: str) -> None:
    assert words.against_list_scheduling(plan(greedy_value=greedy)) == said


def planned(start: datetime.datetime | None, finish: datetime.datetime | None) -> str:
    given: Plan = plan()
    return words.days(given.selected[0].model_copy(update={"start": start, "finish": finish}))


def test_days_from_and_to() -> None:
    assert planned(moment(1, "09:00"), moment(1, "17:00")) == "Mon 1 Mar"
    assert planned(moment(1, "09:00"), moment(4, "17:00")) == "Mon 1 – Thu 4 Mar"
    april = moment(1, "09:00").replace(month=4)
    assert planned(moment(31, "09:00"), april) == "Wed 31 Mar – Thu 1 Apr"
    assert planned(None, None) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\nb\t c", "a b c"),
        ("\x1b[31mred", "[31mred"),
        ("\u202eevil\u202c", "evil"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("\u2028x\x85y", "x y"),
    ],
)
def test_texts_from_outside_stay_on_their_line(text: str, said: str) -> None:
    assert words.clean(text) == said
