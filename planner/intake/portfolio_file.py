"""A portfolio file, checked: teams, the people they share, limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from models.portfolio import Portfolio
from planner.errors import InputError
from planner.intake.cells import nearest
from planner.intake.messages import refusal
from planner.intake.source import Source, read_source


@dataclass(frozen=True)
class LoadedPortfolio:
    """A portfolio and where its parts stand."""

    portfolio: Portfolio
    source: Source
    folder: Path

    def file_of(self, index: int) -> Path:
        """Return the scenario file of a team."""
        return self.folder / self.portfolio.teams[index].scenario

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
    if not isinstance(source.data, dict):
        cause = "a portfolio consists of keys such as `teams:`, this file does not"
        raise InputError(source.where(()), cause, "Begin with `teams:`")
    try:
        portfolio = Portfolio.model_validate(source.data)
    except ValidationError as error:
        raise refusal(error, source, Portfolio) from None
    teams = [team.name for team in portfolio.teams]
    for index, person in enumerate(portfolio.shared):
        for place, name in enumerate(person.teams):
            if name not in teams:
                meant = nearest(name, teams)
                remedy = f"Did you mean {meant!r}?" if meant else "Name one of `teams`"
                raise InputError(source.where(("shared", index, "teams", place)), f"there is no team {name!r}", remedy)
    return LoadedPortfolio(portfolio, source, path.parent)
