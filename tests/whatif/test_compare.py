"""Variants beside their base: deltas, costs, what is proven, and that a worse search never looks like an effect."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest

from models.plan import Plan
from models.scenario import Scenario
from planner import workers
from planner.verify import violations
from planner.whatif.changes import changes
from planner.whatif.compare import Named, compare, cost, delta
from planner.whatif.compare import place_certain as certain
from planner.whatif.pareto import front
from planner.whatif.side_by_side import Hands, plan_all
from planner.workers import Job, cancel_event, local_pool, solve
from tests.builders import item, scenario, specialist

ITEMS = [
    item("A", value=10, effort=6, skill="design"),
    item("B", value=8, effort=6, skill="design"),
    item("C", value=3, effort=3, skill="legal"),
]


def one_day(*extra: Any, **fields: Any) -> Scenario:
    people = [specialist("Ana", "design", cost_per_hour=40), specialist("Leo", "legal", cost_per_hour=80), *extra]
    return scenario(ITEMS, people, sprint_days=1, **fields)


FREELANCER = specialist("Freelancer", "design", cost_per_hour=70)


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with local_pool(2) as opened:
        yield opened


def test_a_freelancer_is_worth_it_or_not(pool: Executor) -> None:
    base = one_day()
    found = compare(base, [Named("Freelancer", one_day(FREELANCER)), Named("Nobody", base)], Hands(pool))
    assert (found.base.value, found.base_cost) == (13, 6 * 40 + 6 * 80)
    with_freelancer, same = found.variants
    gained = with_freelancer.delta
    assert (gained.value, gained.added, gained.dropped, gained.hours, gained.cost) == (8, ("B",), (), 6, 420)
    assert gained.value_per_cost == pytest.approx(8 / 420)
    assert gained.break_even_rate == pytest.approx(8 / 6 * 720 / 13)  # (added value / added hour) x cost / value
    assert with_freelancer.proven
    assert same.delta.value == 0
    assert same.delta.churn == 0
    assert found.pareto.value_and_cost == ("base", "Nobody", "Freelancer")
    assert found.pareto.value_and_churn == ("base", "Nobody", "Freelancer")


def test_plans_of_a_comparison_keep_every_rule(pool: Executor) -> None:
    variant = one_day(FREELANCER)
    found = compare(one_day(), [Named("F", variant)], Hands(pool))
    assert violations(one_day(), found.base) == []
    assert violations(variant, found.variants[0].plan) == []


def test_a_variant_without_a_plan_has_no_value_and_a_certain_place(pool: Executor) -> None:
    must = scenario(
        [item("A", value=10, effort=60, skill="design", must=True)], [specialist("Ana", "design")], sprint_days=1
    )
    found = compare(one_day(), [Named("Impossible", must)], Hands(pool)).variants[0]
    assert found.plan.status == "infeasible"
    assert found.delta.value is None
    assert found.proven


def test_costs_are_unknown_where_somebody_without_a_rate_changes(pool: Executor) -> None:
    free = one_day(specialist("Intern", "design"))
    found = compare(one_day(), [Named("Intern", free)], Hands(pool)).variants[0].delta
    assert (found.cost, found.value_per_cost) == (None, None)
    assert cost(scenario(ITEMS, [specialist("Ana", "design")])) is None


def made(value: float | None, bound: float | None = None, status: str = "feasible") -> Plan:
    plan = _template()
    return plan.model_copy(update={"value": value, "bound": value if bound is None else bound, "status": status})


def _template() -> Plan:
    return solve(Job(one_day()))


def test_the_order_is_certain_only_where_bounds_do_not_overlap() -> None:
    assert certain(made(10, 12), [made(15, 20)])
    assert not certain(made(10, 16), [made(15, 20)])
    assert certain(made(10, status="optimal"), [made(10, status="optimal")])
    assert certain(made(None, status="infeasible"), [made(10, 99)])
    assert not certain(made(10), [made(None, status="unknown")])


class _Poor(Executor):
    """Plans well, but hands the first variant back as a search that found nothing of worth would."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def submit(self, function: Any, job: Job, /, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
        self.jobs.append(job)
        plan = function(job)
        if len(self.jobs) == 2:
            plan = plan.model_copy(update={"status": "feasible", "value": 1.0, "bound": 99.0, "gap": 98.0})
        future: Future[Any] = Future()
        future.set_result(plan)
        return future


def test_search_noise_is_searched_again_from_the_better_plan_and_with_the_better_bound() -> None:
    pool = _Poor()
    variants = [one_day(FREELANCER), one_day(FREELANCER, specialist("Zoe", "design"))]
    base, plans = plan_all(one_day(), variants, Hands(pool))
    assert [plan.value for plan in (base, *plans) if plan is not None] == [13, 21, 21]
    again = pool.jobs[3]
    assert again.start is not None
    assert again.start.value == 13  # the base has less capacity: its plan is a plan here too
    assert again.bound == 21  # the other variant has more capacity: what bounds it bounds this one


def test_a_bound_goes_to_the_poorer_variant_only() -> None:
    pool = _Poor()
    poorer = scenario(ITEMS, [specialist("Ana", "design", hours=3, cost_per_hour=40), FREELANCER], sprint_days=1)
    plan_all(one_day(), [one_day(FREELANCER), scenario(ITEMS, one_day().team[:1], sprint_days=1), poorer], Hands(pool))
    assert [job.bound for job in pool.jobs[1:4]] == [None, 13, None]
    assert all(job.start is not None for job in pool.jobs[1:4])


def test_changes_count_as_churn_does() -> None:
    before = solve(Job(one_day()))
    after = solve(Job(one_day(FREELANCER)))
    found = changes(before, after)
    assert found.added == ("B",)
    swapped = [done for done in found.moved if done == "A"]
    assert found.churn == 3 + len(swapped)
    gone = changes(after, before)
    assert gone.dropped == ("B",)
    only_there = delta(one_day(), before, one_day(), after.model_copy(update={"left_out": ()}))
    assert only_there.churn == found.churn


def test_an_item_the_other_backlog_does_not_know_costs_no_churn() -> None:
    before = solve(Job(scenario(ITEMS[:1], [specialist("Ana", "design")], sprint_days=1)))
    after = solve(Job(one_day(FREELANCER)))
    found = changes(before, after)
    assert found.added == ("B", "C")
    assert found.churn == sum(name == "A" for name in found.moved)


def test_the_front_keeps_what_nothing_beats_in_both() -> None:
    gain = {"base": 10.0, "dear": 15.0, "beaten": 9.0, "cheap": 12.0, "same": 12.0, "none": None}
    price = {"base": 0.0, "dear": 9.0, "beaten": 1.0, "cheap": 3.0, "same": 3.0, "none": 0.0}
    assert front(gain, price) == ("base", "cheap", "same", "dear")


def test_the_event_stops_searches_in_other_processes() -> None:
    cancel = cancel_event()
    cancel.set()
    hard = scenario(
        [item(f"I{n}", value=n % 7 + 1, work=[("design", n % 5 + 1.5), ("legal", n % 3 + 1)]) for n in range(60)],
        [specialist("Ana", "design", "legal"), specialist("Ben", "design", "legal")],
        solver={"time_limit": 60},
    )
    with local_pool(1, cancel) as opened:
        plan = opened.submit(_after_a_moment, Job(hard)).result(timeout=50)
    assert plan.solve_seconds < 30


def _after_a_moment(job: Job) -> Plan:
    workers._cancel.wait(20)
    return solve(job)


def test_any_executor_will_do() -> None:
    with ThreadPoolExecutor(2) as threads:
        found = compare(one_day(), [Named("F", one_day(FREELANCER))], Hands(threads))
    assert found.variants[0].delta.value == 8


class _Watched(Executor):
    """Does jobs at once and remembers them."""

    def __init__(self, poor: int | None = None) -> None:
        self.jobs: list[Job] = []
        self.poor = poor

    def submit(self, function: Any, job: Job, /, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
        self.jobs.append(job)
        plan = function(job)
        if len(self.jobs) - 1 == self.poor:
            plan = plan.model_copy(update={"status": "feasible"})
        future: Future[Any] = Future()
        future.set_result(plan)
        return future


MORE = [one_day(FREELANCER), one_day(specialist("Zoe", "design")), one_day(FREELANCER, specialist("Zoe", "design"))]


def test_idle_workers_begin_with_variants_and_find_the_same_plans() -> None:
    alone, two = _Watched(), _Watched()
    in_turn = plan_all(one_day(), MORE, Hands(alone))
    beside = plan_all(one_day(), MORE, Hands(two, width=2))
    assert [job.start is None for job in alone.jobs] == [True, False, False, False]
    assert [job.start is None for job in two.jobs] == [True, True, False, False]
    same = {"created", "solve_seconds"}
    assert [plan.model_dump(exclude=same) for plan in (in_turn[0], *in_turn[1]) if plan] == [
        plan.model_dump(exclude=same) for plan in (beside[0], *beside[1]) if plan
    ]


def test_a_variant_begun_too_early_to_know_the_base_is_made_again_if_it_is_not_proven() -> None:
    pool = _Watched(poor=1)
    _, plans = plan_all(one_day(), MORE, Hands(pool, width=2))
    assert len(pool.jobs) == 5
    again = pool.jobs[-1]
    assert again.scenario == MORE[0]
    assert again.start is not None
    assert [plan.status for plan in plans if plan is not None] == ["optimal"] * 3


def test_whoever_stops_it_learns_what_was_not_planned() -> None:
    told: list[tuple[int, int]] = []
    with ThreadPoolExecutor(1) as threads:
        found = compare(
            one_day(),
            [Named(str(number), one) for number, one in enumerate(MORE)],
            Hands(threads, lambda done, all_: told.append((done, all_)), lambda: bool(told)),
        )
    assert found.base.value == 13
    assert (found.variants, found.not_planned) == ((), ("0", "1", "2"))
    assert told == [(1, 4)]
