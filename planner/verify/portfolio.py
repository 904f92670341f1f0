"""The judge over teams that share people: each shared hour is spent once, and what waits for another team does wait.

Every team's plan is judged by itself (:func:`planner.verify.violations`); here only what lies between the teams is.
All teams have the same clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from models.portfolio import SharedSpecialist
from planner.team import expand
from planner.verify.demands import ticks_of
from planner.verify.facts import Facts, amount
from planner.verify.reading import Reading, read
from planner.verify.staffing import costs

if TYPE_CHECKING:
    from models.plan import Plan
    from models.scenario import Scenario

Teams = Mapping[str, tuple[Facts, Reading]]


def violations_between(
    teams: Mapping[str, tuple[Scenario, Plan]],
    shared: Sequence[SharedSpecialist],
    backlogs: Mapping[str, Scenario],
) -> list[str]:
    """Return every rule between teams that their plans break, in words.

    Parameters
    ----------
    teams
        Each team's scenario, with the people it shares, and its plan.
    backlogs
        All teams' scenarios as they were written, dependencies on other teams' items in them.
    """
    known: Teams = {}
    for team, (scenario, plan) in teams.items():
        facts = Facts.of(scenario, plan.start)
        known = {**known, team: (facts, read(facts, plan))}
    return [*_once(known, shared), *_hours(known, shared), *_waits(known, backlogs)]


def _names(shared: Sequence[SharedSpecialist]) -> list[str]:
    return [person.name for person in expand(shared)]


def _once(teams: Teams, shared: Sequence[SharedSpecialist]) -> Iterator[str]:
    """Nobody does two things at a time, nor one in the middle of the other."""
    for name in _names(shared):
        spans = sorted(
            (one.start, one.finish, f"{team}:{chosen.id}")
            for team, (_, reading) in teams.items()
            for chosen in reading.chosen.values()
            for one in chosen.placed.values()
            if one.task.specialist == name and one.start is not None and one.finish is not None
        )
        until, whose = -1, ""
        for start, finish, what in spans:
            if start < until:
                yield f"shared specialist {name}: {whose} and {what} overlap at tick {start}"
            if finish > until:
                until, whose = finish, what


def _hours(teams: Teams, shared: Sequence[SharedSpecialist]) -> Iterator[str]:
    """Nobody has more work than their hours; of the teams' buffers the largest counts."""
    for name in _names(shared):
        limits = [facts.team[name].limit for facts, _ in teams.values() if name in facts.team]
        used = sum(costs(reading).get(name, 0) for _, reading in teams.values())
        if limits and used > min(limits):
            yield (
                f"shared specialist {name}: over capacity, {amount(used)} planned over all teams for "
                f"{amount(min(limits))} available"
            )


def _waits(teams: Teams, backlogs: Mapping[str, Scenario]) -> Iterator[str]:
    """An item that depends on another team's item starts after it, plus the lag, and is in only if that is."""
    for team, (_, reading) in teams.items():
        for item in backlogs[team].backlog:
            chosen = reading.chosen.get(item.id)
            if chosen is None or item.status != "todo":
                continue
            for need in item.depends_on:
                other, colon, id_ = need.item.partition(":")
                if not colon or other == team or other not in backlogs or _settled(backlogs[other], id_):
                    continue
                before = teams[other][1].chosen.get(id_) if other in teams else None
                if before is None:
                    yield f"item {team}:{item.id}: planned, but {need.item}, which it depends on, is not"
                elif before.finish is not None and chosen.start is not None:
                    ready = before.finish + ticks_of(need.lag_days)
                    if chosen.start < ready:
                        what = f"item {team}:{item.id}: starts at tick {chosen.start}"
                        yield f"{what}, before {need.item} and its lag are over at {ready}"


def _settled(scenario: Scenario, id_: str) -> bool:
    """Whether an item is done, or not that team's at all (then the team's own judge speaks of it)."""
    ids = {item.id: item for item in scenario.backlog}
    return id_ in scenario.done or id_ not in ids or ids[id_].status == "done"
