"""Every text that a template or a script says is there, and none that nobody says."""

from __future__ import annotations

import re

from api.web import FOLDER
from api.web.edits import PINNING
from api.web.tables import TABLES
from api.web.texts import chosen, languages, texts
from api.web.views import VIEWS
from planner.report.words import REASONS

SAID = {path: path.read_text(encoding="utf-8") for path in (FOLDER / "templates").rglob("*.html")}
SCRIPTS = "".join(path.read_text(encoding="utf-8") for path in (FOLDER / "static").glob("*.js"))


def test_every_text_of_a_template_is_there() -> None:
    known = texts("en")
    for path, template in SAID.items():
        for name in re.findall(r"\bt\('([a-z][\w.-]*)'", template):
            assert name in known or any(one.startswith(name) for one in known), (path.name, name)
        for name in re.findall(r"t\.counted\('([\w.-]+)'", template):
            assert {f"{name}.one", f"{name}.many"} <= set(known), (path.name, name)


def test_every_text_of_a_script_is_there() -> None:
    named = set(re.findall(r"\btext\(\"(\w+)\"", SCRIPTS)) | {"deadline", "due"}  # these two by a variable
    in_templates = set(re.findall(r"'script\.(\w+)'", "".join(SAID.values())))
    there = {name.removeprefix("script.") for name in texts("en") if name.startswith("script.")}
    assert named | in_templates == there


def test_views_reasons_and_changes_have_their_texts() -> None:
    known = texts("en")
    for view in VIEWS:
        assert f"view.{view.name}.title" in known
        assert (FOLDER / "templates" / view.template).exists()
    assert {f"reason.{code}" for code in REASONS} <= set(known)
    for edit in {*PINNING, *TABLES} - {"task-cell", "place", "workday"}:
        assert f"change.{edit}" in known, edit


def test_no_text_is_said_by_nobody() -> None:
    """A text is named whole, or by its beginning where the rest is a variable."""
    everything = "".join(SAID.values()) + "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    named = set(re.findall(r"['\"]([a-z][\w.-]*)['\"]", everything))
    beginnings = tuple(re.findall(r"['\"]([a-z][\w.-]*[.-])['\"] ~", everything))
    for name in texts("en"):
        head, _, last = name.rpartition(".")
        dynamic = head == "script" or (last in {"one", "many"} and head in named)
        assert dynamic or name in named or name.startswith(beginnings), name


def test_the_language_of_the_reader_is_chosen_where_there_is_one() -> None:
    assert languages() == ("en",)
    assert chosen("de-AT,de;q=0.9,en;q=0.8") == "en"
    assert chosen("") == "en"
    assert chosen("x" * 10_000) == "en"
