"""The next days stay as they were agreed: pins for what the baseline starts then (design.md section 4, "Churn")."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

from models.scenario import Pin, Scenario
from planner.baseline import frozen_pins
from planner.clock import Clock, with_start
from planner.references import check_references
from planner.work import done_ids, open_items


def frozen(scenario: Scenario, possible: Callable[[Scenario], bool | None]) -> tuple[Scenario, tuple[str, ...]]:
    """Freeze the next days where the policy asks for it; as :func:`freeze`, for a scenario as it was read.

    Raises
    ------
    InputError
        If something is named that does not exist.
    """
    if scenario.baseline is None or not scenario.policy.freeze_days:
        return scenario, ()
    scenario = with_start(scenario, datetime.datetime.now(datetime.UTC))
    check_references(scenario)
    return freeze(scenario, possible)


def freeze(scenario: Scenario, possible: Callable[[Scenario], bool | None]) -> tuple[Scenario, tuple[str, ...]]:
    """Pin what the baseline starts in the first ``policy.freeze_days`` working days, as far as it can hold.

    Parameters
    ----------
    scenario
        Its start is known.
    possible
        Whether a scenario has a plan at all.

    Returns
    -------
    tuple[Scenario, tuple[str, ...]]
        The scenario with these pins, and in words what had to be released.
    """
    done = done_ids(scenario)
    tasks = {
        entry.item.id: {task.key for task in entry.tasks} for entry in open_items(scenario) if entry.item.id not in done
    }
    team = {name for person in scenario.team for name in _names(person.name, person.count)}
    asked = frozen_pins(scenario, Clock.of(scenario.calendar), tasks.keys())
    pins = [pin for pin in asked if str(pin.task) in tasks[pin.item] and pin.specialist in team]
    released = [pin for pin in asked if pin not in pins]
    whole = _pinned(scenario, pins)
    if possible(whole) is not False:
        return whole, _notes(released)
    kept: list[Pin] = []
    for pin in pins:
        if possible(_pinned(scenario, [*kept, pin])) is not False:
            kept.append(pin)
        else:
            released.append(pin)
    return _pinned(scenario, kept), _notes(released)


def _names(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name} {copy}" for copy in range(1, count + 1)]


def _pinned(scenario: Scenario, pins: Sequence[Pin]) -> Scenario:
    return scenario.model_copy(update={"pins": (*scenario.pins, *pins)})


def _notes(released: Sequence[Pin]) -> tuple[str, ...]:
    if not released:
        return ()
    named = ", ".join(f"{pin.item} task {pin.task} ({pin.specialist}, {pin.start})" for pin in released)
    return (f"These could not stay as the baseline has them in the frozen days, so they are planned anew: {named}.",)
