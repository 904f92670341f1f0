"""A portfolio, checked: teams, the people they share, limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.portfolio import AnyPortfolio, Portfolio
from models.scenario import Scenario
from planner.errors import InputError
from planner.intake.cells import nearest
from planner.intake.contract import held
from planner.intake.source import Source, read_source


@dataclass(frozen=True)
class LoadedPortfolio:
    """A portfolio, where its parts stand, and each team's scenario or the file it is in."""

    portfolio: AnyPortfolio
    source: Source
    scenarios: tuple[Path | Scenario, ...]

    def place_of(self, index: int) -> str:
        """Return where a team stands, for messages."""
        return self.source.where(("teams", index))


def load_portfolio(path: Path) -> LoadedPortfolio:
    """Read a portfolio file.

    Raises
    ------
    InputError
        With place, cause and remedy, for the first thing that is wrong.
    """
    source = read_source(path)
    portfolio = held(source, Portfolio, "a portfolio", "teams")
    check_shared(portfolio, source)
    return LoadedPortfolio(portfolio, source, tuple(path.parent / team.scenario for team in portfolio.teams))


def check_shared(portfolio: AnyPortfolio, source: Source) -> None:
    """Refuse somebody shared by a team that is not there."""
    teams = [team.name for team in portfolio.teams]
    for index, person in enumerate(portfolio.shared):
        for place, name in enumerate(person.teams):
            if name not in teams:
                meant = nearest(name, teams)
                remedy = f"Did you mean {meant!r}?" if meant else "Name one of `teams`"
                raise InputError(source.where(("shared", index, "teams", place)), f"there is no team {name!r}", remedy)
