"""Whether any plan exists, and if not, a smallest set of demands that cannot hold together.

A deletion filter (Chinneck and Dravnieks 1991, doi:10.1287/ijoc.3.2.157): take demand after demand away; what can go
while there is still no plan was not needed for the conflict. What is left is minimal: without any one of it there is
a plan as far as these demands go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from models.plan import Conflict
from models.scenario import Pin, Scenario
from planner.instance import Instance
from planner.solve import list_schedule
from planner.solve.model import build_model
from planner.solve.run import Effort, run

SECONDS_A_QUESTION = 5.0  # most are settled in milliseconds; beyond it a demand counts as needed
Without = Callable[[Scenario], Scenario]
Kind = Literal["max_parallel", "ready_only", "goal", "mix", "exclusive", "together", "pin", "deadline", "must"]


def has_plan(instance: Instance) -> bool | None:
    """Whether the instance has any plan at all; None where the time was too short to tell."""
    if instance.unmet:
        return False
    if list_schedule.keeps_all(instance, list_schedule.warm_start(instance)):
        return True
    model, variables = build_model(instance)
    effort = Effort(seconds=SECONDS_A_QUESTION, work=float("inf"), workers=0, seed=0)
    answer = run(model, instance, variables, effort)
    return {"optimal": True, "feasible": True, "infeasible": False}.get(answer.status)


@dataclass(frozen=True)
class Demand:
    """Something a person asked for that no plan may break: its words, its remedy, the scenario without it.

    Attributes
    ----------
    kind
        What it is about; ``subject`` says which: an item's id, a group's or type's name, a pin, nothing.
    """

    text: str
    remedy: str
    without: Without
    kind: Kind
    subject: str | Pin | None = None


def find_conflict(scenario: Scenario, possible: Callable[[Scenario], bool | None]) -> Conflict:
    """Name a smallest set of demands that cannot hold together, and single changes that would mend it.

    Parameters
    ----------
    scenario
        One without a plan.
    possible
        Whether a scenario has a plan; None if that is not known.
    """
    kept = list(demands(scenario))
    for demand in list(kept):
        rest = [other for other in kept if other is not demand]
        if possible(only(scenario, kept=rest)) is False:
            kept = rest
    mends = [demand.remedy for demand in kept if possible(demand.without(scenario))]
    if not mends and kept:
        mends = [f"There is more than one conflict; begin with this one: {kept[0].remedy}"]
    return Conflict(demands=tuple(demand.text for demand in kept), remedies=tuple(mends))


def only(scenario: Scenario, kept: list[Demand]) -> Scenario:
    """Return the scenario without all demands but those kept."""
    texts = {demand.text for demand in kept}
    for demand in demands(scenario):
        if demand.text not in texts:
            scenario = demand.without(scenario)
    return scenario


def demands(scenario: Scenario) -> Iterator[Demand]:
    """Every demand, the ones a person gives up most easily first, so that the filter takes them out of the conflict."""
    yield from _rules(scenario)
    yield from _groups(scenario)
    for place, pin in enumerate(scenario.pins, 1):
        remedy = f"Take out pin {place} ({_pin_text(pin)})."
        yield Demand(f"pin {place}: {_pin_text(pin)}", remedy, _without_pin(pin), "pin", pin)
    for item in scenario.backlog:
        if item.deadline is not None and (item.must or any(pin.item == item.id for pin in scenario.pins)):
            text = f"{item.id} must be finished by {item.deadline}"
            remedy = f"Give {item.id} a later deadline."
            yield Demand(text, remedy, _item_without(item.id, deadline=None), "deadline", item.id)
    for item in scenario.backlog:
        if item.must:
            yield Demand(
                f"{item.id} must be in the plan",
                f"Let {item.id} stay out (must: false).",
                _item_without(item.id, must=False),
                "must",
                item.id,
            )


def _rules(scenario: Scenario) -> Iterator[Demand]:
    policy = scenario.policy
    if policy.max_parallel is not None:
        text = f"at most {policy.max_parallel} items under way at a time (max_parallel)"
        yield Demand(text, "Raise policy.max_parallel.", _policy_without(max_parallel=None), "max_parallel")
    if policy.ready_only:
        remedy = "Set policy.ready_only to false."
        yield Demand("only ready items (ready_only)", remedy, _policy_without(ready_only=False), "ready_only")
    if policy.goal is not None and policy.goal.max_share is not None:
        text = f"the goal takes at most {100 * policy.goal.max_share:g} % of the sprint"
        yield Demand(text, "Raise policy.goal.max_share.", _policy_without(goal=None), "goal")
    for rule in policy.mix:
        if rule.max_share is not None:
            rest = tuple(other for other in policy.mix if other is not rule)
            text = f"{rule.type} takes at most {100 * rule.max_share:g} % of the sprint"
            remedy = f"Raise max_share of {rule.type} in policy.mix."
            yield Demand(text, remedy, _policy_without(mix=rest), "mix", rule.type)


def _groups(scenario: Scenario) -> Iterator[Demand]:
    for name in sorted({item.exclusive for item in scenario.backlog if item.exclusive is not None}):
        text = f"at most one item of the alternatives {name!r} (exclusive)"
        yield Demand(
            text,
            f"Take an item out of the alternatives {name!r}.",
            _group_without("exclusive", name),
            "exclusive",
            name,
        )
    for name in sorted({item.together for item in scenario.backlog if item.together is not None}):
        text = f"all items of {name!r} or none (together)"
        yield Demand(
            text, f"Take an item out of the group {name!r}.", _group_without("together", name), "together", name
        )


def _pin_text(pin: Pin) -> str:
    what = pin.item if pin.task is None else f"{pin.item}, task {pin.task}"
    parts = []
    if pin.out:
        parts.append("stays out")
    if pin.sprint is not None:
        parts.append(f"is in sprint {pin.sprint}")
    if pin.start is not None:
        parts.append(f"starts on {pin.start}")
    if pin.specialist is not None:
        parts.append(f"is done by {pin.specialist}")
    if pin.not_specialist is not None:
        parts.append(f"is not done by {pin.not_specialist}")
    return f"{what} {' and '.join(parts)}"


def _without_pin(pin: Pin) -> Without:
    return lambda scenario: scenario.model_copy(
        update={"pins": tuple(other for other in scenario.pins if other is not pin)}
    )


def _item_without(id_: str, **change: object) -> Without:
    return lambda scenario: scenario.model_copy(
        update={
            "backlog": tuple(item.model_copy(update=change) if item.id == id_ else item for item in scenario.backlog)
        }
    )


def _group_without(key: str, name: str) -> Without:
    return lambda scenario: scenario.model_copy(
        update={
            "backlog": tuple(
                item.model_copy(update={key: None}) if getattr(item, key) == name else item for item in scenario.backlog
            )
        }
    )


def _policy_without(**change: object) -> Without:
    return lambda scenario: scenario.model_copy(update={"policy": scenario.policy.model_copy(update=change)})
