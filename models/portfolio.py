"""A portfolio: many teams planned in one run, some sharing people (design.md section 8), and what comes out of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.base import Model, Name
from models.plan import Plan
from models.scenario import Solver, twice
from models.team import Specialist

MOST_TEAMS = 100_000


class AnyTeam(Model):
    """A team, wherever its scenario is."""

    name: Name = Field(
        description="Unique in the portfolio; ids of its items are NAME:ID elsewhere.", examples=["growth"]
    )
    weight: float = Field(1, gt=0, le=1e6, description="Values add up over teams times this.")


class TeamEntry(AnyTeam):
    """A team and its scenario's file."""

    scenario: Annotated[str, Field(min_length=1, max_length=4096)] = Field(
        description="Its scenario file, beside the portfolio.", examples=["growth/scenario.yaml"]
    )


class SharedSpecialist(Specialist):
    """Somebody several teams draw on; their tasks never overlap across teams."""

    teams: tuple[Name, ...] = Field(
        strict=False, min_length=1, max_length=MOST_TEAMS, description="The teams they work for.", examples=[["growth"]]
    )


class AnyPortfolio(Model):
    """Teams, the people they share, limits for all of them."""

    teams: tuple[AnyTeam, ...] = Field(strict=False, min_length=1, max_length=MOST_TEAMS, description="The teams.")
    shared: tuple[SharedSpecialist, ...] = Field(
        (), strict=False, max_length=1000, description="Specialists of several teams; efforts are hours."
    )
    solver: Solver | None = Field(None, description="Limits of the search for each team; comes before their own.")

    @model_validator(mode="after")
    def _names_are_unique(self) -> AnyPortfolio:
        for thing, names in (
            ("team", [t.name for t in self.teams]),
            ("shared specialist", [s.name for s in self.shared]),
        ):
            if (name := twice(names)) is not None:
                raise PydanticCustomError(
                    "twice", "two {thing}s are called {name}; names must differ", {"thing": thing, "name": name}
                )
        if (odd := next((team.name for team in self.teams if ":" in team.name), None)) is not None:
            raise PydanticCustomError(
                "colon", "the team name {name} has a colon, which ends a team's name in ids", {"name": odd}
            )
        return self


class Portfolio(AnyPortfolio):
    """A portfolio file: every team names the file of its scenario."""

    teams: tuple[TeamEntry, ...] = Field(strict=False, min_length=1, max_length=MOST_TEAMS, description="The teams.")


class TeamResult(Model):
    """What became of one team."""

    team: str
    status: Literal["optimal", "feasible", "infeasible", "unknown", "failed", "not planned"]
    value: float | None = Field(None, description="The team's own value, not weighted.")
    bound: float | None = Field(
        None, description="Proven: the team alone, shared people all to itself, is worth no more."
    )
    gap: float | None = None
    weight: float = 1
    items: int = 0
    left_out: int = 0
    planned: float = Field(0, description="Hours or points planned.")
    available: float = Field(0, description="Hours or points available after the buffer, shared people not counted.")
    seconds: float = 0
    reused: bool = Field(False, description="Taken over from an earlier run.")
    together: tuple[str, ...] = Field((), strict=False, description="Teams it was planned together with.")
    plan: str | None = Field(None, description="Its plan's file, beside the summary.")
    error: str | None = Field(None, description="Why there is no plan.")


class SharedUse(Model):
    """Hours of a shared specialist, by team."""

    specialist: str
    available: float
    planned: dict[str, float]
    price: float = Field(description="Value the next hour would bring, by the prices the teams were coordinated with.")


class Coordination(Model):
    """Teams planned together and how good that is."""

    teams: tuple[str, ...] = Field(strict=False)
    value: float = Field(description="Weighted.")
    bound: float = Field(description="Proven: no plans of these teams together are worth more.")
    gap: float | None
    seconds: float
    method: Literal["joint", "prices"]
    shared: tuple[SharedUse, ...] = Field(strict=False)


class PortfolioResult(Model):
    """The summary of a run."""

    teams: tuple[TeamResult, ...] = Field(strict=False)
    coordinated: tuple[Coordination, ...] = Field((), strict=False)
    value: float = Field(description="Weighted sum over the teams that have a plan.")
    bound: float | None = Field(description="Proven for the sum; null where a team has none.")
    gap: float | None
    seconds: float


class PortfolioPlans(PortfolioResult):
    """The summary of a run with the plans in it, where there is no folder to write them to."""

    plans: dict[str, Plan] = Field(description="By team, those that have one.")
