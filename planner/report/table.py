"""The plan as people read it in a terminal: value first, then who does what when, then what was left out and why."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from models.plan import LeftOutItem, Plan, PlannedItem, ReasonCode
from models.scenario import Scenario
from planner.clock import Clock
from planner.report import roadmap, words
from planner.report.console import BAD, FAINT, GOOD, WARN, bullet, pairs, printed, section
from planner.report.gantt import ASCII, BOX, chart, colour

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

SHOWN_A_REASON = 5
WIDEST_WHO = 20


def text(scenario: Scenario, plan: Plan, console: Console) -> str:
    """Write a plan for people.

    Parameters
    ----------
    scenario
        What was planned.
    console
        Its width, colours and signs (box characters or ASCII) are kept.
    """
    return printed(console, _parts(scenario, plan, console))


def _parts(scenario: Scenario, plan: Plan, console: Console) -> Iterator[RenderableType]:
    """One part after the other, from the top."""
    calendar = scenario.calendar.model_copy(update={"start": plan.start})
    scenario = scenario.model_copy(update={"calendar": calendar})
    yield _title(scenario, plan)
    yield ""
    yield pairs(_summary(scenario, plan))
    if plan.selected and scenario.calendar.sprints > 1:
        yield from _roadmap(scenario, plan)
    elif plan.selected:
        coloured = console.color_system is not None and not console.no_color
        glyphs = ASCII if console.options.ascii_only else BOX
        yield from ("", section("Who does what when"))
        yield from chart(scenario, plan, console.width, glyphs, coloured=coloured)
        yield from ("", section("In the sprint"))
        yield _chosen(plan, console.width, coloured=coloured)
    if any(words.tells_why(plan, item) for item in plan.left_out):
        yield from ("", section("Left out"))
        yield from _left_out(plan)
    if plan.notes:
        yield from ("", section("Notes"))
        yield from (bullet(_plain(note)) for note in plan.notes)


def _roadmap(scenario: Scenario, plan: Plan) -> Iterator[RenderableType]:
    """Sprints, quarters, epics and items of a plan over many sprints."""
    yield from ("", section("Sprints"), _rows(roadmap.SPRINT_HEADER, roadmap.sprint_rows(scenario, plan)))
    yield from ("", section("Quarters"), _rows(roadmap.QUARTER_HEADER, roadmap.quarter_rows(scenario, plan)))
    epics = list(roadmap.epic_rows(scenario, plan))
    if epics:
        yield from ("", section("Epics"), _rows(roadmap.EPIC_HEADER, epics))
    yield from ("", section("Items"), _rows(roadmap.ITEM_HEADER, roadmap.item_rows(scenario, plan)))


def _rows(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style=FAINT, padding=(0, 2, 0, 0), pad_edge=False, expand=False)
    for name in header:
        wide = name in ("Title", "By theme", "Who")
        table.add_column(name, justify="right" if name in ("Items", "Value", "Used") else "left", no_wrap=not wide)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _plain(text: str) -> Text:
    from rich.text import Text

    return Text(words.clean(text))


def _title(scenario: Scenario, plan: Plan) -> Text:
    from rich.text import Text

    days = Clock.of(scenario.calendar).days
    line = Text(words.clean(plan.scenario) or "Sprint", "bold")
    if days:
        span = f"{words.day(days[0])} – {words.day(days[-1])} {days[-1].year}"
        line.append(f"  {span} · {words.counted(len(days), 'working day')} · {plan.timezone}", "not bold " + FAINT)
    return line


def _summary(scenario: Scenario, plan: Plan) -> Iterator[tuple[str, RenderableType]]:
    """State the goal and the value, or why there is no plan."""
    from rich.text import Text

    if plan.value is None:
        yield from _no_plan(plan)
        return
    goals = [use for use in plan.shares if use.name == "goal"]
    if goals and scenario.policy.goal is not None:
        themes = words.clean(", ".join(scenario.policy.goal.themes))
        reached = words.share(goals[0]) if len(goals) == 1 else words.shares_by_sprint(goals)
        yield "Goal", Text(f"{themes}: {reached}", WARN if any(use.shortfall > 0 for use in goals) else GOOD)
    value = Text(words.number(plan.value), "bold")
    value.append(f"  {words.quality(plan)}", GOOD if plan.status == "optimal" else WARN)
    if versus := words.against_list_scheduling(plan):
        value.append(f" · {versus}", "not bold " + FAINT)
    yield "Value", value
    many = scenario.calendar.sprints > 1
    yield f"Sprint{'s' * many}", Text(words.totals(plan))
    for use in plan.shares if not many else ():
        if use.name != "goal":
            yield "Mix", Text(f"{words.clean(use.name)}: {words.share(use)}", WARN if use.shortfall > 0 else "")


def _no_plan(plan: Plan) -> Iterator[tuple[str, RenderableType]]:
    from rich.text import Text

    if plan.status == "unknown":
        yield "Plan", Text("No plan was found in the time given.", BAD)
        yield "Try", Text("Give the search more time (--time-limit), or look at it with `sprintplan check`.")
        return
    yield "Plan", Text("No plan exists: these demands cannot hold together.", BAD)
    if plan.conflict is not None:
        for demand in plan.conflict.demands:
            yield "Demand", Text(words.clean(demand))
        for remedy in plan.conflict.remedies:
            yield "Remedy", Text(words.clean(remedy), GOOD)


def _chosen(plan: Plan, width: int, *, coloured: bool) -> Table:
    """List the items of the sprint: rank, id, title, value, who, from when to when."""
    from rich.table import Table
    from rich.text import Text

    wide = min(WIDEST_WHO, width // 4)
    late = any(item.benefit != item.value for item in plan.selected)
    table = Table(box=None, header_style=FAINT, padding=(0, 2, 0, 0), pad_edge=False, expand=False)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Item", no_wrap=True, max_width=16, overflow="ellipsis")
    table.add_column("Title", min_width=16)
    table.add_column("Value", justify="right", no_wrap=True)
    if late:
        table.add_column("Late", justify="right", no_wrap=True)
    table.add_column("Who", min_width=8, max_width=wide)
    table.add_column("When", no_wrap=True)
    for item in plan.selected:
        mark = Text("■ ", colour(item.rank)) if coloured else Text()
        cells = [Text(str(item.rank)), mark + Text(words.clean(item.id)), _titled(item), Text(words.number(item.value))]
        cells += [_late(item)] if late else []
        table.add_row(*cells, Text(_who(item, wide)), Text(words.days(item)))
    return table


def _who(item: PlannedItem, width: int) -> str:
    """Names in the order of the work; lines break between names, not inside them."""
    import textwrap

    names = [words.clean(name).replace(" ", "\u00a0") for name in words.people(item)]
    lines = textwrap.wrap(", ".join(names), width)
    return "\n".join(lines).replace("\u00a0", " ") or "nobody (milestone)"


def _titled(item: PlannedItem) -> Text:
    from rich.text import Text

    title = Text(words.clean(item.title))
    return title.append(" (effort guessed)", FAINT) if item.estimate == "guessed" else title


def _late(item: PlannedItem) -> Text:
    """Due cost and discount, as what they take from the value."""
    from rich.text import Text

    taken = item.benefit - item.value
    return Text(words.number(taken) if taken else "", WARN)


def _left_out(plan: Plan) -> Iterator[RenderableType]:
    """Group what was left out by reason, the most valuable group and item first; long groups are cut short."""
    groups: defaultdict[ReasonCode, list[LeftOutItem]] = defaultdict(list)
    for item in plan.left_out:
        if words.tells_why(plan, item):
            groups[item.reason.code].append(item)
    done = groups.pop("done", [])
    cut = False
    for code, items in sorted(groups.items(), key=lambda group: -sum(item.value for item in group[1])):
        items.sort(key=lambda item: (-item.value, item.benefit, item.id))
        cut = cut or len(items) > SHOWN_A_REASON
        yield _group(code, items)
    if done:
        yield _heading(f"Done already: {words.counted(len(done), 'item')}")
    if cut:
        yield _hint("Everything that was left out: --format csv or --format json")


def _heading(text: str) -> Text:
    from rich.text import Text

    return Text(text, "bold")


def _hint(text: str) -> Text:
    from rich.text import Text

    return Text(text, "italic " + FAINT)


def _group(code: ReasonCode, items: list[LeftOutItem]) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    value = words.number(sum(item.value for item in items))
    heading = _heading(words.REASONS[code])
    heading.append(f"  {words.counted(len(items), 'item')}, value {value}", "not bold " + FAINT)
    own_texts = len(items) == 1 or len({item.reason.text for item in items}) > 1
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=0)
    table.add_column(no_wrap=True, max_width=16, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1)
    for item in items[:SHOWN_A_REASON]:
        said = Text(words.clean(item.title))
        if own_texts or not said:
            said.append(("\n" if said else "") + words.clean(item.reason.text), FAINT)
        table.add_row("", Text(words.clean(item.id)), Text(words.number(item.value)), said)
    if len(items) > SHOWN_A_REASON:
        table.add_row("", "", "", Text(f"and {len(items) - SHOWN_A_REASON} more", FAINT))
    if not own_texts:
        return Group(heading, Padding(Text(words.clean(items[0].reason.text), FAINT), (0, 0, 0, 2)), table)
    return Group(heading, table)
