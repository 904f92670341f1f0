"""Colours of types and themes: the same number for the same word, wherever it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from models.item import Item

PALETTE = 8  # classes c1 to c8 in page.css; 0 is what has no colour of its own


def colours(items: Iterable[Item], key: Literal["type", "theme"]) -> list[tuple[str, int]]:
    """Give the commonest words a colour each, in the order of the alphabet; the rest share number 0."""
    counts = Counter(word for item in items if (word := getattr(item, key)) is not None)
    commonest = sorted(counts, key=lambda word: (-counts[word], word))[:PALETTE]
    return [(word, number) for number, word in enumerate(sorted(commonest), start=1)]
