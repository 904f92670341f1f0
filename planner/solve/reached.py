"""How far a term of the objective got."""

from __future__ import annotations

from dataclasses import dataclass

from planner.solve.solution import TermName


@dataclass(frozen=True)
class Reached:
    """A term of the objective, its value in the plan, and whether it is proven best."""

    term: TermName
    value: int
    proven: bool
