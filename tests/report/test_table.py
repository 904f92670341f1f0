from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from benchmarks.generator import generate
from benchmarks.list_schedule import list_schedule
from models.plan import LeftOutItem, Plan, Reason
from planner.report import table
from planner.report.gantt import Scale, colour, short_ids
from tests.builders import scenario
from tests.report.sample import ARABIC, NASTY, assert_golden, no_plan, plan, sprint, titled


def console(width: int = 100, *, colours: bool = False, encoding: str = "utf-8") -> Console:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    system = "truecolor" if colours else None
    return Console(file=file, width=width, force_terminal=colours, color_system=system, no_color=False)  # type: ignore[arg-type]


def shown(proposed: Plan, width: int = 100) -> str:
    return table.text(sprint(), proposed, console(width))


@pytest.mark.parametrize("width", [100, 80])
def test_a_plan_looks_as_it_should(width: int) -> None:
    assert_golden(f"table-{width}.txt", shown(plan(), width))


def test_without_box_characters_everything_is_ascii() -> None:
    text = table.text(sprint(), plan(), console(encoding="ascii"))
    assert text.isascii()
    assert_golden("table-ascii.txt", text)


def test_no_plan_names_the_demands_and_what_would_help() -> None:
    text = shown(no_plan())
    assert_golden("table-infeasible.txt", text)
    assert "No plan exists" in text
    assert "MKT-4 must be in the plan" in text
    assert "Let MKT-4 stay out" in text


def test_a_search_that_found_nothing_says_what_to_try() -> None:
    text = shown(no_plan("unknown"))
    assert "No plan was found in the time given." in text
    assert "--time-limit" in text


def test_value_comes_first_and_the_gap_is_rounded_up() -> None:
    text = shown(plan())
    assert "63  at most 3.1 % below the best possible (65) · 40 % above plain list scheduling (45)" in text
    assert text.index("Value") < text.index("Who does what when") < text.index("In the sprint") < text.index("Left out")


def test_nothing_chosen_is_a_plan_too() -> None:
    text = shown(plan(selected=[], value=0, best_value=0, bound=0, gap=0, status="optimal", greedy_value=None))
    assert "0  proven optimal" in text
    assert "In the sprint" not in text
    assert "Left out" in text


def test_a_colour_stands_for_the_same_item_in_chart_and_list() -> None:
    text = table.text(sprint(), plan(), console(colours=True))
    red, green, blue = (int(colour(1)[place : place + 2], 16) for place in (1, 3, 5))
    assert f"48;2;{red};{green};{blue}" in text  # the chart's block
    assert f"38;2;{red};{green};{blue}" in text  # the list's mark
    assert "\x1b" not in shown(plan())


def test_long_reasons_are_shortened_with_a_count() -> None:
    reason = Reason(code="outranked", text="It enters only if others go.", proven=True)
    items = [LeftOutItem(id=f"X-{number}", title="", value=number, benefit=0, reason=reason) for number in range(1, 31)]
    text = shown(plan(left_out=items))
    assert "30 items, value 465" in text
    assert "and 25 more" in text
    assert "--format csv" in text
    assert "X-30" in text
    assert "X-25" not in text


def test_absences_are_shown_as_such() -> None:
    ana = next(line for line in shown(plan()).splitlines() if line.startswith("Ana"))
    ben = next(line for line in shown(plan()).splitlines() if line.startswith("Ben Jo"))
    margin, day = 8, 9
    assert ana[margin + 3 * day : margin + 4 * day] == "░" * day
    assert ben[margin : margin + 4] == "░" * 4
    assert ben[margin + 5] == " "


@pytest.mark.parametrize(
    "title", [NASTY, ARABIC, "👩‍👩‍👧‍👦 family 🎉", "字" * 300, "word " * 2000, "x" * 5000, "", "[red]x[/red]"]
)
def test_no_title_steers_the_terminal_or_breaks_the_layout(title: str) -> None:
    text = shown(titled(title))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]" in text if "[red]" in title else True
    assert max(map(cell_len, text.splitlines())) <= 100


@settings(max_examples=40)
@given(title=st.text(max_size=200), width=st.integers(60, 140))
def test_any_title_fits_any_width(title: str, width: int) -> None:
    text = table.text(sprint(), titled(title), console(width))
    assert max(map(cell_len, text.splitlines())) <= width
    assert not any(sign < " " and sign != "\n" for sign in text)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_every_chosen_item_and_every_specialist_is_there(width: int) -> None:
    given_scenario = generate(items=25, specialists=6, seed=1, demand=1.8)
    proposed = list_schedule(given_scenario).plan
    text = table.text(given_scenario, proposed, console(width))
    assert all(f" {item.id} " in text for item in proposed.selected)
    assert all(f"\n{person.name} " in text for person in given_scenario.team)
    assert max(map(cell_len, text.splitlines())) <= width


@pytest.mark.parametrize("days", [3, 10, 40, 120])
def test_sprints_of_any_length_have_their_chart(days: int) -> None:
    given_scenario = scenario([], sprint_days=days)
    chosen = plan().model_copy(update={"capacity": plan().capacity[:1]})
    text = table.text(given_scenario, chosen, console(80))
    header, row = (text.split("Who does what when")[1].splitlines()[place] for place in (1, 2))
    assert "1" in header
    assert row.startswith("Ana")
    assert max(map(cell_len, text.splitlines())) <= 80


def test_a_sprint_without_a_working_day_has_its_table_too() -> None:
    empty = scenario([], sprint_days=2, company_days=["2027-03-01", "2027-03-02"])
    assert "0  proven optimal" in table.text(
        empty, plan(selected=[], value=0, best_value=0, bound=0, gap=0, status="optimal"), console()
    )


@settings(max_examples=200)
@given(days=st.integers(1, 120), width=st.integers(10, 120), data=st.data())
def test_ticks_and_columns_agree(days: int, width: int, data: st.DataObject) -> None:
    scale = Scale.fitting(days, width)
    tick = data.draw(st.integers(0, 96 * days - 1))
    first, last = scale.ticks(scale.column(tick))
    assert first <= tick + 1
    assert tick <= last
    assert scale.column(tick) < scale.total <= max(width, 1)
    assert scale.end(tick + 1) > scale.column(tick)


def test_ids_are_shortened_only_where_all_begin_alike() -> None:
    assert short_ids(["MKT-1", "MKT-22"]) == {"MKT-1": "1", "MKT-22": "22"}
    assert short_ids(["MKT-1", "WEB-2"]) == {"MKT-1": "MKT-1", "WEB-2": "WEB-2"}
    assert short_ids(["MKT-1"]) == {"MKT-1": "MKT-1"}
    assert short_ids(["MKT-", "MKT-2"]) == {"MKT-": "MKT-", "MKT-2": "MKT-2"}
    assert short_ids([]) == {}
