"""How figures, dates and reasons are said to people; every report for people speaks through this module."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from models.base import exact
from models.plan import LeftOutItem, Plan, PlannedItem, ReasonCode, ShareUse
from planner import wording

REASONS: dict[ReasonCode, str] = {
    "outranked": "Outranked: hours are left, but each enters only if others go",
    "capacity": "No capacity: a skill they need has too few free hours left",
    "not-reached": "Not reached: the search ended before it was clear",
    "dependency": "Waiting for something that is not in the plan",
    "deadline": "Cannot meet their deadline",
    "release": "Not released in time",
    "too-big": "Too big for one sprint",
    "skill": "Nobody has the skill",
    "policy": "Kept out by a rule of the policy",
    "not-ready": "Not ready",
    "no-value": "Without value",
    "pinned-out": "Taken out by a pin",
    "done": "Done already",
}
number, counted, day = wording.number, wording.counted, wording.day
_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_GONE = frozenset(_BIDI_CONTROLS + "\ufffe\uffff" + "".join(map(chr, range(0xD800, 0xE000))))


def clean(text: str) -> str:
    """Put a text from outside on one line.

    Signs that steer a terminal, turn the reading direction or may not stand in any XML file are gone.
    """
    kept = (" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    return " ".join("".join(sign for sign in kept if sign not in _GONE).split())


def percent(part: float) -> str:
    """Write a part of 1 in whole percent, rounded half up."""
    return f"{math.floor(100 * exact(part) + Fraction(1, 2))} %"


def percent_up(part: float) -> str:
    """Write a part of 1 in tenths of a percent, rounded up: what is promised must hold."""
    return f"{number(math.ceil(1000 * exact(part)) / 10)} %"


def percent_down(part: float) -> str:
    """Write a part of 1 in tenths of a percent, rounded down: what is missed must not look reached."""
    return f"{number(math.floor(1000 * exact(part)) / 10)} %"


def quality(plan: Plan) -> str:
    """Say how good the plan's value is, and how that is known."""
    if plan.status == "optimal":
        return "proven optimal"
    if plan.bound is None:
        return "how far from the best is not known"
    if plan.bound == plan.value:
        return "proven to be the highest value; the order of equal plans is not"
    if plan.gap is None:
        return f"no plan is worth more than {number(plan.bound)}"
    return f"at most {percent_up(plan.gap)} below the best possible ({number(plan.bound)})"


def against_list_scheduling(plan: Plan) -> str:
    """Compare with the value that plain list scheduling reaches; empty where there is nothing to say."""
    if plan.greedy_value is None or plan.value is None:
        return ""
    if plan.greedy_value <= 0 or plan.value <= plan.greedy_value:
        return f"plain list scheduling reaches {number(plan.greedy_value)}"
    more = exact(plan.value) / exact(plan.greedy_value) - 1
    return f"{percent(float(more))} above plain list scheduling ({number(plan.greedy_value)})"


def tells_why(plan: Plan, item: LeftOutItem) -> bool:
    """Whether the item's reason says more than that there is no plan, which stands above it already."""
    return not (plan.status == "infeasible" and item.reason.code == "not-reached")


def totals(plan: Plan) -> str:
    """Say how much of the backlog and of the team's time is in the plan."""
    planned = sum(row.planned for row in plan.capacity)
    available = sum(row.available for row in plan.capacity)
    done = sum(item.reason.code == "done" for item in plan.left_out)
    open_items = len(plan.selected) + len(plan.left_out) - done
    used = f" ({percent(planned / available)})" if available else ""
    unit = "h" if plan.unit == "hours" else "points"
    hours = f"{number(round(planned, 1))} of {number(round(available, 1))} {unit} planned{used}"
    return f"{len(plan.selected)} of {counted(open_items, 'open item')} · {hours}"


def share(use: ShareUse) -> str:
    """Say what a goal or mix rule asks and what it gets."""
    missing = f", {percent(use.shortfall)} short" if use.shortfall > 0 else ""
    return f"{percent(use.share)} of the sprint ({_asked(use)}{missing})"


def shares_by_sprint(uses: Sequence[ShareUse]) -> str:
    """Say what a goal or mix rule asks of every sprint, and which of them miss it."""
    short = [f"{use.sprint} ({percent_down(use.share)})" for use in uses if use.shortfall > 0]
    missed = f", missed in sprint {', '.join(short)}" if short else ""
    return f"{_asked(uses[0])} of a sprint, reached in {len(uses) - len(short)} of {len(uses)}{missed}"


def _asked(use: ShareUse) -> str:
    asked = [f"at least {percent(use.min)}"] if use.min is not None else []
    asked += [f"at most {percent(use.max)}"] if use.max is not None else []
    return " and ".join(asked)


def days(item: PlannedItem) -> str:
    """Write from which day to which an item is worked on."""
    if item.finish is None:
        return ""
    if item.start is None or item.start.date() == item.finish.date():
        return day(item.finish)
    if (item.start.year, item.start.month) == (item.finish.year, item.finish.month):
        return f"{item.start:%a} {item.start.day} – {day(item.finish)}"
    return f"{day(item.start)} – {day(item.finish)}"


def people(item: PlannedItem) -> list[str]:
    """List who works on an item, in the order of its tasks."""
    return list(dict.fromkeys(task.specialist for task in item.tasks))
