"""Which teams of a portfolio have to be planned together: they share people, or one waits for another's item."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from models.portfolio import SharedSpecialist
from planner.errors import InputError
from planner.intake.portfolio_file import LoadedPortfolio
from planner.portfolio.texts import TeamText


@dataclass(frozen=True)
class Linked:
    """Teams that are planned together, in the order of the file, and the people they share."""

    teams: tuple[str, ...]
    shared: tuple[SharedSpecialist, ...]


def components(loaded: LoadedPortfolio, texts: Mapping[str, TeamText]) -> list[Linked]:
    """Find the groups of teams that hang together; a team whose file could not be read is in none.

    Raises
    ------
    InputError
        If a team that shares people counts points: hours of a person cannot be both.
    """
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(texts)
    for person in loaded.portfolio.shared:
        teams = [team for team in person.teams if team in texts]
        graph.add_edges_from(itertools.pairwise(teams))
        _hours(loaded, person, texts)
    for team, text in texts.items():
        graph.add_edges_from((team, other) for other in _waits_for(text) if other in texts and other != team)
    served = {team for person in loaded.portfolio.shared for team in person.teams}
    order = {team: place for place, team in enumerate(texts)}
    groups = [sorted(found, key=order.__getitem__) for found in nx.connected_components(graph)]
    return [
        Linked(
            tuple(group),
            tuple(person for person in loaded.portfolio.shared if not set(group).isdisjoint(person.teams)),
        )
        for group in sorted(groups, key=lambda group: order[group[0]])
        if len(group) > 1 or group[0] in served
    ]


def _waits_for(text: TeamText) -> set[str]:
    return {id_.partition(":")[0] for id_ in text.outside}


def _hours(loaded: LoadedPortfolio, person: SharedSpecialist, texts: Mapping[str, TeamText]) -> None:
    for index, entry in enumerate(loaded.portfolio.teams):
        text = texts.get(entry.name)
        if text is not None and entry.name in person.teams and text.unit != "hours":
            cause = f"team {entry.name!r} counts points, but shares {person.name!r} with others"
            raise InputError(loaded.place_of(index), cause, "Teams that share people count hours: `unit: hours`")
