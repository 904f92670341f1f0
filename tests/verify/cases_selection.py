"""Faults in what is read, chosen and staffed, and the sentence that the judge must find for each."""

from __future__ import annotations

from tests.builders import pin
from tests.verify.spoil import (
    asked_case,
    dropped,
    left_out,
    of_task,
    other_person,
    plan_case,
    with_item,
    with_left_out,
    with_list,
    with_pins,
    with_policy,
    with_scenario_item,
    with_task,
    with_tasks,
    without,
)

READING = [
    plan_case(
        "an item nobody knows",
        r"item Y: planned, but not in the backlog",
        lambda plan: with_item(plan, "T", id="Y"),
    ),
    plan_case(
        "an item twice",
        r"item A: planned twice",
        lambda plan: with_list(plan, "selected", lambda rows: rows.append(rows[0])),
    ),
    plan_case(
        "a task twice",
        r"item A, task 1: planned twice",
        lambda plan: with_tasks(plan, "A", lambda all_: all_.append(all_[0])),
    ),
    plan_case(
        "a task nobody knows",
        r"item A, task 9: the item has no such task left",
        lambda plan: with_task(plan, "A", "2", id="9"),
    ),
    asked_case(
        "a finished task",
        r"item H, task 1: the item has no such task left to do",
        lambda given: with_scenario_item(given, "H", remaining=5),
    ),
    plan_case("a task missing", r"item A, task 2: missing; .*only whole", lambda plan: with_tasks(plan, "A", list.pop)),
    plan_case(
        "no ticks",
        r"item A, task 1: has no start or finish tick",
        lambda plan: with_task(plan, "A", "1", start_tick=None),
    ),
    plan_case(
        "a negative tick", r"task 1: runs from tick -1 to", lambda plan: with_task(plan, "A", "1", start_tick=-1)
    ),
    plan_case(
        "beyond the horizon",
        r"to 865, but the horizon runs from tick 0 to 864",
        lambda plan: with_task(plan, "B", "1", finish_tick=865),
    ),
    plan_case("no time at all", r"and work takes time", lambda plan: with_task(plan, "A", "1", finish_tick=0)),
]

SELECTION = [
    plan_case(
        "an unknown one out", r"item Y: left out, but not in the backlog", lambda plan: with_left_out(plan, "K", id="Y")
    ),
    plan_case(
        "out twice",
        r"item K: left out twice",
        lambda plan: with_list(plan, "left_out", lambda out: out.append(left_out(plan, "K"))),
    ),
    plan_case(
        "in and out",
        r"item A: both planned and left out",
        lambda plan: with_list(
            plan, "left_out", lambda out: out.append(left_out(plan, "K").model_copy(update={"id": "A"}))
        ),
    ),
    plan_case("forgotten", r"item T: neither planned nor left out", lambda plan: without(plan, "T")),
    plan_case(
        "forgotten left out",
        r"item K: neither",
        lambda plan: with_list(plan, "left_out", lambda out: out.remove(left_out(plan, "K"))),
    ),
    asked_case(
        "pin of nothing",
        r"pin 6: names the item Y, which is not in",
        lambda given: with_pins(given, pin("Y", out=True)),
    ),
    asked_case(
        "pin of no task",
        r"pin 6: names task 3 of item A",
        lambda given: with_pins(given, pin("A", task=3, specialist="Ana")),
    ),
    asked_case(
        "pin of nobody",
        r"pin 6: names the specialist Zoe, who is not",
        lambda given: with_pins(given, pin("A", specialist="Zoe")),
    ),
    asked_case(
        "pin against nobody",
        r"pin 6: names the specialist Writer, who is not",
        lambda given: with_pins(given, pin("A", not_specialist="Writer")),
    ),
    asked_case(
        "a task that refers to nothing",
        r"item A: `not_by` names task x, which",
        lambda given: with_scenario_item(
            given, "A", work=[{"skill": "design", "effort": 6}, {"effort": 3, "not_by": "x"}]
        ),
    ),
    asked_case(
        "an unknown dependency that stops the run",
        r"item P: depends on the unknown item X, and with unknown_dependency: error",
        lambda given: with_policy(given, unknown_dependency="error"),
    ),
    asked_case("done", r"item T: planned, but it is done", lambda given: given.model_copy(update={"done": ("Z", "T")})),
    plan_case(
        "another sprint",
        r"item T: planned in sprint 2; the horizon ends with sprint 1",
        lambda plan: with_item(plan, "T", sprint=2),
    ),
    asked_case(
        "pinned out", r"item T: planned, but pin 6 takes it out", lambda given: with_pins(given, pin("T", out=True))
    ),
    asked_case(
        "not ready", r"item T: planned, but it is not ready", lambda given: with_scenario_item(given, "T", ready=None)
    ),
    asked_case(
        "an unknown dependency",
        r"item T: planned, but X, which it depends on, is unknown",
        lambda given: with_scenario_item(given, "T", depends_on=["X"]),
    ),
    asked_case(
        "a dependency that is out",
        r"item T: planned, but K, which it depends on, is neither planned nor done",
        lambda given: with_scenario_item(given, "T", depends_on=["K"]),
    ),
    asked_case(
        "no alternative in",
        r"item T: planned, but none of its any_of \(K, X\) is planned or done",
        lambda given: with_scenario_item(given, "T", any_of=["K", "X"]),
    ),
    plan_case("a must left out", r"item A: left out, but it is a must", lambda plan: dropped(plan, "A")),
    plan_case("a pinned one left out", r"item B: left out, but pin 3 puts it in", lambda plan: dropped(plan, "B")),
    asked_case(
        "pinned to another sprint",
        r"item T: in sprint 1, but pin 6 asks for sprint 2",
        lambda given: with_pins(given, pin("T", sprint=2)),
    ),
    asked_case(
        "an alternative done",
        r"exclusive hero: D planned, but E is done already",
        lambda given: with_scenario_item(given, "E", status="done"),
    ),
    asked_case(
        "two alternatives",
        r"exclusive hero: D, T are planned; at most one",
        lambda given: with_scenario_item(given, "T", exclusive="hero"),
    ),
    plan_case("half a group", r"together launch: F in the plan or done, but not G", lambda plan: dropped(plan, "G")),
    asked_case(
        "not together with a done one",
        r"together pair: Q in the plan or done, but not V",
        lambda given: with_scenario_item(with_scenario_item(given, "Q", together="pair"), "V", together="pair"),
    ),
    plan_case(
        "a milestone forgotten",
        r"item N: a milestone left out, though .* holds by 2027-03-01 17:00",
        lambda plan: dropped(plan, "N"),
    ),
    asked_case(
        "milestones that carry one another",
        r"item M: a milestone whose moment cannot be told",
        lambda given: with_scenario_item(with_scenario_item(given, "M", depends_on=["N"]), "N", any_of=["M"]),
    ),
]

STAFFING = [
    plan_case(
        "nobody",
        r"item T, task 1: done by Zoe, who is not in the team \(Ana, Ben, Cleo, Writer 1",
        lambda plan: with_task(plan, "T", "1", specialist="Zoe"),
    ),
    plan_case(
        "without the skill",
        r"item G, task 1: done by Ana, who does not have the skill web",
        lambda plan: with_task(plan, "G", "1", specialist="Ana"),
    ),
    plan_case(
        "one pair of eyes",
        r"item J, task 3: not_by task draft, but .* does both",
        lambda plan: with_task(plan, "J", "3", specialist=of_task(plan, "J", "draft").specialist),
    ),
    plan_case(
        "not the same",
        r"item J, task 2: same_as task draft, but .* does it and .* the other",
        lambda plan: with_task(plan, "J", "2", specialist=other_person(plan, "J", "2")),
    ),
    plan_case(
        "not the pinned one",
        r"item A, task 1: done by Ana, but pin 2 says Cleo",
        lambda plan: with_task(plan, "A", "1", specialist="Ana"),
    ),
    plan_case(
        "the forbidden one",
        r"item C, task 1: done by Writer 1, whom pin 4 rules out",
        lambda plan: with_task(plan, "C", "1", specialist="Writer 1"),
    ),
    plan_case(
        "taken from the assignee",
        r"item H, task 1: in progress and assigned to Ana, who keeps it, but done by Writer 1",
        lambda plan: with_task(plan, "H", "1", specialist="Writer 1"),
    ),
    asked_case(
        "over capacity",
        r"specialist Cleo: over capacity in sprint 1, 15 planned for 4\.2 available",
        lambda given: with_policy(given, buffer=0.9),
    ),
]
