"""One search of some teams, done by a worker: what it is asked, and how it answers."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from planner.portfolio.group import Group
from planner.portfolio.master import paid
from planner.portfolio.model import Found, Prices, TeamsModel, effort
from planner.portfolio.relaxed import PricedRelaxation
from planner.solve.run import Effort
from planner.solve.solution import Solution

WORK_A_SECOND = 0.25  # deterministic work that a search of these models does in a second
QUICK_WORK = 0.1  # of a team's search by clause learning alone, which settles most
SLOW = 4.0  # on a busy machine the same work takes so many times as long, at most
RELAXED_SECONDS = 2.0  # for the relaxation at least: cut short it bounds nothing
KEPT_MODELS = 48  # a worker keeps so many teams' models: the memory it takes is bounded


@dataclass(frozen=True)
class Task:
    """One search, done by a worker.

    Attributes
    ----------
    group
        Pickled once for all tasks; ``key`` names it.
    above
        Only plans worth more are of interest.
    early
        Improve how early things are finished instead of worth.
    in_turn
        The members plan one after the other, each but the last paying the prices, instead of all at once.
    allowed
        Items of each team that are worth looking at; None for all.
    """

    group: bytes
    key: str
    members: tuple[int, ...]
    start: Mapping[int, Solution]
    seconds: float
    seed: int = 0
    others: Mapping[int, Solution] = field(default_factory=dict)
    prices: Prices | None = None
    above: int | None = None
    early: bool = False
    in_turn: bool = False
    allowed: Mapping[int, frozenset[int]] | None = None


_relaxed: dict[tuple[str, int], PricedRelaxation] = {}
_models: dict[tuple[str, int], TeamsModel] = {}
_groups: dict[str, Group] = {}


def search(task: Task) -> Found:
    """Do one search; called in a worker."""
    from planner.workers import stopping

    if task.key not in _groups:
        _groups.clear()
        _models.clear()
        _relaxed.clear()
        _groups[task.key] = pickle.loads(task.group)
    group = _groups[task.key]
    if task.in_turn:
        return _in_turn(task, group)
    if len(task.members) == 1 and not task.others and task.above is None and not task.early:
        place = (task.key, task.members[0])
        model = _models.pop(place, None) or TeamsModel(group, task.members)
        _models[place] = model  # the last used is last
        while len(_models) > KEPT_MODELS:
            del _models[next(iter(_models))]
    else:
        model = TeamsModel(group, task.members, task.others)
        if task.allowed is not None:
            model.only(task.allowed)
    limits = _effort(task)
    if task.early:
        return model.earlier(limits, task.start, stopping)
    if task.prices is not None and not task.others:
        return _priced(task, group, model)
    several = len(task.members) > 1
    return model.best(limits, task.start, stopping, task.prices, task.above, thorough=several)


def _effort(task: Task) -> Effort:
    return effort(SLOW * task.seconds, task.seed, WORK_A_SECOND * task.seconds)


def _priced(task: Task, group: Group, model: TeamsModel) -> Found:
    """Plan a team against prices: quickly, then thoroughly; what even that does not settle, the relaxation bounds."""
    from planner.workers import stopping

    limits = _effort(task)
    found = model.best(replace(limits, work=min(limits.work, QUICK_WORK)), task.start, stopping, task.prices)
    if not found.infeasible and (found.plans is None or not found.settled) and not stopping():
        again = model.best(limits, found.plans or task.start, stopping, task.prices, thorough=True)
        found = found if again.plans is None and found.plans is not None else again
    return found if found.plans is None or found.settled else _bounded(task, group, found)


def _bounded(task: Task, group: Group, found: Found) -> Found:
    """Where the model did not settle a team, the relaxation may know a better bound."""
    from planner.workers import stopping

    assert task.prices is not None
    assert found.plans is not None
    (index,) = task.members
    worth = group.teams[index].worth(found.plans[index]) - paid(group, index, found.plans[index], task.prices)
    if found.bound is None or found.bound <= worth or stopping():
        return found
    place = (task.key, index)
    if place not in _relaxed:
        _relaxed[place] = PricedRelaxation(group, index)
    bound = _relaxed[place].bound(task.prices, max(RELAXED_SECONDS, task.seconds), stopping)
    best = found.bound if bound is None else max(worth, min(bound, found.bound))
    return Found(found.plans, best, settled=False)


def _in_turn(task: Task, group: Group) -> Found:
    """Plan the members one after the other beside the others; quick, as each is a small model."""
    from planner.workers import stopping

    plans: dict[int, Solution] = {}
    for place, index in enumerate(task.members):
        model = TeamsModel(group, [index], {**task.others, **plans})
        if task.allowed is not None:
            model.only(task.allowed)
        last = place == len(task.members) - 1
        found = model.best(_effort(task), task.start, stopping, None if last else task.prices)
        if found.plans is None:
            return Found(None, None)
        plans.update(found.plans)
    return Found(plans, None)
