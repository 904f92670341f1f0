"""When each task can lie at all: earliest and latest ticks of an item looked at alone.

A forward pass over the task order gives the earliest starts, a backward pass from the deadline the latest finishes,
both on the own axis of everybody who may do the task. The windows hold whenever the item is in the plan, so they
become the domains of the solver's variables; what has no window left can never enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from graphlib import TopologicalSorter

from models.base import exact, hundredths
from models.item import Item
from models.team import Specialist as TeamMember
from planner.clock import TICKS_PER_DAY
from planner.instance import Choice, Specialist
from planner.work import OpenTask


@dataclass(frozen=True)
class TaskDraft:
    """A task before and after its windows are known.

    Attributes
    ----------
    able
        Whether anybody in the team has the skill.
    allowed
        Who may do it: skill, pins and the keeping assignee considered.
    """

    task: OpenTask
    able: bool
    allowed: frozenset[int]
    start_window: tuple[int, int] | None
    preferred: int | None
    choices: tuple[Choice, ...] = ()
    earliest: int = 0
    latest: int = 0


@dataclass(frozen=True)
class Draft:
    """An item on its way to the instance: limits in ticks, prerequisites still by id."""

    item: Item
    milestone: bool
    tasks: tuple[TaskDraft, ...]
    requires: tuple[tuple[str, int], ...]
    any_of: tuple[tuple[str, int], ...] | None
    release: int
    deadline: int
    start_window: tuple[int, int] | None
    must: bool
    due_days: int
    remaining: int
    earliest_finish: int = 0

    def alone(self) -> Draft:
        """Return the item as the only demand: it must be in and waits for nothing."""
        return replace(self, must=True, requires=(), any_of=None)


class WaysToWork:
    """Who can do what, how long it takes them and what it costs of their hours."""

    def __init__(
        self, people: Sequence[TeamMember], specialists: Sequence[Specialist], rates: Sequence[Fraction]
    ) -> None:
        self.specialists = specialists
        self._proficiency = [{skill: exact(level) for skill, level in person.skills.items()} for person in people]
        self._rates = rates
        self.able = cache(self._able)
        self.measure = cache(self._measure)

    def _able(self, skill: str | None) -> frozenset[int]:
        if skill is None:
            return frozenset(range(len(self._rates)))
        return frozenset(index for index, levels in enumerate(self._proficiency) if skill in levels)

    def proficiency(self, skill: str | None, who: int) -> Fraction:
        """Proficiency in a skill that they have; 1 where none is asked for."""
        return self._proficiency[who][skill] if skill is not None else Fraction(1)

    def _measure(self, skill: str | None, effort: Fraction, who: int) -> tuple[int, int]:
        """Duration in ticks and cost in hundredths (semantics.md, "Numbers")."""
        level = self.proficiency(skill, who)
        return max(1, int(TICKS_PER_DAY * effort / (self._rates[who] * level))), hundredths(effort / level)


def fit(draft: Draft, ways: WaysToWork, start: int, deadline: int) -> Draft | None:
    """Give every task of an item its choices and windows, None if a task has none.

    Parameters
    ----------
    start
        Earliest tick the item may start at.
    deadline
        Latest tick of its finish, waits included.
    """
    order = _order(draft.tasks)
    if draft.start_window is not None:
        start = max(start, draft.start_window[0])
        draft = _with_first_start(draft)
    tasks = list(draft.tasks)
    while True:
        ends = _forward(tasks, order, ways, start)
        if ends is None or max(ends) > deadline or not _backward(tasks, order, ways, deadline):
            return None
        kept = [tuple(option for option in task.choices if _has_room(option)) for task in tasks]
        if not all(kept):
            return None
        settled = all(len(options) == len(task.allowed) for options, task in zip(kept, tasks, strict=True))
        for index, options in enumerate(kept):
            who = frozenset(option.specialist for option in options)
            tasks[index] = replace(tasks[index], choices=options, allowed=who)
        if settled:
            return replace(draft, tasks=tuple(_bounded(task, ways) for task in tasks), earliest_finish=max(ends))


def _order(tasks: Sequence[TaskDraft]) -> list[int]:
    if all(before < index for index, draft in enumerate(tasks) for before in draft.task.after):
        return list(range(len(tasks)))
    return list(TopologicalSorter({index: draft.task.after for index, draft in enumerate(tasks)}).static_order())


def _with_first_start(draft: Draft) -> Draft:
    """Hand an item's pinned start day on to its first task, where there is only one that can be first."""
    first = [index for index, task in enumerate(draft.tasks) if not task.task.after]
    if len(first) != 1 or draft.start_window is None:
        return draft
    tasks = list(draft.tasks)
    own = tasks[first[0]].start_window or draft.start_window
    both = (max(own[0], draft.start_window[0]), min(own[1], draft.start_window[1]))
    tasks[first[0]] = replace(tasks[first[0]], start_window=both)
    return replace(draft, tasks=tuple(tasks))


def _forward(tasks: list[TaskDraft], order: Sequence[int], ways: WaysToWork, start: int) -> list[int] | None:
    """Set the earliest own starts; return when each task, its wait included, can be over at the earliest."""
    ends = [0] * len(tasks)
    for index in order:
        task = tasks[index].task
        earliest = max([start, *(ends[before] for before in task.after)])
        if (window := tasks[index].start_window) is not None:
            earliest = max(earliest, window[0])
        options = []
        for who in sorted(tasks[index].allowed):
            axis = ways.specialists[who].axis
            duration, cost = ways.measure(task.skill, task.effort, who)
            own = axis.before(earliest)
            if cost <= ways.specialists[who].limit and own + duration <= axis.length:
                options.append(Choice(who, duration, cost, own, axis.length))
        if not options:
            return None
        tasks[index] = replace(tasks[index], choices=tuple(options))
        finish = min(
            ways.specialists[option.specialist].axis.finish_tick(option.earliest + option.duration)
            for option in options
        )
        ends[index] = finish + task.wait_ticks
    return ends


def _backward(tasks: list[TaskDraft], order: Sequence[int], ways: WaysToWork, deadline: int) -> bool:
    """Set the latest own finishes; False where a pinned start day cannot be kept."""
    limit = [deadline] * len(tasks)
    for index in reversed(order):
        draft = tasks[index]
        latest = limit[index] - draft.task.wait_ticks
        options = [_until(option, ways, latest, draft.start_window) for option in draft.choices]
        possible = [option for option in options if _has_room(option)]
        if not possible:
            return False
        tasks[index] = replace(draft, choices=tuple(options))
        last_start = max(
            ways.specialists[option.specialist].axis.start_tick(option.latest - option.duration) for option in possible
        )
        for before in draft.task.after:
            limit[before] = min(limit[before], last_start)
    return True


def _until(option: Choice, ways: WaysToWork, latest: int, window: tuple[int, int] | None) -> Choice:
    axis = ways.specialists[option.specialist].axis
    own = axis.before(max(0, latest))
    if window is not None:
        own = min(own, axis.before(window[1] + 1) - 1 + option.duration)
    return replace(option, latest=own)


def _has_room(option: Choice) -> bool:
    return option.earliest + option.duration <= option.latest


def _bounded(draft: TaskDraft, ways: WaysToWork) -> TaskDraft:
    axes = [ways.specialists[option.specialist].axis for option in draft.choices]
    return replace(
        draft,
        earliest=min(axis.start_tick(option.earliest) for axis, option in zip(axes, draft.choices, strict=True)),
        latest=max(axis.finish_tick(option.latest) for axis, option in zip(axes, draft.choices, strict=True)),
    )
