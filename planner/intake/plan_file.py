"""A plan from its JSON file, for the judge."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from models.plan import Plan
from planner.errors import InputError
from planner.intake.json_source import parse_json
from planner.intake.messages import refusal
from planner.intake.text import read_text

MAX_BYTES = 200_000_000


def load_plan(path: Path) -> Plan:
    """Read a plan as ``sprintplan plan --format json`` writes it.

    Raises
    ------
    InputError
        If the file is missing, too large, no JSON, or no plan.
    """
    name = str(path)
    text = read_text(path, MAX_BYTES)
    if not text.strip():
        raise InputError(name, "the file is empty", "Write a plan with `sprintplan plan ... --format json`")
    source = parse_json(text, name)
    if not isinstance(source.data, dict):
        cause = "a plan is one JSON object, this is not"
        raise InputError(source.where(()), cause, "Write a plan with `sprintplan plan ... --format json`")
    try:
        return Plan.model_validate(source.data)
    except ValidationError as error:
        raise refusal(error, source, Plan) from None
