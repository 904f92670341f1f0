"""The plan as JSON: what scripts read, and what `sprintplan verify` judges (design.md section 6)."""

from __future__ import annotations

from models.plan import Plan


def text(plan: Plan) -> str:
    """Write a plan with its keys in the order of the contract; reading it gives an equal plan."""
    return plan.model_dump_json(indent=2) + "\n"
