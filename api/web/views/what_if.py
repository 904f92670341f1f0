"""What-ifs side by side: what each is worth, costs and changes, and the plans beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.http.routes.common import not_found
from api.http.store.jobs import Job
from api.web.document import Document
from api.web.what_ifs import KIND, example, typed
from models.comparison import VariantComparison
from models.plan import Plan, PlannedItem
from planner.report import comparison as report
from planner.report import words
from planner.report.figures import Load
from planner.report.pictures.capacity import heat


@dataclass(frozen=True)
class Row:
    """A variant (or the base) in the table."""

    name: str
    plan: Plan
    delta: str
    proven: bool
    quality: str
    added: int
    dropped: int
    used: float
    cost: str
    said: str
    worth: str


def context(document: Document, query: Mapping[str, str]) -> Mapping[str, Any]:
    """What the form and the comparison need."""
    job = job_of(document, query.get("job", ""))
    store = document.here.store.jobs
    result = None if job is None or not job.ended else store.result(job.id)
    found = None if result is None else VariantComparison.model_validate_json(result)
    return {
        "job": job,
        "comparison": found,
        "typed": example(document) if job is None else typed(store.request(job.id) or ""),
        "people": [person.name for person in document.scenario.team],
        "known_skills": sorted({skill for person in document.scenario.team for skill in person.skills}),
        **({} if found is None else _compared(found)),
    }


def job_of(document: Document, id_: str) -> Job | None:
    """Look up a comparison of this visitor's workspace; None if none is asked for.

    Raises
    ------
    ProblemError
        If there is none.
    """
    if not id_:
        return None
    job = document.here.store.jobs.find(document.visitor.actor.workspace, id_) if re.fullmatch(r"\w{32}", id_) else None
    if job is None or job.kind != KIND:
        raise not_found("comparison", id_[:40])
    return job


def _compared(found: VariantComparison) -> dict[str, Any]:
    (group,) = report.groups(found)
    plans = [found.base, *(result.plan for result in found.variants)]
    return {
        "rows": list(_rows(found)),
        "costs": any(result.delta.cost for result in found.variants),
        "notes": report.notes(group),
        "differing": list(_differing(plans)),
        "loads": list(_loads(plans)),
        "heat": heat,
    }


def _rows(found: VariantComparison) -> Iterator[Row]:
    base = found.base
    cost = "" if found.base_cost is None else words.number(found.base_cost)
    yield Row("", base, "", True, words.quality(base), 0, 0, report.used(base), cost, "", "")
    for result in found.variants:
        delta = result.delta
        yield Row(
            name=words.clean(result.name),
            plan=result.plan,
            delta="" if delta.value is None else report.signed(delta.value),
            proven=result.proven,
            quality=words.quality(result.plan) if result.plan.value is not None else "",
            added=len(delta.added),
            dropped=len(delta.dropped),
            used=report.used(result.plan),
            cost="" if delta.cost is None else report.signed(delta.cost),
            said=report.changed(result),
            worth=report.worth(result),
        )


def _differing(plans: Sequence[Plan]) -> Iterator[tuple[str, str, list[PlannedItem | None]]]:
    """Items that are in some of the plans and not in others, with where they are in each."""
    inside = [{item.id: item for item in plan.selected} for plan in plans]
    titles = {item.id: item.title for plan in plans for item in plan.selected}
    for id_ in sorted(titles):
        places = [plan.get(id_) for plan in inside]
        if any(places) and not all(places):
            yield id_, titles[id_], places


def _loads(plans: Sequence[Plan]) -> Iterator[tuple[str, list[Load | None]]]:
    """How full everybody is in each plan; None where somebody is not in the team."""
    found: list[dict[str, Load]] = []
    for plan in plans:
        sums: dict[str, Load] = {}
        for row in plan.capacity:
            before = sums.get(row.specialist, Load(0, 0))
            sums[row.specialist] = Load(before.planned + row.planned, before.available + row.available)
        found.append(sums)
    for name in dict.fromkeys(name for sums in found for name in sums):
        yield name, [sums.get(name) for sums in found]
