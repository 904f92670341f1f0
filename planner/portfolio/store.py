"""Plans on disk, and which of them are current: what was planned then is what would be planned now.

A team's plan is written first and then its record, each whole or not at all. The record names the plan's own
checksum and the key of everything that went into it: the scenario, its limits, and the versions of this product and
of its solver. A plan that was changed, or whose key is another now, is made again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from models.portfolio import TeamResult
from planner.errors import InputError
from planner.intake.table_writer import write_whole

PLANS, SCENARIOS, RECORDS = "plans", "scenarios", ".state"


class Keeper(Protocol):
    """Keeps what a run makes, and knows what of it is there from an earlier run."""

    @property
    def lasting(self) -> bool:
        """Whether a later run goes on from it: what is stopped half way is not kept then, as that makes it better."""
        ...

    def current(self, team: str, key: str) -> TeamResult | None:
        """Return what an earlier run made for a team, if it still stands."""
        ...

    def save(self, team: str, key: str, plan: str, result: TeamResult) -> TeamResult:
        """Keep a plan; return what is known of it now."""
        ...

    def save_scenario(self, team: str, text: str) -> None:
        """Keep the scenario that a plan is judged by, where it is not the team's own."""

    def save_common(self, team: str, key: str, told: dict[str, object]) -> None:
        """Keep what holds for a whole group of teams, under the first of them."""

    def common(self, team: str, key: str) -> dict[str, object] | None:
        """Return what an earlier run kept for a group, if it still stands."""
        ...

    def forget(self, team: str) -> None:
        """Take away what is kept for a team that has no plan now."""


class Memory:
    """Keeps the plans of one run at hand, for somebody who takes them all at its end."""

    lasting = False

    def __init__(self) -> None:
        self.plans: dict[str, str] = {}

    def current(self, team: str, key: str) -> None:
        """Know nothing."""

    def save(self, team: str, key: str, plan: str, result: TeamResult) -> TeamResult:  # noqa: ARG002
        """Keep a plan."""
        self.plans[team] = plan
        return result

    def save_scenario(self, team: str, text: str) -> None:
        """Let it go: who sent the scenarios has them."""

    def save_common(self, team: str, key: str, told: dict[str, object]) -> None:
        """Let it go: it is in the summary."""

    def common(self, team: str, key: str) -> None:
        """Know nothing."""

    def forget(self, team: str) -> None:
        """Take a plan away."""
        self.plans.pop(team, None)


class Store:
    """The folder of a run.

    Raises
    ------
    InputError
        If the folder cannot be made, or two teams' names give the same file.
    """

    lasting = True

    def __init__(self, folder: Path, teams: Iterable[str]) -> None:
        self.folder = folder
        self._files = file_names(teams)
        for part in (PLANS, RECORDS):
            try:
                (folder / part).mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise InputError(f"--out {folder}", f"the folder cannot be made: {error.strerror}") from None

    def plan_file(self, team: str) -> str:
        """Return the file of a team's plan, from the run's folder."""
        return f"{PLANS}/{self._files[team]}.json"

    def plan_text(self, team: str) -> str:
        """Return what the file of a team's plan holds."""
        return (self.folder / self.plan_file(team)).read_text(encoding="utf-8")

    def current(self, team: str, key: str) -> TeamResult | None:
        """Return what an earlier run wrote for a team, if it still stands."""
        record = self.folder / RECORDS / f"{self._files[team]}.json"
        try:
            told = json.loads(record.read_text(encoding="utf-8"))
            same = told["key"] == key and told["plan"] == digest(self.plan_text(team))
            return TeamResult.model_validate(told["result"]).model_copy(update={"reused": True}) if same else None
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            return None  # not there, cut off, or of another version: it is made again

    def save(self, team: str, key: str, plan: str, result: TeamResult) -> TeamResult:
        """Write a plan and its record, in this order."""
        result = result.model_copy(update={"plan": self.plan_file(team)})
        write_whole(self.folder / self.plan_file(team), plan)
        record = {"key": key, "plan": digest(plan), "result": result.model_dump(mode="json")}
        write_whole(self.folder / RECORDS / f"{self._files[team]}.json", json.dumps(record, ensure_ascii=False) + "\n")
        return result

    def save_scenario(self, team: str, text: str) -> None:
        """Write the scenario that a plan is judged by, where it is not the team's own file."""
        folder = self.folder / SCENARIOS
        folder.mkdir(exist_ok=True)
        write_whole(folder / f"{self._files[team]}.json", text)

    def save_common(self, team: str, key: str, told: dict[str, object]) -> None:
        """Write what holds for a whole group of teams, under the first of them."""
        record = {"key": key, "told": told}
        write_whole(self.folder / RECORDS / f"{self._files[team]}.group.json", json.dumps(record) + "\n")

    def common(self, team: str, key: str) -> dict[str, object] | None:
        """Return what an earlier run wrote for a group, if it still stands."""
        try:
            record = self.folder / RECORDS / f"{self._files[team]}.group.json"
            told = json.loads(record.read_text(encoding="utf-8"))
            return dict(told["told"]) if told["key"] == key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def forget(self, team: str) -> None:
        """Take away what an earlier run wrote for a team that has no plan now."""
        (self.folder / RECORDS / f"{self._files[team]}.json").unlink(missing_ok=True)
        (self.folder / self.plan_file(team)).unlink(missing_ok=True)


def digest(text: str | bytes) -> str:
    """Checksum of a text."""
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode("utf-8")).hexdigest()


def key_of(parts: Sequence[bytes]) -> str:
    """Sum up everything that goes into a plan: scenarios, limits, versions."""
    versions = f"{version('sprintplan')} {version('ortools')} {version('highspy')}".encode()
    return digest(b"\0".join(hashlib.sha256(part).digest() for part in (versions, *parts)))


def file_names(teams: Iterable[str]) -> dict[str, str]:
    """Give each team a file name that every system takes.

    Raises
    ------
    InputError
        If two names differ in nothing that a file name may hold.
    """
    names: dict[str, str] = {}
    owner: dict[str, str] = {}
    for team in teams:
        name = re.sub(r"[^\w-]+", "_", team).strip("_") or "team"
        if name.casefold() in owner:
            cause = f"the names {owner[name.casefold()]!r} and {team!r} give the same file"
            raise InputError("teams", cause, "Rename one of the teams")
        owner[name.casefold()] = team
        names[team] = name
    return names
