"""The capacity heat map: how full everybody is, by day or sprint."""

from __future__ import annotations

from models.plan import Plan
from models.scenario import Scenario
from planner.report import words
from planner.report.figures import Load, loads
from planner.report.pictures.drawing import AWAY, FAINT, INK, LETTER, box, cut, drawing, finished, written

ROW, HEAD, GAP = 32, 34, 10  # pixels
FULL_WIDTH, WIDEST = 960, 90
HEAT = ("#eef4fb", "#d3e5f5", "#aacfec", "#7db3dd", "#ffd166", "#f59a5b")  # to 20 %, ... 80 %, 99.5 %, full


def heat(load: Load) -> int:
    """How full: 0 to 5, -1 of somebody who is not there. Full has a colour of its own: there is no room left."""
    if load.used is None:
        return -1
    return min(4, int(load.used * 5)) if load.used < 0.995 else 5


def text(plan: Plan, scenario: Scenario) -> str:
    """Draw a row a specialist, a column a day (several sprints: a column a sprint)."""
    found = loads(plan, scenario)
    names = [words.clean(name) for name, _ in found.rows]
    left = min(200.0, 24 + LETTER * max(map(len, names), default=0))
    cell = max(26.0, min(WIDEST, FULL_WIDTH / max(1, len(found.periods))))
    width, height = left + cell * len(found.periods) + GAP, HEAD + ROW * len(names) + GAP
    periods = "sprint" if scenario.calendar.sprints > 1 else "day"
    name = words.clean(plan.scenario) or "Sprint"
    root = drawing(
        "capacity", width, height, f"{name}: how full everybody is", f"A row a specialist, a column a {periods}"
    )
    for place, period in enumerate(found.periods):
        written(root, "day", left + cell * place + 4, HEAD - 12, cut(period, cell), FAINT)
    for row, (person, days) in enumerate(found.rows):
        top = HEAD + ROW * row
        written(root, "name", 8, top + 20, cut(words.clean(person), left - 16), INK)
        for place, load in enumerate(days):
            level = heat(load)
            kind = "away" if level < 0 else f"heat heat-{level}"
            fill = AWAY if level < 0 else HEAT[level]
            x = left + cell * place
            box(root, kind, x + 1, top + 1, cell - 2, ROW - 2, fill)
            if load.used is not None:
                written(root, "label", x + 6, top + 20, cut(words.percent(load.used), cell - 4), INK)
    return finished(root)
