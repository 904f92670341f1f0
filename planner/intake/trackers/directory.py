"""Which issue a reference means: by key, else by what else the tracker calls it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from planner.intake.trackers.issue import Findings, Issue
from planner.intake.trackers.values import clean_id

_JOINED = 8  # parts of a cell that may be one name with commas in it


def unique_ids(issues: Sequence[Issue], findings: Findings) -> list[str]:
    """Give every issue an id of its own: the tracker's key; a second issue with the same key is renamed."""
    wanted = [clean_id(issue.key) or f"row-{issue.row}" for issue in issues]
    taken = set(wanted)
    seen: set[str] = set()
    counts: dict[str, int] = {}
    ids = []
    for issue, key in zip(issues, wanted, strict=True):
        name, count = key, counts.get(key, 1)
        while name in seen or (count > 1 and name in taken):
            count += 1
            name = f"{key}~{count}"
        counts[key] = count
        if name != key:
            findings.guess(issue.row, issue.name, f"id used twice: this one is now {name}")
        seen.add(name)
        ids.append(name)
    return ids


class Directory:
    """Issues by the words that refer to them; upper and lower case are the same."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self._by_key: dict[str, int] = {}
        self._by_alias: dict[str, list[int]] = {}
        for index, issue in enumerate(issues):
            self._by_key.setdefault(issue.key.casefold(), index)
            for alias in issue.aliases:
                self._by_alias.setdefault(alias.casefold(), []).append(index)

    def all(self, reference: str) -> Sequence[int]:
        """Return the issues that the reference could mean, in the order of the file."""
        simple = reference.casefold()
        by_key = self._by_key.get(simple)
        return [by_key] if by_key is not None else self._by_alias.get(simple, ())

    def parent(self, child: int, reference: str) -> int | None:
        """Return the parent: where several have the name, the nearest above (sub-tasks stand below their parent)."""
        found = [index for index in self.all(reference) if index != child]
        if not found:
            return None
        above = bisect_left(found, child)
        return found[above - 1] if above else found[0]

    def split(self, cell: str) -> list[str]:
        """Split a cell of references at commas, except inside a name that we know."""
        if self.all(cell):
            return [cell]
        parts = [part.strip() for part in re.split(r"[,;]", cell)]
        found, start = [], 0
        while start < len(parts):
            ends = range(min(len(parts), start + _JOINED), start + 1, -1)
            end = next((end for end in ends if self.all(", ".join(parts[start:end]))), start + 1)
            found.append(", ".join(parts[start:end]))
            start = end
        return [reference for reference in found if reference]
