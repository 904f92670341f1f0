"""A plan over many sprints in one function: scenario -> horizon -> search -> details and shares -> plan -> verify."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from models.base import exact
from models.plan import Conflict, Plan
from models.scenario import Scenario
from planner.errors import DefectError
from planner.freeze import frozen
from planner.horizon.again import begin_again
from planner.horizon.calendar import Stretches
from planner.horizon.calm import calm, churn_of
from planner.horizon.changes import Changes
from planner.horizon.data import Horizon
from planner.horizon.details import Sprint, moment
from planner.horizon.first_terms import settle_first_terms
from planner.horizon.part import whole_part
from planner.horizon.placement import parts_in, shortfall_of
from planner.horizon.polish import polish
from planner.horizon.prepare import Prepared, prepare
from planner.horizon.program import Program
from planner.horizon.proposal import propose
from planner.horizon.question import offer_baseline
from planner.horizon.result import Detail, Reached, Roadmap
from planner.horizon.search import NEAR, Search
from planner.horizon.shares import split
from planner.progress import Progress, ProgressHook
from planner.solve.conflict import find_conflict
from planner.solve.limits import Limits
from planner.solve.search import NOT_REPEATED, relative_gap
from planner.verify import violations

LATER_PART = 0.1  # of the time: what follows value
CAPACITY_PART = 0.4  # of the time: the plan to capacity before anything is scheduled to the tick
DETAIL_PART = 0.3  # of what is left then: the detailed sprints
SECONDS_A_QUESTION = 5.0


def plan(scenario: Scenario, cancel: threading.Event | None, on_progress: ProgressHook) -> Plan:
    """Propose a roadmap; as :func:`planner.pipeline.plan`, for more than one sprint or a sprint to capacity."""
    limits = Limits.of(scenario.solver, cancel)
    scenario, released = frozen(scenario, lambda pinned: has_plan(prepare(pinned).horizon))
    prepared = prepare(scenario)
    prepared = replace(prepared, notes=(*prepared.notes, *released))
    found = solve(prepared, limits, on_progress)
    clash = conflict(prepared) if found.status == "infeasible" else None
    proposed = propose(prepared, found, clash)
    broken = violations(prepared.scenario, proposed)
    if broken:
        raise DefectError(broken)
    return proposed


def solve(prepared: Prepared, limits: Limits, on_progress: ProgressHook) -> Roadmap:
    """Search, then write down who does how much of what."""
    horizon = prepared.horizon
    if horizon.unmet:
        return Roadmap(horizon, "infeasible", seconds=limits.used)
    nothing = float(horizon.fixed_loss) + sum(item.left_out for item in horizon.items)

    def tell(gain: float | None, bound: float | None) -> None:
        value = None if gain is None else gain + nothing
        limit = None if bound is None else bound + nothing
        on_progress(Progress(limits.used, value, limit, relative_gap(value, limit)))

    kept_back = max(0.2, LATER_PART * limits.seconds) if limits.work is None else 0.0
    # To the tick, a plan nearer to the baseline is one more plan; nobody knows before what it is worth.
    twice = prepared.churn is not None and horizon.detailed > 0
    search = Search(horizon, limits.half() if twice else limits.less(kept_back), tell)
    first = settle_first_terms(search)
    again: Search | None = None
    search.start()
    if prepared.churn is not None and not search.impossible:
        offer_baseline(search, Changes(prepared, prepared.churn))
    details: list[Detail] | None = []
    try:
        if not search.impossible:
            details, again = _improve(prepared, search, nothing)
    finally:
        search.finish()
    if search.impossible:
        return Roadmap(horizon, "infeasible", seconds=limits.used)
    if search.best is None or details is None or any(_missing(search)):
        return Roadmap(horizon, "unknown", seconds=limits.used, notes=(NOT_REPEATED,))
    found = written(prepared, search, details, nothing, first, limits)
    if not twice or again is None:
        return found
    again.bound, again.limits = search.bound, limits.less(kept_back)
    return _nearer(prepared, again, found, nothing, first)


def _improve(prepared: Prepared, search: Search, nothing: float) -> tuple[list[Detail] | None, Search]:
    """Plan to capacity, then sprint by sprint to the tick, each time planning anew what follows.

    Returns
    -------
    tuple
        The sprints to the tick, and a search that stands where this one stood before they were scheduled.
    """
    horizon, limits, churn = prepared.horizon, search.limits, prepared.churn
    part = CAPACITY_PART if horizon.detailed or churn is not None else 1.0
    search.run(part * limits.left)
    if churn is not None and not search.impossible:
        offer_baseline(search, Changes(prepared, churn))
    if churn is not None and not horizon.detailed and search.best is not None:
        search.best_gain = search.best.gain
        search.calm = calm(search, Changes(prepared, churn), nothing)
    again = begin_again(search, search.best, limits)
    details = to_the_tick(prepared, search, limits, stay=False)
    if not horizon.detailed and churn is None:
        search.wait_for_proof()
    return details, again


def _nearer(prepared: Prepared, search: Search, found: Roadmap, nothing: float, first: tuple[bool, bool]) -> Roadmap:
    """Plan nearer to the baseline; returns that plan, or the one found where too much of its value would be lost."""
    assert prepared.churn is not None
    calm(search, Changes(prepared, prepared.churn), nothing)
    details = to_the_tick(prepared, search, search.limits, stay=True)
    if details is None or search.best is None or any(_missing(search)):
        return found
    nearer = written(prepared, search, details, nothing, first, search.limits)
    best = max(found.value(), nearer.value())
    kept = [one for one in (found, nearer) if _before_value(one) >= _before_value(found)]
    churn = prepared.churn
    if churn.weight is not None:
        weight = churn.weight
        chosen = max(kept, key=lambda one: one.value() - weight * one.term("churn"))
    else:
        floor = best - churn.tolerance * abs(best)
        chosen = min((one for one in kept if one.value() >= floor), key=lambda one: (one.term("churn"), -one.value()))
    return replace(chosen, best_value=best, seconds=search.limits.used)


def _before_value(found: Roadmap) -> tuple[Fraction, Fraction]:
    """Work carried over, and the shortfall of shares below zero: the higher the better."""
    return found.term("carried_over"), -found.term("shortfall")


def to_the_tick(prepared: Prepared, search: Search, limits: Limits, *, stay: bool) -> list[Detail] | None:
    """Schedule the detailed sprints of the search's plan to capacity.

    Parameters
    ----------
    stay
        What follows a sprint stays near that plan, instead of being planned anew for value.
    """
    horizon = prepared.horizon
    prepared = prepared if stay else replace(prepared, churn=None)
    details: list[Detail] = []
    for sprint in range(horizon.detailed):
        if search.best is None or search.impossible:
            return None
        left = (horizon.detailed - sprint) / (1 + DETAIL_PART)
        finished = {index: span[1] for detail in details for index, span in detail.items.items()}
        share = DETAIL_PART * limits.left / left
        own = Limits(
            share if limits.work is None else math.inf, _part(limits, 0.2), limits.workers, limits.seed, limits.cancel
        )
        detail = Sprint(prepared, search, sprint, finished).plan(own)
        if detail is None:
            return None
        details.append(detail)
        search.close(sprint, detail.items.keys(), floors(prepared, details))
        if not search.over() and not stay:
            last = sprint + 1 == horizon.detailed
            search.run(limits.left if last else 0.5 * limits.left / left)
    return details


def _part(limits: Limits, part: float) -> float | None:
    return None if limits.work_left is None else max(0.01, part * limits.work_left)


def _missing(search: Search) -> Iterator[int]:
    """Items that have to be in and are not."""
    at = search.best.at if search.best is not None else ()
    return (index for index, item in enumerate(search.horizon.items) if item.must and at[index] is None)


def floors(prepared: Prepared, details: Sequence[Detail]) -> dict[int, int]:
    """Sprints before which no milestone can fall whose dependencies are all finished to the tick."""
    horizon = prepared.horizon
    finished = {index: span[1] for detail in details for index, span in detail.items.items()}
    found = {}
    for index, item in enumerate(horizon.items):
        tick = moment(prepared, horizon, index, finished) if item.milestone and index not in finished else None
        if tick is None:
            continue
        sprint = next((k for k, end in enumerate(horizon.ends) if tick <= end), horizon.sprints)
        late = sprint < horizon.detailed and tick > item.deadline
        found[index] = horizon.sprints if late else sprint
    return found


def written(
    prepared: Prepared,
    search: Search,
    details: Sequence[Detail],
    nothing: float,
    first: tuple[bool, bool],
    limits: Limits,
) -> Roadmap:
    """Write down who does how much of what in the search's plan, its figures, and what is proven of it."""
    horizon = search.horizon
    changes = None if prepared.churn is None else Changes(prepared, prepared.churn)
    at = polish(search) if changes is None or search.best is None else search.best.at
    people = {} if changes is None else changes.people
    shares = [
        [] if k < horizon.detailed else split(horizon, search.stretches, k, parts_in(horizon, at, k), people) or []
        for k in range(horizon.sprints)
    ]
    found = Roadmap(
        horizon,
        "feasible",
        at=at,
        details=details,
        shares=shares,
        bound=search.bound + nothing,
        greedy=None if search.greedy is None else search.greedy.gain + nothing,
        seconds=limits.used,
    )
    best = found.value()
    if search.best_gain is not None:
        best = max(best, exact(search.best_gain + nothing))
        found = replace(found, best_value=best)
    value_proven = search.bound + nothing - float(best) <= NEAR * max(1.0, abs(search.bound + nothing))
    if horizon.detailed:
        first = _first_reached(search, at, first)
    names = [[task.key for task in prepared.open[item.id].tasks] for item in horizon.items]
    churn = None if prepared.churn is None else churn_of(found, prepared.churn, names)
    calm_proven = changes is not None and search.calm and not horizon.detailed and churn == changes.total(at)
    proven = value_proven and all(first) and (prepared.churn is None or calm_proven)
    notes = () if proven or limits.work is not None else (NOT_REPEATED,)
    found = replace(found, status="optimal" if proven else "feasible", notes=notes)
    found = _with_terms(found, first, value_proven=value_proven)
    if churn is None:
        return found
    changed = Reached("churn", churn, calm_proven)
    after = 1 + next(place for place, one in enumerate(found.terms) if one.term == "value")
    return replace(found, terms=(*found.terms[:after], changed, *found.terms[after:]))


def _first_reached(search: Search, at: Sequence[int | None], first: tuple[bool, bool]) -> tuple[bool, bool]:
    """Whether what was proven best to capacity was reached to the tick, too."""
    items = search.horizon.items
    carried = all(
        sum(item.carried for index, item in enumerate(items) if at[index] == sprint) >= most
        for sprint, most in search.carried.items()
    )
    short = search.shortfall is None or shortfall_of(search.horizon, at) <= search.shortfall
    return first[0] and carried, first[1] and short


def _with_terms(found: Roadmap, first: tuple[bool, bool], *, value_proven: bool) -> Roadmap:
    horizon, at = found.horizon, found.at or ()
    loads = found.loads()
    terms: list[Reached] = []
    inside = [index for index, sprint in enumerate(at) if sprint is not None]
    if horizon.carries_over:
        carried = sum(horizon.items[index].carried for index in inside)
        terms.append(Reached("carried_over", Fraction(carried, 100), first[0]))
    if any(rule.minimum is not None for rule in horizon.shares):
        terms.append(Reached("shortfall", Fraction(shortfall_of(horizon, at), 100), first[1]))
    terms.append(Reached("value", found.value(), value_proven))
    early = sum((horizon.items[index].value * found.finish_day(index) for index in inside), Fraction(0))
    terms.append(Reached("early", early, False))
    peak = max(
        (
            _utilisation(loads[who][sprint], int(horizon.limits[who, sprint]))
            for who in range(len(horizon.specialists))
            for sprint in range(horizon.sprints)
        ),
        default=Fraction(0),
    )
    terms.append(Reached("peak", peak, False))
    terms.append(Reached("effort", sum((one for own in loads for one in own), Fraction(0)) / 100, False))
    return replace(found, terms=terms)


def _utilisation(used: Fraction, limit: int) -> Fraction:
    """Part of the limit that is used, in hundredths of a percent rounded up."""
    if not limit:
        return Fraction(0)
    parts = 10_000 * used / limit
    return Fraction(-(-parts.numerator // parts.denominator), 10_000)


def conflict(prepared: Prepared) -> Conflict | None:
    """Name a smallest set of demands that cannot hold together; None where there is a plan, or that is not known."""
    if has_plan(prepared.horizon) is not False:
        return None
    return find_conflict(prepared.scenario, lambda changed: has_plan(prepare(changed).horizon))


def has_plan(horizon: Horizon) -> bool | None:
    """Whether there is any plan at all, by branch and cut to capacity; None where that is not known."""
    if horizon.unmet:
        return False
    if not any(item.must for item in horizon.items):
        return True
    solved = Program(horizon, Stretches(horizon), whole_part(horizon), proving=True).solve(
        SECONDS_A_QUESTION, lambda: False
    )
    return False if solved.infeasible else True if solved.columns is not None else None
