"""The runner on small sprints: processes, best known values, tables, the JSON that scripts read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import runs
from benchmarks.__main__ import main
from benchmarks.backlogs import Backlog, backlogs, fingerprint
from benchmarks.best_known import Best, BestKnown, ContradictionError
from benchmarks.contestants import NAMES, Entry, Trace
from benchmarks.list_schedule import list_schedule
from benchmarks.parameters import SUITES
from benchmarks.runs import Run
from benchmarks.tables import compare, table
from models.scenario import Scenario

SPRINT = Backlog("sprint25", 2)
RUN = Run(
    suite="sprint25",
    seed=2,
    off=None,
    demand=1.5,
    fingerprint="the same",
    contestant="ours",
    limit=10,
    value=95.0,
    bound=100.0,
    seconds=10.1,
    cpu_seconds=20.0,
    memory_gb=0.1,
    values=((0.1, 50.0), (2.0, 90.0), (8.0, 95.0)),
    bounds=((0.2, 200.0), (5.0, 100.0)),
)


# -- backlogs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suite", "mark"), [("sprint25", "8c023cb4c1647370"), ("sprint60", "d32683ddadb7ba97")])
def test_backlogs_whose_figures_are_published_stay_what_they_are(suite: str, mark: str) -> None:
    assert fingerprint(Backlog(suite, 1).scenario()) == mark


def test_best_known_values_are_of_the_backlogs_as_they_are() -> None:
    written = json.loads((Path(runs.__file__).parent / "best_known.json").read_text(encoding="utf-8"))
    for suite, entries in written.items():
        by_label = {one.label: one for one in backlogs(suite)}
        for label, entry in entries.items():
            if SUITES[suite].items <= 60:
                assert entry["fingerprint"] == fingerprint(by_label[label].scenario()), f"{suite} {label}"
            assert entry["bound"] is None or entry["value"] <= entry["bound"]


# -- one run ---------------------------------------------------------------------------------------------------


def test_a_run_of_its_own_process_comes_back_whole() -> None:
    done = runs.run(SPRINT, "ours", 600)
    assert done.problems == []
    assert done.value == done.bound == 418
    assert done.proven
    assert done.values[-1][1] == done.value
    assert done.bounds[-1][1] == done.bound
    assert 0 < done.values[-1][0] <= done.seconds
    assert 0.01 < done.memory_gb < 2
    assert done.cpu_seconds > 0


def test_a_process_that_fails_is_a_run_without_a_plan() -> None:
    done = runs.run(SPRINT, "nobody", 1)
    assert done.value is done.bound is None
    assert "nobody" in done.problems[0]


def test_a_plan_that_breaks_a_rule_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def liar(scenario: Scenario, _: float) -> Entry:
        honest = list_schedule(scenario).plan
        first, *rest = honest.selected
        assert honest.value is not None
        trace = Trace()
        trace.value(honest.value)
        return Entry(honest.model_copy(update={"selected": (first, first, *rest)}), 1e6, trace)

    monkeypatch.setattr(runs, "contestant", lambda _: liar)
    done = runs.contest(SPRINT, "liar", 1)
    assert done.problems
    assert done.value is done.bound is None
    assert done.within(0.05, 1) is None


def test_figures_of_shorter_runs_are_read_off() -> None:
    short = RUN.at(4)
    assert (short.limit, short.value, short.bound, short.seconds) == (4, 90, 200, 4)
    assert RUN.at(0.05).value is RUN.at(0.05).bound is None
    assert replace(RUN, value=None).at(4).value is None


def test_gap_and_seconds_to_a_part_of_the_best() -> None:
    assert RUN.gap == pytest.approx(0.05)
    assert replace(RUN, bound=95.0).proven
    assert RUN.within(0.05, 100) == 8.0
    assert RUN.within(0.10, 100) == 2.0
    assert RUN.within(0.04, 100) is None
    assert replace(RUN, values=((1.0, -105.0),), value=-105.0).within(0.05, -100) == 1.0


def test_limited_work_finds_the_same_again_and_counts_in_units() -> None:
    one, other = (runs.contest(SPRINT, "ours_by_work", 0.001) for _ in range(2))
    assert (one.value, one.bound) == (other.value, other.bound)
    assert one.problems == []
    assert one.gap
    assert one.allowed == "0.001 units"
    assert one.cpu_seconds > 0


def test_each_feature_has_a_row_of_its_own() -> None:
    shown = table(compare([RUN, replace(RUN, off="waits", contestant="ours_by_work")], Best("the same", value=95.0)))
    rows = [line.split() for line in shown.splitlines()]
    assert rows[0][0] == "without"
    assert rows[1][:4] == ["(all", "on)", "ours", "10"]
    assert rows[2][:4] == ["waits", "ours_by_work", "10", "units"]
    assert "20.0 / 20.0" in shown  # seconds of processor time


# -- best known ------------------------------------------------------------------------------------------------


def test_best_known_values_only_improve(tmp_path: Path) -> None:
    known = BestKnown(tmp_path / "best.json")
    for run in (RUN, replace(RUN, contestant="cpsat", value=94.0, bound=99.0), replace(RUN, value=None, bound=120.0)):
        known.improve(run)
    known.improve(replace(RUN, contestant="list", value=95.0, bound=None))
    expected = Best("the same", value=95.0, by="ours, 10 s", bound=99.0, bound_by="cpsat, 10 s")
    assert known.of(SPRINT, "the same") == expected
    known.improve(replace(RUN, off="waits"))
    known.save()
    again = BestKnown(tmp_path / "best.json")
    assert again.of(SPRINT, "the same") == expected
    again.save()
    assert list(json.loads((tmp_path / "best.json").read_text())["sprint25"]) == ["2", "2 without waits"]
    assert again.of(SPRINT, "changed") == Best("changed")


def test_a_plan_above_a_bound_is_a_contradiction_and_not_taken_in(tmp_path: Path) -> None:
    known = BestKnown(tmp_path / "best.json")
    known.improve(RUN)
    before = known.of(SPRINT, "the same")
    with pytest.raises(ContradictionError, match="worth 101"):
        known.improve(replace(RUN, contestant="list", value=101.0, bound=None))
    with pytest.raises(ContradictionError, match="more than 90"):
        known.improve(replace(RUN, contestant="cpsat", value=None, bound=90.0))
    assert known.of(SPRINT, "the same") == before


# -- comparison and the whole runner ---------------------------------------------------------------------------


def test_runs_are_compared_with_the_best_of_the_others() -> None:
    listed = replace(RUN, contestant="list", value=50.0, bound=None)
    cpsat = replace(RUN, contestant="cpsat", value=76.0, values=((3.0, 40.0), (50.0, 76.0)), limit=60)
    ours, *_ = compare([RUN, listed, cpsat, cpsat.at(4)], Best("the same", value=100.0))
    assert ours.over_list == pytest.approx(0.9)
    assert ours.over_others == pytest.approx(0.25)
    assert ours.under_best == pytest.approx(0.05)
    assert ours.within == (None, None, 8.0)
    assert "+25.0% / +25.0%" in table([ours])


def test_one_run_measures_everybody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    best, out = BestKnown(tmp_path / "best.json"), tmp_path / "out" / "figures.json"
    assert main(["--suite", "sprint25", "--seeds", "3", "--seconds", "60"], best, out) == 0
    shown = capsys.readouterr()
    assert "sprint25: 25 items, 6 specialists, 1 backlogs" in shown.out
    assert shown.err.count("sprint25 3, ") == len(NAMES)
    written = json.loads(out.read_text(encoding="utf-8"))
    assert [run["contestant"] for run in written["runs"]] == list(NAMES)
    for run in written["runs"]:
        assert run["problems"] == []
        assert run["value"] == run["values"][-1][1]
        assert run["best_known"]["value"] >= run["value"]
        assert set(run["seconds_within"]) == {"1%", "2%", "5%"}
        assert run["memory_gb"] > 0
        assert {"gap", "bound", "over_list", "over_others", "under_best", "limit", "seed", "demand"} <= set(run)
    assert json.loads((tmp_path / "best.json").read_text())["sprint25"]["3"]["value"] > 0


def test_a_shorter_run_is_shown_for_each_limit_of_the_suite(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    arguments = ["--suite", "sprint25", "--seeds", "3", "--contestants", "cpsat,ours"]
    assert main(arguments, BestKnown(tmp_path / "best.json"), out) == 0
    shown = [(run["contestant"], run["limit"]) for run in json.loads(out.read_text())["runs"]]
    assert shown == [("cpsat", 1), ("cpsat", 10), ("ours", 1), ("ours", 10)]


@pytest.mark.parametrize(
    "arguments",
    [["--suite", "sprint26"], ["--seeds", "a-b"], ["--contestants", "ours,me"], ["--seconds", "0"], ["--seeds", "99"]],
)
def test_what_cannot_be_measured_is_said_before_anything_runs(arguments: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments, BestKnown(tmp_path / "best.json"), tmp_path / "figures.json")
    assert stopped.value.code == 2
    assert list(tmp_path.iterdir()) == []
