"""The document of a page: a stored scenario at one version, and the plans its versions have."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from api.http.bodies import parse
from api.http.problems import ProblemError
from api.http.routes.common import not_found, text_of
from api.http.service import Service
from api.http.store.jobs import Job
from api.http.store.scenarios import Change, FullError, StaleError, Version
from api.web.undo import Steps
from api.web.visitor import Visitor
from models.plan import Plan
from models.scenario import Scenario
from planner.clock import Clock, with_start
from planner.errors import InputError
from planner.intake.scenario_file import inline_scenario


@dataclass(frozen=True)
class Planned:
    """A version that has a plan."""

    version: Version
    plan: Plan


@dataclass(frozen=True)
class Document:
    """What a visitor sees of a stored scenario.

    Attributes
    ----------
    version
        The latest version, with its content.
    versions
        All of them, the latest first, without content.
    """

    here: Service
    visitor: Visitor
    version: Version
    versions: Sequence[Version]

    @classmethod
    def of(cls, here: Service, visitor: Visitor, id_: str) -> Document:
        """Read a document.

        Raises
        ------
        ProblemError
            If there is none with this id in the visitor's workspace.
        """
        workspace = visitor.actor.workspace
        found = here.store.scenarios.find(workspace, id_)
        if found is None:
            raise not_found("scenario", id_)
        return cls(here, visitor, found, here.store.scenarios.versions(workspace, id_))

    @property
    def id(self) -> str:
        """Id of the scenario."""
        return self.version.id

    @cached_property
    def data(self) -> dict[str, Any]:
        """The scenario as it was written; edits change a copy."""
        data: dict[str, Any] = json.loads(self.version.content)
        return data

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario, checked."""
        return Scenario.model_validate(self.data)

    @cached_property
    def started(self) -> Scenario:
        """The scenario with the start its plan has, so that dates and ticks are the plan's."""
        if self.plan is None:
            return with_start(self.scenario, datetime.datetime.now(datetime.UTC))
        calendar = self.scenario.calendar.model_copy(update={"start": self.plan.start})
        return self.scenario.model_copy(update={"calendar": calendar})

    @cached_property
    def clock(self) -> Clock:
        """The working days of the horizon."""
        return Clock.of(self.started.calendar)

    @cached_property
    def job(self) -> Job | None:
        """The job that plans the latest version; None if nobody asked for it, or it is forgotten."""
        return self.job_of(self.version)

    def job_of(self, version: Version) -> Job | None:
        """Look up the job that planned a version."""
        return None if version.job is None else self.here.store.jobs.find(self.visitor.actor.workspace, version.job)

    @property
    def planning(self) -> Job | None:
        """The job, while it has not ended."""
        return self.job if self.job is not None and not self.job.ended else None

    @cached_property
    def latest(self) -> Planned | None:
        """The latest version that has a plan: perhaps an earlier one, while the present one is being planned."""
        return self.planned_before(None)

    @cached_property
    def before(self) -> Planned | None:
        """The plan that was there before the latest one's version."""
        return None if self.latest is None else self.planned_before(self.latest.version.version)

    @property
    def plan(self) -> Plan | None:
        """The plan to show."""
        return None if self.latest is None else self.latest.plan

    @cached_property
    def planned(self) -> Scenario:
        """The scenario as it was when the plan that is shown was made, with the plan's start."""
        if self.latest is None or self.plan is None or self.current:
            return self.started
        found = self.here.store.scenarios.find(self.visitor.actor.workspace, self.id, self.latest.version.version)
        scenario = self.scenario if found is None else Scenario.model_validate(json.loads(found.content))
        calendar = scenario.calendar.model_copy(update={"start": self.plan.start})
        return scenario.model_copy(update={"calendar": calendar})

    @property
    def current(self) -> bool:
        """Whether the plan that is shown is of the latest version."""
        return self.latest is not None and self.latest.version.version == self.version.version

    def planned_before(self, number: int | None) -> Planned | None:
        """Return the last version before a number (or of all) that has a plan."""
        for version in self.versions:
            if version.job is None or (number is not None and version.version >= number):
                continue
            plan = self.plan_of(version)
            if plan is not None:
                return Planned(version, plan)
        return None

    def plan_of(self, version: Version) -> Plan | None:
        """Read the plan of a version; None if it has none (yet)."""
        job = self.job_of(version)
        if job is None or not job.ended:
            return None
        text = self.here.store.jobs.result(job.id)
        return None if text is None else Plan.model_validate_json(text)

    @cached_property
    def steps(self) -> Steps:
        """Where undo and redo lead."""
        return Steps.of(self.versions)

    def check_seen(self, seen: int) -> None:
        """Refuse a change that was made from an older version; say whose change is in between.

        Raises
        ------
        ProblemError
        """
        if seen != self.version.version:
            raise changed_since(self.version)

    def write(self, data: dict[str, Any], change: Change) -> int:
        """Keep changed data as a new version; return its number.

        Raises
        ------
        InputError
            If it is no scenario any more.
        ProblemError
            If somebody else was faster, or there is no room.
        """
        text = text_of(data)
        try:
            scenario = inline_scenario(parse(text.encode()))
        except InputError as error:  # its place counts in a text that nobody here has written
            raise InputError("This cannot be kept", error.cause, error.remedy) from None
        store = self.here.store.scenarios
        try:
            number = store.change(self.visitor.actor, self.id, self.version.version, scenario.name, text, change)
        except StaleError:
            raise changed_since(Document.of(self.here, self.visitor, self.id).version) from None
        except FullError:
            cause = f"there are {store.MOST_VERSIONS:,} versions already"
            raise ProblemError(422, "size", "versions", cause, "Go on in a copy") from None
        if number is None:
            raise not_found("scenario", self.id)
        return number


def changed_since(latest: Version) -> ProblemError:
    """Tell the second of two people that the first has changed something."""
    cause = f"version {latest.version} was made meanwhile, by {latest.created_by}"
    return ProblemError(412, "changed", "This page", cause, "Nothing was overwritten. Load the latest and try again")
