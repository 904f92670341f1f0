"""Every version, what it changed, the plan it had, and how that differs from the plan before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.http.routes.common import moment
from api.http.store.scenarios import Version
from api.web.document import Document
from api.web.edits import Said
from api.web.effect import Effect
from models.plan import Plan

PAGE = 20  # plans are read for so many versions at a time


@dataclass(frozen=True)
class Entry:
    """A line of the history."""

    version: Version
    said: Said | None
    plan: Plan | None
    effect: Effect | None

    @property
    def at(self) -> Any:
        """When it was made."""
        return moment(self.version.created)


def context(document: Document, query: Mapping[str, str]) -> Mapping[str, Any]:
    """A page of the history, the latest first."""
    before = int(query["before"]) if query.get("before", "").isdecimal() else document.version.version + 1
    shown = [version for version in document.versions if version.version < before][:PAGE]
    more = shown[-1].version if shown and shown[-1].version > 1 else None
    return {"entries": list(_entries(document, shown)), "more": more}


def _entries(document: Document, versions: list[Version]) -> Iterator[Entry]:
    plans = {version.version: document.plan_of(version) for version in versions}
    for place, version in enumerate(versions):
        plan = plans[version.version]
        earlier = next((found for one in versions[place + 1 :] if (found := plans[one.version]) is not None), None)
        said = Said.read(version.what)
        effect = Effect.between(earlier, plan) if plan is not None and earlier is not None else None
        yield Entry(version, said, plan, effect and effect.without(said and said.given.get("item")))
