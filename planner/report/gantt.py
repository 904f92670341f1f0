"""A small Gantt for the terminal: a row a specialist, columns are working days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.plan import Plan, PlannedTask
from models.scenario import Scenario
from planner.clock import TICKS_PER_DAY, Clock
from planner.report.words import clean, number, percent
from planner.team import expand, rates

if TYPE_CHECKING:
    from rich.text import Text

PALETTE = ("#8ecae6", "#ffd166", "#b5e48c", "#f4a6b7", "#cdb4f6", "#ffb38a", "#90e0d0", "#d6ccc2")
WIDEST_DAY = 9
LONGEST_NAME = 16


@dataclass(frozen=True)
class Glyphs:
    """The signs a chart is drawn with.

    Attributes
    ----------
    edge, fill
        Begin and body of a task where there is no colour.
    thin_edge
        Begin of a task that is a coloured block.
    away
        A specialist is not there.
    week
        A new week begins.
    """

    edge: str
    fill: str
    thin_edge: str
    away: str
    week: str


BOX = Glyphs("▌", "━", "▎", "░", "┊")
ASCII = Glyphs("|", "=", "|", ".", ":")


def colour(rank: int) -> str:
    """Colour of an item, the same in the chart and in the list."""
    return PALETTE[(rank - 1) % len(PALETTE)]


def short_ids(ids: Sequence[str]) -> dict[str, str]:
    """Leave out what all ids begin with: MKT-12 is 12 where all are MKT-..."""
    prefix = ids[0] if len(ids) > 1 else ""
    while prefix and prefix[-1].isalnum():
        prefix = prefix[:-1]
    shared = all(name.startswith(prefix) and len(name) > len(prefix) for name in ids)
    return {name: clean(name[len(prefix) :] if shared else name) for name in ids}


@dataclass(frozen=True)
class Scale:
    """The way from ticks to columns.

    Attributes
    ----------
    columns, days
        So many columns for so many days: whole columns a day, or whole days a column.
    total
        Columns of the chart.
    """

    columns: int
    days: int
    total: int

    @classmethod
    def fitting(cls, days: int, width: int) -> Scale:
        """Give each day as many columns as fit, or each column as few days."""
        if days <= width:
            columns = min(WIDEST_DAY, max(1, width // max(1, days)))
            return cls(columns, 1, columns * days)
        together = -(-days // width)
        return cls(1, together, -(-days // together))

    def column(self, tick: int) -> int:
        """Column in which a tick lies."""
        return tick * self.columns // (TICKS_PER_DAY * self.days)

    def end(self, tick: int) -> int:
        """First column after what ends at this tick."""
        return -(-tick * self.columns // (TICKS_PER_DAY * self.days))

    def ticks(self, column: int) -> tuple[int, int]:
        """First tick of a column and of the next."""
        size = TICKS_PER_DAY * self.days
        return column * size // self.columns, (column + 1) * size // self.columns


@dataclass(frozen=True)
class Bar:
    """A task in the chart."""

    task: PlannedTask
    label: str
    colour: str


def chart(scenario: Scenario, plan: Plan, width: int, glyphs: Glyphs, *, coloured: bool) -> list[Text]:
    """Draw who does what when, one line a specialist under a line with the days.

    Parameters
    ----------
    scenario
        With its start known.
    width
        Columns of the whole chart; it may take fewer.
    coloured
        Tasks are coloured blocks instead of lines.
    """
    from rich.text import Text

    clock = Clock.of(scenario.calendar)
    team = expand(scenario.team)
    names = {person.name: _cut(clean(person.name), LONGEST_NAME) for person in team}
    margin = max(map(_width, names.values())) + 2
    loads = _loads(plan)
    scale = Scale.fitting(len(clock.days), width - margin - max(map(len, loads.values()), default=0) - 2)
    weeks = _week_columns(clock, scale)
    bars = _bars(plan)
    lines = [Text(" " * margin + _days(clock, scale, weeks), "dim")]
    for person, rate in zip(team, rates(scenario), strict=True):
        away = _away(clock.presence(person, rate), scale)
        line = Text().append(names[person.name] + " " * (margin - _width(names[person.name])), "bold")
        line.append_text(_row(bars.get(person.name, []), away, weeks, scale, glyphs, coloured=coloured))
        lines.append(line.append("  " + loads.get(person.name, ""), "dim"))
    return lines


def _width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _cut(text: str, width: int) -> str:
    from rich.cells import set_cell_size

    return text if _width(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _loads(plan: Plan) -> dict[str, str]:
    """Utilisation and hours of each specialist."""
    unit = "h" if plan.unit == "hours" else "pt"
    return {
        row.specialist: f"{percent(row.utilisation):>5} of {number(round(row.available, 1))} {unit}"
        for row in plan.capacity
    }


def _bars(plan: Plan) -> dict[str, list[Bar]]:
    """Scheduled tasks of each specialist, in the order of time."""
    labels = short_ids([item.id for item in plan.selected])
    bars: dict[str, list[Bar]] = {}
    for item in plan.selected:
        for task in item.tasks:
            if task.start_tick is not None and task.finish_tick is not None:
                bars.setdefault(task.specialist, []).append(Bar(task, labels[item.id], colour(item.rank)))
    return {name: sorted(row, key=lambda bar: bar.task.start_tick or 0) for name, row in bars.items()}


def _week_columns(clock: Clock, scale: Scale) -> set[int]:
    """Columns in which a calendar week begins."""
    mondays = {
        index
        for index, day in enumerate(clock.days)
        if index and day.isocalendar().week != clock.days[index - 1].isocalendar().week
    }
    return {scale.column(TICKS_PER_DAY * index) for index in mondays}


def _days(clock: Clock, scale: Scale, weeks: set[int]) -> str:
    """Write as many dates as fit over the columns: every day, or every week."""
    header = ""
    for index, day in enumerate(clock.days):
        column = scale.column(TICKS_PER_DAY * index)
        if scale.columns >= 7:
            label = f"{day:%a} {day.day}"
        elif scale.columns == 6:
            label = f"{day:%a}"[:2] + f" {day.day}"
        elif scale.columns >= 3:
            label = str(day.day)
        else:
            label = f"{day.day} {day:%b}" if column in weeks or index == 0 else ""
        if label and (not header or len(header) < column):
            header = header.ljust(column) + label
    return header[: scale.total].ljust(scale.total)


def _away(presence: Sequence[tuple[int, int]], scale: Scale) -> set[int]:
    """Columns of which the specialist misses more than half."""
    away = set()
    for column in range(scale.total):
        first, last = scale.ticks(column)
        there = sum(max(0, min(end, last) - max(start, first)) for start, end in presence)
        if 2 * there < last - first:
            away.add(column)
    return away


def _row(bars: Sequence[Bar], away: set[int], weeks: set[int], scale: Scale, glyphs: Glyphs, *, coloured: bool) -> Text:
    from rich.text import Text

    cells = [
        (glyphs.away, "bright_black") if column in away else (glyphs.week if column in weeks else " ", "bright_black")
        for column in range(scale.total)
    ]
    owners = _owners(bars, scale)
    for column, index in owners.items():
        if column not in away:
            style = f"#1b1b1b on {bars[index].colour}" if coloured else ""
            begins = owners.get(column - 1) != index
            edge, fill = (glyphs.thin_edge, " ") if coloured else (glyphs.edge, glyphs.fill)
            cells[column] = (edge if begins else fill, style)
    for column, sign in _labels(bars, owners, away).items():
        cells[column] = (sign, cells[column][1])
    line = Text()
    for sign, style in cells:
        line.append(sign, style)
    return line


def _owners(bars: Sequence[Bar], scale: Scale) -> dict[int, int]:
    """Which bar has which column; of two in one column the later has it."""
    owners: dict[int, int] = {}
    for index, bar in enumerate(bars):
        for column in range(scale.column(bar.task.start_tick or 0), scale.end(bar.task.finish_tick or 0)):
            owners[column] = index
    return owners


def _labels(bars: Sequence[Bar], owners: Mapping[int, int], away: set[int]) -> dict[int, str]:
    """Signs of the labels by column: after the edge of the first stretch that is wide enough for the whole label."""
    signs: dict[int, str] = {}
    for index, bar in enumerate(bars):
        columns = [column for column, owner in sorted(owners.items()) if owner == index and column not in away]
        wanted = len(bar.label) if _width(bar.label) == len(bar.label) else 0
        for place in range(len(columns) - wanted):
            run = columns[place + 1 : place + 1 + wanted]
            if wanted and run[-1] - columns[place] == wanted:
                signs.update(zip(run, bar.label, strict=True))
                break
    return signs
