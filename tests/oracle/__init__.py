"""Exhaustive search for the best plan of a small scenario, to judge the solver by.

Written from design.md section 4 and docs/semantics.md, without a look at ``planner.solve`` or the translation before
it; dates, people and open work come from the clock and the judge. Every set of items that the rules of selection
allow (`selection`), every way to staff it (`staffing`), every schedule that can be best (`timing`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from models.scenario import Scenario
from planner.verify.demands import Demand
from planner.verify.facts import Facts
from tests.oracle.selection import allowed_sets
from tests.oracle.staffing import staffings
from tests.oracle.timing import Race, Times
from tests.oracle.worth import Worth, vector

__all__ = ["Optimum", "TooHardError", "best", "must_refuse"]

MOST_NODES = 10_000


class TooHardError(Exception):
    """The search has no steps left: the scenario is not small."""


@dataclass(frozen=True)
class Optimum:
    """The best terms of the objective, in the units of a plan, and a plan that has them.

    Attributes
    ----------
    terms
        By name, in the contract's order; `carried_over`, `shortfall` and `assignee` are 0 where nothing asks for them.
    staffed
        Task of an item (id, position) to the name of who does it.
    times
        When; None where nothing is planned.
    """

    terms: dict[str, Fraction]
    chosen: frozenset[str]
    staffed: dict[tuple[str, int], str]
    times: Times


def best(scenario: Scenario, most_nodes: int = MOST_NODES) -> Optimum | None:
    """Return the optimum of a scenario whose start is known, None where no plan keeps every hard rule.

    Raises
    ------
    TooHardError
        If it takes more steps than allowed.
    """
    return _Search(Facts.of(scenario, _start(scenario)), most_nodes).run()


def _start(scenario: Scenario) -> datetime.date:
    if scenario.calendar.start is None:
        raise ValueError("the oracle needs a start date")
    return scenario.calendar.start


class _Search:
    def __init__(self, facts: Facts, most_nodes: int) -> None:
        self._facts = facts
        self._worth = Worth(facts)
        self._nodes = most_nodes
        self._best: Optimum | None = None
        self._bound: tuple[Fraction, ...] | None = None
        self._keepers = {name: self._keeper(demand) for name, demand in facts.backlog.items() if not demand.done}

    def run(self) -> Optimum | None:
        sets = [(self._worth.hope(chosen), sorted(chosen)) for chosen in allowed_sets(self._facts)]
        for hope, ids in sorted(sets):
            if self._bound is not None and hope > self._bound[: len(hope)]:
                break
            self._try(frozenset(ids))
        return self._best

    def _try(self, chosen: frozenset[str]) -> None:
        for staffed in staffings(self._facts, chosen, self._keepers):
            fixed = self._worth.of_staffing(chosen, staffed)
            race = Race(self._facts, chosen, staffed)
            for times in self._schedules(race, chosen, fixed):
                self._bound = vector(fixed, self._worth.of_times(chosen, times))
                names = {key: person.name for key, (_, person) in staffed.items()}
                self._best = Optimum(self._worth.terms(self._bound), chosen, names, times)

    def _schedules(self, race: Race, chosen: frozenset[str], fixed: dict[str, Fraction]) -> Iterator[Times]:
        """Yield schedules that beat the best so far.

        A node's schedule is the earliest of all below it, so its terms bound theirs.
        """
        waiting = [race.root()]
        while waiting:
            self._nodes -= 1
            if self._nodes < 0:
                raise TooHardError
            node = waiting.pop()
            times = race.earliest(node)
            if times is None:
                continue
            if self._bound is not None and vector(fixed, self._worth.of_times(chosen, times)) >= self._bound:
                continue
            repairs = race.repairs(times)
            if repairs is None:
                yield times
            else:
                waiting.extend(node.with_(repair) for repair in reversed(repairs))

    def _keeper(self, demand: Demand) -> str | None:
        """Name of the assignee who keeps started work: she can finish it in time with nothing else in the sprint."""
        name = demand.item.assignee
        if not demand.started or name not in self._facts.team:
            return None
        chosen, alone = frozenset({demand.item.id}), self._facts_alone(demand)
        for staffed in staffings(alone, chosen, {demand.item.id: name}):
            race = Race(alone, chosen, staffed)
            if next(self._schedules(race, chosen, self._worth.of_staffing(chosen, staffed)), None) is not None:
                return name
        return None

    def _facts_alone(self, demand: Demand) -> Facts:
        """Return the same scenario with this item as its whole backlog."""
        item = demand.item
        return Facts(
            scenario=self._facts.scenario,
            clock=self._facts.clock,
            team=self._facts.team,
            backlog={item.id: demand},
            done=self._facts.done,
            pins={item.id: self._facts.pins.get(item.id, [])},
            values=self._facts.values,
        )


def must_refuse(scenario: Scenario) -> bool:
    """Whether items wait for each other in a circle, or an unknown one is named where the policy asks to stop.

    A circle through `any_of` counts only if every alternative is on it; an unknown alternative never is.
    """
    facts = Facts.of(scenario, _start(scenario))
    waiting = {demand.item.id: facts.asked(demand) for demand in facts.backlog.values() if not demand.done}
    names = [entry.item for asked in waiting.values() for entry in (*asked[0], *asked[1])]
    unknown = [name for name in names if name not in facts.backlog]
    if unknown and scenario.policy.unknown_dependency == "error":
        return True
    while waiting:
        free = [
            name
            for name, (all_of, one_of) in waiting.items()
            if all(entry.item not in waiting for entry in all_of)
            and (not one_of or any(entry.item not in waiting for entry in one_of))
        ]
        if not free:
            return True
        for name in free:
            del waiting[name]
    return False
