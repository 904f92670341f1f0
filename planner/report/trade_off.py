"""Value against churn as a table and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from planner.report.words import number, percent_up
from planner.trade_off import Curve, Point


def text(curve: Curve) -> str:
    """Write a line a point, most value first; what is not proven with how much better it could be."""
    lines = [f"{'churn':>6}  {'value':>10}"]
    lines += [f"{point.churn:>6}  {number(point.value):>10}  {_known(point)}" for point in curve.points]
    return "\n".join(lines) + "\n"


def _known(point: Point) -> str:
    if point.proven:
        return "proven"
    open_: list[str] = []
    if point.bound > point.value:
        gap = "" if point.gap is None else f" (gap {percent_up(point.gap)})"
        open_.append(f"value at most {number(point.bound)}{gap}")
    if point.least_churn < point.churn:
        open_.append(f"churn at least {point.least_churn}")
    return ", ".join(open_)


def as_json(curve: Curve) -> str:
    """Write the points as a list of objects."""
    return json.dumps([asdict(point) for point in curve.points], indent=2) + "\n"
