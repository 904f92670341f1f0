"""The best plan and the tightest bound anybody has found for each backlog; a run only ever improves them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.backlogs import Backlog
from benchmarks.runs import SAME, Run
from planner.intake.table_writer import write_whole

FILE = Path(__file__).parent / "best_known.json"


class ContradictionError(Exception):
    """A plan the judge accepts is worth more than somebody has proven possible: one of the two is wrong."""


@dataclass(frozen=True)
class Best:
    """What is known of one backlog.

    Attributes
    ----------
    fingerprint
        Of the backlog: where the generator changes, what was known is gone.
    value, by
        Of the best plan that the judge has accepted, and who found it.
    bound, bound_by
        The lowest proven bound, and who proved it.
    """

    fingerprint: str
    value: float | None = None
    by: str | None = None
    bound: float | None = None
    bound_by: str | None = None


class BestKnown:
    """The file and what is in it."""

    def __init__(self, path: Path = FILE) -> None:
        self.path = path
        written = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self._known = {
            (suite, label): Best(**entry) for suite, entries in written.items() for label, entry in entries.items()
        }

    def of(self, backlog: Backlog, fingerprint: str) -> Best:
        """What is known of a backlog as it is now."""
        known = self._known.get((backlog.suite, backlog.label))
        return known if known is not None and known.fingerprint == fingerprint else Best(fingerprint)

    def improve(self, run: Run) -> None:
        """Take in what a run found, where it is better than what is known.

        Raises
        ------
        ContradictionError
            If a plan is now worth more than a bound; nothing is taken in.
        """
        known = self.of(run.backlog, run.fingerprint)
        author = f"{run.contestant}, {run.allowed}"
        if run.value is not None and (known.value is None or run.value > known.value + SAME):
            known = replace(known, value=run.value, by=author)
        if run.bound is not None and (known.bound is None or run.bound < known.bound - SAME):
            known = replace(known, bound=run.bound, bound_by=author)
        if known.value is not None and known.bound is not None and known.value > known.bound + SAME:
            raise ContradictionError(
                f"{run.suite} {run.backlog.label}: {known.by} has a plan worth {known.value:g} that the judge accepts, "
                f"but {known.bound_by} has proven that none is worth more than {known.bound:g}"
            )
        self._known[run.suite, run.backlog.label] = known

    def save(self) -> None:
        """Write the file, whole or not at all."""
        suites: dict[str, dict[str, object]] = {}
        for (suite, label), best in sorted(self._known.items(), key=lambda entry: _in_order(*entry[0])):
            suites.setdefault(suite, {})[label] = asdict(best)
        lines = [
            f"  {json.dumps(suite)}: {{\n"
            + ",\n".join(f"    {json.dumps(label)}: {json.dumps(entry)}" for label, entry in entries.items())
            + "\n  }"
            for suite, entries in suites.items()
        ]
        write_whole(self.path, "{\n" + ",\n".join(lines) + "\n}\n")


def _in_order(suite: str, label: str) -> tuple[str, str, int]:
    seed, _, off = label.partition(" without ")
    return suite, off, int(seed)
