"""Chains of items that pass from skill to skill and may block: one of those skills is asked for more than there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.prepare import Prepared
from planner.work import OpenItem


@dataclass(frozen=True)
class Blocking:
    """A chain of items, the skills it passes through in turn, and the scarcest of them.

    ``pressure`` is what the backlog asks of that skill over the hours of those who have it, None without any hours.
    """

    items: tuple[str, ...]
    skills: tuple[str, ...]
    scarcest: str
    pressure: Fraction | None


def blocking(prepared: Prepared, pressure: Mapping[str | None, Fraction | None]) -> tuple[Blocking, ...]:
    """Find the chains of two items or more that change hands and run into a scarce skill, the scarcest first.

    Parameters
    ----------
    pressure
        Of each skill, what is asked over what is there; None where nothing is there.
    """
    found = []
    for chain in _longest_chains(prepared):
        skills = tuple(_passed([prepared.open[name] for name in chain]))
        scarce = [skill for skill in dict.fromkeys(skills) if _over(pressure.get(skill, Fraction(0)))]
        if len(skills) > 1 and scarce:
            worst = max(scarce, key=lambda skill: (_size(pressure[skill]), skill))
            found.append(Blocking(chain, skills, worst, pressure[worst]))
    return tuple(sorted(found, key=lambda one: (-_size(one.pressure), -len(one.items), one.items)))


def _over(pressure: Fraction | None) -> bool:
    return pressure is None or pressure > 1


def _size(pressure: Fraction | None) -> float:
    return float("inf") if pressure is None else float(pressure)


def _longest_chains(prepared: Prepared) -> Iterator[tuple[str, ...]]:
    """Yield the longest chain that ends in each item on which nothing depends."""
    graph = prepared.graph
    before: dict[str, str | None] = {}
    length: dict[str, int] = {}
    waited_for: set[str] = set()
    for name in graph.order:
        earlier = [other for other, _ in graph.requires[name] if other in length]
        longest = max(earlier, key=lambda other: (length[other], other), default=None)
        before[name], length[name] = longest, 1 + (length[longest] if longest is not None else 0)
        waited_for.update(earlier)
    for name in graph.order:
        if length[name] > 1 and name not in waited_for:
            yield tuple(reversed(list(_back(name, before))))


def _back(name: str | None, before: Mapping[str, str | None]) -> Iterator[str]:
    while name is not None:
        yield name
        name = before[name]


def _passed(chain: Sequence[OpenItem]) -> Iterator[str]:
    """Skills in the order of the work, those that follow themselves once."""
    last = None
    for entry in chain:
        for task in entry.tasks:
            if task.skill is not None and task.skill != last:
                yield task.skill
                last = task.skill
