from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

from rich.console import Console

from models import explanation as models
from models.base import Model
from models.explanation import Explanation
from planner import plan
from planner.explain.budget import Budget
from planner.explain.explanation import explain
from planner.report import explanation, explanation_markdown, json_report
from tests.builders import day, item, scenario, specialist
from tests.report.sample import NASTY


@cache
def said(title: str = "Copy") -> Explanation:
    backlog = [
        item("A", title=title, value=5, skill="copy", effort=5, deadline=day(0)),
        item("B", title="Other", value=4, skill="copy", effort=5, deadline=day(0)),
    ]
    given = scenario(backlog, [specialist("Ana", "copy"), specialist("Ben")], sprint_days=2, name=title)
    return explain(given, plan(given), Budget(30, workers=1))


def table(found: Explanation, width: int = 100) -> str:
    return explanation.text(found, Console(file=io.StringIO(), width=width))


def test_the_table_has_a_part_for_every_question() -> None:
    lines = table(said()).splitlines()
    heads = [line.rstrip("─ ") for line in lines if line.endswith("──")]
    assert heads == [
        "Why out",
        "Why in, why then, why these people",
        "What more hours would bring",
        "Who would be missed most",
        "What deadlines cost",
    ]
    assert next(line.split() for line in lines if line.startswith("Ana")) == ["Ana", "12", "0", "0", "0", "+4", "+4"]


def test_no_line_is_wider_than_the_terminal() -> None:
    assert max(map(len, table(said(NASTY), 60).splitlines())) <= 60


def test_no_title_breaks_the_page_or_steers_the_terminal() -> None:
    text = table(said(NASTY)) + explanation_markdown.text(said(NASTY))
    assert not any(ord(sign) < 32 and sign != "\n" for sign in text)
    rows = [line for line in explanation_markdown.text(said(NASTY)).splitlines() if line.startswith("| A ")]
    assert len(rows) == 1
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", rows[0])) == 4


def test_what_is_not_settled_has_a_question_mark() -> None:
    assert explanation.gain(3.0, proven=False) == "+3?"
    assert explanation.gain(-1.5, proven=True) == "-1.5"


def test_json_reads_back_equal() -> None:
    text = json_report.text(said())
    assert Explanation.model_validate_json(text) == said()


def test_the_documentation_names_every_key() -> None:
    page = (Path(__file__).parents[2] / "docs/output.md").read_text(encoding="utf-8")
    section = page.split("\n## explain\n", 1)[1].split("\n## ", 1)[0]
    named = set(re.findall(r"`(\w+)`", section))
    for model in vars(models).values():
        if isinstance(model, type) and issubclass(model, Model) and model.__module__ == models.__name__:
            assert set(model.model_fields) <= named, model
