"""Faults in when things happen, and the sentence that the judge must find for each."""

from __future__ import annotations

import datetime

from tests.builders import day, pin
from tests.verify.spoil import (
    asked_case,
    entry,
    moved,
    of_task,
    plan_case,
    with_item,
    with_pins,
    with_policy,
    with_scenario_item,
    with_task,
)

HOUR = datetime.timedelta(hours=1)

TIMES = [
    plan_case(
        "away",
        r"item B, task 1: starts at 2027-03-05 09:00 \(tick 384\), when Cleo is not there",
        lambda plan: moved(plan, "B", "1", -96),
    ),
    plan_case(
        "too late in the sprint",
        r"item B, task 1: takes 64 of Cleo's ticks, more than are left",
        lambda plan: moved(plan, "B", "1", 767 - (of_task(plan, "B", "1").start_tick or 0)),
    ),
    plan_case(
        "too short",
        r"item B, task 1: takes 64 of Cleo's ticks .* and so finishes at .*, not at",
        lambda plan: with_task(plan, "B", "1", finish_tick=(of_task(plan, "B", "1").finish_tick or 0) - 1),
    ),
    plan_case(
        "two at a time",
        r"specialist Cleo: does two tasks at a time, item R, task 1 starts at .* before item A, task 1",
        lambda plan: moved(plan, "R", "1", -1),
    ),
    plan_case(
        "before the task before",
        r"item A, task 2: starts at .*, before task 1 is finished",
        lambda plan: moved(plan, "A", "2", -(of_task(plan, "A", "2").start_tick or 0) + 40),
    ),
    asked_case(
        "before the wait is over",
        r"item A, task 2: starts at .*, before task 1 is finished at .* and its wait of 48 ticks",
        lambda given: with_scenario_item(
            given,
            "A",
            work=[{"skill": "design", "effort": 6, "wait_days": 0.5}, {"skill": "legal", "effort": 3, "wait_days": 1}],
        ),
    ),
    asked_case(
        "before the release",
        r"item T: starts at 2027-03-01 09:00 \(tick 0\), before its release 2027-03-02",
        lambda given: with_scenario_item(given, "T", release=day(1)),
    ),
    asked_case(
        "a milestone that is released after the sprint",
        r"item N: starts at .*, before its release 2027-03-15",
        lambda given: with_scenario_item(given, "N", release=day(10)),
    ),
    asked_case(
        "after the deadline",
        r"item B: finishes at .*, after its deadline 2027-03-08",
        lambda given: with_scenario_item(given, "B", deadline=day(5)),
    ),
    asked_case(
        "waits beyond the sprint",
        r"item B: finishes at tick \d+, waits included, after the sprint's end at tick 864",
        lambda given: with_scenario_item(
            given, "B", effort=None, skill=None, work=[{"skill": "web", "effort": 4, "wait_days": 9}]
        ),
    ),
    asked_case(
        "before what it depends on",
        r"item T: starts at .*, before C, which it depends on, is finished at 2027-03-03 \d\d:\d\d \(tick \d+\)$",
        lambda given: with_scenario_item(given, "T", depends_on=["C"]),
    ),
    asked_case(
        "before the lag is over",
        r"item B: starts at .*, before A, which .* and its lag of 6 days is over",
        lambda given: with_scenario_item(given, "B", depends_on=[{"item": "A", "lag_days": 6}]),
    ),
    asked_case(
        "before any alternative",
        r"item T: starts at .*, before any of its any_of \(C, B\) is finished, lag included",
        lambda given: with_scenario_item(given, "T", any_of=["C", "B", "K"]),
    ),
    asked_case(
        "pinned to a day off",
        r"item T: pin 6 asks for 2027-03-06, which is no working day of the horizon",
        lambda given: with_pins(given, pin("T", start=datetime.date(2027, 3, 6))),
    ),
    asked_case(
        "pinned to another day",
        r"item T: starts at .*, but pin 6 asks for 2027-03-03",
        lambda given: with_pins(given, pin("T", start=day(2))),
    ),
    asked_case(
        "a milestone pinned to another day",
        r"item N: starts at 2027-03-01 17:00 .*, but pin 6 asks for 2027-03-02",
        lambda given: with_pins(given, pin("N", start=day(1))),
    ),
    asked_case(
        "a task pinned to another day",
        r"item A, task 2: starts at .*, but pin 6 asks for 2027-03-01",
        lambda given: with_pins(given, pin("A", task=2, start=day(0))),
    ),
    asked_case(
        "too many at once",
        r"policy: 2 items under way at .*; max_parallel is 1",
        lambda given: with_policy(given, max_parallel=1),
    ),
    plan_case(
        "a start an hour off",
        r"item T, task 1: start is written as .*, but it is 2027-03-01T09:00:00\+01:00",
        lambda plan: with_task(plan, "T", "1", start=of_task(plan, "T", "1").start + HOUR),
    ),
    plan_case(
        "no finish time",
        r"item T, task 1: has no finish time; it is",
        lambda plan: with_task(plan, "T", "1", finish=None),
    ),
    plan_case(
        "the same moment elsewhere",
        r"item T: start is written as 2027-03-01T08:00:00\+00:00, but it is",
        lambda plan: with_item(plan, "T", start=entry(plan, "T").start.astimezone(datetime.UTC)),
    ),
    plan_case("no item time", r"item A: has no finish time", lambda plan: with_item(plan, "A", finish=None)),
    plan_case(
        "a milestone at the next day's start",
        r"item N: finish is written as 2027-03-02T09:00:00",
        lambda plan: with_item(plan, "N", finish=entry(plan, "N").finish + 16 * HOUR),
    ),
]
