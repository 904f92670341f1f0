"""Value against churn as a table and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from planner.report.words import number
from planner.trade_off import Curve


def text(curve: Curve) -> str:
    """Write a line a point, most value first."""
    lines = [f"{'churn':>6}  {'value':>10}"]
    for point in curve.points:
        known = "proven" if point.proven else f"at most {number(point.bound)}"
        lines.append(f"{point.churn:>6}  {number(point.value):>10}  {known}")
    return "\n".join(lines) + "\n"


def as_json(curve: Curve) -> str:
    """Write the points as a list of objects."""
    return json.dumps([asdict(point) for point in curve.points], indent=2) + "\n"
