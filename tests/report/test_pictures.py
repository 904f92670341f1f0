from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.generator import generate
from benchmarks.list_schedule import list_schedule
from models.plan import Plan
from models.scenario import Scenario
from planner.report import forms
from planner.report.figures import Load, loads, quadrants
from planner.report.pictures import capacity, curve, dependencies, gantt, quadrant
from planner.report.pictures.curve import Step
from planner.report.pictures.drawing import Scale
from planner.report.words import clean
from tests.report.sample import NASTY, assert_golden, no_plan, plan, roadmap, sprint, titled

SVG = "{http://www.w3.org/2000/svg}"
DRAWN: list[Callable[[Plan, Scenario], str]] = [gantt.text, capacity.text, quadrant.text, dependencies.text]


def large() -> tuple[Scenario, Plan]:
    scenario = generate(items=60, specialists=10, seed=2, demand=2.0)
    return scenario, list_schedule(scenario).plan


def of(root: ET.Element, kind: str) -> list[ET.Element]:
    return [found for found in root.iter() if kind in found.get("class", "").split()]


def number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "nan"))


def check_inside(root: ET.Element) -> None:
    """Every box lies in the picture."""
    _, _, width, height = map(float, root.get("viewBox", "").split())
    for box in root.iter(f"{SVG}rect"):
        assert number(box, "x") >= 0
        assert number(box, "x") + number(box, "width") <= width
        assert number(box, "y") + number(box, "height") <= height


@pytest.mark.parametrize("draw", DRAWN)
@given(title=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_title_gives_a_picture_that_can_be_read(draw: Callable[[Plan, Scenario], str], title: str) -> None:
    root = ET.fromstring(draw(titled(title).model_copy(update={"scenario": title}), sprint()))
    assert root.tag == f"{SVG}svg"
    assert clean(title) in (root.findtext(f"{SVG}title") or "")


@pytest.mark.parametrize("picture", forms.PICTURES)
def test_a_picture_is_what_it_was(picture: forms.Picture) -> None:
    assert_golden(f"{picture}.svg", forms.drawn(picture, plan(), sprint()).replace("><", ">\n<"))


@pytest.mark.parametrize("draw", DRAWN)
@pytest.mark.parametrize("made", [large, roadmap])
def test_everything_lies_within_its_frame(
    draw: Callable[[Plan, Scenario], str], made: Callable[[], tuple[Scenario, Plan]]
) -> None:
    scenario, proposed = made()
    check_inside(ET.fromstring(draw(proposed, scenario)))


def test_a_gantt_has_a_bar_a_task_and_leaves_absences_free() -> None:
    root = ET.fromstring(gantt.text(plan(), sprint()))
    bars = of(root, "bar")
    assert [bar.get("data-item") for bar in bars] == ["MKT-1", "MKT-2", "MKT-1"]
    assert bars[0].findtext(f"{SVG}title") == "MKT-1 Landing page: copy, 6 h, Ana, Mon 1 Mar 09:00 – Mon 1 Mar 17:00"
    assert len(of(root, "away")) == 2
    assert len(of(root, "milestone")) == 1


def test_bars_are_as_long_as_the_work_and_do_not_lie_on_each_other() -> None:
    scenario, proposed = large()
    root = ET.fromstring(gantt.text(proposed, scenario))
    boxes = sorted((number(box, "y"), number(box, "x"), number(box, "width")) for box in of(root, "task"))
    assert len(boxes) >= sum(len(item.tasks) for item in proposed.selected)
    for (row, x, width), (next_row, next_x, _) in pairwise(boxes):
        assert row != next_row or x + width <= next_x


def test_a_deadline_is_marked_where_its_day_ends() -> None:
    given = sprint()
    items = [item.model_copy(update={"deadline": given.calendar.start}) for item in given.backlog if item.id == "MKT-2"]
    others = [item for item in given.backlog if item.id != "MKT-2"]
    root = ET.fromstring(gantt.text(plan(), given.model_copy(update={"backlog": (*others, *items)})))
    (flag,) = [found for found in of(root, "deadline") if found.tag == f"{SVG}g"]
    assert flag.findtext(f"{SVG}title") == "MKT-2: deadline Mon 1 Mar 2027"
    second_day = next(found for found in of(root, "day") if found.text == "Tue 2")
    (pole,) = flag.iter(f"{SVG}line")
    assert number(pole, "x1") == pytest.approx(number(second_day, "x") - 4, abs=1.5)


def test_days_are_as_full_as_the_work_on_them() -> None:
    found = loads(plan(), sprint())
    assert found.periods == ["Mon 1", "Tue 2", "Wed 3", "Thu 4", "Fri 5"]
    ana, ben = found.rows
    assert [load.used for load in ana[1]] == [1.0, 0.0, 0.5, None, 0.0]
    assert [load.available for load in ben[1]] == [3.0, 6.0, 6.0, 6.0, 6.0]
    assert [load.planned for load in ben[1]] == [0.0, 6.0, 0.0, 0.0, 0.0]


def test_loads_add_up_to_the_plan_s_own() -> None:
    scenario, proposed = large()
    by_day = {name: sum(load.planned for load in days) for name, days in loads(proposed, scenario).rows}
    for row in proposed.capacity:
        assert by_day[row.specialist] == pytest.approx(row.planned, abs=0.7)  # tasks end on whole ticks


def test_a_heat_map_colours_by_what_is_left() -> None:
    assert [capacity.heat(Load(part, 1)) for part in (0, 0.19, 0.2, 0.8, 0.99, 0.996, 1)] == [0, 0, 1, 4, 4, 5, 5]
    assert capacity.heat(Load(0, 0)) == -1
    root = ET.fromstring(capacity.text(plan(), sprint()))
    assert len(of(root, "heat")) == 9
    assert len(of(root, "away")) == 1
    scenario, proposed = roadmap()
    assert len(of(ET.fromstring(capacity.text(proposed, scenario)), "heat")) == 2 * 3


def test_quadrants_hold_everything_open() -> None:
    found = quadrants(plan(), sprint())
    assert [(item.id, item.effort, item.inside) for item in found.items] == [
        ("MKT-1", 12, True),
        ("MKT-2", 3, True),
        ("MKT-3", 20, False),
        ("MKT-4", 8, False),
    ]
    assert (found.value, found.effort) == (27.5, 10)
    root = ET.fromstring(quadrant.text(plan(), sprint()))
    at = {point.get("data-item"): next(point.iter(f"{SVG}circle")) for point in of(root, "point")}
    assert number(at["MKT-1"], "cy") < number(at["MKT-2"], "cy")  # worth more: higher
    assert number(at["MKT-1"], "cx") > number(at["MKT-2"], "cx")  # takes more: further right
    assert len(of(root, "in")) == 2


def test_a_curve_ends_where_the_search_ended() -> None:
    steps = [Step(0.1, 40, 9000), Step(0.4, 90, 110), Step(2, 100, 100)]
    root = ET.fromstring(curve.text("Launch", steps))
    assert root.findtext(f"{SVG}desc") == "Value 100, bound 100 after 2 seconds"
    value, bound = of(root, "value")[0].get("d", ""), of(root, "bound")[0].get("d", "")
    assert value.split("V")[-1] == bound.split("V")[-1]
    assert "No plan was found" in curve.text("Launch", [Step(1, None, None)])
    assert "No plan was found" in curve.text("Launch", [])


@example(low=0.0, span=1e-12)
@given(low=st.floats(-1e6, 1e6), span=st.floats(0, 1e6))
def test_a_scale_holds_its_figures_between_round_ones(low: float, span: float) -> None:
    scale = Scale.over(low, low + span, 0, 100)
    assert 2 <= len(scale.marks) <= 13
    assert -0.02 <= scale.at(low) <= scale.at(low + span) <= 100.02


@pytest.mark.parametrize("picture", forms.PICTURES)
@pytest.mark.parametrize("proposed", [plan(), titled(NASTY), no_plan()])
def test_pixels_are_twice_as_many_as_the_drawing_says(picture: forms.Picture, proposed: Plan) -> None:
    png = forms.content("png", proposed, sprint(), picture=picture)
    root = ET.fromstring(forms.content("svg", proposed, sprint(), picture=picture))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == pytest.approx((2 * number(root, "width"), 2 * number(root, "height")), abs=1)
    assert forms.content("png", proposed, sprint(), picture=picture) == png
