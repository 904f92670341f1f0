"""Items that are probably there twice: their titles say nearly the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.work import OpenItem

ALIKE = 88  # of 100, from which on two titles count as the same; below it "part 1" and "part 2" of something abound
SHORTEST = 8  # letters; shorter titles are alike by chance
MOST_ITEMS = 5_000  # compared with each other: some seconds
ROWS = 500  # compared at a time, so that memory stays small


@dataclass(frozen=True)
class Pair:
    """Two items with nearly the same title; ``alike`` is at most 100."""

    first: str
    second: str
    alike: int


def duplicates(items: Sequence[OpenItem]) -> tuple[Pair, ...]:
    """Find likely duplicates, the most alike first.

    Words may come in another order, upper and lower case and punctuation do not count (RapidFuzz,
    ``token_sort_ratio``). Titles that differ in their numbers only are a series, not duplicates.
    """
    import numpy as np
    from rapidfuzz import fuzz, process, utils

    titled = [(entry.item.id, utils.default_process(entry.item.title)) for entry in items[:MOST_ITEMS]]
    titled = [(name, title) for name, title in titled if len(title) >= SHORTEST]
    titles = [title for _, title in titled]
    pairs: list[Pair] = []
    for begin in range(0, len(titles), ROWS):
        scores = process.cdist(
            titles[begin : begin + ROWS], titles, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, dtype=np.uint8
        )
        for row, column in zip(*np.nonzero(scores), strict=True):
            one, other = begin + int(row), int(column)
            if one < other and _numbers(titles[one]) == _numbers(titles[other]):
                pairs.append(Pair(titled[one][0], titled[other][0], int(scores[row, column])))
    return tuple(sorted(pairs, key=lambda pair: (-pair.alike, pair.first, pair.second)))


def _numbers(title: str) -> list[str]:
    return [word for word in title.split() if any(letter.isdigit() for letter in word)]
