"""A specialist's own time: only the ticks when they are there, without the pauses.

On this axis a task is one interval of fixed length, whatever absences it runs across, and tasks of a specialist
simply do not overlap (design.md section 5, "Pauses"). The way back to the team's clock adds the length of every
pause already passed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """The compressed axis of one specialist.

    Attributes
    ----------
    length
        Ticks they are there in the whole horizon.
    pauses
        (position on the axis, ticks away), by position; only pauses before the last tick there.
    """

    length: int
    pauses: tuple[tuple[int, int], ...]
    _starts: tuple[int, ...]  # team ticks of the intervals there
    _passed: tuple[int, ...]  # own ticks before each of them

    @classmethod
    def of(cls, presence: Sequence[tuple[int, int]]) -> Axis:
        """Compress half-open team-tick intervals, sorted and disjoint."""
        pauses: list[tuple[int, int]] = []
        passed: list[int] = []
        own = last_end = 0
        for start, end in presence:
            if start > last_end:
                pauses.append((own, start - last_end))
            passed.append(own)
            own += end - start
            last_end = end
        return cls(own, tuple(pauses), tuple(start for start, _ in presence), tuple(passed))

    def before(self, tick: int) -> int:
        """Own ticks before a team tick: the earliest own start from it on, and the latest own finish up to it."""
        index = bisect_right(self._starts, tick) - 1
        if index < 0:
            return 0
        end = self._passed[index + 1] if index + 1 < len(self._passed) else self.length
        return min(self._passed[index] + tick - self._starts[index], end)

    def start_tick(self, own: int) -> int:
        """Team tick of work that starts at this own tick (after a pause that lies there)."""
        index = bisect_right(self._passed, own) - 1
        return self._starts[index] + own - self._passed[index]

    def finish_tick(self, own: int) -> int:
        """Team tick of work that ends at this own tick (before a pause that lies there)."""
        index = max(0, bisect_left(self._passed, own) - 1)
        return self._starts[index] + own - self._passed[index]
