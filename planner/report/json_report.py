"""The plan as JSON: what scripts read, and what `sprintplan verify` judges (design.md section 6); explanations too."""

from __future__ import annotations

from models.explanation import Explanation
from models.plan import Plan


def text(result: Plan | Explanation) -> str:
    """Write a plan with its keys in the order of the contract; reading it gives an equal plan."""
    return result.model_dump_json(indent=2) + "\n"
