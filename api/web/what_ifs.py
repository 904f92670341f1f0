"""What-ifs as people type them on the page, and as a job takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from api.web.document import Document
from api.web.jobs import limited, queue
from models.variants import Variants
from planner.errors import InputError
from planner.intake.contract import held
from planner.intake.yaml_source import parse_yaml

NAME = "what-ifs"  # stands where the command line names the file
KIND = "compare"


def ask(document: Document, text: str) -> str:
    """Queue the comparison of what was typed, the lines of a file of what-ifs; return the job's id.

    Raises
    ------
    InputError
        With the line that is wrong.
    ProblemError
        If it is too much at once.
    """
    from planner.whatif.compare import fixed, laid_over
    from planner.whatif.overlay import Place

    source = parse_yaml(text, NAME)
    asked = held(source, Variants, "a list of what-ifs", "variants")
    if not asked.variants:
        raise InputError(source.where(()), "there is no what-if in it", "Add one of those above")
    laid_over(fixed(document.scenario), asked.variants, Place(source, ("variants",)))
    variants = asked.model_dump(mode="json", by_alias=True, exclude_defaults=True)["variants"]
    request = {"kind": KIND, "scenario": limited(document.here, document.data), "variants": variants}
    return queue(document.here, document.visitor.actor, request)


def typed(request: str) -> str:
    """Write the what-ifs of a job as they may be typed: a line each."""
    return "\n".join(["variants:", *(f"  - {flow(entry)}" for entry in json.loads(request)["variants"])]) + "\n"


def example(document: Document) -> str:
    """Write two what-ifs about this very team, to begin with."""
    names = [person.name for person in document.scenario.team]
    first = min(3, len(names))
    entries = [
        {"name": "A tenth kept free", "policy": {"buffer": 0.1}},
        *({"name": f"Without {name}", "team": {"remove": [name]}} for name in names[:first] if len(names) > 1),
    ]
    return typed(json.dumps({"variants": entries}))


def flow(entry: Any) -> str:
    """Write data on one line of YAML; texts are quoted, so that none of them is taken for anything else."""
    if isinstance(entry, Mapping):
        return "{" + ", ".join(f"{_key(str(key))}: {flow(value)}" for key, value in entry.items()) + "}"
    if isinstance(entry, list):
        return "[" + ", ".join(map(flow, entry)) + "]"
    return json.dumps(entry, ensure_ascii=False)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[a-z_]+", key) else json.dumps(key, ensure_ascii=False)
