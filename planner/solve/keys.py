"""A better list schedule: search over the order in which items are taken.

Each item has a key, the list takes the highest first (random keys: Bean 1994, doi:10.1287/ijoc.6.2.154). Keys begin
with what the relaxation wants and what an hour of the item is worth; a few are changed at a time, and a worse one is
kept now and then, less and less often (Kirkpatrick, Gelatt and Vecchi 1983, doi:10.1126/science.220.4598.671).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random

from planner.instance import Instance
from planner.solve import list_schedule
from planner.solve.solution import Solution

ROUNDS = 400  # half a second for 60 items, some three for 200
HEAT = 0.01  # of the value: what a schedule may be worse by at first
LOWERED = 3  # items of the plan that give way at most, at a time


def improve(
    instance: Instance,
    wanted: Sequence[float],
    seed: int,
    allowed: Callable[[Solution], bool],
    over: Callable[[], bool],
) -> Solution | None:
    """Return the best schedule found, None where none keeps every rule.

    Parameters
    ----------
    wanted
        How much the relaxation wants each item, 0 to 1.
    allowed
        Whether a schedule keeps what terms before value have reached.
    over
        Asked again and again: whether to stop.
    """
    random = Random(seed)
    keys = [
        math.log((0.02 + part) * (item.value + 1) / max(1, item.effort))
        for part, item in zip(wanted, instance.items, strict=True)
    ]
    current = best = None
    level = -math.inf
    for turn in range(ROUNDS):
        if over():
            break
        changed = keys if current is None else _changed(keys, current, wanted, random)
        found = list_schedule.by_keys(instance, changed)
        if not list_schedule.keeps_all(instance, found) or not allowed(found):
            continue
        value = found.terms(instance)["value"]
        heat = HEAT * abs(level) * (1 - turn / ROUNDS) if current is not None else 0.0
        if value >= level or (heat > 0 and random.random() < math.exp((value - level) / heat)):
            keys, current, level = changed, found, value
        if best is None or value > best.terms(instance)["value"]:
            best = found
    return best


def _changed(keys: Sequence[float], current: Solution, wanted: Sequence[float], random: Random) -> list[float]:
    """Raise one or two items that are out, lower a few that are in."""
    new = list(keys)
    out = [index for index in range(len(keys)) if index not in current.items]
    for index in random.choices(out, [0.05 + wanted[other] for other in out], k=random.randint(1, 2)) if out else ():
        new[index] = max(keys) + random.random() if random.random() < 0.5 else new[index] + abs(random.gauss(0, 1.5))
    inside = list(current.items)
    for index in random.sample(inside, min(len(inside), random.randint(0, LOWERED))):
        new[index] -= abs(random.gauss(0, 1.5))
    return new
