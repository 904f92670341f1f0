"""What can be looked at. A further view is a module with a ``context`` function, a template and a line in ``VIEWS``.

Its texts stand under ``view.NAME`` in ``texts/en.toml``: ``title`` is what the tab says. ``context`` returns what its
template needs besides what every page has (``document``, ``say``, ...). It runs outside the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.web.document import Document
from api.web.views import (
    backlog,
    board,
    capacity,
    dependencies,
    hand_on,
    history,
    report,
    roadmap,
    team,
    what_if,
    worth,
)

Query = Mapping[str, str]


def always(_: Document) -> bool:
    """Offer a view for every document."""
    return True


@dataclass(frozen=True)
class View:
    """One way to look at a document.

    Attributes
    ----------
    name
        Last part of its address, and of its texts and template.
    context
        Makes what its template needs, from the document and the address' query.
    plan
        Whether there is nothing to see without a plan.
    offered
        Whether its tab is there for a document.
    """

    name: str
    context: Callable[[Document, Query], Mapping[str, Any]]
    plan: bool = True
    offered: Callable[[Document], bool] = always

    @property
    def template(self) -> str:
        """File of its template."""
        return f"views/{self.name}.html"


VIEWS: tuple[View, ...] = (
    View("board", board.context),
    View("backlog", backlog.context, plan=False),
    View("team", team.context, plan=False),
    View("capacity", capacity.context),
    View("roadmap", roadmap.context),
    View("dependencies", dependencies.context, plan=False),
    View("worth", worth.context),
    View("what-if", what_if.context, plan=False),
    View("hand-on", hand_on.context),
    View("history", history.context, plan=False),
    View("import", report.context, plan=False, offered=report.offered),
)
BY_NAME: Mapping[str, View] = {view.name: view for view in VIEWS}
