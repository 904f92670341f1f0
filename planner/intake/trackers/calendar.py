"""What sprint dates of an export say about the calendar."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable


def working_days(spans: Iterable[tuple[datetime.date, datetime.date]]) -> int | None:
    """Return the commonest number of Mondays to Fridays from the first day up to the next sprint's first day.

    Trackers end a sprint at the moment the next one starts, so the last day is not counted.
    """
    lengths = Counter(_weekdays(first, last) for first, last in spans)
    likely = [(times, -days) for days, times in lengths.items() if 1 <= days <= 120]
    return -max(likely)[1] if likely else None


def _weekdays(first: datetime.date, last: datetime.date) -> int:
    days = (last - first).days
    if not 0 < days <= 200:
        return 0
    return sum((first + datetime.timedelta(day)).weekday() < 5 for day in range(days))
