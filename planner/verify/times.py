"""When things happen: presence, order, windows, dependencies, times as written (design.md section 4, "Clock")."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.verify.demands import task_position, ticks_of
from planner.verify.moments import never_released, release
from planner.verify.staffing import staffed

if TYPE_CHECKING:
    from models.scenario import Pin
    from planner.verify.facts import Facts
    from planner.verify.moments import Chosen, Placed
    from planner.verify.people import Person
    from planner.verify.reading import Reading


def worked(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that a task takes its duration of its specialist's own ticks, in one run, and nobody does two at once."""
    runs: dict[str, list[tuple[tuple[int, int], Placed]]] = {}
    for person, one in staffed(reading):
        if one.start is None or one.finish is None:
            continue
        duration = person.duration(one.need.skill, one.need.effort)
        run = person.run(one.start, duration)
        if run is None:
            yield _no_run(facts, person, one, one.start, duration)
            continue
        if person.finish(run) != one.finish:
            yield (
                f"{one.name}: takes {duration} of {person.name}'s ticks from {facts.start_text(one.start)} and so "
                f"finishes at {facts.finish_text(person.finish(run))}, not at {facts.finish_text(one.finish)}"
            )
        runs.setdefault(person.name, []).append((run, one))
    for name, own in runs.items():
        yield from _overlaps(facts, name, own)


def _no_run(facts: Facts, person: Person, one: Placed, start: int, duration: int) -> str:
    if start not in person.there:
        return f"{one.name}: starts at {facts.start_text(start)}, when {person.name} is not there"
    return (
        f"{one.name}: takes {duration} of {person.name}'s ticks, more than are left from {facts.start_text(start)} to "
        "the sprint's end"
    )


def _overlaps(facts: Facts, name: str, own: list[tuple[tuple[int, int], Placed]]) -> Iterator[str]:
    own.sort(key=lambda entry: entry[0])
    latest_run, latest = own[0]
    for run, one in own[1:]:
        if run[0] < latest_run[1]:
            yield (
                f"specialist {name}: does two tasks at a time, {one.name} starts at {facts.start_text(one.start or 0)} "
                f"before {latest.name} is finished"
            )
        if run[1] > latest_run[1]:
            latest_run, latest = run, one


def ordered(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that a task starts after those before it in its item have finished and their waits are over."""
    for chosen in reading.chosen.values():
        for one in chosen.placed.values():
            for position in sorted(one.need.after):
                before = chosen.placed.get(position)
                if before is None or before.finish is None or one.start is None:
                    continue
                if one.start < before.finish + before.need.wait:
                    wait = f" and its wait of {before.need.wait} ticks" if before.need.wait else ""
                    yield (
                        f"{one.name}: starts at {facts.start_text(one.start)}, before task {before.need.label} is "
                        f"finished at {facts.finish_text(before.finish)}{wait}"
                    )


def in_window(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check release, deadline and the sprint's end, waits included."""
    for chosen in reading.chosen.values():
        item = chosen.demand.item
        if chosen.start is None or chosen.finish is None:
            continue
        if chosen.start < release(facts, chosen.demand) or never_released(facts, chosen.demand):
            text = facts.finish_text if chosen.demand.milestone else facts.start_text
            yield f"item {item.id}: starts at {text(chosen.start)}, before its release {item.release}"
        if item.deadline is not None and chosen.finish > facts.clock.finish_limit(item.deadline):
            yield f"item {item.id}: finishes at {facts.finish_text(chosen.finish)}, after its deadline {item.deadline}"
        if chosen.finish > facts.horizon:
            yield (
                f"item {item.id}: finishes at tick {chosen.finish}, waits included, after the sprint's end at tick "
                f"{facts.horizon}"
            )


def after_dependencies(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that an item starts after all of `depends_on` and one of `any_of` have finished, lags included."""
    for chosen in reading.chosen.values():
        if chosen.start is None or chosen.demand.done or chosen.demand.milestone:
            continue
        all_of, one_of = facts.asked(chosen.demand)
        for entry in all_of:
            before = reading.chosen.get(entry.item)
            if before is not None and before.finish is not None and chosen.start < _over(before, entry.lag_days):
                yield (
                    f"item {chosen.id}: starts at {facts.start_text(chosen.start)}, before {entry.item}, which it "
                    f"depends on, is finished at {facts.finish_text(before.finish)}{_lag(entry.lag_days)}"
                )
        planned = [(reading.chosen[entry.item], entry.lag_days) for entry in one_of if entry.item in reading.chosen]
        known = [_over(before, lag) for before, lag in planned if before.finish is not None]
        if known and len(known) == len(planned) and chosen.start < min(known):
            names = ", ".join(before.id for before, _ in planned)
            yield (
                f"item {chosen.id}: starts at {facts.start_text(chosen.start)}, before any of its any_of ({names}) is "
                "finished, lag included"
            )


def _over(before: Chosen, lag_days: float) -> int:
    """Tick at which a dependency is finished and its lag over."""
    return (before.finish or 0) + ticks_of(lag_days)


def _lag(lag_days: float) -> str:
    return f" and its lag of {lag_days:g} days is over" if lag_days else ""


def start_pinned(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that what is pinned to a day starts on it; a milestone's finish is written on it."""
    for chosen in reading.chosen.values():
        item = chosen.demand.item
        for place, pin in facts.pins.get(item.id, ()):
            if pin.start is None or chosen.demand.done or _over_already(chosen, pin):
                continue
            day = facts.day_ticks(pin.start)
            if day is None:
                yield f"item {item.id}: pin {place} asks for {pin.start}, which is no working day of the horizon"
            elif pin.task is not None:
                yield from _task_pinned(facts, chosen, place, pin.start)
            elif chosen.start is not None and not _on(day, chosen.start - (1 if chosen.demand.milestone else 0)):
                text = facts.finish_text if chosen.demand.milestone else facts.start_text
                yield f"item {item.id}: starts at {text(chosen.start)}, but pin {place} asks for {pin.start}"


def _over_already(chosen: Chosen, pin: Pin) -> bool:
    """Whether a pin speaks of a task that is finished: its start asks nothing any more."""
    if pin.task is None:
        return False
    position = task_position(pin.task, chosen.demand.tasks)
    return position not in {need.position for need in chosen.demand.needs}


def _task_pinned(facts: Facts, chosen: Chosen, place: int, asked: datetime.date) -> Iterator[str]:
    day = facts.day_ticks(asked)
    for position, one in chosen.placed.items():
        if place not in [number for number, _ in facts.task_pins(chosen.demand, position)]:
            continue
        if day is not None and one.start is not None and not _on(day, one.start):
            yield f"{one.name}: starts at {facts.start_text(one.start)}, but pin {place} asks for {asked}"


def _on(day: tuple[int, int], tick: int) -> bool:
    return day[0] <= tick < day[1]


def few_at_once(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that at no tick more items are under way than `max_parallel`; milestones do not count."""
    most = facts.scenario.policy.max_parallel
    if most is None:
        return
    spans = [
        (chosen.start, chosen.finish)
        for chosen in reading.chosen.values()
        if chosen.start is not None and chosen.finish is not None and not chosen.demand.milestone
    ]
    # At one tick the finishes (-1) sort before the starts: an item is under way while start <= tick < finish.
    changes = sorted([(start, 1) for start, _ in spans] + [(finish, -1) for _, finish in spans])
    under_way = 0
    for tick, change in changes:
        under_way += change
        if under_way > most:
            yield f"policy: {under_way} items under way at {facts.start_text(tick)}; max_parallel is {most}"
            return


def written(facts: Facts, reading: Reading) -> Iterator[str]:
    """Check that times are those of the ticks: local wall time and offset, by the rules for starts and finishes."""
    for chosen in reading.chosen.values():
        for one in chosen.placed.values():
            if one.start is not None and one.finish is not None:
                yield from _differs(one.name, "start", one.task.start, facts.clock.start_time(one.start))
                yield from _differs(one.name, "finish", one.task.finish, facts.clock.finish_time(one.finish))
        if chosen.start is None or chosen.finish is None or not chosen.start <= chosen.finish <= facts.horizon:
            continue
        milestone = chosen.demand.milestone
        start = facts.clock.finish_time(chosen.start) if milestone else facts.clock.start_time(chosen.start)
        yield from _differs(f"item {chosen.id}", "start", chosen.planned.start, start)
        yield from _differs(
            f"item {chosen.id}", "finish", chosen.planned.finish, facts.clock.finish_time(chosen.finish)
        )


def _differs(name: str, what: str, printed: datetime.datetime | None, true: datetime.datetime) -> Iterator[str]:
    """Wall time and offset are compared one by one: moments near a change of the clocks compare badly."""
    if printed is None:
        yield f"{name}: has no {what} time; it is {true.isoformat()}"
    elif printed.replace(tzinfo=None) != true.replace(tzinfo=None) or printed.utcoffset() != true.utcoffset():
        yield f"{name}: {what} is written as {printed.isoformat()}, but it is {true.isoformat()}"
