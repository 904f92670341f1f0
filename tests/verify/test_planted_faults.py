"""The judge finds a planted fault of each kind, and none in a good plan."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

import planner.verify
from planner.verify import violations
from tests.verify.cases import CASES, OTHERS, OtherCase
from tests.verify.cases_roadmap import ROAD, ROADS, RoadCase, road
from tests.verify.good import IMPOSSIBLE, POINTS, SCENARIO, good, plan_of
from tests.verify.spoil import Case


@functools.cache
def _found(case: Case | OtherCase | RoadCase) -> tuple[str, ...]:
    if isinstance(case, OtherCase | RoadCase):
        return tuple(violations(case.given(), case.plan()))
    return tuple(violations(*case.spoil(SCENARIO, good())))


def test_the_good_plans_are_clean() -> None:
    assert good().status == "optimal"
    assert violations(SCENARIO, good()) == []
    assert violations(POINTS, plan_of("points")) == []
    assert plan_of("impossible").status == "infeasible"
    assert violations(IMPOSSIBLE, plan_of("impossible")) == []
    assert violations(ROAD, road()) == []


def test_the_good_plan_has_every_feature_in_it() -> None:
    """Else a fault of that feature could not be planted."""
    planned = {entry.id for entry in good().selected}
    assert planned == set("ABCDFGHIJMNRT")
    assert {entry.reason.code for entry in good().left_out} == {
        "done",
        "pinned-out",
        "not-ready",
        "skill",
        "dependency",
        "too-big",
        "policy",
        "no-value",
        "capacity",
    }


@pytest.mark.parametrize("case", [*CASES, *OTHERS, *ROADS], ids=lambda case: case.name.replace(" ", "-"))
def test_a_planted_fault_is_found(case: Case | OtherCase | RoadCase) -> None:
    found = _found(case)
    assert any(re.search(case.says, sentence) for sentence in found), found or "nothing found"


def _sentences() -> list[tuple[str, str]]:
    """Every sentence the judge can say, as a pattern, with the place where it stands."""
    folder = Path(planner.verify.__file__).parent
    patterns = []
    for path in sorted(folder.glob("*.py")):
        if path.name == "portfolio.py":  # what lies between teams is planted in tests/portfolio/test_together.py
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else _constant_sentence(node)
            fixed = [part.value for part in parts if isinstance(part, ast.Constant)]
            if sum(len(re.findall(r"[a-z]", str(text))) for text in fixed) < 8:
                continue  # a figure, a time, a name: a part of a sentence
            pattern = "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in parts)
            patterns.append((f"{path.name}:{node.lineno}", pattern))
    return patterns


def _constant_sentence(node: ast.AST) -> list[ast.expr]:
    """A sentence without figures, yielded as it is."""
    return [node.value] if isinstance(node, ast.Yield) and isinstance(node.value, ast.Constant) else []


def test_the_judge_s_sentences_are_found_in_its_source() -> None:
    assert len(_sentences()) >= 70


@pytest.mark.parametrize(("place", "pattern"), _sentences())
def test_every_sentence_of_the_judge_is_said_in_some_case(place: str, pattern: str) -> None:
    said = (sentence for case in (*CASES, *OTHERS, *ROADS) for sentence in _found(case))
    assert any(re.search(pattern, sentence) for sentence in said), f"{place} is never reached: {pattern}"
