"""What can never enter and why: each reason code, the first that applies (design.md section 6)."""

from __future__ import annotations

import pytest

from models.item import Item
from models.plan import Reason
from tests.builders import day, instance, item, milestone, pin, scenario, specialist

ANA = specialist("Ana", "design", "copy")
BEN = specialist("Ben", "legal")


def excluded(*items: Item, **fields: object) -> dict[str, Reason]:
    fields.setdefault("team", [ANA, BEN])
    return dict(instance(scenario(items, **fields)).excluded)


def reason(entry: Item, *others: Item, **fields: object) -> Reason:
    found = excluded(entry, *others, **fields)
    assert found[entry.id].proven
    return found[entry.id]


def fits(name: str, **fields: object) -> Item:
    return item(name, **{"effort": 2, "skill": "design", **fields})


def test_what_fits_is_not_excluded() -> None:
    assert excluded(fits("A"), milestone("M"), item("B", effort=60), item("C", work=[("legal", 1), (None, 1)])) == {}


# -- each code -------------------------------------------------------------------------------------------------


def test_pinned_out() -> None:
    assert reason(fits("A"), pins=[pin("A", out=True)]).code == "pinned-out"


def test_not_ready() -> None:
    full = fits("B", objective="leads", owner="Ana")
    found = reason(fits("A", objective="leads"), full, ready_only=True)
    assert found.code == "not-ready"
    assert "owner is missing" in found.text
    assert excluded(fits("A", objective="leads"), full) == {}


def test_ready_only_touches_neither_milestones_nor_work_in_progress() -> None:
    full = fits("B", objective="leads")
    assert excluded(milestone("M"), fits("P", status="in-progress"), full, ready_only=True) == {}


def test_nobody_has_the_skill() -> None:
    found = reason(fits("A", skill="video"))
    assert (found.code, found.text) == ("skill", "Nobody in the team has the skill video.")


@pytest.mark.parametrize(
    "pins",
    [
        [pin("A", specialist="Ben")],
        [pin("A", task=1, not_specialist="Ana")],
        [pin("A", specialist="Ana"), pin("A", specialist="Ben")],
        [pin("A", specialist="Ana"), pin("A", not_specialist="Ana")],
    ],
)
def test_pins_leave_nobody(pins: list[object]) -> None:
    found = reason(fits("A"), pins=pins)
    assert (found.code, found.text) == ("skill", "Pins leave nobody who may do task 1.")


@pytest.mark.parametrize("back", [True, False])
def test_a_second_pair_of_eyes_that_nobody_has(back: bool) -> None:
    refs = [{"not_by": 2}, {}] if back else [{}, {"not_by": 1}]
    found = reason(item("A", work=[("design", 1, refs[0]), ("copy", 1, refs[1])]))
    assert found.code == "skill"
    assert "One and the same person" in found.text


def test_the_same_person_that_nobody_is() -> None:
    found = reason(item("A", work=[("design", 1), ("legal", 1, {"same_as": 1})]))
    assert found.code == "skill"
    assert "Nobody can do both" in found.text


def test_an_unknown_dependency() -> None:
    found = reason(fits("A", depends_on=["X"]))
    assert found.code == "dependency"
    assert "X, which is not in the backlog" in found.text


def test_a_dependency_that_can_never_enter() -> None:
    found = excluded(
        fits("A", depends_on=["B"]),
        fits("B", skill="video"),
        fits("C", any_of=["A", "B"]),
        fits("D", any_of=["B", "E"]),
        fits("E"),
    )
    assert {name: one.code for name, one in found.items()} == {"A": "dependency", "B": "skill", "C": "dependency"}


def test_a_dependency_that_comes_too_late() -> None:
    # 59 hours of 60 before, and an hour takes 16 ticks; two hours do not fit any more.
    found = reason(fits("A", depends_on=["B"]), fits("B", effort=59))
    assert found.code == "dependency"
    assert "cannot be finished early enough" in found.text
    assert excluded(fits("A", effort=1, depends_on=["B"]), fits("B", effort=59)) == {}


def test_a_lag_that_leaves_no_time() -> None:
    late = fits("A", depends_on=[{"item": "B", "lag_days": 10}])
    assert reason(late, fits("B")).code == "dependency"


@pytest.mark.parametrize("days", [9, 10, 300])
def test_a_release_that_leaves_too_little_time(days: int) -> None:
    found = reason(fits("A", effort=7, release=day(days)))
    assert found.code == "release"
    assert str(day(days)) in found.text
    assert excluded(fits("A", effort=6, release=day(9))) == {}


@pytest.mark.parametrize("deadline", ["2026-01-01", "2027-02-26", "2027-02-28", "2027-03-01", "2027-03-02"])
def test_a_deadline_that_leaves_too_little_time(deadline: str) -> None:
    found = reason(fits("A", effort=12.2, deadline=deadline))
    assert found.code == "deadline"
    assert deadline in found.text


def test_a_release_after_the_deadline() -> None:
    assert reason(fits("A", release=day(5), deadline=day(4))).code in ("release", "deadline")


def test_release_comes_before_deadline() -> None:
    # Without either alone it would still not fit; without the release it would.
    assert reason(fits("A", effort=12, release=day(1), deadline=day(1))).code == "release"


def test_too_big_for_the_sprint() -> None:
    assert reason(fits("A", effort=60.7)).code == "too-big"
    assert reason(item("A", work=[("legal", 10, {"wait_days": 9})])).code == "too-big"
    assert reason(fits("A", effort=54.5), buffer=0.1).code == "too-big"
    assert excluded(fits("A", effort=54), buffer=0.1) == {}


def test_an_effort_that_fits_the_ticks_but_not_the_hours_is_too_big() -> None:
    # 60.05 hours take floor(960.8) = 960 ticks, all there are, but cost more than the 60 hours of the limit.
    assert reason(fits("A", effort=60.05)).code == "too-big"


def test_too_big_beats_a_deadline_that_is_far_too_early_only_if_even_the_sprint_is_too_short() -> None:
    assert reason(fits("A", effort=61, deadline=day(2))).code == "too-big"


def test_a_done_alternative_closes_its_group() -> None:
    done = fits("B", exclusive="hero", status="done")
    found = reason(fits("A", exclusive="hero"), done)
    assert found.code == "policy"
    assert "B (hero) is done already" in found.text
    assert reason(milestone("A", exclusive="hero"), done).code == "policy"
    assert reason(fits("A", exclusive="hero"), fits("B", exclusive="hero"), done=["B"]).code == "policy"


def test_together_with_one_that_can_never_enter() -> None:
    found = excluded(
        fits("A", together="launch"),
        fits("B", together="launch", skill="video"),
        fits("C", depends_on=["A"]),
        fits("D"),
    )
    assert {name: one.code for name, one in found.items()} == {"A": "policy", "B": "skill", "C": "dependency"}
    assert "B, which cannot be in the plan" in found["A"].text


def test_together_with_a_done_one_asks_nothing_more() -> None:
    assert excluded(fits("A", together="launch"), fits("B", together="launch", status="done")) == {}


@pytest.mark.parametrize("start", [day(9), "2027-03-06", "2027-04-01", "2027-02-01"])
def test_a_pinned_start_that_cannot_be_kept(start: object) -> None:
    assert reason(fits("A", effort=7), pins=[pin("A", start=start)]).code == "policy"


def test_two_pinned_starts_that_contradict_each_other() -> None:
    pins = [pin("A", start=day(1)), pin("A", start=day(2))]
    assert reason(fits("A"), pins=pins).code == "policy"
    assert reason(fits("A"), pins=[pin("A", start=day(1)), pin("A", task=1, start=day(2))]).code == "policy"


# -- the order -------------------------------------------------------------------------------------------------


def test_the_first_reason_that_applies() -> None:
    """Each item has every later fault too."""
    ready = fits("R", objective="leads")
    gone = fits("G", skill="video", objective="leads")
    faults: list[tuple[str, dict[str, object]]] = [
        ("pinned-out", {}),
        ("not-ready", {}),
        ("skill", {"objective": "leads", "skill": "video"}),
        ("dependency", {"objective": "leads", "depends_on": ["X"]}),
    ]
    for index, (code, fields) in enumerate(faults):
        later = {"effort": 99, "release": day(20), "deadline": day(1), "depends_on": ["X"]}
        pins = [pin("A", out=True)] if code == "pinned-out" else []
        found = reason(fits("A", **{**later, **fields}), ready, gone, ready_only=True, pins=pins)
        assert found.code == code, index


def test_a_dependency_that_cannot_enter_comes_before_dates_and_size() -> None:
    gone = fits("G", skill="video")
    late = fits("A", depends_on=["G"], effort=99, release=day(20), deadline=day(1))
    assert reason(late, gone).code == "dependency"


def test_dates_and_size_come_before_policy() -> None:
    done = fits("B", exclusive="hero", status="done")
    for code, fields in (
        ("release", {"release": day(20)}),
        ("deadline", {"deadline": day(0), "effort": 20}),
        ("too-big", {"effort": 99}),
    ):
        assert reason(fits("A", exclusive="hero", **fields), done).code == code


def test_an_item_in_progress_has_no_release_and_no_dependencies() -> None:
    started = fits("A", status="in-progress", release=day(20), depends_on=["X"])
    assert excluded(started) == {}


def test_a_done_item_is_not_excluded_but_gone() -> None:
    assert excluded(fits("A", status="done", skill="video")) == {}


# -- milestones ------------------------------------------------------------------------------------------------


def test_a_milestone_with_a_release_after_the_sprint() -> None:
    assert reason(milestone("M", release=day(10))).code == "release"
    assert excluded(milestone("M", release=day(9))) == {}


def test_a_milestone_past_its_deadline() -> None:
    assert reason(milestone("M", deadline="2027-02-25")).code == "deadline"
    assert excluded(milestone("M", deadline="2027-02-26")) == {}
    big = fits("B", effort=12)
    assert reason(milestone("M", depends_on=["B"], deadline=day(0)), big).code == "deadline"
    assert excluded(milestone("M", depends_on=["B"], deadline=day(1)), big) == {}


def test_a_milestone_pinned_to_a_day_before_it_can_be() -> None:
    big = fits("B", effort=12)
    after = milestone("M", depends_on=["B"])
    assert reason(after, big, pins=[pin("M", start=day(0))]).code == "policy"
    assert excluded(after, big, pins=[pin("M", start=day(1))]) == {}


def test_a_milestone_may_end_with_the_sprint() -> None:
    assert excluded(milestone("M", depends_on=["B"]), fits("B", effort=60)) == {}
    assert reason(milestone("M", depends_on=[{"item": "B", "lag_days": 0.1}]), fits("B", effort=60)).code in (
        "dependency",
        "deadline",
    )


def test_alternatives_that_wait_for_each_other_do_not_cut_each_other_s_windows() -> None:
    # B can come over E long before D is done, so A can come early too.
    items = [fits("A", any_of=["B", "D"]), fits("B", any_of=["A", "E"]), fits("D", effort=55), fits("E", effort=1)]
    found = instance(scenario(items, [ANA, BEN]))
    assert [entry.id for entry in found.items] == ["A", "B", "D", "E"]
    assert found.tasks[0].earliest <= 48  # E and B before it
    assert found.tasks[1].earliest <= 16


def test_alternatives_that_carry_only_each_other_never_enter() -> None:
    found = excluded(
        fits("A", any_of=["B", "X"]),
        fits("B", any_of=["A", "Y"]),
        fits("C", depends_on=["A"]),
        fits("X", effort=99),
        fits("Y", effort=99),
    )
    codes = {name: one.code for name, one in found.items()}
    assert codes == dict.fromkeys("ABC", "dependency") | dict.fromkeys("XY", "too-big")


def test_one_alternative_ruled_out_leaves_the_other() -> None:
    found = excluded(fits("A", any_of=["B", "X"]), fits("B", any_of=["A", "Y"]), fits("X", effort=99), fits("Y"))
    assert set(found) == {"X"}
