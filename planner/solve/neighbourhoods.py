"""Which part of a schedule to plan anew: the neighbourhoods of the large neighbourhood search.

Each names the items that are set free: some of the plan and some that are out and could take their place. Which kind is
tried next follows what has paid so far (adaptive large neighbourhood search: Ropke and Pisinger 2006,
doi:10.1287/trsc.1050.0135).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from planner.clock import TICKS_PER_DAY
from planner.instance import Instance
from planner.solve.solution import Solution

Pick = Callable[["Neighbourhoods", Solution, int], set[int]]
DECAY = 0.8  # of a kind's credit each time it is tried
LEAST_CREDIT = 0.05
FEWEST, MOST = 3, 60  # items of the plan set free at a time


@dataclass
class Kind:
    """A kind of neighbourhood, how well it has paid, and how many items it takes out at a time."""

    name: str
    pick: Pick
    credit: float = 1.0
    size: float = 8.0


class Neighbourhoods:
    """The choice of what to set free next; everything random comes from one seed.

    Parameters
    ----------
    wanted
        How much the relaxation wants each item, 0 to 1.
    """

    def __init__(self, instance: Instance, wanted: Sequence[float], seed: int) -> None:
        self.instance = instance
        self.wanted = wanted
        self.random = Random(seed)
        self.able = [
            {choice.specialist for task in item.tasks for choice in instance.tasks[task].choices}
            for item in instance.items
        ]
        self._after: dict[int, set[int]] = {}
        for index, item in enumerate(instance.items):
            for before, _ in (*item.requires, *(item.any_of or ())):
                self._after.setdefault(before, set()).add(index)
        self._together = {index: set(group) for group in instance.together for index in group}
        self._exclusive = {index: set(group) for group in instance.exclusive for index in group}
        self.kinds = [
            Kind("specialist", _by_specialist),
            Kind("window", _by_window),
            Kind("cluster", _by_cluster),
            Kind("wanted", _by_wanted),
            Kind("any", _by_chance),
        ]

    def next(self, solution: Solution) -> tuple[Kind, frozenset[int]]:
        """Choose a kind by its credit, and what it sets free."""
        kind = self.random.choices(self.kinds, [max(LEAST_CREDIT, kind.credit) for kind in self.kinds])[0]
        inside = kind.pick(self, solution, round(kind.size))
        free = inside | self._challengers(solution, inside, 2 * len(inside) + 4)
        return kind, frozenset(self._with_neighbours(free))

    def learn(self, kind: Kind, *, better: bool, exhausted: bool) -> None:
        """Credit what paid; where nothing more was to be found take more next time, where time ran out less."""
        kind.credit = DECAY * kind.credit + (1 - DECAY) * (1.0 if better else 0.0)
        if exhausted:
            kind.size = min(MOST, kind.size * 1.15)
        elif not better:
            kind.size = max(FEWEST, kind.size * 0.8)

    def planned(self, solution: Solution) -> list[int]:
        """Items of the plan that have work."""
        return [index for index in solution.items if not self.instance.items[index].milestone]

    def sample(self, items: Sequence[int], count: int) -> set[int]:
        """Some of the items."""
        return set(self.random.sample(items, min(count, len(items))))

    def _challengers(self, solution: Solution, inside: set[int], count: int) -> set[int]:
        """Items that are out and could use the time of those set free, the most wanted ones most likely."""
        people = set().union(*(self.able[index] for index in inside)) if inside else set()
        out = [
            index
            for index, item in enumerate(self.instance.items)
            if index not in solution.items and item.tasks and (not people or self.able[index] & people)
        ]
        ranked = sorted(out, key=lambda index: -(self.wanted[index] + self.random.random()))
        return set(ranked[:count])

    def _with_neighbours(self, free: set[int]) -> set[int]:
        """What they need comes with them, if it is out as well; so do their groups."""
        todo = list(free)
        found: set[int] = set()
        while todo:
            index = todo.pop()
            if index in found:
                continue
            found.add(index)
            todo.extend(before for before, _ in self.instance.items[index].requires)
            todo.extend(self._together.get(index, ()))
            todo.extend(self._exclusive.get(index, ()))
        return found

    def around(self, index: int) -> set[int]:
        """Items one dependency away."""
        item = self.instance.items[index]
        return {before for before, _ in (*item.requires, *(item.any_of or ()))} | self._after.get(index, set())


def _by_specialist(search: Neighbourhoods, solution: Solution, count: int) -> set[int]:
    """Work of one specialist."""
    busy = sorted({placed.specialist for placed in solution.tasks.values()})
    if not busy:
        return set()
    who = search.random.choice(busy)
    tasks = search.instance.tasks
    mine = sorted({tasks[task].item for task, placed in solution.tasks.items() if placed.specialist == who})
    return search.sample(mine, count)


def _by_window(search: Neighbourhoods, solution: Solution, count: int) -> set[int]:
    """What lies around a moment."""
    moment = search.random.randrange(max(1, search.instance.horizon))
    spans = {index: solution.items[index] for index in search.planned(solution)}
    nearest = sorted(spans, key=lambda index: (max(0, spans[index][0] - moment, moment - spans[index][1]), index))
    near = nearest[: max(count, sum(spans[index][0] <= moment < spans[index][1] for index in nearest))]
    return search.sample(near, count)


def _by_cluster(search: Neighbourhoods, solution: Solution, count: int) -> set[int]:
    """What hangs together by dependencies, and what shares its days."""
    inside = search.planned(solution)
    if not inside:
        return set()
    start = search.random.choice(inside)
    cluster = {start}
    edge = [start]
    while edge and len(cluster) < count:
        edge = sorted(other for index in edge for other in search.around(index) if other not in cluster)
        cluster.update(edge)
    cluster &= set(inside)
    day = solution.items[start][0] // TICKS_PER_DAY
    others = sorted(set(inside) - cluster, key=lambda i: (abs(solution.items[i][0] // TICKS_PER_DAY - day), i))
    return cluster | set(others[: max(0, count - len(cluster))])


def _by_wanted(search: Neighbourhoods, solution: Solution, count: int) -> set[int]:
    """What stands in the way of an item that the relaxation wants and the plan lacks."""
    out = [index for index, item in enumerate(search.instance.items) if index not in solution.items and item.tasks]
    if not out:
        return _by_chance(search, solution, count)
    wanted = search.random.choices(out, [0.02 + search.wanted[index] for index in out])[0]
    rivals = [index for index in search.planned(solution) if search.able[index] & search.able[wanted]]
    return search.sample(rivals, count) | {wanted}


def _by_chance(search: Neighbourhoods, solution: Solution, count: int) -> set[int]:
    """Anything."""
    return search.sample(search.planned(solution), count)
