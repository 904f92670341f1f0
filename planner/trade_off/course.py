"""The way along the curve: its two ends, then what lies between them, wherever most is open.

Each question is the most value at no more than so much churn, or the least churn at no less than so much value (the
epsilon-constraint method: Haimes, Lasdon and Wismer 1971, doi:10.1109/TSMC.1971.4308298). The middle of the largest box
between two points comes first, so that a curve cut short by the time is spread out; then what is next to its end,
which settles it (after the balanced box method: Boland, Charkhgard and Savelsbergh 2015, doi:10.1287/ijoc.2015.0657).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol


@dataclass(frozen=True)
class Point:
    """A plan that the judge has looked at, and what is proven of all others.

    Attributes
    ----------
    bound
        No plan with as little churn is worth more.
    least_churn
        No plan worth as much has less churn.
    gap
        (bound - value) / |bound|, 0 where equal, None where only the bound is 0.
    proven
        Both are reached.
    """

    churn: int
    value: float
    bound: float
    least_churn: int
    gap: float | None
    proven: bool


@dataclass(frozen=True)
class Curve:
    """Points from the most value to the least churn; ``complete`` if there are proven to be no others."""

    points: tuple[Point, ...]
    complete: bool


@dataclass(frozen=True)
class Found:
    """A plan, as its engine keeps it."""

    churn: int
    value: Fraction
    state: Any = field(compare=False)


@dataclass(frozen=True)
class Answer:
    """What a question brought: a plan, a proven limit of value or churn (None where there is none)."""

    found: Found | None
    limit: Fraction | None
    infeasible: bool = False


class Engine(Protocol):
    """Plans by value and by churn; every plan it gives keeps what comes before value, and the judge has seen it."""

    def best(self) -> Answer:
        """Find the most valuable plan."""
        ...

    def richest(self, most: int, start: Found) -> Answer:
        """Find the most value at no more than so much churn."""
        ...

    def calmest(self, least: Fraction | None, start: Found) -> Answer:
        """Find the least churn at no less than so much value, or at any."""
        ...

    def near(self, value: Fraction) -> Fraction:
        """By how much a value may miss another one and still count as equal."""
        ...

    @property
    def over(self) -> bool:
        """Whether to stop."""
        ...


def follow(engine: Engine, on_point: Callable[[int], None] | None = None) -> Curve:
    """Follow the curve of an engine until there is no more, or the engine has to stop."""
    best = engine.best()
    if best.found is None:
        return Curve((), complete=best.infeasible)
    course = _Course(engine, on_point or (lambda _: None))
    course.follow(best)
    return course.curve()


@dataclass
class _Known:
    """What is proven: (churn, the most value up to it), and (value, the least churn from it on)."""

    most: list[tuple[float, Fraction]] = field(default_factory=list)
    least: list[tuple[Fraction | None, int]] = field(default_factory=list)

    def value_at(self, churn: int) -> Fraction:
        """No plan with at most so much churn is worth more."""
        by_churn = [value for most, value in self.most if churn <= most]
        return min([*by_churn, *(value for value, least in self.least if value is not None and churn < least)])

    def churn_of(self, value: Fraction, near: Fraction) -> int:
        """No plan that is worth so much has less churn."""
        by_value = [least for worth, least in self.least if worth is None or worth <= value + near]
        by_churn = [int(most) + 1 for most, worth in self.most if worth < value - near and math.isfinite(most)]
        return max([0, *by_value, *by_churn])


@dataclass(frozen=True)
class _Box:
    """What may lie between two plans: more churn than ``asked``, less than ``high``."""

    low: Found
    asked: int
    high: Found
    fresh: bool = True

    @property
    def open(self) -> bool:
        """Whether any churn lies between."""
        return self.high.churn - self.asked > 1 and self.low.value < self.high.value

    @property
    def size(self) -> Fraction:
        """Churn times value between the two plans."""
        return (self.high.churn - self.asked) * (self.high.value - self.low.value)


class _Course:
    def __init__(self, engine: Engine, on_point: Callable[[int], None]) -> None:
        self.engine = engine
        self.known = _Known()
        self.found: list[Found] = []
        self.complete = False
        self._on_point = on_point

    def follow(self, best: Answer) -> None:
        """Find both ends, then go from box to box."""
        assert best.found is not None
        assert best.limit is not None
        self.known.most.append((math.inf, best.limit))
        high = self._calmed(best.found)
        most_valuable = best.limit - high.value <= self.engine.near(best.limit)
        if high.churn == 0:
            self.complete = most_valuable
            return
        if self.engine.over:
            return
        calm = self.engine.calmest(None, high)
        if calm.limit is not None:
            self.known.least.append((None, int(calm.limit)))
        low = calm.found if calm.found is not None and calm.found.churn < high.churn else high
        if low is not high and not self.engine.over:
            low = self._richest(low.churn, low)
        self._take(low)
        looked_between = self._follow([_Box(low, low.churn, high)])
        least_churn = calm.limit is not None and calm.limit >= low.churn
        self.complete = most_valuable and looked_between and least_churn

    def _follow(self, boxes: list[_Box]) -> bool:
        """Look into the largest box until there is none; returns whether nothing is left open."""
        settled = True
        while boxes := [box for box in boxes if box.open and not self._empty(box)]:
            if self.engine.over:
                return False
            box = max(boxes, key=lambda one: (one.size, -one.high.churn))
            boxes.remove(box)
            new = list(self._look(box))
            settled = settled and (bool(new) or self._empty(box))
            boxes += new
        return settled

    def _look(self, box: _Box) -> Iterator[_Box]:
        most = (box.asked + box.high.churn) // 2 if box.fresh else box.high.churn - 1
        found = self._richest(most, box.low)
        low, high = box.low, box.high
        if found.value > low.value + self.engine.near(low.value) and low.churn < found.churn < high.churn:
            found = self._calmed(found)
            yield _Box(low, box.asked, found)
            yield _Box(found, max(most, found.churn), high)
            return
        if found is not low:
            self._take(found)
        if most < high.churn - 1:
            yield _Box(low, most, high, fresh=False)

    def _empty(self, box: _Box) -> bool:
        """Whether what lies between is proven to be worth no more than the plan of less churn may be."""
        most, worth = self.known.value_at(box.high.churn - 1), self.known.value_at(box.low.churn)
        return most <= max(worth, box.low.value) + self.engine.near(most)

    def _richest(self, most: int, start: Found) -> Found:
        answer = self.engine.richest(most, start)
        if answer.limit is not None:
            self.known.most.append((most, answer.limit))
        found = answer.found
        return found if found is not None and (found.value, -found.churn) > (start.value, -start.churn) else start

    def _calmed(self, found: Found) -> Found:
        """The same value with least churn, as far as it goes."""
        calmed = found
        if found.churn and not self.engine.over:
            answer = self.engine.calmest(found.value, found)
            if answer.limit is not None:
                self.known.least.append((found.value, int(answer.limit)))
            if answer.found is not None and answer.found.churn < found.churn:
                calmed = answer.found
        self._take(calmed)
        return calmed

    def _take(self, found: Found) -> None:
        if found not in self.found:
            self.found.append(found)
            self._on_point(len(self._kept()))

    def _kept(self) -> list[Found]:
        """Plans to which none is preferred: where a point is not proven, another one can be better in both."""
        ordered = sorted(self.found, key=lambda one: (-one.value, one.churn))
        kept: list[Found] = []
        for one in ordered:
            if not kept or one.churn < kept[-1].churn:
                kept.append(one)
        return kept

    def curve(self) -> Curve:
        """Put the points together."""
        return Curve(tuple(map(self._point, self._kept())), self.complete)

    def _point(self, found: Found) -> Point:
        bound = self.known.value_at(found.churn)
        if bound - found.value <= self.engine.near(bound):
            bound = found.value
        least = min(found.churn, self.known.churn_of(found.value, self.engine.near(found.value)))
        gap = 0.0 if bound == found.value else float((bound - found.value) / abs(bound)) if bound else None
        proven = bound == found.value and least == found.churn
        return Point(found.churn, float(found.value), float(bound), least, gap, proven)
