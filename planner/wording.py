"""How amounts, counts and days are written, wherever people read them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence


def number(amount: float) -> str:
    """Write an amount with two decimals at most, and none that say nothing."""
    rounded = f"{amount:.2f}".rstrip("0").rstrip(".")
    return "0" if rounded == "-0" else rounded


def counted(count: int, thing: str) -> str:
    """Write "1 item", "2 items"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def day(moment: datetime.date) -> str:
    """Write a day without its year: Mon 1 Mar."""
    return f"{moment:%a} {moment.day} {moment:%b}"


def listed(names: Sequence[str]) -> str:
    """Write "A", "A and B", "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
