"""Seeded, realistic marketing backlogs with the team and calendar they are for, as scenarios.

Each feature draws from a stream of its own, so that switching one off leaves everything else as it was
(only the efforts are scaled anew, so that the demand stays what was asked for).
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from random import Random
from typing import TypeVar

from benchmarks import parameters as p
from benchmarks.parameters import Features, Skill
from models.calendar import Calendar
from models.item import Dependency, Due, Item, Task
from models.scenario import Scenario
from models.team import Busy, Specialist, TimeOff
from planner.clock import TICKS_PER_DAY, Clock
from planner.team import rates

Choice = TypeVar("Choice")
ALL_FEATURES = Features()


def generate(
    items: int, specialists: int, seed: int, demand: float = 2.5, features: Features = ALL_FEATURES
) -> Scenario:
    """Make up one sprint's backlog and team.

    Parameters
    ----------
    items, specialists
        How many.
    seed
        Everything drawn depends on it and on nothing else.
    demand
        Total effort over the hours that are there, as far as task efforts of 1 to 16 hours can reach it.
    features
        What the backlog contains.
    """
    calendar = Calendar(start=p.START, sprint_days=p.SPRINT_DAYS)
    skills = _skills(_stream(seed, "skills"), specialists)
    days = Clock.of(calendar).days
    team = _team(seed, specialists, skills, days, features)
    empty = Scenario(name=f"{items} items, seed {seed}", calendar=calendar, team=team, backlog=())
    backlog = _backlog(seed, items, empty, skills, demand, features)
    return empty.model_copy(update={"backlog": backlog})


def _stream(seed: int, purpose: str) -> Random:
    return Random(f"{seed}/{purpose}")


def _weighted(random: Random, choices: Sequence[tuple[Choice, float]]) -> Choice:
    return random.choices([choice for choice, _ in choices], [weight for _, weight in choices])[0]


def _skills(random: Random, specialists: int) -> list[Skill]:
    """Pick the skills of the team: the first six, and some more where there are people enough."""
    least, most = p.SKILLS_IN_TEAM
    count = min(random.randint(least, most), max(least, specialists))
    return list(p.SKILLS[:least]) + random.sample(p.SKILLS[least:], count - least)


# -- the team --------------------------------------------------------------------------------------------------


def _team(
    seed: int, count: int, skills: list[Skill], days: Sequence[datetime.date], features: Features
) -> tuple[Specialist, ...]:
    held = _held_skills(_stream(seed, "team"), count, skills)
    hours = _stream(seed, "hours")
    proficiency = _stream(seed, "proficiency")
    absences = [_absences(Random(f"{seed}/absence/{index}"), days, features) for index in range(count)]
    workdays = _stream(seed, "part-time")
    weeks = [workdays.choice(p.PART_TIME_WEEKS) if workdays.random() < p.PART_TIME_SHARE else None for _ in held]
    levels = [{skill: _weighted(proficiency, p.PROFICIENCIES) for skill in own} for own in held]
    return tuple(
        Specialist(
            name=f"Specialist {index + 1}",
            skills=level if features.proficiency else dict.fromkeys(level, 1.0),
            hours_per_day=_weighted(hours, p.HOURS_PER_DAY),
            workdays=week if features.part_time else None,
            time_off=away,
            busy=busy,
        )
        for index, (level, week, (away, busy)) in enumerate(zip(levels, weeks, absences, strict=True))
    )


def _held_skills(random: Random, count: int, skills: list[Skill]) -> list[list[str]]:
    """Give each specialist one to three skills, and each skill at least one specialist."""
    held: list[list[str]] = [[] for _ in range(count)]
    for index, skill in enumerate(skills):
        held[index % count].append(skill.name)
    for own in held:
        wanted = _weighted(random, p.SKILLS_PER_SPECIALIST)
        while len(own) < wanted:
            own.append(_weighted(random, [(skill.name, skill.supply) for skill in skills if skill.name not in own]))
    random.shuffle(held)
    return held


def _absences(
    random: Random, days: Sequence[datetime.date], features: Features
) -> tuple[tuple[TimeOff, ...], tuple[Busy, ...]]:
    """Draw everything, then keep what is switched on."""
    away, half_day, occupied = (random.random() for _ in range(3))
    length = random.randint(*p.TIME_OFF_DAYS)
    first = random.randrange(len(days) - length + 1)
    half = TimeOff(date=random.choice(days), half=random.choice(("am", "pm")))
    busy_days = sorted(random.sample(range(len(days)), 2))
    busy = Busy(first=days[busy_days[0]], last=days[busy_days[1]], hours=random.choice(p.BUSY_HOURS))
    run = TimeOff(first=days[first], last=days[first + length - 1])
    time_off = [run] if features.time_off and away < p.TIME_OFF_SHARE else []
    time_off += [half] if features.half_days and half_day < p.HALF_DAY_SHARE else []
    return tuple(time_off), (busy,) if features.busy and occupied < p.BUSY_SHARE else ()


def hours_available(scenario: Scenario) -> Fraction:
    """Hours of the whole team in the sprint, before the buffer."""
    clock = Clock.of(scenario.calendar)
    return sum(
        (
            Fraction(sum(end - start for start, end in clock.presence(person, rate)), TICKS_PER_DAY) * rate
            for person, rate in zip(scenario.team, rates(scenario), strict=True)
        ),
        Fraction(0),
    )


# -- the backlog -----------------------------------------------------------------------------------------------


def _backlog(
    seed: int,
    count: int,
    empty: Scenario,
    skills: list[Skill],
    demand: float,
    features: Features,
    tasks_per_item: Sequence[tuple[int, float]] = p.TASKS_PER_ITEM,
    branch_share: float = p.BRANCH_SHARE,
) -> tuple[Item, ...]:
    chains = [_chain(random, skills, tasks_per_item) for random in _item_streams(seed, "chain", count)]
    efforts = _efforts(seed, chains, float(hours_available(empty)) * demand)
    work = [
        _tasks(Random(f"{seed}/work/{index}"), chain, effort, empty.team, features, branch_share)
        for index, (chain, effort) in enumerate(zip(chains, efforts, strict=True))
    ]
    needs = _dependencies(seed, count, features)
    dates = _dates(seed, count, Clock.of(empty.calendar).days, features)
    kinds = _stream(seed, "kinds")
    return tuple(
        Item(
            id=_name(index),
            title=f"{' and '.join(sorted(set(chains[index])))} ({_name(index)})",
            type=_weighted(kinds, p.TYPES),
            theme=_weighted(kinds, p.THEMES),
            value=_value(Random(f"{seed}/value/{index}"), sum(efforts[index])),
            work=work[index],
            **needs[index],
            **dates[index],
        )
        for index in range(count)
    )


def _item_streams(seed: int, purpose: str, count: int) -> Iterable[Random]:
    return (Random(f"{seed}/{purpose}/{index}") for index in range(count))


def _name(index: int) -> str:
    return f"MKT-{index + 1}"


def _chain(random: Random, skills: list[Skill], tasks_per_item: Sequence[tuple[int, float]]) -> list[str]:
    """Skills of an item's tasks, in the order in which marketing work passes through them."""
    count = min(_weighted(random, tasks_per_item), len(skills))
    chosen: list[str] = []
    while len(chosen) < count:
        chosen.append(_weighted(random, [(skill.name, skill.demand) for skill in skills if skill.name not in chosen]))
    return sorted(chosen, key=p.CHAIN.index)


def _efforts(seed: int, chains: list[list[str]], total: float) -> list[list[float]]:
    """Skewed efforts, scaled so that they add up to the total as nearly as the range of one task allows."""
    raw = [
        [random.lognormvariate(0, p.EFFORT_SIGMA) for _ in chain]
        for random, chain in zip(_item_streams(seed, "effort", len(chains)), chains, strict=True)
    ]

    def scaled(scale: float) -> list[list[float]]:
        return [[_effort(scale * size) for size in sizes] for sizes in raw]

    low, high = 0.01, 100.0
    for _ in range(40):
        middle = math.sqrt(low * high)
        if sum(map(sum, scaled(middle))) < total:
            low = middle
        else:
            high = middle
    return scaled(high)


def _effort(hours: float, within: tuple[float, float] = p.EFFORT_RANGE) -> float:
    least, most = within
    return min(most, max(least, p.EFFORT_STEP * round(hours / p.EFFORT_STEP)))


def _value(random: Random, effort: float, within: tuple[float, float] = p.VALUE_RANGE) -> float:
    least, most = within
    density = p.VALUE_PER_HOUR * random.lognormvariate(0, p.VALUE_SIGMA)
    return float(min(most, max(least, round(effort * density))))


def _tasks(
    random: Random,
    chain: list[str],
    efforts: list[float],
    team: Sequence[Specialist],
    features: Features,
    branch_share: float,
) -> tuple[Task, ...]:
    """Build the work of an item: a chain, or one start, parallel branches and one end."""
    branches, eyes = random.random() < branch_share, random.random() < p.SECOND_EYES_SHARE
    waits = [_wait(random, skill) for skill in chain]
    last = len(chain)
    parallel = features.branches and branches and last >= 3
    second = features.second_eyes and eyes and last >= 2 and _two_can(team, chain[0], chain[-1])

    def after(position: int) -> tuple[int, ...] | None:
        if not parallel or position == 1:
            return None
        return tuple(range(2, last)) if position == last and last > 3 else (1,)

    return tuple(
        Task(
            skill=skill,
            effort=effort,
            after=after(position),
            wait_days=wait if features.waits else 0,
            not_by=(1,) if second and position == last else (),
        )
        for position, (skill, effort, wait) in enumerate(zip(chain, efforts, waits, strict=True), start=1)
    )


def _wait(random: Random, skill: str) -> float:
    share = p.LEGAL_WAIT_SHARE if skill == "legal" else p.OTHER_WAIT_SHARE
    drawn, days = random.random(), random.choice(p.WAIT_DAYS)
    return days if drawn < share else 0


def _two_can(team: Sequence[Specialist], skill: str, other: str) -> bool:
    """Two different people can do the two tasks."""
    return any(skill in one.skills and other in two.skills for one in team for two in team if one is not two)


def _dependencies(seed: int, count: int, features: Features) -> list[dict[str, tuple[Dependency, ...]]]:
    """Short chains among items that lie near each other in a hidden order; rows of the backlog are in another."""
    hidden = list(range(count))
    _stream(seed, "order").shuffle(hidden)
    needs: list[dict[str, tuple[Dependency, ...]]] = [{} for _ in hidden]
    for place, index in enumerate(hidden):
        near = hidden[max(0, place - p.DEPENDENCY_REACH) : place]
        all_of = _all_of(Random(f"{seed}/depends/{index}"), near, features)
        any_of = _any_of(Random(f"{seed}/any/{index}"), near, features)
        named = {need.item for need in all_of}
        needs[index] = {"depends_on": all_of, "any_of": tuple(need for need in any_of if need.item not in named)}
    return needs


def _all_of(random: Random, near: list[int], features: Features) -> tuple[Dependency, ...]:
    asks, second = random.random() < p.DEPENDENCY_SHARE, random.random() < p.SECOND_DEPENDENCY_SHARE
    lags = [random.choice(p.LAG_DAYS) if random.random() < p.LAG_SHARE else 0.0 for _ in range(2)]
    if not (features.dependencies and asks and near):
        return ()
    chosen = random.sample(near, min(len(near), 2 if second else 1))
    return tuple(
        Dependency(item=_name(other), lag_days=lag if features.lags else 0)
        for other, lag in zip(chosen, lags, strict=False)
    )


def _any_of(random: Random, near: list[int], features: Features) -> tuple[Dependency, ...]:
    asks = random.random() < p.ANY_OF_SHARE
    if not (features.any_of and asks and len(near) >= 2):
        return ()
    return tuple(Dependency(item=_name(other)) for other in random.sample(near, 2))


def _dates(
    seed: int, count: int, days: Sequence[datetime.date], features: Features
) -> list[dict[str, datetime.date | Due]]:
    clusters = sorted(
        _stream(seed, "clusters").sample(range(p.DEADLINE_DAYS[0], p.DEADLINE_DAYS[1] + 1), p.DEADLINE_CLUSTERS)
    )
    return [_item_dates(random, days, clusters, features) for random in _item_streams(seed, "dates", count)]


def _item_dates(
    random: Random, days: Sequence[datetime.date], clusters: list[int], features: Features
) -> dict[str, datetime.date | Due]:
    """Draw release, deadline and due date; a release too close to the deadline is brought forward."""
    draw: Callable[[], float] = random.random
    released, limited, promised = draw() < p.RELEASE_SHARE, draw() < p.DEADLINE_SHARE, draw() < p.DUE_SHARE
    release, deadline, due = random.randint(*p.RELEASE_DAYS), random.choice(clusters), random.randint(*p.DUE_DAYS)
    cost = random.choice(p.DUE_COSTS)
    dates: dict[str, datetime.date | Due] = {}
    if features.deadlines and limited:
        dates["deadline"] = days[deadline]
        release = min(release, deadline - p.DAYS_BEFORE_DEADLINE)
    if features.releases and released:
        dates["release"] = days[release]
    if features.due_dates and promised:
        dates["due"] = Due(date=days[due], cost_per_day=cost)
    return dates
