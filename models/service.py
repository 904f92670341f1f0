"""What goes over HTTP beside scenarios and plans: jobs, stored scenarios, the audit trail, problems."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from models.base import Model, Name
from models.comparison import SweepComparison, VariantComparison
from models.explanation import Explanation
from models.plan import Plan
from models.portfolio import MOST_TEAMS, AnyPortfolio, AnyTeam, PortfolioPlans
from models.scenario import Scenario
from models.variants import MOST_VARIANTS, Sweep, Variant, refuse_namesakes

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", examples=["9f1c0d3a5b7e4f2a8c6d1e0b3a5f7c9d"])]
VersionNumber = Annotated[int, Field(ge=1, le=1_000_000, examples=[1])]
JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]


class Answer(BaseModel):
    """What the service says; closed, like everything it reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AboutScenario(Model):
    """What is about a scenario: one that is sent along, or one from the store."""

    scenario: Scenario | None = Field(None, description="The scenario itself, its items under `backlog`.")
    scenario_id: Id | None = Field(None, description="Or a scenario of the store, its latest version.")
    version: VersionNumber | None = Field(None, description="Or this version of it.")

    @model_validator(mode="after")
    def _one_scenario(self) -> Self:
        if (self.scenario is None) == (self.scenario_id is None):
            raise PydanticCustomError("scenario", "give either `scenario` or `scenario_id`")
        if self.version is not None and self.scenario_id is None:
            raise PydanticCustomError("scenario", "`version` goes with `scenario_id`")
        return self

    @property
    def sent(self) -> Scenario:
        """The scenario, once one of the store has been put in its place."""
        assert self.scenario is not None
        return self.scenario


class PlanJob(AboutScenario):
    """Plan a scenario."""

    kind: Literal["plan"] = Field(description="What to do.")


class CompareJob(AboutScenario):
    """Set what-ifs side by side."""

    kind: Literal["compare"] = Field(description="What to do.")
    variants: tuple[Variant, ...] = Field(
        strict=False, min_length=1, max_length=MOST_VARIANTS, description="What is laid over the scenario."
    )

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        refuse_namesakes("variant", self.variants)
        return self


class SweepJob(AboutScenario):
    """Let keys of a scenario go through several values."""

    kind: Literal["sweep"] = Field(description="What to do.")
    sweeps: tuple[Sweep, ...] = Field(strict=False, min_length=1, max_length=100, description="Keys and their values.")

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        refuse_namesakes("sweep", self.sweeps)
        return self


class ExplainJob(AboutScenario):
    """Say why a plan is as it is."""

    kind: Literal["explain"] = Field(description="What to do.")
    item: Name | None = Field(None, description="The one item to explain. Absent: all, and what is short.")
    plan: Plan | None = Field(None, description="The plan to explain. Absent: the one that would be proposed.")
    time_limit: float = Field(30, gt=0, le=86_400, description="Seconds in all; planning takes a third of it at most.")


class SentTeam(AnyTeam, AboutScenario):
    """A team and its scenario."""


class BatchJob(AnyPortfolio):
    """Plan many teams, some of which may share people."""

    kind: Literal["batch"] = Field(description="What to do.")
    teams: tuple[SentTeam, ...] = Field(strict=False, min_length=1, max_length=MOST_TEAMS, description="The teams.")


class Problem(Answer):
    """What is wrong, in the words of the command line (RFC 9457)."""

    type: str = Field(description="Names the kind of problem.", examples=["urn:sprintplan:problem:input"])
    title: str = Field(description="The kind in words.", examples=["The input is wrong"])
    status: int = Field(description="HTTP status.", examples=[422])
    detail: str = Field(description="Where, what, and what to send instead.")
    place: str | None = Field(None, description="Where: `body:LINE:COLUMN`, a key or a header.")
    cause: str | None = Field(None, description="What.")
    remedy: str | None = Field(None, description="What instead.")
    request: str | None = Field(None, description="Id of the request, as in the log and in X-Request-ID.")


class JobProgress(Answer):
    """How many parts of a job are done: plans of a comparison or sweep, teams of a batch, questions."""

    done: int = Field(ge=0, examples=[3])
    total: int = Field(ge=0, examples=[12])


class JobView(Answer):
    """A job: where it stands."""

    id: Id
    kind: str = Field(examples=["plan"])
    status: JobStatus
    created: AwareDatetime
    created_by: str = Field(description="The key it came with, or `local`.")
    started: AwareDatetime | None
    finished: AwareDatetime | None
    value: float | None = Field(description="Of the best plan so far.", examples=[110])
    bound: float | None = Field(description="Proven: no plan is worth more.", examples=[110])
    gap: float | None = Field(description="(bound - value) / |bound|.", examples=[0])
    progress: JobProgress | None = Field(None, description="Parts done so far; null where a job is one plan.")
    problem: Problem | None = Field(description="Why it failed.")


class JobPage(Answer):
    """Jobs, the latest first."""

    jobs: tuple[JobView, ...]
    next: int | None = Field(description="Send it as `before` for the next page; null on the last one.")


class ScenarioEntry(Answer):
    """A version of a stored scenario, without its content."""

    id: Id
    version: VersionNumber
    name: str = Field(description="The scenario's name.", examples=["Spring launch"])
    created: AwareDatetime
    created_by: str = Field(description="The key it came with, or `local`.")


class StoredScenario(ScenarioEntry):
    """A version of a stored scenario."""

    scenario: dict[str, Any] = Field(description="As it was sent.")


class ScenarioPage(Answer):
    """Stored scenarios, the newest first, each with its latest version."""

    scenarios: tuple[ScenarioEntry, ...]
    next: int | None = Field(description="Send it as `before` for the next page; null on the last one.")


class ScenarioVersions(Answer):
    """Versions of a scenario, the latest first."""

    versions: tuple[ScenarioEntry, ...]


class DeedView(Answer):
    """A line of the audit trail."""

    at: AwareDatetime
    who: str = Field(description="The key, `local`, `server` or `command line`.")
    action: str = Field(examples=["job.create"])
    subject: str = Field(description="Id of the job, scenario or key.")
    request: str = Field(description="Id of the request.")


class AuditPage(Answer):
    """The audit trail, the latest line first."""

    deeds: tuple[DeedView, ...]
    next: int | None = Field(description="Send it as `before` for the next page; null on the last one.")


class Health(Answer):
    """Whether the service is there."""

    status: Literal["ok"] = "ok"


RESULTS: dict[str, type[BaseModel]] = {
    "plan": Plan,
    "compare": VariantComparison,
    "sweep": SweepComparison,
    "batch": PortfolioPlans,
    "explain": Explanation,
}
"""What each kind of job makes."""
