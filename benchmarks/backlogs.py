"""The backlogs of a suite, each made up anew from its seed wherever it is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace

from benchmarks.generator import generate
from benchmarks.parameters import SUITES, Features
from models.scenario import Scenario


@dataclass(frozen=True)
class Backlog:
    """One made-up backlog with its team.

    Attributes
    ----------
    off
        The feature that is switched off, None where all are on.
    """

    suite: str
    seed: int
    off: str | None = None

    @property
    def label(self) -> str:
        """Its name within the suite."""
        return str(self.seed) if self.off is None else f"{self.seed} without {self.off}"

    @property
    def demand(self) -> float:
        """Total effort over the hours that are there."""
        demands = SUITES[self.suite].demands
        return demands[(self.seed - 1) % len(demands)]

    def scenario(self) -> Scenario:
        """Make it up."""
        suite = SUITES[self.suite]
        features = Features() if self.off is None else replace(Features(), **{self.off: False})
        return generate(suite.items, suite.specialists, self.seed, self.demand, features)


def backlogs(suite: str, seeds: Collection[int] | None = None) -> Iterator[Backlog]:
    """Yield a suite's backlogs, those with everything on first; all seeds where none are named."""
    chosen = [seed for seed in range(1, SUITES[suite].seeds + 1) if seeds is None or seed in seeds]
    switched = [feature.name for feature in fields(Features)] if SUITES[suite].each_feature_off else []
    for off in (None, *switched):
        for seed in chosen:
            yield Backlog(suite, seed, off)


def fingerprint(scenario: Scenario) -> str:
    """Tell backlogs apart: what was found for one must never be taken for another's."""
    return hashlib.sha256(scenario.model_dump_json(exclude_defaults=True).encode()).hexdigest()[:16]
