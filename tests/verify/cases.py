"""Every planted fault: those of the good plan, and some of other scenarios."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from models.plan import Conflict, Plan
from models.scenario import Scenario
from tests.builders import day
from tests.verify.cases_figures import FIGURES, REASONS, TABLES
from tests.verify.cases_selection import READING, SELECTION, STAFFING
from tests.verify.cases_times import TIMES
from tests.verify.good import IMPOSSIBLE, POINTS, plan_of

CASES = (*READING, *SELECTION, *STAFFING, *TIMES, *FIGURES, *REASONS, *TABLES)


class OtherCase(NamedTuple):
    name: str
    given: Callable[[], Scenario]
    plan: Callable[[], Plan]
    says: str


def _points(**fields: Any) -> Callable[[], Plan]:
    return lambda: plan_of("points").model_copy(update=fields)


def _impossible(**fields: Any) -> Callable[[], Plan]:
    return lambda: plan_of("impossible").model_copy(update=fields)


_NO_COUNTRY = POINTS.model_copy(
    update={"calendar": POINTS.calendar.model_validate({"start": day(0), "holidays": {"country": "XX"}})}
)
OTHERS = (
    OtherCase(
        "below list scheduling",
        lambda: POINTS,
        _points(greedy_value=12.0),
        r"plan: value 11\.08\d* is below greedy_value 12",
    ),
    OtherCase(
        "no conflict named",
        lambda: IMPOSSIBLE,
        _impossible(conflict=None),
        r"plan: status is infeasible, but no conflict is named",
    ),
    OtherCase(
        "an empty conflict",
        lambda: IMPOSSIBLE,
        _impossible(conflict=Conflict(demands=(), remedies=())),
        r"no conflict is named",
    ),
    OtherCase(
        "a value without a plan",
        lambda: IMPOSSIBLE,
        _impossible(value=1.0),
        r"plan: status is infeasible, so value must be null, not 1",
    ),
    OtherCase("a bound without a plan", lambda: IMPOSSIBLE, _impossible(bound=1.0), r"so bound must be null, not 1"),
    OtherCase(
        "a conflict while unknown",
        lambda: IMPOSSIBLE,
        _impossible(status="unknown"),
        r"plan: a conflict is named, but status is unknown",
    ),
    OtherCase(
        "planned without a plan",
        lambda: IMPOSSIBLE,
        lambda: plan_of("impossible").model_copy(update={"selected": plan_of("points").selected[:1]}),
        r"item A: planned, though the plan's status is infeasible",
    ),
    OtherCase(
        "forgotten without a plan",
        lambda: IMPOSSIBLE,
        _impossible(left_out=()),
        r"item B: neither planned nor left out",
    ),
    OtherCase(
        "a country nobody knows", lambda: _NO_COUNTRY, _points(), r"calendar\.holidays\.country: no public holidays"
    ),
)
