"""From files that somebody dropped to a scenario's data, by the importers of the command line."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.web import FOLDER
from api.web.edits import Said
from planner.errors import InputError
from planner.intake.rows import TABLE_SUFFIXES
from planner.intake.scenario_file import load_scenario
from planner.intake.source import SUFFIXES, read_source

if TYPE_CHECKING:
    from planner.intake.trackers import ImportReport

MOST_FILES = 5
MOST_ENTRIES = 500  # of each list of the report that is kept with the scenario
_NAME = re.compile(r"[^/\\\x00]{1,200}")


@dataclass(frozen=True)
class File:
    """A file that was dropped."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Made:
    """A scenario's data, what is said about it, and the view to open it in."""

    data: dict[str, Any]
    said: Said
    view: str


def example() -> Made:
    """The scenario of the tutorial."""
    return Made(data_of(FOLDER / "examples" / "webinar.yaml"), Said("example"), "board")


def scenario_of(files: Sequence[File]) -> Made:
    """Read what was dropped: a scenario with the files it names, or a tracker's export.

    Raises
    ------
    InputError
        With place, cause and remedy, as on the command line.
    """
    with tempfile.TemporaryDirectory(prefix="sprintplan-drop-") as name:
        folder = Path(name)
        paths = [_written(folder, file) for file in files]
        try:
            return _read(paths, folder)
        except InputError as error:
            # The folder is ours and gone in a moment: people know their file by its name.
            place, cause, remedy = (text.replace(f"{folder}/", "") for text in (error.place, error.cause, error.remedy))
            raise InputError(place, cause, remedy) from None


def _written(folder: Path, file: File) -> Path:
    if not _NAME.fullmatch(file.name) or file.name in {".", ".."}:
        raise InputError("files", f"{file.name[:80]!r} is no file name", "Rename the file")
    path = folder / file.name
    path.write_bytes(file.content)
    return path


def _read(paths: Sequence[Path], folder: Path) -> Made:
    scenarios = [path for path in paths if path.suffix.lower() in SUFFIXES and _has_team(path)]
    if len(scenarios) == 1:
        _refuse_elsewhere(scenarios[0], {path.name for path in paths})
        return Made(data_of(scenarios[0]), Said("open", {"source": scenarios[0].name}), "board")
    if len(paths) > 1:
        remedy = "Drop one export, or one scenario with the backlog it names"
        raise InputError(paths[0].name, "of these files none, or more than one, is a scenario", remedy)
    if paths[0].suffix.lower() in SUFFIXES and paths[0].suffix.lower() != ".json":
        return Made(data_of(paths[0]), Said("open", {"source": paths[0].name}), "board")  # says what is missing
    if paths[0].suffix.lower() not in (*TABLE_SUFFIXES, ".json"):
        endings = ", ".join((*TABLE_SUFFIXES, *SUFFIXES))
        raise InputError(paths[0].name, "a file with this ending cannot be read", f"Drop one of {endings}")
    return _imported(paths[0], folder / "out")


def _has_team(path: Path) -> bool:
    """Tell a scenario from a backlog and from a tracker's export: it has a team."""
    data = read_source(path).data
    return isinstance(data, dict) and "team" in data


def _refuse_elsewhere(scenario: Path, dropped: Set[str]) -> None:
    """A scenario names only files that were dropped with it: no other file of this machine is read for anybody."""
    source = read_source(scenario)
    for key in ("backlog", "baseline"):
        named = source.data.get(key)
        if isinstance(named, str) and named not in dropped:
            cause = f"{key} names {named[:80]!r}, which was not dropped with it"
            raise InputError(source.where((key,)), cause, "Drop both files together")


def data_of(path: Path) -> dict[str, Any]:
    """Read a scenario file, with what it names, as data that needs no files."""
    return load_scenario(path).scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _imported(path: Path, out: Path) -> Made:
    from planner.intake.trackers import import_export

    report = import_export(path, out=out)
    return Made(data_of(out / "scenario.yaml"), Said("import", _kept(report)), "import")


def _kept(report: ImportReport) -> dict[str, Any]:
    """The import's report as the history keeps it."""
    lists = {"unused": report.unused, "links": report.links, "guesses": report.guesses}
    return {
        "source": Path(report.source).name,
        "tracker": report.tracker,
        "rows": report.rows,
        "items": report.items,
        "tasks": report.tasks,
        **{name: [[one.row, one.what, one.reason] for one in found[:MOST_ENTRIES]] for name, found in lists.items()},
        "counts": {name: len(found) for name, found in lists.items()},
    }
